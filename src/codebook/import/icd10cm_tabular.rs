//! The Tabular List's XML: chapters, sections and entries as a tree, their notes, their seventh characters.

use super::fiscal::fiscal;
use super::lines::{Each, bad, goes_on, squeeze, taken, undotted};
use super::sink::{Cell, Sink, Source, SourceId, Table};
use super::xml::{Open, Piece, pieces};
use super::{Fault, Head, Input, Layout};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "icd10cm_tabular",
    title: "ICD-10-CM Tabular List",
    family: Family::Icd10Cm,
    marks: &["icd10cm.tabular", "<diag>", "sevenchrdef"],
    rank: 1,
    tables: &[&PLACE, &NOTE, &SEVENTH],
    sniff: |head: &Head| head.text.contains("<ICD10CM.tabular"),
    import,
};

/// Chapters (level 0), sections (1) and entries (2) in order.
pub const PLACE: Table = Table {
    name: "tabular_place",
    columns: &["code", "seq", "parent", "level", "title", "placeholder"],
    definition: "code TEXT NOT NULL, seq INTEGER NOT NULL, parent TEXT NOT NULL, level INTEGER NOT NULL, title TEXT NOT NULL, \
        placeholder INTEGER NOT NULL, PRIMARY KEY (source, code, seq)",
    indexes: &["CREATE INDEX tabular_place_parent ON tabular_place (parent, source)"],
};

/// The notes that stand at a place; they apply to all below it.
pub const NOTE: Table = Table {
    name: "tabular_note",
    columns: &["place", "kind", "seq", "note"],
    definition: "place TEXT NOT NULL, kind TEXT NOT NULL, seq INTEGER NOT NULL, note TEXT NOT NULL, \
        PRIMARY KEY (source, place, kind, seq)",
    indexes: &[],
};

/// What a seventh character means for every code below a place that has no definition of its own.
pub const SEVENTH: Table = Table {
    name: "tabular_seventh",
    columns: &["place", "character", "meaning", "seq"],
    definition: "place TEXT NOT NULL, character TEXT NOT NULL, meaning TEXT NOT NULL, seq INTEGER NOT NULL, \
        PRIMARY KEY (source, place, seq)",
    indexes: &[],
};

/// What stands in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Chapter,
    Section,
    Entry,
}

/// What a note says, after the element that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    Inclusion,
    Includes,
    Excludes1,
    Excludes2,
    CodeFirst,
    UseAdditional,
    CodeAlso,
    SeventhCharacter,
    General,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TabularRow {
    /// The fiscal year the document calls itself.
    Version(String),
    /// A place in the tree. Chapters and sections go by their range: `A00-B99`.
    Place {
        level: Level,
        code: String,
        parent: String,
        title: String,
        placeholder: bool,
    },
    Note {
        at: String,
        kind: NoteKind,
        text: String,
    },
    /// What a seventh character below `at` means.
    Seventh {
        at: String,
        character: char,
        meaning: String,
    },
}

/// An element that holds a place's name, title and notes.
struct Frame {
    level: Level,
    code: String,
    title: String,
    placeholder: bool,
    told: bool,
}

#[derive(Default)]
struct Reading {
    frames: Vec<Frame>,
    /// The elements that are open, outermost first.
    path: Vec<String>,
    note: String,
    character: Option<char>,
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let mut open: Option<SourceId> = None;
    let mut seq = 0_i64;
    let mut entries = 0_i64;
    read(input, &mut |line, row| {
        let id = match (open, &row) {
            (Some(id), _) => id,
            (None, told) => {
                let version = if let Ok(TabularRow::Version(version)) = told { Some(version.as_str()) } else { None };
                let year = fiscal(input, version)?;
                let (family, part) = (Family::Icd10Cm, "tabular");
                *open.insert(sink.open(Source::new(family, part, year.edition, year.from)))
            }
        };
        let Some(row) = taken(sink, line, row) else { return Ok(()) };
        seq += 1;
        match row {
            TabularRow::Version(_) => {}
            TabularRow::Place { level, code, parent, title, placeholder } => {
                entries += i64::from(level == Level::Entry);
                let (level, placeholder) = (Cell::Int(level as i64), Cell::Int(i64::from(placeholder)));
                let (code, parent, title) = (Cell::Text(&code), Cell::Text(&parent), Cell::Text(&title));
                sink.put(&PLACE, id, &[code, Cell::Int(seq), parent, level, title, placeholder]);
            }
            TabularRow::Note { at, kind, text } => {
                sink.put(&NOTE, id, &[Cell::Text(&at), Cell::Text(kind.word()), Cell::Int(seq), Cell::Text(&text)]);
            }
            TabularRow::Seventh { at, character, meaning } => {
                let mut letter = [0; 4];
                let letter = character.encode_utf8(&mut letter);
                sink.put(&SEVENTH, id, &[Cell::Text(&at), Cell::Text(letter), Cell::Text(&meaning), Cell::Int(seq)]);
            }
        }
        goes_on(sink)
    })?;
    sink.remark(format!("{entries} entries"));
    Ok(())
}

impl NoteKind {
    /// As the table holds it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Inclusion => "inclusion",
            Self::Includes => "includes",
            Self::Excludes1 => "excludes1",
            Self::Excludes2 => "excludes2",
            Self::CodeFirst => "code first",
            Self::UseAdditional => "use additional",
            Self::CodeAlso => "code also",
            Self::SeventhCharacter => "seventh character",
            Self::General => "note",
        }
    }
}

