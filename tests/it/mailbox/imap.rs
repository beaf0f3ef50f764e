//! From a real Dovecot.

use std::time::{Duration, Instant};

use caseconsultant::mailbox::{self, After};
use caseconsultant::ports::MailboxCursor;
use tempfile::TempDir;

use crate::world::dovecot::Dovecot;
use crate::world::intake::{Intake, SOON, held, letter, letter_of, numbers, password, settings, store_in};
use crate::world::lmtp;
use crate::world::postfix::Postfix;
use crate::world::proxy::Proxy;
use crate::world::{eventually, free_ports};

#[tokio::test]
async fn what_waited_is_taken_and_what_arrives_wakes_the_idle() {
    let Some(dovecot) = Dovecot::start() else { return };
    for (number, form) in [
        format!("imaps://u1@localhost:{}/INBOX", dovecot.imaps),
        format!("imap://u2@localhost:{}?starttls", dovecot.imap),
        format!("imap://u3@127.0.0.1:{}/INBOX?plain", dovecot.imap),
    ]
    .into_iter()
    .enumerate()
    {
        let user = format!("u{}", number + 1);
        let folder = TempDir::new().unwrap();
        let store = store_in(&folder).await;
        let mut settings = settings(&form);
        settings.credentials = Some(password(&format!("pw{}", number + 1)));
        settings.ca_file = Some(dovecot.ca_file());
        // So long that only a notice can be what woke it.
        settings.idle_secs = 600;
        (0..120).for_each(|number| dovecot.place(&user, &letter(number)));
        let intake = Intake::begin(&settings, &store);
        intake.arrived.notified().await;
        eventually("the waiting mail", SOON, || async { store.figures().await.unwrap().inbound == 120 }).await;
        eventually("an open session", SOON, || async { intake.health.condition().caught_up.is_some() }).await;

        for number in 120..123 {
            let begun = Instant::now();
            dovecot.deliver(&user, &letter(number));
            eventually("the delivered mail", SOON, || async { store.figures().await.unwrap().inbound == i64::from(number) + 1 })
                .await;
            println!("{form}: in the store {:?} after the delivery began", begun.elapsed());
        }
        let held = held(&store).await;
        assert_eq!(numbers(&held), (0..123).collect::<Vec<_>>());
        assert_eq!(held[7].raw, letter(7), "byte for byte");
        assert!(
            dovecot.flags(&user, "INBOX").iter().all(|flags| !flags.contains("Seen") && !flags.contains("Flagged")),
            "left as it was"
        );
        let condition = intake.health.condition();
        assert!(condition.connected && condition.last_error.is_none() && condition.taken == 123);
        intake.stop().await;
    }
}

#[tokio::test]
async fn two_thousand_waiting_messages_are_taken_in_one_go() {
    let Some(dovecot) = Dovecot::start() else { return };
    let folder = TempDir::new().unwrap();
    let store = store_in(&folder).await;
    let mut settings = settings(&format!("imaps://u1@localhost:{}", dovecot.imaps));
    settings.ca_file = Some(dovecot.ca_file());
    (0..2000).for_each(|number| dovecot.place("u1", &letter_of(number, 3000)));
    // Dovecot gives the files their UIDs when somebody looks first.
    dovecot.doveadm(&["mailbox", "status", "-u", "u1", "messages", "INBOX"]);
    let begun = Instant::now();
    let intake = Intake::begin(&settings, &store);
    eventually("all of them", SOON, || async { intake.health.condition().taken == 2000 }).await;
    println!("{:.0} messages a second from Dovecot over TLS into SQLite", 2000.0 / begun.elapsed().as_secs_f64());
    intake.stop().await;
    assert_eq!(numbers(&held(&store).await), (0..2000).collect::<Vec<_>>());
}

