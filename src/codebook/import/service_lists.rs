//! Short lists: services that Medicare takes by telehealth, laboratory tests that are waived (QW), contractors by state.
//!
//! Sources: CMS, "List of Telehealth Services" (each year, text or xlsx: a title `CY 2026 …`, a header `HCPCS` or `Code`, in some years
//! an audio-only column); CMS, tests granted waived status, kept here as one code a line or a table with a code column; CMS, "Who are
//! the MACs", as a table `mac_type, jurisdiction, contractor, state, carriers`.

use super::columns::{Columns, cell, each, procedure};
use super::rows::Row;
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const TELEHEALTH: Layout = Layout {
    name: "telehealth",
    title: "list of telehealth services",
    family: Family::Telehealth,
    marks: &["telehealth services", "hcpcs", "audio-only", "short descriptor"],
    rank: 1,
    tables: &[&TELEHEALTH_SERVICE],
    sniff: sniff_telehealth,
    import: import_telehealth,
};

pub const CLIA: Layout = Layout {
    name: "clia_waived",
    title: "CLIA-waived tests (QW)",
    family: Family::CliaWaived,
    marks: &["clia", "waived", "qw"],
    rank: 1,
    tables: &[&WAIVED_TEST],
    sniff: sniff_clia,
    import: import_clia,
};

pub const MAC: Layout = Layout {
    name: "mac",
    title: "Medicare contractors by state",
    family: Family::Mac,
    marks: &["mac_type", "jurisdiction", "contractor", "state"],
    rank: 1,
    tables: &[&CONTRACTOR],
    sniff: sniff_mac,
    import: import_mac,
};

/// `audio_only` is missing where the list has no such column.
pub const TELEHEALTH_SERVICE: Table = Table {
    name: "telehealth_service",
    columns: &["code", "audio_only", "remark"],
    definition: "code TEXT NOT NULL, audio_only INTEGER, remark TEXT NOT NULL, PRIMARY KEY (source, code)",
    indexes: &[],
};

pub const WAIVED_TEST: Table =
    Table { name: "waived_test", columns: &["code"], definition: "code TEXT NOT NULL, PRIMARY KEY (source, code)", indexes: &[] };

pub const CONTRACTOR: Table = Table {
    name: "contractor",
    columns: &["line", "kind", "jurisdiction", "name", "state", "carriers"],
    definition: "line INTEGER NOT NULL, kind TEXT NOT NULL, jurisdiction TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, \
        carriers TEXT NOT NULL, PRIMARY KEY (source, line)",
    indexes: &["CREATE INDEX contractor_by_state ON contractor (source, state)"],
};

fn sniff_telehealth(head: &Head) -> bool {
    head.holds("telehealth services") && (head.row_with(&["hcpcs"]).is_some() || head.row_with(&["code"]).is_some())
}

fn import_telehealth(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let head = input.head()?;
    let title = head.lines().find(|line| line.to_lowercase().contains("telehealth services")).unwrap_or_default();
    let from = text::day_in_name(title).or_else(|| input.day());
    let from = from.ok_or_else(|| input.unusable("neither its title nor its name tells the year"))? / 10_000 * 10_000 + 101;
    let id = sink.open(Source::new(Family::Telehealth, "", text::year_label(from), from));
    let mut rows = input.rows()?;
    let mut row = Row::default();
    let mut columns = Columns::new(&[]);
    while rows.read(&mut row)? {
        let plain = row.plain();
        if plain.first().is_some_and(|first| first.starts_with("hcpcs") || first == "code") {
            columns = Columns::new(&plain);
            break;
        }
    }
    let audio = columns.at(&["can audio-only interaction meet the requirements", "audio-only", "audio only"]);
    let remark = columns.at(&["medicare payment limitations", "proposed action", "action", "status"]);
    each(&mut rows, sink, |row, sink| {
        let Ok(code) = procedure(row.get(0)) else { return Ok(false) };
        let audio_only = audio.map(|at| i64::from(row.get(at).to_ascii_lowercase().starts_with('y')));
        sink.put(&TELEHEALTH_SERVICE, id, &[Cell::Text(code), audio_only.into(), Cell::Text(cell(row, remark))]);
        Ok(true)
    })?;
    let whole = sink.rows_of(id) >= 100;
    sink.amend(id, |source| source.whole = whole);
    Ok(())
}

/// A bare list of codes says of itself nothing: its name has to say that it is of waived tests.
fn sniff_clia(head: &Head) -> bool {
    let name = head.path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let named = name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| matches!(word, "qw" | "clia" | "waived"));
    let mut lines = head.lines().map(str::trim).filter(|line| !line.is_empty()).take(20).peekable();
    named && lines.peek().is_some() && lines.all(text::is_procedure)
}

fn import_clia(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let from = input.day().ok_or_else(|| input.unusable("its name does not tell the quarter"))?;
    let id = sink.open(Source::new(Family::CliaWaived, "", text::quarter_label(from), from));
    let mut rows = input.lines()?;
    each(&mut rows, sink, |row, sink| {
        sink.put(&WAIVED_TEST, id, &[Cell::Text(procedure(row.get(0))?)]);
        Ok(true)
    })
}

fn sniff_mac(head: &Head) -> bool {
    head.row_with(&["mac_type", "jurisdiction", "contractor", "state"]).is_some()
}

fn import_mac(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let from = input.day().ok_or_else(|| input.unusable("its name does not tell the year"))?;
    let id = sink.open(Source::new(Family::Mac, "", text::year_label(from), from));
    let mut rows = input.rows()?;
    rows.find(&["mac_type", "jurisdiction", "contractor", "state"])?;
    each(&mut rows, sink, |row, sink| {
        let line = Cell::Int(i64::try_from(row.line).unwrap_or(0));
        if row.get(3).is_empty() {
            return Err("no state".to_owned());
        }
        let [kind, jurisdiction, name, state, carriers] = [0, 1, 2, 3, 4].map(|at| Cell::Text(row.get(at)));
        sink.put(&CONTRACTOR, id, &[line, kind, jurisdiction, name, state, carriers]);
        Ok(true)
    })
}
