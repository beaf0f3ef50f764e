//! What attached files add to a mail's question, redacted as the mail itself is.

use super::{identifiers, limits, question, quote};
use crate::domain::message::InboundMessage;
use crate::domain::question::Question;

/// Characters of one file's text that go into a question: what a reader would look through.
const TEXT_CHARS_MAX: usize = 40_000;

/// What was read of one file.
#[derive(Debug, Clone, Copy)]
pub struct Attached<'a> {
    /// What it is, in words: `PDF`.
    pub kind: &'a str,
    /// Raw: it is redacted here.
    pub text: &'a str,
    /// Lines about claims, which hold no identifier by their making.
    pub claims: &'a [String],
    pub date_of_service: Option<jiff::civil::Date>,
}

/// The mail's question with its files: claim lines count as asked about, other text as context behind the thread.
pub fn with_attached(message: &InboundMessage, files: &[Attached<'_>]) -> Question {
    let mut text = message.question.text.clone();
    let mut quoted = message.question.quoted.clone();
    let mut day = message.question.date_of_service;
    for file in files {
        if !file.claims.is_empty() {
            text.push_str("\n\n");
            text.push_str(&file.claims.join("\n"));
        }
        if !file.text.trim().is_empty() {
            for piece in ["\n\nAttached ", file.kind, ":\n", &redacted(file.text)] {
                quoted.push_str(piece);
            }
        }
        day = day.or(file.date_of_service);
    }
    let read = question::read(&question::Input {
        subject: "",
        text: &text,
        quoted: quoted.trim(),
        date_of_service: day,
        unredacted: "",
    });
    Question { language: message.question.language, ..read }
}

fn redacted(text: &str) -> String {
    let text = limits::characters(text.trim(), TEXT_CHARS_MAX);
    let lines = quote::split(text);
    identifiers::redacted(text, &identifiers::find(text, &lines, None))
}

/// A file's name with placeholders: people name files after patients.
pub fn redacted_name(name: &str, message: &InboundMessage) -> String {
    let spaced = name.replace(['_', '-', '.'], " ");
    let found = identifiers::find(&message.text, &quote::split(&message.text), message.from.as_ref());
    let redacted = identifiers::redacted_alone(&spaced, &found, &message.text);
    // Where anything had to go, the name with its blanks says enough.
    if redacted == spaced && spaced.split_whitespace().all(tells_nobody) { name.to_owned() } else { worded(&redacted) }
}

/// A word of the language, or a short mark: nobody's name in small letters, no long number.
fn tells_nobody(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    word.chars().count() <= 3 || identifiers::is_word(word) || digits > 0 && digits <= 5 && word.len() <= 5
}

fn worded(name: &str) -> String {
    let words = name
        .split_whitespace()
        .map(|word| if word.contains('[') || word.contains(']') || tells_nobody(word) { word } else { "[NAME]" });
    words.collect::<Vec<_>>().join(" ")
}
