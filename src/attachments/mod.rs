//! Sealed bytes to text, in a child process that can be killed; one file a format.
//!
//! Attachments are strangers' files read by large parsers. The service never reads one itself: it starts its own program
//! again with a hidden command, hands the bytes over on standard input, and kills it where time or memory run out.

mod child;
mod docx;
mod pdf;
mod rtf;
mod sheet;
mod sniff;
mod text;
mod x12;

pub use child::Reader;

use crate::domain::attachment::{FileKind, FileReading, Unread};

/// What one file may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub file_bytes_max: usize,
    /// Bytes that a packed document may unpack to.
    pub unpacked_bytes_max: u64,
    pub pages_max: usize,
    pub text_chars_max: usize,
    pub secs_max: u32,
    pub memory_mebibytes_max: u32,
    /// Files of one mail that are read; further ones are kept for a person.
    pub files_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes_max: 20 * 1024 * 1024,
            unpacked_bytes_max: 100 * 1024 * 1024,
            pages_max: 200,
            text_chars_max: 200_000,
            secs_max: 10,
            memory_mebibytes_max: 512,
            files_max: 20,
        }
    }
}

/// What a file is, without reading it: safe in any process.
pub fn kind(bytes: &[u8]) -> FileKind {
    sniff::kind(bytes)
}

/// Whether the kind holds text that can be read here.
pub const fn is_readable(kind: FileKind) -> bool {
    match kind {
        FileKind::Text
        | FileKind::Csv
        | FileKind::Html
        | FileKind::Rtf
        | FileKind::Pdf
        | FileKind::Docx
        | FileKind::Xlsx
        | FileKind::X12 => true,
        FileKind::Message | FileKind::Image | FileKind::Archive | FileKind::OldOffice | FileKind::Other => false,
    }
}

/// Reads a file. To be called in the child alone: the parsers behind it may run wild.
pub fn read(bytes: &[u8], limits: &Limits) -> FileReading {
    let kind = sniff::kind(bytes);
    if bytes.len() > limits.file_bytes_max {
        return FileReading::unread(kind, Unread::TooLarge);
    }
    let read = match kind {
        FileKind::Text | FileKind::Csv => Ok(FileReading::text(kind, text::decoded(bytes))),
        FileKind::Html => Ok(FileReading::text(kind, text::of_html(&text::decoded(bytes)))),
        FileKind::Rtf => Ok(FileReading::text(kind, rtf::text(bytes))),
        FileKind::Pdf => pdf::read(bytes, limits),
        FileKind::Docx => docx::read(bytes, limits),
        FileKind::Xlsx => sheet::read(bytes, limits),
        FileKind::X12 => x12::read(bytes),
        FileKind::OldOffice => return old_office(bytes),
        FileKind::Message | FileKind::Image | FileKind::Archive | FileKind::Other => Err(Unread::NotText),
    };
    let mut reading = read.unwrap_or_else(|why| FileReading::unread(kind, why));
    if let Some((end, _)) = reading.text.char_indices().nth(limits.text_chars_max) {
        reading.text.truncate(end);
    }
    reading
}

/// An OLE file: an encrypted document of today or a document of an old program. What it holds is named, not read.
fn old_office(bytes: &[u8]) -> FileReading {
    let wide = |word: &str| word.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let holds = |word: &str| {
        let word = wide(word);
        bytes.windows(word.len()).any(|window| window == word)
    };
    let why = if holds("EncryptedPackage") { Unread::Encrypted } else { Unread::NotText };
    FileReading { macros: holds("_VBA_PROJECT"), ..FileReading::unread(FileKind::OldOffice, why) }
}
