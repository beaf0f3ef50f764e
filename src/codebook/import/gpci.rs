//! Geographic practice cost indices by Medicare locality, `GPCIYYYY` (Addendum E of the fee schedule rule).
//!
//! Source: CMS, in each RVU release; csv, xlsx and a text of fixed columns. A title that names the year, a header, 109 localities,
//! footnotes. Names may end in `*` (Alaska's floor, frontier states). Where both are published, the work index with the floor of
//! 1.0 is the one that pays.

use super::columns::{Columns, each, required};
use super::rows::Row;
use super::sink::{Cell, Sink, Source, SourceId, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "gpci",
    title: "geographic practice cost indices (GPCI)",
    family: Family::Gpci,
    marks: &["geographic practice cost indices", "gpci", "locality number", "pe gpci"],
    rank: 2,
    tables: &[&GPCI],
    sniff,
    import,
};

pub const TEXT: Layout = Layout { name: "gpci_text", rank: 1, sniff: sniff_text, import: import_text, ..LAYOUT };

/// Indices have three decimals.
pub const GPCI: Table = Table {
    name: "gpci",
    columns: &["carrier", "locality", "state", "name", "work", "pe", "mp"],
    definition: "carrier TEXT NOT NULL, locality TEXT NOT NULL, state TEXT NOT NULL, name TEXT NOT NULL, work INTEGER NOT NULL, \
        pe INTEGER NOT NULL, mp INTEGER NOT NULL, PRIMARY KEY (source, carrier, locality)",
    indexes: &["CREATE INDEX gpci_by_state ON gpci (source, state)"],
};

fn sniff(head: &Head) -> bool {
    head.rows.iter().any(|row| is_header(row))
}

fn is_header(row: &[String]) -> bool {
    row.len() >= 7
        && row.iter().any(|cell| cell.contains("pe gpci"))
        && row.iter().any(|cell| cell.starts_with("locality number"))
}

/// The header of the text form is cut off by its columns (`Medicare Admi State  Locality`).
fn sniff_text(head: &Head) -> bool {
    !sniff(head)
        && head.holds("geographic practice cost indices")
        && head.lines().any(|line| line.contains("PE GPCI") && line.contains("MP GPCI"))
}

fn open(input: &Input, sink: &mut Sink, title: &str) -> Result<SourceId, Fault> {
    let from = text::day_in_name(title).or_else(|| input.day());
    let from = from.ok_or_else(|| input.unusable("neither its title nor its name tells the year"))? / 10_000 * 10_000 + 101;
    Ok(sink.open(Source::new(Family::Gpci, "", text::year_label(from), from)))
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let mut rows = input.rows()?;
    let mut row = Row::default();
    let (mut title, mut header) = (String::new(), Vec::new());
    while rows.read(&mut row)? {
        let cells = row.plain();
        if is_header(&cells) {
            header = cells;
            break;
        }
        title.push_str(&cells.join(" "));
        title.push(' ');
    }
    let columns = Columns::new(&header);
    let (state, locality) = (columns.need(&input.path, &["state"])?, columns.need(&input.path, &["locality number"])?);
    let name = columns.need(&input.path, &["locality name"])?;
    let index = |mark: &str| {
        header.iter().position(|cell| cell.contains(mark)).ok_or_else(|| input.unusable(&format!("no {mark} in its header")))
    };
    let work = header.iter().position(|cell| cell.contains("pw gpci") && cell.contains("with 1.0"));
    let work = work.map_or_else(|| index("pw gpci"), Ok)?;
    let (pe, mp) = (index("pe gpci")?, index("mp gpci")?);
    let id = open(input, sink, &title)?;
    each(&mut rows, sink, |row, sink| {
        let cells = [row.get(0), row.get(locality), row.get(state), row.get(name), row.get(work), row.get(pe), row.get(mp)];
        put(sink, id, cells)
    })
}

/// Rows of the text form: words apart by blanks, the three indices last.
fn import_text(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let title = input.head()?.lines().next().unwrap_or_default().to_owned();
    let id = open(input, sink, &title)?;
    let mut rows = input.lines()?;
    each(&mut rows, sink, |row, sink| {
        let words: Vec<&str> = row.raw(0).split_whitespace().collect();
        let [carrier, state, locality, name @ .., work, pe, mp] = words.as_slice() else { return Ok(false) };
        put(sink, id, [carrier, locality, state, &name.join(" "), work, pe, mp])
    })
}

fn put(sink: &mut Sink, id: SourceId, cells: [&str; 7]) -> Result<bool, String> {
    let [carrier, locality, state, name, work, pe, mp] = cells;
    if carrier.is_empty() || !carrier.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(false);
    }
    let (carrier, locality) = (format!("{carrier:0>5}"), format!("{locality:0>2}"));
    sink.put(
        &GPCI,
        id,
        &[
            Cell::Text(&carrier),
            Cell::Text(&locality),
            Cell::Text(state),
            Cell::Text(name.trim_end_matches('*').trim()),
            Cell::Int(required(work, 3)?),
            Cell::Int(required(pe, 3)?),
            Cell::Int(required(mp, 3)?),
        ],
    );
    Ok(true)
}
