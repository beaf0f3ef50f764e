//! Do Excludes notes keep two diagnoses apart, whichever code's notes say so.

use super::facets::{self, Answered};
use super::{Desk, validity};
use crate::codebook::{ExcludesKind, ExcludesNote, Lookup};
use crate::domain::code::{CodeRef, CodeSystem, Effect};
use crate::domain::finding::Fact;
use crate::domain::question::Intent;

pub(super) fn look(desk: &mut Desk<'_>) {
    let codes = desk.codes_of(&[CodeSystem::Icd10Cm]);
    for (at, a) in codes.iter().enumerate() {
        for b in codes.iter().skip(at + 1) {
            pair(desk, a, b);
        }
    }
}

fn pair(desk: &mut Desk<'_>, a: &CodeRef, b: &CodeRef) {
    let known = |code| !matches!(desk.codebook.record(code, desk.on), Lookup::Unknown { .. } | Lookup::NotLoaded);
    let nested = a.undotted().starts_with(&b.undotted()) || b.undotted().starts_with(&a.undotted());
    if nested || !known(a) || !known(b) {
        return;
    }
    let notes = desk.codebook.excludes(a, b, desk.on);
    let first =
        |kind| notes.iter().filter(|n| n.kind == kind).max_by_key(|n| n.at.code.len() - usize::from(n.at.code.contains('-')) * 6);
    if let Some(note) = first(ExcludesKind::One) {
        lay(desk, note);
        desk.rule("excludes1");
        says_both(desk, note);
        let one_way = notes.iter().filter(|n| n.kind == ExcludesKind::One).all(|n| n.code == note.code);
        if one_way {
            sends(desk, note);
        }
    } else if let Some(note) = first(ExcludesKind::Two) {
        lay(desk, note);
        desk.rule("excludes2");
    } else if let Some((plain, other)) = without_complications(desk, a, b) {
        contradicts(desk, &plain, &other);
    } else {
        let (Lookup::Valid(record) | Lookup::NotBillable { record, .. }) = desk.codebook.record(a, desk.on) else { return };
        let text = format!("No Excludes note of {a}, of {b} or of anything above them names the other.");
        desk.find(
            Fact::NoExcludes { code: a.clone(), other: b.clone() },
            text,
            record.source,
            format!("{a}/{b}"),
            Effect::default(),
        );
    }
    let symptom = |code: &CodeRef| code.code.starts_with('R');
    if symptom(a) != symptom(b) {
        desk.rule("symptom");
    }
}

/// Of two codes of a category the one that says that there are no complications, where the other is one.
fn without_complications(desk: &Desk<'_>, a: &CodeRef, b: &CodeRef) -> Option<(CodeRef, CodeRef)> {
    let plain = |code: &CodeRef| {
        let Lookup::Valid(record) = desk.codebook.record(code, desk.on) else { return None };
        Some(record.title?.to_lowercase().contains("without complications"))
    };
    if a.code.get(..3) != b.code.get(..3) {
        return None;
    }
    match (plain(a)?, plain(b)?) {
        (true, false) => Some((a.clone(), b.clone())),
        (false, true) => Some((b.clone(), a.clone())),
        (true, true) | (false, false) => None,
    }
}

fn contradicts(desk: &mut Desk<'_>, plain: &CodeRef, other: &CodeRef) {
    let Lookup::Valid(record) = desk.codebook.record(plain, desk.on) else { return };
    let of = |desk: &Desk<'_>, code: &CodeRef| {
        desk.findings.iter().find(|f| matches!(&f.fact, Fact::Valid { code: of, .. } if of == code)).map(|f| f.id)
    };
    validity::of(desk, plain);
    validity::of(desk, other);
    let rests_on = [plain, other].into_iter().filter_map(|code| of(desk, code)).collect();
    let answered = Answered {
        topic: "without_complications",
        codes: vec![plain.clone(), other.clone()],
        rests_on,
        answer: format!(
            "No: {plain} says that there are no complications, which {other} contradicts. Report {other} alone where it is documented."
        ),
        show: "",
        settles: &[Intent::DiagnosisConflict, Intent::Validity, Intent::DiagnosisOrder],
        despite: &[],
        source: record.source,
        record: plain.to_string(),
        spanish: false,
    };
    facets::conclude(desk, answered);
}

/// Of two that an Excludes1 note keeps apart the one whose own title says the other, too: "disc disorder with radiculopathy".
fn says_both(desk: &mut Desk<'_>, note: &ExcludesNote) {
    let title = |code: &CodeRef| {
        let Lookup::Valid(record) = desk.codebook.record(code, desk.on) else { return None };
        record.title
    };
    let (Some(one), Some(other)) = (title(&note.code), title(&note.other)) else { return };
    let both = match (holds(&one, &other), holds(&other, &one)) {
        (true, false) => (&note.code, &note.other),
        (false, true) => (&note.other, &note.code),
        (true, true) | (false, false) => return,
    };
    let text = format!("The title of {} already says what {} does, so it is reported alone.", both.0, both.1);
    let fact = Fact::Rule { rule: format!("excludes1_both {}", both.0), wording: text.clone() };
    desk.find(fact, text, note.source.clone(), both.0.to_string(), Effect::default());
}

/// Whether a title joins two conditions and one of them is all that another title says.
fn holds(title: &str, other: &str) -> bool {
    let (title, other) = (title.to_lowercase(), other.to_lowercase());
    let Some((_, joined)) = title.split_once(" with ") else { return false };
    let words =
        |text: &str| text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 2).map(str::to_owned).collect::<Vec<_>>();
    let (joined, said) = (words(joined), words(&other));
    said.len() > 1 && said.iter().all(|word| joined.contains(word))
}

/// A note that stands at one of the two alone sends the condition that it names to the other.
fn sends(desk: &mut Desk<'_>, note: &ExcludesNote) {
    let (to, from) = (note.other.clone(), note.code.clone());
    let Lookup::Valid(record) = desk.codebook.record(&to, desk.on) else { return };
    let vague =
        record.title.is_none_or(|title| title.to_lowercase().contains("without") || title.to_lowercase().contains("unspecified"));
    if vague {
        return;
    }
    let text = format!(
        "The note sends the condition that it names to {to}: where both words mean one condition, report {to} alone, without {from}."
    );
    let fact = Fact::Rule { rule: format!("excludes1_sends {to}"), wording: text.clone() };
    desk.find(fact, text, note.source.clone(), note.at.to_string(), Effect::default());
}

fn lay(desk: &mut Desk<'_>, note: &ExcludesNote) {
    let ExcludesNote { kind, code, other, at, note: words, source } = note.clone();
    let label = if kind == ExcludesKind::One { "Excludes1" } else { "Excludes2" };
    let text = format!("{label} at {at}, which holds for {code}, names {other}: \"{words}\".");
    let record = at.to_string();
    let fact = match kind {
        ExcludesKind::One => Fact::Excludes1 { code, excluded: other, note_at: at, note: words },
        ExcludesKind::Two => Fact::Excludes2 { code, other, note_at: at, note: words },
    };
    desk.find(fact, text, source, record, Effect::default());
}
