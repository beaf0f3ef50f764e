//! ZIP codes to Medicare contractor and locality, `ZIP5_MMMYYYY`.
//!
//! Source: CMS, "Zip Code to Carrier Locality File", each quarter; xlsx, csv and a text of fixed columns (1-2 state, 3-7 ZIP code, 8-12
//! contractor, 13-14 locality, 15 rural indicator, 76-80 year and quarter; the rest is read from tables alone). STATE has contractor
//! areas beside postal states (EK, WK, EM, WM). A plus-four flag of 1 says that the ZIP code's parts lie in different localities.

use super::super::cadence::Cadence;
use super::columns::{Columns, cell, each};
use super::rows::Row;
use super::sink::{Cell, Sink, Source, SourceId, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "zip5",
    title: "ZIP codes to localities (ZIP5)",
    family: Family::Localities,
    marks: &["state", "zip code", "carrier", "locality", "rural ind", "plus 4 flag"],
    rank: 1,
    tables: &[&ZIP],
    sniff,
    import,
};

pub const ZIP: Table = Table {
    name: "zip",
    columns: &["zip", "carrier", "locality", "state", "rural", "split"],
    definition: "zip TEXT NOT NULL, carrier TEXT NOT NULL, locality TEXT NOT NULL, state TEXT NOT NULL, rural TEXT NOT NULL, \
        split INTEGER, PRIMARY KEY (source, zip, carrier, locality)",
    indexes: &[],
};

pub const PART: &str = "ZIP codes";

fn sniff(head: &Head) -> bool {
    head.row_with(&["state", "zip code", "carrier", "locality"]).is_some() || is_text(head)
}

fn is_text(head: &Head) -> bool {
    let fits = |line: &str| {
        let digits = |from, to| line.get(from..to).is_some_and(|part: &str| part.bytes().all(|b| b.is_ascii_digit()));
        line.len() >= 80
            && line.get(..2).is_some_and(|state| state.bytes().all(|b| b.is_ascii_uppercase()))
            && digits(2, 14)
            && digits(75, 80)
    };
    let mut lines = head.lines().take(10).peekable();
    lines.peek().is_some() && lines.all(fits)
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let head = input.head()?;
    let id = sink.open(Source::new(Family::Localities, PART, "", 0));
    let mut quarter = String::new();
    if is_text(&head) {
        let mut rows = input.lines()?;
        each(&mut rows, sink, |row, sink| {
            row.columns(76, 80).clone_into(&mut quarter);
            put(
                sink,
                id,
                [row.columns(3, 7), row.columns(8, 12), row.columns(13, 14), row.columns(1, 2), row.columns(15, 15), ""],
            )
        })?;
    } else {
        let mut rows = input.rows()?;
        let columns = Columns::new(&rows.find(&["state", "zip code", "carrier", "locality"])?.unwrap_or_default());
        let need = |names: &[&str]| columns.need(&input.path, names);
        let (state, zip, carrier) = (need(&["state"])?, need(&["zip code"])?, need(&["carrier"])?);
        let (locality, rural, split) = (need(&["locality"])?, columns.at(&["rural ind"]), columns.at(&["plus 4 flag"]));
        let told = columns.at(&["year/qtr", "year"]);
        each(&mut rows, sink, |row: &Row, sink| {
            cell(row, told).clone_into(&mut quarter);
            put(sink, id, [row.get(zip), row.get(carrier), row.get(locality), row.get(state), cell(row, rural), cell(row, split)])
        })?;
    }
    let from =
        day(&quarter).or_else(|| input.day()).ok_or_else(|| input.unusable("neither its rows nor its name tell the quarter"))?;
    sink.amend(id, |source| {
        source.from = from;
        source.edition = text::quarter_label(from);
        // Counties follow the year, ZIP codes the quarter.
        source.to = text::date(from).map(|day| text::number(Cadence::Quarter.last_day(day)));
    });
    Ok(())
}

fn put(sink: &mut Sink, id: SourceId, cells: [&str; 6]) -> Result<bool, String> {
    let [zip, carrier, locality, state, rural, split] = cells;
    let (zip, carrier, locality) = (format!("{zip:0>5}"), format!("{carrier:0>5}"), format!("{locality:0>2}"));
    if zip.len() != 5 || !zip.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("\"{zip}\" is not a ZIP code"));
    }
    let split = match split {
        "0" => Some(0),
        "1" => Some(1),
        _ => None,
    };
    let cells =
        [Cell::Text(&zip), Cell::Text(&carrier), Cell::Text(&locality), Cell::Text(state), Cell::Text(rural), split.into()];
    sink.put(&ZIP, id, &cells);
    Ok(true)
}

/// `20261` is the first quarter of 2026.
fn day(quarter: &str) -> Option<i64> {
    let number: i64 = quarter.parse().ok()?;
    let (year, digit) = (number / 10, number % 10);
    ((1990..2100).contains(&year) && (1..=4).contains(&digit)).then_some(year * 10_000 + (digit * 3 - 2) * 100 + 1)
}
