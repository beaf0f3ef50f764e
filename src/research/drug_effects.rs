//! A drug that harmed, by the Table of Drugs: an adverse effect of one that was properly taken, or a poisoning, beside what it
//! did, in the order that the guidelines give (ICD-10-CM Guidelines I.C.19.e.5).

use super::facets::{self, Answered};
use super::{Desk, described, validity};
use crate::codebook::Lookup;
use crate::codebook::search::{Hit, Query};
use crate::domain::code::{CodeRef, CodeSystem};
use crate::domain::finding::{Fact, FindingId};
use crate::domain::question::{Intent, Language};
use crate::pattern::{cues, patterns};

cues! {
    ASKED = r"\bdx\b|\bdiagnos|\bicd\b|\bcodes?\b|\bfirst\b|\border\b|\bsequenc";
    ACCIDENT = r"\baccident\w*|\bby mistake\b|\bin error\b|\bmistak\w+|\bmixed up\b|\bmix-?up\b|\bunintentional\w*|\bwrong (?:pill|bottle|drug|dose|medication)s?\b|\b(?:toddler|infant|baby|year-old|yo|kid|child)\b.{0,60}\b(?:ate|swallow\w*|ingest\w*|got into|chew\w*)|\bdouble dose\b|\btook (?:it |them |one )?twice\b";
    ON_PURPOSE = r"\bon purpose\b|\bsuicid\w*|\bintentional\w*|\bdeliberate\w*|\bself-?harm\b";
    LATER = r"\bsubsequent\b|\brecheck\b|\bfollow-?up\b|\bsequela\b|\blate effect\b|\bassault\b|\bundetermined\b|\balcohol\b|\bdrunk\b|\bunderdos\w*|\bskipp\w*|\bran out\b|\bstopped taking\b";
    CAUSED_BY = r"\b(?:from|due to|d/t|caused by|because of|secondary to|2/2)\b";
}

patterns! {
    // What stands behind a word of cause, up to two words of a name.
    DRUG = r"(?i)\b(?:from|due to|d/t|caused by|because of|secondary to|2/2|reaction to|effect of|after taking|after|on|taking|takes|took|ate|swallow(?:ed|ing|s)?|ingest(?:ed|ing|s)?|got into|given|overdosed on|overdose of|poisoning by|handful of|bottle of)\s+((?:(?:the|his|her|their|a|an|one|two|some|too|many|much|more|of|extra|wrong|whole|prescribed|oral|iv|daily|home|new|mom'?s|dad'?s|grand\w+'?s|\w+'s|pills?|tablets?|tabs?|dose|doses|mg|\d+)\s+){0,5})([a-z][a-z-]{3,})(?:\s+([a-z][a-z-]{3,}))?";
    // Up to four words before a word of cause.
    EFFECT = r"(?i)((?:[a-z][a-z'-]*\s+){1,4})(?:from|due to|d/t|caused by|because of|secondary to|2/2)\s";
}

/// What the mail must say of an entry, and the entry of what the mail says.
const WHOLE: f32 = 0.97;
const SETTLES: &[Intent] =
    &[Intent::DiagnosisOrder, Intent::CodeSearch, Intent::Validity, Intent::SeventhCharacter, Intent::DiagnosisConflict];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Harm {
    Adverse,
    Accident,
    OnPurpose,
}

pub(super) fn look(desk: &mut Desk<'_>) {
    let text = desk.question.text.clone();
    let of_drugs = |code: &CodeRef| code.code.starts_with('T');
    let named = desk.codes_of(&[CodeSystem::Icd10Cm]);
    let (true, Some(harm)) = (ASKED.is_match(&text) && !LATER.is_match(&text), harm(&text)) else { return };
    if desk.question.language != Language::English || facets::edition(desk).is_none() || named.iter().any(of_drugs) {
        return;
    }
    let Some(drug) = drug(desk, harm, &text) else { return };
    let effects = if named.is_empty() { effect(desk, &text).into_iter().collect() } else { named };
    if effects.len() > 1 || effects.iter().any(|code| !is_valid(desk, code)) {
        return;
    }
    lay(desk, harm, &drug, effects.first());
}

fn harm(text: &str) -> Option<Harm> {
    match (described::is_prescribed(text), ACCIDENT.is_match(text), ON_PURPOSE.is_match(text)) {
        (true, false, false) => Some(Harm::Adverse),
        (false, true, false) => Some(Harm::Accident),
        (false, false, true) => Some(Harm::OnPurpose),
        _ => None,
    }
}

fn find(desk: &Desk<'_>, text: &str) -> Vec<Hit> {
    let Ok(search) = desk.codebook.search() else { return Vec::new() };
    search.find(&Query { text, system: Some("icd10cm"), limit: 6, on: Some(desk.on) })
}

fn is_valid(desk: &Desk<'_>, code: &CodeRef) -> bool {
    matches!(desk.codebook.record(code, desk.on), Lookup::Valid(_))
}

