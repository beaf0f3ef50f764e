//! The header of our mails: threading, subject, and nothing that another's text could add to it.

use caseconsultant::domain::message::MessageId;
use caseconsultant::domain::outgoing::OutgoingKind;
use caseconsultant::render::mail::{Content, Notice};
use caseconsultant::render::{compose, subject};

use super::letters::{address, bytes, header, letter, message_id, read};

#[test]
fn a_whole_header() {
    let mut letter = letter("Denial of 99213 with 20610");
    letter.thread.references = vec![message_id("a@clinic.example"), message_id("b@clinic.example")];
    insta::assert_snapshot!(header(&letter));
    let outgoing = compose(&letter).unwrap();
    assert_eq!(outgoing.message_id.as_str(), "abababababababababababababababab.cc-000042@answers.example");
    assert_eq!(outgoing, compose(&letter).unwrap(), "the same letter gives the same bytes");
}

#[test]
fn a_subject_is_answered_once_however_often_it_came_back() {
    let cases = [
        ("Denial of 99213", "Denial of 99213"),
        ("Re: Denial of 99213", "Denial of 99213"),
        ("RE: re: AW: Re[2]: SV: Denial of 99213", "Denial of 99213"),
        ("Re: Denial of 99213 [CC-000042]", "Denial of 99213"),
        ("Re: [CC-000042] Re: Denial [cc-7] of 99213", "Denial of 99213"),
        ("回复：问题", "问题"),
        ("Fwd: Denial", "Fwd: Denial"),
        ("Re", "Re"),
        ("Regarding: knees", "Regarding: knees"),
        ("Re:", ""),
        ("  \u{202e}two\u{0} \t lines\r\nBcc: everyone@example.org ", "two lines Bcc: everyone@example.org"),
        ("=?utf-8?q?hidden?=", "= ?utf-8?q?hidden?="),
    ];
    for (theirs, ours) in cases {
        assert_eq!(subject::bare(theirs), ours, "{theirs}");
    }
}

#[test]
fn a_long_subject_is_cut_and_an_empty_one_named() {
    let long = "knee ".repeat(200);
    let written = header(&letter(&long));
    let unfolded = written.replace("\n ", " ");
    let line = unfolded.lines().find(|line| line.starts_with("Subject:")).unwrap();
    assert!(line.len() < 700 && line.ends_with("[CC-000042]"));
    assert!(written.lines().all(|line| line.len() <= 78), "folded: {written}");
    assert!(header(&letter("Re:")).contains("Subject: Re: your coding question [CC-000042]"));
}

#[test]
fn a_subject_in_any_script_arrives_as_it_was_written() {
    for theirs in ["Ablehnung für Kniegelenk", "膝の注射について 20610", "Вопрос о кодировании 🦵", "naïve café [NAME] 99213"]
    {
        let letter = letter(theirs);
        let bytes = bytes(&letter);
        let message = read(&bytes);
        assert_eq!(message.subject(), Some(format!("Re: {theirs} [CC-000042]").as_str()));
        assert!(header(&letter).lines().all(|line| line.len() <= 78));
    }
}

#[test]
fn no_text_of_theirs_adds_a_header() {
    let mut letter = letter("hello\r\nBcc: everyone@example.org\r\n\r\n<html>");
    letter.sender.name = "Desk\r\nX-Evil: yes".to_owned();
    let header = header(&letter);
    assert!(!header.lines().any(|line| line.starts_with("Bcc") || line.starts_with("X-Evil")), "{header}");
    let bytes = bytes(&letter);
    assert!(read(&bytes).bcc().is_none());
}

#[test]
fn the_chain_of_references_is_kept_whole() {
    let mut letter = letter("x");
    letter.thread.references =
        (0..20).map(|n| message_id(&format!("mail-number-{n}@a-rather-long-name.clinic.example"))).collect();
    let header = header(&letter);
    assert!(header.lines().all(|line| line.len() <= 78), "{header}");
    let bytes = bytes(&letter);
    let message = read(&bytes);
    let chain: Vec<String> = ids(message.references());
    let mut expected: Vec<String> = letter.thread.references.iter().map(MessageId::to_string).collect();
    expected.push("question-1@clinic.example".to_owned());
    assert_eq!(chain, expected);
    assert_eq!(ids(message.in_reply_to()), ["question-1@clinic.example"]);
}

