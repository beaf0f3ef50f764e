//! Single facts of a code that answers bring along: a unit limit, a global period, an indicator, a status, its primaries.

use super::Desk;
use crate::codebook::edition::{Edition, Listed, RelativeValues};
use crate::domain::code::{CodeRef, Effect, Source};
use crate::domain::draft::Route;
use crate::domain::finding::{Conclusion, Fact, FindingId};
use crate::domain::question::Intent;
use std::sync::Arc;

/// Lays down the record of `kind` for `code`; `None` where the loaded edition holds none, or not the value that is asked
/// for (`global 090`).
pub(super) fn record(desk: &mut Desk<'_>, kind: &str, code: &CodeRef) -> Option<FindingId> {
    let (kind, of) = kind.split_once(' ').unwrap_or((kind, ""));
    match kind {
        "mue" => unit_limit(desk, code),
        "add-on" => add_on(desk, code),
        "opps" => opps(desk, if of.is_empty() { &code.code } else { of }),
        "lab" => lab_fee(desk, code),
        "pairs" => pair(desk, code, of),
        _ => {
            let values = values(desk, code)?;
            (of.is_empty() || value(kind, &values.0) == of).then(|| indicator(desk, kind, &values.0, &values.1)).flatten()
        }
    }
}

/// The edition on disk.
pub(super) fn edition(desk: &Desk<'_>) -> Option<Arc<Edition>> {
    desk.codebook.on_disk().cloned()
}

/// The fee schedule's line of a code, the service as a whole.
pub(super) fn values(desk: &Desk<'_>, code: &CodeRef) -> Option<(RelativeValues, Source)> {
    let found = edition(desk)?.relative_values(&code.code, "", desk.on)?;
    Some((found.record, found.source))
}

fn value<'a>(kind: &str, values: &'a RelativeValues) -> &'a str {
    match kind {
        "global" => &values.global,
        "status" => &values.status,
        "assistant" => &values.assistant,
        "cosurgeon" => &values.cosurgeon,
        "team" => &values.team,
        "bilateral" => &values.bilateral,
        "multiple" => &values.multiple,
        "pctc" => &values.pctc,
        _ => "",
    }
}

/// Lays down one indicator with its meaning.
pub(super) fn indicator(desk: &mut Desk<'_>, kind: &str, values: &RelativeValues, source: &Source) -> Option<FindingId> {
    let (code, digit) = (&values.code, value(kind, values));
    let text = match kind {
        "global" => match digit {
            "000" => format!("{code} has a 0-day global period (indicator 000)."),
            "010" => format!("{code} has a 10-day global period (indicator 010)."),
            "090" => format!("{code} has a 90-day global period (indicator 090), which includes the day before."),
            "ZZZ" => format!("{code} has the global indicator ZZZ: an add-on code, within the global period of its primary."),
            "YYY" => format!("{code} has the global indicator YYY: the contractor sets the period."),
            "MMM" => format!("{code} has the global indicator MMM: maternity, the usual global period does not apply."),
            _ => format!("{code} has the global indicator {digit}: the global concept does not apply."),
        },
        "status" => format!("{code} has status indicator {digit} in the physician fee schedule: {}.", status(digit)),
        "assistant" => format!("The assistant at surgery indicator of {code} is {digit}: {}.", assistant(digit)),
        "cosurgeon" => format!("The co-surgeon indicator of {code} is {digit}: {}.", cosurgeon(digit)),
        "team" => format!("The team surgery indicator of {code} is {digit}."),
        "bilateral" => format!("The bilateral surgery indicator of {code} is {digit}: {}.", bilateral(digit)),
        "multiple" => format!("The multiple procedure indicator of {code} is {digit}: {}.", multiple(digit)),
        "pctc" => format!("The PC/TC indicator of {code} is {digit}: {}.", pctc(digit)),
        _ => return None,
    };
    Some(lay(desk, &format!("{kind}_indicator"), &[code], text, source.clone(), code.clone()))
}

/// Adds a record as a finding.
pub(super) fn lay(
    desk: &mut Desk<'_>,
    topic: &str,
    codes: &[&String],
    text: String,
    source: Source,
    record: String,
) -> FindingId {
    lay_of(desk, topic, codes.iter().map(|code| procedure(code)).collect(), text, source, record)
}

/// Adds a record of codes of any system as a finding.
pub(super) fn lay_of(
    desk: &mut Desk<'_>,
    topic: &str,
    codes: Vec<CodeRef>,
    text: String,
    source: Source,
    record: String,
) -> FindingId {
    desk.lay(Fact::Record { topic: topic.to_owned(), codes }, text, source, record, Effect::default())
}

/// A short answer that a tool came to.
pub(super) struct Answered {
    pub topic: &'static str,
    pub codes: Vec<CodeRef>,
    pub rests_on: Vec<FindingId>,
    pub answer: String,
    pub show: &'static str,
    pub settles: &'static [Intent],
    /// Cues for a person that it stands despite.
    pub despite: &'static [&'static str],
    pub source: Source,
    pub record: String,
    /// Written for a Spanish mail.
    pub spanish: bool,
}

/// Lays a short answer down.
pub(super) fn conclude(desk: &mut Desk<'_>, answered: Answered) {
    let conclusion = Conclusion {
        topic: answered.topic.to_owned(),
        codes: answered.codes,
        rests_on: answered.rests_on,
        show: answered.show.to_owned(),
        asks: Vec::new(),
        settles: answered.settles.to_vec(),
        route: Route::Auto,
        instead_of_pairs: false,
        despite: answered.despite.iter().map(|cue| (*cue).to_owned()).collect(),
        spanish: answered.spanish,
    };
    desk.find(Fact::Conclusion(conclusion), answered.answer, answered.source, answered.record, Effect::default());
}

