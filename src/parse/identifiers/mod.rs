//! Patient identifiers in a text (45 CFR 164.514(b)(2)), and the text without them.
//!
//! Codes, modifiers, doses, drugs, payers and eponyms stay: they are what the question is about.

mod calendar;
mod groups;
mod hints;
mod labels;
mod layouts;
mod lists;
mod names;
mod numbers;
mod places;
mod remembered;
mod runs;
mod slots;
pub mod tagger;
mod words;

use std::ops::Range;

use super::codes::Counter;
use super::quote::{self, Line, Part};
use crate::domain::address::Correspondent;
use crate::domain::code::Span;
use crate::domain::message::{Identifier, IdentifierKind};
use crate::pattern::patterns;

/// An identifier at its bytes.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub kind: IdentifierKind,
    pub range: Range<usize>,
    /// What stands in its place.
    pub placeholder: String,
}

/// A value of fewer bytes may stand in a subject by chance.
const VALUE_BYTES_MIN: usize = 4;

/// Finds the identifiers of a text, in order and without overlaps.
pub(super) fn find(text: &str, lines: &[Line], author: Option<&Correspondent>) -> Vec<Found> {
    let mut found = sender(text, lines);
    found.extend(numbers::find(text));
    found.extend(labels::find(text));
    found.extend(groups::find(text));
    found.extend(places::find(text));
    found.extend(layouts::find(text));
    found.extend(calendar::find(text));
    found.extend(names::find(text, lines, author));
    let alike = layouts::alike(text, &found);
    found.extend(alike);
    places::joined(text, settled(found))
}

patterns! {
    /// A provider's number is public, and a signature without it may matter to nobody: it stays.
    PROVIDER_NUMBER = r"(?i)[\s|,;]*\bNPI\b[\s:#]*\d{10}\b[\s|,;]*";
}

/// The lines of the asker's own signature, less what names nobody: the phone's line, a provider number.
fn sender(text: &str, lines: &[Line]) -> Vec<Found> {
    let mut all = Vec::new();
    for line in lines.iter().filter(|line| line.part == Part::Signature) {
        let whole = text.get(line.range.clone()).unwrap_or_default();
        if quote::is_device(whole) {
            continue;
        }
        let mut at = line.range.start;
        let numbers = PROVIDER_NUMBER.find_iter(whole).map(|number| number.range());
        for number in numbers.chain(std::iter::once(whole.len()..whole.len())) {
            let range = at..line.range.start + number.start;
            let piece = text.get(range.clone()).unwrap_or_default();
            let start = range.start + (piece.len() - piece.trim_start().len());
            let end = range.start + piece.trim_end().len();
            if start < end && piece.chars().any(char::is_alphanumeric) {
                all.push(found(IdentifierKind::Sender, start..end));
            }
            at = line.range.start + number.end;
        }
    }
    all
}

/// A word of English or of medicine.
pub(super) fn is_word(word: &str) -> bool {
    words::is_spoken(word)
}

pub(super) fn found(kind: IdentifierKind, range: Range<usize>) -> Found {
    Found { kind, range, placeholder: placeholder(kind).to_owned() }
}

/// A word that keeps the sentence readable.
const fn placeholder(kind: IdentifierKind) -> &'static str {
    match kind {
        IdentifierKind::Name => "[NAME]",
        IdentifierKind::Address => "[ADDRESS]",
        IdentifierKind::Date => "[DATE]",
        IdentifierKind::Phone => "[PHONE]",
        IdentifierKind::Fax => "[FAX]",
        IdentifierKind::Email => "[EMAIL]",
        IdentifierKind::Ssn => "[SSN]",
        IdentifierKind::Mrn => "[MRN]",
        IdentifierKind::HealthPlanId => "[MEMBER ID]",
        IdentifierKind::Account => "[ACCOUNT]",
        IdentifierKind::License => "[LICENSE]",
        IdentifierKind::Vehicle => "[VEHICLE]",
        IdentifierKind::Device => "[DEVICE]",
        IdentifierKind::Url => "[URL]",
        IdentifierKind::Ip => "[IP]",
        IdentifierKind::AgeOver89 => "[AGE 90+]",
        IdentifierKind::Sender => "[SENDER]",
    }
}

