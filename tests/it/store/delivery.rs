//! Messages of ours: frozen once, begun before each attempt, settled after it.

use caseconsultant::domain::audit::AuditEvent;
use caseconsultant::domain::case::Case;
use caseconsultant::domain::delivery::{Delivery, DeliveryState, Outcome};
use caseconsultant::domain::id::OutgoingId;
use caseconsultant::domain::job::{JobKind, NewJob};
use caseconsultant::domain::outgoing::OutgoingKind;
use caseconsultant::ports::{Dealings, DealingsSince, DeliveryChange, Provided, Store, StoreError, Stored};
use jiff::SignedDuration;

use super::Told;
use super::samples::{address, approved, change, event, frozen, leased, noon, opened, outgoing};

async fn moves(store: &dyn Store, id: OutgoingId, change: DeliveryChange) -> Stored<Delivery> {
    store.deliver(id, &change, &[], event("delivery.moved"), None, noon()).await
}

fn accepted() -> Outcome {
    Outcome::Accepted { answer: "250 2.0.0 queued".to_owned() }
}

pub async fn a_frozen_message_is_begun_and_accepted_once(told: Told) {
    let store = told.store;
    let (case, message) = frozen(&*store, 1).await;
    let (kept, delivery) = store.outgoing(message.id).await.unwrap();
    assert_eq!(kept, approved(message.clone()));
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Frozen, 0));

    // With the case, as an answer moves.
    let mut begin = change(&case, case.state.clone());
    begin.delivery = Some((message.id, DeliveryChange::Begin));
    store.commit(&begin).await.unwrap();
    assert_eq!(store.outgoing(message.id).await.unwrap().1.state, DeliveryState::Begun { attempt: 1 });
    let case: Case = store.case(case.id).await.unwrap();
    let mut settle = change(&case, case.state.clone());
    settle.delivery = Some((message.id, DeliveryChange::Settle(accepted())));
    store.commit(&settle).await.unwrap();
    let state = store.outgoing(message.id).await.unwrap().1.state;
    assert_eq!(state, DeliveryState::Accepted { answer: "250 2.0.0 queued".to_owned() });
    // And never again: the case, too, stays where it is.
    let case = store.case(case.id).await.unwrap();
    let mut again = change(&case, case.state.clone());
    again.delivery = Some((message.id, DeliveryChange::Begin));
    assert!(matches!(store.commit(&again).await, Err(StoreError::Stale)));
    assert_eq!(store.case(case.id).await.unwrap(), case);
    assert_eq!(store.case_file(case.id).await.unwrap().outgoing[0].delivery.attempts, 1);
}

pub async fn wrong_moves_of_a_delivery_are_refused(told: Told) {
    let store = &*told.store;
    let refused = async |id, change| matches!(moves(store, id, change).await, Err(StoreError::Stale));
    let audited = async || store.audit_head().await.unwrap().0;

    let (_, message) = frozen(store, 1).await;
    let before = audited().await;
    assert!(refused(message.id, DeliveryChange::Settle(accepted())).await, "what was not begun has no outcome");
    assert_eq!(audited().await, before);
    moves(store, message.id, DeliveryChange::Begin).await.unwrap();
    assert!(refused(message.id, DeliveryChange::Withdraw).await, "what was begun can't be taken back");
    moves(store, message.id, DeliveryChange::Settle(Outcome::Refused { answer: "550 no".to_owned() })).await.unwrap();
    for change in [DeliveryChange::Begin, DeliveryChange::Settle(accepted()), DeliveryChange::Withdraw] {
        assert!(refused(message.id, change).await);
    }
    let (_, message) = frozen(store, 2).await;
    moves(store, message.id, DeliveryChange::Withdraw).await.unwrap();
    for change in [DeliveryChange::Begin, DeliveryChange::Settle(accepted()), DeliveryChange::Withdraw] {
        assert!(refused(message.id, change).await);
    }
    let nobody = OutgoingId::from_bytes([9; 16]);
    assert!(matches!(moves(store, nobody, DeliveryChange::Begin).await, Err(StoreError::Missing(_))));
}

