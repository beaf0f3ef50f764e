//! Through a real submission port into a real mailbox.

use std::time::Duration;

use caseconsultant::outbox::{OutboxSettings, connect};

use super::messages::{approved, at, message};
use crate::templates::letters::address;
use crate::world::dovecot::Dovecot;
use crate::world::eventually;
use crate::world::postfix::Postfix;

#[tokio::test]
async fn postfix_takes_an_answer_and_dovecot_has_it() {
    let Some(dovecot) = Dovecot::start() else { return };
    let Some(postfix) = Postfix::start(&dovecot) else { return };
    let with = |password: &str| {
        let settings = at(&format!("smtp://u9@localhost:{}?starttls", postfix.submission), Some(password));
        OutboxSettings { ca_file: Some(dovecot.ca_file()), io_timeout_secs: 30, ..settings }
    };
    let mailer = connect(&with("pw9")).unwrap();
    let found = mailer.check().await.unwrap();
    assert!(found.contains("TLSv1") && found.contains("logged in"), "{found}");

    let to = |n: u8, recipient: &str| {
        let mut outgoing = message(n).outgoing().clone();
        outgoing.envelope.to = address(recipient);
        approved(outgoing)
    };
    for n in 0..20 {
        let outcome = mailer.send(&to(n, "u1@example.test")).await;
        assert_eq!(outcome.name(), "accepted", "{outcome:?}");
    }
    eventually("twenty answers in the mailbox", Duration::from_secs(60), async || dovecot.count("u1", "INBOX") == 20).await;
    let fetch = ["fetch", "-u", "u1", "hdr.message-id hdr.auto-submitted body", "mailbox", "INBOX", "1"];
    let arrived = dovecot.doveadm(&fetch);
    let sent = message(0).outgoing().clone();
    assert!(arrived.contains(&format!("<{}>", sent.message_id)) && arrived.contains("auto-replied"), "{arrived}");
    let body = String::from_utf8(sent.bytes).unwrap().split_once("\r\n\r\n").unwrap().1.replace("\r\n", "\n");
    assert!(arrived.replace("\r\n", "\n").contains(body.trim_end()), "the body arrives as it was approved");

    let unknown = mailer.send(&to(21, "nobody@elsewhere.test")).await;
    assert_ne!(unknown.name(), "unknown", "{unknown:?}");
    let locked_out = connect(&with("wrong")).unwrap();
    assert_eq!(locked_out.send(&to(22, "u1@example.test")).await.name(), "deferred");
    let mend = format!("{:#}", locked_out.check().await.unwrap_err());
    assert!(mend.contains("password"), "{mend}");
}
