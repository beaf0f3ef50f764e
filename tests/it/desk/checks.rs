//! A second look at answers that left without a person, and the figures that count what it found.

use caseconsultant::domain::account::Role;
use caseconsultant::domain::policy::Policy;
use caseconsultant::ports::CaseFilter;

use super::World;
use super::cases::acts;
use crate::store::samples;

const UNITS: &str = "We gave 60 mg of ketorolac IM and want to bill J1885. How many units is that, and is there a limit?";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_drawn_by_lot_is_checked_and_the_finding_stands_in_the_figures() {
    let world = World::under(Policy { check_share: 1.0, confidence_min: 0.5, ..samples::policy() }).await;
    world.hires("dana", Role::Consultant).await;
    world.hires("kim", Role::Lead).await;
    world.mailed("q1", "", UNITS).await;
    let case = world.store.cases(&CaseFilter::default()).await.unwrap().remove(0);
    assert_eq!(case.state.name(), "answered");
    let (mut dana, mut kim) = (world.signed_in("dana").await, world.signed_in("kim").await);
    let number = case.number().to_string();
    dana.get("/checks").await.is(200).says(&number).says("100 %");
    let page = dana.get(&format!("/cases/{number}")).await.is(200);
    page.says("Chosen for a check").says("approved by policy");
    let outgoing = page.value_of("outgoing");
    let found = |verdict, why| [("outgoing", outgoing.as_str()), ("verdict", verdict), ("text", why)];
    acts(&mut dana, &case, "check-answer", &found("wrong", "")).await.is(422).says("Say why");
    acts(&mut dana, &case, "check-answer", &found("maybe", "x")).await.is(422);
    acts(&mut dana, &case, "check-answer", &[("outgoing", &"0".repeat(32)), ("verdict", "right")]).await.is(422);
    acts(&mut dana, &case, "check-answer", &found("wrong", "The limit is by day, not by line.")).await.is(303);
    dana.get("/checks").await.is(200).does_not_say(&number).says("Nothing waits");
    dana.get(&format!("/cases/{number}")).await.says("found it wrong: The limit is by day");
    let figures = kim.get("/figures").await.is(200);
    figures.says("<b>1 of 1</b> checked were wrong").says("100 %</b> left without").says("<td class=\"num\">100 %</td>");
    figures.says("by policy, without a person").says("units");
    let csv = kim.get("/figures.csv?days=7").await.is(200);
    csv.says(",answer,units,policy,1,").says(",0,0,0,1\n");
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    dana.get("/figures.csv").await.is(403);
    kim.get("/figures?days=-5").await.is(200).says("aria-current=\"page\">30 days");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_checks_what_they_approved_and_a_share_of_nothing_draws_nothing() {
    let world = World::open().await;
    world.hires("dana", Role::Consultant).await;
    world.hires("kim", Role::Lead).await;
    let case = world.asked().await;
    let (mut dana, mut kim) = (world.signed_in("dana").await, world.signed_in("kim").await);
    acts(&mut dana, &case, "edit", &[("text", "Report the service once the note is signed.")]).await.is(303);
    let hash = dana.get(&format!("/cases/{}", case.number())).await.value_of("hash");
    acts(&mut dana, &case, "approve", &[("hash", &hash)]).await.is(303);
    world.work().await;
    dana.get("/checks").await.is(200).says("Nothing waits");
    let outgoing = kim.get(&format!("/cases/{}", case.number())).await.is(200).value_of("outgoing");
    dana.get(&format!("/cases/{}", case.number())).await.does_not_say("name=\"outgoing\"");
    let found = [("outgoing", outgoing.as_str()), ("verdict", "wrong"), ("text", "It names no code.")];
    acts(&mut dana, &case, "check-answer", &found).await.is(409).says("our eyes");
    acts(&mut kim, &case, "check-answer", &found).await.is(303);
    kim.get("/figures").await.is(200).says("<b>1 of 1</b> were wrong after a person").says("dana of the desk").says("1.0");
    // What is taken back before it left counts nowhere.
    let figures = kim.get("/figures.csv").await.is(200);
    figures.says(",answer,").says(",dana,1,");
}
