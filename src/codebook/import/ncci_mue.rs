//! NCCI medically unlikely edits: the most units of a code on a line or a day, one file a setting.
//!
//! Source: CMS, "Medically Unlikely Edits", each quarter; csv and xlsx. A quoted notice of several lines, then the header, whose
//! first cell holds a line break (`HCPCS/` newline `CPT Code`); the second names the setting (`Practitioner Services MUE
//! Values`). Then code, value (0 is a value), adjudication indicator (`2 Date of Service Edit: Policy`: its digit), rationale.
//! Medicaid's files have the same columns without an indicator.

use super::rows::Row;
use super::sink::{Cell, Sink, Source, SourceId, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "ncci_mue",
    title: "NCCI unit limits (MUE)",
    family: Family::Mue,
    marks: &["mue values", "mue adjudication indicator", "mue rationale", "hcpcs/"],
    rank: 1,
    tables: &[&UNIT_LIMIT],
    sniff,
    import,
};

pub const UNIT_LIMIT: Table = Table {
    name: "unit_limit",
    columns: &["code", "units", "mai", "rationale", "line"],
    definition: "code TEXT NOT NULL, units INTEGER NOT NULL, mai INTEGER, rationale INTEGER NOT NULL, line INTEGER NOT NULL, \
        PRIMARY KEY (source, code)",
    indexes: &[],
};

/// Fewer rows than this are an excerpt.
const WHOLE_ROWS_MIN: i64 = 1_000;

fn sniff(head: &Head) -> bool {
    head.row_with(&["hcpcs/"]).is_some_and(|row| row.iter().any(|cell| cell.contains("mue value")))
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let mut rows = input.rows()?;
    let header = rows.find(&["hcpcs/"])?.unwrap_or_default();
    let value = header.iter().position(|cell| cell.contains("mue value")).unwrap_or(1);
    let title = header.get(value).cloned().unwrap_or_default();
    let part = setting(&title, &input.path)
        .ok_or_else(|| input.unusable(&format!("unit limits of a setting that is not known: \"{title}\"")))?;
    let mai = header.iter().position(|cell| cell.contains("adjudication indicator"));
    let rationale = header.iter().position(|cell| cell.contains("rationale")).unwrap_or(3);
    let medicaid = mai.is_none() || input.path.to_lowercase().contains("medicaid");
    let family = if medicaid { Family::MedicaidMue } else { Family::Mue };
    let from = input
        .day()
        .ok_or_else(|| input.unusable("its name does not tell the quarter; keep the published one (…_Eff_07-01-2024)"))?;
    let edition = text::quarter_label(from);
    let id = sink.open(Source { whole: false, ..Source::new(family, part, edition, from) });
    let mut row = Row::default();
    while rows.read(&mut row)? {
        if row.is_empty() {
            continue;
        }
        sink.saw();
        if let Err(why) = limit(&row, sink, id, value, mai, rationale) {
            sink.bad(row.line, why);
        }
    }
    let whole = sink.rows_of(id) >= WHOLE_ROWS_MIN;
    sink.amend(id, |source| source.whole = whole);
    Ok(())
}

fn limit(row: &Row, sink: &mut Sink, id: SourceId, value: usize, mai: Option<usize>, rationale: usize) -> Result<(), String> {
    let code = row.get(0);
    if !text::is_procedure(code) {
        return Err(format!("\"{code}\" is not a procedure code"));
    }
    let units: i64 = row.get(value).parse().map_err(|_| format!("\"{}\" is not a number of units", row.get(value)))?;
    let digit = match mai.map(|at| row.get(at)) {
        None => None,
        Some(cell) => match cell.chars().next().and_then(|c| c.to_digit(10)) {
            Some(digit @ 1..=3) => Some(i64::from(digit)),
            _ => return Err(format!("\"{cell}\" is not an adjudication indicator")),
        },
    };
    let rationale = sink.word(row.get(rationale));
    let line = i64::try_from(row.line).unwrap_or(0);
    sink.put(&UNIT_LIMIT, id, &[Cell::Text(code), Cell::Int(units), digit.into(), Cell::Int(rationale), Cell::Int(line)]);
    Ok(())
}

fn setting(title: &str, path: &str) -> Option<&'static str> {
    let path = path.to_lowercase();
    let has = |word: &str| title.contains(word) || path.contains(word);
    if has("practitioner") {
        Some("practitioner")
    } else if has("hospital") {
        Some("hospital")
    } else if has("dme") || has("supplier") {
        Some("dme")
    } else {
        None
    }
}
