//! Reports about our mail: found by reverse-path, by Message-ID or by the returned header; and who bounces often is paused.

use caseconsultant::domain::address::EmailAddress;
use caseconsultant::domain::audit::{Actor, AuditEvent};
use caseconsultant::domain::outgoing::Outgoing;
use caseconsultant::domain::policy::Policy;
use caseconsultant::flow::Verp;

use super::desk::{ANSWERED, Became, Desk, LEAD, policy};

const SENDER: &str = "nurse@elsewhere.test";

async fn desk(policy: Policy) -> Desk {
    Desk::open_with("ask@desk.test", policy, Some(Verp::new([9; 32]))).await
}

/// What Postfix says of a mail that came to `to` and returns with `header`.
fn report(number: usize, to: &str, header: &str, action: &str) -> Vec<u8> {
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@elsewhere.test\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <r{number}@elsewhere.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; elsewhere.test\r\n\r\nFinal-Recipient: rfc822; {SENDER}\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{header}\r\n--b--\r\n"
    )
    .into_bytes()
}

fn returned_to(message: &Outgoing) -> String {
    message.envelope.from.as_ref().unwrap().to_string()
}

async fn answered(desk: &Desk) -> (Became, Outgoing) {
    let became = desk.writes(SENDER, "A question", "", ANSWERED).await;
    let sent = became.sent.iter().find(|one| one.envelope.to.as_str() == SENDER).expect("an answer").clone();
    (became, sent)
}

fn is_undeliverable(became: &Became) -> bool {
    became.case.as_ref().is_some_and(|case| case.state.name() == "undeliverable")
}

#[tokio::test]
async fn a_failed_report_finds_its_case_by_each_of_three_marks_and_tells_a_person() {
    let desk = desk(policy()).await;
    // By the address that it came to, with nothing else of ours left.
    let (_, sent) = answered(&desk).await;
    assert!(returned_to(&sent).starts_with("ask+b-"), "{}", returned_to(&sent));
    let by_path = desk.comes(&report(1, &returned_to(&sent), "Subject: none of ours\r\n", "failed")).await;
    assert!(is_undeliverable(&by_path), "{}", by_path.told());
    assert_eq!(by_path.sent.iter().map(|one| one.envelope.to.as_str()).collect::<Vec<_>>(), [LEAD]);
    // By our Message-ID.
    let (_, sent) = answered(&desk).await;
    let header = format!("Message-ID: <{}>\r\nSubject: Re: A question\r\n", sent.message_id);
    assert!(is_undeliverable(&desk.comes(&report(2, "postmaster@desk.test", &header, "failed")).await));
    // By what the message answered, where a gateway gave it another id; no case by the number in the subject.
    let desk = Desk::open_with("ask@desk.test", policy(), Some(Verp::new([9; 32]))).await;
    let (became, _) = answered(&desk).await;
    let number = became.case.unwrap().number();
    let header = format!("Message-ID: <x@gateway.test>\r\nSubject: Re: A question [{number}]\r\n");
    assert!(desk.comes(&report(3, "postmaster@desk.test", &header, "failed")).await.case.is_none());
    let header = "Message-ID: <x@gateway.test>\r\nIn-Reply-To: <m0@elsewhere.test>\r\n";
    assert!(is_undeliverable(&desk.comes(&report(4, "postmaster@desk.test", header, "failed")).await));
}

#[tokio::test]
async fn a_made_up_path_and_a_mere_delay_move_nothing() {
    let desk = desk(policy()).await;
    let (_, sent) = answered(&desk).await;
    let forged = Verp::new([8; 32]).envelope_sender(&EmailAddress::parse("ask@desk.test").unwrap(), sent.id).to_string();
    let became = desk.comes(&report(1, &forged, "Subject: x\r\n", "failed")).await;
    assert!(became.case.is_none() && became.sent.is_empty(), "{}", became.told());
    let delayed = desk.comes(&report(2, &returned_to(&sent), "Subject: x\r\n", "delayed")).await;
    assert_eq!(delayed.case.unwrap().state.name(), "answered");
    assert!(delayed.sent.is_empty());
}

#[tokio::test]
async fn who_bounces_often_is_held_until_a_person_lifts_it() {
    let desk = desk(Policy { bounces_max: 2, ..policy() }).await;
    for number in 0..2 {
        let (_, sent) = answered(&desk).await;
        // Told twice, it counts once.
        for copy in 0..2 {
            desk.comes(&report(number * 2 + copy, &returned_to(&sent), "Subject: x\r\n", "failed")).await;
        }
    }
    let held = desk.writes(SENDER, "Once more", "", ANSWERED).await;
    assert!(held.told().contains("Paused") && held.sent.iter().all(|one| one.envelope.to.as_str() == LEAD), "{}", held.told());
    assert_eq!(held.sent.len(), 1, "a person hears of it");
    let again = desk.writes(SENDER, "And again", "", ANSWERED).await;
    assert!(again.sent.is_empty(), "once a day: {}", again.told());
    let who = EmailAddress::parse(SENDER).unwrap();
    let audit = AuditEvent { actor: Actor::Operator, case: None, event: "lift".to_owned(), detail: serde_json::json!({}) };
    assert_eq!(desk.store.lift(&who, audit, desk.flow.clock.now()).await.unwrap(), 2);
    assert_eq!(answered(&desk).await.1.kind.name(), "answer");
}

#[tokio::test]
async fn a_case_has_a_budget_of_its_own() {
    let desk = Desk::open("ask@desk.test", Policy { loop_budget_case_day: 2, ..policy() }).await;
    let first = desk.writes(SENDER, "A question", "", ANSWERED).await.case.unwrap();
    let subject = format!("Re: A question [{}]", first.number());
    let mut last = None;
    for _ in 0..3 {
        last = Some(desk.writes(SENDER, &subject, "", ANSWERED).await);
    }
    let last = last.unwrap();
    assert_eq!(last.case.as_ref().unwrap().id, first.id);
    let to_them = desk.all_sent().iter().filter(|one| one.envelope.to.as_str() == SENDER).count();
    let alerts = desk.all_sent().iter().filter(|one| one.envelope.to.as_str() == LEAD).count();
    assert_eq!((to_them, alerts), (2, 1), "{}", last.told());
    assert_eq!(last.case.unwrap().state.name(), "in_review");
    let other = desk.writes(SENDER, "Another question", "", ANSWERED).await;
    assert_eq!(other.sent[0].kind.name(), "answer", "another case has its own");
}
