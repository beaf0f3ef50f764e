//! Add-on codes: which primaries one goes with, and whether the mail's claim holds one.

use super::{Desk, facets};
use crate::codebook::LimitRecord;
use crate::codebook::edition::{AddOnKind, AddOnRule};
use crate::domain::code::{CodeRef, CodeSystem, Source};
use crate::domain::draft::Route;
use crate::domain::finding::{Conclusion, Fact, FindingId};
use crate::domain::question::Intent;
use crate::pattern::cues;

/// More primaries than this are not told one by one.
const TOLD_MAX: usize = 12;

cues! {
    ASKED = r"{parent_code}|\bprimary\b|\bwith .{0,20} only\b|\breduce\b|\b(?:bill|go|goes|billed)\b.{0,20}\bwith\b|\bcódigo adicional\b|\bfor units\b|\bdenied\b|\badditional (?:code|level|vein|vessel|segment)\b";
    WHICH = r"\b(?:which|what|list)\b.{0,30}\bcodes?\b|\bwith (?:what|which)\b|\bcu[aá]les\b|\bqu[eé] c[oó]digos?\b|\bin front of\b";
}

pub(super) fn look(desk: &mut Desk<'_>) {
    let Some(edition) = facets::edition(desk) else { return };
    let codes = desk.codes_of(&[CodeSystem::Cpt, CodeSystem::Hcpcs]);
    if codes.len() > 6 {
        return;
    }
    over_limit(desk, &codes);
    if !ASKED.is_match(&desk.question.text) {
        return;
    }
    for code in &codes {
        let Some(found) = edition.add_on(&code.code, desk.on) else { continue };
        let id = lay_rule(desk, &found.record, found.source);
        conclude(desk, &found.record, &codes, id);
    }
}

/// Lays down the rule of an add-on code.
pub(super) fn lay_rule(desk: &mut Desk<'_>, rule: &AddOnRule, source: Source) -> FindingId {
    let code = &rule.code.code;
    let text = match rule.kind {
        AddOnKind::Contractor => format!("{code} is an add-on code whose primary codes each contractor sets (type 2)."),
        AddOnKind::Complete | AddOnKind::Partial => {
            let more = if rule.kind == AddOnKind::Partial { ", and others that the contractor takes" } else { "" };
            format!("{code} is an add-on code; its primary codes are {}{more}.", told(&rule.primaries))
        }
    };
    facets::lay(desk, "add_on", &[code], text, source, code.clone())
}

fn told(primaries: &[CodeRef]) -> String {
    let mut list: Vec<&str> = primaries.iter().take(TOLD_MAX).map(|c| c.code.as_str()).collect();
    let more = primaries.len().saturating_sub(TOLD_MAX);
    let more = format!("{more} more");
    if primaries.len() > TOLD_MAX {
        list.push(&more);
    }
    list.join(", ")
}

fn conclude(desk: &mut Desk<'_>, rule: &AddOnRule, codes: &[CodeRef], id: FindingId) {
    let code = &rule.code.code;
    let others: Vec<&CodeRef> = codes.iter().filter(|c| c.code != *code).collect();
    let met: Vec<&str> = others.iter().filter(|c| rule.primaries.contains(c)).map(|c| c.code.as_str()).collect();
    let spinal = others.iter().any(|c| rule.primaries.is_empty() || !rule.primaries.contains(c));
    let answer = if let [one, ..] = met.as_slice() {
        format!(
            "Yes: {code} is an add-on code and {one} is one of its accepted primary codes, so {code} may be billed with {one}."
        )
    } else if others.is_empty() && WHICH.is_match(desk.question.asking()) && rule.kind != AddOnKind::Contractor {
        format!("{code} is an add-on code, never billed alone; it goes with {}.", told(&rule.primaries))
    } else if others.is_empty() {
        format!(
            "No: {code} is an add-on code and cannot stand alone; it is paid only with one of its primary codes for the same patient, date and practitioner."
        )
    } else if spinal && rule.kind != AddOnKind::Contractor {
        let other: Vec<&str> = others.iter().map(|c| c.code.as_str()).collect();
        format!(
            "No: {} is not a primary code of the add-on {code}; {code} belongs to {}.",
            other.join(" or "),
            told(&rule.primaries)
        ) + if rule.kind == AddOnKind::Partial { " A contractor may take others." } else { "" }
    } else {
        return;
    };
    desk.rule("add_on_primary");
    let mut rests_on = vec![id];
    rests_on.extend(
        desk.findings.iter().find(|f| matches!(&f.fact, Fact::Rule { rule, .. } if rule == "add_on_primary")).map(|f| f.id),
    );
    rests_on.extend(facets::record(desk, "global ZZZ", &rule.code));
    let kin = kin(desk, rule, &others);
    let conclusion = Conclusion {
        topic: "add_on".to_owned(),
        codes: codes.to_vec(),
        rests_on,
        show: String::new(),
        asks: Vec::new(),
        settles: vec![
            Intent::AddOn,
            Intent::Denial,
            Intent::Validity,
            Intent::PairEdit,
            Intent::GlobalPeriod,
            Intent::CodeSearch,
        ],
        route: Route::Auto,
        instead_of_pairs: false,
        despite: vec!["note".to_owned()],
        spanish: false,
    };
    let source = desk.findings.iter().find(|f| f.id == id).map(|f| f.source.clone());
    if let Some(source) = source {
        let answer = format!("{answer}{kin}");
        desk.find(Fact::Conclusion(conclusion), answer, source, code.clone(), crate::domain::code::Effect::default());
    }
}

