//! Units of therapy services that are counted in 15 minutes, by the rule of the added-up minutes (CPM 5 §20.2).

use super::Desk;
use crate::codebook::{Measure, quantities};
use crate::domain::code::{CodeRef, CodeSystem, Effect};
use crate::domain::finding::Fact;
use crate::domain::question::Intent;

/// Minutes of one service and the units that fall to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub code: CodeRef,
    pub minutes: u32,
    pub units: u32,
}

pub(super) fn look(desk: &mut Desk<'_>) {
    if !desk.question.intents.contains(&Intent::Units) {
        return;
    }
    let codes = desk.codes_of(&[CodeSystem::Cpt, CodeSystem::Hcpcs]);
    let (timed, untimed): (Vec<_>, Vec<_>) =
        codes.into_iter().filter_map(|c| Some((desk.codebook.timed(&c)?, c))).partition(|(is_timed, _)| *is_timed);
    if timed.is_empty() {
        return;
    }
    let all: Vec<&CodeRef> = timed.iter().chain(&untimed).map(|(_, code)| code).collect();
    let minutes = minutes_of(&desk.question.text, &all);
    // An amount of minutes that belongs to no code here may belong to one that was not read: then nothing is counted.
    let lower = desk.question.text.to_lowercase();
    // "The 8 minute rule" is a name and no amount.
    let named = lower.matches("minute rule").count() + lower.matches("min rule").count();
    let amounts = quantities(&desk.question.text).into_iter().filter(|q| q.measure == Measure::Time).count();
    let amounts = amounts.saturating_sub(named);
    let said: Option<Vec<(CodeRef, u32)>> =
        timed.iter().map(|(_, c)| Some((c.clone(), minutes.iter().find(|(m, _)| m == c)?.1))).collect();
    desk.rule("timed_units");
    let Some(said) = said.filter(|_| minutes.len() == amounts) else { return };
    let shares = allocate(&said);
    let Some(rule) = desk.codebook.rule("timed_units") else { return };
    let total: u32 = said.iter().map(|(_, m)| m).sum();
    let units = units_for(total);
    let sum = said.iter().map(|(_, m)| m.to_string()).collect::<Vec<_>>().join(" + ");
    let wording = format!("{sum} = {total} timed minutes, which are {units} {}.", word(units));
    let fact = Fact::Rule { rule: "timed_total".to_owned(), wording: wording.clone() };
    desk.find(fact, wording, rule.source.clone(), rule.section.clone(), Effect::default());
    for Share { code, minutes, units } in shares {
        let text = format!("{code}: {minutes} minutes, {units} {}.", word(units));
        let (dose, per_unit) = (format!("{minutes} min"), "15 minutes".to_owned());
        let record = rule.section.clone();
        desk.find(
            Fact::UnitArithmetic { code, dose, per_unit, units, wasted: None },
            text,
            rule.source.clone(),
            record,
            Effect::default(),
        );
    }
    for (_, code) in untimed {
        let text = format!("{code} is not timed: 1 unit, and its minutes do not count.");
        let (dose, per_unit) = ("not timed".to_owned(), "service".to_owned());
        desk.rule("untimed");
        let record = rule.section.clone();
        desk.find(
            Fact::UnitArithmetic { code, dose, per_unit, units: 1, wasted: None },
            text,
            rule.source.clone(),
            record,
            Effect::default(),
        );
    }
}

const fn word(units: u32) -> &'static str {
    if units == 1 { "unit" } else { "units" }
}

/// 8 to 22 minutes are one unit, 23 to 37 two, and so on.
pub const fn units_for(minutes: u32) -> u32 {
    (minutes + 7) / 15
}

/// Gives each service its whole quarters of an hour, then the units still due to those with most minutes left over.
pub fn allocate(said: &[(CodeRef, u32)]) -> Vec<Share> {
    let mut shares: Vec<Share> = said.iter().map(|(code, m)| Share { code: code.clone(), minutes: *m, units: m / 15 }).collect();
    let total: u32 = said.iter().map(|(_, m)| m).sum();
    let given: u32 = shares.iter().map(|s| s.units).sum();
    let due = units_for(total).saturating_sub(given);
    let mut by_rest: Vec<(u32, usize)> = shares.iter().enumerate().map(|(at, s)| (s.minutes % 15, at)).collect();
    by_rest.sort_by_key(|(left, at)| (std::cmp::Reverse(*left), *at));
    for (_, at) in by_rest.into_iter().take(due as usize) {
        if let Some(share) = shares.get_mut(at) {
            share.units += 1;
        }
    }
    shares
}

/// The minutes that stand nearest to each code, each amount given to one code only.
fn minutes_of(text: &str, codes: &[&CodeRef]) -> Vec<(CodeRef, u32)> {
    let mut near: Vec<(usize, &CodeRef, usize, u32)> = Vec::new();
    for quantity in quantities(text).into_iter().filter(|q| q.measure == Measure::Time) {
        let Ok(minutes) = u32::try_from(quantity.thousandths / 1_000) else { continue };
        for code in codes {
            for (at, _) in text.match_indices(code.code.as_str()) {
                let distance = if at < quantity.at {
                    quantity.at - at - code.code.len().min(quantity.at - at)
                } else {
                    (at - quantity.at).saturating_sub(quantity.words.len())
                };
                near.push((distance, code, quantity.at, minutes));
            }
        }
    }
    near.sort_by_key(|(distance, _, at, _)| (*distance, *at));
    let mut taken: Vec<(CodeRef, usize, u32)> = Vec::new();
    for (distance, code, at, minutes) in near {
        if distance <= 60 && taken.iter().all(|(c, used, _)| c != code && *used != at) {
            taken.push((code.clone(), at, minutes));
        }
    }
    taken.into_iter().map(|(code, _, minutes)| (code, minutes)).collect()
}
