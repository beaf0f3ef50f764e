//! The index XMLs: the Alphabetic Index, the external-cause index, the Table of Drugs and the Neoplasm Table.
//!
//! `letter` > `mainTerm` > nested `term`; a term's `code`, or its `see` and kin; the two tables have a `cell` a column.

use super::fiscal::fiscal;
use super::lines::{Each, goes_on, squeeze, taken, undotted};
use super::sink::{Cell, Sink, Source, Table};
use super::xml::{Open, Piece, pieces};
use super::{Fault, Head, Input, Layout};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "icd10cm_index",
    title: "ICD-10-CM index",
    family: Family::Icd10Cm,
    marks: &["icd10cm.index", "<mainterm>", "<nemod>"],
    rank: 1,
    tables: &[&INDEX_TERM, &INDEX_COLUMN],
    sniff: |head: &Head| head.text.contains("<ICD10CM.index"),
    import,
};

/// A lead of a term: its words from the main term on, split by ` > `.
pub const INDEX_TERM: Table = Table {
    name: "index_term",
    columns: &["seq", "path", "nonessential", "relation", "target", "partial", "heading"],
    definition: "seq INTEGER NOT NULL, path TEXT NOT NULL, nonessential TEXT, relation TEXT NOT NULL, target TEXT NOT NULL, \
        partial INTEGER NOT NULL, heading INTEGER NOT NULL, PRIMARY KEY (source, seq)",
    indexes: &["CREATE INDEX index_term_target ON index_term (target)"],
};

/// The headings of the columns of the two tables.
pub const INDEX_COLUMN: Table = Table {
    name: "index_column",
    columns: &["number", "heading", "seq"],
    definition: "number INTEGER NOT NULL, heading TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, seq)",
    indexes: &[],
};

/// How a term leads on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Code,
    /// The manifestation's code that goes behind the etiology's.
    Manifestation,
    See,
    SeeAlso,
    SeeCategory,
    SubCategory,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexRow {
    /// The fiscal year and the document's title, where it has one.
    Version(String),
    Title(String),
    /// A column of a table: its number and heading.
    Column {
        number: u8,
        heading: String,
    },
    /// A term by its path from the main term on, the words in brackets (nonessential modifiers) apart.
    Lead {
        path: Vec<String>,
        nonessential: String,
        relation: Relation,
        target: String,
        column: u8,
        partial: bool,
    },
}

#[derive(Default)]
struct Term {
    title: String,
    nonessential: String,
}

#[derive(Default)]
struct Reading {
    terms: Vec<Term>,
    path: Vec<String>,
    words: String,
    column: u8,
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let head = input.head()?;
    let version = head.text.split_once("<version>").and_then(|(_, rest)| rest.split('<').next());
    let year = fiscal(input, version)?;
    let (family, part) = (Family::Icd10Cm, part(&head));
    let id = sink.open(Source::new(family, part, year.edition, year.from));
    let mut seq = 0_i64;
    read(input, &mut |line, row| {
        let Some(row) = taken(sink, line, row) else { return Ok(()) };
        match row {
            IndexRow::Version(_) | IndexRow::Title(_) => {}
            IndexRow::Column { number, heading } => {
                sink.put(&INDEX_COLUMN, id, &[Cell::Int(i64::from(number)), Cell::Text(&heading), Cell::Int(sink.rows_of(id))]);
            }
            IndexRow::Lead { path, nonessential, relation, target, column, partial } => {
                seq += 1;
                let path = path.join(" > ");
                let nonessential = if nonessential.is_empty() { Cell::None } else { Cell::Text(&nonessential) };
                let (relation, target) = (Cell::Text(relation.word()), Cell::Text(&target));
                let (partial, column) = (Cell::Int(i64::from(partial)), Cell::Int(i64::from(column)));
                sink.put(&INDEX_TERM, id, &[Cell::Int(seq), Cell::Text(&path), nonessential, relation, target, partial, column]);
            }
        }
        goes_on(sink)
    })
}

