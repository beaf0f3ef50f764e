//! The ICD-10-PCS index: terms that lead to codes, tables, other terms, or a body part's or device's PCS name.

use super::fiscal::fiscal;
use super::lines::{Each, goes_on, squeeze, taken};
use super::sink::{Cell, Sink, Source, Table};
use super::xml::{Piece, pieces};
use super::{Fault, Head, Input, Layout};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "icd10pcs_index",
    title: "ICD-10-PCS index",
    family: Family::Icd10Pcs,
    marks: &["icd10pcs.index", "<mainterm>", "<codes>"],
    rank: 1,
    tables: &[&PCS_INDEX],
    sniff: |head: &Head| head.text.contains("<ICD10PCS.index"),
    import,
};

/// A lead of a term: its words from the main term on, split by ` > `.
pub const PCS_INDEX: Table = Table {
    name: "pcs_index",
    columns: &["seq", "path", "relation", "target", "codes"],
    definition: "seq INTEGER NOT NULL, path TEXT NOT NULL, relation TEXT NOT NULL, target TEXT NOT NULL, codes TEXT NOT NULL, \
        PRIMARY KEY (source, seq)",
    indexes: &[],
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PcsRelation {
    /// A whole code.
    Code,
    /// The first characters of codes, to be built in their table.
    Codes,
    See,
    /// The PCS name of what the term calls otherwise.
    Use,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PcsIndexRow {
    Version(String),
    Lead { path: Vec<String>, relation: PcsRelation, target: String, codes: String },
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let head = input.head()?;
    let version = head.text.split_once("<version>").and_then(|(_, rest)| rest.split('<').next());
    let year = fiscal(input, version)?;
    let (family, part) = (Family::Icd10Pcs, "index");
    let id = sink.open(Source::new(family, part, year.edition, year.from));
    let mut seq = 0_i64;
    read(input, &mut |line, row| {
        if let Some(PcsIndexRow::Lead { path, relation, target, codes }) = taken(sink, line, row) {
            seq += 1;
            let path = path.join(" > ");
            let (path, relation) = (Cell::Text(&path), Cell::Text(relation.word()));
            sink.put(&PCS_INDEX, id, &[Cell::Int(seq), path, relation, Cell::Text(&target), Cell::Text(&codes)]);
        }
        goes_on(sink)
    })
}

impl PcsRelation {
    /// As the table holds it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Codes => "codes",
            Self::See => "see",
            Self::Use => "use",
        }
    }
}

pub fn read(input: &Input, each: Each<'_, PcsIndexRow>) -> Result<(), Fault> {
    let mut terms: Vec<String> = Vec::new();
    let mut open_elements: Vec<String> = Vec::new();
    let mut words = String::new();
    let mut codes = String::new();
    let mut line = 0;
    pieces(input, &mut |at, piece| {
        line = line.max(at);
        match piece {
            Piece::Open(open) => {
                match open.name.as_str() {
                    "mainTerm" | "term" => terms.push(String::new()),
                    "title" | "code" | "see" | "use" | "version" => words.clear(),
                    _ => {}
                }
                if !matches!(open.name.as_str(), "codes" | "tab") || !within_lead(&open_elements) {
                    codes.clear();
                }
                open_elements.push(open.name.clone());
            }
            Piece::Text(text) => {
                if matches!(open_elements.last().map(String::as_str), Some("codes" | "tab")) {
                    codes.push_str(text.trim());
                } else {
                    words.push(' ');
                    words.push_str(text);
                }
            }
            Piece::Close(name) => {
                open_elements.pop();
                let lead = |relation, target: String, codes: String| {
                    let path = terms.iter().filter(|title| !title.is_empty()).cloned().collect();
                    Ok(PcsIndexRow::Lead { path, relation, target, codes })
                };
                match name {
                    "version" if terms.is_empty() => each(line, Ok(PcsIndexRow::Version(squeeze(&words))))?,
                    "title" => {
                        if let Some(term) = terms.last_mut() {
                            *term = squeeze(&words);
                        }
                    }
                    "mainTerm" | "term" => {
                        terms.pop();
                    }
                    "code" => each(line, lead(PcsRelation::Code, squeeze(&words), squeeze(&words)))?,
                    "codes" | "tab" if !within_lead(&open_elements) && !codes.is_empty() => {
                        each(line, lead(PcsRelation::Codes, std::mem::take(&mut codes), String::new()))?;
                    }
                    "see" => each(line, lead(PcsRelation::See, squeeze(&words), std::mem::take(&mut codes)))?,
                    "use" => each(line, lead(PcsRelation::Use, squeeze(&words), std::mem::take(&mut codes)))?,
                    _ => {}
                }
            }
        }
        Ok(())
    })
}

/// Whether the element stands inside a `see` or `use`, and so only says where that leads.
fn within_lead(open_elements: &[String]) -> bool {
    open_elements.iter().any(|name| matches!(name.as_str(), "see" | "use"))
}
