//! Which lines of a mail are its writer's own, which are quoted, and which are the signature.
//!
//! Own code: the reply parsers on crates.io are ports of one English rule set without releases for years.

mod headers;
mod signature;

use std::ops::Range;

pub(super) use signature::is_device;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    New,
    Quoted,
    Signature,
}

/// A line of the text: where its bytes stand (without the line end) and what it is.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub range: Range<usize>,
    pub part: Part,
}

/// Splits a text into lines and says what each is.
pub(super) fn split(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        lines.push(Line { range: start..start + line.len(), part: Part::New });
        start += line.len() + 1;
    }
    let texts: Vec<&str> =
        lines.iter().map(|line| text.get(line.range.clone()).unwrap_or_default().trim_end_matches('\r')).collect();
    let mut parts = vec![Part::New; texts.len()];
    mark_quotes(&texts, &mut parts);
    signature::mark(&texts, &mut parts);
    for (line, part) in lines.iter_mut().zip(parts) {
        line.part = part;
    }
    lines
}

/// The lines of one part, without empty lines around them.
pub(super) fn joined(text: &str, lines: &[Line], part: Part) -> String {
    let of = lines.iter().filter(|line| line.part == part);
    let of: Vec<&str> = of.map(|line| text.get(line.range.clone()).unwrap_or_default().trim_end()).collect();
    of.join("\n").trim_matches('\n').trim().to_owned()
}

fn mark_quotes(texts: &[&str], parts: &mut [Part]) {
    let mut index = 0;
    let mut own_words = false;
    while index < texts.len() {
        let rest = texts.get(index..).unwrap_or_default();
        let line = rest.first().copied().unwrap_or_default();
        if is_marked(line) || is_wrapped_quote(texts, index) {
            set(parts, index..index + 1);
            index += 1;
            continue;
        }
        let attribution = headers::attribution(rest);
        let length = attribution.or_else(|| headers::begins_old_mail(rest).then(|| headers::old_header(rest)));
        if let Some(length) = length {
            let below = rest.get(length..).unwrap_or_default();
            // Marks say what is quoted; text between and below them answers it. And a mail without a word above the old one
            // is the old one, forwarded.
            if attribution.is_some() && quoted_with_marks(below) || !own_words {
                set(parts, index..index + length);
                index += length;
                continue;
            }
            set(parts, index..texts.len());
            return;
        }
        if own_words && signature::is_device(line) {
            // Phones put their line between what was written and the old mail, which may follow without any mark.
            set(parts, index + 1..texts.len());
            return;
        }
        own_words |= line.chars().any(char::is_alphanumeric);
        index += 1;
    }
}

fn set(parts: &mut [Part], range: Range<usize>) {
    for part in parts.get_mut(range).into_iter().flatten() {
        *part = Part::Quoted;
    }
}

/// `> text`, the mark of every client that quotes in plain text.
fn is_marked(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('>') && !(line.starts_with(">>>") && line.contains("<<<"))
}

/// A line between two marked ones that goes on where the first broke off: the quoting client wrapped it and lost its mark.
fn is_wrapped_quote(texts: &[&str], index: usize) -> bool {
    let at = |index: usize| texts.get(index).copied().unwrap_or_default();
    let line = at(index).trim();
    let Some(before) = index.checked_sub(1) else { return false };
    let goes_on = line.starts_with(|c: char| c.is_lowercase() || "(<_&/".contains(c))
        && !at(before).trim_end().ends_with(['.', '?', '!', ':']);
    goes_on && is_marked(at(before)) && is_marked(at(index + 1))
}

fn quoted_with_marks(below: &[&str]) -> bool {
    below.iter().find(|line| !line.trim().is_empty()).is_some_and(|line| is_marked(line))
}
