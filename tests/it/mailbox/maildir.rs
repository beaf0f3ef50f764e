//! From a Maildir.

use std::fs;
use std::path::Path;

use caseconsultant::mailbox::{After, MailboxSettings};
use tempfile::TempDir;

use crate::world::eventually;
use crate::world::intake::{Intake, SOON, held, letter, letter_of, numbers, settings, store_in};

fn maildir(folder: &TempDir, after: After) -> MailboxSettings {
    let mut settings = settings(&format!("maildir:{}", folder.path().join("inbox").display()));
    settings.credentials = None;
    settings.after = after;
    settings
}

fn drop_into(root: &Path, name: &str, message: &[u8]) {
    let aside = root.join("tmp").join(name.replace(['/', ':'], "_"));
    fs::create_dir_all(root.join("tmp")).unwrap();
    fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
    fs::write(&aside, message).unwrap();
    fs::rename(aside, root.join(name)).unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_lies_in_new_and_cur_is_taken_once_and_tmp_is_not_looked_into() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("inbox");
    let store = store_in(&folder).await;
    drop_into(&root, "new/1.a.host", &letter(0));
    drop_into(&root, "cur/2.a.host:2,RS", &letter(1));
    fs::write(root.join("tmp/3.a.host"), letter(9)).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", root.join("new/4.a.host")).unwrap();
    let settings = maildir(&folder, After::Leave);
    let intake = Intake::begin(&settings, &store);
    intake.holds(2).await;
    drop_into(&root, "new/5.a.host", &letter(2));
    intake.arrived.notified().await;
    intake.holds(3).await;
    // A reader of mail takes it from new to cur; the flags are no part of the name.
    fs::rename(root.join("new/5.a.host"), root.join("cur/5.a.host:2,S")).unwrap();
    intake.is_caught_up().await;
    intake.stop().await;
    let intake = Intake::begin(&settings, &store);
    intake.is_caught_up().await;
    intake.stop().await;
    assert_eq!(numbers(&held(&store).await), [0, 1, 2]);
    assert_eq!(names(&root.join("cur")), ["2.a.host:2,RS", "5.a.host:2,S"]);
}

#[tokio::test]
async fn a_second_file_of_a_known_name_is_a_message_of_its_own() {
    for after in [After::Leave, After::Flag, After::Move("Taken".to_owned())] {
        let folder = TempDir::new().unwrap();
        let root = folder.path().join("inbox");
        let store = store_in(&folder).await;
        let intake = Intake::begin(&maildir(&folder, after.clone()), &store);
        drop_into(&root, "new/question.eml", &letter(0));
        intake.holds(1).await;
        drop_into(&root, "new/question.eml", &letter_of(1, 3000));
        intake.holds(2).await;
        drop_into(&root, "new/another.eml", &letter(2));
        intake.holds(3).await;
        intake.stop().await;
        assert_eq!(numbers(&held(&store).await), [0, 1, 2], "{after:?}");
    }
}

#[tokio::test]
async fn taken_mail_is_flagged_or_moved_and_what_is_too_large_stays() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("inbox");
    let store = store_in(&folder).await;
    drop_into(&root, "new/1.a", &letter(0));
    drop_into(&root, "cur/2.a:2,S", &letter(1));
    drop_into(&root, "new/3.a", &letter_of(2, 9000));
    let mut settings = maildir(&folder, After::Flag);
    settings.message_bytes_max = 8000;
    let intake = Intake::begin(&settings, &store);
    intake.holds(3).await;
    intake.stop().await;
    assert_eq!(names(&root.join("cur")), ["1.a:2,F", "2.a:2,FS"]);
    assert_eq!(names(&root.join("new")), ["3.a"]);
    let large = held(&store).await.into_iter().find(|one| one.quarantine.is_some()).unwrap();
    assert!(large.raw.ends_with(b"\r\n\r\n") && large.raw.len() < 1000 && large.size >= 9000);

    settings.after = After::Move("Taken".to_owned());
    let intake = Intake::begin(&settings, &store);
    eventually("the files to be moved", SOON, || async { names(&root.join("cur")).is_empty() }).await;
    intake.stop().await;
    assert_eq!(names(&root.join(".Taken/cur")), ["1.a:2,S", "2.a:2,S"]);
    assert_eq!(names(&root.join("new")), ["3.a"]);
    assert_eq!(store.figures().await.unwrap().inbound, 3);
}
