//! Validity of single codes as answers.

use super::super::pieces::{Piece, cite, named, rules, rules_like};
use crate::domain::code::CodeRef;
use crate::domain::finding::{Fact, Finding};
use crate::domain::question::{Intent, Question};
use crate::render::answer::{Answer, Cited, Code, Titled};
use crate::research::seventh_character::is_seventh;

/// More choices than this are not told one by one.
const CHOICES_MAX: usize = 6;

pub(in super::super) fn of(question: &Question, findings: &[Finding], before: &[Piece]) -> Vec<Piece> {
    findings.iter().filter_map(|f| piece(question, f, findings, before)).collect()
}

fn piece(question: &Question, finding: &Finding, findings: &[Finding], before: &[Piece]) -> Option<Piece> {
    let seen = |code| named(question, code);
    let base = |code: &CodeRef, state| blank(code, state, &finding.source.edition);
    let mut why = vec![cite(finding)];
    let view = match &finding.fact {
        Fact::Valid { code, title, .. }
            if seen(code) && (question.intents.contains(&Intent::Validity) || compared(question, code)) =>
        {
            Code { title: title.clone(), ended: finding.effect.terminated.map(|d| d.to_string()), ..base(code, "valid") }
        }
        Fact::NotBillable { code, title, children } if seen(code) => {
            let chosen = rules_like(findings, "chosen_leaf ").find(|(_, words)| words.first() == Some(&code.code.as_str()));
            let leaf = chosen.as_ref().and_then(|(_, words)| words.get(1)).map(|leaf| titled(findings, leaf));
            // The leaves that were not meant would only look like advice.
            if let Some((chosen, _)) = chosen {
                why = vec![short(cite(finding)), cite(chosen)];
            }
            why.extend(rules(findings, &["highest_detail", "seventh_injury", "seventh_fracture", "placeholder"]));
            let choices = if children.len() <= CHOICES_MAX {
                children.iter().map(|c| titled(findings, &c.code)).collect()
            } else {
                Vec::new()
            };
            let (ended, seventh) = (finding.effect.terminated.map(|d| d.to_string()), is_seventh(children));
            Code { title: title.clone(), ended, choices, chosen: leaf, seventh, ..base(code, "heading") }
        }
        Fact::OutOfForce { code, on, replaced_by } if seen(code) && !told(before, code) => {
            let ended = finding.effect.terminated.filter(|d| d < on).map(|d| d.to_string());
            let begins = finding.effect.effective.filter(|d| d > on).map(|d| d.to_string());
            Code {
                ended,
                begins,
                choices: replaced_by.iter().map(|c| titled(findings, &c.code)).collect(),
                ..base(code, "ended")
            }
        }
        Fact::Unknown { code, nearest } if seen(code) => Code {
            choices: nearest.iter().take(CHOICES_MAX).map(|c| titled(findings, &c.code)).collect(),
            ..base(code, "unknown")
        },
        Fact::Valid { .. }
        | Fact::NotBillable { .. }
        | Fact::OutOfForce { .. }
        | Fact::Unknown { .. }
        | Fact::Excludes1 { .. }
        | Fact::Excludes2 { .. }
        | Fact::NoExcludes { .. }
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
    Some(Piece { answer: Answer::Code(view), why })
}

/// A code's context with nothing said yet.
fn blank(code: &CodeRef, state: &'static str, edition: &str) -> Code {
    Code {
        code: code.to_string(),
        state,
        title: None,
        system: code.system.name(),
        edition: edition.to_owned(),
        ended: None,
        begins: None,
        choices: Vec::new(),
        chosen: None,
        seventh: false,
    }
}

/// A heading's line without the list of what is below it.
fn short(line: Cited) -> Cited {
    let text = line.text.split("; the codes below").next().unwrap_or_default().trim_end_matches('.').to_owned();
    Cited { text: format!("{text}."), ..line }
}

/// Whether the mail holds the code against one above or below it: "E88.81 or E88.810?".
fn compared(question: &Question, code: &CodeRef) -> bool {
    let nested = |other: &CodeRef| {
        other != code && (other.undotted().starts_with(&code.undotted()) || code.undotted().starts_with(&other.undotted()))
    };
    question.codes.iter().any(|m| m.code.system == code.system && nested(&m.code))
}

fn titled(findings: &[Finding], code: &str) -> Titled {
    let title = findings.iter().find_map(|f| {
        if let Fact::Valid { code: of, title, .. } = &f.fact
            && of.code == code
        {
            title.clone()
        } else {
            None
        }
    });
    Titled { code: code.to_owned(), title }
}

/// Whether an earlier piece already said that the code has ended.
fn told(before: &[Piece], code: &CodeRef) -> bool {
    before.iter().any(|p| matches!(&p.answer, Answer::Units(u) if u.instead_of.as_deref() == Some(code.code.as_str())))
}
