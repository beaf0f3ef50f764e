//! The addenda of the order and codes files: what an edition adds, deletes and revises.
//!
//! A verb padded to column 13 (`Add:`, `Delete:`, `Revise from:`, `Revise to:`), then the record from its code on; the
//! order file's has its billable flag first. A summary of counts ends the file.

use super::fiscal::fiscal;
use super::icd10_codes;
use super::icd10_order;
use super::lines::{Row, bad, columns, goes_on, lines, taken};
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "icd10_addenda",
    title: "ICD-10 addenda",
    family: Family::Icd10Cm,
    marks: &["add:", "delete:", "revise from:", "revise to:"],
    rank: 1,
    tables: &[&ICD10_CHANGE],
    sniff,
    import,
};

pub const ICD10_CHANGE: Table = Table {
    name: "icd10_change",
    columns: &["code", "change", "billable", "title", "seq"],
    definition: "code TEXT NOT NULL, change TEXT NOT NULL, billable INTEGER NOT NULL, title TEXT NOT NULL, seq INTEGER NOT NULL, \
        PRIMARY KEY (source, seq)",
    indexes: &["CREATE INDEX icd10_change_code ON icd10_change (code)"],
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Add,
    Delete,
    ReviseFrom,
    ReviseTo,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddendumRow {
    pub change: Change,
    /// Without dot.
    pub code: String,
    /// The codes file's addenda hold billable codes alone.
    pub billable: bool,
    pub title: String,
}

fn sniff(head: &Head) -> bool {
    let mut lines = head.lines().filter(|line| !line.trim().is_empty()).take(4).peekable();
    lines.peek().is_some() && lines.all(|line| change(line).is_some_and(|change| row(change, line).is_ok()))
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let year = fiscal(input, None)?;
    let family = if input.path.to_lowercase().contains("pcs") { Family::Icd10Pcs } else { Family::Icd10Cm };
    let part = if input.path.to_lowercase().contains("order") { "order addenda" } else { "codes addenda" };
    let id = sink.open(Source { whole: false, ..Source::new(family, part, year.edition, year.from) });
    lines(input, &mut |number, line| {
        let Some(change) = change(line) else { return Ok(()) };
        if let Some(row) = taken(sink, number, row(change, line)) {
            let (code, change, title) = (Cell::Text(&row.code), Cell::Text(row.change.word()), Cell::Text(&row.title));
            sink.put(&ICD10_CHANGE, id, &[code, change, Cell::Int(i64::from(row.billable)), title, Cell::Int(sink.rows_of(id))]);
        }
        goes_on(sink)
    })
}

impl Change {
    const fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Delete => "delete",
            Self::ReviseFrom => "revise from",
            Self::ReviseTo => "revise to",
        }
    }
}

/// The verb of a line; the summary and blank lines have none.
fn change(line: &str) -> Option<Change> {
    Some(match columns(line, 1, 13) {
        "Add:" => Change::Add,
        "Delete:" => Change::Delete,
        "Revise from:" => Change::ReviseFrom,
        "Revise to:" => Change::ReviseTo,
        _ => return None,
    })
}

fn row(change: Change, line: &str) -> Row<AddendumRow> {
    let Some(rest) = line.get(13..) else { return bad("nothing after the verb") };
    let flagged = rest.get(..2).filter(|flag| matches!(*flag, "0 " | "1 "));
    let Some(flag) = flagged else {
        let read = icd10_codes::row(rest)?;
        return Ok(AddendumRow { change, code: read.code, billable: true, title: read.title });
    };
    let rest = rest.get(2..).unwrap_or_default();
    let read = icd10_order::titled(columns(rest, 1, 7), flag == "1 ", columns(rest, 9, 68), columns(rest, 70, usize::MAX))?;
    Ok(AddendumRow { change, code: read.code, billable: read.billable, title: read.long })
}
