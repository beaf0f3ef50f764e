//! Words for search: clinical abbreviations with their meanings, and trade names of drugs with their ingredients.

use super::lines::{bad, goes_on, squeeze, taken};
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Input, Layout, grid};
use crate::domain::code::Family;

pub const ABBREVIATIONS: Layout = Layout {
    name: "abbreviations",
    title: "clinical abbreviations",
    family: Family::Terms,
    marks: &["abbreviation", "meaning"],
    rank: 1,
    tables: &[&ABBREVIATION],
    sniff: |head| grid::has_header(&head.rows, &["abbreviation", "meaning"]),
    import: import_abbreviations,
};

pub const TRADE_NAMES: Layout = Layout {
    name: "trade_names",
    title: "trade names of drugs",
    family: Family::Terms,
    marks: &["trade_name", "active_ingredient"],
    rank: 1,
    tables: &[&TRADE_NAME],
    sniff: |head| grid::has_header(&head.rows, &["trade_name", "active_ingredient"]),
    import: import_trade_names,
};

/// A row a meaning: an abbreviation with several is ambiguous.
pub const ABBREVIATION: Table = Table {
    name: "abbreviation",
    columns: &["abbreviation", "meaning", "seq"],
    definition: "abbreviation TEXT NOT NULL, meaning TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, seq)",
    indexes: &["CREATE INDEX abbreviation_of ON abbreviation (abbreviation)"],
};

pub const TRADE_NAME: Table = Table {
    name: "trade_name",
    columns: &["name", "ingredient", "seq"],
    definition: "name TEXT NOT NULL, ingredient TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, seq)",
    indexes: &["CREATE INDEX trade_name_of ON trade_name (name)"],
};

fn source(part: &'static str) -> Source {
    Source { whole: false, ..Source::new(Family::Terms, part, "undated".to_owned(), 20_151_001) }
}

fn import_abbreviations(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = sink.open(source("abbreviations"));
    grid::table(input, &["abbreviation", "meaning"], &mut |header, cells| {
        let [short, meaning] = ["abbreviation", "meaning"].map(|column| squeeze(header.cell(cells, column)));
        let good = !short.is_empty() && !meaning.is_empty();
        if taken(sink, cells.line, if good { Ok(()) } else { bad("no abbreviation with a meaning") }).is_some() {
            sink.put(&ABBREVIATION, id, &[Cell::Text(&short), Cell::Text(&meaning), Cell::Int(sink.rows_of(id))]);
        }
        goes_on(sink)
    })
}

fn import_trade_names(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = sink.open(source("trade names"));
    grid::table(input, &["trade_name", "active_ingredient"], &mut |header, cells| {
        let [name, ingredient] = ["trade_name", "active_ingredient"].map(|column| squeeze(header.cell(cells, column)));
        let good = !name.is_empty() && !ingredient.is_empty();
        if taken(sink, cells.line, if good { Ok(()) } else { bad("no trade name with an ingredient") }).is_some() {
            sink.put(&TRADE_NAME, id, &[Cell::Text(&name), Cell::Text(&ingredient), Cell::Int(sink.rows_of(id))]);
        }
        goes_on(sink)
    })
}
