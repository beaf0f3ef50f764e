//! What becomes of a message.

use caseconsultant::domain::job::JobKind;
use caseconsultant::ports::{Admitted, CaseFilter, Decision, Disposition, Received, StoreError, ThreadHit, ThreadKeys};

use super::Told;
use super::samples::{
    INBOX, arrival, at, change, event, facts, frozen, leased, message_id, noon, opened, opening, queued, received,
};

pub async fn a_message_opens_a_case_with_all_it_owes(told: Told) {
    let store = told.store;
    let (inbound, lease) = received(&*store, 1).await;
    let admission = opening(inbound, lease, "key");
    let Admitted::As(Disposition::Opened { case }) = store.admit(&admission).await.unwrap() else { panic!() };

    let file = store.case_file(case).await.unwrap();
    assert_eq!((file.case.version, file.case.round, &file.case.state), (1, 1, &queued()));
    assert_eq!(file.case.received, noon());
    assert_eq!(file.messages.len(), 1);
    assert_eq!(Some(&file.messages[0].facts), admission.facts.as_ref());
    assert_eq!(file.messages[0].disposition, Disposition::Opened { case });
    assert_eq!(file.audit.len(), 1);
    assert_eq!(file.audit[0].event.case, Some(case));
    let kinds: Vec<_> = store.jobs(false).await.unwrap().into_iter().map(|job| job.kind).collect();
    assert_eq!(kinds, [JobKind::Draft { case, round: 1 }, JobKind::Acknowledge { case, round: 1 }], "and Admit is done");
}

pub async fn the_same_mail_twice_is_one_case(told: Told) {
    let store = told.store;
    let (first, lease) = received(&*store, 1).await;
    store.admit(&opening(first, lease, "one mail")).await.unwrap();
    let (second, lease) = received(&*store, 2).await;
    assert_eq!(store.admit(&opening(second, lease, "one mail")).await.unwrap(), Admitted::Duplicate { of: first });

    let why = format!("duplicate of message {first}");
    assert_eq!(store.inbound(second).await.unwrap().disposition, Some(Disposition::Ignored { why }));
    assert_eq!(store.cases(&CaseFilter::default()).await.unwrap().len(), 1);
    assert!(store.jobs(false).await.unwrap().iter().all(|job| !matches!(job.kind, JobKind::Admit { .. })));
    assert_eq!(store.audit(0, 10).await.unwrap().len(), 2, "that it was ignored stands in the record");
}

pub async fn a_message_is_disposed_of_once(told: Told) {
    let store = told.store.clone();
    let (inbound, lease) = received(&*store, 1).await;
    let mut settled = opening(inbound, lease, "key");
    let quarantined = Disposition::Quarantined { why: "nobody can read it".to_owned() };
    settled.decision =
        Decision::Settle { disposition: quarantined.clone(), audit: event("inbound.quarantined"), jobs: Vec::new() };
    assert_eq!(store.admit(&settled).await.unwrap(), Admitted::As(quarantined.clone()));
    assert!(matches!(store.admit(&settled).await, Err(StoreError::LeaseLost)), "its job is done");
    // A job for a message that was settled, as a store put together from backups may hold one, finds that all is done.
    told.behind_its_back(&format!(
        r#"INSERT INTO jobs (job, state, run_at, due) VALUES ('{{"job":"admit","inbound":{inbound}}}', 'ready', 0, 0)"#
    ))
    .await;
    let again = opening(inbound, leased(&*store, &JobKind::Admit { inbound }).await, "another key");
    assert_eq!(store.admit(&again).await.unwrap(), Admitted::As(quarantined));
    assert!(store.cases(&CaseFilter::default()).await.unwrap().is_empty());
    assert!(store.jobs(false).await.unwrap().is_empty());
}

pub async fn a_stale_continuation_writes_nothing(told: Told) {
    let store = told.store;
    let case = opened(&*store, 1).await;
    let (inbound, lease) = received(&*store, 2).await;
    let mut admission = opening(inbound, lease, "follow-up");
    admission.decision = Decision::Continue { change: Box::new(change(&case, queued())) };
    store.commit(&change(&case, queued())).await.unwrap();

    let audited = store.audit_head().await.unwrap();
    assert!(matches!(store.admit(&admission).await, Err(StoreError::Stale)));
    assert_eq!(store.inbound(inbound).await.unwrap().disposition, None);
    assert_eq!(store.audit_head().await.unwrap(), audited);
    // Decided again on the case as it is, it goes through: job and key are as before.
    let case = store.case(case.id).await.unwrap();
    admission.decision = Decision::Continue { change: Box::new(change(&case, queued())) };
    let continued = Disposition::Continued { case: case.id };
    assert_eq!(store.admit(&admission).await.unwrap(), Admitted::As(continued));
    assert_eq!(store.case_file(case.id).await.unwrap().messages.len(), 2);
}

pub async fn a_thread_is_found_by_any_message_of_it(told: Told) {
    let store = told.store;
    let (case, message) = frozen(&*store, 1).await;
    let other = opened(&*store, 2).await;
    let hits = |ids: &[&str]| ThreadKeys { message_ids: ids.iter().map(|id| message_id(id)).collect() };

    let asked = store.threads(&hits(&["nobody@clinic.example", "key-1@clinic.example"])).await.unwrap();
    assert_eq!(asked, [ThreadHit { case: case.id, outgoing: None }]);
    let answered = store.threads(&hits(&["key-2@clinic.example", message.message_id.as_str()])).await.unwrap();
    assert_eq!(
        answered,
        [ThreadHit { case: other.id, outgoing: None }, ThreadHit { case: case.id, outgoing: Some(message.id) }],
        "in the order of the keys"
    );
    assert!(store.threads(&ThreadKeys::default()).await.unwrap().is_empty());
    // What was ignored leads nowhere.
    let (inbound, lease) = received(&*store, 3).await;
    let mut ignored = opening(inbound, lease, "ignored");
    ignored.facts = Some(facts("ignored@clinic.example"));
    let disposition = Disposition::Ignored { why: "an auto-reply".to_owned() };
    ignored.decision = Decision::Settle { disposition, audit: event("inbound.ignored"), jobs: Vec::new() };
    store.admit(&ignored).await.unwrap();
    assert!(store.threads(&hits(&["ignored@clinic.example"])).await.unwrap().is_empty());
}

pub async fn concurrent_admissions_of_one_mail_open_one_case(told: Told) {
    let stores = [told.store.clone(), told.another().await];
    let batch: Vec<_> = (1..=8).map(|uid| arrival(at(1, uid), &format!("copy {uid}"))).collect();
    let ids = told.store.receive(INBOX, &batch, noon()).await.unwrap();
    assert!(ids.iter().all(|received| matches!(received, Received::New(_))));
    let admissions = told.store.lease(8, 600).await.unwrap().into_iter().enumerate().map(|(n, job)| {
        let store = stores[n % 2].clone();
        let JobKind::Admit { inbound } = job.kind else { panic!() };
        tokio::spawn(async move { store.admit(&opening(inbound, job.lease, "one mail")).await.unwrap() })
    });
    let mut opened = 0;
    for admission in admissions.collect::<Vec<_>>() {
        opened += usize::from(matches!(admission.await.unwrap(), Admitted::As(Disposition::Opened { .. })));
    }
    assert_eq!(opened, 1);
    assert_eq!(told.store.cases(&CaseFilter::default()).await.unwrap().len(), 1);
}
