//! Counties by Medicare locality, `YYLOCCO`.
//!
//! Source: CMS, in each RVU release; csv, xlsx and a text of fixed columns. A title that names the year, a header, blank rows between
//! states. Only the first row of a state names it. The csv loses leading zeros of contractor and locality; the text keeps them.
//! Counties are prose (`SUTTER, YUBA`, `ALL OTHER COUNTIES`).

use super::columns::each;
use super::rows::Row;
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "locco",
    title: "counties by Medicare locality (LOCCO)",
    family: Family::Localities,
    marks: &["counties included in", "localities", "fee schedule area", "counties"],
    rank: 2,
    tables: &[&COUNTY],
    sniff,
    import,
};

pub const COUNTY: Table = Table {
    name: "county",
    columns: &["line", "carrier", "locality", "state", "area", "counties"],
    definition: "line INTEGER NOT NULL, carrier TEXT NOT NULL, locality TEXT NOT NULL, state TEXT NOT NULL, area TEXT NOT NULL, \
        counties TEXT NOT NULL, PRIMARY KEY (source, line)",
    indexes: &[],
};

/// Where the fields of the text form begin, from 0.
const TEXT_COLUMNS: [(usize, usize); 5] = [(0, 12), (12, 20), (20, 44), (44, 142), (142, usize::MAX)];

fn sniff(head: &Head) -> bool {
    head.holds("counties included in") && head.holds("fee schedule area")
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let head = input.head()?;
    let title = head.lines().next().unwrap_or_default().to_owned();
    let from = text::day_in_name(&title).or_else(|| input.day());
    let from = from.ok_or_else(|| input.unusable("neither its title nor its name tells the year"))? / 10_000 * 10_000 + 101;
    let id = sink.open(Source::new(Family::Localities, "counties", text::year_label(from), from));
    let is_table = head.row_with(&["locality number"]).is_some();
    let mut rows = if is_table { input.rows()? } else { input.lines()? };
    let mut state = String::new();
    each(&mut rows, sink, |row, sink| {
        let cells: Vec<String> = if is_table {
            (0..5).map(|at| row.get(at).to_owned()).collect()
        } else {
            TEXT_COLUMNS.iter().map(|(from, to)| piece(row, *from, *to)).collect()
        };
        let [carrier, locality, of_state, area, counties] = cells.as_slice() else { return Ok(false) };
        if carrier.is_empty() || !carrier.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(false);
        }
        if !of_state.is_empty() {
            of_state.clone_into(&mut state);
        }
        let (carrier, locality) = (format!("{carrier:0>5}"), format!("{locality:0>2}"));
        let line = Cell::Int(i64::try_from(row.line).unwrap_or(0));
        sink.put(
            &COUNTY,
            id,
            &[line, Cell::Text(&carrier), Cell::Text(&locality), Cell::Text(&state), Cell::Text(area), Cell::Text(counties)],
        );
        Ok(true)
    })
}

fn piece(row: &Row, from: usize, to: usize) -> String {
    let line = row.raw(0);
    line.get(from..to.min(line.len())).map_or("", str::trim).to_owned()
}
