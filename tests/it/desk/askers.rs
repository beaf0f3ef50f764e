//! Askers come in by a mailed link: they read, ask, go on, take their data and delete it; nobody else's is theirs.

use std::time::Duration;

use caseconsultant::domain::account::NewAccount;
use caseconsultant::ports::CaseFilter;

use super::{Browser, World};
use crate::store::samples;
use crate::world::eventually;

const SOON: Duration = Duration::from_secs(20);
const QUESTION: &str =
    "We gave 60 mg of ketorolac IM and want to bill J1885. How many units is that, and is there a limit for Medicare?";

impl World {
    fn links_to(&self, to: &str) -> Vec<String> {
        let mails = self.left().into_iter().filter(|(who, text)| who == to && text.contains("/sign-in/link/"));
        mails
            .map(|(_, text)| text.split("/sign-in/link/").nth(1).unwrap().split_whitespace().next().unwrap().to_owned())
            .collect()
    }

    /// The token of a link that is mailed for the asking.
    async fn mailed_link(&self, to: &str) -> String {
        let before = self.links_to(to);
        self.browser().post("/sign-in/link", &[("address", to)]).await.is(200);
        eventually("a link", SOON, || async { self.links_to(to).len() > before.len() }).await;
        self.links_to(to).into_iter().find(|token| !before.contains(token)).unwrap()
    }

    pub async fn comes_by_link(&self, to: &str) -> Browser {
        let token = self.mailed_link(to).await;
        let mut browser = self.browser();
        browser.get(&format!("/sign-in/link/{token}")).await.is(200).says("Show my questions");
        assert_eq!(browser.post(&format!("/sign-in/link/{token}"), &[]).await.is(303).location(), "/my");
        browser
    }