/// A CPT or HCPCS code by its spelling.
pub(super) fn procedure(code: &str) -> CodeRef {
    use crate::domain::code::CodeSystem;
    let letter_first = code.starts_with(|c: char| c.is_ascii_alphabetic());
    CodeRef::new(if letter_first { CodeSystem::Hcpcs } else { CodeSystem::Cpt }, code)
}

pub(super) fn status(digit: &str) -> &'static str {
    match digit {
        "A" => "active, paid under the fee schedule where covered",
        "B" => "bundled, its payment is always included in other services and never made by itself",
        "C" => "priced by the contractor, case by case",
        "E" => "excluded from the fee schedule by regulation",
        "I" => "not valid for Medicare, which uses another code for the service",
        "J" => "anesthesia, paid by base and time units",
        "M" => "measurement code, for reporting only",
        "N" => "not covered by Medicare, so the patient is responsible",
        "P" => "bundled or excluded, no separate payment",
        "Q" => "functional information, for reporting only",
        "R" => "restricted coverage",
        "T" => "paid only if no other service payable under the fee schedule is billed for the patient that day",
        "X" => "not a physician service by law, paid under another schedule if at all",
        _ => "not described",
    }
}

pub(super) fn assistant(digit: &str) -> &'static str {
    match digit {
        "0" => "an assistant is payable only with documents that establish medical necessity",
        "1" => "an assistant at surgery is never paid, and documents do not change it",
        "2" => "an assistant at surgery may be paid",
        _ => "the concept does not apply",
    }
}

pub(super) fn cosurgeon(digit: &str) -> &'static str {
    match digit {
        "0" => "co-surgeons are not permitted",
        "1" => "co-surgeons could be paid with documents that support why two were needed",
        "2" => "co-surgeons of different specialties are permitted, with modifier 62 on each claim and no further documents",
        _ => "the concept does not apply",
    }
}

pub(super) fn bilateral(digit: &str) -> &'static str {
    match digit {
        "0" => "the 150 percent adjustment does not apply, so no modifier 50",
        "1" => "the 150 percent adjustment applies to modifier 50",
        "2" => "the code already covers both sides, so no modifier 50 and one unit",
        "3" => "each side is paid in full and the 150 percent adjustment does not apply",
        _ => "the concept does not apply",
    }
}

pub(super) fn multiple(digit: &str) -> &'static str {
    match digit {
        "0" => "no multiple procedure reduction applies, payment is made in full",
        "1" | "2" => "subject to the multiple procedure reduction, 100 percent for the highest and 50 percent for the others",
        "3" => "subject to the endoscopy rule of its family",
        "4" => "subject to the imaging reduction of its family",
        "5" => "subject to the therapy reduction of the practice expense",
        "6" => "subject to the cardiovascular reduction of the technical part",
        "7" => "subject to the ophthalmology reduction of the technical part",
        _ => "the concept does not apply",
    }
}

pub(super) fn pctc(digit: &str) -> &'static str {
    match digit {
        "0" => "a physician service, 26 and TC do not apply",
        "1" => "26 is the professional and TC the technical component, no modifier both",
        "2" => "the professional component by itself, so neither 26 nor TC is used",
        "3" => "the technical component by itself, so neither 26 nor TC is used",
        "4" => "the global test, its parts have codes of their own",
        "5" => "incident-to service, 26 and TC do not apply",
        "6" => "a laboratory test with a physician's interpretation by 26",
        "8" => "a physician's interpretation of a laboratory test",
        _ => "the concept does not apply",
    }
}

fn unit_limit(desk: &mut Desk<'_>, code: &CodeRef) -> Option<FindingId> {
    let known = |desk: &Desk<'_>| {
        desk.findings.iter().find(|f| matches!(&f.fact, Fact::UnitLimit { code: of, .. } if of == code)).map(|f| f.id)
    };
    known(desk).or_else(|| {
        super::unit_limits::of(desk, code, None);
        known(desk)
    })
}

fn add_on(desk: &mut Desk<'_>, code: &CodeRef) -> Option<FindingId> {
    let found = edition(desk)?.add_on(&code.code, desk.on)?;
    Some(super::add_ons::lay_rule(desk, &found.record, found.source))
}

fn opps(desk: &mut Desk<'_>, code: &str) -> Option<FindingId> {
    let Listed::Yes(found) = edition(desk)?.opps(code, desk.on) else { return None };
    Some(super::opps::lay(desk, code, &found.record, found.source))
}

fn lab_fee(desk: &mut Desk<'_>, code: &CodeRef) -> Option<FindingId> {
    super::lab_fees::lay(desk, code)
}

/// The edit between a panel or a visit and the code.
fn pair(desk: &mut Desk<'_>, code: &CodeRef, with: &str) -> Option<FindingId> {
    let codes = [procedure(with), code.clone()];
    super::pair_edits::of(desk, &codes);
    let of = |f: &&crate::domain::finding::Finding| matches!(&f.fact, Fact::PairEdit { column1, column2, .. } if codes.contains(column1) && codes.contains(column2));
    desk.findings.iter().find(of).map(|f| f.id)
}
