//! Word documents (ECMA-376, part 1, 17): the text of the body, a line a paragraph.

use std::io::{Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::Limits;
use crate::domain::attachment::{FileKind, FileReading, Unread};

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<FileReading, Unread> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unread::Broken)?;
    let macros = has_macros(&archive);
    fits(&mut archive, limits)?;
    let part = archive.by_name("word/document.xml").map_err(|_| Unread::Broken)?;
    let mut xml = Vec::new();
    part.take(limits.unpacked_bytes_max).read_to_end(&mut xml).map_err(|_| Unread::Broken)?;
    Ok(FileReading { macros, ..FileReading::text(FileKind::Docx, words(&xml, limits.text_chars_max)?) })
}

pub(super) fn has_macros(archive: &ZipArchive<Cursor<&[u8]>>) -> bool {
    archive.file_names().flatten().any(|name| name.to_ascii_lowercase().ends_with("vbaproject.bin"))
}

/// Whether all that is packed stays within the limit, by what the archive says of itself; memory and time are limited besides.
pub(super) fn fits(archive: &mut ZipArchive<Cursor<&[u8]>>, limits: &Limits) -> Result<(), Unread> {
    let mut unpacked = 0_u64;
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(|_| Unread::Broken)?;
        unpacked = unpacked.saturating_add(file.size());
        if file.encrypted() {
            return Err(Unread::Encrypted);
        }
    }
    if unpacked > limits.unpacked_bytes_max { Err(Unread::TooLarge) } else { Ok(()) }
}

fn words(xml: &[u8], chars_max: usize) -> Result<String, Unread> {
    let mut reader = Reader::from_reader(xml);
    let mut text = String::new();
    let mut in_text = false;
    loop {
        match reader.read_event().map_err(|_| Unread::Broken)? {
            Event::Start(tag) if tag.local_name().as_ref() == "t" => in_text = true,
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => in_text = false,
                "p" => text.push('\n'),
                "tc" => text.push('\t'),
                _ => {}
            },
            Event::Empty(tag) if matches!(tag.local_name().as_ref(), "tab") => text.push('\t'),
            Event::Empty(tag) if matches!(tag.local_name().as_ref(), "br" | "cr" | "p") => text.push('\n'),
            Event::Text(words) if in_text => text.push_str(&words),
            Event::GeneralRef(name) if in_text => text.push_str(entity(&name)),
            Event::Eof => return Ok(text),
            Event::Start(_)
            | Event::Empty(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
        if text.len() > chars_max * 4 {
            return Ok(text);
        }
    }
}

/// The five entities of XML; documents of Word have no others.
fn entity(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => " ",
    }
}
