//! What the inpatient code editor (MCE) objects to in a principal diagnosis, and beside which age.

use super::Desk;
use super::facets::{self, Answered};
use crate::domain::code::CodeSystem;
use crate::domain::question::{Intent, Setting};
use crate::pattern::cues;

cues! {
    ASKED = r"\bmce\b|\bcode editor\b|\bunacceptable\b|\bprincipal\b|\bpdx\b|\bmanifestation\b|\bage conflict\b";
    INPATIENT = r"\binpatient\b|\badmi(?:t|ssion)|\bdischarge\b|\bhospital\b|\bdrg\b|\bmce\b|\bfacility\b|\bub-?04\b";
}

const SETTLES: &[Intent] = &[Intent::DiagnosisOrder, Intent::Validity, Intent::Denial];

pub(super) fn look(desk: &mut Desk<'_>) {
    let Some(edition) = facets::edition(desk) else { return };
    let text = &desk.question.text;
    let inpatient = INPATIENT.is_match(text) || desk.question.setting == Some(Setting::Hospital);
    if !ASKED.is_match(text) || !inpatient {
        return;
    }
    for code in desk.codes_of(&[CodeSystem::Icd10Cm]) {
        let Some((lists, source)) = edition.code_editor(&code, desk.on) else { continue };
        let means: Vec<&str> = lists.iter().filter_map(|list| meaning(list)).collect();
        if means.is_empty() {
            continue;
        }
        let means = means.join("; ");
        let text = format!("The inpatient code editor lists {code}: {means}.");
        let id = facets::lay_of(desk, "code_editor", vec![code.clone()], text, source.clone(), code.to_string());
        let answered = Answered {
            topic: "code_editor",
            codes: vec![code.clone()],
            rests_on: vec![id],
            answer: format!("{code} is on a list of the inpatient code editor: {means}."),
            show: "The editor judges inpatient claims; it says nothing about office or outpatient claims.",
            settles: SETTLES,
            despite: &[],
            source,
            record: code.to_string(),
            spanish: false,
        };
        facets::conclude(desk, answered);
    }
}

fn meaning(list: &str) -> Option<&'static str> {
    Some(match list {
        "unacceptable_pdx" => "not accepted as a principal diagnosis",
        "unacceptable_pdx_unless_secondary" => "accepted as a principal diagnosis only beside a secondary diagnosis",
        "manifestation_not_pdx" => "a manifestation, so never the principal diagnosis: the underlying disease goes first",
        "age_newborn" => "only at age 0",
        "age_pediatric" => "only from age 0 to 17",
        "age_maternity" => "only from age 9 to 64",
        "age_adult" => "only from age 15 to 124",
        _ => return None,
    })
}
