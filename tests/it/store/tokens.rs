//! What programs show.

use caseconsultant::domain::account::{ApiToken, Scope};
use caseconsultant::ports::StoreError;
use jiff::SignedDuration;

use super::Told;
use super::samples::noon;

pub async fn a_token_holds_until_it_expires_or_is_ended(told: Told) {
    let store = told.store;
    let later = |hours| noon() + SignedDuration::from_hours(hours);
    let token = |name: &str| ApiToken {
        name: name.to_owned(),
        scopes: vec![Scope::Ask, Scope::Codes],
        created: noon(),
        expires: later(24),
    };
    store.add_token(&token("billing"), "one").await.unwrap();
    store.add_token(&token("archive"), "two").await.unwrap();
    assert!(matches!(store.add_token(&token("billing"), "three").await, Err(StoreError::Exists { .. })), "the name is taken");
    assert!(store.token("three", noon()).await.unwrap().is_none());
    let found = store.token("one", later(23)).await.unwrap().unwrap();
    assert!(found == token("billing"));
    assert!(store.token("one", later(24)).await.unwrap().is_none(), "expired");
    let names: Vec<String> = store.tokens().await.unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["archive", "billing"]);
    store.end_token("billing").await.unwrap();
    assert!(store.token("one", noon()).await.unwrap().is_none(), "ended");
    assert!(matches!(store.end_token("billing").await, Err(StoreError::Missing(_))));
}
