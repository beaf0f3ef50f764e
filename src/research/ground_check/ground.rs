//! What a draft may stand on.

use std::collections::{BTreeMap, BTreeSet};

use super::citation;
use super::tokens::{self, Line, Sentence};
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
    codes: BTreeSet<String>,
    words: BTreeSet<String>,
}

pub(super) struct Ground<'a> {
    planks: Vec<Plank<'a>>,
    /// Each citation with what the findings under it say, in order.
    citations: BTreeMap<String, Vec<Vec<String>>>,
    codes: BTreeSet<String>,
    asked_codes: BTreeSet<String>,
    asked_modifiers: BTreeSet<String>,
    /// Amounts of the question with the word behind each: a bare number of the question proves nothing.
    asked_amounts: BTreeSet<(String, String)>,
    asked_numbers: BTreeSet<String>,
}

impl<'a> Plank<'a> {
    fn new(finding: &'a Finding) -> Self {
        let said = tokens::sentences(&finding.text);
        Self { finding, codes: codes_of(finding, &said), words: words_of(finding, &said) }
    }

    /// Whether it is about a code of the sentence, or a rule or a meaning that goes with any.
    fn speaks(&self, sentence: &Sentence) -> bool {
        let general = matches!(self.finding.fact, Fact::Rule { .. } | Fact::ModifierMeaning { .. } | Fact::Conclusion(_));
        general || sentence.codes.iter().any(|code| self.codes.contains(code))
    }
}

