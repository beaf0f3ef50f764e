//! Who writes, and what happens: from bytes to what leaves.

mod bounces;
pub mod desk;
mod envelopes;
mod files;
mod hooks;
mod loops;
mod own_check;
mod privacy;
mod race;
mod review_by_mail;

use caseconsultant::domain::policy::{Identifiers, Policy, UnknownSender};

use desk::{ANSWERED, Desk, policy};

const DESK: &str = "ask@desk.test";

/// Role x sender under the open policy (guests are answered) and the strict one (who is not verified is held).
#[tokio::test]
async fn each_sender_gets_what_the_table_says() {
    let strict = Policy { require_authenticated: true, unknown_sender: UnknownSender::Hold, ..policy() };
    let turning_away = Policy { unknown_sender: UnknownSender::Reject, ..policy() };
    let mut table = Vec::new();
    for (name, policy) in [("open", policy()), ("strict", strict), ("accounts only", turning_away)] {
        let desk = Desk::open(DESK, policy).await.with_directory().await;
        for (role, sender, authenticated) in [
            ("member of a practice, verified", "nurse@practice.test", "pass"),
            ("another member, verified", "billing@practice.test", "pass"),
            ("below the practice's domain, verified", "x@lab.practice.test", "pass"),
            ("member of a practice, nothing said", "front@practice.test", ""),
            ("member of a practice, forged", "chief@practice.test", "fail"),
            ("a person's account, sub-addressed", "solo+coding@clinic.test", "pass"),
            ("a person's alias at a free mail host", "solo.alias@gmail.com", "pass"),
            ("a stranger at that free mail host", "someone@gmail.com", "pass"),
            ("a stranger, verified", "new@elsewhere.test", "pass"),
            ("a stranger, nothing said", "quiet@elsewhere.test", ""),
            ("a stranger, forged", "forged@elsewhere.test", "fail"),
            ("blocked, verified", "bad@blocked.test", "pass"),
            ("suspended, verified", "late@suspended.test", "pass"),
            ("a plan of one question, the first", "a@one.test", "pass"),
            ("over its allowance, another member", "b@one.test", "pass"),
            ("over its allowance, unverified", "c@one.test", ""),
            ("a consultant", "dana@desk.test", "pass"),
            ("our own address", DESK, "pass"),
        ] {
            let became = desk.writes(sender, "A question", authenticated, ANSWERED).await;
            table.push(format!("{name} | {role}: {}", became.told()));
        }
        assert!(
            desk.all_sent().iter().all(|one| !one.envelope.to.as_str().contains("forged") && one.envelope.to.local() != "chief"),
            "nothing is ever sent to a forged sender"
        );
    }
    insta::assert_snapshot!(table.join("\n"));
}

#[tokio::test]
async fn a_case_number_alone_from_a_stranger_opens_a_case_of_its_own() {
    let desk = Desk::open(DESK, policy()).await.with_directory().await;
    let first = desk.writes("nurse@practice.test", "A question", "pass", ANSWERED).await.case.unwrap();
    let subject = format!("Re: A question [{}]", first.number());
    let stranger = desk.writes("new@elsewhere.test", &subject, "pass", "What did you tell them about J1885?").await;
    let opened = stranger.case.unwrap();
    assert_ne!(opened.id, first.id);
    let file = desk.store.case_file(opened.id).await.unwrap();
    assert!(file.messages[0].facts.problems.iter().any(|problem| problem.contains("of somebody else")), "it is flagged");
    // A colleague of the same practice goes on with it.
    let colleague = desk.writes("billing@practice.test", &subject, "pass", "And for 30 mg of J1885?").await;
    assert_eq!(colleague.case.unwrap().id, first.id);
}

#[tokio::test]
async fn mail_with_identifiers_is_turned_away_and_nothing_is_repeated() {
    let desk = Desk::open(DESK, Policy { identifiers: Identifiers::Reject, ..policy() }).await;
    let text = "Henrietta Vossberg (DOB 11/07/1949, MRN 8837261) had 20610 and 99213 on 2/12/2025. Which modifier?";
    let became = desk.writes("nurse@elsewhere.test", "Henrietta Vossberg 8837261", "pass", text).await;
    assert_eq!(became.sent.len(), 1, "{}", became.told());
    let letter = String::from_utf8_lossy(&became.sent[0].bytes).into_owned();
    assert_eq!(became.sent[0].kind.name(), "notice");
    for secret in ["Vossberg", "Henrietta", "8837261", "1949", "2/12"] {
        assert!(!letter.contains(secret), "{secret}");
    }
    let clean = desk.writes("nurse@elsewhere.test", "A question", "pass", ANSWERED).await;
    assert_eq!(clean.sent[0].kind.name(), "answer");
}