pub fn read(input: &Input, each: Each<'_, TabularRow>) -> Result<(), Fault> {
    let mut reading = Reading::default();
    let mut line = 0;
    pieces(input, &mut |at, piece| {
        line = line.max(at);
        match piece {
            Piece::Open(open) => reading.open(open, line, each),
            Piece::Text(text) => reading.text(text, line, each),
            Piece::Close(name) => reading.close(name, line, each),
        }
    })
}

impl Reading {
    fn open(&mut self, open: &Open, line: u64, each: Each<'_, TabularRow>) -> Result<(), Fault> {
        let level = match open.name.as_str() {
            "chapter" => Some(Level::Chapter),
            "section" => Some(Level::Section),
            "diag" => Some(Level::Entry),
            _ => None,
        };
        if let Some(level) = level {
            self.tell(line, each)?;
            let code = if level == Level::Section { open.attribute("id").map(range).unwrap_or_default() } else { String::new() };
            let placeholder = open.attribute("placeholder") == Some("true");
            self.frames.push(Frame { level, code, title: String::new(), placeholder, told: false });
        }
        if kind_of(&open.name).is_some() || open.name == "sevenChrDef" {
            self.tell(line, each)?;
        }
        self.note.clear();
        self.character = open.attribute("char").and_then(|c| c.chars().next());
        self.path.push(open.name.clone());
        Ok(())
    }

    fn text(&mut self, text: &str, line: u64, each: Each<'_, TabularRow>) -> Result<(), Fault> {
        let inside = self.path.last().map(String::as_str).unwrap_or_default();
        match (inside, self.frames.last_mut()) {
            ("version", None) => each(line, Ok(TabularRow::Version(squeeze(text)))),
            ("name", Some(frame)) if frame.level == Level::Entry => {
                frame.code = undotted(text);
                Ok(())
            }
            ("desc", Some(frame)) => {
                let (title, range_in_title) = titled(text);
                if frame.code.is_empty() {
                    frame.code = range_in_title.unwrap_or_default();
                }
                frame.title = title;
                Ok(())
            }
            ("note" | "extension", Some(_)) => {
                if !self.note.is_empty() {
                    self.note.push(' ');
                }
                self.note.push_str(text);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn close(&mut self, name: &str, line: u64, each: Each<'_, TabularRow>) -> Result<(), Fault> {
        self.path.pop();
        let at = || self.frames.last().map(|frame| frame.code.clone()).unwrap_or_default();
        match name {
            "note" if !self.frames.is_empty() => {
                let holder = self.path.last().and_then(|holder| kind_of(holder));
                if let Some(kind) = holder {
                    each(line, Ok(TabularRow::Note { at: at(), kind, text: squeeze(&self.note) }))?;
                }
            }
            "extension" => match self.character {
                Some(character) => {
                    each(line, Ok(TabularRow::Seventh { at: at(), character, meaning: squeeze(&self.note) }))?;
                }
                None => each(line, bad("a seventh character without its letter"))?,
            },
            "chapter" | "section" | "diag" => {
                self.tell(line, each)?;
                self.frames.pop();
            }
            _ => {}
        }
        self.note.clear();
        Ok(())
    }

    /// Hands on the innermost place once its name and title are known: before its notes and what is below it.
    fn tell(&mut self, line: u64, each: Each<'_, TabularRow>) -> Result<(), Fault> {
        let parent = self.frames.iter().rev().nth(1).map(|frame| frame.code.clone()).unwrap_or_default();
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        if frame.told {
            return Ok(());
        }
        frame.told = true;
        if frame.code.is_empty() || frame.title.is_empty() {
            return each(line, bad("a place without name or title"));
        }
        let Frame { level, code, title, placeholder, .. } = frame;
        let place =
            TabularRow::Place { level: *level, code: code.clone(), parent, title: title.clone(), placeholder: *placeholder };
        each(line, Ok(place))
    }
}

fn kind_of(element: &str) -> Option<NoteKind> {
    Some(match element {
        "inclusionTerm" => NoteKind::Inclusion,
        "includes" => NoteKind::Includes,
        "excludes1" => NoteKind::Excludes1,
        "excludes2" => NoteKind::Excludes2,
        "codeFirst" => NoteKind::CodeFirst,
        "useAdditionalCode" => NoteKind::UseAdditional,
        "codeAlso" => NoteKind::CodeAlso,
        "sevenChrNote" => NoteKind::SeventhCharacter,
        "notes" => NoteKind::General,
        _ => return None,
    })
}

/// A section of one category is written without a range.
fn range(id: &str) -> String {
    let id = id.trim();
    if id.contains('-') { id.to_owned() } else { format!("{id}-{id}") }
}

/// "Neoplasms (C00-D49)": the title, and the range where it ends in one.
fn titled(text: &str) -> (String, Option<String>) {
    let text = squeeze(text);
    let Some((title, rest)) = text.rsplit_once(" (") else { return (text, None) };
    let inside = rest.strip_suffix(')').unwrap_or_default();
    let codes: Vec<&str> = inside.split('-').collect();
    let shaped = matches!(codes.len(), 1 | 2)
        && codes.iter().all(|code| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()))
        && codes.iter().all(|code| code.bytes().any(|b| b.is_ascii_digit()));
    if shaped { (title.to_owned(), Some(range(inside))) } else { (text, None) }
}
