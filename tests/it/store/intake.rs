//! What mailboxes hand over.

use std::collections::BTreeSet;

use caseconsultant::domain::id::LeaseToken;
use caseconsultant::domain::job::JobKind;
use caseconsultant::ports::{Arrival, MailboxCursor, Place, Received};

use super::Told;
use super::samples::{INBOX, arrival, at, fresh, noon};

pub async fn nothing_is_lost_and_nothing_doubled_when_a_batch_is_received_again(told: Told) {
    let store = told.store;
    let batch: Vec<Arrival> = (1..=50).map(|uid| arrival(at(7, uid), &format!("question {uid}"))).collect();
    let first = store.receive(INBOX, &batch[..30], noon()).await.unwrap();
    // The worker died before it moved the mark: the same mails come once more, and others behind them.
    let again = store.receive(INBOX, &batch, noon()).await.unwrap();

    for (before, after) in first.iter().zip(&again) {
        let (Received::New(before), Received::Known(after)) = (before, after) else { panic!("{before:?} then {after:?}") };
        assert_eq!(before, after);
    }
    assert!(again[30..].iter().all(|received| matches!(received, Received::New(_))));
    assert_eq!(store.seen_uids(INBOX, 7).await.unwrap(), (1..=50).collect());
    assert_eq!(store.jobs(false).await.unwrap().len(), 50, "an Admit job a message");
    for (arrival, received) in batch.iter().zip(&again) {
        let (Received::New(id) | Received::Known(id)) = *received;
        let kept = store.inbound(id).await.unwrap();
        assert_eq!((kept.raw, kept.place, kept.received), (arrival.raw.clone(), arrival.place.clone(), noon()));
        assert!(store.holds_raw(INBOX, &kept.sha256.to_uppercase()).await.unwrap());
        assert!(!store.holds_raw("elsewhere", &kept.sha256).await.unwrap());
    }
}

pub async fn a_recreated_folder_brings_no_mail_in_twice(told: Told) {
    let store = told.store;
    let before = store.receive(INBOX, &[arrival(at(7, 1), "one"), arrival(at(7, 2), "two")], noon()).await.unwrap();
    // The server made the folder anew: other numbers, the same bytes, and one mail that is really new.
    let anew = [arrival(at(8, 1), "two"), arrival(at(8, 2), "three"), arrival(at(8, 3), "one")];
    let after = store.receive(INBOX, &anew, noon()).await.unwrap();

    let ids: Vec<_> = before.iter().map(|received| matches!(received, Received::New(id) if id.0 > 0)).collect();
    assert_eq!(ids, [true, true]);
    let (Received::New(one), Received::New(two)) = (before[0], before[1]) else { panic!() };
    assert_eq!((after[0], after[2]), (Received::Known(two), Received::Known(one)));
    assert!(matches!(after[1], Received::New(_)));
    assert_eq!(store.seen_uids(INBOX, 8).await.unwrap(), BTreeSet::from([1, 2, 3]), "the new places count as seen");
    assert_eq!(store.seen_uids(INBOX, 7).await.unwrap(), BTreeSet::from([1, 2]));
    assert_eq!(store.inbound(one).await.unwrap().place, at(8, 3), "where the message is now");
    assert_eq!(store.figures().await.unwrap().inbound, 3);
}

pub async fn the_same_bytes_delivered_twice_are_two_messages(told: Told) {
    let store = told.store;
    let twice = store.receive(INBOX, &[arrival(at(7, 1), "same"), arrival(at(7, 2), "same")], noon()).await.unwrap();
    let (Received::New(one), Received::New(two)) = (twice[0], twice[1]) else { panic!("{twice:?}") };
    assert_ne!(one, two, "whether they are one mail is decided at admission");
    // And two they stay where the folder is made anew.
    let anew = store.receive(INBOX, &[arrival(at(8, 5), "same"), arrival(at(8, 6), "same")], noon()).await.unwrap();
    assert_eq!(anew, [Received::Known(one), Received::Known(two)]);
}