/// The two tables tell themselves by their columns, the external-cause index by its title; the main index is the other.
fn part(head: &Head) -> &'static str {
    if head.holds("<head col=\"1\">Substance") {
        "drugs"
    } else if head.holds("<head col=\"1\">Neoplasm") {
        "neoplasms"
    } else if head.holds("external cause") {
        "external causes"
    } else {
        "index"
    }
}

impl Relation {
    /// As the table holds it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Manifestation => "manifestation",
            Self::See => "see",
            Self::SeeAlso => "see also",
            Self::SeeCategory => "see category",
            Self::SubCategory => "subcategory",
        }
    }
}

pub fn read(input: &Input, each: Each<'_, IndexRow>) -> Result<(), Fault> {
    let mut reading = Reading::default();
    let mut line = 0;
    pieces(input, &mut |at, piece| {
        line = line.max(at);
        match piece {
            Piece::Open(open) => {
                reading.open(open);
                Ok(())
            }
            Piece::Text(text) => {
                reading.text(text);
                Ok(())
            }
            Piece::Close(name) => reading.close(name, line, each),
        }
    })
}

impl Reading {
    fn open(&mut self, open: &Open) {
        if matches!(open.name.as_str(), "mainTerm" | "term") {
            self.terms.push(Term::default());
        }
        if let Some(column) = open.attribute("col") {
            self.column = column.parse().unwrap_or_default();
        }
        if open.name != "nemod" {
            self.words.clear();
        }
        self.path.push(open.name.clone());
    }

    fn text(&mut self, text: &str) {
        match (self.path.last().map(String::as_str), self.terms.last_mut()) {
            (Some("nemod"), Some(term)) => join(&mut term.nonessential, text),
            _ => join(&mut self.words, text),
        }
    }

    fn close(&mut self, name: &str, line: u64, each: Each<'_, IndexRow>) -> Result<(), Fault> {
        self.path.pop();
        if name == "nemod" {
            return Ok(());
        }
        let words = squeeze(&std::mem::take(&mut self.words));
        let inside = self.path.last().map(String::as_str).unwrap_or_default();
        match (name, self.terms.last_mut()) {
            ("version", None) => each(line, Ok(IndexRow::Version(words))),
            ("title", None) if inside.ends_with("index") => each(line, Ok(IndexRow::Title(words))),
            ("head", None) => each(line, Ok(IndexRow::Column { number: self.column, heading: words })),
            ("title", Some(term)) => {
                term.title = words;
                Ok(())
            }
            ("mainTerm" | "term", _) => {
                self.terms.pop();
                Ok(())
            }
            (_, Some(_)) => self.lead(name, &words, line, each),
            _ => Ok(()),
        }
    }

    fn lead(&self, element: &str, words: &str, line: u64, each: Each<'_, IndexRow>) -> Result<(), Fault> {
        let relation = match element {
            "code" | "cell" => Relation::Code,
            "manif" => Relation::Manifestation,
            "see" => Relation::See,
            "seeAlso" => Relation::SeeAlso,
            "seecat" => Relation::SeeCategory,
            "subcat" => Relation::SubCategory,
            _ => return Ok(()),
        };
        if words.is_empty() || words == "--" {
            return Ok(());
        }
        let coded = !matches!(relation, Relation::See | Relation::SeeAlso);
        let target = if coded { undotted(words.trim_end_matches(['-', '.'])) } else { words.to_owned() };
        let path = self.terms.iter().map(|term| term.title.clone()).filter(|title| !title.is_empty()).collect();
        let nonessential = self.terms.last().map(|term| term.nonessential.clone()).unwrap_or_default();
        let column = if element == "cell" { self.column } else { 0 };
        let partial = coded && words.ends_with('-');
        each(line, Ok(IndexRow::Lead { path, nonessential, relation, target, column, partial }))
    }
}

fn join(words: &mut String, more: &str) {
    if !words.is_empty() {
        words.push(' ');
    }
    words.push_str(more);
}
