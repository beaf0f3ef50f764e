//! The ICD-10-CM conversion table: each new code, since when, and what was assigned before.
//!
//! Three columns under two notices. `Effective` is a year (October 1 of it), the day of an off-cycle update, or its serial
//! number. Former codes: one, several, a range, `None`, or "A and B", which one code now says together.

use jiff::civil::{Date, date};

use super::lines::{Row, bad, day, goes_on, is_icd10cm, taken, undotted};
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, grid, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "icd10cm_conversion",
    title: "ICD-10-CM conversion table",
    family: Family::ConversionTable,
    marks: &["current code assignment", "effective", "previous code(s) assignment"],
    rank: 1,
    tables: &[&CONVERSION],
    sniff: |head| grid::has_header(&head.rows, &COLUMNS),
    import,
};

/// A former code, or a range of them, of a current one; none where nothing was assigned before.
pub const CONVERSION: Table = Table {
    name: "icd10cm_conversion",
    columns: &["current", "effective", "former", "former_last", "together", "seq"],
    definition: "current TEXT NOT NULL, effective INTEGER NOT NULL, former TEXT, former_last TEXT, together INTEGER NOT NULL, \
        seq INTEGER NOT NULL, PRIMARY KEY (source, seq)",
    indexes: &[
        "CREATE INDEX icd10cm_conversion_current ON icd10cm_conversion (current)",
        "CREATE INDEX icd10cm_conversion_former ON icd10cm_conversion (former)",
        "CREATE INDEX icd10cm_conversion_range ON icd10cm_conversion (former_last) WHERE former <> former_last",
    ],
};

const COLUMNS: [&str; 3] = ["Current code assignment", "Effective", "Previous Code(s) Assignment"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversionRow {
    /// Without dot.
    pub current: String,
    pub effective: Date,
    /// Each a code, or the first and last of a range; empty where there was none.
    pub former: Vec<(String, String)>,
    /// The new code stands for all of the former ones at once, which go on.
    pub together: bool,
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let from = stated_day(&input.head()?).or_else(|| text::day_in_name(&input.path)).unwrap_or(20_161_001);
    let edition = text::date(from).map(super::fiscal::year_of).unwrap_or_default();
    let family = Family::ConversionTable;
    let id = sink.open(Source::new(family, "ICD-10-CM", edition, 20_161_001));
    grid::table(input, &COLUMNS, &mut |header, cells| {
        let [current, effective, former] = COLUMNS.map(|column| header.cell(cells, column));
        if let Some(row) = taken(sink, cells.line, row(current, effective, former)) {
            let (current, day) = (Cell::Text(&row.current), Cell::Int(text::number(row.effective)));
            let together = Cell::Int(i64::from(row.together));
            if row.former.is_empty() {
                sink.put(&CONVERSION, id, &[current, day, Cell::None, Cell::None, together, Cell::Int(sink.rows_of(id))]);
            }
            for (first, last) in &row.former {
                sink.put(
                    &CONVERSION,
                    id,
                    &[current, day, Cell::Text(first), Cell::Text(last), together, Cell::Int(sink.rows_of(id))],
                );
            }
        }
        goes_on(sink)
    })
}

/// "which will become effective October 1, 2024" in the notice.
fn stated_day(head: &Head) -> Option<i64> {
    let (_, rest) = head.text.split_once("effective ")?;
    let words: String = rest.chars().take(20).collect();
    let mut words = words.split([' ', ',', '.']).filter(|word| !word.is_empty());
    let (month, day, year) = (words.next()?, words.next()?, words.next()?);
    let month = if month.starts_with("Oct") {
        10
    } else if month.starts_with("Apr") {
        4
    } else {
        return None;
    };
    text::any_day(&format!("{year}-{month}-{day}"))
}

fn row(current: &str, effective: &str, former: &str) -> Row<ConversionRow> {
    let current = undotted(current);
    if !is_icd10cm(&current) {
        return bad("no code in the first column");
    }
    let year = effective.parse::<i16>().ok().filter(|year| (1999..2100).contains(year));
    let Some(effective) = year.map(|year| date(year, 10, 1)).or_else(|| day(effective)) else {
        return bad("no date in the second column");
    };
    let Some((former, together)) = former_codes(former) else { return bad("no codes in the third column") };
    Ok(ConversionRow { current, effective, former, together })
}

/// `H02.101-H02.106; H02.109`, `E66.01, E66.8`, `C56.1 and C56.2`, `Codes in Categories T15-T19`, `None`. Words among the codes
/// mean that the former codes go on.
fn former_codes(text: &str) -> Option<(Vec<(String, String)>, bool)> {
    if text.trim().eq_ignore_ascii_case("none") {
        return Some((Vec::new(), false));
    }
    let (mut codes, mut worded) = (Vec::new(), false);
    let text = text.replace(" - ", "-");
    for part in text.split([',', ';', ' ']).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let last = if last.is_empty() { first } else { last };
        let (first, last) = (undotted(first), undotted(last));
        let numbered = first.bytes().take(3).any(|b| b.is_ascii_digit());
        if numbered && is_icd10cm(&first) && is_icd10cm(&last) {
            codes.push((first, last));
        } else {
            worded = true;
        }
    }
    (!codes.is_empty()).then_some((codes, worded))
}
