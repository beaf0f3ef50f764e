//! What a draft may stand on.

use std::collections::BTreeSet;

use super::tokens::{self, Sentence};
use super::{about, citation};
use crate::domain::finding::{Fact, Finding};
use crate::domain::question::Question;

/// Numbers that are modifiers where a mail speaks of them without a code: "add 59?".
const NUMERIC_MODIFIERS: [&str; 24] = [
    "22", "24", "25", "26", "27", "50", "51", "52", "53", "54", "55", "57", "58", "59", "62", "66", "76", "77", "78", "79", "80",
    "81", "82", "91",
];

/// One finding with every part of it that a sentence may use.
struct Plank<'a> {
    finding: &'a Finding,
    words: BTreeSet<String>,
}

pub(super) struct Ground<'a> {
    planks: Vec<Plank<'a>>,
    citations: BTreeSet<String>,
    codes: BTreeSet<String>,
    asked_codes: BTreeSet<String>,
    asked_modifiers: BTreeSet<String>,
    /// Amounts of the question with the word behind each: a bare number of the question proves nothing.
    asked_amounts: BTreeSet<(String, String)>,
    asked_numbers: BTreeSet<String>,
}

impl<'a> Ground<'a> {
    pub fn new(findings: &'a [Finding], question: &Question) -> Self {
        let planks: Vec<Plank<'a>> = findings.iter().map(|finding| Plank { finding, words: words_of(finding) }).collect();
        let asked = tokens::sentences(&question.text);
        let mut asked_numbers: BTreeSet<String> = question.codes.iter().filter_map(|m| m.units).map(|u| u.to_string()).collect();
        if let Some(day) = question.date_of_service {
            asked_numbers.insert(day.year().to_string());
        }
        Self {
            citations: findings.iter().map(citation).collect(),
            codes: findings.iter().flat_map(|f| codes_of(f)).collect(),
            asked_codes: question.codes.iter().map(|m| m.code.code.clone()).collect(),
            asked_modifiers: question
                .codes
                .iter()
                .flat_map(|m| &m.modifiers)
                .map(ToString::to_string)
                .chain(asked.iter().flat_map(|s| s.modifiers.clone()))
                .chain(
                    asked
                        .iter()
                        .flat_map(|s| &s.numbers)
                        .map(|(n, _)| n.clone())
                        .filter(|n| NUMERIC_MODIFIERS.contains(&n.as_str())),
                )
                .collect(),
            asked_amounts: asked.iter().flat_map(|s| s.numbers.clone()).filter(|(_, word)| !word.is_empty()).collect(),
            asked_numbers,
            planks,
        }
    }

    /// What the sentence says that stands on nothing.
    pub fn missing(&self, sentence: &Sentence) -> Vec<String> {
        let mut problems = Vec::new();
        for code in &sentence.codes {
            if !self.codes.contains(code) && !self.asked_codes.contains(code) {
                problems.push(format!("{code} is in no finding"));
            }
        }
        for cited in &sentence.citations {
            if !self.citations.contains(cited) {
                problems.push(format!("{cited} is the source of no finding"));
            }
        }
        let stands = |word: &str| {
            self.planks.iter().filter(|p| sentence.codes.is_empty() || about(p.finding, sentence)).any(|p| p.words.contains(word))
        };
        for modifier in sentence.modifiers.iter().filter(|m| !stands(m) && !self.asked_modifiers.contains(*m)) {
            problems.push(format!("modifier {modifier} is in no finding"));
        }
        for word in sentence.dates.iter().chain(&sentence.policies).filter(|w| !stands(w)) {
            problems.push(format!("{word} is in no finding"));
        }
        for (number, word) in &sentence.numbers {
            let asked = self.asked_amounts.contains(&(number.clone(), word.clone()))
                || self.asked_numbers.contains(number)
                || self.asked_modifiers.contains(number);
            if !asked && !stands(number) {
                problems.push(format!("the number {number} is in no finding"));
            }
        }
        problems
    }
}

/// Whether a finding is about the code or names it.
pub(super) fn speaks_of(finding: &Finding, code: &str) -> bool {
    codes_of(finding).contains(code)
}

fn codes_of(finding: &Finding) -> BTreeSet<String> {
    let mut codes: BTreeSet<String> = tokens::sentences(&finding.text).into_iter().flat_map(|s| s.codes).collect();
    let mut add = |list: &[&crate::domain::code::CodeRef]| codes.extend(list.iter().map(|c| c.code.clone()));
    match &finding.fact {
        Fact::Valid { code, .. } | Fact::UnitLimit { code, .. } | Fact::UnitArithmetic { code, .. } => add(&[code]),
        Fact::NotBillable { code, children, .. } => add(&[&[code][..], &children.iter().collect::<Vec<_>>()].concat()),
        Fact::Unknown { code, nearest } => add(&[&[code][..], &nearest.iter().collect::<Vec<_>>()].concat()),
        Fact::OutOfForce { code, replaced_by, .. } => add(&[&[code][..], &replaced_by.iter().collect::<Vec<_>>()].concat()),
        Fact::Excludes1 { code, excluded: other, note_at, .. } | Fact::Excludes2 { code, other, note_at, .. } => {
            add(&[code, other, note_at])
        }
        Fact::NoExcludes { code, other } | Fact::NoPairEdit { code, other } => add(&[code, other]),
        Fact::PairEdit { column1, column2, .. } | Fact::PairEditDeleted { column1, column2, .. } => add(&[column1, column2]),
        Fact::ModifierMeaning { .. } | Fact::Rule { .. } => {}
    }
    codes
}

/// Every number, date, modifier and policy of a finding: its text, its source, its dates, what the mail asked of it.
fn words_of(finding: &Finding) -> BTreeSet<String> {
    let mut text = format!("{}\n{}\n{}\n", finding.text, finding.source.edition, finding.record);
    for day in [finding.effect.effective, finding.effect.terminated].into_iter().flatten() {
        text.push_str(&format!("{day}\n"));
    }
    match &finding.fact {
        Fact::PairEdit { modifiers, .. } => text.extend(modifiers.iter().map(|m| format!("{m}\n"))),
        Fact::PairEditDeleted { deleted, .. } => text.push_str(&deleted.to_string()),
        Fact::UnitLimit { asked: Some(asked), .. } => text.push_str(&asked.to_string()),
        Fact::UnitArithmetic { dose, per_unit, wasted, .. } => {
            text.push_str(&format!("{dose}\n{per_unit}\n{}\n", wasted.as_deref().unwrap_or_default()));
        }
        Fact::ModifierMeaning { modifier, .. } => text.push_str(&format!("{modifier}\n")),
        Fact::Valid { .. }
        | Fact::NotBillable { .. }
        | Fact::Unknown { .. }
        | Fact::OutOfForce { .. }
        | Fact::Excludes1 { .. }
        | Fact::Excludes2 { .. }
        | Fact::NoExcludes { .. }
        | Fact::NoPairEdit { .. }
        | Fact::UnitLimit { asked: None, .. }
        | Fact::Rule { .. } => {}
    }
    let mut words = BTreeSet::new();
    for sentence in tokens::sentences(&text) {
        words.extend(sentence.numbers.into_iter().map(|(number, _)| number));
        words.extend(sentence.modifiers);
        words.extend(sentence.dates);
        words.extend(sentence.policies);
    }
    words.insert(finding.record.clone());
    words
}
