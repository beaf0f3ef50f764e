//! Which of two diagnoses comes first, where a code first note says so.

use super::Desk;
use crate::codebook::{Lookup, Order};
use crate::domain::code::{CodeRef, CodeSystem, Effect};
use crate::domain::finding::{Fact, FindingId};
use crate::domain::question::{Intent, Language};
use crate::pattern::patterns;

patterns! {
    SPAN = r"(?is)\b([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]+)?)-([A-Z]\d[0-9A-Z](?:\.[0-9A-Z]+)?)\b";
}

pub(super) fn look(desk: &mut Desk<'_>) {
    if !desk.question.intents.contains(&Intent::DiagnosisOrder) {
        return;
    }
    let codes = desk.codes_of(&[CodeSystem::Icd10Cm]);
    for code in &codes {
        let (Lookup::Valid(record) | Lookup::NotBillable { record, .. }) = desk.codebook.record(code, desk.on) else { continue };
        for (order, at, note) in &record.order {
            for other in codes.iter().filter(|o| *o != code && names(note, o)) {
                if *order != Order::CodeFirst {
                    continue;
                }
                let wording = format!("{other} comes before {code}: the code first note at {at} reads \"{note}\".");
                let fact = Fact::Rule { rule: format!("code_first {other} {code}"), wording: wording.clone() };
                desk.find(fact, wording, record.source.clone(), at.to_string(), Effect::default());
                desk.rule("code_first");
            }
            // "Code first underlying cause": it names no code, and the mail has one other.
            let general = note.contains("underlying") && !note.chars().any(|c| c.is_ascii_digit());
            let others: Vec<&CodeRef> =
                codes.iter().filter(|o| *o != code && !o.code.starts_with(['R', 'V', 'W', 'X', 'Y', 'Z'])).collect();
            if let ([other], Order::CodeFirst, true) = (others.as_slice(), *order, general) {
                let wording = format!(
                    "{other} comes before {code}, where it is what underlies it: the code first note at {at} reads \"{note}\"."
                );
                let fact = Fact::Rule { rule: format!("code_first {other} {code}"), wording: wording.clone() };
                desk.find(fact, wording, record.source.clone(), at.to_string(), Effect::default());
                desk.rule("code_first");
            }
        }
    }
}

/// Whether a note of the Tabular List puts `first` before `other` (`true`) or behind it (`false`); `None` where none ties them.
pub(super) fn tied(desk: &Desk<'_>, first: &CodeRef, other: &CodeRef) -> Option<bool> {
    let ties = |a: &CodeRef, b: &CodeRef| tie(desk, a, b).is_some();
    if ties(first, other) {
        return Some(true);
    }
    ties(other, first).then_some(false)
}

/// The note by which `before` stands before `after`: to use the latter in addition, or to code the former first.
fn tie(desk: &Desk<'_>, before: &CodeRef, after: &CodeRef) -> Option<(CodeRef, String)> {
    let notes = |code: &CodeRef, wanted: Order| -> Vec<(CodeRef, String)> {
        let (Lookup::Valid(record) | Lookup::NotBillable { record, .. }) = desk.codebook.record(code, desk.on) else {
            return Vec::new();
        };
        record.order.into_iter().filter(|(order, ..)| *order == wanted).map(|(_, at, note)| (at, note)).collect()
    };
    let used = notes(before, Order::UseAdditional).into_iter().find(|(_, note)| names(note, after));
    used.or_else(|| notes(after, Order::CodeFirst).into_iter().find(|(_, note)| names(note, before)))
}

/// Lays down the notes that tie the codes of a row to its first.
pub(super) fn lay_ties(desk: &mut Desk<'_>, row: &[CodeRef]) -> Vec<FindingId> {
    let mut ids = Vec::new();
    let Some((first, rest)) = row.split_first() else { return ids };
    for other in rest {
        let Some((at, note)) = tie(desk, first, other) else { continue };
        let (Lookup::Valid(record) | Lookup::NotBillable { record, .. }) = desk.codebook.record(first, desk.on) else { continue };
        let text = if desk.question.language == Language::Spanish {
            format!("{other} se agrega después de {first}: la nota en {at} dice \"{note}\".")
        } else {
            format!("{other} is added behind {first}: the note at {at} reads \"{note}\".")
        };
        ids.push(super::facets::lay_of(
            desk,
            "sequencing_note",
            vec![first.clone(), other.clone()],
            text,
            record.source,
            at.to_string(),
        ));
    }
    ids
}

/// Whether a note's words name the code or something above it: "(N18.-)" and "(N18.1-N18.6)" name N18.4.
fn names(note: &str, code: &CodeRef) -> bool {
    let category = code.code.get(..3).unwrap_or_default();
    note.contains(&format!("({category}.-"))
        || note.contains(&code.code)
        || note.contains(&format!("({category})"))
        || SPAN.captures_iter(note).any(|span| {
            let part = |at| span.get(at).map_or("", |m: regex::Match<'_>| m.as_str());
            let (from, to) = (part(1), part(2));
            from <= code.code.as_str() && (code.code.as_str() <= to || code.code.starts_with(to))
        })
}
