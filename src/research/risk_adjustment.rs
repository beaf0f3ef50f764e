//! The payment categories (HCC) that a diagnosis leads to, model by model.

use super::Desk;
use super::facets::{self, Answered};
use crate::codebook::edition::HccRecord;
use crate::domain::code::{CodeRef, CodeSystem, Family};
use crate::domain::finding::FindingId;
use crate::domain::question::Intent;
use crate::pattern::cues;

cues! {
    ASKED = r"\bhccs?\b|\braf\b|\brisk[- ]adjust|\bv2[48]\b";
    NEWER = r"\bv28\b";
    OLDER = r"\bv24\b";
    // A score is made of demographics, coefficients and interactions, which are not here.
    SCORE = r"\bcalculat|\bscores?\b|\bcoefficient|\bnon-?dual\b|\bdemographic|\bhow much\b";
    BOTH = r"\bused to\b|\bformer|\bold\b|\blost\b|\bdropp|\bno longer\b|\bchang";
}

const SETTLES: &[Intent] =
    &[Intent::DiagnosisConflict, Intent::DiagnosisOrder, Intent::Validity, Intent::Payment, Intent::CodeSearch, Intent::Coverage];

pub(super) fn look(desk: &mut Desk<'_>) {
    let Some(edition) = facets::edition(desk) else { return };
    let text = desk.question.text.clone();
    let codes = desk.codes_of(&[CodeSystem::Icd10Cm]);
    if !ASKED.is_match(&text) || SCORE.is_match(&text) || codes.is_empty() {
        return;
    }
    let models: &[&'static str] = match (NEWER.is_match(&text), OLDER.is_match(&text) || BOTH.is_match(&text)) {
        (true, false) => &["V28"],
        (false, true) if OLDER.is_match(&text) => &["V24"],
        _ => &["V28", "V24"],
    };
    let mut said: Vec<String> = Vec::new();
    let mut rests_on: Vec<FindingId> = Vec::new();
    let mut of_all: Vec<HccRecord> = Vec::new();
    let mut cited = None;
    for model in models {
        let Some(source) = edition.in_force(Family::Hcc, model, desk.on).and_then(|found| found.cite()) else { continue };
        let mut each = Vec::new();
        for code in &codes {
            let found: Vec<HccRecord> =
                edition.categories(code, desk.on).into_iter().filter(|record| record.model == *model).collect();
            let names: Vec<String> = found.iter().map(named).collect();
            let numbers: Vec<String> = found.iter().map(|record| format!("HCC {}", record.hcc)).collect();
            let (short, long) = if found.is_empty() {
                (format!("{code} none"), format!("{code} maps to no payment category (HCC) in {model}."))
            } else {
                (
                    format!("{code} {}", numbers.join(" and ")),
                    format!("In {model} {code} is in the payment category {}.", names.join(" and ")),
                )
            };
            rests_on.push(facets::lay_of(desk, "hcc", vec![code.clone()], long, source.clone(), code.to_string()));
            each.push(short);
            of_all.extend(found);
        }
        said.push(format!("In {model}: {}.", each.join(", ")));
        cited.get_or_insert(source);
    }
    let Some(source) = cited else { return };
    rests_on.extend(hierarchies(desk, &codes, &of_all, models));
    facets::conclude(
        desk,
        Answered {
            topic: "hcc",
            codes,
            rests_on,
            answer: said.join(" "),
            show: "A category counts only where the provider's note of a face-to-face visit in the year supports the diagnosis (monitored, evaluated, assessed or treated); a score or a drug list alone does not make a diagnosis.",
            settles: SETTLES,
            despite: &["risk"],
            source,
            record: "categories".to_owned(),
            spanish: false,
        },
    );
}

fn named(record: &HccRecord) -> String {
    record.label.as_ref().map_or_else(|| format!("HCC {}", record.hcc), |label| format!("HCC {} ({label})", record.hcc))
}

/// Categories of the mail of which one takes the place of another.
fn hierarchies(desk: &mut Desk<'_>, codes: &[CodeRef], found: &[HccRecord], models: &[&str]) -> Vec<FindingId> {
    let mut ids = Vec::new();
    for over in found.iter().filter(|record| models.contains(&record.model)) {
        for under in found.iter().filter(|under| under.model == over.model && over.over.contains(&under.hcc)) {
            let text =
                format!("In {} HCC {} takes the place of HCC {} for the same patient and year.", over.model, over.hcc, under.hcc);
            let record = format!("HCC {}", over.hcc);
            ids.push(facets::lay_of(desk, "hcc_hierarchy", codes.to_vec(), text, over.source.clone(), record));
        }
    }
    ids
}
