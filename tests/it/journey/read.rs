//! The journeys' mails read without a server: each form is a person's question with its codes, each machine is known as one.

use caseconsultant::domain::address::EmailAddress;
use caseconsultant::domain::message::Origin;
use caseconsultant::parse::{ReadOptions, read};

use super::mail::{DESK, machines, people};

fn options() -> ReadOptions {
    let mut options = ReadOptions::new(jiff::civil::date(2026, 11, 17));
    options.own_addresses = vec![EmailAddress::parse(DESK).unwrap()];
    options.own_message_id_domain = Some("example.test".to_owned());
    options
}

#[test]
fn every_form_is_read_as_a_question_of_a_person() {
    let mut wrong = Vec::new();
    for asked in people(0, 200) {
        let message = read(&asked.raw, &options());
        let from = message.from.as_ref().and_then(|from| from.checked()).map(|from| from.to_string());
        if message.origin != Origin::Person || !message.may_reply {
            wrong.push(format!("{}: {:?}, {}", asked.form, message.origin, message.origin_reason));
        }
        if from.as_deref() != Some(asked.from.as_str()) {
            wrong.push(format!("{}: from {from:?}", asked.form));
        }
        if !message.redacted_subject.contains(&asked.token) {
            wrong.push(format!("{}: subject {:?}", asked.form, message.redacted_subject));
        }
        // The subject names the codes too: the body alone must show that it was read.
        let probe = asked.raw.len().min(40);
        if message.new_text.trim().len() < 60 {
            wrong.push(format!("{}: text {:?} of {:?}", asked.form, message.new_text, &asked.raw[..probe]));
        }
        if message.message_id.as_ref().map(|id| id.as_str().to_owned()) != asked.message_id {
            wrong.push(format!("{}: id {:?}", asked.form, message.message_id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_kind_of_machine_is_known_as_one() {
    let mut wrong = Vec::new();
    for machine in machines() {
        // What final delivery notes of the envelope (RFC 5321, 4.4).
        let path = machine.envelope_from.as_deref().unwrap_or_default();
        let raw = [format!("Return-Path: <{path}>\r\n").as_bytes(), &machine.raw].concat();
        let message = read(&raw, &options());
        if message.origin == Origin::Person && message.may_reply {
            wrong.push(machine.kind);
        }
    }
    assert!(wrong.is_empty(), "taken for persons: {wrong:?}");
}
