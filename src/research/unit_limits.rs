//! How many units a line or a day may hold.

use super::Desk;
use crate::domain::code::{CodeRef, CodeSystem, Effect};
use crate::domain::finding::{AdjudicationIndicator, Fact};
use crate::domain::question::{Intent, Setting};
use crate::pattern::patterns;

patterns! {
    DONE = r"(?i)\b(?:we|i|he|she|they|doc|doctor|dr|surgeon|provider|derm)\s+(?:did|billed|reported|charged|gave|performed|have|had|put|used|took)\s+(\d{1,2})\s+(?:additional|units?|extra|of (?:them|these|those)|more)\b";
}

pub(super) fn look(desk: &mut Desk<'_>) {
    let asked = desk.question.intents.contains(&Intent::Units);
    let mut codes = desk.codes_of(&[CodeSystem::Cpt, CodeSystem::Hcpcs]);
    for finding in &desk.findings {
        if let Fact::UnitArithmetic { code, .. } = &finding.fact
            && !codes.contains(code)
        {
            codes.push(code.clone());
        }
    }
    for code in codes {
        let units = units_of(desk, &code).or_else(|| units_done(desk, &code));
        if asked || units.is_some_and(|u| u > 1) {
            of(desk, &code, units);
        }
    }
}

/// How many were done by the mail's own words, where it asks for the limit of one code: "we did 7 additional".
fn units_done(desk: &Desk<'_>, code: &CodeRef) -> Option<u32> {
    let codes = desk.codes_of(&[CodeSystem::Cpt, CodeSystem::Hcpcs]);
    let mut told = DONE.captures_iter(&desk.question.text).filter_map(|c| c.get(1)?.as_str().parse::<u32>().ok());
    match (codes.as_slice(), told.next(), told.next()) {
        ([one], Some(units), None) if one == code => Some(units),
        _ => None,
    }
}

/// Lays down the limit of one code, beside the units in question.
pub(super) fn of(desk: &mut Desk<'_>, code: &CodeRef, asked: Option<u32>) {
    let Some(limit) = desk.codebook.unit_limit(code, desk.setting, desk.on) else { return };
    let claims = match desk.setting {
        Setting::Practitioner => "practitioner",
        Setting::Hospital => "outpatient hospital",
        Setting::Dme => "supplier",
    };
    let (word, units) = (if limit.units == 1 { "unit" } else { "units" }, limit.units);
    let text = format!(
        "The {claims} unit limit (MUE) of {code} is {units} {word}, MAI {} (rationale: {}).",
        limit.mai.digit(),
        limit.rationale
    );
    let fact = Fact::UnitLimit { code: code.clone(), units, mai: limit.mai, rationale: Some(limit.rationale), asked };
    desk.find(fact, text, limit.source, code.to_string(), Effect::default());
    desk.rule(match limit.mai {
        AdjudicationIndicator::Line => "mue_line",
        AdjudicationIndicator::DayPolicy => "mue_policy",
        AdjudicationIndicator::DayClinical => "mue_clinical",
    });
    if asked.is_some_and(|asked| asked > units) {
        desk.rule("mue_abn");
    }
}

/// The units worked out for a code, else those that the mail states, the lines of it added up.
fn units_of(desk: &Desk<'_>, code: &CodeRef) -> Option<u32> {
    let worked_out = desk.findings.iter().find_map(|f| {
        if let Fact::UnitArithmetic { code: of, units, .. } = &f.fact
            && of == code
        {
            Some(*units)
        } else {
            None
        }
    });
    worked_out
        .or_else(|| desk.question.codes.iter().filter(|m| m.code == *code).filter_map(|m| m.units).reduce(u32::saturating_add))
}
