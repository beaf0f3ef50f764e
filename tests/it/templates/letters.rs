//! Letters to build messages from.

use caseconsultant::domain::address::EmailAddress;
use caseconsultant::domain::id::{CaseId, OutgoingId};
use caseconsultant::domain::message::MessageId;
use caseconsultant::domain::outgoing::{Envelope, OutgoingKind};
use caseconsultant::render::mail::Content;
use caseconsultant::render::message::Sender;
use caseconsultant::render::thread::Thread;
use caseconsultant::render::{Letter, compose};
use mail_parser::{Message, MessageParser};

pub(crate) fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub(crate) fn message_id(text: &str) -> MessageId {
    MessageId::parse(text).unwrap()
}

/// An answer of case 42 to a mail with this subject.
pub(crate) fn letter(subject: &str) -> Letter {
    let from = address("coding@answers.example");
    Letter {
        id: OutgoingId::from_bytes([0xab; 16]),
        case: CaseId(42),
        envelope: Envelope { from: Some(from.clone()), to: address("lee@clinic.example") },
        sender: Sender { name: "Coding Desk".to_owned(), address: from },
        thread: Thread {
            subject: subject.to_owned(),
            message_id: Some(message_id("question-1@clinic.example")),
            in_reply_to: Vec::new(),
            references: Vec::new(),
        },
        date: "2024-09-03T14:05:09Z".parse().unwrap(),
        content: Content::sample(OutgoingKind::Answer),
    }
}

/// The bytes of a letter, with what holds for every message of ours already looked at.
pub(crate) fn bytes(letter: &Letter) -> Vec<u8> {
    let bytes = compose(letter).unwrap().bytes;
    assert!(bytes.is_ascii(), "a message of ours needs no 8-bit transport");
    assert!(!String::from_utf8_lossy(&bytes).replace("\r\n", "").contains(['\r', '\n']), "line ends are CRLF, all of them");
    assert!(bytes.ends_with(b"\r\n"));
    assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 998), "RFC 5322, 2.1.1");
    bytes
}

/// The header as it stands on the wire, folding and all.
pub(crate) fn header(letter: &Letter) -> String {
    let whole = String::from_utf8(bytes(letter)).unwrap();
    whole.split("\r\n\r\n").next().unwrap().replace("\r\n", "\n")
}

/// What another program reads out of the bytes.
pub(crate) fn read(bytes: &[u8]) -> Message<'_> {
    MessageParser::default().parse(bytes).unwrap()
}
