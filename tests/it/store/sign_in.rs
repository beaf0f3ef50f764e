//! How consultants sign in, and how a session ends.

use caseconsultant::domain::account::{Login, NewConsultant, NewSession, Role};
use jiff::SignedDuration;

use super::Told;
use super::samples::{address, noon};

pub async fn a_session_holds_until_it_expires_or_is_ended(told: Told) {
    let store = told.store;
    let new = NewConsultant { handle: "dana".to_owned(), name: "Dana".to_owned(), address: address("Dana@desk.example") };
    let dana = store.add_consultant(&new).await.unwrap();
    assert!(store.login("dana").await.unwrap().is_none(), "no password is set yet");
    let login = |role, password: &str| Login { role, password: password.to_owned() };
    store.set_login(dana, &login(Role::Consultant, "first")).await.unwrap();
    store.set_login(dana, &login(Role::Lead, "second")).await.unwrap();
    for name in ["dana", "dana@DESK.example"] {
        let (consultant, found) = store.login(name).await.unwrap().unwrap();
        assert_eq!((consultant.id, found.role, found.password.as_str()), (dana, Role::Lead, "second"), "{name}");
    }
    assert!(store.login("").await.unwrap().is_none() && store.login("lee").await.unwrap().is_none());

    let session = |hash: &str| NewSession {
        token_hash: hash.to_owned(),
        consultant: dana,
        csrf: "c".to_owned(),
        created: noon(),
        expires: noon() + SignedDuration::from_hours(12),
    };
    for hash in ["one", "two"] {
        store.open_session(&session(hash)).await.unwrap();
    }
    let later = |hours| noon() + SignedDuration::from_hours(hours);
    let found = store.session("one", later(11)).await.unwrap().unwrap();
    assert_eq!((found.consultant.id, found.role, found.csrf.as_str()), (dana, Role::Lead, "c"));
    assert!(store.session("one", later(12)).await.unwrap().is_none(), "expired");
    store.end_session("one").await.unwrap();
    assert!(store.session("one", noon()).await.unwrap().is_none(), "signed out");
    assert!(store.session("two", noon()).await.unwrap().is_some());
    let mut gone = store.consultants().await.unwrap().remove(0);
    gone.active = false;
    store.set_consultant(&gone).await.unwrap();
    assert!(store.session("two", noon()).await.unwrap().is_none() && store.login("dana").await.unwrap().is_none());
    gone.active = true;
    store.set_consultant(&gone).await.unwrap();
    store.set_login(dana, &login(Role::Lead, "third")).await.unwrap();
    assert!(store.session("two", noon()).await.unwrap().is_none(), "a new password ends every session");
}