#[tokio::test]
async fn taken_mail_is_flagged() {
    let Some(dovecot) = Dovecot::start() else { return };
    let folder = TempDir::new().unwrap();
    let store = store_in(&folder).await;
    let mut settings = settings(&format!("imap://u1@127.0.0.1:{}?plain", dovecot.imap));
    settings.after = After::Flag;
    (0..3).for_each(|number| dovecot.place("u1", &letter(number)));
    let intake = Intake::begin(&settings, &store);
    intake.holds(3).await;
    let flags = dovecot.flags("u1", "INBOX");
    assert_eq!(flags.len(), 3);
    assert!(
        flags.iter().all(|flags| flags.contains("\\Flagged") && flags.contains("$CaseConsultant") && !flags.contains("\\Seen")),
        "{flags:?}"
    );
    intake.stop().await;
}

#[tokio::test]
async fn taken_mail_is_moved_into_a_folder_that_is_made() {
    let Some(dovecot) = Dovecot::start() else { return };
    for (user, hidden) in [("u1", &[][..]), ("u2", &["MOVE"][..]), ("u3", &["MOVE", "UIDPLUS"][..])] {
        let proxy = Proxy::hiding(dovecot.imap, hidden).await;
        let folder = TempDir::new().unwrap();
        let store = store_in(&folder).await;
        let mut settings = settings(&format!("imap://{user}@127.0.0.1:{}?plain", proxy.port));
        settings.credentials = Some(password(&user.replace('u', "pw")));
        settings.after = After::Move("Täken/done".to_owned());
        (0..60).for_each(|number| dovecot.place(user, &letter(number)));
        let intake = Intake::begin(&settings, &store);
        intake.holds(60).await;
        assert_eq!(dovecot.count(user, "INBOX"), 0);
        assert_eq!(dovecot.count(user, "Täken/done"), 60);
        assert_eq!(numbers(&held(&store).await), (0..60).collect::<Vec<_>>());
        intake.stop().await;
    }
}

#[tokio::test]
async fn what_was_committed_before_an_end_that_came_too_early_is_moved_later() {
    let Some(dovecot) = Dovecot::start() else { return };
    let folder = TempDir::new().unwrap();
    let store = store_in(&folder).await;
    let mut settings = settings(&format!("imap://u1@127.0.0.1:{}?plain", dovecot.imap));
    (0..5).for_each(|number| dovecot.place("u1", &letter(number)));
    let intake = Intake::begin(&settings, &store);
    intake.holds(5).await;
    // Committed, the mark moved, nothing done in the folder.
    intake.abort().await;
    settings.after = After::Move("Taken".to_owned());
    let intake = Intake::begin(&settings, &store);
    eventually("the folder to be emptied", SOON, || async { dovecot.count("u1", "INBOX") == 0 }).await;
    assert_eq!(dovecot.count("u1", "Taken"), 5);
    assert_eq!(numbers(&held(&store).await), [0, 1, 2, 3, 4]);
    intake.stop().await;
}

#[tokio::test]
async fn a_large_message_comes_in_pieces_and_one_over_the_limit_stays() {
    let Some(dovecot) = Dovecot::start() else { return };
    let proxy = Proxy::before(dovecot.imap).await;
    let folder = TempDir::new().unwrap();
    let store = store_in(&folder).await;
    let mut settings = settings(&format!("imap://u1@127.0.0.1:{}?plain", proxy.port));
    settings.after = After::Move("Taken".to_owned());
    settings.message_bytes_max = 13 * 1024 * 1024;
    dovecot.place("u1", &letter(0));
    dovecot.place("u1", &letter_of(1, 12 * 1024 * 1024));
    dovecot.place("u1", &letter_of(2, 14 * 1024 * 1024));
    dovecot.place("u1", &letter(3));
    let intake = Intake::begin(&settings, &store);
    intake.holds(4).await;
    let held = held(&store).await;
    assert_eq!(numbers(&held), [0, 1, 2, 3]);
    assert_eq!(held[1].raw, letter_of(1, 12 * 1024 * 1024));
    assert!(proxy.passed("UID FETCH 2 (UID BODY.PEEK[]<") >= 12, "in pieces");
    assert!(held[2].quarantine.as_ref().is_some_and(|why| why.contains("larger than")));
    assert!(
        held[2].raw.len() < 1000 && held[2].size > 14 * 1024 * 1024 && held[2].raw.ends_with(b"\r\n\r\n"),
        "the header alone"
    );
    assert!(held[0].quarantine.is_none() && held[1].quarantine.is_none() && held[3].quarantine.is_none());
    assert_eq!((dovecot.count("u1", "INBOX"), dovecot.count("u1", "Taken")), (1, 3), "it stays where it is");
    intake.stop().await;
    // Nor is it moved, or taken again, by the next start.
    let intake = Intake::begin(&settings, &store);
    intake.holds(4).await;
    assert_eq!((dovecot.count("u1", "INBOX"), store.figures().await.unwrap().inbound), (1, 4));
    intake.stop().await;
}

