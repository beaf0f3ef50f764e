//! What is looked at before the MIME parser sees a byte: nesting that would exhaust it, and labels it does not know.

use std::borrow::Cow;

use crate::parse::limits::{HEADER_BYTES_MAX, MULTIPARTS_MAX, NESTED_MAX};
use crate::pattern::patterns;

/// The bytes to parse: cut where nesting or the header block passes a limit, with charset labels put into a known spelling.
pub(super) fn prepared<'a>(raw: &'a [u8], problems: &mut Vec<String>) -> Cow<'a, [u8]> {
    let mut raw = skip_leading_blank(raw);
    if let Some(end) = nested_end(raw) {
        problems.push(format!(
            "more than {NESTED_MAX} messages or {MULTIPARTS_MAX} multiparts inside one another: the rest was not read"
        ));
        raw = raw.get(..end).unwrap_or(raw);
    }
    if header_end(raw) > HEADER_BYTES_MAX {
        problems.push(format!("a header block of more than {HEADER_BYTES_MAX} bytes: the rest was not read"));
        raw = raw.get(..HEADER_BYTES_MAX).unwrap_or(raw);
    }
    known_charsets(bare_cr(raw))
}

/// Some senders, and some mailbox exports, put empty lines before the header.
fn skip_leading_blank(raw: &[u8]) -> &[u8] {
    let start = raw.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
    let raw = raw.get(start..).unwrap_or(raw);
    raw.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(raw)
}

/// Files of old Macs end their lines with a bare CR.
fn bare_cr(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.contains(&b'\n') || !raw.contains(&b'\r') {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect())
}

fn header_end(raw: &[u8]) -> usize {
    let limit = raw.get(..=HEADER_BYTES_MAX).unwrap_or(raw);
    let ends = |window: &[u8]| window == b"\n\n" || window == b"\n\r";
    limit.windows(2).position(ends).unwrap_or(limit.len())
}

/// Where the message that goes one level too deep begins. The parser keeps nested messages inside one another, so that
/// freeing a very deep one would exhaust the stack.
fn nested_end(raw: &[u8]) -> Option<usize> {
    let (mut nested, mut multiparts) = (0_usize, 0_usize);
    for (at, _) in raw.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
        let before = raw.get(at.saturating_sub(9)..at).unwrap_or_default().trim_ascii_end();
        let after = raw.get(at + 1..raw.len().min(at + 40)).unwrap_or_default().trim_ascii_start();
        if ends_with(before, b"message")
            && !starts_with(after, b"delivery-status")
            && !starts_with(after, b"disposition-notification")
            || ends_with(before, b"multipart") && starts_with(after, b"digest")
        {
            nested += 1;
        } else if ends_with(before, b"multipart") {
            multiparts += 1;
        }
        if nested > NESTED_MAX || multiparts > MULTIPARTS_MAX {
            return Some(at);
        }
    }
    None
}

fn starts_with(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn ends_with(bytes: &[u8], word: &[u8]) -> bool {
    bytes.len().checked_sub(word.len()).and_then(|at| bytes.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
}

patterns! {
    /// Labels for code page 949, which is EUC-KR with more syllables, as Korean clients write them.
    CP949 = r#"(?i)(charset\s*=\s*"?|=\?)(?:cp-?949|ms949|x-windows-949|uhc|ks_?c_?5601)\b"#;
}

fn known_charsets(raw: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let holds = |word: &[u8]| raw.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word));
    if !(holds(b"949") || holds(b"uhc") || holds(b"5601")) {
        return raw;
    }
    // Latin-1 keeps every byte as one character, so that a text pattern may run over any bytes.
    let text: String = raw.iter().map(|byte| char::from(*byte)).collect();
    match CP949.replace_all(&text, "${1}euc-kr") {
        Cow::Borrowed(_) => raw,
        Cow::Owned(text) => Cow::Owned(text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect()),
    }
}
