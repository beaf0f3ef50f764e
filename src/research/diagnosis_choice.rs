//! Diagnoses that a mail describes in words, through the index: the code where the words say all that its entry says, and
//! otherwise candidates for a person.

use super::facets::{self, Answered};
use super::seventh_character::{self, is_seventh};
use super::{Desk, described, sequence, validity};
use crate::codebook::search::Hit;
use crate::codebook::{Lookup, Record};
use crate::domain::code::{CodeRef, CodeSystem};
use crate::domain::draft::Route;
use crate::domain::finding::{Conclusion, Fact, FindingId};
use crate::domain::question::{Intent, Language};
use crate::pattern::{cues, patterns};

cues! {
    DIAGNOSIS = r"\bdx\b|\bdiagnos|\bicd\b|\bicd-?10|\bcie\b|\bexternal cause|\bcausa externa|\b[a-tv-z] ?-?codes?\b|\bcodes? for\b|\bfull (?:code|icd)|\bpoisoning code|\badverse effect code|\bc[oó]digo\b";
    PROCEDURE = r"\bcpt\b|\bhcpcs\b|\bprocedure code|\bpcs\b|\bj-?code|\bmodifier|\bmodificador|\be/?m\b|\bbill\b|\bfacturar\b";
    EXTERNAL = r"\bexternal cause|\bcausa externa|\b[vwxy] code";
    VAGUE = r"^other (?:injury|specified|disorders?)|unspecified carpal|unspecified (?:body region|drugs|injury|cause|place)|^unspecified (?:injury|fall|fracture)|^illness|^(?:pain|[a-z ]*infection|localized swelling|hemorrhage|burn|edema|abscess|cellulitis|cutaneous abscess|open wound|wound|ulcer|lesion)\b.*\bunspecified\b";
    WITH_INJURY = r"\b(?:wound|injury|injuries|bite|burn|fracture|lacerat\w*|dx|diagnos[ei]s|nature|herida|lesi[oó]n|fractura|quemadura)\b[^.?!]{0,24}(?:\b(?:and|y|plus|then|with|con|e)\b|[+&/])[^.?!]{0,24}(?:external cause|causa externa|\b[vwxy] code)|\bcodes\b|\bc[oó]digos\b";
    REST = r"^other\b|\bother specified\b|\bnot elsewhere classified\b";
    UNSPECIFIED_SIDE = r"unspecified (?:side|ear|eye|eyelid|shoulder|arm|upper arm|elbow|forearm|wrist|hand|finger|hip|thigh|femur|knee|leg|lower leg|ankle|foot|toe|toe\(s\)|limb|upper limb|lower limb|extremity|breast|female breast|male breast|kidney|lung|ovary|side|joint|radius|ulna|humerus|tibia|fibula|patella|clavicle|scapula|thumb|lower extremity|upper extremity|vessel)";
}

patterns! {
    LETTER = r"(?is)\b([a-tz])[ -]codes?\b";
}

/// How much of an entry a mail has to say for the entry to be named fully.
const FULLY: f32 = 0.97;
/// Another entry as good as this is another candidate.
const RIVAL: f32 = 0.94;
/// What a mail says beside the entry must not be more than what the entry says.
const ASKED_MIN: f32 = 0.4;
/// What a rest category must say of the mail: a word more may be the name of what has a code of its own.
const ASKED_ALL: f32 = 0.75;
/// How much of a tied code's entry a mail has to say: the note that ties it says the rest.
const TIED: f32 = 0.7;
/// Candidates that a person is offered.
const OFFERED_MAX: usize = 4;

const SETTLES: &[Intent] =
    &[Intent::CodeSearch, Intent::DiagnosisOrder, Intent::SeventhCharacter, Intent::Validity, Intent::DiagnosisConflict];

pub(super) fn look(desk: &mut Desk<'_>) {
    let text = desk.question.text.clone();
    let asked = [Intent::CodeSearch, Intent::SeventhCharacter].iter().any(|intent| desk.question.intents.contains(intent));
    if !asked || !DIAGNOSIS.is_match(&text) || !desk.codes_of(&[CodeSystem::Icd10Cm]).is_empty() || is_settled(desk) {
        return;
    }
    let letters = letters(&text);
    let hits = described::hits(desk, &text, &letters);
    let Some(first) = hits.iter().find(|hit| hit.said >= FULLY).cloned() else {
        offer(desk, &hits);
        return;
    };
    if first.asked < (if REST.is_match(&first.title) { ASKED_ALL } else { ASKED_MIN })
        || VAGUE.is_match(&first.title)
        || first.code.starts_with(['V', 'W', 'X', 'Y']) && WITH_INJURY.is_match(&text)
        || PROCEDURE.is_match(&text)
        || hits.iter().any(|hit| rivals(desk, hit, &first))
    {
        offer(desk, &hits);
        return;
    }
    if UNSPECIFIED_SIDE.is_match(&first.title) && !text.to_lowercase().contains("unspecified") {
        ask_side(desk, &first);
        return;
    }
    let code = dx(&first.code);
    if let Some(heading) = heading(desk, &code) {
        by_phase(desk, &heading);
        return;
    }
    assert(desk, &code, &hits, &text);
}

