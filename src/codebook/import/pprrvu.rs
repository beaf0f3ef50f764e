//! The physician fee schedule's relative values, `PPRRVUYYYY_MMM` in csv or xlsx.
//!
//! Source: CMS, "PFS Relative Value Files", each quarter. A title (`2025 National Physician Fee Schedule Relative Value File October
//! Release`), notices, and a header wrapped over several rows whose last begins `HCPCS,MOD`. 31 columns to 2025; 2026 adds `PRIC
//! IND` after `TEAM SURG` and comes as two files, `QPP` and `nonQPP`, that differ in conversion factor. The wrapped header is joined
//! column by column and read by name. DESCRIPTION is the AMA's (the ADA's for D codes) and is never taken from here.

use super::columns::{cell, each, number, procedure, required};
use super::rows::Row;
use super::sink::{Cell, Sink, Source, SourceId, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "pprrvu",
    title: "physician fee schedule relative values (PPRRVU)",
    family: Family::Mpfs,
    marks: &["physician fee schedule", "relative value file", "hcpcs", "non-fac", "pctc", "mult", "bilat"],
    rank: 2,
    tables: &[&RELATIVE_VALUE],
    sniff,
    import,
};

/// Values have two decimals, the conversion factor four; indicators are as published.
pub const RELATIVE_VALUE: Table = Table {
    name: "relative_value",
    columns: &[
        "code",
        "modifier",
        "line",
        "status",
        "work",
        "pe_nonfacility",
        "na_nonfacility",
        "pe_facility",
        "na_facility",
        "mp",
        "pctc",
        "global",
        "preoperative",
        "intraoperative",
        "postoperative",
        "multiple",
        "bilateral",
        "assistant",
        "cosurgeon",
        "team",
        "pricing",
        "endoscopic_base",
        "conversion_factor",
        "supervision",
    ],
    definition: "code TEXT NOT NULL, modifier TEXT NOT NULL, line INTEGER NOT NULL, status TEXT NOT NULL, work INTEGER NOT NULL, \
        pe_nonfacility INTEGER NOT NULL, na_nonfacility INTEGER NOT NULL, pe_facility INTEGER NOT NULL, \
        na_facility INTEGER NOT NULL, mp INTEGER NOT NULL, pctc TEXT NOT NULL, global TEXT NOT NULL, preoperative INTEGER NOT NULL, \
        intraoperative INTEGER NOT NULL, postoperative INTEGER NOT NULL, multiple TEXT NOT NULL, bilateral TEXT NOT NULL, \
        assistant TEXT NOT NULL, cosurgeon TEXT NOT NULL, team TEXT NOT NULL, pricing TEXT NOT NULL, endoscopic_base TEXT NOT NULL, \
        conversion_factor INTEGER NOT NULL, supervision TEXT NOT NULL, PRIMARY KEY (source, code, modifier)",
    indexes: &[],
};

/// Part of the family that holds the conversion factor of qualifying participants in alternative payment models.
pub const QPP: &str = "qpp";
/// Fewer rows than this are an excerpt.
const WHOLE_ROWS_MIN: i64 = 5_000;

