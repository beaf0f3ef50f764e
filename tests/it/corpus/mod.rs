//! Mails as files, each named for what it shows, beside the fields that matter.

mod bytes;
mod figures;
mod mutated;
pub mod patients;
mod questions;
mod training;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use caseconsultant::domain::address::EmailAddress;
use caseconsultant::parse::inspection::inspection;
use caseconsultant::parse::{self, ReadOptions};
use jiff::civil::date;
use serde_json::{Map, Value};

fn options() -> ReadOptions {
    ReadOptions {
        trusted_authserv: vec!["receiver.example".to_owned()],
        own_addresses: vec![EmailAddress::parse("ask@desk.example").unwrap()],
        own_message_id_domain: Some("mail.desk.example".to_owned()),
        ..ReadOptions::new(date(2026, 3, 2))
    }
}

fn mails() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut mails: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
        .collect();
    mails.sort();
    mails
}

/// Time that this thread had on a processor (proc(5)): other work on the machine is not the reader's.
fn worked() -> Duration {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(stat.split(' ').next().unwrap().parse().unwrap())
}

/// Every field that an expectation names is as it says; other fields are free.
#[test]
fn each_mail_reads_as_expected() {
    let mut wrong = Vec::new();
    for path in mails() {
        let message = parse::read(&fs::read(&path).unwrap(), &options());
        let mut seen = inspection(&path.to_string_lossy(), &message);
        seen["codes"] = codes(&seen["codes"]);
        let expected: Value = serde_json::from_slice(&fs::read(path.with_extension("expected.json")).unwrap()).unwrap();
        differences(&format!("{}", path.file_stem().unwrap().to_string_lossy()), &expected, &seen, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Why each mail was taken for a person's or a machine's, in words for the log.
#[test]
fn reasons_of_origin() {
    let reasons: BTreeMap<String, String> = mails()
        .iter()
        .filter(|path| path.parent().is_some_and(|folder| folder.ends_with("machine") || folder.ends_with("report")))
        .map(|path| {
            let message = parse::read(&fs::read(path).unwrap(), &options());
            (path.file_stem().unwrap().to_string_lossy().into_owned(), format!("{:?}: {}", message.origin, message.origin_reason))
        })
        .collect();
    insta::assert_json_snapshot!(reasons);
}

/// Nothing that the redaction found is left in any text that goes on: not in the redacted texts, not in the question.
#[test]
fn identifiers_stop_at_the_door() {
    for path in mails() {
        let message = parse::read(&fs::read(&path).unwrap(), &options());
        let characters: Vec<char> = message.text.chars().collect();
        for found in &message.identifiers {
            let said: String = characters[found.span.start..found.span.end].iter().collect();
            if said.chars().count() >= 8 {
                assert!(!message.redacted_text.contains(&said), "{}", path.display());
                assert!(!message.question.text.contains(&said), "{}", path.display());
                assert!(!message.question.quoted.contains(&said), "{}", path.display());
            }
        }
    }
}

/// `99213-25`, `J1885 x4`, `20610 (quoted)`.
fn codes(mentions: &Value) -> Value {
    let short = |mention: &Value| {
        let mut text = mention["code"].as_str().unwrap().to_owned();
        for modifier in mention["modifiers"].as_array().unwrap() {
            text = format!("{text}-{}", modifier.as_str().unwrap());
        }
        if let Some(units) = mention["units"].as_u64() {
            text = format!("{text} x{units}");
        }
        if mention["role"] == "quoted" { format!("{text} (quoted)") } else { text }
    };
    mentions.as_array().unwrap().iter().map(short).collect()
}

fn differences(at: &str, expected: &Value, seen: &Value, wrong: &mut Vec<String>) {
    match (expected, seen) {
        (Value::Object(expected), Value::Object(seen)) => {
            for (name, value) in expected {
                differences(&format!("{at}.{name}"), value, field(seen, name), wrong);
            }
        }
        (expected, seen) if expected != seen => wrong.push(format!("{at}: expected {expected}, found {seen}")),
        _ => {}
    }
}

fn field<'a>(object: &'a Map<String, Value>, name: &str) -> &'a Value {
    object.get(name).unwrap_or(&Value::Null)
}
