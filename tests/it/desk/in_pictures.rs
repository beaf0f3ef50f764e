//! Every page as people see it: on a phone and a desktop, light and dark; and what axe-core (WCAG 2.2 AA) finds in it.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use caseconsultant::domain::account::{NewAccount, Role};
use caseconsultant::domain::policy::Policy;
use jiff::Timestamp;
use serde_json::Value;

use super::World;
use super::cases::acts;
use crate::journey::chromium::{Chromium, Window};
use crate::store::samples::{self, address};

const UNITS: &str = "We gave 60 mg of ketorolac IM and want to bill J1885. How many units is that, and is there a limit?";

/// `tests/axe.sh` brings it; `None`, with a line that says so, where it is not there.
fn axe() -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe/node_modules/axe-core/axe.min.js");
    let read = std::fs::read_to_string(&path).ok();
    if read.is_none() {
        eprintln!("NOT TESTED HERE: accessibility (missing: axe-core; tests/axe.sh installs it below target)");
    }
    read
}

/// What axe finds serious or critical in the page as it stands: rule, where, and why.
fn flaws(window: &Window, axe: &str) -> Vec<String> {
    window.run(axe);
    let script = "const done = arguments[arguments.length - 1]; \
        axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], iframes: false }) \
        .then((found) => done(found.violations), (error) => done(String(error)));";
    let found = window.run_until_called(script);
    let Some(violations) = found.as_array() else { return vec![format!("axe failed: {found}")] };
    let bad = violations.iter().filter(|one| matches!(one["impact"].as_str(), Some("serious" | "critical")));
    let told = |one: &Value| {
        let at: Vec<&str> =
            one["nodes"].as_array().into_iter().flatten().filter_map(|node| node["html"].as_str()).take(3).collect();
        format!("{} ({}): {}", one["id"], one["help"], at.join(" | "))
    };
    bad.map(told).collect()
}

/// A desk in the middle of its day.
async fn busy() -> (World, Vec<(&'static str, String, Option<&'static str>)>) {
    let policy = Policy { check_share: 1.0, confidence_min: 0.5, ..samples::policy() };
    let world = World::under(policy).await;
    world.hires("dana", Role::Consultant).await;
    world.hires("ada", Role::Admin).await;
    let clinic = NewAccount {
        name: "North Clinic".to_owned(),
        addresses: vec![address("anna@clinic.test")],
        domains: vec!["north.example".to_owned()],
        plan: "registered".to_owned(),
    };
    world.store.add_account(&[clinic], Timestamp::now()).await.unwrap();
    let case = world.asked().await;
    world.mailed("q2", "", UNITS).await;
    world.mailed("q3", "In-Reply-To: <q1@clinic.test>\r\n", "The note is signed now, and the payer is Aetna.").await;
    let mut dana = world.signed_in("dana").await;
    acts(&mut dana, &case, "note", &[("text", "Lee knows this surgeon: ask before you answer.")]).await.is(303);
    let number = case.number();
    let page = |name, path: &str, who| (name, path.to_owned(), who);
    let pages = vec![
        page("sign-in", "/sign-in", None),
        page("queue", "/cases?view=review", Some("dana")),
        page("case", &format!("/cases/{number}"), Some("dana")),
        page("case-answered", "/cases/CC-000002", Some("dana")),
        page("checks", "/checks", Some("dana")),
        page("codes", "/codes?q=diabetes", Some("dana")),
        page("code", "/codes/icd10cm/E11.9", Some("dana")),
        page("figures", "/figures", Some("ada")),
        page("admin", "/admin", Some("ada")),
        page("consultants", "/admin/consultants", Some("ada")),
        page("accounts", "/admin/accounts", Some("ada")),
        page("account", "/admin/accounts/1", Some("ada")),
        page("audit", "/admin/audit", Some("ada")),
        page("codebook", "/admin/codebook", Some("ada")),
        page("mails", "/admin/templates?kind=answer", Some("ada")),
        page("refused", "/admin/consultants", Some("dana")),
        page("nowhere", "/nowhere", None),
        page("my", "/my", Some("anna@clinic.test")),
        page("my-question", "/my/questions/CC-000002", Some("anna@clinic.test")),
    ];
    (world, pages)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_usable_by_all() {
    let Some(axe) = axe() else { return };
    let Some(chromium) = Chromium::start() else { return };
    let into = std::env::var_os("PICTURES_INTO").map(PathBuf::from);
    let (world, pages) = busy().await;
    let mut found = Vec::new();
    let mut windows = Vec::new();
    for who in [None, Some("dana"), Some("ada"), Some("anna@clinic.test")] {
        let window = chromium.window();
        let cookies = match who {
            None => continue_as_nobody(),
            Some(asker) if asker.contains('@') => world.comes_by_link(asker).await.cookies,
            Some(handle) => world.signed_in(handle).await.cookies,
        };
        window.go(&format!("http://127.0.0.1:{}/sign-in", world.port));
        for (name, value) in &cookies {
            window.keeps_cookie(name, value);
        }
        windows.push((who, window));
    }
    for (name, path, who) in &pages {
        let (_, window) = windows.iter().find(|(known, _)| known == who).unwrap();
        for (screen, width, height) in [("desktop", 1280, 900), ("phone", 390, 844)] {
            for dark in [false, true] {
                // Each page in both shades and on both screens; all four only where pictures are wanted.
                if into.is_none() && dark != (width > 1000) {
                    continue;
                }
                window.looks(width, height, dark);
                window.go(&format!("http://127.0.0.1:{}{path}", world.port));
                let shade = if dark { "dark" } else { "light" };
                if let Some(into) = &into {
                    let picture = STANDARD.decode(window.picture(width)).unwrap();
                    std::fs::write(into.join(format!("{name}-{screen}-{shade}.png")), picture).unwrap();
                }
                if *name == "case" {
                    window.run("for (const one of document.querySelectorAll('details')) one.open = true;");
                }
                found.extend(flaws(window, &axe).into_iter().map(|flaw| format!("{name} {screen} {shade}: {flaw}")));
                let wider = window.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth;");
                if wider.as_i64() != Some(0) {
                    found.push(format!("{name} {screen} {shade}: wider than its screen by {wider}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn continue_as_nobody() -> std::collections::BTreeMap<String, String> {
    std::collections::BTreeMap::new()
}