#[tokio::test]
async fn a_server_without_idle_is_polled() {
    let Some(dovecot) = Dovecot::start() else { return };
    let proxy = Proxy::hiding(dovecot.imap, &["IDLE", "UIDPLUS", "MOVE", "CONDSTORE"]).await;
    let folder = TempDir::new().unwrap();
    let store = store_in(&folder).await;
    let intake = Intake::begin(&settings(&format!("imap://u1@127.0.0.1:{}?plain", proxy.port)), &store);
    intake.is_caught_up().await;
    dovecot.deliver("u1", &letter(0));
    intake.holds(1).await;
    assert_eq!(proxy.passed("IDLE"), 0);
    intake.stop().await;
}

#[tokio::test]
async fn the_same_bytes_twice_are_two_messages_and_none_is_taken_twice() {
    let Some(dovecot) = Dovecot::start() else { return };
    let folder = TempDir::new().unwrap();
    let store = store_in(&folder).await;
    let settings = settings(&format!("imap://u1@127.0.0.1:{}?plain", dovecot.imap));
    for number in [0, 1, 1] {
        dovecot.place("u1", &letter(number));
    }
    for _ in 0..3 {
        let intake = Intake::begin(&settings, &store);
        intake.holds(3).await;
        intake.stop().await;
    }
    assert_eq!(numbers(&held(&store).await), [0, 1, 1]);
}

#[tokio::test]
async fn a_mark_that_was_never_moved_takes_nothing_twice() {
    let Some(dovecot) = Dovecot::start() else { return };
    let folder = TempDir::new().unwrap();
    let store = store_in(&folder).await;
    let settings = settings(&format!("imap://u1@127.0.0.1:{}?plain", dovecot.imap));
    (0..70).for_each(|number| dovecot.place("u1", &letter(number)));
    let intake = Intake::begin(&settings, &store);
    intake.holds(70).await;
    intake.stop().await;
    let mark = store.cursor("questions").await.unwrap().unwrap();
    assert_eq!(mark.uid_last, 70);
    // As if the end had come between commit and mark; and as if something had moved the mark past mail that nobody read.
    store.advance("questions", MailboxCursor { uid_last: 20, ..mark }).await.unwrap();
    let intake = Intake::begin(&settings, &store);
    eventually("the mark to move on", SOON, || async { store.cursor("questions").await.unwrap() == Some(mark) }).await;
    intake.stop().await;
    (70..75).for_each(|number| dovecot.place("u1", &letter(number)));
    dovecot.doveadm(&["mailbox", "status", "-u", "u1", "messages", "INBOX"]);
    store.advance("questions", MailboxCursor { uid_last: 74, ..mark }).await.unwrap();
    let intake = Intake::begin(&settings, &store);
    intake.holds(75).await;
    assert_eq!(numbers(&held(&store).await), (0..75).collect::<Vec<_>>());
    intake.stop().await;
}

