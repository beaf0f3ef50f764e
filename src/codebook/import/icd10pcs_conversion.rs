//! The ICD-10-PCS conversion table: what was added, deleted and revised, when, and the code before.
//!
//! Tab-separated, eight columns; an empty comment is left out, so that the month and day are always the last.

use jiff::civil::{Date, date};

use super::lines::{Row, bad, goes_on, taken};
use super::rows::Row as Cells;
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "icd10pcs_conversion",
    title: "ICD-10-PCS conversion table",
    family: Family::ConversionTable,
    marks: &["current code(s) assignment", "predecessor code title", "change type", "effective year"],
    rank: 1,
    tables: &[&PCS_CONVERSION],
    sniff: |head: &Head| head.row_with(&COLUMNS).is_some(),
    import,
};

pub const PCS_CONVERSION: Table = Table {
    name: "icd10pcs_conversion",
    columns: &["current", "effective", "former", "change", "title", "former_title", "seq"],
    definition: "current TEXT NOT NULL, effective INTEGER NOT NULL, former TEXT NOT NULL, change TEXT NOT NULL, \
        title INTEGER NOT NULL, former_title INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, seq)",
    indexes: &[
        "CREATE INDEX icd10pcs_conversion_current ON icd10pcs_conversion (current)",
        "CREATE INDEX icd10pcs_conversion_former ON icd10pcs_conversion (former)",
    ],
};

const COLUMNS: [&str; 3] = ["current code", "effective year", "change type"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PcsChange {
    New,
    Deleted,
    Revised,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PcsConversionRow {
    pub current: String,
    pub title: String,
    pub former: String,
    pub former_title: String,
    pub change: PcsChange,
    pub effective: Date,
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let mut rows = input.rows()?;
    rows.find(&COLUMNS)?;
    let family = Family::ConversionTable;
    let source = Source::new(family, "ICD-10-PCS", String::new(), 20_161_001);
    let id = sink.open(source);
    let mut latest = date(2016, 10, 1);
    let mut cells = Cells::default();
    while rows.read(&mut cells)? {
        if cells.is_empty() {
            continue;
        }
        let Some(row) = taken(sink, cells.line, row(&cells)) else { continue };
        latest = latest.max(row.effective);
        let (title, former_title) = (sink.word(&row.title), sink.word(&row.former_title));
        let (current, former, change) = (Cell::Text(&row.current), Cell::Text(&row.former), Cell::Text(row.change.word()));
        let day = Cell::Int(text::number(row.effective));
        sink.put(
            &PCS_CONVERSION,
            id,
            &[current, day, former, change, Cell::Int(title), Cell::Int(former_title), Cell::Int(sink.rows_of(id))],
        );
        goes_on(sink)?;
    }
    sink.amend(id, |source| source.edition = format!("to {}", super::fiscal::long_day(latest)));
    Ok(())
}

impl PcsChange {
    const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Deleted => "deleted",
            Self::Revised => "revised",
        }
    }
}

fn row(cells: &Cells) -> Row<PcsConversionRow> {
    let change = match cells.get(5) {
        "New" => PcsChange::New,
        "Deleted" => PcsChange::Deleted,
        "Revised" => PcsChange::Revised,
        _ => return bad("no change type in the sixth column"),
    };
    let Some(effective) = effective(cells.get(2), cells.get(cells.len().saturating_sub(1))) else {
        return bad("no year in the third column, or no month and day in the last");
    };
    let code = |at| cells.get(at).to_ascii_uppercase();
    let (current, former) = (code(0), code(3));
    if ![&current, &former].iter().any(|code| code.len() == 7) {
        return bad("no code");
    }
    Ok(PcsConversionRow {
        current,
        title: cells.get(1).to_owned(),
        former,
        former_title: cells.get(4).to_owned(),
        change,
        effective,
    })
}

/// The calendar year, and the month and day behind a point.
fn effective(year: &str, month_day: &str) -> Option<Date> {
    let year: i16 = year.parse().ok()?;
    let (month, day) = month_day.split_once('.')?;
    let (month, day) = (month.parse::<i8>().ok()?, format!("{day:0<2}").parse::<i8>().ok()?);
    Date::new(year, month, day).ok().filter(|day| *day >= date(2000, 1, 1))
}
