//! General equivalence mappings between ICD-9-CM and ICD-10-CM, both ways, and the procedure maps alike.
//!
//! `I10gem`: 1-7 source, 9-13 target or `NoDx`, 15-19 flags. `I9gem`: 1-5, 7-13, 15-19. Flags: approximate, no map,
//! combination, scenario, choice list.

use super::lines::{Row, bad, columns, goes_on, lines, taken};
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "gems",
    title: "general equivalence mapping (GEM)",
    family: Family::Gems,
    marks: &["nodx", "00000", "10000"],
    rank: 1,
    tables: &[&GEM],
    sniff,
    import,
};

pub const GEM: Table = Table {
    name: "gem",
    columns: &["code", "target", "approximate", "no_map", "combination", "scenario", "choice", "seq"],
    definition: "code TEXT NOT NULL, target TEXT NOT NULL, approximate INTEGER NOT NULL, no_map INTEGER NOT NULL, \
        combination INTEGER NOT NULL, scenario INTEGER NOT NULL, choice INTEGER NOT NULL, seq INTEGER NOT NULL, \
        PRIMARY KEY (source, code, seq)",
    indexes: &[],
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GemRow {
    pub code: String,
    pub target: String,
    /// Approximate, no map, combination, scenario, choice list.
    pub flags: [i64; 5],
}

fn sniff(head: &Head) -> bool {
    let mut lines = head.lines().take(10).peekable();
    lines.peek().is_some() && lines.all(|line| row(line).is_ok())
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let year = text::day_in_name(&input.path).map_or(2018, |day| day / 10_000);
    let from_icd10 = input.head()?.lines().any(|line| {
        line.get(6..8).is_some_and(|gap| !gap.starts_with(' ') || gap == "  ")
            && columns(line, 1, 7).starts_with(char::is_alphabetic)
            && columns(line, 9, 13).starts_with(|c: char| c.is_ascii_digit())
    });
    let part = match (from_icd10, input.path.to_lowercase().contains("pcs")) {
        (true, false) => "ICD-10-CM to ICD-9-CM",
        (false, false) => "ICD-9-CM to ICD-10-CM",
        (true, true) => "ICD-10-PCS to ICD-9-CM",
        (false, true) => "ICD-9-CM to ICD-10-PCS",
    };
    let (family, from) = (Family::Gems, (year - 1) * 10_000 + 1_001);
    let id = sink.open(Source::new(family, part, format!("FY{year}"), from));
    lines(input, &mut |number, line| {
        if line.trim().is_empty() {
            return Ok(());
        }
        if let Some(row) = taken(sink, number, row(line)) {
            let [approximate, no_map, combination, scenario, choice] = row.flags.map(Cell::Int);
            let (code, target, seq) = (Cell::Text(&row.code), Cell::Text(&row.target), Cell::Int(sink.rows_of(id)));
            sink.put(&GEM, id, &[code, target, approximate, no_map, combination, scenario, choice, seq]);
        }
        goes_on(sink)
    })
}

/// Both ways have three runs of letters and digits, the last of five digits.
fn row(line: &str) -> Row<GemRow> {
    let mut words = line.split_whitespace();
    let (Some(code), Some(target), Some(flags), None) = (words.next(), words.next(), words.next(), words.next()) else {
        return bad("not three fields");
    };
    let digits: Vec<i64> = flags.chars().filter_map(|c| c.to_digit(10)).map(i64::from).collect();
    let Ok(flags) = <[i64; 5]>::try_from(digits) else { return bad("the flags are not five digits") };
    let coded = |code: &str| (3..=7).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric());
    if !coded(code) || !coded(target) {
        return bad("no code");
    }
    Ok(GemRow { code: code.to_owned(), target: target.to_owned(), flags })
}
