//! The chain of who did what, and what shows when somebody touches it.

use caseconsultant::domain::audit::{AuditEntry, CHAIN_START};
use caseconsultant::ports::Store;
use serde_json::json;

use super::Told;
use super::samples::{change, opened, queued};

/// Where the chain is broken, from the first entry to the head.
pub async fn broken_at(store: &dyn Store) -> Option<i64> {
    let (mut sequence, mut previous) = (0, CHAIN_START.to_owned());
    loop {
        // In pages, as a long chain is read.
        let page: Vec<AuditEntry> = store.audit(sequence, 3).await.unwrap();
        if page.is_empty() {
            let head = store.audit_head().await.unwrap();
            return if head == (sequence, previous) { None } else { Some(sequence + 1) };
        }
        for entry in page {
            if entry.sequence != sequence + 1 || entry.previous != previous || !entry.is_intact() {
                return Some(sequence + 1);
            }
            (sequence, previous) = (entry.sequence, entry.hash);
        }
    }
}

pub async fn the_chain_holds_under_concurrent_writers(told: Told) {
    let stores = [told.store.clone(), told.another().await];
    let mut cases = Vec::new();
    for uid in 1..=8 {
        cases.push(opened(&*told.store, uid).await);
    }
    let writers: Vec<_> = cases
        .into_iter()
        .enumerate()
        .map(|(n, case)| {
            let store = stores[n % 2].clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    let before = store.case(case.id).await.unwrap();
                    let mut twice = change(&before, queued());
                    twice.audit.extend(twice.audit.clone());
                    store.commit(&twice).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(told.store.audit_head().await.unwrap().0, 8 + 8 * 5 * 2);
    assert_eq!(broken_at(&*told.store).await, None);
}

pub async fn an_altered_a_removed_and_a_cut_row_show(told: Told) {
    for uid in 1..=9 {
        opened(&*told.store, uid).await;
    }
    assert_eq!(broken_at(&*told.store).await, None);
    told.behind_its_back("UPDATE audit SET event = 'case.forgotten' WHERE sequence = 7").await;
    assert_eq!(broken_at(&*told.store).await, Some(7));
    told.behind_its_back("UPDATE audit SET at = at + 1 WHERE sequence = 6").await;
    assert_eq!(broken_at(&*told.store).await, Some(6));
    told.behind_its_back("DELETE FROM audit WHERE sequence = 4").await;
    assert_eq!(broken_at(&*told.store).await, Some(4));
    told.behind_its_back("DELETE FROM audit WHERE sequence >= 3").await;
    assert_eq!(broken_at(&*told.store).await, Some(3), "the head knows that there was more");
}

pub async fn numbers_in_a_detail_do_not_break_the_chain(told: Told) {
    let case = opened(&*told.store, 1).await;
    let mut moved = change(&case, queued());
    // Shares and sums of no round value: JSON's reader may differ from its writer in the last bit.
    let numbers: Vec<f64> = (1..400).map(|n| f64::from(n).sqrt() / 7.0).collect();
    moved.audit[0].detail = json!({ "z": numbers, "a": { "text": "ü \u{0} \u{2028}", "none": null }, "big": u64::MAX });
    told.store.commit(&moved).await.unwrap();
    assert_eq!(broken_at(&*told.store).await, None);
}
