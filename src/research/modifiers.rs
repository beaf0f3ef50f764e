//! What the modifiers that a mail names stand for.

use super::Desk;
use crate::domain::code::{CodeSystem, Modifier};
use crate::domain::finding::Fact;
use crate::domain::question::Intent;

/// Words that ask for a meaning rather than for a choice.
pub const MEANING: &[&str] = &["what is", "what's", "whats", "mean", "differ", "stand for", "qué es", "que es", "significa"];

pub(super) fn look(desk: &mut Desk<'_>) {
    let mut wanted: Vec<Modifier> = Vec::new();
    let on_lines = desk.question.codes.iter().flat_map(|m| m.modifiers.iter().copied());
    let bare = desk
        .question
        .codes
        .iter()
        .filter(|m| m.code.system == CodeSystem::Modifier)
        .filter_map(|m| Modifier::parse(&m.code.code).ok());
    let mut named: Vec<Modifier> = on_lines.chain(bare).collect();
    let text = desk.question.text.to_lowercase();
    if desk.question.intents.contains(&Intent::ModifierChoice) || MEANING.iter().any(|w| text.contains(w)) {
        named.extend(spelled(&desk.question.text));
    }
    for modifier in named {
        if !wanted.contains(&modifier) {
            wanted.push(modifier);
        }
    }
    for modifier in wanted {
        let Some(record) = desk.codebook.modifier(modifier, desk.on) else { continue };
        let text = format!("Modifier {modifier}: {}.", record.meaning.trim_end_matches('.'));
        let fact = Fact::ModifierMeaning { modifier, meaning: record.meaning };
        desk.find(fact, text, record.source, modifier.to_string(), record.effect);
    }
}

/// Modifiers named in running text: two capitals or digits in the words right behind "modifier", and X modifiers anywhere.
fn spelled(text: &str) -> Vec<Modifier> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let mut found = Vec::new();
    let mut open = 0_u8;
    for word in words {
        let shape = word.len() == 2 && word.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
        if ["modifier", "modifiers", "modificador", "modificadores"].contains(&word.to_lowercase().as_str()) {
            open = 4;
        } else if shape && (open > 0 || ["XE", "XP", "XS", "XU", "GA", "GX", "GY", "GZ", "JW", "JZ"].contains(&word)) {
            found.extend(Modifier::parse(word).ok());
            open = 4;
        } else {
            open = open.saturating_sub(1);
        }
    }
    found
}
