//! The ICD-10 order file, CM and PCS alike: every code and heading in order, with short and long title.
//!
//! Columns: 1-5 sequence, 7-13 code, 15 billable (1) or heading (0), 17-76 short title, 78- long title.

use super::fiscal::fiscal;
use super::lines::{Row, bad, columns, goes_on, lines, taken};
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout};
use crate::domain::code::Family;

pub const CM: Layout = Layout {
    name: "icd10cm_order",
    title: "ICD-10-CM order file",
    family: Family::Icd10Cm,
    marks: &["cholera", "salmonella", "typhoid"],
    rank: 2,
    tables: &[&ICD10_CODE],
    sniff: |head| orders(head) && !is_pcs(head),
    import: |input, sink| import(input, sink, Family::Icd10Cm),
};

pub const PCS: Layout = Layout {
    name: "icd10pcs_order",
    title: "ICD-10-PCS order file",
    family: Family::Icd10Pcs,
    marks: &["bypass", "approach", "percutaneous"],
    rank: 2,
    tables: &[&ICD10_CODE],
    sniff: |head| orders(head) && is_pcs(head),
    import: |input, sink| import(input, sink, Family::Icd10Pcs),
};

/// Codes and headings of both classifications; the codes file leaves the headings and short titles out.
pub const ICD10_CODE: Table = Table {
    name: "icd10_code",
    columns: &["code", "billable", "short", "title", "seq"],
    definition: "code TEXT NOT NULL, billable INTEGER NOT NULL, short TEXT, title TEXT NOT NULL, seq INTEGER NOT NULL, \
        PRIMARY KEY (source, code, seq)",
    indexes: &[],
};

/// Fewer codes than this are an excerpt.
pub(super) const WHOLE_ROWS_MIN: i64 = 60_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// Without dot.
    pub code: String,
    pub billable: bool,
    pub short: String,
    pub long: String,
}

fn orders(head: &Head) -> bool {
    let mut lines = head.lines().filter(|line| !line.trim().is_empty());
    lines.next().is_some_and(|line| row(line).is_ok())
}

/// Every code has seven characters, and a table's title three: what ICD-10-CM's codes never all have.
pub(super) fn is_pcs(head: &Head) -> bool {
    let starts_with_digit = |line: &str| line.get(6..7).is_some_and(|c| c.bytes().all(|b| b.is_ascii_digit()));
    head.named("pcs") || head.lines().take(20).any(|line| row(line).is_ok() && starts_with_digit(line))
}

fn import(input: &Input, sink: &mut Sink, family: Family) -> Result<(), Fault> {
    let year = fiscal(input, None)?;
    let id = sink.open(Source { whole: false, ..Source::new(family, "codes", year.edition, year.from) });
    let mut billable = 0_i64;
    lines(input, &mut |number, line| {
        if line.trim().is_empty() {
            return Ok(());
        }
        if let Some(row) = taken(sink, number, row(line)) {
            billable += i64::from(row.billable);
            let (code, short, title) = (Cell::Text(&row.code), Cell::Text(&row.short), Cell::Text(&row.long));
            sink.put(&ICD10_CODE, id, &[code, Cell::Int(i64::from(row.billable)), short, title, Cell::Int(sink.rows_of(id))]);
        }
        goes_on(sink)
    })?;
    sink.remark(format!("{billable} billable codes"));
    sink.amend(id, |source| source.whole = billable >= WHOLE_ROWS_MIN);
    Ok(())
}

fn row(line: &str) -> Row<OrderRow> {
    if columns(line, 1, 5).parse::<u32>().is_err() {
        return bad("no sequence number in columns 1-5");
    }
    from_code(line.get(6..).unwrap_or_default())
}

/// The part from the code on, as the addenda repeat it.
pub(super) fn from_code(rest: &str) -> Row<OrderRow> {
    let billable = match columns(rest, 9, 9) {
        "1" => true,
        "0" => false,
        _ => return bad("column 15 is neither 0 nor 1"),
    };
    titled(columns(rest, 1, 7), billable, columns(rest, 11, 70), columns(rest, 72, usize::MAX))
}

/// A row of its four fields.
pub(super) fn titled(code: &str, billable: bool, short: &str, long: &str) -> Row<OrderRow> {
    if !(3..=7).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return bad("no code");
    }
    if long.is_empty() {
        return bad("no long title: the line is cut");
    }
    Ok(OrderRow { code: code.to_owned(), billable, short: short.to_owned(), long: long.to_owned() })
}
