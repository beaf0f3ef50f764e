//! A server and a line that fail: each story ends with exactly what was delivered in the store, soon.

use std::sync::Arc;
use std::time::Instant;

use caseconsultant::mailbox::MailboxSettings;
use caseconsultant::ports::Store;
use tempfile::TempDir;

use crate::world::dovecot::Dovecot;
use crate::world::eventually;
use crate::world::intake::{Intake, SOON, held, letter, letter_of, numbers, settings, store_in};
use crate::world::proxy::{Fault, Proxy};

struct Story {
    dovecot: Dovecot,
    proxy: Proxy,
    store: Arc<dyn Store>,
    settings: MailboxSettings,
    _folder: TempDir,
}

impl Story {
    async fn begin() -> Option<Self> {
        let dovecot = Dovecot::start()?;
        let proxy = Proxy::before(dovecot.imap).await;
        let folder = TempDir::new().unwrap();
        let store = store_in(&folder).await;
        let mut settings = settings(&format!("imap://u1@127.0.0.1:{}?plain", proxy.port));
        settings.idle_secs = 1;
        settings.io_timeout_secs = 1;
        Some(Self { dovecot, proxy, store, settings, _folder: folder })
    }

    /// Everything that was delivered, once each, with the faults all used up.
    async fn ends_with(self, intake: Intake, count: u32) {
        let begun = Instant::now();
        eventually("the faults to happen", SOON, || async { self.proxy.armed() == 0 }).await;
        intake.holds(count.into()).await;
        println!("recovered {:?} after the story", begun.elapsed());
        intake.stop().await;
        assert_eq!(numbers(&held(&self.store).await), (0..count).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn no_and_bad_are_not_taken_for_an_empty_mailbox() {
    let Some(story) = Story::begin().await else { return };
    (0..120).for_each(|number| story.dovecot.place("u1", &letter(number)));
    story.proxy.arm([
        Fault::No("UID SEARCH"),
        Fault::Bad("UID SEARCH"),
        Fault::No("UID FETCH"),
        Fault::Bad("UID FETCH"),
        Fault::No("EXAMINE"),
    ]);
    let intake = Intake::begin(&story.settings, &story.store);
    story.ends_with(intake, 120).await;
}

#[tokio::test]
async fn an_ok_without_the_messages_does_not_move_the_mark() {
    let Some(story) = Story::begin().await else { return };
    (0..60).for_each(|number| story.dovecot.place("u1", &letter(number)));
    story.proxy.arm([Fault::EmptyOk("UID SEARCH"), Fault::EmptyOk("UID FETCH"), Fault::EmptyOk("UID FETCH 1:50 (UID BODY")]);
    let intake = Intake::begin(&story.settings, &story.store);
    story.ends_with(intake, 60).await;
}

#[tokio::test]
async fn a_line_cut_in_the_middle_of_a_fetch_loses_nothing() {
    let Some(story) = Story::begin().await else { return };
    (0..120).for_each(|number| story.dovecot.place("u1", &letter(number)));
    story.dovecot.place("u1", &letter_of(120, 3 * 1024 * 1024));
    story.proxy.arm([
        // Between two answers, within one, and within a piece of a large message.
        Fault::CutAfter("UID FETCH 1:50 (UID BODY", 0),
        Fault::CutAfter("UID FETCH 1:50 (UID BODY", 5_000),
        Fault::CutAfter("UID FETCH 51:100 (UID BODY", 11),
        Fault::CutAfter("UID FETCH 121 (UID BODY.PEEK[]<1048576", 500_000),
    ]);
    let intake = Intake::begin(&story.settings, &story.store);
    story.ends_with(intake, 121).await;
}

#[tokio::test]
async fn a_goodbye_is_the_end_of_a_session_and_of_nothing_else() {
    let Some(story) = Story::begin().await else { return };
    (0..60).for_each(|number| story.dovecot.place("u1", &letter(number)));
    story.proxy.arm([Fault::Bye("LOGIN"), Fault::Bye("UID SEARCH"), Fault::Bye("UID FETCH 1:50 (UID BODY"), Fault::Bye("IDLE")]);
    let intake = Intake::begin(&story.settings, &story.store);
    eventually("the goodbyes", SOON, || async { story.proxy.armed() == 0 }).await;
    story.dovecot.deliver("u1", &letter(60));
    story.ends_with(intake, 61).await;
}

#[tokio::test]
async fn an_idle_that_goes_silent_is_noticed() {
    let Some(story) = Story::begin().await else { return };
    let intake = Intake::begin(&story.settings, &story.store);
    intake.is_caught_up().await;
    story.proxy.arm([Fault::SilentAfter("IDLE")]);
    eventually("an IDLE that goes silent", SOON, || async { story.proxy.armed() == 0 }).await;
    let begun = Instant::now();
    story.dovecot.deliver("u1", &letter(0));
    intake.holds(1).await;
    println!("noticed {:?} after a delivery into the silence", begun.elapsed());
    assert!(story.proxy.connections() > 1);
    story.ends_with(intake, 1).await;
}

#[tokio::test]
async fn a_refused_idle_turns_into_polling() {
    let Some(story) = Story::begin().await else { return };
    story.proxy.arm([Fault::No("IDLE")]);
    let intake = Intake::begin(&story.settings, &story.store);
    eventually("the refusal", SOON, || async { story.proxy.armed() == 0 }).await;
    story.dovecot.deliver("u1", &letter(0));
    intake.holds(1).await;
    assert_eq!(story.proxy.connections(), 1, "on the same connection");
    story.ends_with(intake, 1).await;
}

#[tokio::test]
async fn a_command_that_is_never_answered_ends_the_session() {
    let Some(story) = Story::begin().await else { return };
    (0..60).for_each(|number| story.dovecot.place("u1", &letter(number)));
    story.proxy.arm([Fault::SilentAfter("LOGIN"), Fault::SilentAfter("UID FETCH 1:50 (UID BODY")]);
    let intake = Intake::begin(&story.settings, &story.store);
    story.ends_with(intake, 60).await;
}

#[tokio::test]
async fn a_folder_that_was_recreated_is_read_from_the_start() {
    let Some(mut story) = Story::begin().await else { return };
    story.settings.url = format!("imap://u1@127.0.0.1:{}/Questions?plain", story.proxy.port).parse().unwrap();
    let put = |numbers: std::ops::Range<u32>| {
        numbers.for_each(|number| story.dovecot.place("u1", &letter(number)));
        story.dovecot.doveadm(&["move", "-u", "u1", "Questions", "mailbox", "INBOX", "all"]);
    };
    story.dovecot.doveadm(&["mailbox", "create", "-u", "u1", "Questions"]);
    put(0..20);
    let intake = Intake::begin(&story.settings, &story.store);
    intake.holds(20).await;
    let before = story.store.cursor("questions").await.unwrap().unwrap();

    // Recreated behind an open session, with half of the old messages back in it under other UIDs, and new ones.
    story.dovecot.doveadm(&["move", "-u", "u1", "INBOX", "mailbox", "Questions", "10:20"]);
    story.dovecot.doveadm(&["mailbox", "delete", "-s", "-u", "u1", "Questions"]);
    story.dovecot.doveadm(&["mailbox", "create", "-u", "u1", "Questions"]);
    story.dovecot.doveadm(&["move", "-u", "u1", "Questions", "mailbox", "INBOX", "all"]);
    put(20..25);
    intake.holds(25).await;
    let after = story.store.cursor("questions").await.unwrap().unwrap();
    assert_ne!(before.uid_validity, after.uid_validity);
    assert_eq!(after.uid_last, 16);
    story.ends_with(intake, 25).await;
}

#[tokio::test]
async fn a_message_that_the_server_never_hands_over_does_not_hold_up_the_others() {
    let Some(story) = Story::begin().await else { return };
    (0..10).for_each(|number| story.dovecot.place("u1", &letter(number)));
    // The batch three times, then the fourth message alone until it is given up.
    story.proxy.arm([
        Fault::No("UID FETCH 1:10 (UID BODY"),
        Fault::No("UID FETCH 1:10 (UID BODY"),
        Fault::No("UID FETCH 1:10 (UID BODY"),
    ]);
    story.proxy.arm((0..6).map(|_| Fault::No("UID FETCH 4 (UID BODY")));
    let intake = Intake::begin(&story.settings, &story.store);
    intake.holds(10).await;
    assert_eq!(story.proxy.armed(), 0);
    intake.stop().await;
    let held = held(&story.store).await;
    assert_eq!(numbers(&held), [0, 1, 2, 4, 5, 6, 7, 8, 9]);
    let given_up: Vec<_> = held.iter().filter(|one| one.quarantine.is_some()).collect();
    assert_eq!(given_up.len(), 1);
    assert!(given_up[0].quarantine.as_ref().unwrap().contains("message 4"));
}
