//! Connections are kept, and a dead one costs nothing.

use caseconsultant::domain::delivery::Outcome;
use caseconsultant::outbox::{HoldSwitch, OutboxSettings, connect};

use super::messages::{at, message, settings};
use super::server::{Act, At, Script, Server};

#[tokio::test]
async fn one_connection_serves_message_after_message() {
    let server = Server::start(vec![Script::default()]).await;
    let mailer = connect(&settings(server.port)).unwrap();
    for n in 0..20 {
        assert_eq!(mailer.send(&message(n)).await.name(), "accepted");
    }
    let record = server.record();
    assert_eq!((record.connections, record.messages.len()), (1, 20));
    assert_eq!(record.commands.iter().filter(|line| line.starts_with("EHLO")).count(), 1);
}

#[tokio::test]
async fn no_connection_carries_more_than_a_hundred() {
    let server = Server::start(vec![Script::default()]).await;
    let mailer = connect(&settings(server.port)).unwrap();
    for n in 0..=200 {
        assert_eq!(mailer.send(&message(n)).await.name(), "accepted");
    }
    assert_eq!(server.record().connections, 3);
}

#[tokio::test]
async fn a_kept_connection_that_died_is_replaced_without_a_word() {
    for dead in [Act::Close, Act::SayAndClose("421 4.4.2 idle for too long"), Act::Silence] {
        let server = Server::start(vec![Script::default().nth(2, At::Mail, dead), Script::default()]).await;
        let mailer = connect(&settings(server.port)).unwrap();
        for n in 0..3 {
            let outcome = mailer.send(&message(n)).await;
            assert_eq!(outcome.name(), "accepted", "{dead:?}: {outcome:?}");
        }
        let record = server.record();
        assert_eq!((record.connections, record.messages.len()), (2, 3), "{dead:?}: nothing lost, nothing doubled");
    }
}

#[tokio::test]
async fn a_server_that_is_gone_when_the_kept_connection_dies_defers() {
    let scripts = vec![Script::default().nth(2, At::Mail, Act::Close), Script::default().at(At::Greeting, Act::Close)];
    let server = Server::start(scripts).await;
    let mailer = connect(&settings(server.port)).unwrap();
    assert_eq!(mailer.send(&message(1)).await.name(), "accepted");
    assert_eq!(mailer.send(&message(2)).await.name(), "deferred");
}

#[tokio::test]
async fn a_refused_recipient_does_not_cost_the_connection() {
    let server = Server::start(vec![Script::default().nth(2, At::Rcpt, Act::Say("550 5.1.1 unknown"))]).await;
    let mailer = connect(&settings(server.port)).unwrap();
    assert_eq!(mailer.send(&message(1)).await.name(), "accepted");
    assert_eq!(mailer.send(&message(2)).await.name(), "refused");
    assert_eq!(mailer.send(&message(3)).await.name(), "refused");
    let record = server.record();
    assert_eq!(record.connections, 1);
    assert_eq!(record.commands.iter().filter(|line| *line == "RSET").count(), 2);
}

/// The look that counts is the one when connection, sender and recipient are already agreed upon.
#[tokio::test]
async fn the_switch_that_holds_all_sending_is_looked_at_right_before_data() {
    let folder = tempfile::tempdir().unwrap();
    let switch = folder.path().join("hold-sending");
    let server = Server::start(vec![Script::default()]).await;
    let mailer = connect(&OutboxSettings { hold: HoldSwitch(Some(switch.clone())), ..settings(server.port) }).unwrap();
    assert!(!mailer.held());
    assert_eq!(mailer.send(&message(1)).await.name(), "accepted");
    std::fs::write(&switch, "").unwrap();
    assert!(mailer.held());
    for fresh in [false, true] {
        let mailer = if fresh {
            connect(&OutboxSettings { hold: HoldSwitch(Some(switch.clone())), ..settings(server.port) }).unwrap()
        } else {
            mailer.clone()
        };
        let outcome = mailer.send(&message(2)).await;
        assert!(matches!(&outcome, Outcome::Deferred { answer } if answer.contains("held")), "{outcome:?}");
        let record = server.record();
        assert_eq!(record.messages.len(), 1, "nothing left");
        let last: Vec<&str> = record.commands.iter().rev().take(3).map(|line| &line[..4]).collect();
        assert_eq!(last, ["RSET", "RCPT", "MAIL"], "no DATA");
    }
    std::fs::remove_file(&switch).unwrap();
    assert_eq!(mailer.send(&message(2)).await.name(), "accepted");
    assert_eq!(server.record().commands.iter().filter(|line| *line == "DATA").count(), 2);
}

#[tokio::test]
async fn no_more_connections_than_allowed() {
    let server = Server::start(vec![Script::default()]).await;
    let mailer = connect(&OutboxSettings { connections_max: 3, ..settings(server.port) }).unwrap();
    let messages: Vec<_> = (0..40).map(message).collect();
    let outcomes = futures::future::join_all(messages.iter().map(|message| mailer.send(message))).await;
    assert!(outcomes.iter().all(|outcome| outcome.name() == "accepted"));
    assert!(server.record().connections <= 3);
    assert_eq!(server.record().messages.len(), 40);
}

#[tokio::test]
async fn each_message_goes_to_its_one_recipient() {
    let server = Server::start(vec![Script::default()]).await;
    connect(&settings(server.port)).unwrap().send(&message(1)).await;
    let record = server.record();
    let envelope: Vec<&String> =
        record.commands.iter().filter(|line| line.starts_with("MAIL") || line.starts_with("RCPT")).collect();
    assert_eq!(envelope, ["MAIL FROM:<coding@answers.example>", "RCPT TO:<lee@clinic.example>"]);
}

#[tokio::test]
async fn an_address_beyond_ascii_needs_a_server_that_can_carry_it() {
    let mut outgoing = message(1).outgoing().clone();
    outgoing.envelope.to = "jürgen@clinic.example".to_owned().try_into().unwrap();
    let message = super::messages::approved(outgoing);
    let server = Server::start(vec![Script::default()]).await;
    let outcome = connect(&settings(server.port)).unwrap().send(&message).await;
    assert!(matches!(&outcome, Outcome::Refused { answer } if answer.contains("SMTPUTF8")), "{outcome:?}");
    let server = Server::start(vec![Script::default().offer("SMTPUTF8").offer("8BITMIME")]).await;
    assert_eq!(connect(&settings(server.port)).unwrap().send(&message).await.name(), "accepted");
    assert!(server.record().commands.iter().any(|line| line.ends_with("> SMTPUTF8 BODY=8BITMIME")));
}

#[tokio::test]
async fn a_password_is_never_sent_to_a_server_that_does_not_ask_for_it() {
    let server = Server::start(vec![Script::default()]).await;
    let mailer = connect(&at(&format!("smtp://desk@127.0.0.1:{}?plain", server.port), Some("secret"))).unwrap();
    let outcome = mailer.send(&message(1)).await;
    assert!(outcome.name() == "deferred" && outcome.answer().contains("AUTH"), "{outcome:?}");
    assert!(!server.record().commands.iter().any(|line| line.starts_with("AUTH")));
}