fn dx(code: &str) -> CodeRef {
    CodeRef::new(CodeSystem::Icd10Cm, code)
}

fn spanish(desk: &Desk<'_>) -> bool {
    desk.question.language == Language::Spanish
}

fn show(desk: &Desk<'_>) -> &'static str {
    if spanish(desk) {
        "El expediente debe decir lo mismo con las palabras del médico."
    } else {
        "The provider's own words in the record must say the same."
    }
}

fn is_settled(desk: &Desk<'_>) -> bool {
    desk.findings.iter().any(|finding| matches!(finding.fact, Fact::Conclusion(_)))
}

/// The first letters that the mail's own words allow: "external cause", "which T code".
fn letters(text: &str) -> Vec<char> {
    if EXTERNAL.is_match(text) {
        return vec!['V', 'W', 'X', 'Y'];
    }
    LETTER
        .captures(text)
        .and_then(|found| found.get(1))
        .into_iter()
        .flat_map(|found| found.as_str().to_uppercase().chars().collect::<Vec<_>>())
        .collect()
}

/// Whether another entry is as good, or better and not said in full, so that the words decide nothing between them.
fn rivals(desk: &Desk<'_>, hit: &Hit, first: &Hit) -> bool {
    let (a, b) = (stem(&hit.code), stem(&first.code));
    let better_unsaid = hit.said < FULLY && hit.score > first.score * 1.05;
    let as_good = hit.said >= FULLY && hit.score >= first.score * RIVAL;
    let same_category = a.get(..3) == b.get(..3);
    let tied = !same_category && sequence::tied(desk, &dx(&first.code), &dx(&hit.code)).is_some();
    a != b && (better_unsaid || as_good) && !tied
}

/// A code without its seventh character and what fills up to it.
fn stem(code: &str) -> String {
    let bare: String = code.chars().filter(|c| *c != '.').collect();
    let stem = if bare.len() == 7 { bare.get(..6).unwrap_or_default() } else { &bare };
    stem.trim_end_matches('X').to_owned()
}

/// What needs a seventh character above a leaf.
fn heading(desk: &Desk<'_>, code: &CodeRef) -> Option<CodeRef> {
    let above = dx(&stem(&code.code));
    match desk.codebook.record(&above, desk.on) {
        Lookup::NotBillable { children, .. } if is_seventh(&children) => Some(above),
        Lookup::NotBillable { .. }
        | Lookup::Valid(_)
        | Lookup::OutOfForce { .. }
        | Lookup::Unknown { .. }
        | Lookup::NumberOnly { .. }
        | Lookup::NotLoaded => None,
    }
}

fn record(desk: &Desk<'_>, code: &CodeRef) -> Option<Record> {
    if let Lookup::Valid(record) = desk.codebook.record(code, desk.on) { Some(record) } else { None }
}

/// Lays down a code as valid and says under which name that stands.
fn laid(desk: &mut Desk<'_>, code: &CodeRef) -> Option<FindingId> {
    validity::of(desk, code);
    desk.findings.iter().find(|f| matches!(&f.fact, Fact::Valid { code: of, .. } if of == code)).map(|f| f.id)
}

/// The code that the words name, with the codes that its notes tie to it, in their order.
fn assert(desk: &mut Desk<'_>, code: &CodeRef, hits: &[Hit], text: &str) {
    let mut row = vec![code.clone()];
    let mut rests_on: Vec<FindingId> = Vec::new();
    for hit in hits.iter().filter(|hit| hit.said >= TIED && hit.asked >= 0.1) {
        let other = dx(&hit.code);
        let taken = row.iter().any(|known| known.code.get(..3) == other.code.get(..3));
        if taken || record(desk, &other).is_none() {
            continue;
        }
        match sequence::tied(desk, code, &other) {
            Some(true) => row.push(other),
            Some(false) => row.insert(0, other),
            None => {}
        }
    }
    for drug in described::drugs_taken(desk, code, text) {
        if !row.contains(&drug) {
            row.push(drug);
        }
    }
    let mut named = Vec::new();
    for code in &row {
        let Some(found) = record(desk, code) else { return };
        rests_on.extend(laid(desk, code));
        named.push(format!("{code} ({})", found.title.unwrap_or_default()));
    }
    let rests = sequence::lay_ties(desk, &row);
    rests_on.extend(rests);
    let Some(source) = record(desk, code).map(|found| found.source) else { return };
    let answer = match named.as_slice() {
        [only] if spanish(desk) => format!("{only}: la descripción dice todo lo que dice la entrada del código en el índice."),
        [first, rest @ ..] if spanish(desk) && !rest.is_empty() => {
            format!("Primero {first}, después {}: las notas de la lista tabular dan este orden.", rest.join(", después "))
        }
        [only] => format!("{only}: the description says all that the code's entry in the index says."),
        [first, rest @ ..] => {
            format!("{first} first, then {}: the notes of the Tabular List set this order.", rest.join(", then "))
        }
        [] => return,
    };
    facets::conclude(
        desk,
        Answered {
            topic: "described_diagnosis",
            codes: row,
            rests_on,
            answer,
            show: show(desk),
            settles: SETTLES,
            despite: &[],
            source,
            record: code.to_string(),
            spanish: spanish(desk),
        },
    );
}

/// The leaf of a heading whose last character tells the phase of care: by the mail's words, or asked for.
fn by_phase(desk: &mut Desk<'_>, heading: &CodeRef) {
    validity::of(desk, heading);
    seventh_character::look(desk);
    let chosen = format!("chosen_leaf {heading} ");
    let found = desk.findings.iter().find_map(|finding| {
        if let Fact::Rule { rule, .. } = &finding.fact {
            Some((finding.id, dx(rule.strip_prefix(chosen.as_str())?)))
        } else {
            None
        }
    });
    if let Some((id, leaf)) = found {
        let Some(found) = record(desk, &leaf) else { return };
        let rests_on = [Some(id), laid(desk, &leaf)].into_iter().flatten().collect();
        let title = found.title.unwrap_or_default();
        let answer = if spanish(desk) {
            format!("{leaf} ({title}): la descripción nombra la afección y la fase de atención.")
        } else {
            format!("{leaf} ({title}): the description names the condition and the phase of care.")
        };
        let answered = Answered {
            topic: "described_diagnosis",
            codes: vec![leaf.clone()],
            rests_on,
            answer,
            show: show(desk),
            settles: SETTLES,
            despite: &[],
            source: found.source,
            record: leaf.to_string(),
            spanish: spanish(desk),
        };
        return facets::conclude(desk, answered);
    }
    let Lookup::NotBillable { record, children } = desk.codebook.record(heading, desk.on) else { return };
    let rests_on = desk.findings.iter().filter(|finding| finding.record == heading.code).map(|finding| finding.id).collect();
    let answer = format!(
        "{heading} ({}) with a seventh character that the phase of care decides: {}.",
        record.title.unwrap_or_default(),
        validity::list(&children)
    );
    let ask = "Is this active treatment, routine care while it heals, or a late complication?".to_owned();
    lay_open(desk, vec![heading.clone()], rests_on, answer, Route::Clarify, vec![ask], record.source);
}

/// Candidates, for a person to choose from.
fn offer(desk: &mut Desk<'_>, hits: &[Hit]) {
    let best = hits.first().map_or(0.0, |hit| hit.score);
    let mut codes: Vec<CodeRef> = Vec::new();
    for hit in hits.iter().filter(|hit| hit.score >= best * 0.7 && hit.said >= 0.5) {
        let code = dx(&hit.code);
        if codes.len() < OFFERED_MAX && !codes.contains(&code) && record(desk, &code).is_some() {
            codes.push(code);
        }
    }
    let Some(source) = codes.first().and_then(|code| record(desk, code)).map(|found| found.source) else { return };
    let rests_on: Vec<FindingId> = codes.iter().filter_map(|code| laid(desk, code)).collect();
    let answer = format!("Candidates from the index, to be chosen from the record: {}.", validity::list(&codes));
    lay_open(desk, codes, rests_on, answer, Route::Expert, Vec::new(), source);
}

fn ask_side(desk: &mut Desk<'_>, hit: &Hit) {
    let code = dx(&hit.code);
    let Some(found) = record(desk, &code) else { return };
    let siblings: Vec<CodeRef> = described::siblings(desk, &code);
    let rests_on: Vec<FindingId> = siblings.iter().filter_map(|code| laid(desk, code)).collect();
    let answer = format!("It depends on the side: {} by the description, one code for each.", validity::list(&siblings));
    let ask = "Which side is affected, by the provider's record?".to_owned();
    lay_open(desk, siblings, rests_on, answer, Route::Clarify, vec![ask], found.source);
}

fn lay_open(
    desk: &mut Desk<'_>,
    codes: Vec<CodeRef>,
    rests_on: Vec<FindingId>,
    answer: String,
    route: Route,
    asks: Vec<String>,
    source: crate::domain::code::Source,
) {
    let conclusion = Conclusion {
        topic: "described_diagnosis".to_owned(),
        codes,
        rests_on,
        show: "The index only leads to a code; the Tabular List and the record decide.".to_owned(),
        asks,
        settles: SETTLES.to_vec(),
        route,
        instead_of_pairs: false,
        despite: Vec::new(),
        spanish: false,
    };
    let record = source.edition.clone();
    desk.find(Fact::Conclusion(conclusion), answer, source, record, crate::domain::code::Effect::default());
}
