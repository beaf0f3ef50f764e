//! Who may ask, and who answers.

use caseconsultant::domain::account::{AccountStatus, NewAccount, NewConsultant};
use caseconsultant::ports::StoreError;

use super::Told;
use super::samples::{address, noon};

fn account(name: &str, addresses: &[&str], domains: &[&str]) -> NewAccount {
    NewAccount {
        name: name.to_owned(),
        addresses: addresses.iter().map(|text| address(text)).collect(),
        domains: domains.iter().map(ToString::to_string).collect(),
        plan: "basic".to_owned(),
    }
}

pub async fn an_account_is_found_by_address_before_domain(told: Told) {
    let store = told.store;
    let clinic = account("Clinic", &["billing@elsewhere.example"], &["Clinic.example"]);
    let dana = account("Dana", &["Dana.Ruiz+codes@clinic.example"], &[]);
    let ids = store.add_account(&[clinic, dana], noon()).await.unwrap();

    let found = async |text: &str| store.account_for(&address(text)).await.unwrap().map(|account| account.id);
    assert_eq!(found("dana.ruiz@CLINIC.example").await, Some(ids[1]));
    assert_eq!(found("anyone@clinic.example").await, Some(ids[0]));
    assert_eq!(found("BILLING+x@elsewhere.example").await, Some(ids[0]));
    assert_eq!(found("anyone@elsewhere.example").await, None);
    assert_eq!(found("anyone@sub.clinic.example").await, None);

    let mut all = store.accounts().await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].created, &all[0].domains[..]), (noon(), &["clinic.example".to_owned()][..]));
    all[0].status = AccountStatus::Suspended;
    all[0].domains = vec!["moved.example".to_owned()];
    store.set_account(&all[0]).await.unwrap();
    assert_eq!(store.accounts().await.unwrap(), all);
    assert_eq!(found("anyone@clinic.example").await, None);
    assert_eq!(store.account_for(&address("anyone@moved.example")).await.unwrap().as_ref(), Some(&all[0]));
    store.add_account(&[account("Anybody", &["someone@comcast.net"], &["comcast.net"])], noon()).await.unwrap();
    assert_eq!(found("stranger@comcast.net").await, None, "a free-mail domain stands for nobody");
    assert!(found("someone@comcast.net").await.is_some());
}

pub async fn an_import_is_all_or_nothing(told: Told) {
    let store = told.store;
    let one = account("One", &["a@one.example"], &["one.example"]);
    store.add_account(std::slice::from_ref(&one), noon()).await.unwrap();
    for clash in [account("Two", &["A+x@one.example"], &[]), account("Two", &[], &["ONE.example"])] {
        let import = [account("Three", &["b@three.example"], &[]), clash];
        let Err(StoreError::Exists { what }) = store.add_account(&import, noon()).await else { panic!() };
        assert!(what.contains("one.example") && !what.contains("a@one") && !what.contains("A+x"), "{what}");
    }
    assert_eq!(store.accounts().await.unwrap().len(), 1);
    let mut gone = store.accounts().await.unwrap().remove(0);
    gone.id.0 += 100;
    assert!(matches!(store.set_account(&gone).await, Err(StoreError::Missing(_))));
}

pub async fn consultants_are_told_apart(told: Told) {
    let store = told.store;
    let new = |handle: &str, mail: &str| NewConsultant {
        handle: handle.to_owned(),
        name: handle.to_uppercase(),
        address: address(mail),
    };
    let dana = store.add_consultant(&new("dana", "dana@coder.example")).await.unwrap();
    let omar = store.add_consultant(&new("omar", "omar@coder.example")).await.unwrap();
    for twin in [new("dana", "other@coder.example"), new("other", "DANA@coder.example")] {
        assert!(matches!(store.add_consultant(&twin).await, Err(StoreError::Exists { .. })));
    }
    let mut all = store.consultants().await.unwrap();
    assert_eq!(all.iter().map(|consultant| consultant.id).collect::<Vec<_>>(), [dana, omar]);
    all[1].active = false;
    all[1].name = String::from("Omar H.");
    store.set_consultant(&all[1]).await.unwrap();
    assert_eq!(store.consultants().await.unwrap(), all);
    all[1].handle = String::from("dana");
    assert!(matches!(store.set_consultant(&all[1]).await, Err(StoreError::Exists { .. })));
}
