//! Programs use the desk by token: each scope opens its own addresses and no other, a question that is sent twice is one.

use caseconsultant::desk::{OPERATIONS, ROUTES, Who};
use caseconsultant::domain::account::{ApiToken, Scope};
use caseconsultant::domain::id::hex;
use caseconsultant::ports::CaseFilter;
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::http::Reply;
use super::{Browser, World};

const JSON: &str = "application/json";

/// A program with a token.
pub struct Program(Browser);

impl World {
    /// A token that holds for so many seconds from now; the past is possible.
    pub async fn program(&self, name: &str, scopes: &[Scope], secs: i64) -> Program {
        let text = hex(&Sha256::digest(name));
        let now = self.flow.clock.now();
        let expires = now + SignedDuration::from_secs(secs);
        let token = ApiToken { name: name.to_owned(), scopes: scopes.to_vec(), created: now, expires };
        self.store.add_token(&token, &hex(&Sha256::digest(text.as_bytes()))).await.unwrap();
        self.by(&text)
    }

    fn by(&self, token: &str) -> Program {
        let mut browser = self.browser();
        browser.extra.push(("Authorization".to_owned(), format!("Bearer {token}")));
        Program(browser)
    }
}

impl Program {
    pub fn into_browser(self) -> Browser {
        self.0
    }

    async fn get(&mut self, path: &str) -> Reply {
        self.0.get(path).await
    }

    async fn post(&mut self, path: &str, key: Option<&str>, body: &Value) -> Reply {
        let mut browser = self.0.clone();
        browser.extra.extend(key.map(|key| ("Idempotency-Key".to_owned(), key.to_owned())));
        browser.send_as(JSON, "POST", path, Some(body.to_string())).await
    }
}

#[track_caller]
fn value(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap_or_else(|error| panic!("{error}: {}", reply.body))
}

#[track_caller]
fn problem(reply: Reply, status: u16) -> String {
    let reply = reply.is(status);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    let told = value(&reply);
    assert_eq!((told["status"].as_u64(), told["type"].as_str()), (Some(status.into()), Some("about:blank")));
    told["detail"].as_str().unwrap().to_owned()
}

