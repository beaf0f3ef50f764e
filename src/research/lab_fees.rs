//! The clinical laboratory fee schedule.

use super::{Desk, facets};
use crate::domain::code::{CodeRef, CodeSystem, Effect};
use crate::domain::draft::Route;
use crate::domain::finding::{Conclusion, Fact, FindingId};
use crate::domain::question::Intent;
use crate::pattern::cues;

cues! {
    ASKED = r"\bclfs\b|\blab (?:fee|rate)|\bfee\b|\brates?\b|\bhow much\b|\bamount\b|\bpay|\bpaga";
}

pub(super) fn look(desk: &mut Desk<'_>) {
    let Some(edition) = facets::edition(desk) else { return };
    let text = desk.question.text.clone();
    if !ASKED.is_match(&text) || !desk.question.intents.contains(&Intent::Payment) {
        return;
    }
    let mut parts = Vec::new();
    let mut rests_on = Vec::new();
    let mut of = Vec::new();
    let mut source = None;
    for code in desk.codes_of(&[CodeSystem::Cpt, CodeSystem::Hcpcs]) {
        let fees = edition.lab_fees(&code.code, desk.on);
        let Some(found) = fees.iter().find(|f| f.record.modifier.is_empty()).or(fees.first()) else { continue };
        let Some(rate) = found.record.rate.filter(|rate| !rate.is_zero()) else { continue };
        rests_on.extend(lay(desk, &code));
        parts.push(format!("{} {}", code.code, super::payment::dollars(rate)));
        source = Some(found.source.clone());
        of.push(code);
    }
    let Some(source) = source else { return };
    let waived = if text.to_uppercase().contains("QW") { "; QW does not change it, the rate is the same" } else { "" };
    let answer = format!("Clinical laboratory fee schedule, {}: {}{waived}.", source.edition, parts.join(", "));
    let conclusion = Conclusion {
        topic: "lab_fee".to_owned(),
        codes: of,
        rests_on,
        show: String::new(),
        asks: Vec::new(),
        settles: vec![Intent::Payment, Intent::PairEdit],
        route: Route::Auto,
        instead_of_pairs: false,
        despite: Vec::new(),
        spanish: false,
    };
    desk.find(Fact::Conclusion(conclusion), answer, source, "rates".to_owned(), Effect::default());
}

/// Lays down a code's laboratory rates.
pub(super) fn lay(desk: &mut Desk<'_>, code: &CodeRef) -> Option<FindingId> {
    let fees = facets::edition(desk)?.lab_fees(&code.code, desk.on);
    let first = fees.iter().find(|f| f.record.modifier.is_empty()).or(fees.first())?;
    let rate = super::payment::dollars(first.record.rate?);
    let text = format!("The clinical laboratory fee of {code} is {rate} ({}).", first.source.edition);
    Some(facets::lay(desk, "lab_fee", &[&code.code], text, first.source.clone(), code.code.clone()))
}
