//! Excludes notes and the order of diagnoses as answers.

use super::super::gaps::FORMAL;
use super::super::pieces::{Piece, cite, codes_of, find_rule, rules, rules_like};
use super::conclusions::conclusion;
use crate::domain::code::{CodeRef, CodeSystem};
use crate::domain::finding::{Fact, Finding};
use crate::domain::question::{Intent, Question};
use crate::render::answer::{Answer, Excludes, Sequence, Symptom};

pub(in super::super) fn of(question: &Question, findings: &[Finding]) -> Vec<Piece> {
    // Beside a third diagnosis a note that forbids nothing answers nothing.
    let two = codes_of(question, &[CodeSystem::Icd10Cm]).len() == 2;
    // And beside a rule on the two it would speak against it.
    let ruled = findings.iter().filter_map(conclusion).any(|c| c.settles.contains(&Intent::DiagnosisConflict));
    let asked = !ruled && question.intents.contains(&Intent::DiagnosisConflict) && (two || FORMAL.is_match(&question.text));
    let mut pieces: Vec<Piece> = findings.iter().filter_map(|f| excludes(f, findings, asked)).collect();
    for (finding, words) in rules_like(findings, "code_first ") {
        let [first, then] = words.as_slice() else { continue };
        let view = Sequence { first: (*first).to_owned(), then: (*then).to_owned() };
        pieces.push(Piece {
            answer: Answer::Sequence(view),
            why: [vec![cite(finding)], rules(findings, &["code_first"])].concat(),
        });
    }
    pieces
}

fn excludes(finding: &Finding, findings: &[Finding], asked: bool) -> Option<Piece> {
    let (a, b, kind, at, note) = match &finding.fact {
        Fact::Excludes1 { code, excluded, note_at, note } => (code, excluded, "one", note_at.to_string(), note.as_str()),
        Fact::Excludes2 { code, other, note_at, note } if asked => (code, other, "two", note_at.to_string(), note.as_str()),
        Fact::NoExcludes { code, other } if asked => (code, other, "none", String::new(), ""),
        Fact::Excludes2 { .. }
        | Fact::NoExcludes { .. }
        | Fact::Valid { .. }
        | Fact::NotBillable { .. }
        | Fact::Unknown { .. }
        | Fact::OutOfForce { .. }
        | Fact::PairEdit { .. }
        | Fact::PairEditDeleted { .. }
        | Fact::NoPairEdit { .. }
        | Fact::UnitLimit { .. }
        | Fact::UnitArithmetic { .. }
        | Fact::ModifierMeaning { .. }
        | Fact::Rule { .. }
        | Fact::Record { .. }
        | Fact::Conclusion(_) => return None,
    };
    let is_sign = |code: &CodeRef| code.code.starts_with('R');
    let symptom = match (is_sign(a), is_sign(b)) {
        (true, false) => Some(Symptom { sign: a.to_string(), disease: b.to_string() }),
        (false, true) => Some(Symptom { sign: b.to_string(), disease: a.to_string() }),
        _ => None,
    };
    let beside = symptom.is_some();
    // "that with hydronephrosis (N13.2)": the excluded code is the combination of both.
    let by_title = [a, b].into_iter().find(|code| find_rule(findings, &format!("excludes1_both {code}")).is_some());
    let combination = match (kind, by_title) {
        ("one", Some(code)) => Some(code.to_string()),
        ("one", None) if note.starts_with("that with") => Some(b.to_string()),
        _ => None,
    };
    let view = Excludes { a: a.to_string(), b: b.to_string(), kind, at, combination, symptom };
    let keys: &[&str] = match kind {
        "one" => &["excludes1", "symptom"],
        "two" => &["excludes2", "symptom"],
        _ => &["symptom"],
    };
    let keys: Vec<&str> = keys.iter().copied().filter(|k| beside || *k != "symptom").collect();
    let mut why = [vec![cite(finding)], rules(findings, &keys)].concat();
    if kind == "one" {
        why.extend(rules(findings, &[&format!("excludes1_both {a}"), &format!("excludes1_both {b}")]));
        why.extend(rules(findings, &[&format!("excludes1_sends {b}")]).into_iter().filter(|_| by_title.is_none()));
    }
    Some(Piece { answer: Answer::Excludes(view), why })
}
