//! Other programs hear of what happens: signed, once each, however long they were down.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use caseconsultant::domain::job::{JobKind, JobState, JobView};
use caseconsultant::domain::policy::Policy;
use caseconsultant::webhook::{HookSettings, HookUrl, Webhooks};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use sqlx::{Connection as _, SqliteConnection};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::DESK;
use super::desk::{ANSWERED, Desk, SOON, policy};
use crate::world::work_off;

const SECRET: &[u8] = b"a secret of thirty-two letters!!";
const FOR_A_PERSON: &str = "Which procedure code fits this operative note? A segment of small bowel was resected with a stapled anastomosis, and the fascia was closed with mesh.";

/// A program that is told; while it is down it answers 503 or hangs up, by turns.
#[derive(Default)]
struct Receiver {
    up: bool,
    knocks: usize,
    taken: Vec<String>,
}

async fn receiver() -> (u16, Arc<Mutex<Receiver>>) {
    let state = Arc::new(Mutex::new(Receiver::default()));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let shared = Arc::clone(&state);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !whole(&request) {
                let mut piece = [0; 4096];
                let came = stream.read(&mut piece).await.unwrap();
                request.extend_from_slice(&piece[..came]);
            }
            let answer = {
                let mut state = shared.lock().unwrap();
                state.knocks += 1;
                if state.up {
                    state.taken.push(String::from_utf8(request).unwrap());
                    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
                } else if state.knocks.is_multiple_of(2) {
                    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
                } else {
                    ""
                }
            };
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (port, state)
}

fn whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length: usize = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap().parse().unwrap();
    body.len() == length
}

/// A desk that tells the receiver at `port`.
async fn telling(port: u16) -> Desk {
    let mut desk = Desk::open(DESK, Policy { hooks: vec!["billing".to_owned()], ..policy() }).await;
    let settings = HookSettings {
        name: "billing".to_owned(),
        url: format!("http://127.0.0.1:{port}/told?by=desk").parse().unwrap(),
        secret: format!("whsec_{}", STANDARD.encode(SECRET)).into(),
        ca_file: None,
    };
    Arc::get_mut(&mut desk.flow).unwrap().hooks = Arc::new(Webhooks::new(&[settings]).unwrap());
    desk
}

/// Lets time pass until the next job falls due, does what is due, and says how many seconds passed.
async fn passes(desk: &Desk) -> f64 {
    let secs = desk.store.next_due_secs().await.unwrap().unwrap_or_default();
    let path = format!("sqlite:{}", desk.dir.path().join("cases.sqlite").display());
    let mut store = SqliteConnection::connect(&path).await.unwrap();
    sqlx::query("UPDATE jobs SET run_at = run_at - $1, due = due - $1 WHERE state = 'ready'")
        .bind(Duration::from_secs_f64(secs).as_micros() as i64)
        .execute(&mut store)
        .await
        .unwrap();
    work_off(&desk.flow, SOON).await;
    secs
}

async fn owed(desk: &Desk, state: JobState) -> Vec<JobView> {
    let jobs = desk.store.jobs(false).await.unwrap();
    jobs.into_iter().filter(|job| job.state == state && matches!(job.kind, JobKind::Hook(_))).collect()
}

/// Type and case of a request whose signature holds, and its identifier.
fn read(request: &str) -> (String, String, String) {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    assert!(head.starts_with("POST /told?by=desk HTTP/1.1\r\n"), "{head}");
    let (id, at) = (field("webhook-id: "), field("webhook-timestamp: "));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).unwrap();
    mac.update(format!("{id}.{at}.{body}").as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(field("webhook-signature: "), signature);
    assert!(!body.contains('@') && !body.contains("J1885"), "nothing of the question or its asker: {body}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    (body["type"].as_str().unwrap().to_owned(), body["data"]["case"].as_str().unwrap().to_owned(), id)
}

#[tokio::test]
async fn a_receiver_that_is_down_for_an_hour_misses_nothing() {
    let (port, state) = receiver().await;
    let desk = telling(port).await;
    for (sender, text) in [("anna@clinic.test", ANSWERED), ("gone@clinic.test", ANSWERED), ("ben@clinic.test", FOR_A_PERSON)] {
        desk.writes(sender, "A question", "pass", text).await;
    }
    assert_eq!(owed(&desk, JobState::Ready).await.len(), 6);
    let mut passed = 0.0;
    while passed < 3600.0 {
        passed += passes(&desk).await;
    }
    let knocks = state.lock().unwrap().knocks;
    assert!((6 * 6..=6 * 12).contains(&knocks), "{knocks} knocks in an hour");
    assert_eq!(owed(&desk, JobState::Ready).await.len(), 6, "all six are still owed");
    state.lock().unwrap().up = true;
    while !owed(&desk, JobState::Ready).await.is_empty() {
        passed += passes(&desk).await;
    }
    assert!(passed < 3.0 * 3600.0, "told {passed} seconds after it happened");
    let taken: Vec<_> = state.lock().unwrap().taken.iter().map(|request| read(request)).collect();
    let mut told: Vec<String> = taken.iter().map(|(event, case, _)| format!("{case} {event}")).collect();
    told.sort();
    let expected = [
        "CC-000001 case.answered",
        "CC-000001 case.opened",
        "CC-000002 case.opened",
        "CC-000002 case.undeliverable",
        "CC-000003 case.draft_ready",
        "CC-000003 case.opened",
    ];
    assert_eq!(told, expected);
    assert_eq!(taken.iter().map(|(_, _, id)| id).collect::<BTreeSet<_>>().len(), 6, "each has an identifier of its own");
    assert!(owed(&desk, JobState::Dead).await.is_empty());
}

#[tokio::test]
async fn a_receiver_that_never_comes_back_leaves_dead_letters_that_can_be_sent_again() {
    let (port, state) = receiver().await;
    let desk = telling(port).await;
    desk.writes("ben@clinic.test", "A question", "pass", FOR_A_PERSON).await;
    while !owed(&desk, JobState::Ready).await.is_empty() {
        passes(&desk).await;
    }
    let dead = owed(&desk, JobState::Dead).await;
    assert_eq!((dead.len(), state.lock().unwrap().knocks), (2, 24), "twelve attempts each");
    assert!(dead.iter().all(|job| job.last_error.as_deref().is_some_and(|why| why.starts_with("the receiver "))), "{dead:?}");
    state.lock().unwrap().up = true;
    for job in dead {
        desk.store.retry(job.id, desk.flow.clock.now()).await.unwrap();
    }
    work_off(&desk.flow, SOON).await;
    assert_eq!(state.lock().unwrap().taken.len(), 2);
}

#[test]
fn only_what_is_encrypted_or_on_this_machine_is_told() {
    for good in ["https://crm.example/hook", "https://crm.example:8443/h?x=1", "http://127.0.0.1:9000/h", "http://[::1]:9000/"] {
        assert!(good.parse::<HookUrl>().is_ok(), "{good}");
    }
    for bad in [
        "http://crm.example/hook",
        "http://localhost.crm.example/",
        "http://localhost:9000/",
        "http://10.0.0.7/",
        "https://user:secret@crm.example/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "crm.example/hook",
        "",
    ] {
        assert!(bad.parse::<HookUrl>().is_err(), "{bad}");
    }
}
