//! The outcome table: every answer and every silence at every step, and what it means for the message.

use caseconsultant::domain::delivery::Outcome;
use caseconsultant::outbox::{OutboxSettings, connect};

use super::messages::{at, message, message_of, settings};
use super::server::{Act, At, Script, Server};

async fn outcome(script: Script, settings: impl FnOnce(u16) -> OutboxSettings) -> Outcome {
    let server = Server::start(vec![script]).await;
    connect(&settings(server.port)).unwrap().send(&message(1)).await
}

#[tokio::test]
async fn every_answer_at_every_step_has_its_meaning() {
    let steps = [At::Greeting, At::Ehlo, At::Auth, At::Mail, At::Rcpt, At::Data, At::Dot];
    let acts = [
        Act::Say("451 4.3.0 try later"),
        Act::Say("550 5.1.1 <lee@clinic.example> is not known here"),
        Act::SayAndClose("421 4.3.2 going down"),
        Act::Close,
        Act::Silence,
        Act::Say("hello there"),
    ];
    let rows = steps.into_iter().flat_map(|step| acts.into_iter().map(move |act| (step, act)));
    let table = futures::future::join_all(rows.map(|(step, act)| async move {
        let script = Script::default().offer("AUTH PLAIN LOGIN").at(step, act);
        let outcome = outcome(script, |port| at(&format!("smtp://desk@127.0.0.1:{port}?plain"), Some("secret"))).await;
        format!("{:<9}{:<64}{:<9} {}", format!("{step:?}"), format!("{act:?}"), outcome.name(), outcome.answer())
    }))
    .await;
    insta::assert_snapshot!(table.join("\n"));
}

#[tokio::test]
async fn what_all_goes_well_is_accepted() {
    let Outcome::Accepted { answer } = outcome(Script::default(), settings).await else { panic!("not accepted") };
    assert_eq!(answer, "250 2.0.0 queued as 4711");
}

#[tokio::test]
async fn a_5yz_about_our_log_in_is_not_about_the_message() {
    for reply in ["530 5.7.0 Must issue a STARTTLS command first", "535 5.7.8 bad password", "538 5.7.11 encryption needed"] {
        let outcome = outcome(Script::default().at(At::Mail, Act::Say(reply)), settings).await;
        assert_eq!(outcome, Outcome::Deferred { answer: reply.to_owned() });
    }
}

#[tokio::test]
async fn nobody_listening_is_a_reason_to_wait() {
    let port = Server::start(Vec::new()).await.port;
    tokio::task::yield_now().await;
    let outcome = connect(&settings(port)).unwrap().send(&message(1)).await;
    assert_eq!(outcome.name(), "deferred", "{outcome:?}");
}

#[tokio::test]
async fn a_message_cut_before_its_final_dot_was_not_taken() {
    let large = message_of(&b"a line of a large message\r\n".repeat(400_000));
    for (act, name, words) in [
        (Act::Close, "deferred", "body"),
        (Act::Silence, "deferred", "no answer within 2 s"),
        (Act::SayAndClose("552 5.3.4 too large"), "refused", "552 5.3.4 too large"),
    ] {
        let server = Server::start(vec![Script::default().at(At::Body, act)]).await;
        let outcome = connect(&settings(server.port)).unwrap().send(&large).await;
        // The reset that follows unread bytes can overtake the server's last words.
        let overtaken = matches!(act, Act::SayAndClose(_)) && outcome.name() == "deferred";
        assert!(overtaken || (outcome.name() == name && outcome.answer().contains(words)), "{act:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn the_server_gets_the_bytes_that_were_approved_and_no_other() {
    let bodies: [&[u8]; 5] = [
        b"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\nend.\r\n.\r\n",
        b".\r\n",
        b"Subject: blank lines at the end\r\n\r\nx\r\n\r\n\r\n",
        b"\r\n.\r\n",
        &[b"a".repeat(65_533), b"\r\n.\r\n..\r\n".to_vec(), b"b".repeat(70_000), b"\r\n".to_vec()].concat(),
    ];
    let server = Server::start(vec![Script::default()]).await;
    let mailer = connect(&settings(server.port)).unwrap();
    for body in bodies {
        assert_eq!(mailer.send(&message_of(body)).await.name(), "accepted");
        assert_eq!(server.record().messages.last().unwrap(), body);
    }
    assert_eq!(mailer.send(&message(7)).await.name(), "accepted");
    assert_eq!(server.record().messages.last().unwrap(), &message(7).outgoing().bytes);
}

#[tokio::test]
async fn a_bare_line_feed_never_leaves() {
    let server = Server::start(vec![Script::default()]).await;
    let mailer = connect(&settings(server.port)).unwrap();
    for smuggled in ["a\n.\r\nMAIL FROM:<x@example.org>\r\n", "a\r.\r\n", "a\r\r\n", "a\r"] {
        assert_eq!(mailer.send(&message_of(smuggled.as_bytes())).await.name(), "refused", "{smuggled:?}");
    }
    assert_eq!(server.record().connections, 0);
}

#[tokio::test]
async fn an_answer_is_one_short_line_without_addresses() {
    let long = "550-5.1.1 lee@clinic.example\r\n550-5.1.1 was <forwarded.to@other.example>, which is\r\n550 5.1.1 full";
    let Outcome::Refused { answer } = outcome(Script::default().at(At::Rcpt, Act::Say(long)), settings).await else { panic!() };
    assert_eq!(answer, "550 5.1.1 l***@clinic.example was <f***@other.example>, which is full");
    let endless: &'static str = Box::leak(format!("450 {}", "x".repeat(900)).into_boxed_str());
    assert_eq!(outcome(Script::default().at(At::Rcpt, Act::Say(endless)), settings).await.answer().chars().count(), 200);
}

#[tokio::test]
async fn a_verdict_in_latin_1_is_still_a_verdict() {
    let script = Script::default().at(At::Dot, Act::Say("250 2.0.0 angenommen, sch\u{f6}nen Tag"));
    assert_eq!(outcome(script, settings).await, Outcome::Accepted { answer: "250 2.0.0 angenommen, sch?nen Tag".to_owned() });
}

#[tokio::test]
async fn a_bare_code_is_an_answer() {
    let script = Script::default().at(At::Mail, Act::Say("250")).at(At::Rcpt, Act::Say("250")).at(At::Dot, Act::Say("250"));
    assert_eq!(outcome(script, settings).await, Outcome::Accepted { answer: "250".to_owned() });
}
