//! Two consultants and the automatic draft race for the same cases, a hundred times on each store.

use std::sync::Arc;

use caseconsultant::domain::account::NewConsultant;
use caseconsultant::domain::address::EmailAddress;
use caseconsultant::domain::case::{Case, CaseState};
use caseconsultant::domain::id::{CaseId, ConsultantId};
use caseconsultant::domain::policy::{AutoSend, Policy};
use caseconsultant::flow::{Flow, FlowError, Letters};
use caseconsultant::ports::{Arrival, CaseFilter, Place, StoreError};
use caseconsultant::worker::{WorkerSettings, drain};
use tempfile::TempDir;

use super::desk::{ANSWERED, Desk, SOON, policy};
use crate::world::postgres::Postgres;
use crate::world::work_off;

const CASES: usize = 100;
const CASES_TO_PROVE: usize = 10_000;
const DESK: &str = "ask@desk.test";
/// What policy never lets go by itself.
const FOR_A_PERSON: &str =
    "Which procedure code fits the attached operative note? Dense adhesions were taken down over two hours.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_consultants_and_automation_race_on_sqlite() {
    let dir = TempDir::new().unwrap();
    let url = format!("sqlite:{}", dir.path().join("cases.sqlite").display());
    race(&url, dir).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_consultants_and_automation_race_on_postgresql() {
    let Some(server) = Postgres::start() else { return };
    race(&server.empty("race").await, TempDir::new().unwrap()).await;
}

async fn race(url: &str, dir: TempDir) {
    let count = if std::env::var_os("CASECONSULTANT_PROVE").is_some() { CASES_TO_PROVE } else { CASES };
    let policy = Policy { auto_send: AutoSend::Grounded, ..policy() };
    let desk = Desk::over(url, dir, DESK, policy, Letters::default()).await.with_directory().await;
    let eli = NewConsultant { handle: "eli".into(), name: "Eli".into(), address: EmailAddress::parse("eli@desk.test").unwrap() };
    let eli = desk.store.add_consultant(&eli).await.unwrap();
    let dana = desk.store.consultants().await.unwrap().into_iter().find(|one| one.handle == "dana").unwrap().id;
    let arrivals: Vec<Arrival> = (0..count).map(arrival).collect();
    desk.store.receive("main", &arrivals, desk.flow.clock.now()).await.unwrap();
    let racer = |by| tokio::spawn(consultant(Arc::clone(&desk.flow), by, count));
    let (first, second) = (racer(dana), racer(eli));
    while !(first.is_finished() && second.is_finished()) {
        drain(&desk.flow, WorkerSettings { concurrency: 3, lease_secs: 30 }).await;
        tokio::task::yield_now().await;
    }
    let tallies = [first.await.unwrap(), second.await.unwrap()];
    work_off(&desk.flow, SOON).await;
    let sent = desk.all_sent();
    let cases = desk.cases().await;
    assert_eq!(cases.len(), count);
    for case in &cases {
        let file = desk.store.case_file(case.id).await.unwrap();
        let answers: Vec<_> = sent.iter().filter(|one| one.case == case.id && one.kind.states_coding()).collect();
        assert_eq!(answers.len(), 1, "{}: one reply, whoever wrote it ({})", case.number(), case.state.name());
        let (last, leaving) = file.drafts.last().unwrap();
        assert!(
            answers[0].bytes == leaving.bytes,
            "{}: what left is the last that was written, {:?}",
            case.number(),
            last.author
        );
        for edit in tallies.iter().flat_map(|tally| &tally.edits).filter(|(id, _)| *id == case.id) {
            assert!(file.drafts.iter().any(|(draft, _)| draft.drafted.body == edit.1), "{}: an edit was lost", case.number());
        }
        let approved = tallies.iter().flat_map(|tally| &tally.approved).filter(|id| **id == case.id).count();
        assert!(approved <= 1, "{}: approved {approved} times", case.number());
    }
    let (edits, approved): (usize, usize) =
        (tallies.iter().map(|one| one.edits.len()).sum(), tallies.iter().map(|one| one.approved.len()).sum());
    let refused: usize = tallies.iter().map(|one| one.refused).sum();
    println!(
        "figure: {count} cases raced for: {edits} edits and {approved} approvals by two consultants, {refused} refused, {} by policy",
        count - approved
    );
    assert!(approved > 0 && approved < count && edits > 0 && refused > 0, "it was a race");
}

