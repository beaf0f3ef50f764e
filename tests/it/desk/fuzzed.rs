//! Every address with what nobody would send in good faith: it may refuse, and it may not break. On both stores.

use std::process::Command;

use caseconsultant::desk::{ACTS, ROUTES, Route, Who};
use caseconsultant::domain::account::{NewAskerSession, NewSession, Role, Scope};
use caseconsultant::domain::id::hex;
use caseconsultant::domain::policy::Policy;
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::{Browser, World};
use crate::store::samples::{self, address};
use crate::world::postgres::Postgres;

const TOKEN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const CSRF: &str = "00112233445566778899aabbccddeeff";
/// Rounds over all addresses.
const ROUNDS: usize = 20;

/// Every name that a form or an address may carry.
const NAMES: &[&str] = &[
    "text",
    "version",
    "hash",
    "to",
    "into",
    "account",
    "mail",
    "payer",
    "date_of_service",
    "intent",
    "kind",
    "reason",
    "outgoing",
    "verdict",
    "name",
    "address",
    "plan",
    "status",
    "role",
    "password",
    "handle",
    "edition",
    "next",
    "then",
    "active",
    "subject",
    "sure",
    "q",
    "system",
    "limit",
    "on",
    "code",
    "state",
    "view",
    "days",
    "who",
    "event",
    "case",
    "find",
    "setting",
    "partner",
    "page",
    "at",
    "before",
    "after",
];

/// Values that have broken programs before.
const VALUES: &[&str] = &[
    "",
    " ",
    "0",
    "1",
    "-1",
    "7",
    "100",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551616",
    "1e309",
    "NaN",
    "CC-000001",
    "CC-0",
    "CC--1",
    "CC-9223372036854775807",
    "CC-99999999999999999999",
    "\0",
    "a\0b",
    "%",
    "%00",
    "\u{202e}",
    "𝒳",
    "e\u{301}",
    "\u{feff}",
    "' OR 1=1 --",
    "\"; DROP TABLE cases; --",
    "{{ 7 * 7 }}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "2026-02-30",
    "2026-07-01",
    "9999-12-31",
    "-009999-01-01",
    "0000-00-00",
    "+10000-01-01",
    "anna@clinic.test",
    "a@b",
    "@",
    "a@\0.test",
    "\r\nBcc: x@evil.test",
    "99213",
    "E11.9",
    "J1885",
    "20610",
    "icd10cm",
    "hcpcs",
    "on",
    "yes",
    "next",
    "answer",
    "in_review",
    "00000000-0000-0000-0000-000000000000",
    "ffffffffffffffffffffffffffffffff",
    "right",
    "admin",
    "https://evil.example/",
    "//evil.example",
    "(",
    "[",
    "*",
    "\\",
    "AND OR NOT",
    "code:*",
    "NEAR/999999999",
    "~999",
    "^9999999999",
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(VALUES).prop_map(str::to_owned),
        2 => "\\PC{0,40}",
        1 => any::<Vec<char>>().prop_map(|all| all.into_iter().take(60).collect::<String>()),
        1 => (prop::sample::select(VALUES), 1_usize..3000).prop_map(|(text, times)| text.chars().cycle().take(times).collect()),
    ]
}

fn fields() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::vec((prop::sample::select(NAMES).prop_map(str::to_owned), value()), 0..8)
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The address with hostile words in its places; half of them are what is really there, so that the inside is reached too.
fn filled(route: &Route, mut word: impl FnMut() -> String, real: bool) -> String {
    let known = |place: &str| match place {
        "{number}" => "CC-000001",
        "{id}" => "1",
        "{system}" => "icd10cm",
        "{code}" => "E11.9",
        "{kind}" => "answer",
        _ => TOKEN,
    };
    let parts = route.path.split('/').map(|part| match part {
        "{act}" => part.to_owned(),
        _ if !part.starts_with('{') => part.to_owned(),
        _ if real => known(part).to_owned(),
        _ => encoded(&word()),
    });
    parts.collect::<Vec<_>>().join("/")
}

impl World {
    /// Who may go everywhere, whatever was done to them by the request before.
    async fn all_powerful(&self, n: usize) -> (Browser, Browser, Browser) {
        let all = self.store.consultants().await.unwrap();
        let good = all.iter().find(|one| one.active && one.handle.starts_with("ada"));
        let ada = match good {
            Some(known) if self.store.login(&known.handle).await.unwrap().is_some_and(|(_, login)| login.role == Role::Admin) => {
                known.id
            }
            Some(_) | None => self.hires(&format!("ada{n}"), Role::Admin).await,
        };
        let now = self.flow.clock.now();
        let expires = now + SignedDuration::from_hours(1);
        let token = hex(&Sha256::digest(format!("{TOKEN}{n}")));
        let kept = hex(&Sha256::digest(token.as_bytes()));
        let session = NewSession { token_hash: kept.clone(), consultant: ada, csrf: CSRF.to_owned(), created: now, expires };
        self.store.open_session(&session).await.unwrap();
        let asker = NewAskerSession { token_hash: kept, address: address("anna@clinic.test"), csrf: CSRF.to_owned(), expires };
        self.store.open_asker_session(&asker, now).await.unwrap();
        let (mut desk, mut my) = (self.browser(), self.browser());
        desk.cookies.insert("cc_session".to_owned(), token.clone());
        my.cookies.insert("cc_asker".to_owned(), token);
        (desk, my, self.program(&format!("all{n}"), &Scope::ALL, 3600).await.into_browser())
    }
}

