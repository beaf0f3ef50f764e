//! PDF. One without a word of text is a scan, and kept for a person.

use super::Limits;
use crate::domain::attachment::{FileKind, FileReading, Unread};

/// Fewer letters than this on all pages: a scan with a stamp.
const LETTERS_MIN: usize = 10;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<FileReading, Unread> {
    if bytes.windows(8).any(|window| window == b"/Encrypt") {
        return Err(Unread::Encrypted);
    }
    let document = pdf_extract::Document::load_mem(bytes).map_err(|_| Unread::Broken)?;
    if document.get_pages().len() > limits.pages_max {
        return Err(Unread::TooLarge);
    }
    let mut text = String::new();
    let mut output = pdf_extract::PlainTextOutput::new(&mut text);
    pdf_extract::output_doc(&document, &mut output).map_err(|_| Unread::Broken)?;
    if text.chars().filter(|c| c.is_alphanumeric()).count() < LETTERS_MIN {
        return Err(Unread::NotText);
    }
    Ok(FileReading::text(FileKind::Pdf, text))
}
