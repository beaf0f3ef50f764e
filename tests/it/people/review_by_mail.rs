//! A reviewer decides by answering a mail. One answer does what it says, once; every other one changes nothing.

use caseconsultant::domain::account::NewConsultant;
use caseconsultant::domain::address::EmailAddress;
use caseconsultant::domain::case::Case;
use caseconsultant::domain::outgoing::{Outgoing, OutgoingKind};
use caseconsultant::domain::policy::{AutoSend, Policy};
use caseconsultant::flow::Letters;
use caseconsultant::parse;
use caseconsultant::ports::Disposition;

use super::desk::{ANSWERED, Became, Desk, LEAD, policy};

const DESK: &str = "ask@desk.test";
const ASKER: &str = "nurse@practice.test";
const DANA: &str = "dana@desk.test";
const ELI: &str = "eli@desk.test";

/// Nothing leaves by itself; dana and eli get what waits by mail.
async fn reviewing(four_eyes: bool) -> Desk {
    let policy = Policy { auto_send: AutoSend::Off, four_eyes, ..policy() };
    let letters = Letters { secret: [3; 32], review_by_mail: true, public_url: None };
    let desk = Desk::with_letters(DESK, policy, letters).await.with_directory().await;
    let eli = NewConsultant { handle: "eli".to_owned(), name: "Eli".to_owned(), address: EmailAddress::parse(ELI).unwrap() };
    desk.store.add_consultant(&eli).await.unwrap();
    desk
}

