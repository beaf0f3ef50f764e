//! What modifiers mean, where that is what was asked.

use super::super::pieces::{Piece, cite};
use crate::domain::finding::{Fact, Finding};
use crate::domain::question::Question;
use crate::render::answer::{Answer, ModifierLine, Modifiers};
use crate::research::modifiers::MEANING;

pub(in super::super) fn of(question: &Question, findings: &[Finding]) -> Option<Piece> {
    let text = question.text.to_lowercase();
    if !MEANING.iter().any(|w| text.contains(w)) {
        return None;
    }
    let found: Vec<(&Finding, ModifierLine)> = findings
        .iter()
        .filter_map(|f| {
            if let Fact::ModifierMeaning { modifier, meaning } = &f.fact {
                let meaning = meaning.trim_end_matches('.').to_owned();
                Some((f, ModifierLine { modifier: modifier.to_string(), meaning }))
            } else {
                None
            }
        })
        .collect();
    if found.is_empty() {
        return None;
    }
    let distinct = found.iter().any(|(_, l)| ["59", "XE", "XP", "XS", "XU"].contains(&l.modifier.as_str()));
    let why = found.iter().map(|(f, _)| cite(f)).collect();
    let lines = found.into_iter().map(|(_, line)| line).collect();
    Some(Piece { answer: Answer::Modifiers(Modifiers { lines, distinct }), why })
}
