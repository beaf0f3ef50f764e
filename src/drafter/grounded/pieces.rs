//! Which findings make which answer: a piece for each question that the findings settle.

use crate::domain::code::{CodeRef, CodeSystem};
use crate::domain::finding::{Fact, Finding};
use crate::domain::question::{Intent, Question};
use crate::pattern::cues;
use crate::render::answer::{Answer, Cited};
use crate::research::citation;

use super::views;

cues! {
    /// Words that ask for a limit; "how many units" alone asks for a count, which a limit does not answer.
    LIMIT = r"{unit_limit}";
}

/// One answer with the lines that carry it.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub answer: Answer,
    pub why: Vec<Cited>,
}

/// Every piece that the findings settle, in the order in which they are told.
pub(super) fn of(question: &Question, findings: &[Finding]) -> Vec<Piece> {
    let mut pieces = views::conclusions::of(findings);
    let concluded = pieces.len();
    pieces.extend(views::units::of(question, findings));
    let pairs = views::pairs::of(question, findings, &pieces);
    pieces.extend(pairs);
    let limits = limits(question, findings, &pieces);
    pieces.extend(limits);
    let codes = views::codes::of(question, findings, &pieces);
    // Beside an answer that a code is valid is said only where that was asked.
    let asked = pieces.is_empty() || super::gaps::EXISTS.is_match(&question.text);
    pieces.extend(codes.into_iter().filter(|p| asked || !matches!(&p.answer, Answer::Code(c) if c.state == "valid")));
    pieces.extend(views::diagnoses::of(question, findings));
    if pieces.len() == concluded && concluded == 0 {
        pieces.extend(views::modifiers::of(question, findings));
    }
    pieces
}

/// Limits that are asked for or broken; where units were worked out, only the broken ones of other codes.
fn limits(question: &Question, findings: &[Finding], before: &[Piece]) -> Vec<Piece> {
    let worked_out = before.iter().any(|p| matches!(p.answer, Answer::Units(_) | Answer::Timed(_)));
    let asked_for = question.intents.contains(&Intent::Units) && !worked_out && LIMIT.is_match(&question.text);
    findings.iter().filter_map(|f| views::units::limit(f, findings, asked_for, worked_out)).collect()
}

/// A finding as a line of the answer.
pub(super) fn cite(finding: &Finding) -> Cited {
    Cited { text: finding.text.clone(), cite: citation(finding) }
}

/// The rules of `keys` that research laid down, as lines.
pub(super) fn rules(findings: &[Finding], keys: &[&str]) -> Vec<Cited> {
    keys.iter().filter_map(|key| find_rule(findings, key)).map(cite).collect()
}

pub(super) fn find_rule<'a>(findings: &'a [Finding], key: &str) -> Option<&'a Finding> {
    findings.iter().find(|f| matches!(&f.fact, Fact::Rule { rule, .. } if rule == key))
}

/// Rules with a key that starts with `stem`, and what stands behind it: `code_first N18.4 D63.1`.
pub(super) fn rules_like<'a>(findings: &'a [Finding], stem: &'a str) -> impl Iterator<Item = (&'a Finding, Vec<&'a str>)> {
    findings.iter().filter_map(move |f| match &f.fact {
        Fact::Rule { rule, .. } => Some((f, rule.strip_prefix(stem)?.split_whitespace().collect())),
        Fact::Valid { .. }
        | Fact::NotBillable { .. }
        | Fact::Unknown { .. }
        | Fact::OutOfForce { .. }
        | Fact::Excludes1 { .. }
        | Fact::Excludes2 { .. }
        | Fact::NoExcludes { .. }
        | Fact::PairEdit { .. }
        | Fact::PairEditDeleted { .. }
        | Fact::NoPairEdit { .. }
        | Fact::UnitLimit { .. }
        | Fact::UnitArithmetic { .. }
        | Fact::ModifierMeaning { .. }
        | Fact::Record { .. }
        | Fact::Conclusion(_) => None,
    })
}

/// Whether the mail names the code itself.
pub(super) fn named(question: &Question, code: &CodeRef) -> bool {
    question.codes.iter().any(|m| m.code == *code)
}

/// The mail's codes of a system, each once.
pub(super) fn codes_of(question: &Question, systems: &[CodeSystem]) -> Vec<CodeRef> {
    let mut codes: Vec<CodeRef> = Vec::new();
    for mention in question.codes.iter().filter(|m| systems.contains(&m.code.system)) {
        if !codes.contains(&mention.code) {
            codes.push(mention.code.clone());
        }
    }
    codes
}
