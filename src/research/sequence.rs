//! Which of two diagnoses comes first, where a code first note says so.

use super::Desk;
use crate::codebook::{Lookup, Order};
use crate::domain::code::{CodeRef, CodeSystem, Effect};
use crate::domain::finding::Fact;
use crate::domain::question::Intent;

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
        }
    }
}

/// Whether a note's words name the code or something above it: "(N18.-)" names N18.4.
fn names(note: &str, code: &CodeRef) -> bool {
    let category = code.code.get(..3).unwrap_or_default();
    note.contains(&format!("({category}.-")) || note.contains(&code.code) || note.contains(&format!("({category})"))
}
