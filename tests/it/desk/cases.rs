//! A consultant at the desk: from the mail to the approved answer, every address by every role, and nobody over another.

use caseconsultant::clock::{Chance as _, SystemChance};
use caseconsultant::desk::password;
use caseconsultant::domain::account::{Login, NewConsultant, Role};
use caseconsultant::domain::case::Case;
use caseconsultant::domain::id::ConsultantId;
use caseconsultant::domain::policy::Policy;
use caseconsultant::ports::{Arrival, CaseFilter, Place};
use caseconsultant::worker::{WorkerSettings, drain};

use super::{Browser, World};
use crate::store::samples::{self, address};

pub const PASSWORD: &str = "correct horse battery";
pub const FOR_A_PERSON: &str = "Can you tell us which procedure code fits this operative note? The abdomen was entered through a midline incision. Dense adhesions were taken down over two hours. A segment of small bowel was resected with a stapled anastomosis, and the fascia was closed with mesh. We also billed 99213.";

impl World {
    pub async fn hires(&self, handle: &str, role: Role) -> ConsultantId {
        let new = NewConsultant {
            handle: handle.to_owned(),
            name: format!("{handle} of the desk"),
            address: address(&format!("{handle}@desk.example")),
        };
        let id = self.store.add_consultant(&new).await.unwrap();
        let password = password::hash(PASSWORD, SystemChance.bytes()).unwrap();
        self.store.set_login(id, &Login { role, password }).await.unwrap();
        id
    }

    pub async fn signed_in(&self, handle: &str) -> Browser {
        let mut browser = self.browser();
        let reply = browser.post("/sign-in", &[("name", handle), ("password", PASSWORD)]).await.is(303);
        let cookie = reply.headers.iter().find(|(name, _)| name == "set-cookie").unwrap().1.clone();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        browser
    }

    /// A mail comes in and is taken as far as it goes without a person.
    pub async fn asked(&self) -> Case {
        self.mailed("q1", "", FOR_A_PERSON).await;
        self.store.cases(&CaseFilter::default()).await.unwrap().remove(0)
    }

    /// A mail under this id, with further header lines, and all that follows from it without a person.
    pub async fn mailed(&self, id: &str, head: &str, text: &str) {
        let raw = format!(
            "Return-Path: <anna@clinic.test>\r\nFrom: Anna <anna@clinic.test>\r\nTo: ask@desk.example\r\nSubject: A question\r\n\
             Message-ID: <{id}@clinic.test>\r\n{head}\r\n{text}\r\n"
        );
        let arrival = Arrival {
            place: Place::Maildir { name: format!("mail-{id}") },
            size: raw.len() as u64,
            raw: raw.into_bytes(),
            quarantine: None,
        };
        self.store.receive("main", &[arrival], self.flow.clock.now()).await.unwrap();
        self.work().await;
    }

    pub async fn work(&self) {
        drain(&self.flow, WorkerSettings { concurrency: 2, lease_secs: 30 }).await;
    }
}