/// Sorts, and lets of two that overlap the signature win, then the longer.
fn settled(mut found: Vec<Found>) -> Vec<Found> {
    found.retain(|found| !found.range.is_empty());
    found.sort_by_key(|found| (found.range.start, std::cmp::Reverse(found.range.end)));
    let mut kept: Vec<Found> = Vec::new();
    for next in found {
        match kept.last_mut() {
            Some(last) if next.range.start < last.range.end => {
                let signed = next.kind == IdentifierKind::Sender || next.range.len() > last.range.len();
                let outranks = last.kind != IdentifierKind::Sender && signed;
                if outranks {
                    // The earlier start stays covered.
                    let start = last.range.start.min(next.range.start);
                    let end = last.range.end.max(next.range.end);
                    *last = Found { range: start..end, ..next };
                } else if next.range.end > last.range.end {
                    last.range.end = next.range.end;
                }
            }
            _ => kept.push(next),
        }
    }
    kept
}

/// The identifiers of the same mail in another shape: its own, and whatever the text made known.
pub(super) fn find_again(shape: &str, author: Option<&Correspondent>, of_text: &[Found], text: &str) -> Vec<Found> {
    let mut all = find(shape, &quote::split(shape), author);
    let values = of_text.iter().filter(|found| found.range.len() >= VALUE_BYTES_MIN);
    // A value goes line by line, since lines end elsewhere in another shape.
    let lines = values.filter_map(|one| Some((one.kind, text.get(one.range.clone())?)));
    for (kind, value) in lines {
        for line in value.lines().map(str::trim).filter(|line| line.len() >= VALUE_BYTES_MIN) {
            all.extend(shape.match_indices(line).map(|(at, _)| found(kind, at..at + line.len())));
        }
    }
    let known: Vec<&str> =
        of_text.iter().filter(|one| one.kind == IdentifierKind::Name).filter_map(|one| text.get(one.range.clone())).collect();
    all.extend(names::again(shape, &known));
    settled(all)
}

/// The identifiers as the domain counts them.
pub(super) fn by_characters(text: &str, found: &[Found]) -> Vec<Identifier> {
    let mut counter = Counter::new(text);
    let spans = found.iter().map(|found| Identifier {
        kind: found.kind,
        span: Span { start: counter.characters(found.range.start), end: counter.characters(found.range.end) },
    });
    spans.collect()
}

/// The whole text with placeholders.
pub(super) fn redacted(text: &str, found: &[Found]) -> String {
    piece(text, 0..text.len(), found)
}

/// The lines of one part with placeholders.
pub(super) fn redacted_lines(text: &str, lines: &[Line], part: Part, found: &[Found]) -> String {
    let of = lines.iter().filter(|line| line.part == part);
    let of: Vec<String> = of.map(|line| piece(text, line.range.clone(), found).trim_end().to_owned()).collect();
    of.join("\n").trim().to_owned()
}

/// A subject with placeholders: its own identifiers, and the names that the text made known.
pub(super) fn redacted_alone(subject: &str, of_text: &[Found], text: &str) -> String {
    let known: Vec<&str> = of_text
        .iter()
        .filter(|found| found.kind == IdentifierKind::Name)
        .filter_map(|found| text.get(found.range.clone()))
        .collect();
    // What the text made known goes from the subject too, whatever label it lacks there.
    let elsewhere = of_text.iter().filter(|found| found.kind != IdentifierKind::Sender && found.range.len() >= VALUE_BYTES_MIN);
    let elsewhere = elsewhere.filter_map(|found| Some((found.kind, text.get(found.range.clone())?)));
    let again = elsewhere
        .flat_map(|(kind, value)| subject.match_indices(value).map(move |(at, _)| self::found(kind, at..at + value.len())));
    let mut found = numbers::find(subject);
    found.extend(labels::find(subject));
    found.extend(groups::find(subject));
    found.extend(again);
    found.extend(calendar::find(subject));
    found.extend(names::find(subject, &[], None));
    found.extend(names::again(subject, &known));
    redacted(subject, &settled(found))
}

/// A stretch of the text with placeholders.
pub(super) fn piece(text: &str, range: Range<usize>, found: &[Found]) -> String {
    let mut piece = String::with_capacity(range.len());
    let mut at = range.start;
    // In order and without overlaps: those of one line stand together.
    let first = found.partition_point(|found| found.range.end <= range.start);
    for found in found.iter().skip(first).take_while(|found| found.range.start < range.end) {
        piece.push_str(text.get(at..found.range.start).unwrap_or_default());
        // One that began on a line before has its placeholder there.
        if found.range.start >= range.start {
            piece.push_str(&found.placeholder);
        }
        at = found.range.end.min(range.end);
    }
    piece.push_str(text.get(at..range.end).unwrap_or_default());
    piece
}