pub async fn a_uid_that_now_names_other_bytes_brings_them_in(told: Told) {
    let store = told.store;
    let Received::New(before) = store.receive(INBOX, &[arrival(at(7, 1), "one")], noon()).await.unwrap()[0] else { panic!() };
    // RFC 3501 forbids it; a server restored from a backup does it.
    let Received::New(after) = store.receive(INBOX, &[arrival(at(7, 1), "other")], noon()).await.unwrap()[0] else { panic!() };
    assert_ne!(before, after);
    assert_eq!(store.receive(INBOX, &[arrival(at(7, 1), "other")], noon()).await.unwrap(), [Received::Known(after)]);
    assert_eq!(store.inbound(before).await.unwrap().raw, arrival(at(7, 1), "one").raw, "the former message is kept");
}

pub async fn a_message_over_the_limit_is_kept_by_its_header(told: Told) {
    let store = told.store;
    let mut huge = arrival(at(7, 1), "");
    huge.size = 80_000_000;
    huge.quarantine = Some("80 MB; the limit is 40 MB".to_owned());
    let Received::New(id) = store.receive(INBOX, &[huge.clone()], noon()).await.unwrap()[0] else { panic!() };
    let kept = store.inbound(id).await.unwrap();
    assert_eq!((kept.size, kept.quarantine, kept.raw), (huge.size, huge.quarantine, huge.raw));
    let jobs = store.lease(10, 60).await.unwrap();
    assert_eq!(jobs[0].kind, JobKind::Admit { inbound: id });
}

pub async fn a_maildir_is_known_by_its_file_names(told: Told) {
    let store = told.store;
    let place = |name: &str| Place::Maildir { name: name.to_owned() };
    let batch = [arrival(place("1700000000.M1P2.host"), "one"), arrival(place("1700000000.M2P2.host"), "one")];
    let first = store.receive("spool", &batch, noon()).await.unwrap();
    assert!(matches!(first[..], [Received::New(_), Received::New(_)]), "the same bytes under two names are two deliveries");
    let again = store.receive("spool", &batch, noon()).await.unwrap();
    assert!(matches!(again[..], [Received::Known(_), Received::Known(_)]));
    assert_eq!(store.seen_names("spool").await.unwrap().len(), 2);
    assert!(store.seen_names(INBOX).await.unwrap().is_empty());
}

pub async fn one_intake_at_a_time_holds_a_mailbox(told: Told) {
    let (store, other) = (told.store.clone(), told.another().await);
    let (one, two) = (LeaseToken::from_bytes(fresh()), LeaseToken::from_bytes(fresh()));
    assert!(store.hold_mailbox(INBOX, one, 60).await.unwrap());
    assert!(store.hold_mailbox(INBOX, one, 60).await.unwrap(), "its holder holds it on");
    assert!(!other.hold_mailbox(INBOX, two, 60).await.unwrap());
    assert!(other.hold_mailbox("another", two, 60).await.unwrap());
    assert!(store.hold_mailbox(INBOX, one, 0).await.unwrap(), "given back");
    assert!(other.hold_mailbox(INBOX, two, 60).await.unwrap());
    assert!(!store.hold_mailbox(INBOX, one, 60).await.unwrap());
}

pub async fn the_mark_moves_and_is_found_again(told: Told) {
    let store = told.store;
    assert_eq!(store.cursor(INBOX).await.unwrap(), None);
    store.receive(INBOX, &[arrival(at(7, 9), "nine")], noon()).await.unwrap();
    assert_eq!(store.cursor(INBOX).await.unwrap(), None, "received is not marked");
    for cursor in [MailboxCursor { uid_validity: 7, uid_last: 9 }, MailboxCursor { uid_validity: u32::MAX, uid_last: 1 }] {
        store.advance(INBOX, cursor).await.unwrap();
        assert_eq!(store.cursor(INBOX).await.unwrap(), Some(cursor));
    }
}
