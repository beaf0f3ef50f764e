//! Who gets in: every address by every role, and what was stolen, kept too long or altered.

use caseconsultant::desk::{ACTS, ROUTES, Route, Who};
use caseconsultant::domain::account::{NewAskerSession, NewLink, NewSession, Role};
use caseconsultant::domain::id::hex;
use jiff::SignedDuration;
use sha2::{Digest as _, Sha256};

use super::World;
use crate::store::samples::address;

/// What the store keeps of a token.
fn kept(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_address_lets_in_whom_the_table_says() {
    let world = World::open().await;
    let case = world.asked().await;
    let mut people = vec![("nobody", None, world.browser()), ("an asker", None, world.comes_by_link("anna@clinic.test").await)];
    for role in Role::ALL {
        world.hires(role.name(), role).await;
        people.push((role.name(), Some(role), world.signed_in(role.name()).await));
    }
    let mut tried = Vec::new();
    for (who, role, mut browser) in people {
        let csrf = match (role, who) {
            (Some(_), _) => browser.get("/codes").await.value_of("csrf"),
            (None, "an asker") => browser.get("/my").await.value_of("csrf"),
            (None, _) => String::new(),
        };
        tried.push((who, role, browser, csrf));
    }
    let people = tried;
    // Signing out ends the session that the other cells are tried with, so it comes last.
    let (last, first): (Vec<&Route>, Vec<&Route>) = ROUTES.iter().partition(|route| route.path.ends_with("sign-out"));
    let mut cells = 0;
    for route in first.into_iter().chain(last) {
        // An act is an address of its own to whoever tries it.
        let acts = if route.path.contains("{act}") { ACTS } else { &["nonsense"] };
        for act in acts {
            cells += people.len();
            let path = route.path.replace("{number}", &case.number().to_string()).replace("{act}", act);
            let path = path
                .replace("{system}", "icd10cm")
                .replace("{code}", "E11.9")
                .replace("{token}", &"0".repeat(64))
                .replace("{id}", "1")
                .replace("{kind}", "answer");
            for (who, role, browser, csrf) in &people {
                let expected = if route.who == Who::Asker { *who == "an asker" } else { route.who.admits(*role) };
                let guarded = if route.who == Who::Asker { expected } else { expected && role.is_some() };
                if route.method == "POST" && guarded {
                    browser.clone().post(&path, &[("csrf", "forged")]).await.is(403).says("not one of this session");
                }
                let reply = if route.method == "GET" {
                    browser.clone().get(&path).await
                } else {
                    browser.clone().post(&path, &[("csrf", csrf.as_str()), ("version", "0"), ("text", "x")]).await
                };
                let program = matches!(route.who, Who::Program(_));
                if program {
                    // However high somebody's role, a cookie is no token.
                    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
                }
                let let_in = !((program && reply.status == 401)
                    || reply.status == 403
                    || reply.location().starts_with("/sign-in?")
                    || reply.body.contains("Sign in first"));
                assert_eq!(let_in, expected, "{} {} as {who}: {}", route.method, route.path, reply.status);
                assert!(![405, 500].contains(&reply.status), "{} {} as {who}: {}", route.method, route.path, reply.status);
            }
        }
    }
    assert_eq!(cells, (ROUTES.len() - 1 + ACTS.len()) * (Role::ALL.len() + 2));
    let open: Vec<&str> = ROUTES.iter().filter(|route| route.who == Who::Anyone).map(|route| route.path).collect();
    // What is open is written down here once more: nothing becomes so by mistake.
    let meant = [
        "/",
        "/sign-in",
        "/sign-in",
        "/codes",
        "/codes/{system}/{code}",
        "/sign-in/link",
        "/sign-in/link/{token}",
        "/sign-in/link/{token}",
        "/api/v1/openapi.json",
    ];
    assert_eq!(open, meant);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_or_link_that_is_expired_altered_or_of_another_kind_opens_nothing() {
    let world = World::open().await;
    let dana = world.hires("dana", Role::Admin).await;
    let now = world.flow.clock.now();
    let (past, future) = (now - SignedDuration::from_secs(1), now + SignedDuration::from_hours(1));
    let csrf = "c".repeat(32);
    for (n, expires) in [('a', past), ('b', future)] {
        let token = n.to_string().repeat(64);
        let session = NewSession { token_hash: kept(&token), consultant: dana, csrf: csrf.clone(), created: past, expires };
        world.store.open_session(&session).await.unwrap();
        let of_asker =
            NewAskerSession { token_hash: kept(&token), address: address("anna@clinic.test"), csrf: csrf.clone(), expires };
        world.store.open_asker_session(&of_asker, past).await.unwrap();
        let link = NewLink { token_hash: kept(&token), address: address("anna@clinic.test"), expires };
        world.store.add_link(&link, past).await.unwrap();
    }
    let with = |name: &str, token: &str| {
        let mut browser = world.browser();
        browser.cookies.insert(name.to_owned(), token.to_owned());
        browser
    };
    let (old, good) = ("a".repeat(64), "b".repeat(64));
    with("cc_session", &good).get("/cases").await.is(200);
    with("cc_asker", &good).get("/my").await.is(200);
    let altered = format!("{}c", "b".repeat(63));
    // The hash that the store keeps is no token: whoever reads the store gets in nowhere.
    for token in [old.as_str(), altered.as_str(), &kept(&good), &good[1..], "", "' OR 1=1 --"] {
        with("cc_session", token).get("/cases").await.is(303);
        with("cc_session", token).post("/cases/CC-000001/take", &[("csrf", &csrf)]).await.is(401);
        with("cc_asker", token).get("/my").await.is(303);
        with("cc_asker", token).post("/my/ask", &[("csrf", &csrf), ("text", "x")]).await.is(401);
    }
    // An asker's token is nothing at the desk, and a consultant's none on the askers' pages.
    let only = "d".repeat(64);
    let session = NewSession { token_hash: kept(&only), consultant: dana, csrf: csrf.clone(), created: past, expires: future };
    world.store.open_session(&session).await.unwrap();
    with("cc_asker", &only).get("/my").await.is(303);
    let anna = world.asked_and_in("anna@clinic.test").await;
    with("cc_session", &anna.cookies["cc_asker"]).get("/cases").await.is(303);
    world.browser().post(&format!("/sign-in/link/{old}"), &[]).await.is(410);
    world.browser().post(&format!("/sign-in/link/{altered}"), &[]).await.is(410);
    world.browser().post(&format!("/sign-in/link/{good}"), &[]).await.is(303);
    world.browser().post(&format!("/sign-in/link/{good}"), &[]).await.is(410);
}

impl World {
    async fn asked_and_in(&self, who: &str) -> super::Browser {
        self.asked().await;
        self.comes_by_link(who).await
    }
}
