//! Sentences that a finding wrote: where the words are a finding's own, so must its codes and numbers be.

use std::collections::BTreeMap;

use crate::domain::finding::Finding;

/// Fewer words than this are no sentence of anyone's own.
const WORDS_MIN: usize = 5;

/// The findings' sentences by their words alone, each with the codes and numbers it holds.
pub(super) struct Skeletons {
    known: BTreeMap<Vec<String>, Vec<Vec<String>>>,
}

impl Skeletons {
    pub fn new(findings: &[Finding]) -> Self {
        let mut known: BTreeMap<Vec<String>, Vec<Vec<String>>> = BTreeMap::new();
        for finding in findings {
            let (words, values) = taken_apart(&finding.text);
            if words.len() >= WORDS_MIN {
                known.entry(words).or_default().push(values);
            }
        }
        Self { known }
    }

    /// Whether the line is a finding's in all its words and in none of its findings' codes and numbers.
    pub fn altered(&self, line: &str) -> bool {
        let (words, values) = taken_apart(line);
        self.known.get(&words).is_some_and(|held| !held.contains(&values))
    }
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