/// A form of the case page, with what the page itself holds.
pub async fn acts(browser: &mut Browser, case: &Case, act: &str, fields: &[(&str, &str)]) -> super::http::Reply {
    let path = format!("/cases/{}", case.number());
    let page = browser.get(&path).await.is(200);
    let (csrf, version) = (page.value_of("csrf"), page.value_of("version"));
    let mut all = vec![("csrf", csrf.as_str()), ("version", version.as_str())];
    all.extend(fields);
    browser.post(&format!("{path}/{act}"), &all).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_returned_taken_edited_submitted_and_approved_by_another() {
    let world = World::under(Policy { four_eyes: true, ..samples::policy() }).await;
    world.hires("dana", Role::Consultant).await;
    world.hires("lee", Role::Lead).await;
    let case = world.asked().await;
    let (mut dana, mut lee) = (world.signed_in("dana").await, world.signed_in("lee").await);
    let number = case.number().to_string();
    dana.get("/cases").await.is(200).says(&number).says("To review");
    let page = dana.get(&format!("/cases/{number}")).await.is(200);
    page.says("Ground check").says("midline incision").says("href=\"/codes/cpt/99213\"").says("Approve and send");
    assert!(page.body.len() < 150_000);

    acts(&mut dana, &case, "return", &[("text", "Look at the note again")]).await.is(303);
    world.work().await;
    assert_eq!(world.store.case(case.id).await.unwrap().state.name(), "in_review", "drafted anew with the notes");
    let other = world.browser().get(&format!("/cases/{number}")).await;
    assert_eq!(other.location(), format!("/sign-in?next=%2Fcases%2F{}", number.replace('-', "%2D")));

    acts(&mut dana, &case, "edit", &[("text", "Report the service once the note is signed.")]).await.is(303);
    let edited = dana.get(&format!("/cases/{number}")).await.is(200);
    edited.says("once the note is signed");
    let mail = dana.get(&format!("/cases/{number}/mail")).await.is(200);
    mail.says("Auto-Submitted: auto-replied");
    assert_eq!(mail.header("content-type"), Some("text/plain; charset=utf-8"));
    let hash = edited.value_of("hash");
    acts(&mut dana, &case, "approve", &[("hash", &hash)]).await.is(409).says("our eyes");
    acts(&mut lee, &case, "approve", &[("hash", &"0".repeat(64))]).await.is(409);
    acts(&mut lee, &case, "approve", &[("hash", &hash)]).await.is(303);
    world.work().await;
    assert_eq!(world.store.case(case.id).await.unwrap().state.name(), "answered");
    lee.get(&format!("/cases/{number}")).await.is(200).says("accepted");
    lee.get("/figures").await.is(200).says("answered");
    lee.get("/figures/now.csv").await.is(200).says("case,answered,1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_at_one_case_do_not_write_over_each_other() {
    let world = World::open().await;
    world.hires("dana", Role::Consultant).await;
    world.hires("lee", Role::Consultant).await;
    let case = world.asked().await;
    let (mut dana, mut lee) = (world.signed_in("dana").await, world.signed_in("lee").await);
    let path = format!("/cases/{}", case.number());
    let open = dana.get(&path).await.is(200);
    let (csrf, version) = (open.value_of("csrf"), open.value_of("version"));
    acts(&mut lee, &case, "edit", &[("text", "Written by Lee.")]).await.is(303);
    let late = [("csrf", csrf.as_str()), ("version", version.as_str()), ("text", "Written by Dana.")];
    let told = dana.post(&format!("{path}/edit"), &late).await.is(409);
    told.says("has moved on").says("Written by Dana.").says("Written by Lee.");
    let file = world.store.case_file(case.id).await.unwrap();
    assert_eq!(file.drafts.last().unwrap().0.drafted.body, "Written by Lee.");
    let checked = acts(&mut dana, &case, "check", &[("text", "Bill 99999 with modifier 25.")]).await.is(200);
    checked.says("\"passed\":false");
    acts(&mut dana, &case, "edit", &[("text", "  ")]).await.is(422).says("nothing was done");
    acts(&mut dana, &case, "nonsense", &[]).await.is(404);
    acts(&mut dana, &case, "close", &[("reason", "out_of_scope")]).await.is(303);
    dana.get("/cases/CC-999999").await.is(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_in_tells_nothing_and_a_session_ends() {
    let world = World::open().await;
    let dana = world.hires("dana", Role::Consultant).await;
    let wrong = world.browser().post("/sign-in", &[("name", "dana"), ("password", "wrong")]).await.is(401);
    let nobody = world.browser().post("/sign-in", &[("name", "nobody"), ("password", "wrong")]).await.is(401);
    assert_eq!(wrong.body.replace("dana", "nobody"), nobody.body);
    let mut by_address = world.browser();
    let next = [("name", "dana@desk.example"), ("password", PASSWORD), ("next", "//evil.example/")];
    assert_eq!(by_address.post("/sign-in", &next).await.is(303).location(), "/cases");
    let token = by_address.cookies["cc_session"].clone();
    let csrf = by_address.get("/cases").await.is(200).value_of("csrf");
    let mut elsewhere = by_address.clone();
    elsewhere.extra.push(("Origin".to_owned(), "https://evil.example".to_owned()));
    elsewhere.post("/sign-out", &[("csrf", &csrf)]).await.is(403);
    by_address.post("/sign-out", &[("csrf", &csrf)]).await.is(303);
    assert!(!by_address.cookies.contains_key("cc_session"));
    by_address.cookies.insert("cc_session".to_owned(), token);
    by_address.get("/cases").await.is(303);

    let mut gone = world.signed_in("dana").await;
    let mut consultant = world.store.consultants().await.unwrap().remove(0);
    assert_eq!(consultant.id, dana);
    consultant.active = false;
    world.store.set_consultant(&consultant).await.unwrap();
    gone.get("/cases").await.is(303);

    for attempt in 0..12 {
        let reply = world.browser().post("/sign-in", &[("name", "lee"), ("password", "guess")]).await;
        assert_eq!(reply.status, if attempt < 10 { 401 } else { 429 }, "attempt {attempt}");
    }
}
