//! Sentences that a finding wrote: where the words are a finding's own, so must its codes and numbers be.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::finding::{Fact, Finding};

/// Fewer words than this are no sentence of anyone's own.
const WORDS_MIN: usize = 5;

/// The findings' sentences by their words alone, each with the codes and numbers it holds.
pub(super) struct Skeletons {
    known: BTreeMap<Vec<String>, Vec<Vec<String>>>,
    own: BTreeSet<String>,
}

impl Skeletons {
    pub fn new(findings: &[Finding]) -> Self {
        let mut known: BTreeMap<Vec<String>, Vec<Vec<String>>> = BTreeMap::new();
        let mut own = BTreeSet::new();
        for text in findings.iter().flat_map(texts) {
            own.insert(text.trim().to_owned());
            let (words, values) = taken_apart(text);
            if words.len() >= WORDS_MIN {
                known.entry(words).or_default().push(values);
            }
        }
        Self { known, own }
    }

    /// Whether the line is a finding's, letter by letter.
    pub fn own(&self, line: &str) -> bool {
        self.own.contains(line.trim())
    }

    /// Whether the line is a finding's in all its words and in none of its findings' codes and numbers.
    pub fn altered(&self, line: &str) -> bool {
        let (words, values) = taken_apart(line);
        self.known.get(&words).is_some_and(|held| !held.contains(&values))
    }
}

/// What a finding says: its sentence, and what a conclusion says of the documentation.
fn texts(finding: &Finding) -> Vec<&str> {
    let mut texts = vec![finding.text.as_str()];
    if let Fact::Conclusion(conclusion) = &finding.fact {
        texts.push(&conclusion.show);
    }
    texts
}

/// The plain words of a text, and its values: what holds a digit, and two capitals.
fn taken_apart(text: &str) -> (Vec<String>, Vec<String>) {
    let mut words = Vec::new();
    let mut values = Vec::new();
    for piece in text.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '$').filter(|p| !p.is_empty()) {
        let bare = piece.trim_end_matches('.');
        let capitals = bare.len() == 2 && bare.chars().all(|c| c.is_ascii_uppercase());
        if bare.chars().any(|c| c.is_ascii_digit()) || capitals {
            values.push(bare.to_owned());
            words.push("#".to_owned());
        } else if !bare.is_empty() {
            words.push(bare.to_lowercase());
        }
    }
    (words, values)
}
