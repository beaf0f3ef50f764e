//! What consultants do with cases among themselves: notes, handing over, joining, parting, reading anew.

use caseconsultant::domain::account::Role;
use caseconsultant::domain::case::{Case, CaseState, CloseReason};
use caseconsultant::domain::draft::Author;
use caseconsultant::domain::policy::Policy;
use caseconsultant::domain::question::{Intent, Payer};
use caseconsultant::ports::CaseFilter;

use super::World;
use super::cases::{FOR_A_PERSON, acts};
use crate::store::samples;

const UNITS: &str = "We gave 60 mg of ketorolac IM and want to bill J1885. How many units is that, and is there a limit?";
const PAIR: &str = "Can we bill 20610 with 99213 on the same day for Medicare?";

impl World {
    async fn newest(&self) -> Case {
        self.store.cases(&CaseFilter::default()).await.unwrap().into_iter().max_by_key(|case| case.id).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_stands_in_the_history_and_never_leaves_the_house() {
    let world = World::open().await;
    world.hires("dana", Role::Consultant).await;
    let case = world.asked().await;
    let mut dana = world.signed_in("dana").await;
    let note = "Lee knows this surgeon: wait for the addendum. <b>";
    acts(&mut dana, &case, "note", &[("text", note)]).await.is(303);
    acts(&mut dana, &case, "note", &[("text", "  ")]).await.is(422);
    let page = dana.get(&format!("/cases/{}", case.number())).await.is(200);
    page.says("wait for the addendum. &lt;b&gt;").says("dana of the desk: note");
    let after = world.store.case(case.id).await.unwrap();
    assert_eq!((after.state, after.version), (case.state.clone(), case.version + 1), "nothing moved but the version");

    acts(&mut dana, &case, "edit", &[("text", "Report the service once the note is signed.")]).await.is(303);
    let hash = dana.get(&format!("/cases/{}", case.number())).await.value_of("hash");
    acts(&mut dana, &case, "approve", &[("hash", &hash)]).await.is(303);
    world.work().await;
    // Noted again when all is said and done: that is nothing that the asker would hear of.
    acts(&mut dana, &case, "note", &[("text", "She wrote back by phone: addendum.")]).await.is(303);
    let mut anna = world.comes_by_link("anna@clinic.test").await;
    let mut seen = vec![anna.get("/my").await.body, anna.get("/my/data.json").await.body];
    seen.push(anna.get(&format!("/my/questions/{}", case.number())).await.is(200).body);
    seen.extend(world.left().into_iter().map(|(_, text)| text));
    let file = world.store.case_file(case.id).await.unwrap();
    seen.extend(file.outgoing.iter().map(|sent| String::from_utf8_lossy(&sent.outgoing.bytes).into_owned()));
    seen.push(serde_json::to_string(&file.audit).unwrap());
    assert!(seen.len() > 4 && seen.iter().all(|text| !text.contains("addendum")), "{seen:#?}");
    assert_eq!(file.notes.len(), 2);
    assert_eq!(file.audit.iter().filter(|entry| entry.event.event == "note").count(), 2, "that there is one is on record");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_given_to_another_and_taken_out_of_hands_by_a_lead_alone() {
    let world = World::open().await;
    let dana = world.hires("dana", Role::Consultant).await;
    let lee = world.hires("lee", Role::Consultant).await;
    world.hires("kim", Role::Lead).await;
    let case = world.asked().await;
    let (mut of_dana, mut of_lee, mut of_kim) =
        (world.signed_in("dana").await, world.signed_in("lee").await, world.signed_in("kim").await);
    acts(&mut of_dana, &case, "assign", &[("to", "lee")]).await.is(303);
    of_lee.get("/cases?view=mine").await.is(200).says(&case.number().to_string());
    of_dana.get("/cases?view=mine").await.does_not_say(&case.number().to_string());
    acts(&mut of_lee, &case, "take", &[]).await.is(303);
    let page = of_dana.get(&format!("/cases/{}", case.number())).await.is(200);
    page.does_not_say("Give to a consultant").does_not_say("Read it otherwise");
    acts(&mut of_dana, &case, "assign", &[("to", "dana")]).await.is(409).says("nother person has this case in hand");
    acts(&mut of_kim, &case, "assign", &[("to", "dana")]).await.is(303);
    let state = world.store.case(case.id).await.unwrap().state;
    assert_eq!(state, CaseState::Queued { assigned: Some(dana), notes: None });
    acts(&mut of_lee, &case, "submit", &[]).await.is(409);
    acts(&mut of_kim, &case, "assign", &[("to", "nobody")]).await.is(422);
    let mut gone = world.store.consultants().await.unwrap().into_iter().find(|one| one.id == lee).unwrap();
    gone.active = false;
    world.store.set_consultant(&gone).await.unwrap();
    acts(&mut of_kim, &case, "assign", &[("to", "lee")]).await.is(422).says("no such consultant at work");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_cases_of_one_question_become_one_and_nobody_elses_does() {
    let world = World::open().await;
    world.hires("dana", Role::Consultant).await;
    let first = world.asked().await;
    world.mailed("q2", "", &format!("{FOR_A_PERSON} And may 20610 go with it?")).await;
    let second = world.newest().await;
    assert_ne!(first.id, second.id);
    let mut dana = world.signed_in("dana").await;
    acts(&mut dana, &second, "merge", &[("into", "CC-999999")]).await.is(404);
    acts(&mut dana, &second, "merge", &[("into", &second.number().to_string())]).await.is(422).says("into itself");
    let into = acts(&mut dana, &second, "merge", &[("into", &first.number().to_string())]).await.is(303);
    assert_eq!(into.location(), format!("/cases/{}", first.number()));
    world.work().await;
    let (root, gone) = (world.store.case_file(first.id).await.unwrap(), world.store.case_file(second.id).await.unwrap());
    assert!(matches!(gone.case.state, CaseState::Closed { reason: CloseReason::Merged(into), .. } if into == first.id));
    assert_eq!((root.messages.len(), gone.messages.len()), (2, 0), "the question went over");
    assert_eq!(root.case.state.name(), "in_review", "drafted anew over both mails");
    dana.get(&format!("/cases/{}", first.number())).await.is(200).says("And may").says("20610");
    // Whoever answers to the closed one is heard in the other.
    world.mailed("q3", "In-Reply-To: <q2@clinic.test>\r\n", "One more thing: it was Medicare.").await;
    assert_eq!(world.store.case_file(first.id).await.unwrap().messages.len(), 3);

    let other = samples::opened(&*world.store, 77).await;
    let refused = acts(&mut dana, &other, "merge", &[("into", &first.number().to_string())]).await.is(422);
    refused.says("not of one account or one asker");
    assert_eq!(world.store.case(other.id).await.unwrap().version, other.version);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_with_another_question_becomes_a_case_of_its_own() {
    let world = World::under(Policy { confidence_min: 1.1, ..samples::policy() }).await;
    world.hires("dana", Role::Consultant).await;
    let case = world.asked().await;
    let mut dana = world.signed_in("dana").await;
    dana.get(&format!("/cases/{}", case.number())).await.does_not_say("Split off");
    acts(&mut dana, &case, "split", &[]).await.is(422);
    world.mailed("q2", "In-Reply-To: <q1@clinic.test>\r\n", UNITS).await;
    let file = world.store.case_file(case.id).await.unwrap();
    assert_eq!(file.messages.len(), 2);
    let mails: Vec<String> = file.messages.iter().map(|mail| mail.inbound.to_string()).collect();
    dana.get(&format!("/cases/{}", case.number())).await.says("Split off");
    let both = acts(&mut dana, &case, "split", &[("mail", &mails[0]), ("mail", &mails[1])]).await.is(422);
    both.says("keeps at least one mail");
    acts(&mut dana, &case, "split", &[("mail", "99999")]).await.is(422);
    let gone = acts(&mut dana, &case, "split", &[("mail", &mails[1])]).await.is(303);
    let own = world.newest().await;
    assert_eq!(gone.location(), format!("/cases/{}", own.number()));
    assert_eq!((own.linked, own.requester.clone()), (Some(case.id), case.requester.clone()));
    world.work().await;
    let (stays, own) = (world.store.case_file(case.id).await.unwrap(), world.store.case_file(own.id).await.unwrap());
    assert_eq!((stays.messages.len(), own.messages.len()), (1, 1));
    assert_eq!(stays.case.state.name(), "in_review");
    assert_eq!(own.case.state.name(), "in_review", "drafted like any other");
    assert!(own.drafts.last().unwrap().0.drafted.body.contains("J1885"));
    // A reply to the mail that left belongs to the case that it left for.
    world.mailed("q3", "In-Reply-To: <q2@clinic.test>\r\n", "And for 30 mg?").await;
    assert_eq!(world.store.case_file(own.case.id).await.unwrap().messages.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_reading_is_researched_anew_and_voids_what_was_approved() {
    let policy = Policy { confidence_min: 1.1, undo: jiff::SignedDuration::from_hours(1), ..samples::policy() };
    let world = World::under(policy).await;
    world.hires("dana", Role::Consultant).await;
    world.mailed("q1", "", PAIR).await;
    let case = world.newest().await;
    let mut dana = world.signed_in("dana").await;
    let path = format!("/cases/{}", case.number());
    let before = dana.get(&path).await.is(200);
    before.says("Read it otherwise").says("value=\"medicare\" selected");
    let old = before.value_of("hash");
    let other = [("payer", "commercial"), ("date_of_service", "2026-02-03"), ("intent", "pair_edit"), ("intent", "nonsense")];
    acts(&mut dana, &case, "reading", &[("date_of_service", "yesterday")]).await.is(422).says("is no day");
    acts(&mut dana, &case, "reading", &other).await.is(303);
    let file = world.store.case_file(case.id).await.unwrap();
    let reading = file.reading.clone().unwrap();
    assert_eq!((reading.payer, reading.intents), (Some(Payer::Commercial), vec![Intent::PairEdit]));
    let (newest, _) = file.drafts.last().unwrap();
    assert_eq!((file.drafts.len(), newest.author), (2, Author::Automation));
    let after = dana.get(&path).await.is(200);
    after.says("read by a consultant").says("value=\"commercial\" selected").says("value=\"2026-02-03\"");
    assert_ne!(after.value_of("hash"), old);
    acts(&mut dana, &case, "approve", &[("hash", &old)]).await.is(409).says("not that of the message under review");

    // Approved and taken back: read otherwise once more, that approval is void as well.
    let hash = after.value_of("hash");
    acts(&mut dana, &case, "approve", &[("hash", &hash)]).await.is(303);
    acts(&mut dana, &case, "reading", &other).await.is(409);
    acts(&mut dana, &case, "undo", &[]).await.is(303);
    acts(&mut dana, &case, "reading", &[("payer", ""), ("intent", "pair_edit")]).await.is(303);
    acts(&mut dana, &case, "approve", &[("hash", &hash)]).await.is(409);
    // In hand, the case stays in hand; the new draft is there to be edited.
    acts(&mut dana, &case, "take", &[]).await.is(303);
    acts(&mut dana, &case, "reading", &other).await.is(303);
    assert!(matches!(world.store.case(case.id).await.unwrap().state, CaseState::Drafting { draft: Some(_), .. }));
    acts(&mut dana, &case, "submit", &[]).await.is(303);
    world.work().await;
    assert!(world.left().is_empty(), "nothing was let go");
}
