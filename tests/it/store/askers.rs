//! How askers come in, and what is theirs.

use caseconsultant::domain::account::{NewAskerSession, NewLink};
use caseconsultant::domain::case::{CaseState, CloseReason};
use jiff::SignedDuration;

use super::samples::{self, address, noon};
use super::{Told, audit};

pub async fn a_link_works_once_and_not_for_long(told: Told) {
    let store = told.store;
    let later = |minutes| noon() + SignedDuration::from_mins(minutes);
    let link = |hash: &str| NewLink { token_hash: hash.to_owned(), address: address("Anna@clinic.test"), expires: later(20) };
    for hash in ["one", "two"] {
        store.add_link(&link(hash), noon()).await.unwrap();
    }
    assert!(store.take_link("three", noon()).await.unwrap().is_none(), "nobody made it");
    let found = store.take_link("one", later(19)).await.unwrap().unwrap();
    assert_eq!(found.as_str(), address("Anna@clinic.test").as_str());
    assert!(store.take_link("one", later(19)).await.unwrap().is_none(), "used");
    assert!(store.take_link("two", later(20)).await.unwrap().is_none(), "expired");
    // Of many who use one link at the same moment, one gets in.
    store.add_link(&link("raced"), noon()).await.unwrap();
    let taken = futures::future::join_all((0..8).map(|_| store.take_link("raced", noon()))).await;
    assert_eq!(taken.into_iter().filter(|one| one.as_ref().unwrap().is_some()).count(), 1);

    let session = |hash: &str| NewAskerSession {
        token_hash: hash.to_owned(),
        address: found.clone(),
        csrf: "c".to_owned(),
        expires: later(60),
    };
    for hash in ["one", "two"] {
        store.open_asker_session(&session(hash), noon()).await.unwrap();
    }
    assert_eq!(store.asker_session("one", later(59)).await.unwrap().unwrap().csrf, "c");
    assert!(store.asker_session("one", later(60)).await.unwrap().is_none(), "expired");
    store.end_asker_session("one").await.unwrap();
    assert!(store.asker_session("one", noon()).await.unwrap().is_none(), "signed out");
    store.forget(&found, noon()).await.unwrap();
    assert!(store.asker_session("two", noon()).await.unwrap().is_none(), "forgotten");
}

pub async fn what_was_asked_is_found_and_forgotten(told: Told) {
    let store = told.store;
    let case = samples::opened(&*store, 1).await;
    let theirs = store.asked_by(&case.requester, None, 10).await.unwrap();
    assert_eq!(theirs.iter().map(|one| one.id).collect::<Vec<_>>(), [case.id]);
    assert!(store.asked_by(&address("other@clinic.test"), None, 10).await.unwrap().is_empty());
    assert!(store.asked_by(&case.requester, None, 0).await.unwrap().is_empty());
    assert_eq!(store.forget(&case.requester, noon()).await.unwrap(), 0, "an open case is not emptied");
    assert_eq!(store.case(case.id).await.unwrap(), case);
    let closed = CaseState::Closed { reason: CloseReason::Withdrawn, at: noon(), review: None };
    store.commit(&samples::change(&case, closed)).await.unwrap();
    assert_eq!(store.forget(&case.requester, noon()).await.unwrap(), 1);
    assert!(store.asked_by(&case.requester, None, 10).await.unwrap().is_empty());
    assert!(store.case_file(case.id).await.unwrap().messages.is_empty());
    assert_eq!(audit::broken_at(&*store).await, None);
}
