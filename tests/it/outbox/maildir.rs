//! Replies into a Maildir: whole or not at all, and a message once.

use std::fs;
use std::path::Path;

use caseconsultant::outbox::{OutboxSettings, OutboxUrl, connect};

use super::messages::message;

fn settings(path: &Path) -> OutboxSettings {
    OutboxSettings::new(OutboxUrl::Maildir(path.to_owned()), None)
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn a_message_is_written_once_however_often_it_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("replies");
    let mailer = connect(&settings(&root)).unwrap();
    for n in [1, 2, 1, 1] {
        assert_eq!(mailer.send(&message(n)).await.name(), "accepted");
    }
    let new = names(&root.join("new"));
    assert_eq!(new.len(), 2);
    assert!(names(&root.join("tmp")).is_empty());
    let name = new.iter().find(|name| name.contains(&"01".repeat(16))).unwrap();
    assert_eq!(fs::read(root.join("new").join(name)).unwrap(), message(1).outgoing().bytes);

    // A mail program has read it: moved, with its flags behind the name.
    fs::rename(root.join("new").join(name), root.join("cur").join(format!("{name}:2,RS"))).unwrap();
    let outcome = mailer.send(&message(1)).await;
    assert!(outcome.name() == "accepted" && outcome.answer().contains("already"));
    assert_eq!(names(&root.join("new")).len(), 1);
}

#[tokio::test]
async fn a_folder_that_is_gone_defers_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("replies");
    let mailer = connect(&settings(&root)).unwrap();
    assert!(mailer.check().await.unwrap().contains("writable"));
    fs::remove_dir_all(&root).unwrap();
    assert_eq!(mailer.send(&message(1)).await.name(), "deferred");
    assert!(format!("{:#}", mailer.check().await.unwrap_err()).contains("make it again"));
    fs::write(&root, "a file").unwrap();
    assert!(connect(&settings(&root)).is_err());
}

#[tokio::test]
async fn many_at_once_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mailer = connect(&settings(folder.path())).unwrap();
    let messages: Vec<_> = (0..50).chain(0..50).map(message).collect();
    let outcomes = futures::future::join_all(messages.iter().map(|message| mailer.send(message))).await;
    assert!(outcomes.iter().all(|outcome| outcome.name() == "accepted"));
    assert_eq!(names(&folder.path().join("new")).len(), 50);
    assert!(names(&folder.path().join("tmp")).is_empty());
}
