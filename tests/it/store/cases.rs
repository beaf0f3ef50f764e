//! Cases move one version at a time, or not at all.

use caseconsultant::domain::account::{NewAccount, NewConsultant, Standing};
use caseconsultant::domain::case::{CaseState, CloseReason};
use caseconsultant::domain::draft::Author;
use caseconsultant::domain::job::{JobKind, NewJob};
use caseconsultant::ports::{CaseFilter, StoreError};
use jiff::SignedDuration;

use super::Told;
use super::samples::{address, approved, change, draft, frozen, leased, noon, opened, outgoing, queued, review, sending};

pub async fn one_of_many_concurrent_commits_wins(told: Told) {
    let stores = [told.store.clone(), told.another().await];
    let case = opened(&*told.store, 1).await;
    let before = told.store.audit_head().await.unwrap().0;
    let attempts: Vec<_> = (0..8)
        .map(|n| {
            let (store, change) = (stores[n % 2].clone(), change(&case, queued()));
            tokio::spawn(async move { store.commit(&change).await })
        })
        .collect();
    let mut won = 0;
    for attempt in attempts {
        match attempt.await.unwrap() {
            Ok(()) => won += 1,
            Err(StoreError::Stale) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(told.store.case(case.id).await.unwrap().version, 2);
    assert_eq!(told.store.audit_head().await.unwrap().0, before + 1);
}

pub async fn a_stale_commit_writes_nothing_at_all(told: Told) {
    let store = told.store;
    let case = opened(&*store, 1).await;
    let lease = leased(&*store, &JobKind::Draft { case: case.id, round: 1 }).await;
    let (draft, message) = (draft(), outgoing(case.id));
    let mut whole = change(&case, sending(&draft, &message));
    whole.jobs = vec![NewJob { kind: JobKind::Send { outgoing: message.id }, run_at: noon() }];
    whole.draft = Some((draft, message.clone()));
    whole.freeze = Some(approved(message.clone()));
    whole.lease = Some(lease);
    store.commit(&change(&case, queued())).await.unwrap();

    let (file, jobs) = (store.case_file(case.id).await.unwrap(), store.jobs(false).await.unwrap());
    assert!(matches!(store.commit(&whole).await, Err(StoreError::Stale)));
    assert_eq!(store.case_file(case.id).await.unwrap(), file);
    assert_eq!(store.jobs(false).await.unwrap(), jobs);
    assert!(matches!(store.outgoing(message.id).await, Err(StoreError::Missing(_))));
    // Another state under the right version is as stale.
    whole.before = store.case(case.id).await.unwrap();
    whole.before.state = CaseState::Drafting { by: Author::Automation, draft: None };
    whole.after.version = whole.before.version + 1;
    assert!(matches!(store.commit(&whole).await, Err(StoreError::Stale)));
    // The job is still leased, and settles the commit that is not stale.
    whole.before = file.case;
    store.commit(&whole).await.unwrap();
    assert!(store.jobs(false).await.unwrap().iter().all(|job| job.id != lease.job));
    whole.before = store.case(case.id).await.unwrap();
    whole.after.version += 1;
    assert!(matches!(store.commit(&whole).await, Err(StoreError::LeaseLost)), "and no second one");
}

pub async fn every_field_of_a_case_comes_back(told: Told) {
    let store = told.store;
    let (case, other) = (opened(&*store, 1).await, opened(&*store, 2).await);
    let account = NewAccount { name: "Clinic".to_owned(), addresses: vec![], domains: vec![], plan: "basic".to_owned() };
    let account = store.add_account(&[account], noon()).await.unwrap()[0];
    let (draft, message) = (draft(), outgoing(case.id));
    let review = review(&draft, &message);
    let mut moved = change(&case, CaseState::Closed { reason: CloseReason::Merged(other.id), at: noon(), review: Some(review) });
    moved.after.round = 3;
    moved.after.account = Some(account);
    moved.after.standing = Standing::Verified;
    moved.after.requester = address("Dana+x@clinic.example");
    moved.after.subject = String::from("übertragen: a subject");
    moved.after.received = noon() + SignedDuration::from_micros(1);
    moved.after.current = Some(message.id);
    moved.after.linked = Some(other.id);
    store.commit(&moved).await.unwrap();
    assert_eq!(store.case(case.id).await.unwrap(), moved.after);
    // A NUL, which no mail may hold and some do, is no reason to fail.
    let mut again = change(&moved.after, queued());
    again.after.subject = String::from("a\0b");
    store.commit(&again).await.unwrap();
    assert_eq!(store.case(case.id).await.unwrap().subject, "a\u{FFFD}b");
    // Two moves decided at once are one change; one that leads nowhere is a mistake of the program's, told apart from a race.
    let mut two_moves = change(&again.after, queued());
    two_moves.after.version += 1;
    store.commit(&two_moves).await.unwrap();
    let mut backwards = change(&two_moves.after, queued());
    backwards.after.version = backwards.before.version;
    assert!(matches!(store.commit(&backwards).await, Err(StoreError::Failed(_))));
}

pub async fn cases_are_listed_by_state_and_by_consultant(told: Told) {
    let store = told.store;
    let dana = NewConsultant { handle: "dana".to_owned(), name: "Dana".to_owned(), address: address("dana@coder.example") };
    let dana = store.add_consultant(&dana).await.unwrap();
    let cases = [opened(&*store, 1).await, opened(&*store, 2).await, opened(&*store, 3).await];
    let taken = CaseState::Drafting { by: Author::Consultant(dana), draft: None };
    store.commit(&change(&cases[1], taken)).await.unwrap();
    let given = CaseState::Queued { assigned: Some(dana), notes: Some("yours".to_owned()) };
    store.commit(&change(&cases[2], given)).await.unwrap();

    let list = async |states: &[&str], assigned, limit| {
        let filter = CaseFilter { states: states.iter().map(ToString::to_string).collect(), assigned, limit };
        store.cases(&filter).await.unwrap().into_iter().map(|case| case.id).collect::<Vec<_>>()
    };
    let [one, two, three] = cases.map(|case| case.id);
    assert_eq!(list(&[], None, None).await, [one, two, three]);
    assert_eq!(list(&[], None, Some(2)).await, [one, two]);
    assert_eq!(list(&["queued"], None, None).await, [one, three]);
    assert_eq!(list(&["queued", "drafting"], Some(dana), None).await, [two, three]);
    assert_eq!(list(&["drafting"], Some(dana), None).await, [two]);
    assert!(list(&["closed", "') OR 1=1 --"], None, None).await.is_empty());
}

pub async fn a_draft_is_kept_as_it_was(told: Told) {
    let store = told.store;
    let (case, message) = frozen(&*store, 1).await;
    let file = store.case_file(case.id).await.unwrap();
    let (draft, would_be) = file.drafts[0].clone();
    assert_eq!(would_be, message);
    assert_eq!(store.draft(draft.id).await.unwrap(), (draft.clone(), would_be.clone()));
    // The same again is no harm; another text under the same id is refused.
    let mut again = change(&case, case.state.clone());
    again.draft = Some((draft.clone(), would_be.clone()));
    store.commit(&again).await.unwrap();
    let mut altered = change(&store.case(case.id).await.unwrap(), case.state.clone());
    let mut other = draft.clone();
    other.drafted.body = String::from("No.");
    altered.draft = Some((other, would_be));
    assert!(matches!(store.commit(&altered).await, Err(StoreError::Exists { .. })));
    assert_eq!(store.case_file(case.id).await.unwrap().drafts.len(), 1);
}