/// One row, whichever layout it was read from.
pub(super) struct Values<'a> {
    pub code: &'a str,
    pub modifier: &'a str,
    pub status: &'a str,
    pub work: &'a str,
    pub pe_nonfacility: &'a str,
    pub na_nonfacility: bool,
    pub pe_facility: &'a str,
    pub na_facility: bool,
    pub mp: &'a str,
    /// PC/TC indicator and global period.
    pub pctc: &'a str,
    pub global: &'a str,
    pub shares: [&'a str; 3],
    /// Multiple procedure, bilateral, assistant, co-surgeon, team; then the pricing indicator, which 2025 does not have.
    pub indicators: [&'a str; 6],
    pub endoscopic_base: &'a str,
    pub conversion_factor: &'a str,
    pub supervision: &'a str,
}

fn sniff(head: &Head) -> bool {
    head.rows.iter().any(|row| is_header(row)) && head.row_with(&["mult"]).is_some()
}

fn is_header(row: &[String]) -> bool {
    row.first().is_some_and(|cell| cell == "hcpcs") && row.get(1).is_some_and(|cell| cell == "mod") && row.len() >= 25
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let mut rows = input.rows()?;
    let mut row = Row::default();
    let mut header: Vec<String> = Vec::new();
    let mut release = None;
    while rows.read(&mut row)? {
        let cells = row.plain();
        let title = cells.iter().find(|cell| cell.contains("relative value file"));
        release = release.or_else(|| title.and_then(|title| text::day_in_name(title)));
        header.resize(header.len().max(cells.len()), String::new());
        // Long notices stand in the description's column, above the header.
        for (joined, cell) in header.iter_mut().zip(&cells).filter(|(_, cell)| cell.len() < 40) {
            joined.push_str(cell);
            joined.push(' ');
        }
        if is_header(&cells) {
            break;
        }
    }
    let at = Positions::new(&header).ok_or_else(|| input.unusable("its wrapped header has not the columns of a PPRRVU file"))?;
    let from =
        release.or_else(|| input.day()).ok_or_else(|| input.unusable("neither its title nor its name tells the release"))?;
    let part = part(&input.path);
    let id = sink.open(Source::new(Family::Mpfs, part, text::month_label(from), from));
    each(&mut rows, sink, |row, sink| put(&at.values(row), row.line, sink, id))?;
    finish(sink, id);
    Ok(())
}

/// An excerpt does not stand for the schedule.
pub(super) fn finish(sink: &mut Sink, id: SourceId) {
    let whole = sink.rows_of(id) >= WHOLE_ROWS_MIN;
    sink.amend(id, |source| source.whole = whole);
    sink.remark("descriptions were not taken: they are the AMA's and the ADA's");
}

/// `PPRRVU2026_Jul_QPP` has the higher conversion factor; `nonQPP`, and every file before 2026, the usual one.
pub(super) fn part(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase().replace(['-', '_', ' '], "");
    if name.contains("qpp") && !name.contains("nonqpp") { QPP } else { "" }
}

/// Where the columns are, of the joined header (`non-fac pe rvu`, `na indicator`, `team surg`, `conv factor`).
struct Positions {
    work: usize,
    pe_nonfacility: usize,
    na_nonfacility: usize,
    pe_facility: usize,
    na_facility: usize,
    mp: usize,
    pctc: usize,
    global: usize,
    shares: usize,
    surgery: usize,
    pricing: Option<usize>,
    endoscopic_base: usize,
    conversion_factor: usize,
    supervision: usize,
}

impl Positions {
    fn new(header: &[String]) -> Option<Self> {
        let with = |words: &[&str], from: usize| {
            header.iter().enumerate().skip(from).find(|(_, cell)| words.iter().all(|word| cell.contains(word))).map(|(at, _)| at)
        };
        let pe_nonfacility = with(&["non-fac", "pe rvu"], 0)?;
        let na_nonfacility = with(&["na indicator"], pe_nonfacility)?;
        let pe_facility = with(&["facility pe rvu"], na_nonfacility)?;
        let na_facility = with(&["na indicator"], pe_facility)?;
        Some(Self {
            work: with(&["work", "rvu"], 0)?,
            pe_nonfacility,
            na_nonfacility,
            pe_facility,
            na_facility,
            mp: with(&["mp", "rvu"], na_facility)?,
            pctc: with(&["pctc"], 0)?,
            global: with(&["glob"], 0)?,
            shares: with(&["pre"], na_facility)?,
            surgery: with(&["mult"], 0)?,
            pricing: with(&["pric", "ind"], 0),
            endoscopic_base: with(&["endo"], 0)?,
            conversion_factor: with(&["conv"], 0)?,
            supervision: with(&["diagnostic", "procedures"], 0)?,
        })
    }

    fn values<'a>(&self, row: &'a Row) -> Values<'a> {
        let surgery = |after: usize| row.get(self.surgery + after);
        Values {
            code: row.get(0),
            modifier: row.get(1),
            status: row.get(3),
            work: row.get(self.work),
            pe_nonfacility: row.get(self.pe_nonfacility),
            na_nonfacility: row.get(self.na_nonfacility) == "NA",
            pe_facility: row.get(self.pe_facility),
            na_facility: row.get(self.na_facility) == "NA",
            mp: row.get(self.mp),
            pctc: row.get(self.pctc),
            global: row.get(self.global),
            shares: [row.get(self.shares), row.get(self.shares + 1), row.get(self.shares + 2)],
            indicators: [surgery(0), surgery(1), surgery(2), surgery(3), surgery(4), cell(row, self.pricing)],
            endoscopic_base: row.get(self.endoscopic_base),
            conversion_factor: row.get(self.conversion_factor),
            supervision: row.get(self.supervision),
        }
    }
}

pub(super) fn put(values: &Values<'_>, line: u64, sink: &mut Sink, id: SourceId) -> Result<bool, String> {
    let code = procedure(values.code)?;
    if values.status.len() != 1 {
        return Err(format!("\"{}\" is not a status indicator", values.status));
    }
    let [multiple, bilateral, assistant, cosurgeon, team, pricing] = values.indicators;
    let [preoperative, intraoperative, postoperative] = values.shares;
    let share = |text: &str| Ok::<_, String>(Cell::Int(number(text, 2)?.unwrap_or(0)));
    sink.put(
        &RELATIVE_VALUE,
        id,
        &[
            Cell::Text(code),
            Cell::Text(values.modifier),
            Cell::Int(i64::try_from(line).unwrap_or(0)),
            Cell::Text(values.status),
            Cell::Int(required(values.work, 2)?),
            Cell::Int(required(values.pe_nonfacility, 2)?),
            Cell::Int(i64::from(values.na_nonfacility)),
            Cell::Int(required(values.pe_facility, 2)?),
            Cell::Int(i64::from(values.na_facility)),
            Cell::Int(required(values.mp, 2)?),
            Cell::Text(values.pctc),
            Cell::Text(values.global),
            share(preoperative)?,
            share(intraoperative)?,
            share(postoperative)?,
            Cell::Text(multiple),
            Cell::Text(bilateral),
            Cell::Text(assistant),
            Cell::Text(cosurgeon),
            Cell::Text(team),
            Cell::Text(pricing),
            Cell::Text(values.endoscopic_base),
            Cell::Int(required(values.conversion_factor, 4)?),
            Cell::Text(values.supervision),
        ],
    );
    Ok(true)
}
