//! Anesthesia conversion factors by locality, `ANESYYYY`, and anesthesia base units by code.
//!
//! Source: CMS. Factors come in each RVU release as csv (`Contractor,Locality,Locality Name,National Anes CF of 20.3178`) and as a text
//! of fixed columns whose factor has no point (`1931`). Base units are a workbook of their own: three header rows (`CODE | 2022`,
//! `BASE`, `UNIT`), then code and units; 01999 has 0.

use super::columns::{each, required};
use super::rows::Row;
use super::sink::{Cell, Sink, Source, SourceId, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const FACTORS: Layout = Layout {
    name: "anesthesia_factors",
    title: "anesthesia conversion factors (ANES)",
    family: Family::Anesthesia,
    marks: &["national anes cf", "contractor", "locality name"],
    rank: 2,
    tables: &[&FACTOR],
    sniff: sniff_factors,
    import: import_factors,
};

pub const FACTORS_TEXT: Layout =
    Layout { name: "anesthesia_factors_text", rank: 1, sniff: sniff_text, import: import_text, ..FACTORS };

pub const UNITS: Layout = Layout {
    name: "anesthesia_base_units",
    title: "anesthesia base units",
    family: Family::Anesthesia,
    marks: &["code", "base", "unit", "anes"],
    rank: 1,
    tables: &[&BASE_UNIT],
    sniff: sniff_units,
    import: import_units,
};

/// Factors have two decimals; the locality `00` of the contractor `00000` is the nation, with four.
pub const FACTOR: Table = Table {
    name: "anesthesia_factor",
    columns: &["carrier", "locality", "name", "factor"],
    definition: "carrier TEXT NOT NULL, locality TEXT NOT NULL, name TEXT NOT NULL, factor INTEGER NOT NULL, \
        PRIMARY KEY (source, carrier, locality)",
    indexes: &[],
};

pub const BASE_UNIT: Table = Table {
    name: "anesthesia_base_unit",
    columns: &["code", "units"],
    definition: "code TEXT NOT NULL, units INTEGER NOT NULL, PRIMARY KEY (source, code)",
    indexes: &[],
};

pub const FACTORS_PART: &str = "factors";
pub const UNITS_PART: &str = "base units";

fn sniff_factors(head: &Head) -> bool {
    head.row_with(&["contractor", "locality name", "national anes cf"]).is_some()
}

/// Contractor, locality, a name, a factor without a point.
fn factor_line(line: &str) -> Option<(&str, &str, &str, &str)> {
    let (carrier, locality) = (line.get(..5)?, line.get(12..14)?);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let rest = line.get(18..)?.trim_end();
    let (name, factor) = rest.rsplit_once(' ')?;
    (digits(carrier) && digits(locality) && digits(factor) && factor.len() == 4).then_some((
        carrier,
        locality,
        name.trim(),
        factor,
    ))
}

fn sniff_text(head: &Head) -> bool {
    let lines: Vec<&str> = head.lines().filter(|line| line.len() > 18).take(20).collect();
    lines.len() >= 3 && lines.iter().all(|line| factor_line(line).is_some())
}

fn open(input: &Input, sink: &mut Sink, part: &'static str) -> Result<SourceId, Fault> {
    let from = input.day().ok_or_else(|| input.unusable("its name does not tell the year; keep the published one"))?;
    let from = from / 10_000 * 10_000 + 101;
    Ok(sink.open(Source::new(Family::Anesthesia, part, text::year_label(from), from)))
}

fn import_factors(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = open(input, sink, FACTORS_PART)?;
    let mut rows = input.rows()?;
    let header = rows.find(&["contractor", "locality name", "national anes cf"])?.unwrap_or_default();
    let told = header.iter().find_map(|cell| cell.strip_prefix("national anes cf of "));
    if let Some(national) = told.and_then(|factor| text::decimal(factor, 4)) {
        sink.put(&FACTOR, id, &[Cell::Text("00000"), Cell::Text("00"), Cell::Text("NATIONAL"), Cell::Int(national)]);
    }
    each(&mut rows, sink, |row, sink| {
        let factor = if row.get(3).is_empty() { return Ok(false) } else { required(row.get(3), 2)? };
        put(sink, id, (row.get(0), row.get(1), row.get(2)), factor)
    })
}

fn import_text(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = open(input, sink, FACTORS_PART)?;
    let mut rows = input.lines()?;
    each(&mut rows, sink, |row, sink| {
        let Some((carrier, locality, name, factor)) = factor_line(row.raw(0)) else {
            return Err("not a line of contractor, locality, name and factor".to_owned());
        };
        put(sink, id, (carrier, locality, name), required(factor, 0)?)
    })
}

fn put(sink: &mut Sink, id: SourceId, (carrier, locality, name): (&str, &str, &str), factor: i64) -> Result<bool, String> {
    if carrier.is_empty() || !carrier.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("\"{carrier}\" is not a contractor"));
    }
    let (carrier, locality) = (format!("{carrier:0>5}"), format!("{locality:0>2}"));
    let name = name.trim_end_matches('*').trim();
    sink.put(&FACTOR, id, &[Cell::Text(&carrier), Cell::Text(&locality), Cell::Text(name), Cell::Int(factor)]);
    Ok(true)
}

fn sniff_units(head: &Head) -> bool {
    let first = |at: usize| {
        head.rows.get(at).map(|row| row.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" "))
    };
    let top: Vec<String> = (0..4).filter_map(first).collect();
    let joined = top.join(" ");
    let anesthesia =
        |row: &Vec<String>| row.first().is_some_and(|code| code.len() == 5 && code.starts_with('0') && text::is_procedure(code));
    joined.contains("code") && joined.contains("base") && joined.contains("unit") && head.rows.iter().any(anesthesia)
}

fn import_units(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = open(input, sink, UNITS_PART)?;
    let mut rows = input.rows()?;
    let mut row = Row::default();
    while rows.read(&mut row)? {
        if row.is_empty() || !row.get(0).starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        sink.saw();
        let code = format!("{:0>5}", row.get(0));
        match required(row.get(1), 0) {
            Ok(units) if text::is_procedure(&code) => sink.put(&BASE_UNIT, id, &[Cell::Text(&code), Cell::Int(units)]),
            Ok(_) => sink.bad(row.line, format!("\"{code}\" is not a procedure code")),
            Err(why) => sink.bad(row.line, why),
        }
    }
    Ok(())
}
