//! Whether a secondary diagnosis counts as a complication or comorbidity (CC or MCC), and beside which principal it does not.

use super::Desk;
use super::facets::{self, Answered};
use crate::codebook::edition::Edition;
use crate::domain::code::{CodeRef, CodeSystem, Family, Source};
use crate::domain::finding::FindingId;
use crate::domain::question::Intent;
use crate::pattern::{cues, patterns};

cues! {
    ASKED = r"\bm?ccs?\b|\bcomplications? (?:or|and|/) ?comorbid|\bcomorbidit";
}

patterns! {
    PRINCIPAL = r"(?is)\bprincipal\b|\bpdx\b|\bprimary\b|\bmain\b";
}

const SETTLES: &[Intent] =
    &[Intent::DiagnosisConflict, Intent::DiagnosisOrder, Intent::Payment, Intent::Validity, Intent::CodeSearch, Intent::PairEdit];

pub(super) fn look(desk: &mut Desk<'_>) {
    let Some(edition) = facets::edition(desk) else { return };
    let codes = desk.codes_of(&[CodeSystem::Icd10Cm]);
    if !ASKED.is_match(&desk.question.text) || codes.is_empty() {
        return;
    }
    let Some(source) = list(&edition, desk) else { return };
    let principal = principal(desk, &codes);
    let mut said = Vec::new();
    let mut rests_on: Vec<FindingId> = Vec::new();
    for code in codes.iter().filter(|code| Some(*code) != principal.as_ref()) {
        let found = edition.complication(code, desk.on);
        let level = found.as_ref().map_or("neither a CC nor an MCC", |found| if found.is_major { "an MCC" } else { "a CC" });
        let cited = found.as_ref().map_or_else(|| source.clone(), |found| found.source.clone());
        let alive = if found.as_ref().is_some_and(|found| found.only_alive) {
            ", only where the patient is discharged alive"
        } else {
            ""
        };
        let text = format!("{code} is {level} on the lists of complications and comorbidities{alive}.");
        rests_on.push(facets::lay_of(desk, "complication", vec![code.clone()], text, cited.clone(), code.to_string()));
        let excluded = principal
            .as_ref()
            .filter(|_| found.is_some())
            .and_then(|principal| Some((principal, edition.excludes_complication(principal, code, desk.on)?)));
        match excluded {
            Some((principal, true)) => {
                let text =
                    format!("Beside the principal diagnosis {principal}, {code} is excluded and does not count as {level}.");
                let of = vec![principal.clone(), code.clone()];
                rests_on.push(facets::lay_of(desk, "complication_exclusion", of, text, cited, code.to_string()));
                said.push(format!("{code} is {level}, but not beside {principal} as principal diagnosis, which excludes it"));
            }
            Some((principal, false)) => {
                said.push(format!("{code} is {level}, and {principal} as principal diagnosis does not exclude it"));
            }
            None => said.push(format!("{code} is {level}{alive}")),
        }
    }
    if said.is_empty() {
        return;
    }
    facets::conclude(
        desk,
        Answered {
            topic: "complication",
            codes,
            rests_on,
            answer: format!("By the MS-DRG lists: {}.", said.join("; ")),
            show: "The provider documents the diagnosis, and it must meet the definition of a reportable additional diagnosis; the whole claim decides the group.",
            settles: SETTLES,
            despite: &["grouper"],
            source: source.clone(),
            record: source.edition,
            spanish: false,
        },
    );
}

/// The lists that are loaded; without both of them nothing is called neither.
fn list(edition: &Edition, desk: &Desk<'_>) -> Option<Source> {
    let cite = |part| edition.in_force(Family::MsDrg, part, desk.on).and_then(|found| found.cite());
    cite("exclusions").or_else(|| cite("MCC").filter(|_| cite("CC").is_some()))
}

/// The code that the mail calls principal: the one right beside the word, else none.
fn principal(desk: &Desk<'_>, codes: &[CodeRef]) -> Option<CodeRef> {
    let text = &desk.question.text;
    let word = PRINCIPAL.find(text)?;
    let place = |code: &CodeRef| {
        let at = text.find(code.code.as_str()).or_else(|| text.find(code.undotted().as_str()))?;
        Some(if at > word.end() { at - word.end() } else { word.start().saturating_sub(at + code.code.len()) })
    };
    let (gap, code) = codes.iter().filter_map(|code| Some((place(code)?, code))).min_by_key(|(gap, _)| *gap)?;
    (gap <= 24 && codes.len() > 1).then(|| code.clone())
}