pub async fn attempts_and_unknown_fates_are_counted(told: Told) {
    let store = told.store;
    let (_, message) = frozen(&*store, 1).await;
    let outcomes = [
        Outcome::Deferred { answer: "451 later".to_owned() },
        Outcome::Unknown { answer: "cut after the dot".to_owned() },
        Outcome::Deferred { answer: "no connection".to_owned() },
    ];
    for (attempt, outcome) in (1..).zip(outcomes) {
        let begun = moves(&*store, message.id, DeliveryChange::Begin).await.unwrap();
        assert_eq!((begun.state, begun.attempts), (DeliveryState::Begun { attempt }, attempt));
        moves(&*store, message.id, DeliveryChange::Settle(outcome)).await.unwrap();
    }
    // A worker dies in its attempt; the next one begins anew, and the fate of that attempt is unknown.
    moves(&*store, message.id, DeliveryChange::Begin).await.unwrap();
    moves(&*store, message.id, DeliveryChange::Begin).await.unwrap();
    let settled = moves(&*store, message.id, DeliveryChange::Settle(accepted())).await.unwrap();
    assert_eq!((settled.attempts, settled.unknowns), (5, 2));
    assert_eq!(store.outgoing(message.id).await.unwrap().1, settled);
}

pub async fn an_altered_message_is_not_loaded(told: Told) {
    for column in ["bytes = CAST('Subject: other' AS BLOB)", "envelope_to = 'mallory@elsewhere.example'"] {
        let (_, message) = frozen(&*told.store, u32::try_from(column.len()).unwrap()).await;
        let sql = format!("UPDATE outgoing SET {column} WHERE id = '{}'", message.id);
        told.behind_its_back(&if told.url.starts_with("sqlite:") { sql } else { sql.replace("BLOB", "BYTEA") }).await;
        let error = told.store.outgoing(message.id).await.unwrap_err();
        assert!(error.to_string().contains("not the one that was approved"), "{error}");
    }
}

pub async fn a_message_is_frozen_once(told: Told) {
    let store = told.store;
    let case = opened(&*store, 1).await;
    let lease = leased(&*store, &JobKind::Draft { case: case.id, round: 1 }).await;
    let mut message = outgoing(case.id);
    message.kind = OutgoingKind::Acknowledgement;
    let about = AuditEvent { case: Some(case.id), ..event("outgoing.frozen") };
    let current = Provided { case_version: Some(case.version), ..Provided::default() };
    store.post(&approved(message.clone()), about.clone(), current, Some(lease), noon()).await.unwrap();
    assert!(matches!(
        store.post(&approved(message.clone()), about.clone(), Provided::default(), Some(lease), noon()).await,
        Err(StoreError::LeaseLost)
    ));
    assert!(matches!(
        store.post(&approved(message.clone()), about.clone(), Provided::default(), None, noon()).await,
        Err(StoreError::Exists { .. })
    ));
    // What was decided on a case that moved on meanwhile is decided anew.
    let stale = Provided { case_version: Some(case.version - 1), ..Provided::default() };
    assert!(matches!(store.post(&approved(outgoing(case.id)), about.clone(), stale, None, noon()).await, Err(StoreError::Stale)));
    // Another message under the same Message-ID is never frozen: one Message-ID a reply.
    let mut twin = outgoing(case.id);
    twin.message_id = message.message_id.clone();
    assert!(matches!(
        store.post(&approved(twin), about, Provided::default(), None, noon()).await,
        Err(StoreError::Exists { .. })
    ));

    let send = leased(&*store, &JobKind::Send { outgoing: message.id }).await;
    let later = [NewJob { kind: JobKind::Send { outgoing: message.id }, run_at: noon() }];
    store.deliver(message.id, &DeliveryChange::Begin, &later, event("delivery.begun"), Some(send), noon()).await.unwrap();
    let lost = store.deliver(message.id, &DeliveryChange::Begin, &later, event("delivery.begun"), Some(send), noon()).await;
    assert!(matches!(lost, Err(StoreError::LeaseLost)));
    let sends = store.jobs(false).await.unwrap().into_iter().filter(|job| matches!(job.kind, JobKind::Send { .. }));
    assert_eq!(sends.count(), 1);

    let to = address("DANA@clinic.example");
    let later = noon() + SignedDuration::from_secs(1);
    let since = |sent| DealingsSince { sent, bounced: noon() };
    let dealings = |case, sent| store.dealings(&to, case, since(sent));
    // Spellings of one mailbox are counted together; in its case only what went to the requester's own.
    let sent = Dealings { sent: 1, sent_in_case: 0, bounced: 0 };
    assert_eq!(dealings(Some(case.id), noon()).await.unwrap(), sent);
    let mut to_requester = outgoing(case.id);
    to_requester.envelope.to = case.requester.clone();
    store.post(&approved(to_requester), event("post"), Provided::default(), None, noon()).await.unwrap();
    assert_eq!(dealings(Some(case.id), noon()).await.unwrap(), Dealings { sent: 2, sent_in_case: 1, bounced: 0 });
    assert_eq!(dealings(None, noon()).await.unwrap(), Dealings { sent: 2, sent_in_case: 0, bounced: 0 });
    assert_eq!(dealings(Some(case.id), later).await.unwrap(), Dealings::default());
}
