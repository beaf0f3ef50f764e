//! Does each code exist on the day, is it a leaf, and what is meant where it is not.

use jiff::civil::Date;

use super::Desk;
use super::seventh_character::is_seventh;
use crate::codebook::{Lookup, Record};
use crate::domain::code::{CodeRef, CodeSystem, Effect, Source};
use crate::domain::finding::Fact;

/// Up to this many leaves of a heading are laid down one by one, with their titles.
const TITLED_MAX: usize = 6;

/// A CPT number without a record is not called invalid: nothing is laid down, and the drafter sees that.
pub(super) fn look(desk: &mut Desk<'_>) {
    let known = [CodeSystem::Icd10Cm, CodeSystem::Hcpcs, CodeSystem::Icd10Pcs];
    for code in desk.codes_of(&known) {
        of(desk, &code);
    }
}

/// Lays down what the record says of one code.
pub(super) fn of(desk: &mut Desk<'_>, code: &CodeRef) {
    let on = desk.on;
    match desk.codebook.record(code, on) {
        Lookup::Valid(record) => valid(desk, record, on),
        Lookup::NotBillable { record, children } => {
            let title = named(record.title.as_deref());
            let was = record.effect.terminated.map(|d| format!(", and was billable until {d}")).unwrap_or_default();
            let below = if is_seventh(&children) {
                let letters: Vec<String> = children.iter().filter_map(|c| c.code.chars().last()).map(String::from).collect();
                format!("it needs a seventh character ({})", letters.join(", "))
            } else {
                format!("the codes below it are {}", list(&children))
            };
            let text = format!("{code}{title} is a heading and not billable{was}; {below}.");
            let few = if children.len() <= TITLED_MAX { children.clone() } else { Vec::new() };
            let fact = Fact::NotBillable { code: code.clone(), title: record.title, children };
            desk.find(fact, text, record.source, code.to_string(), record.effect);
            for child in few {
                of(desk, &child);
            }
        }
        Lookup::OutOfForce { record, replaced_by } => {
            let span = span(record.effect);
            let next = if replaced_by.is_empty() {
                String::new()
            } else {
                format!("; the records name {} after it", list(&replaced_by))
            };
            let text = format!("{code}{} is in force {span} only{next}.", named(record.title.as_deref()));
            desk.find(
                Fact::OutOfForce { code: code.clone(), on, replaced_by: replaced_by.clone() },
                text,
                record.source,
                code.to_string(),
                record.effect,
            );
            if let [only] = replaced_by.as_slice() {
                of(desk, only);
            }
        }
        Lookup::Unknown { source, nearest } => unknown(desk, code, source, nearest),
        Lookup::NumberOnly { .. } | Lookup::NotLoaded => {}
    }
}

fn valid(desk: &mut Desk<'_>, record: Record, on: Date) {
    let since = record.effect.effective.map(|d| format!(", effective {d}")).unwrap_or_default();
    let until = record.effect.terminated.map(|d| format!(", until {d}")).unwrap_or_default();
    let kind = if record.code.system == CodeSystem::Icd10Cm { "a valid, billable code" } else { "a valid code" };
    let title = named(record.title.as_deref());
    let text = if until.is_empty() {
        format!("{}{title} is {kind} in {}{since}.", record.code, record.source.edition)
    } else {
        format!("{}{title} was {kind}{since}{until}.", record.code)
    };
    let name = record.code.to_string();
    desk.find(Fact::Valid { code: record.code, title: record.title, on }, text, record.source, name, record.effect);
}

fn unknown(desk: &mut Desk<'_>, code: &CodeRef, source: Source, nearest: Vec<CodeRef>) {
    let near = if nearest.is_empty() {
        String::new()
    } else {
        format!("; the nearest {} {}", if nearest.len() == 1 { "is" } else { "are" }, list(&nearest))
    };
    let text = format!("{code} is not a code of {} {}{near}.", source.family, source.edition);
    desk.find(Fact::Unknown { code: code.clone(), nearest }, text, source, code.to_string(), Effect::default());
}

fn span(effect: Effect) -> String {
    match (effect.effective, effect.terminated) {
        (Some(from), Some(to)) => format!("from {from} to {to}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("until {to}"),
        (None, None) => "at another time".to_owned(),
    }
}

fn named(title: Option<&str>) -> String {
    title.map(|t| format!(" ({t})")).unwrap_or_default()
}

pub(super) fn list(codes: &[CodeRef]) -> String {
    codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