/// The one code of the one drug that the mail names: its own entry in the Table of Drugs, at the first visit.
fn drug(desk: &Desk<'_>, harm: Harm, text: &str) -> Option<CodeRef> {
    let (ask, digit) = match harm {
        Harm::Adverse => ("adverse effect of", '5'),
        Harm::Accident => ("poisoning accidental by", '1'),
        Harm::OnPurpose => ("poisoning intentional self-harm by", '2'),
    };
    let mut found: Vec<CodeRef> = Vec::new();
    for hit in DRUG.captures_iter(text) {
        let one = hit.get(2).map_or("", |word| word.as_str());
        let two = hit.get(3).map_or_else(String::new, |word| format!("{one} {}", word.as_str()));
        for name in [two.as_str(), one].into_iter().filter(|name| !name.is_empty()) {
            let entry = format!("table of drugs: {name}");
            let is_it = |hit: &Hit| {
                hit.said >= WHOLE
                    && hit.why.to_lowercase().starts_with(&entry.to_lowercase())
                    && hit.code.chars().filter(|c| *c != '.').nth(5) == Some(digit)
                    && hit.code.ends_with('A')
            };
            if let Some(hit) = find(desk, &format!("{ask} {name}")).into_iter().find(is_it) {
                let code = CodeRef::new(CodeSystem::Icd10Cm, &hit.code);
                if !found.contains(&code) {
                    found.push(code);
                }
                break;
            }
        }
    }
    match found.as_slice() {
        // With an anticoagulant a bleeding disorder has a code of its own.
        [only] if is_of_medicines(&only.code) && !only.code.starts_with("T45.51") => Some(only.clone()),
        _ => None,
    }
}

/// T36 to T50, where the guideline's order holds.
fn is_of_medicines(code: &str) -> bool {
    code.get(1..3).and_then(|digits| digits.parse::<u8>().ok()).is_some_and(|number| (36..=50).contains(&number))
}

/// What the drug did, where the words before its cause are the whole of an entry.
fn effect(desk: &Desk<'_>, text: &str) -> Option<CodeRef> {
    if !CAUSED_BY.is_match(text) {
        return None;
    }
    let before = EFFECT.captures(text)?.get(1)?.as_str().to_lowercase();
    let words: Vec<&str> = before.split_whitespace().collect();
    for from in 0..words.len() {
        let said = words.get(from..)?.join(" ");
        let found = find(desk, &said);
        let Some(first) = found.first() else { continue };
        let alone = found.iter().skip(1).all(|other| other.score < first.score * 0.9 || other.code.starts_with(&first.code));
        if first.said >= WHOLE && first.asked >= WHOLE && alone && !first.code.starts_with('T') {
            let code = CodeRef::new(CodeSystem::Icd10Cm, &first.code);
            return is_valid(desk, &code).then_some(code);
        }
    }
    None
}

fn lay(desk: &mut Desk<'_>, harm: Harm, drug: &CodeRef, effect: Option<&CodeRef>) {
    let mut rests_on: Vec<FindingId> = Vec::new();
    let mut codes: Vec<CodeRef> = effect.cloned().into_iter().collect();
    codes.insert(if harm == Harm::Adverse { codes.len() } else { 0 }, drug.clone());
    for code in &codes {
        validity::of(desk, code);
        let of = |finding: &&crate::domain::finding::Finding| matches!(&finding.fact, Fact::Valid { code: of, .. } if of == code);
        rests_on.extend(desk.findings.iter().find(of).map(|finding| finding.id));
    }
    let Lookup::Valid(record) = desk.codebook.record(drug, desk.on) else { return };
    let rule = if harm == Harm::Adverse { "adverse_effect_second" } else { "poisoning_leads" };
    rests_on.extend(desk.ruled(rule));
    let title = record.title.unwrap_or_default();
    let answer = match (harm, effect) {
        (Harm::Adverse, Some(effect)) => {
            format!(
                "{effect} first, then {drug} ({title}): what the patient has leads, and the drug that was properly taken follows."
            )
        }
        (Harm::Adverse, None) => {
            format!(
                "The effect first, then {drug} ({title}): the nature of the adverse effect leads, and the drug that was properly taken follows."
            )
        }
        (Harm::Accident | Harm::OnPurpose, Some(effect)) => {
            format!("{drug} first, then {effect}: it is a poisoning ({title}), which leads whatever was treated.")
        }
        (Harm::Accident | Harm::OnPurpose, None) => {
            format!(
                "{drug} first, then a code for each manifestation: it is a poisoning ({title}), which leads whatever was treated."
            )
        }
    };
    facets::conclude(
        desk,
        Answered {
            topic: "drug_effect",
            codes,
            rests_on,
            answer,
            show: "The provider must document the drug, how it was taken and that it caused the effect.",
            settles: SETTLES,
            despite: &[],
            source: record.source,
            record: drug.to_string(),
            spanish: false,
        },
    );
}