    pub async fn registers(&self, name: &str, domain: &str) {
        let account = NewAccount {
            name: name.to_owned(),
            addresses: Vec::new(),
            domains: vec![domain.to_owned()],
            plan: "standard".to_owned(),
        };
        self.store.add_account(&[account], self.flow.clock.now()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asker_asks_by_the_form_reads_the_answer_and_goes_on() {
    let world = World::open().await;
    world.registers("Practice", "practice.test").await;
    let mut nurse = world.comes_by_link("nurse@practice.test").await;
    let page = nurse.get("/my").await.is(200);
    page.says("Practice").says("Nothing was asked yet");
    let csrf = page.value_of("csrf");
    nurse.post("/my/ask", &[("csrf", &csrf), ("subject", "Units\r\nBcc: x@evil.test"), ("text", QUESTION)]).await.is(200);
    world.work().await;
    let case = world.store.cases(&CaseFilter::default()).await.unwrap().remove(0);
    assert_eq!((case.standing.name(), case.account.is_some()), ("verified", true), "a link proves what a signature proves");
    let mut browser = nurse.clone();
    let path = format!("/my/questions/{}", case.number());
    if case.state.name() == "in_review" {
        browser.get(&path).await.is(200).says("J1885").says("being answered").does_not_say("4 units");
        let hash = case.state.review().unwrap().hash.clone();
        let dana = world.hires("dana", caseconsultant::domain::account::Role::Consultant).await;
        world.flow.approve(case.id, dana, &hash).await.unwrap();
        world.work().await;
    }
    browser.get(&path).await.is(200).says("answered").says("4 units").says("the line carries JZ (since 2023-07-01)");
    assert!(world.left().iter().any(|(to, text)| to == "nurse@practice.test" && text.contains("4 units")), "and by mail");
    browser.get("/my").await.is(200).says(&case.number().to_string());
    browser.post(&format!("{path}/follow-up"), &[("csrf", &csrf), ("text", "And for 30 mg of J1885?")]).await.is(200);
    world.work().await;
    let again = world.store.case(case.id).await.unwrap();
    assert_eq!((again.round, world.store.cases(&CaseFilter::default()).await.unwrap().len()), (2, 1), "the same case goes on");
    browser.post(&format!("{path}/follow-up"), &[("csrf", &csrf), ("text", " ")]).await.is(422).says("nothing was taken");
    // A colleague reads it too, and did not ask it; a stranger finds nothing, and not even that there is something.
    let mut colleague = world.comes_by_link("billing@practice.test").await;
    colleague.get("/my").await.is(200).says("nurse@practice.test");
    colleague.get(&path).await.is(200).says("4 units");
    colleague.get("/my/data.json").await.is(200).does_not_say("4 units");
    world.registers("Other", "other.test").await;
    let mut stranger = world.comes_by_link("x@other.test").await;
    let hidden = stranger.get(&path).await.is(404);
    let missing = stranger.get("/my/questions/CC-999999").await.is(404);
    assert_eq!(hidden.body.replace(&case.number().to_string(), "CC-999999"), missing.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_used_once_and_asking_for_one_tells_nothing() {
    let world = World::open().await;
    world.registers("Practice", "practice.test").await;
    let token = world.mailed_link("nurse@practice.test").await;
    let path = format!("/sign-in/link/{token}");
    world.browser().get(&path).await.is(200);
    world.browser().get(&path).await.is(200).says("Show my questions");
    let mut nurse = world.browser();
    nurse.post(&path, &[]).await.is(303);
    world.browser().post(&path, &[]).await.is(410).says("used already");
    let altered = format!("/sign-in/link/{}{}", &token[..63], if token.ends_with('0') { '1' } else { '0' });
    world.browser().post(&altered, &[]).await.is(410);
    world.browser().get("/sign-in/link/short").await.is(410);
    let csrf = nurse.get("/my").await.is(200).value_of("csrf");
    let mut old = nurse.clone();
    nurse.post("/my/sign-out", &[("csrf", &csrf)]).await.is(303);
    old.get("/my").await.is(303);

    let known = world.browser().post("/sign-in/link", &[("address", "billing@practice.test")]).await.is(200);
    let unknown = world.browser().post("/sign-in/link", &[("address", "nobody@elsewhere.test")]).await.is(200);
    assert_eq!(known.body, unknown.body);
    eventually("the other's link", SOON, || async { world.links_to("billing@practice.test").len() == 1 }).await;
    assert!(world.left().iter().all(|(to, _)| to != "nobody@elsewhere.test"), "a stranger gets no mail");
    world.browser().post("/sign-in/link", &[("address", "not an address")]).await.is(422);
    // Five an hour from one network, and five to one address from wherever they are asked for.
    let asks = async |network: &str, to: &str| {
        let mut browser = world.browser();
        browser.extra.push(("X-Forwarded-For".to_owned(), network.to_owned()));
        browser.post("/sign-in/link", &[("address", to)]).await.status
    };
    let mut statuses = Vec::new();
    for n in 0..7 {
        statuses.push(asks("192.0.2.1", &format!("n{n}@elsewhere.test")).await);
    }
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429]);
    for n in 0..8 {
        assert_eq!(asks(&format!("192.0.2.{}", 10 + n), "front@practice.test").await, 200);
    }
    eventually("five links", SOON, || async { world.links_to("front@practice.test").len() == 5 }).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(world.links_to("front@practice.test").len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_asker_takes_the_data_and_deletes_it() {
    let world = World::open().await;
    let case = world.asked().await;
    let mut anna = world.comes_by_link("anna@clinic.test").await;
    let data = anna.get("/my/data.json").await.is(200);
    assert!(data.header("content-disposition").unwrap().starts_with("attachment"));
    data.says("small bowel").says(&case.number().to_string());
    let csrf = anna.get("/my").await.is(200).value_of("csrf");
    anna.post("/my/delete", &[("csrf", &csrf)]).await.is(303);
    assert_eq!(world.store.case_file(case.id).await.unwrap().messages.len(), 1, "not by a slip");
    anna.post("/my/delete", &[("csrf", &csrf), ("sure", "yes")]).await.is(200).says("One question was emptied");
    let file = world.store.case_file(case.id).await.unwrap();
    assert!(file.messages.is_empty() && file.drafts.is_empty() && file.case.subject.is_empty());
    assert_eq!(file.case.state.name(), "closed");
    anna.get("/my").await.is(303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_does_not_know_its_address_mails_no_link_and_says_what_to_configure() {
    let world = World::opened_at(samples::policy(), None).await;
    world.registers("Practice", "practice.test").await;
    world.browser().post("/sign-in/link", &[("address", "nurse@practice.test")]).await.is(503).says("public_url");
    assert!(world.left().is_empty());
}
