//! Excludes notes: which codes a note names, and whether it speaks of another code.

use super::diagnosis::Place;
use crate::domain::code::{CodeRef, Source};

/// Guidelines I.A.12.a and I.A.12.b.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExcludesKind {
    One,
    Two,
}

/// A note that stands at `at` (the code itself, or a category, section or chapter above it) and names the other code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcludesNote {
    pub kind: ExcludesKind,
    pub code: CodeRef,
    pub other: CodeRef,
    pub at: CodeRef,
    pub note: String,
    pub source: Source,
}

/// The Excludes notes along `chain`, the places above `from`, that name `to`.
pub(super) fn matching(chain: Vec<Place>, from: &CodeRef, to: &CodeRef, source: &Source) -> Vec<ExcludesNote> {
    let mut found = Vec::new();
    for place in chain {
        for note in &place.notes {
            let kind = match note.chars().next() {
                Some('1') => ExcludesKind::One,
                Some('2') => ExcludesKind::Two,
                _ => continue,
            };
            let words = note.get(1..).unwrap_or_default();
            if named(words).iter().any(|named| named.holds(&to.undotted())) {
                found.push(ExcludesNote {
                    kind,
                    code: from.clone(),
                    other: to.clone(),
                    at: place.at.clone(),
                    note: words.to_owned(),
                    source: source.clone(),
                });
            }
        }
    }
    found
}

/// Codes that a note names: one with all below it, or a range of them. Both without dots.
struct Named {
    first: String,
    last: String,
}

impl Named {
    fn holds(&self, bare: &str) -> bool {
        let from = bare.get(..self.first.len()).unwrap_or(bare);
        let to = bare.get(..self.last.len()).unwrap_or(bare);
        bare.len() >= self.first.len() && from >= self.first.as_str() && to <= self.last.as_str()
    }
}

/// Reads "(Z22.-)", "(J00-J22)", "(F02.84, F02.A4)" and "S06.1- to S06.6-" out of a note's words.
fn named(words: &str) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let mut rest = words;
    let mut joined = false;
    while !rest.is_empty() {
        let Some((code, after)) = code_at_start(rest) else {
            let skip = rest.chars().next().map_or(1, char::len_utf8);
            let word_goes_on = rest.starts_with(|c: char| c.is_alphanumeric());
            rest = rest.get(skip..).unwrap_or_default();
            if word_goes_on {
                rest = rest.trim_start_matches(|c: char| c.is_alphanumeric());
            }
            joined = false;
            continue;
        };
        match found.last_mut() {
            Some(open) if joined => open.last = code,
            _ => found.push(Named { first: code.clone(), last: code }),
        }
        let dashed = after.strip_prefix(".-").or_else(|| after.strip_prefix('-'));
        let after = dashed.unwrap_or(after);
        let range = dashed.is_some() && code_at_start(after).is_some();
        let spelled = after.strip_prefix(" to ").filter(|next| code_at_start(next).is_some());
        joined = range || spelled.is_some();
        rest = spelled.unwrap_or(after);
    }
    found
}

/// A code at the very start of `text`, without its dot, and what stands behind it.
fn code_at_start(text: &str) -> Option<(String, &str)> {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(3).collect();
    let mut letters = head.chars();
    let (first, second, third) = (letters.next()?, letters.next()?, letters.next()?);
    let rest = chars.as_str();
    let plain = second.is_ascii_digit() && is_code_char(third);
    // Newer chapters have a second letter: QA0.01. A word in capitals has no digit third, and "CD4" nothing of a code behind it.
    let lettered = second.is_ascii_uppercase() && third.is_ascii_digit() && rest.starts_with(['.', '-', ')', ',']);
    if !(first.is_ascii_uppercase() && (plain || lettered)) {
        return None;
    }
    let tail = rest.strip_prefix('.').map(|t| t.chars().take_while(|c| is_code_char(*c)).collect::<String>()).unwrap_or_default();
    let used = if tail.is_empty() { 0 } else { tail.len() + 1 };
    let after = rest.get(used..).unwrap_or_default();
    if tail.len() > 4 || after.starts_with(|c: char| c.is_alphanumeric()) && tail.is_empty() {
        return None;
    }
    Some((format!("{head}{tail}"), after))
}

fn is_code_char(c: char) -> bool {
    c.is_ascii_digit() || c.is_ascii_uppercase()
}