impl<'a> Ground<'a> {
    pub fn new(findings: &'a [Finding], question: &Question) -> Self {
        let planks: Vec<Plank<'a>> = findings.iter().map(Plank::new).collect();
        let asked = tokens::sentences(&question.text);
        let mut asked_numbers: BTreeSet<String> = question.codes.iter().filter_map(|m| m.units).map(|u| u.to_string()).collect();
        if let Some(day) = question.date_of_service {
            asked_numbers.insert(day.year().to_string());
        }
        let mut citations: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
        for finding in findings {
            citations.entry(citation(finding)).or_default().push(tokens::sequence(&finding.text));
        }
        Self {
            citations,
            codes: planks.iter().flat_map(|p| p.codes.iter().cloned()).collect(),
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

    /// The findings that a sentence may lean on.
    pub fn speaking<'s>(&'s self, sentence: &'s Sentence) -> impl Iterator<Item = &'a Finding> + 's {
        self.planks.iter().filter(|p| p.speaks(sentence)).map(|p| p.finding)
    }

    /// Citations that no finding has, and lines whose codes and numbers are not in the order of what they cite.
    pub fn uncited(&self, line: &Line) -> Vec<String> {
        let mut problems = Vec::new();
        for cited in line.citations.iter().filter(|c| !self.citations.contains_key(*c)) {
            problems.push(format!("{cited} is the source of no finding"));
        }
        let mut sources = line.citations.iter().filter_map(|c| self.citations.get(c)).flatten().peekable();
        if sources.peek().is_some() && {
            let said = tokens::sequence(&line.text);
            !sources.any(|source| within(&said, source))
        } {
            problems.push(format!("a line does not say what {} says", line.citations.join(" ")));
        }
        problems
    }

    /// What the sentence says that stands on nothing.
    pub fn missing(&self, sentence: &Sentence) -> Vec<String> {
        let mut problems = Vec::new();
        for code in &sentence.codes {
            if !self.codes.contains(code) && !self.asked_codes.contains(code) {
                problems.push(format!("{code} is in no finding"));
            }
        }
        for (a, b) in tokens::joined(&sentence.text).into_iter().filter(|(a, b)| a == b) {
            problems.push(format!("{a} is paired with {b}"));
        }
        let near: Vec<&Plank<'_>> = self.planks.iter().filter(|p| sentence.codes.is_empty() || p.speaks(sentence)).collect();
        let stands = |word: &str| near.iter().any(|p| p.words.contains(word));
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

/// Whether `said` leaves parts of `source` out at most, and changes nothing.
fn within(said: &[String], source: &[String]) -> bool {
    let mut rest = source.iter();
    said.iter().all(|word| rest.any(|held| held == word))
}

/// The codes that a finding speaks of, of which its sentences are `said`.
fn codes_of(finding: &Finding, said: &[Sentence]) -> BTreeSet<String> {
    let mut codes: BTreeSet<String> = said.iter().flat_map(|s| s.codes.iter().cloned()).collect();
    let mut add = |list: &[&crate::domain::code::CodeRef]| codes.extend(list.iter().map(|c| c.code.clone()));
    match &finding.fact {
        Fact::Valid { code, .. } | Fact::UnitLimit { code, .. } | Fact::UnitArithmetic { code, .. } => add(&[code]),
        Fact::NotBillable { code, children, .. } => add(&[&[code][..], &children.iter().collect::<Vec<_>>()].concat()),
        Fact::Unknown { code, nearest } => add(&[&[code][..], &nearest.iter().collect::<Vec<_>>()].concat()),
        Fact::OutOfForce { code, replaced_by, .. } => add(&[&[code][..], &replaced_by.iter().collect::<Vec<_>>()].concat()),
        Fact::Excludes1 { code, excluded: other, note_at, .. } | Fact::Excludes2 { code, other, note_at, .. } => {
            add(&[code, other, note_at]);
        }
        Fact::NoExcludes { code, other } | Fact::NoPairEdit { code, other } => add(&[code, other]),
        Fact::PairEdit { column1, column2, .. } | Fact::PairEditDeleted { column1, column2, .. } => add(&[column1, column2]),
        Fact::Record { codes: of, .. } => add(&of.iter().collect::<Vec<_>>()),
        Fact::ModifierMeaning { .. } | Fact::Rule { .. } | Fact::Conclusion(_) => {}
    }
    codes
}

/// Every number, date, modifier and policy of a finding: what is `said` in its text, its source, its dates, what the mail asked of it.
fn words_of(finding: &Finding, said: &[Sentence]) -> BTreeSet<String> {
    let mut text = format!("{}\n{}\n", finding.source.edition, finding.record);
    for day in [finding.effect.effective, finding.effect.terminated].into_iter().flatten() {
        text.extend([day.to_string().as_str(), "\n"]);
    }
    match &finding.fact {
        Fact::PairEdit { modifiers, .. } => text.extend(modifiers.iter().map(|m| format!("{m}\n"))),
        Fact::PairEditDeleted { deleted, .. } => text.push_str(&deleted.to_string()),
        Fact::UnitLimit { asked: Some(asked), .. } => text.push_str(&asked.to_string()),
        Fact::UnitArithmetic { dose, per_unit, wasted, .. } => {
            text.extend([dose, "\n", per_unit, "\n", wasted.as_deref().unwrap_or_default()]);
        }
        Fact::ModifierMeaning { modifier, .. } => text.push_str(modifier.as_str()),
        Fact::Valid { .. }
        | Fact::NotBillable { .. }
        | Fact::Unknown { .. }
        | Fact::OutOfForce { .. }
        | Fact::Excludes1 { .. }
        | Fact::Excludes2 { .. }
        | Fact::NoExcludes { .. }
        | Fact::NoPairEdit { .. }
        | Fact::UnitLimit { asked: None, .. }
        | Fact::Rule { .. }
        | Fact::Record { .. }
        | Fact::Conclusion(_) => {}
    }
    let mut words = BTreeSet::new();
    for sentence in said.iter().chain(&tokens::sentences(&text)) {
        words.extend(sentence.numbers.iter().map(|(number, _)| number.clone()));
        words.extend(sentence.modifiers.iter().chain(&sentence.dates).chain(&sentence.policies).cloned());
    }
    words.insert(finding.record.clone());
    words
}
