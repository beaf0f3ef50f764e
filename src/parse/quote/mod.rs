//! Which lines of a mail are its writer's own, which are quoted, and which are the signature.
//!
//! Own code: the reply parsers on crates.io are ports of one English rule set without releases for years.

mod headers;
mod signature;

use std::ops::Range;

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
    while index < texts.len() {
        let rest = texts.get(index..).unwrap_or_default();
        if is_marked(rest.first().copied().unwrap_or_default()) {
            set(parts, index..index + 1);
            index += 1;
            continue;
        }
        if let Some(length) = headers::attribution(rest) {
            let below = rest.get(length..).unwrap_or_default();
            if quoted_with_marks(below) {
                // The marks say what is quoted; text between and below them is an answer to it.
                set(parts, index..index + length);
                index += length;
                continue;
            }
            set(parts, index..texts.len());
            return;
        }
        if headers::begins_old_mail(rest) {
            set(parts, index..texts.len());
            return;
        }
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
    line.starts_with('>') && !line.starts_with(">>>>>>>>>>>>>>>>>>>>>>>>>")
}

fn quoted_with_marks(below: &[&str]) -> bool {
    below.iter().find(|line| !line.trim().is_empty()).is_some_and(|line| is_marked(line))
}
