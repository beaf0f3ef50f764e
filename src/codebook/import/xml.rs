//! XML as a stream of what opens, what stands between, and what closes.

use std::io::{BufRead, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::lines::cut_off;
use super::{Fault, Input};

/// Deeper nesting is no published layout.
const DEPTH_MAX: usize = 64;
/// More text in one element is no published layout.
const TEXT_BYTES_MAX: usize = 1 << 20;

/// A piece of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    Open(&'a Open),
    /// The text directly inside the element that is open, entities resolved; elements inside it cut it into several.
    Text(&'a str),
    Close(&'a str),
}

/// An element that opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Open {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Hands on the pieces of `input`, each with the line it ends on. Fails where the document is not well formed or ends early.
pub fn pieces(input: &Input, each: &mut dyn FnMut(u64, Piece<'_>) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut reader = Reader::from_reader(Counting { input: input.buffered()?, lines: 1 });
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    let mut text = String::new();
    let mut depth = 0_usize;
    loop {
        buffer.clear();
        let line = reader.get_ref().lines;
        let event = reader.read_event_into(&mut buffer).map_err(|error| cut_off(input, line, &error))?;
        if matches!(event, Event::Start(_) | Event::End(_)) {
            if !text.trim().is_empty() {
                each(line, Piece::Text(text.trim()))?;
            }
            text.clear();
        }
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEPTH_MAX {
                    return Err(input.unusable(&format!("elements nest deeper than {DEPTH_MAX}")));
                }
                each(line, Piece::Open(&open(&start)))?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                each(line, Piece::Close(end.name().as_ref()))?;
            }
            Event::Text(words) => text.push_str(&words.xml10_content()),
            Event::CData(words) => text.push_str(&words.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => text.push(c),
                _ => text.push_str(quick_xml::escape::resolve_predefined_entity(&reference.xml10_content()).unwrap_or(" ")),
            },
            Event::Eof if depth > 0 => return Err(cut_off(input, line, &"the document ends inside an element")),
            Event::Eof => return Ok(()),
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) | Event::Empty(_) => {}
        }
        if text.len() > TEXT_BYTES_MAX {
            return Err(input.unusable(&format!("an element holds more text than {TEXT_BYTES_MAX} bytes")));
        }
    }
}

fn open(start: &BytesStart<'_>) -> Open {
    let attributes = start.attributes().flatten().map(|a| (a.key.as_ref().to_owned(), a.value.to_string())).collect();
    Open { name: start.name().as_ref().to_owned(), attributes }
}

/// Counts the lines that went by.
struct Counting<R> {
    input: R,
    lines: u64,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.input.read(into)
    }
}

impl<R: BufRead> BufRead for Counting<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        let gone = self.input.fill_buf().ok().and_then(|buffer| buffer.get(..bytes));
        self.lines += gone.map_or(0, |gone| gone.split(|b| *b == b'\n').skip(1).count()) as u64;
        self.input.consume(bytes);
    }
}
