//! From a question and the code records to findings: facts with the record each stands in.
//!
//! One file a tool. A tool stays silent where the records say nothing; it never fills a gap.

mod add_ons;
mod anatomic_modifiers;
mod anesthesia;
mod at_hand;
mod code_editor;
pub mod compliance;
mod complications;
mod contractors;
mod critical_care;
mod crosswalk;
mod described;
mod diagnosis_choice;
mod diagnosis_conflict;
mod dmepos;
pub mod dose;
mod drg;
mod drug_effects;
mod drug_limits;
mod drug_packages;
mod em_level;
mod facets;
pub mod ground_check;
mod indicators;
mod indicators_es;
mod lab_fees;
mod leaf;
mod manual_rules;
pub mod modifiers;
mod negation;
mod opps;
pub mod pair_edits;
mod payment;
mod place_of_service;
mod places;
mod prolonged;
mod risk_adjustment;
mod rulings;
mod sequence;
pub mod seventh_character;
pub mod timed_units;
mod unit_arithmetic;
mod unit_limits;
mod validity;
pub mod visit;

use jiff::civil::Date;

use crate::codebook::Codebook;
use crate::domain::code::{CodeRef, CodeSystem, Effect, Source};
use crate::domain::finding::{Fact, Finding, FindingId};
use crate::domain::question::{Question, Setting};
use crate::pattern::cues;

pub use at_hand::at_hand;
pub use ground_check::{citation, ground_check};
pub use rulings::check_cues;

cues! {
    SPAN = r"\b[a-z]?\d{4,5}\s*(?:[-–]|to|through|thru)\s*[a-z]?\d{4,5}\b";
}

/// Runs every tool over the question, as of its date of service, else as of `today`.
pub fn research(question: &Question, codebook: &Codebook, today: Date) -> Vec<Finding> {
    let on = question.date_of_service.unwrap_or(today);
    let mut desk =
        Desk { question, codebook, on, setting: question.setting.unwrap_or(Setting::Practitioner), findings: Vec::new() };
    compliance::look(&mut desk);
    validity::look(&mut desk);
    seventh_character::look(&mut desk);
    leaf::look(&mut desk);
    diagnosis_conflict::look(&mut desk);
    sequence::look(&mut desk);
    pair_edits::look(&mut desk);
    manual_rules::look(&mut desk);
    unit_arithmetic::look(&mut desk);
    timed_units::look(&mut desk);
    unit_limits::look(&mut desk);
    modifiers::look(&mut desk);
    anatomic_modifiers::look(&mut desk);
    em_level::look(&mut desk);
    prolonged::look(&mut desk);
    critical_care::look(&mut desk);
    add_ons::look(&mut desk);
    indicators::look(&mut desk);
    contractors::look(&mut desk);
    payment::look(&mut desk);
    lab_fees::look(&mut desk);
    opps::look(&mut desk);
    anesthesia::look(&mut desk);
    drug_packages::look(&mut desk);
    drug_limits::look(&mut desk);
    crosswalk::look(&mut desk);
    complications::look(&mut desk);
    drg::look(&mut desk);
    risk_adjustment::look(&mut desk);
    code_editor::look(&mut desk);
    place_of_service::look(&mut desk);
    dmepos::look(&mut desk);
    drug_effects::look(&mut desk);
    rulings::look(&mut desk);
    diagnosis_choice::look(&mut desk);
    desk.findings
}

/// What a tool works with, and where it lays its findings down.
struct Desk<'a> {
    question: &'a Question,
    codebook: &'a Codebook,
    on: Date,
    setting: Setting,
    findings: Vec<Finding>,
}

impl Desk<'_> {
    /// Adds a fact unless it is there already.
    fn find(&mut self, fact: Fact, text: String, source: Source, record: String, effect: Effect) {
        self.lay(fact, text, source, record, effect);
    }

    /// Adds a fact unless it is there already, and says under which name it is.
    fn lay(&mut self, fact: Fact, text: String, source: Source, record: String, effect: Effect) -> FindingId {
        if let Some(known) = self.findings.iter().find(|f| f.fact == fact && f.text == text) {
            return known.id;
        }
        let id = FindingId(u16::try_from(self.findings.len() + 1).unwrap_or(u16::MAX));
        self.findings.push(Finding { id, fact, text, source, record, effect });
        id
    }

    /// Lays down a rule of the rulebook; an unknown key lays down nothing.
    fn rule(&mut self, key: &str) {
        let Some(rule) = self.codebook.rule(key) else { return };
        let spanish = self.question.language == crate::domain::question::Language::Spanish;
        let wording = if spanish { rule.wording_es.unwrap_or(rule.wording) } else { rule.wording };
        let fact = Fact::Rule { rule: key.to_owned(), wording: wording.clone() };
        self.find(fact, wording, rule.source, rule.section, rule.effect);
    }

    /// Lays down a rule of the rulebook, and says under which name it is.
    fn ruled(&mut self, key: &str) -> Option<FindingId> {
        self.rule(key);
        self.findings.iter().find(|f| matches!(&f.fact, Fact::Rule { rule, .. } if rule == key)).map(|f| f.id)
    }

    /// Lays down that the mail's own words lead from a heading to one leaf, and the leaf's record.
    fn choose(&mut self, heading: &CodeRef, leaf: &CodeRef, why: String) {
        let Some(source) = self.findings.iter().find(|f| f.record == heading.code).map(|f| f.source.clone()) else { return };
        let fact = Fact::Rule { rule: format!("chosen_leaf {heading} {leaf}"), wording: why.clone() };
        self.find(fact, why, source, leaf.to_string(), Effect::default());
        validity::of(self, leaf);
    }

    /// The codes that a sentence of the mail speaks of: its own, else those of the nearest sentence before it that names any, else all.
    fn codes_near(&self, sentence: &str, systems: &[CodeSystem]) -> Vec<CodeRef> {
        let all = self.codes_of(systems);
        let text = &self.question.text;
        let Some(start) = text.find(sentence) else { return all };
        let in_piece = |piece: &str| -> Vec<CodeRef> {
            let upper = piece.to_uppercase();
            let named: Vec<&CodeRef> =
                all.iter().filter(|code| upper.contains(&code.code) || upper.contains(&code.undotted())).collect();
            // A span of codes names those between its ends.
            let spanned = |code: &CodeRef| match (named.first(), named.last()) {
                (Some(first), Some(last)) => SPAN.is_match(piece) && first.code < code.code && code.code < last.code,
                _ => false,
            };
            all.iter().filter(|code| named.contains(code) || spanned(code)).cloned().collect()
        };
        let own = in_piece(sentence);
        if !own.is_empty() {
            return own;
        }
        let before = text.get(..start).unwrap_or_default();
        let nearest =
            before.split(['\n', '?', ';']).rev().flat_map(|part| part.rsplit(". ")).map(in_piece).find(|codes| !codes.is_empty());
        nearest.unwrap_or(all)
    }

    /// The distinct codes of a system, in the order of the mail.
    fn codes_of(&self, systems: &[CodeSystem]) -> Vec<CodeRef> {
        let mut codes: Vec<CodeRef> = Vec::new();
        for mention in self.question.codes.iter().filter(|m| systems.contains(&m.code.system)) {
            if !codes.contains(&mention.code) {
                codes.push(mention.code.clone());
            }
        }
        codes
    }
}
