//! Machines that answer machines, over real bytes: at most the budget, then silence and one alert.

use caseconsultant::domain::policy::Policy;

use super::desk::{ANSWERED, Desk, LEAD, policy};

/// A gateway that takes off every mark of a machine.
fn unmarked(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut kept = String::new();
    let mut dropping = false;
    for line in head.split("\r\n") {
        if !line.starts_with([' ', '\t']) {
            let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
            dropping =
                ["auto-submitted", "x-auto-response-suppress", "x-caseconsultant-kind", "precedence"].contains(&name.as_str());
        }
        if !dropping {
            kept.push_str(line);
            kept.push_str("\r\n");
        }
    }
    format!("{kept}\r\n{body}").into_bytes()
}

#[tokio::test]
async fn two_copies_of_the_service_do_not_answer_each_other() {
    let one = Desk::open("ask@one.test", policy()).await;
    let two = Desk::open("ask@two.test", policy()).await;
    let sent = one.writes("ask@two.test", "A question", "", ANSWERED).await.sent;
    assert!(!sent.is_empty());
    for message in &sent {
        let answered = two.comes(&message.bytes).await;
        assert!(answered.sent.is_empty(), "{}", answered.told());
    }
}

#[tokio::test]
async fn without_any_mark_the_budget_ends_it_and_one_alert_tells() {
    let small = Policy { loop_budget_day: 4, ..policy() };
    let desks = [Desk::open("ask@one.test", small.clone()).await, Desk::open("ask@two.test", small).await];
    let mut flying = desks[0].writes("ask@two.test", "A question", "", ANSWERED).await.sent;
    let mut turns = 0;
    while let Some(message) = flying.pop() {
        turns += 1;
        assert!(turns < 40, "they never stop");
        if message.envelope.to.as_str() == LEAD {
            continue;
        }
        let to = usize::from(message.envelope.to.domain() == "two.test");
        // Each round is a new mail to its receiver, whatever the text.
        let bytes = unmarked(&message.bytes);
        flying.extend(desks[to].comes(&bytes).await.sent);
    }
    for desk in &desks {
        let sent = desk.all_sent();
        let to_people = sent.iter().filter(|one| one.envelope.to.as_str() != LEAD).count();
        assert!(to_people <= 4, "{to_people} messages from {}", desk.address);
    }
    // And when the other side goes on by itself.
    let before = desks[0].all_sent().len();
    for _ in 0..6 {
        desks[0].writes("ask@two.test", "A question", "", ANSWERED).await;
    }
    let alerts =
        |sent: &[caseconsultant::domain::outgoing::Outgoing]| sent.iter().filter(|one| one.envelope.to.as_str() == LEAD).count();
    assert_eq!(alerts(&desks[0].all_sent()), 1, "one alert, and no more");
    assert!(desks[0].all_sent().len() <= before + 4 + 1);
}

#[tokio::test]
async fn a_vacation_note_a_reflecting_list_and_a_forwarder_stay_unanswered() {
    let desk = Desk::open("ask@one.test", policy()).await;
    let answer = desk.writes("nurse@elsewhere.test", "A question", "", ANSWERED).await.sent.pop().unwrap();
    let body = String::from_utf8_lossy(&answer.bytes).into_owned();
    let vacation = "From: Nurse <nurse@elsewhere.test>\r\nTo: ask@one.test\r\nSubject: Re: A question\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <v@elsewhere.test>\r\n\r\nI am away until Monday.\r\n";
    let list = format!("List-Id: <coders.elsewhere.test>\r\nPrecedence: list\r\n{body}");
    let forwarder =
        format!("Resent-From: robot@elsewhere.test\r\nReceived: from a by b; Mon, 2 Mar 2026 09:00:00 +0000\r\n{body}");
    for mail in [vacation, &list, &forwarder] {
        let became = desk.comes(mail.as_bytes()).await;
        assert!(became.sent.is_empty() && became.case.is_none(), "{}", became.told());
    }
}
