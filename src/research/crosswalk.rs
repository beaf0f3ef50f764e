//! From one revision of the diagnosis codes to the other, by the general equivalence mappings.

use super::facets::{self, Answered};
use super::{Desk, validity};
use crate::codebook::Lookup;
use crate::codebook::edition::GemRecord;
use crate::domain::code::{CodeRef, CodeSystem, Source};
use crate::domain::finding::FindingId;
use crate::domain::question::Intent;
use crate::pattern::cues;

cues! {
    OLDER = r"\bicd\s?-?\s?9\b";
}

/// More codes than this are a list to be converted by a program.
const CODES_MAX: usize = 8;

const SETTLES: &[Intent] = &[Intent::Crosswalk, Intent::CodeSearch, Intent::Validity, Intent::DiagnosisConflict];

pub(super) fn look(desk: &mut Desk<'_>) {
    let Some(edition) = facets::edition(desk) else { return };
    let old = desk.codes_of(&[CodeSystem::Icd9Cm]);
    let backward = old.is_empty() && OLDER.is_match(&desk.question.text);
    let codes = if backward { desk.codes_of(&[CodeSystem::Icd10Cm]) } else { old };
    if codes.len() > CODES_MAX {
        return;
    }
    for code in codes {
        let mapped = edition.equivalents(&code);
        let Some(source) = mapped.first().map(|first| first.source.clone()) else { continue };
        one(desk, &code, &mapped, source);
    }
}

fn one(desk: &mut Desk<'_>, code: &CodeRef, mapped: &[GemRecord], source: Source) {
    let targets: Vec<CodeRef> = mapped.iter().filter_map(|way| way.target.clone()).collect();
    let older = code.system == CodeSystem::Icd9Cm;
    let (from, to) = if older { ("ICD-9-CM", "ICD-10-CM") } else { ("ICD-10-CM", "ICD-9-CM") };
    let (answer, text) = if targets.is_empty() {
        let none = format!("{from} {code} has no equivalent in {to} by the GEMs {}.", source.edition);
        (none.clone(), none)
    } else {
        let exact = if mapped.iter().any(|way| way.is_approximate) {
            "an approximate match, so the record has to be read"
        } else {
            "an exact match"
        };
        let together = if mapped.iter().any(|way| way.is_combination) { ", codes of one scenario together" } else { "" };
        let codes = validity::list(&targets);
        (
            format!("{from} {code} maps to {to} {codes} ({exact}{together})."),
            format!("The GEMs {} lead from {from} {code} to {to} {codes}: {exact}{together}.", source.edition),
        )
    };
    let of = [vec![code.clone()], targets.clone()].concat();
    let mut rests_on: Vec<FindingId> =
        vec![facets::lay_of(desk, "equivalence", of.clone(), text, source.clone(), code.to_string())];
    let mut ended = Vec::new();
    for target in targets.iter().filter(|target| target.system == CodeSystem::Icd10Cm) {
        let before = desk.findings.len();
        validity::of(desk, target);
        rests_on.extend(desk.findings.iter().skip(before).take(1).map(|finding| finding.id));
        match desk.codebook.record(target, desk.on) {
            Lookup::NotBillable { children, .. } => {
                ended.push(format!("{target} is no longer billable ({})", validity::list(&children)));
            }
            Lookup::OutOfForce { replaced_by, .. } if replaced_by.is_empty() => {
                ended.push(format!("{target} is no longer in force"));
            }
            Lookup::OutOfForce { replaced_by, .. } => {
                ended.push(format!("{target} is no longer in force; after it came {}", validity::list(&replaced_by)));
            }
            Lookup::Valid(_) | Lookup::Unknown { .. } | Lookup::NumberOnly { .. } | Lookup::NotLoaded => {}
        }
    }
    let ended = if ended.is_empty() { String::new() } else { format!(" Today {}.", ended.join("; ")) };
    facets::conclude(
        desk,
        Answered {
            topic: "equivalence",
            codes: of,
            rests_on,
            answer: format!("{answer}{ended}"),
            show: "The mappings help to find codes; the code is chosen from the record.",
            settles: SETTLES,
            despite: &[],
            source,
            record: code.to_string(),
            spanish: false,
        },
    );
}
