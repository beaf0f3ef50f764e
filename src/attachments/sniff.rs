//! What a file is, by its first bytes.

use std::io::Cursor;

use crate::domain::attachment::FileKind;

/// Bytes looked at to tell text from anything else.
const LOOKED_BYTES_MAX: usize = 8_192;

pub(super) fn kind(bytes: &[u8]) -> FileKind {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    // A PDF may have a few bytes before its mark (ISO 32000-1, 7.5.2, implementation note).
    let head = bytes.get(..bytes.len().min(1_024)).unwrap_or(bytes);
    if head.windows(5).any(|window| window == b"%PDF-") {
        return FileKind::Pdf;
    }
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        return packed(bytes);
    }
    if starts(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return FileKind::OldOffice;
    }
    if starts(b"{\\rtf") {
        return FileKind::Rtf;
    }
    if is_image(bytes) {
        return FileKind::Image;
    }
    if starts(b"\x1F\x8B") || starts(b"7z\xBC\xAF") || starts(b"Rar!") || starts(b"BZh") || starts(b"\xFD7zXZ") {
        return FileKind::Archive;
    }
    let text = super::text::decoded(bytes.get(..bytes.len().min(LOOKED_BYTES_MAX)).unwrap_or(bytes));
    textual(bytes, &text)
}

fn textual(bytes: &[u8], text: &str) -> FileKind {
    let trimmed = text.trim_start_matches('\u{feff}').trim_start();
    if trimmed.starts_with("ISA") && trimmed.chars().nth(3).is_some_and(|mark| !mark.is_alphanumeric()) && text.contains("GS") {
        return FileKind::X12;
    }
    let wide = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let odd = text.chars().filter(|c| c.is_control() && !"\r\n\t\u{c}".contains(*c) || *c == '\u{fffd}').count();
    if bytes.is_empty() || !wide && bytes.iter().take(LOOKED_BYTES_MAX).any(|byte| *byte == 0) || odd * 50 > text.chars().count()
    {
        return FileKind::Other;
    }
    let lower = trimmed.get(..trimmed.len().min(400)).unwrap_or(trimmed).to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.contains("<html") || lower.contains("<body") {
        return FileKind::Html;
    }
    if is_table(trimmed) { FileKind::Csv } else { FileKind::Text }
}

/// The same number of commas, semicolons or tabs, two or more, in each of the first lines.
fn is_table(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(6).collect();
    [',', ';', '\t', '|'].into_iter().any(|mark| {
        let counts: Vec<usize> = lines.iter().map(|line| line.matches(mark).count()).collect();
        counts.len() >= 2 && counts.first().is_some_and(|first| *first >= 1 && counts.iter().all(|count| count == first))
    })
}

fn is_image(bytes: &[u8]) -> bool {
    let brand = bytes.get(4..12).unwrap_or_default();
    bytes.starts_with(b"\x89PNG")
        || bytes.starts_with(b"\xFF\xD8\xFF")
        || bytes.starts_with(b"GIF8")
        || bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0, 0, 0, 0])
        || bytes.starts_with(b"II*\0")
        || bytes.starts_with(b"MM\0*")
        || bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
        || brand.starts_with(b"ftyphei")
        || brand.starts_with(b"ftypmif1")
        || bytes.get(128..132) == Some(b"DICM")
}

/// A document in a ZIP container (ECMA-376, part 2), or any other archive.
fn packed(bytes: &[u8]) -> FileKind {
    let Ok(archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return FileKind::Archive };
    let has = |name: &str| archive.file_names().flatten().any(|known| known == name);
    if has("word/document.xml") {
        FileKind::Docx
    } else if has("xl/workbook.xml") || has("xl/workbook.bin") {
        FileKind::Xlsx
    } else {
        FileKind::Archive
    }
}
