//! NCCI procedure-to-procedure edits, Medicare's `ccipra-vNNNrN-fN` (practitioner, in four pieces) and `ccioph-…` (outpatient
//! hospital), and Medicaid's files of the same columns.
//!
//! Source: CMS, "PTP Coding Edits", each quarter; txt and xlsx. Tab, CRLF. A notice, a title and a header that is wrapped over
//! four lines (`Column 1` begins it; the rows after it with an empty first cell belong to it), then seven columns: column 1,
//! column 2, `*` if in existence before 1996, effective day, deletion day (`*` while the edit is active), modifier indicator
//! 0, 1 or 9, rationale. The content does not say which setting or quarter it is for: the name does.

use super::rows::{Row, Rows};
use super::sink::{Cell, Sink, Source, SourceId, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "ncci_ptp",
    title: "NCCI pair edits (PTP)",
    family: Family::NcciPtp,
    marks: &["column 1", "column 2", "ptp edit rationale", "deletion", "in existence"],
    rank: 1,
    tables: &[&PAIR],
    sniff,
    import,
};

/// `line` tells the row of the file and keeps apart the rows of one pair. Days are numbers such as 20240701; 0 where the file
/// has none: an effective day that is missing, a deletion that has not come.
pub const PAIR: Table = Table {
    name: "pair",
    columns: &["column1", "column2", "line", "before1996", "effective", "deleted", "indicator", "rationale"],
    definition: "column1 TEXT NOT NULL, column2 TEXT NOT NULL, line INTEGER NOT NULL, before1996 INTEGER NOT NULL, \
        effective INTEGER NOT NULL, deleted INTEGER NOT NULL, indicator INTEGER NOT NULL, rationale INTEGER NOT NULL, \
        PRIMARY KEY (source, column1, column2, line)",
    indexes: &["CREATE INDEX pair_by_column2 ON pair (source, column2)"],
};

/// Fewer rows than this are an excerpt, whatever the name says.
const WHOLE_ROWS_MIN: i64 = 100_000;

fn sniff(head: &Head) -> bool {
    head.row_with(&["column 1", "column 2"]).is_some() && head.holds("deletion") && head.holds("1996")
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let (family, part) = setting(&input.path).ok_or_else(|| {
        input.unusable("pair edits, but neither its name nor its archive says whether practitioner (ccipra) or hospital (ccioph)")
    })?;
    let piece = piece(input.stem());
    let from = input.day();
    let id = sink.open(Source { piece, whole: false, ..Source::new(family, part, "", 0) });
    let mut rows = input.tabbed()?;
    rows.find(&["column 1", "column 2"])?;
    let seen = pairs(&mut rows, sink, id)?;
    // A quarter without a name of its own begins on the last day that an edit of it took effect.
    let from = from.or((seen.last_effective > 0).then_some(seen.last_effective));
    let Some(from) = from else {
        return Err(input.unusable("neither its name nor its rows tell the quarter; keep the published name (ccipra-v302r0-f1)"));
    };
    let whole = sink.rows_of(id) >= WHOLE_ROWS_MIN;
    sink.amend(id, |source| {
        source.from = from;
        source.edition = text::quarter_label(from);
        source.whole = whole;
        source.keys = (seen.first, seen.last);
    });
    Ok(())
}

/// What a pass over the rows saw of them as a whole.
struct Seen {
    first: String,
    last: String,
    last_effective: i64,
}

fn pairs(rows: &mut Rows, sink: &mut Sink, id: SourceId) -> Result<Seen, Fault> {
    let mut seen = Seen { first: String::new(), last: String::new(), last_effective: 0 };
    let mut row = Row::default();
    while rows.read(&mut row)? {
        if row.get(0).is_empty() {
            continue;
        }
        sink.saw();
        if let Err(why) = pair(&row, sink, id, &mut seen) {
            sink.bad(row.line, why);
        }
        if row.line % 4096 == 0 && sink.stopped() {
            return Err(Fault::Stopped);
        }
    }
    Ok(seen)
}

fn pair(row: &Row, sink: &mut Sink, id: SourceId, seen: &mut Seen) -> Result<(), String> {
    let (column1, column2) = (row.get(0), row.get(1));
    if row.len() < 6 {
        return Err(format!("{} cells where 7 are expected", row.len()));
    }
    if !text::is_procedure(column1) || !text::is_procedure(column2) {
        return Err(format!("\"{column1}\" with \"{column2}\" is not a pair of procedure codes"));
    }
    let effective = optional_day(row.get(3))?;
    let deleted = optional_day(row.get(4))?;
    let indicator = match row.get(5) {
        "0" => 0,
        "1" => 1,
        "9" => 9,
        other => return Err(format!("\"{other}\" is not a modifier indicator")),
    };
    let rationale = sink.word(row.get(6));
    let before1996 = i64::from(row.get(2) == "*");
    let line = i64::try_from(row.line).unwrap_or(0);
    sink.put(
        &PAIR,
        id,
        &[
            Cell::Text(column1),
            Cell::Text(column2),
            Cell::Int(line),
            Cell::Int(before1996),
            Cell::Int(effective),
            Cell::Int(deleted),
            Cell::Int(indicator),
            Cell::Int(rationale),
        ],
    );
    if seen.first.is_empty() {
        column1.clone_into(&mut seen.first);
    }
    if seen.last.as_str() < column1 {
        column1.clone_into(&mut seen.last);
    }
    seen.last_effective = seen.last_effective.max(effective);
    Ok(())
}

/// A day, or 0 for an empty cell or the `*` of "no data".
fn optional_day(cell: &str) -> Result<i64, String> {
    if cell.is_empty() || cell == "*" {
        return Ok(0);
    }
    text::any_day(cell).ok_or_else(|| format!("\"{cell}\" is not a day"))
}

/// Which family and setting a file is for, by its name or its archive's.
fn setting(path: &str) -> Option<(Family, &'static str)> {
    let path = path.to_lowercase();
    let has = |word: &str| path.contains(word);
    let setting = if has("ccipra") || has("practitioner") || has("_pra") {
        "practitioner"
    } else if has("ccioph") || has("hospital") || has("_oph") {
        "hospital"
    } else if has("dme") {
        "dme"
    } else {
        return None;
    };
    let family = if has("medicaid") || has("mcd_") { Family::MedicaidPtp } else { Family::NcciPtp };
    Some((family, setting))
}

/// `ccipra-v302r0-f3` is the third piece.
fn piece(stem: &str) -> i64 {
    let lower = stem.to_lowercase();
    let last = lower.rsplit(['-', '_']).next().unwrap_or_default();
    last.strip_prefix('f').and_then(|digits| digits.parse().ok()).unwrap_or(0)
}
