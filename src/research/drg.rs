//! What the tables say of an MS-DRG: its relative weight and its lengths of stay.

use super::Desk;
use super::facets::{self, Answered};
use crate::codebook::edition::Amount;
use crate::domain::code::CodeSystem;
use crate::domain::question::Intent;
use crate::pattern::cues;

cues! {
    ASKED = r"\bweights?\b|\brw\b|\bgm?los\b|\bamlos\b|\blength of stay\b|\bmean\b|\bwhat is\b|\btitle\b|\btransfer\b|\bpost-?acute\b";
}

const SETTLES: &[Intent] = &[Intent::Payment, Intent::Validity, Intent::CodeSearch];

pub(super) fn look(desk: &mut Desk<'_>) {
    let Some(edition) = facets::edition(desk) else { return };
    if !ASKED.is_match(&desk.question.text) {
        return;
    }
    for code in desk.codes_of(&[CodeSystem::MsDrg]) {
        let Some(found) = edition.drg(&code.code, desk.on) else { continue };
        let weight = found.weight.map(|weight| format!("relative weight {}", Amount::new(weight, 4)));
        let days = |days: Option<i64>| days.map(|days| format!("{}.{}", days / 10, days % 10));
        let geometric = days(found.geometric_days).map(|days| format!("GMLOS {days} days"));
        let arithmetic = days(found.arithmetic_days).map(|days| format!("arithmetic mean length of stay {days} days"));
        let values: Vec<String> = [weight, geometric, arithmetic].into_iter().flatten().collect();
        if values.is_empty() {
            continue;
        }
        let transfer = if found.post_acute { " It is subject to the post-acute transfer policy." } else { "" };
        let text = format!("MS-DRG {} ({}): {}.{transfer}", found.drg, found.title, values.join(", "));
        let id = facets::lay_of(desk, "drg", vec![code.clone()], text, found.source.clone(), found.drg.clone());
        let answered = Answered {
            topic: "drg",
            codes: vec![code.clone()],
            rests_on: vec![id],
            answer: format!("MS-DRG {}: {}.", found.drg, values.join(", ")),
            show: "The hospital's own base rate and adjustments turn a weight into money.",
            settles: SETTLES,
            despite: &["grouper"],
            source: found.source,
            record: found.drg,
            spanish: false,
        };
        facets::conclude(desk, answered);
    }
}
