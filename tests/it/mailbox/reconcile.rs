//! Whether the store has what the mailbox shows, and showed.

use caseconsultant::mailbox::{self, After};
use tempfile::TempDir;

use crate::world::dovecot::Dovecot;
use crate::world::intake::{Intake, letter, letter_of, settings, store_in};

#[tokio::test]
async fn an_emptied_inbox_proves_nothing() {
    let Some(dovecot) = Dovecot::start() else { return };
    let folder = TempDir::new().unwrap();
    let store = store_in(&folder).await;
    let mut settings = settings(&format!("imap://u1@127.0.0.1:{}?plain", dovecot.imap));
    settings.after = After::Move("Taken".to_owned());
    settings.message_bytes_max = 10_000;
    (0..9).for_each(|number| dovecot.place("u1", &letter(number)));
    dovecot.place("u1", &letter_of(9, 12_000));

    // Nothing was taken yet.
    let before = mailbox::reconcile(&settings, &store).await.unwrap();
    assert_eq!((before.missing.len(), before.in_folder, before.seen), (10, 10, 0));
    assert!(before.missing.iter().all(|one| one.waiting));
    assert_eq!(dovecot.flags("u1", "INBOX").iter().filter(|flags| flags.contains("Seen")).count(), 0, "looking changes nothing");

    let intake = Intake::begin(&settings, &store);
    intake.holds(10).await;
    intake.stop().await;
    let after = mailbox::reconcile(&settings, &store).await.unwrap();
    assert_eq!((after.missing.len(), after.in_folder, after.in_target, after.seen, after.unaccounted), (0, 1, 9, 10, 0));

    // Another store, which never saw what lies in the target folder now: the inbox looks clean, and nine are missing all the same.
    let folder = TempDir::new().unwrap();
    let empty = store_in(&folder).await;
    let lost = mailbox::reconcile(&settings, &empty).await.unwrap();
    assert_eq!((lost.missing.len(), lost.unaccounted), (10, 9));
    assert_eq!(lost.missing.iter().filter(|one| one.folder == "Taken").count(), 9);
    assert!(lost.remarks().iter().any(|remark| remark.contains("taken away before they were seen")), "{:?}", lost.remarks());
}

#[tokio::test]
async fn a_maildir_is_compared_by_names_and_bytes() {
    let folder = TempDir::new().unwrap();
    let store = store_in(&folder).await;
    let root = folder.path().join("inbox");
    for part in ["tmp", "new", "cur"] {
        std::fs::create_dir_all(root.join(part)).unwrap();
    }
    std::fs::write(root.join("new/1.a"), letter(0)).unwrap();
    let mut settings = settings(&format!("maildir:{}", root.display()));
    settings.credentials = None;
    assert_eq!(mailbox::reconcile(&settings, &store).await.unwrap().missing.len(), 1);
    let intake = Intake::begin(&settings, &store);
    intake.holds(1).await;
    intake.stop().await;
    let found = mailbox::reconcile(&settings, &store).await.unwrap();
    assert_eq!((found.missing.len(), found.in_folder, found.seen), (0, 1, 1));
}
