//! A drug dose in units of its code, with what was wasted.

use super::Desk;
use super::dose::{self, Dose, Rest};
use super::validity;
use crate::codebook::{BillingUnit, Lookup, Measure};
use crate::domain::code::{CodeRef, CodeSystem};
use crate::domain::finding::Fact;
use crate::domain::question::Intent;

pub(super) fn look(desk: &mut Desk<'_>) {
    let drugs: Vec<CodeRef> = desk
        .codes_of(&[CodeSystem::Hcpcs])
        .into_iter()
        .filter(|c| c.code.starts_with(['J', 'Q']) || c.code.starts_with("C9"))
        .collect();
    let names: Vec<&str> = drugs.iter().map(|c| c.code.as_str()).collect();
    for code in &drugs {
        one(desk, code, &names);
    }
}

/// The dose of a mail that names a single drug, by another name than its code.
pub(super) fn of(desk: &mut Desk<'_>, code: &CodeRef) {
    one(desk, code, &[&code.code]);
}

fn one(desk: &mut Desk<'_>, code: &CodeRef, names: &[&str]) {
    let Some((billed, unit)) = in_force(desk, code).filter(|(_, unit)| unit.amount.measure != Measure::Time) else { return };
    match dose::read(&desk.question.text, &code.code, names, unit.amount.measure) {
        Some(dose) => arithmetic(desk, &billed, &unit, &dose),
        None if desk.question.intents.contains(&Intent::Units) => only_unit(desk, &billed, &unit),
        None => {}
    }
}

/// The code that the dose is billed under on the day, with its unit: the code itself or its only successor.
fn in_force(desk: &mut Desk<'_>, code: &CodeRef) -> Option<(CodeRef, BillingUnit)> {
    let billed = match desk.codebook.record(code, desk.on) {
        Lookup::Valid(_) => code.clone(),
        Lookup::OutOfForce { replaced_by, .. } => match replaced_by.as_slice() {
            [only] => only.clone(),
            several => unbranded(desk, several)?,
        },
        Lookup::NotBillable { .. } | Lookup::Unknown { .. } | Lookup::NumberOnly { .. } | Lookup::NotLoaded => return None,
    };
    let unit = desk.codebook.hcpcs_unit(&billed, desk.on)?;
    Some((billed, unit))
}

/// Of several successors the one for products without a code of their own, where the mail says that its product is none of the others.
fn unbranded(desk: &Desk<'_>, several: &[CodeRef]) -> Option<CodeRef> {
    const SAYS_SO: [&str; 5] = ["generic", "none of", "no brand", "not otherwise", "nos"];
    let lower = desk.question.text.to_lowercase();
    let says_so = lower
        .split(|c: char| !c.is_alphanumeric() && c != ' ')
        .any(|part| SAYS_SO.iter().any(|words| format!(" {part} ").contains(&format!(" {words} "))));
    let general = |code: &&CodeRef| {
        let Lookup::Valid(record) = desk.codebook.record(code, desk.on) else { return false };
        record.title.is_some_and(|title| title.to_lowercase().contains("not otherwise specified"))
    };
    let mut found = several.iter().filter(general);
    let (Some(one), None, true) = (found.next(), found.next(), says_so) else { return None };
    Some(one.clone())
}

fn arithmetic(desk: &mut Desk<'_>, code: &CodeRef, unit: &BillingUnit, dose: &Dose) {
    let Some(units) = dose.given.in_units_of(&unit.amount).and_then(|u| u32::try_from(u).ok()).filter(|u| *u > 0) else { return };
    let wasted = match &dose.rest {
        Rest::Wasted(left) => left.whole_units_of(&unit.amount).map(|units| (left.words.clone(), units)),
        Rest::None | Rest::Unsaid => None,
    };
    let word = |n: u64| if n == 1 { "unit" } else { "units" };
    let rest = match &wasted {
        Some((left, n)) => format!("; {left} wasted = {n} {}", word(*n)),
        None => String::new(),
    };
    let text = format!("{code} is billed {}: {} = {units} {}{rest}.", per(unit), dose.words, word(u64::from(units)));
    let fact = Fact::UnitArithmetic {
        code: code.clone(),
        dose: dose.words.clone(),
        per_unit: unit.phrase.clone(),
        units,
        wasted: wasted.map(|(left, n)| format!("{left} = {n} {}", word(n))),
    };
    let Lookup::Valid(record) = desk.codebook.record(code, desk.on) else { return };
    desk.find(fact, text, record.source, code.to_string(), record.effect);
    if dose.given.whole_units_of(&unit.amount) != Some(u64::from(units)) {
        desk.rule("drug_units");
    }
    match &dose.rest {
        Rest::Wasted(_) => desk.rule("jw"),
        Rest::None => desk.rule("jz"),
        Rest::Unsaid => desk.rule("jw_jz"),
    }
    validity::of(desk, code);
}

/// The unit alone, for an answer that must ask for the dose.
fn only_unit(desk: &mut Desk<'_>, code: &CodeRef, unit: &BillingUnit) {
    let wording = format!("One unit of {code} is {}.", unit.amount.words);
    let Lookup::Valid(record) = desk.codebook.record(code, desk.on) else { return };
    desk.find(
        Fact::Rule { rule: format!("unit_of {code}"), wording: wording.clone() },
        wording,
        record.source,
        code.to_string(),
        record.effect,
    );
    desk.rule("drug_units");
}

fn per(unit: &BillingUnit) -> String {
    if unit.phrase.starts_with("per") || unit.phrase.starts_with("each") || unit.phrase.starts_with("up to") {
        unit.phrase.clone()
    } else {
        format!("per {}", unit.phrase)
    }
}
