//! NCCI add-on code edits: which primary codes an add-on code goes with.
//!
//! Source: CMS, "Add-on Code Edits", each quarter, as `AOC_VYYYYQn-MCR` in xlsx and text. Read by its header: the add-on code, the
//! primary code, the edit's type (1 complete list of primaries, 2 contractor-defined, 3 some listed), the effective and deletion
//! days of the edit. A primary of `CCCCC` stands for "defined by the contractor". The text form has the same fields without a
//! header: two codes, a type and days, in columns of blanks.

use super::columns::{Columns, cell, each};
use super::rows::Row;
use super::sink::{Cell, Sink, Source, SourceId, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "ncci_aoc",
    title: "NCCI add-on codes (AOC)",
    family: Family::AddOn,
    marks: &["add_on", "add-on", "primary", "aoc", "edit_type"],
    rank: 1,
    tables: &[&ADD_ON],
    sniff,
    import,
};

pub const ADD_ON: Table = Table {
    name: "add_on",
    columns: &["code", "primary_code", "line", "kind", "effective", "deleted"],
    definition: "code TEXT NOT NULL, primary_code TEXT NOT NULL, line INTEGER NOT NULL, kind INTEGER NOT NULL, \
        effective INTEGER NOT NULL, deleted INTEGER NOT NULL, PRIMARY KEY (source, code, primary_code, line)",
    indexes: &["CREATE INDEX add_on_by_primary ON add_on (source, primary_code)"],
};

/// Fewer rows than this are an excerpt.
const WHOLE_ROWS_MIN: i64 = 1_000;

fn sniff(head: &Head) -> bool {
    let by_header = head.rows.iter().any(|row| header(row));
    let texts = head.lines().filter(|line| fields(line).is_some()).count();
    by_header || (texts >= 5 && head.named("aoc"))
}

fn header(row: &[String]) -> bool {
    let columns = Columns::new(row);
    columns.at(&["add_on_code", "addon code", "aoc code"]).is_some() && columns.at(&["primary_code", "primary"]).is_some()
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let from = input.day().ok_or_else(|| input.unusable("its name does not tell the quarter; keep the published one"))?;
    let id = sink.open(Source::new(Family::AddOn, "", text::quarter_label(from), from));
    let head = input.head()?;
    if head.rows.iter().any(|row| header(row)) {
        table(input, sink, id)?;
    } else {
        let mut rows = input.lines()?;
        each(&mut rows, sink, |row, sink| {
            let Some([code, primary, kind, effective, deleted]) = fields(row.raw(0)) else { return Ok(false) };
            put(sink, id, row, [code, primary, kind, effective, deleted])
        })?;
    }
    let whole = sink.rows_of(id) >= WHOLE_ROWS_MIN;
    sink.amend(id, |source| source.whole = whole);
    Ok(())
}

fn table(input: &Input, sink: &mut Sink, id: SourceId) -> Result<(), Fault> {
    let mut rows = input.rows()?;
    let mut row = Row::default();
    let mut columns = Columns::new(&[]);
    while rows.read(&mut row)? {
        if header(&row.plain()) {
            columns = Columns::new(&row.plain());
            break;
        }
    }
    let code = columns.need(&input.path, &["add_on_code", "addon code", "aoc code"])?;
    let primary = columns.need(&input.path, &["primary_code", "primary"])?;
    let kind = columns.need(&input.path, &["aoc_edit_type", "edit type", "type"])?;
    let effective = columns.at(&["aoc_edit_eff_dt", "aoc edit effdt", "effective", "eff"]);
    let deleted = columns.at(&["aoc_edit_del_dt", "aoc edit deldt", "deletion", "del"]);
    each(&mut rows, sink, |row, sink| {
        put(sink, id, row, [row.get(code), row.get(primary), row.get(kind), cell(row, effective), cell(row, deleted)])
    })
}

fn put(sink: &mut Sink, id: SourceId, row: &Row, fields: [&str; 5]) -> Result<bool, String> {
    let [code, primary, kind, effective, deleted] = fields;
    if !text::is_procedure(code) || !(text::is_procedure(primary) || primary == "CCCCC") {
        return Err(format!("\"{code}\" with \"{primary}\" is not an add-on code with its primary"));
    }
    let digit = match kind.trim_start_matches("Type ").trim() {
        "1" | "I" => 1,
        "2" | "II" => 2,
        "3" | "III" => 3,
        other => return Err(format!("\"{other}\" is not a type of add-on edit")),
    };
    let day = |cell: &str| match cell {
        "" | "*" => Ok(0),
        text => text::any_day(text).ok_or_else(|| format!("\"{text}\" is not a day")),
    };
    let line = Cell::Int(i64::try_from(row.line).unwrap_or(0));
    let cells =
        [Cell::Text(code), Cell::Text(primary), line, Cell::Int(digit), Cell::Int(day(effective)?), Cell::Int(day(deleted)?)];
    sink.put(&ADD_ON, id, &cells);
    Ok(true)
}

/// A line of the text form: code, primary, type and up to two days, whatever stands between them.
fn fields(line: &str) -> Option<[&str; 5]> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_primary = |word: &str| text::is_procedure(word) || word == "CCCCC";
    let at = words.windows(2).position(|pair| matches!(pair, [a, b] if text::is_procedure(a) && is_primary(b)))?;
    let kind = words.iter().find(|word| matches!(**word, "1" | "2" | "3"))?;
    let mut days = words.iter().filter(|word| text::day(word).is_some());
    let (code, primary) = (words.get(at)?, words.get(at + 1)?);
    Some([code, primary, kind, days.next().unwrap_or(&""), days.next().unwrap_or(&"")])
}
