//! Drug doses, timed minutes and unit limits as answers.

use super::super::pieces::{Piece, cite, find_rule, rules};
use super::conclusions::conclusion;
use crate::domain::code::CodeRef;
use crate::domain::finding::{AdjudicationIndicator, Fact, Finding};
use crate::domain::question::Question;
use crate::render::answer::{Answer, Limit, Timed, TimedLine, Units};

pub(in super::super) fn of(_question: &Question, findings: &[Finding]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = findings.iter().filter_map(|f| drug(f, findings)).collect();
    pieces.extend(timed(findings));
    pieces
}

/// A dose; therapy minutes carry the rule's section as their record, a drug its own code.
fn drug(finding: &Finding, findings: &[Finding]) -> Option<Piece> {
    let Fact::UnitArithmetic { code, dose, per_unit, units, wasted } = &finding.fact else { return None };
    if finding.record != code.code {
        return None;
    }
    let instead_of =
        findings.iter().find(|f| matches!(&f.fact, Fact::OutOfForce { replaced_by, .. } if replaced_by.contains(code)));
    let limit = limit_of(findings, code);
    let jz = find_rule(findings, "jz").is_some();
    let view = Units {
        code: code.to_string(),
        instead_of: instead_of
            .and_then(|f| if let Fact::OutOfForce { code, .. } = &f.fact { Some(code.to_string()) } else { None }),
        dose: dose.clone(),
        per: per_unit.trim_start_matches("per ").trim_start_matches("each ").to_owned(),
        up_to: per_unit.starts_with("up to"),
        units: *units,
        wasted: wasted.clone(),
        wasted_units: wasted.as_ref().and_then(|w| w.split("= ").nth(1)?.split(' ').next()?.parse().ok()).filter(|n| *n > 0),
        nothing_left: jz,
        limit: limit.map(|(units, _)| units),
        mai: limit.map(|(_, mai)| mai),
    };
    let mut why: Vec<_> = instead_of.into_iter().map(cite).collect();
    why.push(cite(finding));
    // The limit before the rules: what is cut where the answer grows long is the end.
    why.extend(findings.iter().filter(|f| matches!(&f.fact, Fact::UnitLimit { code: of, .. } if of == code)).map(cite));
    why.extend(rules(findings, &["jw", "jz", "jw_jz"]));
    why.extend(findings.iter().filter(|f| matches!(&f.fact, Fact::Valid { code: of, .. } if of == code)).map(cite));
    why.extend(rules(findings, &["drug_units"]));
    Some(Piece { answer: Answer::Units(view), why })
}

fn timed(findings: &[Finding]) -> Option<Piece> {
    let total = find_rule(findings, "timed_total")?;
    let mut lines = Vec::new();
    let mut why = vec![cite(total)];
    why.extend(rules(findings, &["timed_units", "untimed"]));
    for finding in findings {
        let Fact::UnitArithmetic { code, dose, units, .. } = &finding.fact else { continue };
        if finding.record != code.code {
            lines.push(TimedLine { code: code.to_string(), units: *units, minutes: dose.clone(), timed: dose != "not timed" });
        }
    }
    let units = lines.iter().filter(|l| l.timed).map(|l| l.units).sum();
    let view = Timed { total: total.text.trim_end_matches('.').to_owned(), units, lines };
    Some(Piece { answer: Answer::Timed(view), why })
}

/// A limit that was asked for, or one that the stated units break.
pub(in super::super) fn limit(finding: &Finding, findings: &[Finding], asked_for: bool, worked_out: bool) -> Option<Piece> {
    let Fact::UnitLimit { code, units, mai, asked, .. } = &finding.fact else { return None };
    let over = asked.is_some_and(|a| a > *units);
    // Where the units beyond the first belong to the add-on, the line as billed is corrected already.
    let corrected = |f: &Finding| conclusion(f).is_some_and(|c| c.topic == "add_on_units" && c.codes.contains(code));
    if over && findings.iter().any(corrected) {
        return None;
    }
    let told = worked_out && findings.iter().any(|f| matches!(&f.fact, Fact::UnitArithmetic { code: of, .. } if of == code));
    if !over && (!asked_for || told) {
        return None;
    }
    let view = Limit { code: code.to_string(), units: *units, mai: mai.digit(), asked: *asked, over };
    let key = match mai {
        AdjudicationIndicator::Line => "mue_line",
        AdjudicationIndicator::DayPolicy => "mue_policy",
        AdjudicationIndicator::DayClinical => "mue_clinical",
    };
    let mut why = vec![cite(finding)];
    why.extend(rules(findings, &[key]));
    if over {
        why.extend(rules(findings, &["mue_abn"]));
    }
    Some(Piece { answer: Answer::Limit(view), why })
}

fn limit_of(findings: &[Finding], code: &CodeRef) -> Option<(u32, u8)> {
    findings.iter().find_map(|f| {
        if let Fact::UnitLimit { code: of, units, mai, .. } = &f.fact
            && of == code
        {
            Some((*units, mai.digit()))
        } else {
            None
        }
    })
}