/// The mail's text and subject as its reader sees them.
fn read(mail: &Outgoing) -> (String, String) {
    let read = parse::read(&mail.bytes, &parse::ReadOptions::default());
    (read.subject, read.text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The newest review's mail to somebody.
fn request_to(desk: &Desk, to: &str) -> Outgoing {
    let sent = desk.all_sent();
    let found = sent.iter().rev().find(|one| one.kind == OutgoingKind::Review && one.envelope.to.as_str() == to);
    found.expect("a review's mail").clone()
}

fn to_askers(desk: &Desk) -> usize {
    desk.all_sent().iter().filter(|one| one.kind == OutgoingKind::Answer || one.kind == OutgoingKind::Clarification).count()
}

async fn asked(desk: &Desk) -> Case {
    let became = desk.writes(ASKER, "Ketorolac units", "pass", ANSWERED).await;
    let case = became.case.clone().unwrap();
    assert_eq!(case.state.name(), "in_review", "{}", became.told());
    case
}

async fn state(desk: &Desk, case: &Case) -> (i64, &'static str) {
    let now = desk.store.case(case.id).await.unwrap();
    (now.version, now.state.name())
}

async fn answers(desk: &Desk, from: &str, to: &Outgoing, authenticated: &str, text: &str) -> Became {
    desk.writes(from, &format!("Re: {}", read(to).0), authenticated, text).await
}

#[tokio::test]
async fn a_word_approves_and_the_very_mail_leaves_once() {
    let desk = reviewing(false).await;
    let case = asked(&desk).await;
    let request = request_to(&desk, DANA);
    let (subject, text) = read(&request);
    assert!(subject.contains("key:") && text.contains("approve: it goes") && text.contains("J1885"), "{subject}\n{text}");
    let became = answers(&desk, DANA, &request, "pass", "Approve.\n\n> A draft waits for your approval").await;
    assert_eq!(became.disposition, Disposition::Reviewed { case: case.id });
    let file = desk.store.case_file(case.id).await.unwrap();
    assert_eq!(file.case.state.name(), "answered");
    let answer = became.sent.iter().find(|one| one.kind == OutgoingKind::Answer).expect("the answer");
    assert_eq!(answer.envelope.to.as_str(), ASKER);
    assert!(answer.bytes == file.drafts[0].1.bytes, "the draft's own bytes");
    // The review and its answer are no part of the question.
    assert_eq!(file.asked().count(), 1);
    // Replayed by its own sender: told, and nothing else.
    let again = answers(&desk, DANA, &request, "pass", "approve").await;
    assert_eq!(again.sent.iter().map(|one| (one.kind.name(), one.envelope.to.as_str())).collect::<Vec<_>>(), [("notice", DANA)]);
    assert!(read(&again.sent[0]).1.contains("is not in review any more"), "{}", read(&again.sent[0]).1);
    assert_eq!(to_askers(&desk), 1);
}

#[tokio::test]
async fn what_is_forged_altered_or_somebody_elses_changes_nothing() {
    let desk = reviewing(false).await;
    let case = asked(&desk).await;
    let (to_dana, before) = (request_to(&desk, DANA), state(&desk, &case).await);
    let altered = |mail: &Outgoing| {
        let (subject, _) = read(mail);
        let (head, key) = subject.split_once("key:").unwrap();
        let last = if key.ends_with('0') { '1' } else { '0' };
        format!("Re: {head}key:{}{last}", &key[..key.len() - 1])
    };
    let keyless = format!("Re: {}", read(&to_dana).0.split("key:").next().unwrap());
    let whole = format!("Re: {}", read(&to_dana).0);
    for (who, from, subject, authenticated, text, told) in [
        ("another consultant", ELI, &whole, "pass", "approve", ELI),
        ("forged", DANA, &whole, "fail", "approve", LEAD),
        ("nothing vouches", DANA, &whole, "", "approve", LEAD),
        ("a stranger", "x@elsewhere.test", &whole, "pass", "approve", LEAD),
        ("the asker", ASKER, &whole, "pass", "approve", LEAD),
        ("altered", DANA, &altered(&to_dana), "pass", "approve", DANA),
        ("not plainly a word", DANA, &whole, "pass", "Approve, but say 3 units", DANA),
        ("approve with a reservation", DANA, &whole, "pass", "approve\n\nBut change the units first.", DANA),
        ("an empty return", DANA, &whole, "pass", "return", DANA),
        ("an empty edit", DANA, &whole, "pass", "edit:", DANA),
        ("thanks", DANA, &whole, "pass", "Thank you, I will look.", DANA),
    ] {
        let became = desk.writes(from, subject, authenticated, text).await;
        assert_eq!(state(&desk, &case).await, before, "{who}: {}", became.told());
        let sent: Vec<_> = became.sent.iter().map(|one| (one.kind.name(), one.envelope.to.as_str())).collect();
        assert_eq!(sent, [("notice", told)], "{who}");
    }
    assert_eq!(to_askers(&desk), 0, "nothing was sent");
    assert_eq!(desk.cases().await.len(), 1, "no case was opened by any of them");
    // Without a key it is an ordinary mail, unless it answers the review's mail.
    let thread = format!(
        "Return-Path: <{DANA}>\r\nAuthentication-Results: mx.test; dkim=pass header.d=desk.test; dmarc=pass header.from=desk.test\r\nFrom: {DANA}\r\nTo: {DESK}\r\nSubject: {keyless}\r\nIn-Reply-To: <{}>\r\nMessage-ID: <keyless@desk.test>\r\n\r\napprove\r\n",
        to_dana.message_id
    );
    let became = desk.comes(thread.as_bytes()).await;
    assert!(read(&became.sent[0]).1.contains("the key is missing"), "{}", became.told());
    assert_eq!(state(&desk, &case).await, before);
}

#[tokio::test]
async fn an_edit_by_mail_makes_new_keys_and_voids_the_old_ones() {
    let desk = reviewing(true).await;
    let case = asked(&desk).await;
    let (to_dana, to_eli) = (request_to(&desk, DANA), request_to(&desk, ELI));
    let edited = answers(&desk, DANA, &to_dana, "pass", "edit\n\nReport J1885 with 4 units for 60 mg.").await;
    assert_eq!(edited.disposition, Disposition::Reviewed { case: case.id }, "{}", edited.told());
    let to: Vec<_> = edited.sent.iter().map(|one| (one.kind.name(), one.envelope.to.as_str())).collect();
    assert_eq!(to, [("review", ELI)], "the author gets no key for their own text where four eyes are asked for");
    let stale = answers(&desk, ELI, &to_eli, "pass", "approve").await;
    assert!(read(&stale.sent[0]).1.contains("the draft was changed"), "{}", stale.told());
    assert_eq!(to_askers(&desk), 0);
    let renewed = request_to(&desk, ELI);
    assert!(read(&renewed).1.contains("4 units for 60 mg"));
    let approved = answers(&desk, ELI, &renewed, "pass", "approve").await;
    let answer = approved.sent.iter().find(|one| one.envelope.to.as_str() == ASKER).expect("the answer");
    assert!(read(answer).1.contains("4 units for 60 mg"));
    assert_eq!(to_askers(&desk), 1);
}

#[tokio::test]
async fn notes_by_mail_send_it_back_to_be_written_anew() {
    let desk = reviewing(false).await;
    let case = asked(&desk).await;
    let request = request_to(&desk, DANA);
    let returned = answers(&desk, DANA, &request, "pass", "Return: name the unit limit first").await;
    assert_eq!(returned.disposition, Disposition::Reviewed { case: case.id });
    let file = desk.store.case_file(case.id).await.unwrap();
    assert_eq!((file.case.state.name(), file.drafts.len()), ("in_review", 2), "it was written anew and waits again");
    let stale = answers(&desk, DANA, &request, "pass", "approve").await;
    assert_eq!(stale.sent.iter().map(|one| one.kind.name()).collect::<Vec<_>>(), ["notice"]);
    assert_eq!(to_askers(&desk), 0);
}