async fn nothing_breaks(world: World) {
    world.asked().await;
    let mut runner = TestRunner::deterministic();
    let mut broken = Vec::new();
    let mut tried = 0;
    let mut answers = std::collections::BTreeMap::<u16, u32>::new();
    for round in 0..ROUNDS {
        for (n, route) in ROUTES.iter().enumerate() {
            let acts = if route.path.contains("{act}") { ACTS } else { &[""] };
            let (desk, my, program) = world.all_powerful(round * ROUTES.len() + n).await;
            for act in acts {
                let mut word = || value().new_tree(&mut runner).unwrap().current();
                let path = filled(route, &mut word, round % 2 == 0).replace("{act}", act);
                let mut given = fields().new_tree(&mut runner).unwrap().current();
                let mut browser = match route.who {
                    Who::Asker => my.clone(),
                    Who::Program(_) => program.clone(),
                    Who::Anyone | Who::From(_) => desk.clone(),
                };
                let asked = |given: &[(String, String)]| {
                    given
                        .iter()
                        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
                        .collect::<Vec<_>>()
                        .join("&")
                };
                let query = asked(&given);
                let reply = match (route.method, route.who) {
                    ("GET", _) => browser.get(&format!("{path}?{query}")).await,
                    (_, Who::Program(_)) => {
                        browser.extra.push(("Idempotency-Key".to_owned(), format!("key-{tried:08}")));
                        let body: serde_json::Map<_, _> =
                            given.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
                        browser.send_as("application/json", "POST", &path, Some(serde_json::Value::from(body).to_string())).await
                    }
                    _ => {
                        let version = world.store.cases(&caseconsultant::ports::CaseFilter::default()).await.unwrap()[0].version;
                        given.push(("csrf".to_owned(), CSRF.to_owned()));
                        // What comes first counts: the form of this very moment, so that what follows is reached.
                        given.insert(0, ("version".to_owned(), version.to_string()));
                        browser.send("POST", &path, Some(asked(&given))).await
                    }
                };
                tried += 1;
                *answers.entry(reply.status).or_default() += 1;
                if reply.status >= 500 {
                    broken.push(format!("{} {path}?{query}: {}", route.method, reply.status));
                }
            }
        }
        world.work().await;
    }
    println!("figure: {tried} hostile requests over {} addresses, answered with {answers:?}", ROUTES.len());
    assert!(broken.is_empty(), "{} broke:\n{}", broken.len(), broken.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_address_breaks_on_sqlite() {
    nothing_breaks(World::open().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_address_breaks_on_postgresql() {
    let Some(server) = Postgres::start() else { return };
    let url = server.empty("fuzzed").await;
    nothing_breaks(World::over(&url, TempDir::new().unwrap(), samples::policy(), Some("https://desk.example")).await).await;
}

/// `tests/schemathesis.sh` brings it; where it is not there a line says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_interface_is_what_its_own_description_says() {
    let st = concat!(env!("CARGO_MANIFEST_DIR"), "/target/schemathesis/bin/st");
    if !std::path::Path::new(st).exists() {
        eprintln!(
            "NOT TESTED HERE: the JSON interface by schemathesis (missing: schemathesis; tests/schemathesis.sh installs it below target)"
        );
        return;
    }
    let world = World::under(Policy { confidence_min: 0.5, ..samples::policy() }).await;
    world.registers("Practice", "practice.test").await;
    world.asked().await;
    world.program("fuzz", &Scope::ALL, 3600).await;
    let token = hex(&Sha256::digest("fuzz"));
    // The first search of all makes the index.
    world.program("first", &Scope::ALL, 3600).await.into_browser().get("/api/v1/search?q=diabetes").await.is(200);
    let url = format!("http://127.0.0.1:{}/api/v1/openapi.json", world.port);
    let run = tokio::task::spawn_blocking(move || {
        let kept = TempDir::new().unwrap();
        let mut command = Command::new(st);
        command.current_dir(kept.path());
        // Who is not registered may not ask: that no description can say.
        let known = "[[operations]]\ninclude-name = \"POST /api/v1/cases\"\n[operations.checks]\n\
                     positive_data_acceptance.expected-statuses = [\"2xx\", \"409\", \"422\", \"429\"]\n";
        std::fs::write(kept.path().join("schemathesis.toml"), known).unwrap();
        command.args(["run", &url, "-H", &format!("Authorization: Bearer {token}"), "--generation-deterministic", "--no-color"]);
        command.args(["--max-examples", "25", "--continue-on-failure", "--warnings", "off", "--report-dir"]).arg(kept.path());
        command.output().unwrap()
    });
    let output = run.await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let counted = said.split("Test cases:").nth(1).and_then(|rest| rest.trim().lines().next()).unwrap_or_default();
    println!("figure: schemathesis: {counted}, no finding");
}
