//! What is remembered of those whom we write to: bounces, budgets, what a person was told; and what retention leaves.

use caseconsultant::domain::address::EmailAddress;
use caseconsultant::domain::case::{CaseState, CloseReason};
use caseconsultant::domain::id::{InboundId, JobId};
use caseconsultant::domain::policy::Budget;
use caseconsultant::ports::{Admission, DealingsSince, Decision, Disposition, Provided, Store, StoreError};
use jiff::{SignedDuration, Timestamp};

use super::samples::{address, approved, change, event, frozen, noon, opened, opening, outgoing, received};
use super::{Told, audit};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn within(budget: Budget) -> Provided {
    Provided { budget: Some(budget), ..Provided::default() }
}

pub async fn a_bounce_counts_once_until_it_is_lifted(told: Told) {
    let store = &*told.store;
    let (case, message) = frozen(store, 1).await;
    // Two reports about one message, and one about a message that nobody knows.
    for (uid, about) in [(2, message.id), (3, message.id), (4, outgoing(case.id).id)] {
        let (inbound, lease) = received(store, uid).await;
        let decision = Decision::Settle {
            disposition: Disposition::Reported { case: Some(case.id) },
            audit: event("inbound.reported"),
            jobs: Vec::new(),
        };
        let report = Admission { bounced: Some(about), decision, ..opening(inbound, lease, &format!("report {uid}")) };
        store.admit(&report).await.unwrap();
    }
    let spelled_otherwise = address("Dana@clinic.example");
    let bounced = |with, since| bounced_since(store, with, since);
    assert_eq!(bounced(&spelled_otherwise, noon() - HOUR).await, 1);
    assert_eq!(bounced(&spelled_otherwise, noon() + HOUR).await, 0);
    let somebody_else = address("lee@clinic.example");
    assert_eq!(bounced(&somebody_else, noon() - HOUR).await, 0);
    assert_eq!(store.lift(&spelled_otherwise, event("lift"), noon()).await.unwrap(), 1);
    assert_eq!(bounced(&spelled_otherwise, noon() - HOUR).await, 0);
    let entries = store.audit_head().await.unwrap().0;
    assert_eq!(store.lift(&spelled_otherwise, event("lift"), noon()).await.unwrap(), 0);
    assert_eq!(store.audit_head().await.unwrap().0, entries, "nothing done is nothing to tell");
}

async fn bounced_since(store: &dyn Store, with: &EmailAddress, since: Timestamp) -> u32 {
    store.dealings(with, None, DealingsSince { sent: since, bounced: since }).await.unwrap().bounced
}

pub async fn over_the_budget_nothing_is_frozen_whoever_is_first(told: Told) {
    let case = opened(&*told.store, 1).await;
    let budget = Budget { correspondent_max: 3, case_max: 9, since: noon() - HOUR };
    let posting = (0..8).map(|_| {
        let (store, message) = (std::sync::Arc::clone(&told.store), approved(outgoing(case.id)));
        tokio::spawn(async move { store.post(&message, event("post"), within(budget), None, noon()).await })
    });
    let mut frozen = 0;
    for posted in posting.collect::<Vec<_>>() {
        match posted.await.unwrap() {
            Ok(()) => frozen += 1,
            Err(StoreError::Stale) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(frozen, 3);
    assert_eq!(told.store.case_file(case.id).await.unwrap().outgoing.len(), 3);
    // The same within a case, where only what went to its requester counts.
    let in_case = Budget { correspondent_max: 99, case_max: 1, ..budget };
    let to_requester = || {
        let mut message = outgoing(case.id);
        message.envelope.to = case.requester.clone();
        approved(message)
    };
    told.store.post(&to_requester(), event("post"), within(in_case), None, noon()).await.unwrap();
    let second = told.store.post(&to_requester(), event("post"), within(in_case), None, noon()).await;
    assert!(matches!(second, Err(StoreError::Stale)), "{second:?}");
    told.store.post(&to_requester(), event("post"), Provided::default(), None, noon()).await.expect("a person has no budget");
}

pub async fn one_thing_is_told_once_a_day(told: Told) {
    let store = &*told.store;
    let claim = async |about: &str, job: i64, hours: i64| {
        let now = noon() + HOUR * i32::try_from(hours).unwrap();
        store.claim_telling(about, JobId(job), now, now - HOUR * 24).await.unwrap()
    };
    assert!(claim("loop a@b.example", 1, 0).await);
    assert!(claim("loop a@b.example", 1, 1).await, "a job that is run again tells it");
    assert!(!claim("loop a@b.example", 2, 2).await);
    assert!(claim("loop c@d.example", 2, 2).await);
    assert!(claim("loop a@b.example", 2, 26).await, "a day later it is news");
}

pub async fn purge_leaves_the_chain_whole(told: Told) {
    let store = &*told.store;
    let (open, message) = frozen(store, 1).await;
    let closing = opened(store, 2).await;
    let closed = CaseState::Closed { reason: CloseReason::NotAQuestion, at: noon(), review: None };
    store.commit(&change(&closing, closed)).await.unwrap();
    let before = store.purge(noon() - HOUR, noon() - HOUR, false, noon()).await.unwrap();
    assert_eq!((before.raw_messages, before.cases), (0, 0), "nothing is old enough");
    let would = store.purge(noon() + HOUR, noon() + HOUR, true, noon()).await.unwrap();
    assert_eq!((would.raw_messages, would.cases), (2, 1));
    assert_eq!(store.purge(noon() + HOUR, noon() + HOUR, false, noon()).await.unwrap(), would, "it does what it said");
    let again = store.purge(noon() + HOUR, noon() + HOUR, true, noon()).await.unwrap();
    assert_eq!((again.raw_messages, again.cases), (0, 0));
    let kept = store.case_file(open.id).await.unwrap();
    assert_eq!((kept.messages.len(), kept.outgoing[0].outgoing.id), (1, message.id), "an open case keeps its content");
    let gone = store.case_file(closing.id).await.unwrap();
    assert!(gone.messages.is_empty() && gone.case.subject.is_empty() && !gone.case.requester.as_str().contains("dana"));
    assert!(!gone.audit.is_empty(), "its history stays");
    // The mail's row stays, its bytes are gone.
    assert!(store.inbound(InboundId(1)).await.map_or(true, |mail| mail.raw.is_empty()));
    assert_eq!(audit::broken_at(store).await, None);
}
