//! Limits on everything that a stranger's bytes could make large.

/// Header block read, in bytes; what stands behind it is body.
pub(super) const HEADER_BYTES_MAX: usize = 1024 * 1024;
/// Messages inside messages that are opened.
pub(super) const NESTED_MAX: usize = 60;
/// Multiparts that are opened.
pub(super) const MULTIPARTS_MAX: usize = 300;
/// MIME parts that are looked at.
pub(super) const PARTS_MAX: usize = 1_000;
/// Text kept for reading, in characters; the raw message keeps the rest.
pub(super) const TEXT_CHARS_MAX: usize = 400_000;
/// HTML handed to the converter, in bytes.
pub(super) const HTML_BYTES_MAX: usize = 1_500_000;
/// Elements open inside one another that the converter is given; deeper ones are flattened.
pub(super) const HTML_DEPTH_MAX: usize = 120;
/// Addresses kept of one field.
pub(super) const ADDRESSES_MAX: usize = 500;
/// Message-IDs kept of References: the first and the last ones.
pub(super) const REFERENCES_MAX: usize = 100;
/// Codes read out of one mail.
pub(super) const CODES_MAX: usize = 400;

/// At most `max` characters of `text`.
pub(super) fn characters(text: &str, max: usize) -> &str {
    match text.char_indices().nth(max) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

/// The largest index not over `at` that cuts `text` between characters.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