#[test]
fn without_references_a_single_in_reply_to_stands_in() {
    let mut letter = letter("x");
    letter.thread.in_reply_to = vec![message_id("first@clinic.example")];
    assert_eq!(ids(read(&bytes(&letter)).references()), ["first@clinic.example", "question-1@clinic.example"]);
    // RFC 5322, 3.6.4: more than one says nothing about the thread.
    letter.thread.in_reply_to.push(message_id("second@clinic.example"));
    assert_eq!(ids(read(&bytes(&letter)).references()), ["question-1@clinic.example"]);
}

#[test]
fn a_chain_without_end_keeps_its_first_and_its_last() {
    let mut letter = letter("x");
    letter.thread.references = (0..5000).map(|n| message_id(&format!("{n}@clinic.example"))).collect();
    let bytes = bytes(&letter);
    let chain = ids(read(&bytes).references());
    assert_eq!(chain.len(), 100);
    assert_eq!(chain.first().map(String::as_str), Some("0@clinic.example"));
    assert_eq!(chain.last().map(String::as_str), Some("question-1@clinic.example"));
    letter.thread.references = vec![message_id(&format!("{}@x", "l".repeat(980))); 1];
    assert_eq!(ids(read(&super::letters::bytes(&letter)).references()).len(), 2);
}

#[test]
fn a_mail_without_a_name_of_its_own_is_answered_without_in_reply_to() {
    let mut letter = letter("x");
    letter.thread.message_id = None;
    assert!(!header(&letter).contains("In-Reply-To"));
    assert!(!header(&letter).contains("References"));
    // A name that no 7-bit header can carry is as good as none.
    letter.thread.message_id = Some(message_id("frage-ü@clinic.example"));
    assert!(!header(&letter).contains("In-Reply-To"));
}

#[test]
fn every_kind_says_what_it_is() {
    for kind in OutgoingKind::ALL {
        let mut letter = letter("x");
        letter.content = Content::sample(kind);
        let header = header(&letter);
        assert!(header.contains(&format!("X-CaseConsultant-Kind: {}", kind.name())));
        let submitted = if kind == OutgoingKind::Review { "auto-generated" } else { "auto-replied" };
        assert!(header.contains(&format!("Auto-Submitted: {submitted}")), "{}", kind.name());
        assert!(!header.contains("Precedence"));
    }
    let mut alert = letter("x");
    alert.content = Content::Notice(Notice::Alert { what: "the budget is spent".to_owned() });
    assert!(header(&alert).contains("Auto-Submitted: auto-generated"));
}

#[test]
fn an_unusual_recipient_is_written_as_it_is() {
    let mut letter = letter("x");
    for unusual in ["first..last@carrier.example", ".dot@carrier.example", "o'hara+codes@clinic.example"] {
        letter.envelope.to = address(unusual);
        assert!(header(&letter).contains(&format!("To: {unusual}")));
    }
}

#[test]
fn text_and_html_are_alternatives_and_say_the_same() {
    let bytes = bytes(&letter("x"));
    let message = read(&bytes);
    let text = message.body_text(0).unwrap();
    let html = message.body_html(0).unwrap();
    assert!(message.html_body.len() == 1 && message.text_body.len() == 1 && message.attachment_count() == 0);
    assert!(html.starts_with("<!DOCTYPE html>") && text.starts_with("Yes: report 99213 with modifier 25"));
    let whole = String::from_utf8(bytes.clone()).unwrap();
    assert!(whole.contains("format=flowed") && whole.contains("multipart/alternative"));
    assert_eq!(whole.matches("quoted-printable").count(), 2);
    for word in ["20610/99213", "2024 Q3", "Dana Reyes, CPC", "CC-000042", "American Medical Association"] {
        assert!(text.contains(word) && html.contains(word), "{word}");
    }
}

fn ids(value: &mail_parser::HeaderValue<'_>) -> Vec<String> {
    value.as_text_list().map(|list| list.iter().map(ToString::to_string).collect()).unwrap_or_default()
}