/// The add-on of the same family that goes with the primary that the mail has, where there is just one.
fn kin(desk: &mut Desk<'_>, rule: &AddOnRule, others: &[&CodeRef]) -> String {
    let Some(edition) = facets::edition(desk) else { return String::new() };
    let stem = rule.code.code.get(..4).unwrap_or_default().to_owned();
    for other in others.iter().filter(|c| !rule.primaries.contains(c)) {
        let near: Vec<_> =
            edition.add_ons_of(&other.code, desk.on).into_iter().filter(|a| a.record.code.starts_with(&stem)).collect();
        if let [one] = near.as_slice() {
            let add_on = one.record.code.clone();
            if let Some(found) = edition.add_on(&add_on, desk.on) {
                lay_rule(desk, &found.record, found.source);
            }
            return format!(" The add-on that goes with {other} is {add_on}.");
        }
    }
    String::new()
}

/// Units over a limit of one: further units belong to the add-on of the code, where there is just one.
fn over_limit(desk: &mut Desk<'_>, codes: &[CodeRef]) {
    let Some(edition) = facets::edition(desk) else { return };
    for code in codes {
        let asked = desk.question.codes.iter().filter(|m| m.code == *code).filter_map(|m| m.units).reduce(u32::saturating_add);
        let Some(units) = asked.filter(|u| *u > 1) else { continue };
        let Some(limit) = desk.codebook.unit_limit(code, desk.setting, desk.on).filter(|l| l.units == 1) else { continue };
        let stem = code.code.get(..4).unwrap_or_default();
        let near: Vec<_> =
            edition.add_ons_of(&code.code, desk.on).into_iter().filter(|a| a.record.code.starts_with(stem)).collect();
        let [one] = near.as_slice() else { continue };
        let add_on = one.record.clone();
        let Some(found) = edition.add_on(&add_on.code, desk.on) else { continue };
        // So many that even the add-on's limit is broken mostly have a code of their own.
        let within = |limit: &LimitRecord| units - 1 <= limit.units;
        if !desk.codebook.unit_limit(&add_on, desk.setting, desk.on).as_ref().is_none_or(within) {
            continue;
        }
        let mut rests_on = vec![lay_rule(desk, &found.record, found.source.clone())];
        rests_on.extend(facets::record(desk, "mue", code));
        rests_on.extend(facets::record(desk, "mue", &add_on));
        let (code_text, rest) = (&code.code, units - limit.units);
        let split = format!("{units} = {} unit of {code_text} and {rest} of {}.", limit.units, add_on.code);
        rests_on.push(facets::lay(desk, "split", &[code_text, &add_on.code], split, found.source.clone(), add_on.code.clone()));
        let answer = format!(
            "Bill {code_text} x1 and {} x{rest}: {code_text} is for the first, and {} is its add-on code for each additional one.",
            add_on.code, add_on.code
        );
        let conclusion = Conclusion {
            topic: "add_on_units".to_owned(),
            codes: vec![code.clone(), add_on.clone()],
            rests_on,
            show: "The record must name each one that was treated. Correct the claim and send it again.".to_owned(),
            asks: Vec::new(),
            settles: vec![Intent::Units, Intent::Denial, Intent::AddOn],
            route: Route::Auto,
            instead_of_pairs: false,
            despite: Vec::new(),
            spanish: false,
        };
        desk.find(Fact::Conclusion(conclusion), answer, found.source, add_on.code, crate::domain::code::Effect::default());
    }
}
