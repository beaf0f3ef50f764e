//! What was sent, as the figures count it, and what later looks found.

use caseconsultant::domain::account::NewConsultant;
use caseconsultant::domain::check::{Check, Verdict};
use caseconsultant::domain::question::Intent;
use caseconsultant::ports::{DeliveryChange, StoreError};
use jiff::SignedDuration;

use super::samples::{address, approved, change, draft, event, noon, opened, outgoing, sending};
use super::{Told, audit};

pub async fn what_is_sent_is_counted_and_what_is_taken_back_is_not(told: Told) {
    let store = told.store;
    let dana = NewConsultant { handle: "dana".to_owned(), name: "Dana".to_owned(), address: address("dana@coder.example") };
    let dana = store.add_consultant(&dana).await.unwrap();
    let mut sent = Vec::new();
    for (n, later) in [(1, 30), (2, 7200)] {
        let case = opened(&*store, n).await;
        let (mut draft, message) = (draft(), outgoing(case.id));
        draft.drafted.intents = vec![Intent::Units, Intent::Payment];
        let mut whole = change(&case, sending(&draft, &message));
        whole.after.current = Some(message.id);
        whole.now = noon() + SignedDuration::from_secs(later);
        whole.draft = Some((draft, message.clone()));
        whole.freeze = Some(approved(message.clone()));
        whole.sampled = true;
        store.commit(&whole).await.unwrap();
        sent.push((store.case(case.id).await.unwrap(), message.id));
    }
    let waiting = store.unchecked(10).await.unwrap();
    assert_eq!(waiting.iter().map(|one| one.outgoing).collect::<Vec<_>>(), [sent[0].1, sent[1].1], "the oldest first");
    assert_eq!((waiting[0].intent.as_str(), waiting[0].waited.as_secs(), waiting[0].approved_by), ("units", 30, None));
    assert_eq!(store.unchecked(1).await.unwrap().len(), 1);

    let look = |verdict, reason: &str| Check { verdict, reason: reason.to_owned(), by: dana, at: noon() };
    store.keep_check(sent[0].1, &look(Verdict::Right, ""), event("check")).await.unwrap();
    store.keep_check(sent[0].1, &look(Verdict::Wrong, "four units, not three"), event("check")).await.unwrap();
    let nobodys = caseconsultant::domain::id::OutgoingId::from_bytes([9; 16]);
    let missing = store.keep_check(nobodys, &look(Verdict::Right, ""), event("check")).await;
    assert!(matches!(missing, Err(StoreError::Missing(_))));
    let kept = store.case_file(sent[0].0.id).await.unwrap().answered.remove(0);
    assert_eq!(kept.check, Some(look(Verdict::Wrong, "four units, not three")), "the later look stands");
    assert_eq!(store.unchecked(10).await.unwrap().len(), 1);

    let work = store.work(noon()).await.unwrap();
    let summed: Vec<_> = work.iter().map(|one| (one.intent.as_str(), one.answers, one.waited_secs, one.wrong)).collect();
    assert_eq!(summed, [("units", 2, 7230, 1)]);
    assert_eq!((work[0].within_minute, work[0].within_hour, work[0].within_day, work[0].edits), (1, 1, 2, 0));
    assert!(store.work(noon() + SignedDuration::from_hours(24)).await.unwrap().is_empty());

    let mut withdrawn = change(&sent[1].0, sent[1].0.state.clone());
    withdrawn.delivery = Some((sent[1].1, DeliveryChange::Withdraw));
    store.commit(&withdrawn).await.unwrap();
    assert!(store.unchecked(10).await.unwrap().is_empty(), "nobody saw it");
    assert_eq!(store.work(noon()).await.unwrap()[0].answers, 1);
    assert_eq!(audit::broken_at(&*store).await, None);
}
