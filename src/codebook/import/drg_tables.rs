//! The tables of the inpatient rule: 5 (MS-DRG weights), 6I and 6J (every MCC and CC).
//!
//! Tab-separated text, cp1252; a title line that tells the fiscal year in table 5, then the header.

use super::fiscal::{Fiscal, fiscal};
use super::hcpcs::told;
use super::lines::{Row, bad, goes_on, is_icd10cm, squeeze, taken, undotted};
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, grid, text};
use crate::domain::code::Family;

pub const WEIGHTS: Layout = Layout {
    name: "drg_weights",
    title: "MS-DRG weights (Table 5)",
    family: Family::MsDrg,
    marks: &["ms-drg title", "geometric mean los", "arithmetic mean los", "weights"],
    rank: 1,
    tables: &[&DRG],
    sniff: |head| grid::has_header(&head.rows, &["MS-DRG", "MDC", "TYPE", "MS-DRG Title"]),
    import: import_weights,
};

pub const COMPLICATIONS: Layout = Layout {
    name: "drg_complications",
    title: "MCC or CC list (Tables 6I, 6J)",
    family: Family::MsDrg,
    marks: &["table 6i", "table 6j", "complete mcc list", "complete cc list", "diagnosis code"],
    rank: 1,
    tables: &[&COMPLICATION],
    sniff: |head| level(head).is_some(),
    import: import_complications,
};

/// Weights in ten-thousandths, lengths of stay in tenths of a day.
pub const DRG: Table = Table {
    name: "drg",
    columns: &[
        "drg",
        "mdc",
        "kind",
        "title",
        "weight",
        "weight_capped",
        "geometric_days",
        "arithmetic_days",
        "post_acute",
        "special_pay",
        "seq",
    ],
    definition: "drg TEXT NOT NULL, mdc TEXT, kind TEXT, title TEXT NOT NULL, weight INTEGER, weight_capped INTEGER, \
        geometric_days INTEGER, arithmetic_days INTEGER, post_acute INTEGER, special_pay INTEGER, \
        seq INTEGER NOT NULL, PRIMARY KEY (source, drg, seq)",
    indexes: &[],
};

pub const COMPLICATION: Table = Table {
    name: "drg_complication",
    columns: &["code", "level", "title", "seq"],
    definition: "code TEXT NOT NULL, level TEXT NOT NULL, title TEXT, seq INTEGER NOT NULL, PRIMARY KEY (source, code, seq)",
    indexes: &[],
};

fn import_weights(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let Fiscal { edition, from } = stated(input)?;
    let id = sink.open(Source::new(Family::MsDrg, "weights", edition, from));
    let columns: Vec<String> = weight_columns(&input.head()?);
    grid::table(input, &["MS-DRG", "MDC", "TYPE", "MS-DRG Title"], &mut |header, cells| {
        let cell = |column: &str| header.cell(cells, column);
        let number = |column: &str, places| text::decimal(cell(column), places);
        let named = |wanted: &str| columns.iter().find(|name| name.contains(wanted)).map(String::as_str).unwrap_or_default();
        let drg = cell("MS-DRG");
        let title = squeeze(cell("MS-DRG Title"));
        let good = drg.len() == 3 && drg.bytes().all(|b| b.is_ascii_digit()) && !title.is_empty();
        if taken(sink, cells.line, if good { Ok(()) } else { bad("no DRG of three digits with a title") }).is_some() {
            let (before, capped) = (number(named("before cap"), 4), number(named("cap applied"), 4));
            let weight = before.or_else(|| number(named("weights"), 4));
            let days = [named("geometric"), named("arithmetic")].map(|column| Cell::from(number(column, 1)));
            let yes = |wanted| Cell::Int(i64::from(cell(named(wanted)).eq_ignore_ascii_case("yes")));
            let [geometric, arithmetic] = days;
            let (mdc, kind) = (told(cell("MDC")), told(cell("TYPE")));
            let row = [Cell::Text(drg), mdc, kind, Cell::Text(&title), weight.into(), capped.into(), geometric, arithmetic];
            let [drg, mdc, kind, title, weight, capped, geometric, arithmetic] = row;
            let (post, special) = (yes("post-acute"), yes("special pay"));
            sink.put(
                &DRG,
                id,
                &[drg, mdc, kind, title, weight, capped, geometric, arithmetic, post, special, Cell::Int(sink.rows_of(id))],
            );
        }
        goes_on(sink)
    })
}

fn weight_columns(head: &Head) -> Vec<String> {
    head.row_with(&["ms-drg", "mdc", "type"]).cloned().unwrap_or_default()
}

/// "FY 2026 Final Rule" in the title, else the name's year.
fn stated(input: &Input) -> Result<Fiscal, Fault> {
    let head = input.head()?;
    let year = head.text.split_once("FY ").map(|(_, rest)| rest.chars().take(4).collect::<String>());
    fiscal(input, year.as_deref())
}

fn level(head: &Head) -> Option<&'static str> {
    let top: String = head.text.chars().take(400).collect::<String>().to_uppercase();
    if !top.contains("DIAGNOSIS CODE") {
        return None;
    }
    if top.contains("COMPLETE MCC LIST") {
        Some("MCC")
    } else if top.contains("COMPLETE CC LIST") {
        Some("CC")
    } else {
        None
    }
}

fn import_complications(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let (edition, from) = version_of_lists(input);
    let head = input.head()?;
    let level = level(&head).unwrap_or("CC");
    let part = if level == "MCC" { "MCC" } else { "CC" };
    let id = sink.open(Source::new(Family::MsDrg, part, edition, from));
    grid::table(input, &["Diagnosis Code", "Description"], &mut |header, cells| {
        let code = undotted(header.cell(cells, "Diagnosis Code"));
        let title = squeeze(header.cell(cells, "Description"));
        let read: Row<()> = if is_icd10cm(&code) { Ok(()) } else { bad("no diagnosis code") };
        if taken(sink, cells.line, read).is_some() {
            sink.put(&COMPLICATION, id, &[Cell::Text(&code), Cell::Text(level), told(&title), Cell::Int(sink.rows_of(id))]);
        }
        goes_on(sink)
    })
}

/// The lists don't tell their year where they are packed without the rule: then they are taken as the year in their name,
/// and where that is silent too, as undated.
pub(super) fn version_of_lists(input: &Input) -> (String, i64) {
    match fiscal(input, None) {
        Ok(year) => (year.edition, year.from),
        Err(_) => ("undated".to_owned(), 20_151_001),
    }
}
