//! The ICD-10 codes file, CM and PCS alike: the billable codes with their long titles.
//!
//! Columns: 1-7 code, 9- long title.

use super::fiscal::fiscal;
use super::icd10_order::{ICD10_CODE, WHOLE_ROWS_MIN};
use super::lines::{Row, bad, columns, goes_on, lines, taken};
use super::sink::{Cell, Sink, Source};
use super::{Fault, Head, Input, Layout};
use crate::domain::code::Family;

pub const CM: Layout = Layout {
    name: "icd10cm_codes",
    title: "ICD-10-CM codes file",
    family: Family::Icd10Cm,
    marks: &["cholera", "salmonella", "typhoid"],
    rank: 1,
    tables: &[&ICD10_CODE],
    sniff: |head| holds_codes(head) && !is_pcs(head),
    import: |input, sink| import(input, sink, Family::Icd10Cm),
};

pub const PCS: Layout = Layout {
    name: "icd10pcs_codes",
    title: "ICD-10-PCS codes file",
    family: Family::Icd10Pcs,
    marks: &["bypass", "approach", "percutaneous"],
    rank: 1,
    tables: &[&ICD10_CODE],
    sniff: |head| holds_codes(head) && is_pcs(head),
    import: |input, sink| import(input, sink, Family::Icd10Pcs),
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRow {
    /// Without dot.
    pub code: String,
    pub title: String,
}

/// Ten lines that all read, with words in their titles: short lists of numbers (the GEMs) have none.
fn holds_codes(head: &Head) -> bool {
    let mut lines = head.lines().filter(|line| !line.trim().is_empty()).take(10).peekable();
    let worded = |row: &CodeRow| row.title.chars().filter(char::is_ascii_lowercase).count() > 3;
    lines.peek().is_some() && lines.all(|line| row(line).is_ok_and(|row| worded(&row)))
}

fn is_pcs(head: &Head) -> bool {
    head.named("pcs") || head.lines().take(10).all(|line| line.starts_with(|c: char| c.is_ascii_digit()))
}

fn import(input: &Input, sink: &mut Sink, family: Family) -> Result<(), Fault> {
    let year = fiscal(input, None)?;
    let id = sink.open(Source { whole: false, ..Source::new(family, "codes", year.edition, year.from) });
    lines(input, &mut |number, line| {
        if line.trim().is_empty() {
            return Ok(());
        }
        if let Some(row) = taken(sink, number, row(line)) {
            sink.put(
                &ICD10_CODE,
                id,
                &[Cell::Text(&row.code), Cell::Int(1), Cell::None, Cell::Text(&row.title), Cell::Int(sink.rows_of(id))],
            );
        }
        goes_on(sink)
    })?;
    let codes = sink.rows_of(id);
    sink.amend(id, |source| source.whole = codes >= WHOLE_ROWS_MIN);
    Ok(())
}

pub(super) fn row(line: &str) -> Row<CodeRow> {
    let (code, title) = (columns(line, 1, 7), columns(line, 8, usize::MAX));
    let shaped = (3..=7).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if !shaped || line.as_bytes().get(7).is_some_and(|b| *b != b' ') {
        return bad("no code in columns 1-7");
    }
    if title.is_empty() {
        return bad("no title: the line is cut");
    }
    Ok(CodeRow { code: code.to_owned(), title: title.to_owned() })
}