fn arrival(n: usize) -> Arrival {
    let text = if n.is_multiple_of(2) { ANSWERED } else { FOR_A_PERSON };
    let raw = format!(
        "Return-Path: <a{n}@practice.test>\r\nAuthentication-Results: mx.test; dmarc=pass header.from=practice.test; dkim=pass header.d=practice.test\r\nFrom: a{n}@practice.test\r\nTo: {DESK}\r\nSubject: Question {n}\r\nMessage-ID: <race{n}@practice.test>\r\n\r\n{text}\r\n"
    );
    Arrival {
        place: Place::Maildir { name: format!("race{n}") },
        size: raw.len() as u64,
        raw: raw.into_bytes(),
        quarantine: None,
    }
}

#[derive(Default)]
struct Tally {
    /// Edits that were taken.
    edits: Vec<(CaseId, String)>,
    approved: Vec<CaseId>,
    refused: usize,
}

/// Works on whatever is open, as if nobody else did, until everything is answered.
async fn consultant(flow: Arc<Flow>, by: ConsultantId, count: usize) -> Tally {
    let mut tally = Tally::default();
    loop {
        let cases = flow.store.cases(&CaseFilter::default()).await.unwrap();
        let open: Vec<&Case> = cases.iter().filter(|case| case.state.name() != "answered").collect();
        if cases.len() == count && open.is_empty() {
            return tally;
        }
        for case in open {
            turn(&flow, by, case, &mut tally).await;
        }
        tokio::task::yield_now().await;
    }
}

async fn turn(flow: &Flow, by: ConsultantId, case: &Case, tally: &mut Tally) {
    let text = format!("Version {} of {}, as consultant {} writes it.", case.version, case.number(), by.0);
    match &case.state {
        // The others are left to automation, which drafts them as they come.
        CaseState::Queued { .. } if case.id.0 % 4 >= 2 => {}
        CaseState::Queued { .. } => count(flow.take(case.id, by).await.map(|_| ()), tally),
        CaseState::Drafting { draft: None, .. } => {
            let edited = flow.edit_seen(case.id, by, &text, None, Some(case.version)).await;
            if edited.is_ok() {
                tally.edits.push((case.id, text));
            }
            count(edited.map(|_| ()), tally);
        }
        CaseState::Drafting { .. } => count(flow.submit(case.id, by).await.map(|_| ()), tally),
        CaseState::InReview { .. } if (case.version + by.0) % 3 == 0 => {
            let edited = flow.edit_seen(case.id, by, &text, None, Some(case.version)).await;
            if edited.is_ok() {
                tally.edits.push((case.id, text));
            }
            count(edited.map(|_| ()), tally);
        }
        CaseState::InReview { review } => {
            let approved = flow.approve(case.id, by, &review.hash).await;
            if approved.is_ok() {
                tally.approved.push(case.id);
            }
            count(approved.map(|_| ()), tally);
        }
        CaseState::Unmatched { .. }
        | CaseState::Sending { .. }
        | CaseState::AwaitingRequester { .. }
        | CaseState::Answered { .. }
        | CaseState::Undeliverable { .. }
        | CaseState::Closed { .. } => {}
    }
}

/// A lost race is a refusal; anything else would be a fault.
fn count(done: Result<(), FlowError>, tally: &mut Tally) {
    match done {
        Ok(()) => {}
        Err(FlowError::Refused(_) | FlowError::Store(StoreError::Stale)) => tally.refused += 1,
        Err(error) => panic!("{error}"),
    }
}