fn address(path: &str, case: &str) -> String {
    let path = path.replace("{number}", case).replace("{id}", "1").replace("{system}", "icd10cm").replace("{code}", "E11.9");
    match path.as_str() {
        "/api/v1/search" => "/api/v1/search?q=diabetes".to_owned(),
        "/api/v1/edits" => "/api/v1/edits?code=99213&code=20610".to_owned(),
        _ => path,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_scope_opens_its_own_addresses_and_what_they_give_is_what_is_described() {
    let world = World::open().await;
    let case = world.asked().await.number().to_string();
    let described = value(&world.browser().get("/api/v1/openapi.json").await.is(200));
    assert_eq!(described["openapi"], "3.1.0");
    let routes: Vec<_> = ROUTES.iter().filter(|route| matches!(route.who, Who::Program(_))).collect();
    assert_eq!(routes.len(), OPERATIONS.len(), "each address is described once");
    for scope in Scope::ALL {
        let mut program = world.program(scope.name(), &[scope], 3600).await;
        for route in &routes {
            let Who::Program(asked) = route.who else { unreachable!() };
            let path = address(route.path, &case);
            let reply = if route.method == "GET" {
                program.get(&path).await
            } else {
                let body = json!({ "text": "Is E11.9 billable?" });
                program.post(&path, None, &body).await
            };
            if asked != scope {
                assert!(problem(reply, 403).contains("scope"), "{} {} with {}", route.method, route.path, scope.name());
                continue;
            }
            assert!(reply.status < 500 && ![401, 403].contains(&reply.status), "{} {}", route.method, route.path);
            let operation = OPERATIONS.iter().find(|one| one.method == route.method && one.path == route.path).unwrap();
            let given = &described["paths"][route.path][route.method.to_lowercase()]["responses"];
            assert!(given[operation.status.to_string()].is_object(), "{} {}", route.method, route.path);
            if reply.status == operation.status {
                let given = value(&reply);
                let mut fields: Vec<&str> = given.as_object().unwrap().keys().map(String::as_str).collect();
                let mut told = operation.answer.to_vec();
                fields.sort_unstable();
                told.sort_unstable();
                assert_eq!(fields, told, "{} {}", route.method, route.path);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_is_sent_again_is_one_case_and_is_answered_by_mail() {
    let world = World::open().await;
    world.registers("Practice", "practice.test").await;
    let mut program = world.program("billing", &[Scope::Ask, Scope::Cases], 3600).await;
    let question = json!({ "from": "nurse@practice.test", "subject": "Units\r\nBcc: x@evil.test", "text": "60 mg of ketorolac IM, J1885: how many units?" });
    let first = program.post("/api/v1/cases", Some("order-0001"), &question).await.is(202);
    let place = first.location().to_owned();
    let waiting = value(&program.get(&place).await.is(200));
    assert_eq!((&waiting["disposition"], &waiting["case"]), (&Value::Null, &Value::Null));
    // Again before it was read, at the same moment many times, and after.
    let again =
        || async { world.by(&hex(&Sha256::digest("billing"))).post("/api/v1/cases", Some("order-0001"), &question).await };
    for reply in futures::future::join_all((0..8).map(|_| again())).await {
        assert_eq!(reply.is(202).body, first.body);
    }
    world.work().await;
    // A second later the mail would bear another date.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(again().await.is(202).body, first.body);
    world.work().await;
    let told = value(&program.get(&place).await.is(200));
    assert_eq!(told["disposition"], "opened");
    let cases = world.store.cases(&CaseFilter::default()).await.unwrap();
    assert_eq!(cases.len(), 1, "one question");
    assert_eq!((cases[0].standing.name(), cases[0].account.is_some()), ("verified", true));
    let case = value(&program.get(&format!("/api/v1/cases/{}", told["case"].as_str().unwrap())).await.is(200));
    assert_eq!(case["requester"], "nurse@practice.test");
    assert!(!case["subject"].as_str().unwrap().contains('\n'));

    let other = json!({ "from": "nurse@practice.test", "text": "Another question." });
    assert!(problem(program.post("/api/v1/cases", Some("order-0001"), &other).await, 409).contains("another question"));
    assert!(problem(program.post("/api/v1/cases", None, &other).await, 400).contains("Idempotency-Key"));
    let stranger = json!({ "from": "x@elsewhere.test", "text": "Hello?" });
    assert!(problem(program.post("/api/v1/cases", Some("order-0002"), &stranger).await, 422).contains("registered"));
    assert_eq!(world.store.cases(&CaseFilter::default()).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_would_be_answered_is_told_and_nothing_is_stored() {
    let world = World::open().await;
    let mut program = world.program("tries", &[Scope::Ask, Scope::Codes], 3600).await;
    let asked = json!({ "text": "How many units are 60 mg of ketorolac IM, J1885?" });
    let told = value(&program.post("/api/v1/ask", None, &asked).await.is(200));
    assert!(told["body"].as_str().unwrap().contains("4 units"), "{told}");
    assert_eq!(told["ground_check"]["passed"], true);
    assert!(world.store.cases(&CaseFilter::default()).await.unwrap().is_empty());
    assert_eq!(world.store.figures().await.unwrap().inbound, 0);
    let edits = value(&program.get("/api/v1/edits?code=99213&code=20610&on=2026-11-02").await.is(200));
    assert_eq!(edits["on"], "2026-11-02");
    let hits = value(&program.get("/api/v1/search?q=ketorolac&limit=3").await.is(200));
    assert_eq!(hits["hits"][0]["code"], "J1885");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_fit_is_told_as_a_problem() {
    let world = World::open().await;
    let mut all = world.program("all", &Scope::ALL, 3600).await;
    for (path, status, said) in [
        ("/api/v1/cases?limit=0", 400, "1 to 200"),
        ("/api/v1/cases?state=nowhere", 400, "no state"),
        ("/api/v1/cases?color=red", 400, "color"),
        ("/api/v1/cases?limit=1&limit=2", 400, "more than once"),
        ("/api/v1/cases/CC-999999", 404, "no case"),
        ("/api/v1/cases/%00", 404, "no case"),
        ("/api/v1/questions/x", 404, "no question"),
        ("/api/v1/codes/nothing/E11.9", 404, "code system"),
        ("/api/v1/codes/icd10cm/E99.99", 404, "E99.99"),
        ("/api/v1/codes/icd10cm/E11.9?on=someday", 400, "a day"),
        ("/api/v1/search", 400, "q is missing"),
        ("/api/v1/search?q=x&system=nothing", 400, "no code system"),
        ("/api/v1/edits", 400, "code="),
        ("/api/v1/edits?code=1&setting=home", 400, "practitioner"),
        ("/api/v2/cases", 404, "no address"),
    ] {
        assert!(problem(all.get(path).await, status).contains(said), "{path}");
    }
    for (body, status) in [
        (json!({}), 422),
        (json!({ "text": " " }), 422),
        (json!({ "text": "x", "more": 1 }), 422),
        (json!({ "text": 5 }), 422),
        (json!([]), 422),
        (json!({ "text": "x".repeat(30_000) }), 422),
        (json!({ "text": "x".repeat(70_000) }), 413),
    ] {
        problem(all.post("/api/v1/ask", None, &body).await, status);
    }
    problem(all.0.clone().send_as("text/plain", "POST", "/api/v1/ask", Some("{}".to_owned())).await, 415);
    problem(all.0.clone().send_as(JSON, "POST", "/api/v1/ask", Some("{".to_owned())).await, 422);
    problem(all.0.clone().send_as(JSON, "DELETE", "/api/v1/cases", None).await, 405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_expired_ended_altered_or_guessed_opens_nothing() {
    let world = World::open().await;
    let mut good = world.program("good", &Scope::ALL, 3600).await;
    good.get("/api/v1/cases").await.is(200);
    let mut old = world.program("old", &Scope::ALL, 0).await;
    problem(old.get("/api/v1/cases").await, 401);
    let text = hex(&Sha256::digest("good"));
    let kept = hex(&Sha256::digest(text.as_bytes()));
    for token in [format!("{}0", &text[..63]), kept, String::new(), "x".repeat(5000)] {
        let reply = world.by(&token).get("/api/v1/cases").await;
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        problem(reply, 401);
    }
    problem(world.browser().get("/api/v1/cases").await, 401);
    // A token is no session, and a session no token.
    good.get("/cases").await.is(303);
    world.store.end_token("good").await.unwrap();
    problem(good.get("/api/v1/cases").await, 401);
    let mut last = 0;
    for n in 0..70 {
        last = world.by(&format!("{n:064}")).get("/api/v1/cases").await.status;
    }
    assert_eq!(last, 429, "guessing is slow");
}
