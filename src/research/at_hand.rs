//! The records of a mail's codes, for the person who takes an answer over: they are wanted whatever the mail's words ask.

use jiff::civil::Date;

use super::{Desk, facets, unit_limits, validity};
use crate::codebook::Codebook;
use crate::codebook::edition::RelativeValues;
use crate::domain::code::{CodeRef, CodeSystem, Source};
use crate::domain::finding::{Fact, Finding, FindingId};
use crate::domain::question::{Intent, Question, Setting};

/// Of more codes than this the records would bury the answer.
const CODES_MAX: usize = 4;

/// The findings with the codes' records among them, and which those are, in the order in which they are told.
pub fn at_hand(question: &Question, codebook: &Codebook, today: Date, findings: Vec<Finding>) -> (Vec<Finding>, Vec<FindingId>) {
    let on = question.date_of_service.unwrap_or(today);
    let mut desk = Desk { question, codebook, on, setting: question.setting.unwrap_or(Setting::Practitioner), findings };
    let mut ids: Vec<FindingId> = desk.findings.iter().filter(|f| decides(&f.fact)).map(|f| f.id).collect();
    for code in desk.codes_of(&[CodeSystem::Cpt, CodeSystem::Hcpcs]).iter().take(CODES_MAX) {
        ids.extend(procedure(&mut desk, code));
    }
    for code in desk.codes_of(&[CodeSystem::Icd10Cm]).iter().take(CODES_MAX) {
        validity::of(&mut desk, code);
        ids.extend(of_code(&desk, code));
    }
    let mut told: Vec<FindingId> = Vec::new();
    for id in ids {
        if !told.contains(&id) {
            told.push(id);
        }
    }
    (desk.findings, told)
}

/// What is said between two codes, ahead of what is said of each.
const fn decides(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::PairEdit { .. }
            | Fact::PairEditDeleted { .. }
            | Fact::NoPairEdit { .. }
            | Fact::Excludes1 { .. }
            | Fact::Excludes2 { .. }
    )
}

fn procedure(desk: &mut Desk<'_>, code: &CodeRef) -> Vec<FindingId> {
    let mut ids = Vec::new();
    if code.system == CodeSystem::Hcpcs {
        validity::of(desk, code);
        ids.extend(of_code(desk, code));
    }
    unit_limits::of(desk, code, None);
    ids.extend(desk.findings.iter().find(|f| matches!(&f.fact, Fact::UnitLimit { code: of, .. } if of == code)).map(|f| f.id));
    ids.extend(facets::record(desk, "add-on", code));
    if let Some((values, source)) = facets::values(desk, code) {
        ids.push(line(desk, &values, source));
    }
    if desk.question.intents.contains(&Intent::Payment) {
        ids.extend(facets::record(desk, "lab", code));
    }
    if desk.setting == Setting::Hospital {
        ids.extend(facets::record(desk, "opps", code));
    }
    ids
}

fn of_code(desk: &Desk<'_>, code: &CodeRef) -> Option<FindingId> {
    let is = |fact: &Fact| match fact {
        Fact::Valid { code: of, .. }
        | Fact::NotBillable { code: of, .. }
        | Fact::OutOfForce { code: of, .. }
        | Fact::Unknown { code: of, .. } => of == code,
        Fact::Excludes1 { .. }
        | Fact::Excludes2 { .. }
        | Fact::NoExcludes { .. }
        | Fact::PairEdit { .. }
        | Fact::PairEditDeleted { .. }
        | Fact::NoPairEdit { .. }
        | Fact::UnitLimit { .. }
        | Fact::UnitArithmetic { .. }
        | Fact::ModifierMeaning { .. }
        | Fact::Rule { .. }
        | Fact::Record { .. }
        | Fact::Conclusion(_) => false,
    };
    desk.findings.iter().find(|f| is(&f.fact)).map(|f| f.id)
}

/// The fee schedule's indicators of a code, those that say something.
fn line(desk: &mut Desk<'_>, values: &RelativeValues, source: Source) -> FindingId {
    let told = [
        ("multiple procedure", &values.multiple),
        ("bilateral", &values.bilateral),
        ("assistant", &values.assistant),
        ("co-surgeon", &values.cosurgeon),
        ("PC/TC", &values.pctc),
    ];
    let told = told.iter().filter(|(_, digit)| !digit.is_empty() && *digit != "9");
    let indicators: Vec<String> = told.map(|(name, digit)| format!(", {name} indicator {digit}")).collect();
    let indicators = indicators.concat();
    let code = &values.code;
    let text = format!("{code} has status {} and global indicator {}{indicators}.", values.status, values.global);
    facets::lay(desk, "indicators", &[code], text, source, code.clone())
}
