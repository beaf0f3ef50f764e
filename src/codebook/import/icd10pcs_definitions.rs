//! The ICD-10-PCS definitions: what the values of each axis of a section mean and include.

use super::fiscal::fiscal;
use super::lines::{goes_on, squeeze};
use super::sink::{Cell, Sink, Source, Table};
use super::xml::{Piece, pieces};
use super::{Fault, Head, Input, Layout};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "icd10pcs_definitions",
    title: "ICD-10-PCS definitions",
    family: Family::Icd10Pcs,
    marks: &["icd10pcs.definitions", "<terms>", "<explanation>"],
    rank: 1,
    tables: &[&PCS_DEFINITION],
    sniff: |head: &Head| head.text.contains("<ICD10PCS.definitions"),
    import,
};

/// A term of an axis; what it includes is one to a line.
pub const PCS_DEFINITION: Table = Table {
    name: "pcs_definition",
    columns: &["seq", "section", "position", "term", "definition", "explanation", "includes"],
    definition: "seq INTEGER NOT NULL, section TEXT NOT NULL, position INTEGER NOT NULL, term TEXT NOT NULL, definition TEXT, \
        explanation TEXT, includes TEXT, PRIMARY KEY (source, seq)",
    indexes: &[],
};

#[derive(Default)]
struct Term {
    title: String,
    definition: String,
    explanation: String,
    includes: Vec<String>,
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let head = input.head()?;
    let version = head.text.split_once("<version>").and_then(|(_, rest)| rest.split('<').next());
    let year = fiscal(input, version)?;
    let (family, part) = (Family::Icd10Pcs, "definitions");
    let id = sink.open(Source::new(family, part, year.edition, year.from));
    let (mut section, mut position, mut seq) = (String::new(), 0_i64, 0_i64);
    let mut term: Option<Term> = None;
    let mut words = String::new();
    pieces(input, &mut |_, piece| {
        match piece {
            Piece::Open(open) => {
                words.clear();
                match open.name.as_str() {
                    "section" => open.attribute("code").unwrap_or_default().clone_into(&mut section),
                    "axis" => position = open.attribute("pos").and_then(|pos| pos.parse().ok()).unwrap_or_default(),
                    "terms" => term = Some(Term::default()),
                    _ => {}
                }
            }
            Piece::Text(text) => words.push_str(text),
            Piece::Close(name) => match (name, &mut term) {
                ("title", Some(term)) => term.title = squeeze(&words),
                ("definition", Some(term)) => term.definition = squeeze(&words),
                ("explanation", Some(term)) => term.explanation = squeeze(&words),
                ("includes", Some(term)) => term.includes.push(squeeze(&words)),
                ("terms", Some(done)) => {
                    sink.saw();
                    seq += 1;
                    let includes = done.includes.join("\n");
                    let told = |text| if str::is_empty(text) { Cell::None } else { Cell::Text(text) };
                    let (place, title) = ([Cell::Int(seq), Cell::Text(&section), Cell::Int(position)], Cell::Text(&done.title));
                    let [seq, section, position] = place;
                    let row = [seq, section, position, title, told(&done.definition), told(&done.explanation), told(&includes)];
                    sink.put(&PCS_DEFINITION, id, &row);
                    term = None;
                }
                _ => {}
            },
        }
        goes_on(sink)
    })
}
