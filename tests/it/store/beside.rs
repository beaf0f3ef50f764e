//! What consultants put beside a case, and mails that go from one case to another.

use caseconsultant::domain::account::NewConsultant;
use caseconsultant::domain::case::{CaseState, CloseReason, Note};
use caseconsultant::domain::question::{Intent, Payer, Reading};
use caseconsultant::ports::{NewCase, Parting, StoreError, ThreadKeys};

use super::samples::{address, change, event, message_id, noon, opened, policy, queued};
use super::{Told, audit};

pub async fn a_note_and_a_reading_come_back_and_go_with_the_case(told: Told) {
    let store = told.store;
    let dana = NewConsultant { handle: "dana".to_owned(), name: "Dana".to_owned(), address: address("dana@coder.example") };
    let dana = store.add_consultant(&dana).await.unwrap();
    let case = opened(&*store, 1).await;
    let note = Note { by: dana, at: noon(), text: "Ask Eve,\nshe knows.".to_owned() };
    let mut noted = change(&case, queued());
    noted.note = Some(note.clone());
    store.commit(&noted).await.unwrap();
    let reading = |payer| Reading { intents: vec![Intent::Units], payer, date_of_service: Some("2026-02-03".parse().unwrap()) };
    for payer in [Some(Payer::Medicaid), None] {
        let mut read = change(&store.case(case.id).await.unwrap(), queued());
        read.reading = Some(reading(payer));
        store.commit(&read).await.unwrap();
    }
    let file = store.case_file(case.id).await.unwrap();
    assert_eq!((file.notes, file.reading.clone()), (vec![note], Some(reading(None))), "the last reading stands");
    assert_eq!(store.exchange(case.id).await.unwrap().reading, Some(reading(None)));
    let mut next = change(&file.case, queued());
    next.after.round += 1;
    store.commit(&next).await.unwrap();
    assert_eq!(store.exchange(case.id).await.unwrap().reading, None, "of another round");
    let closed = CaseState::Closed { reason: CloseReason::Withdrawn, at: noon(), review: None };
    store.commit(&change(&next.after, closed)).await.unwrap();
    store.forget(&case.requester, noon()).await.unwrap();
    assert!(store.case_file(case.id).await.unwrap().notes.is_empty());
}

pub async fn a_merge_is_both_changes_or_none(told: Told) {
    let store = told.store;
    let (one, two) = (opened(&*store, 1).await, opened(&*store, 2).await);
    let closed = CaseState::Closed { reason: CloseReason::Merged(one.id), at: noon(), review: None };
    let (closing, into) = (change(&two, closed), change(&one, queued()));
    store.commit(&change(&one, queued())).await.unwrap();
    assert!(matches!(store.merge(&closing, Some(&into)).await, Err(StoreError::Stale)));
    assert_eq!(store.case(two.id).await.unwrap(), two, "neither moved");
    let into = change(&store.case(one.id).await.unwrap(), queued());
    store.merge(&closing, Some(&into)).await.unwrap();
    let messages = async |id| store.case_file(id).await.unwrap().messages.len();
    assert_eq!((messages(one.id).await, messages(two.id).await), (2, 0));
    assert_eq!(audit::broken_at(&*store).await, None);
}

pub async fn mails_part_into_a_case_with_all_it_owes(told: Told) {
    let store = told.store;
    let (one, two) = (opened(&*store, 1).await, opened(&*store, 2).await);
    let closed = CaseState::Closed { reason: CloseReason::Merged(one.id), at: noon(), review: None };
    store.merge(&change(&two, closed), Some(&change(&one, queued()))).await.unwrap();
    let file = store.case_file(one.id).await.unwrap();
    let second = &file.messages[1];
    let case = NewCase {
        state: queued(),
        account: None,
        standing: one.standing,
        requester: one.requester.clone(),
        subject: "Another question".to_owned(),
        linked: Some(one.id),
    };
    let parting = |version: i64, mails| {
        let mut change = change(&file.case, queued());
        change.before.version = version;
        let message_ids = vec![message_id("key-2@clinic.example")];
        Parting { change, mails, message_ids, case: case.clone(), policy: policy(), audit: event("opened_by_split") }
    };
    let stale = store.part(&parting(file.case.version - 1, vec![second.inbound])).await;
    assert!(stale.is_err());
    let strange = store.part(&parting(file.case.version, vec![second.inbound, caseconsultant::domain::id::InboundId(999)])).await;
    assert!(matches!(strange, Err(StoreError::Stale)));
    assert_eq!(store.case_file(one.id).await.unwrap().messages.len(), 2, "nothing went");
    let jobs = store.jobs(false).await.unwrap().len();
    let own = store.part(&parting(file.case.version, vec![second.inbound])).await.unwrap();
    let (stays, own) = (store.case_file(one.id).await.unwrap(), store.case_file(own).await.unwrap());
    assert_eq!((stays.messages.len(), own.messages.len()), (1, 1));
    assert_eq!((own.case.linked, own.case.received), (Some(one.id), second.received));
    assert_eq!(store.jobs(false).await.unwrap().len(), jobs + 2, "to draft and to acknowledge");
    let keys = ThreadKeys { message_ids: vec![message_id("key-2@clinic.example")] };
    let hits = store.threads(&keys).await.unwrap();
    assert!(hits.iter().any(|hit| hit.case == two.id || hit.case == own.case.id), "{hits:?}");
    assert_eq!(audit::broken_at(&*store).await, None);
}