#[tokio::test]
async fn one_process_takes_the_mail_and_the_next_stands_by() {
    let Some(dovecot) = Dovecot::start() else { return };
    let folder = TempDir::new().unwrap();
    let store = store_in(&folder).await;
    let settings = settings(&format!("imap://u1@127.0.0.1:{}?plain", dovecot.imap));
    let first = Intake::begin(&settings, &store);
    first.is_caught_up().await;
    let second = Intake::begin(&settings, &store);
    eventually("the second to stand by", SOON, || async { second.health.condition().standing_by }).await;
    assert!(!second.health.condition().connected);
    // A clean end hands over at once, one by a power cut when the lease has lapsed.
    first.stop().await;
    second.is_caught_up().await;
    let third = Intake::begin(&settings, &store);
    eventually("the third to stand by", SOON, || async { third.health.condition().standing_by }).await;
    second.abort().await;
    third.is_caught_up().await;
    third.stop().await;
}

#[tokio::test]
async fn mail_comes_the_whole_way_from_a_mail_system() {
    let Some(dovecot) = Dovecot::start() else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let folder = TempDir::new().unwrap();
    let store = store_in(&folder).await;
    let mut settings = settings(&format!("imaps://u1@localhost:{}", dovecot.imaps));
    settings.ca_file = Some(dovecot.ca_file());
    settings.idle_secs = 600;
    let intake = Intake::begin(&settings, &store);
    eventually("an open session", SOON, || async { intake.health.condition().caught_up.is_some() }).await;
    let begun = Instant::now();
    lmtp::send(postfix.smtp, "dana@clinic.test", "u1@example.test", &letter(0));
    eventually("the mail", SOON, || async { store.figures().await.unwrap().inbound == 1 }).await;
    println!("in the store {:?} after its sending began", begun.elapsed());
    intake.stop().await;
    assert_eq!(numbers(&held(&store).await), [0]);
}

#[tokio::test]
async fn a_check_says_what_was_found_or_how_to_mend_it() {
    let Some(dovecot) = Dovecot::start() else { return };
    let mut settings = settings(&format!("imaps://u1@localhost:{}", dovecot.imaps));
    settings.ca_file = Some(dovecot.ca_file());
    settings.after = After::Move("Taken".to_owned());
    settings.io_timeout_secs = 10;
    dovecot.place("u1", &letter(0));
    let said = mailbox::check(&settings).await.unwrap();
    assert!(said.contains("1 message(s)") && said.contains("IDLE, MOVE, UIDPLUS") && said.contains("will be made"), "{said}");

    let mut wrong = settings.clone();
    wrong.credentials = Some(password("wrong"));
    let said = mailbox::check(&wrong).await.unwrap_err().to_string();
    assert!(said.contains("Authentication failed.") && said.contains("check user and password"), "{said}");

    let mut wrong = settings.clone();
    wrong.ca_file = None;
    let said = mailbox::check(&wrong).await.unwrap_err().to_string();
    assert!(said.contains("UnknownIssuer") && said.contains("ca_file"), "{said}");

    let mut wrong = settings.clone();
    wrong.url = format!("imaps://u1@localhost:{}/Nowhere", dovecot.imaps).parse().unwrap();
    let said = mailbox::check(&wrong).await.unwrap_err().to_string();
    assert!(said.contains("\"Nowhere\" does not open"), "{said}");

    let mut wrong = settings.clone();
    let [closed] = free_ports();
    wrong.url = format!("imaps://u1@localhost:{closed}").parse().unwrap();
    let said = mailbox::check(&wrong).await.unwrap_err().to_string();
    assert!(said.contains("can't connect") && said.contains("firewall"), "{said}");

    let mut wrong = settings.clone();
    wrong.url = format!("imaps://u1@localhost:{}", dovecot.imap).parse().unwrap();
    let begun = Instant::now();
    let said = mailbox::check(&wrong).await.unwrap_err().to_string();
    assert!(said.contains("TLS") && begun.elapsed() < Duration::from_secs(5), "{said}");
}
