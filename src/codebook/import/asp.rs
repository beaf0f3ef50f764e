//! Payment limits of Part B drugs (ASP) and the crosswalk from packages (NDC) to codes.
//!
//! Source: CMS, "ASP Pricing Files", each quarter; csv and xlsx, cp1252. Notes, among them `Effective October 1, 2025 through December
//! 31, 2025`, then a header whose columns change over the years. Limits have three decimals and are per dosage unit of the code;
//! presence does not mean coverage. The crosswalk's header begins with a cell that changes its year (`_2025_CODE`); NDC2 is 5-4-2
//! with dashes, or a pseudo-NDC of a skin substitute. Of descriptions only those of Level II codes are taken.

use super::columns::{Columns, cell, each, number, procedure};
use super::sink::{Cell, Sink, Source, SourceId, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const PRICES: Layout = Layout {
    name: "asp_prices",
    title: "ASP payment limits",
    family: Family::Asp,
    marks: &["payment allowance limits", "hcpcs code dosage", "payment limit", "co-insurance", "dosage"],
    rank: 2,
    tables: &[&ASP_PRICE],
    sniff: sniff_prices,
    import: import_prices,
};

pub const CROSSWALK: Layout = Layout {
    name: "asp_ndc",
    title: "ASP crosswalk of NDC to HCPCS",
    family: Family::Asp,
    marks: &["ndc - hcpcs crosswalk", "labeler name", "ndc2", "drug name", "billunits"],
    rank: 1,
    tables: &[&ASP_NDC],
    sniff: sniff_crosswalk,
    import: import_crosswalk,
};

/// Limits in thousandths of a dollar.
pub const ASP_PRICE: Table = Table {
    name: "asp_price",
    columns: &["code", "dosage", "payment_limit", "notes"],
    definition: "code TEXT NOT NULL, dosage TEXT NOT NULL, payment_limit INTEGER, notes TEXT NOT NULL, PRIMARY KEY (source, code)",
    indexes: &[],
};

/// `ndc` without dashes; sizes and units as published.
pub const ASP_NDC: Table = Table {
    name: "asp_ndc",
    columns: &[
        "code",
        "line",
        "ndc",
        "labeler",
        "drug",
        "dosage",
        "package_size",
        "package_quantity",
        "bill_units",
        "bill_units_package",
    ],
    definition: "code TEXT NOT NULL, line INTEGER NOT NULL, ndc TEXT NOT NULL, labeler TEXT NOT NULL, drug TEXT NOT NULL, \
        dosage TEXT NOT NULL, package_size TEXT NOT NULL, package_quantity TEXT NOT NULL, bill_units TEXT NOT NULL, \
        bill_units_package TEXT NOT NULL, PRIMARY KEY (source, code, line)",
    indexes: &["CREATE INDEX asp_ndc_by_ndc ON asp_ndc (source, ndc)"],
};

pub const PRICES_PART: &str = "payment limits";
pub const CROSSWALK_PART: &str = "NDC crosswalk";

fn is_prices(row: &[String]) -> bool {
    let columns = Columns::new(row);
    columns.at(&["hcpcs code", "hcpcs"]) == Some(0)
        && columns.at(&["payment limit", "payment_limit"]).is_some()
        && columns.at(&["hcpcs code dosage", "dosage"]).is_some()
}

fn sniff_prices(head: &Head) -> bool {
    head.rows.iter().any(|row| is_prices(row))
}

fn sniff_crosswalk(head: &Head) -> bool {
    head.row_with(&["labeler name", "ndc2", "drug name"]).is_some()
}

fn open(input: &Input, sink: &mut Sink, part: &'static str) -> Result<SourceId, Fault> {
    let head = input.head()?;
    let told = head.lines().find_map(|line| {
        let lower = line.to_lowercase();
        let from = lower.split_once("effective ")?.1.split(" through").next()?.to_owned();
        text::day_in_name(&from)
    });
    let from = told.or_else(|| input.day()).ok_or_else(|| input.unusable("neither its notes nor its name tell the quarter"))?;
    Ok(sink.open(Source::new(Family::Asp, part, text::quarter_label(from), from)))
}

fn import_prices(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = open(input, sink, PRICES_PART)?;
    let mut rows = input.rows()?;
    let mut row = super::Row::default();
    let mut columns = Columns::new(&[]);
    while rows.read(&mut row)? {
        if is_prices(&row.plain()) {
            columns = Columns::new(&row.plain());
            break;
        }
    }
    let dosage = columns.need(&input.path, &["hcpcs code dosage", "dosage"])?;
    let limit = columns.need(&input.path, &["payment limit", "payment_limit"])?;
    let notes = columns.at(&["notes"]);
    each(&mut rows, sink, |row, sink| {
        let code = procedure(row.get(0))?;
        let limit = number(row.get(limit), 3)?;
        sink.put(&ASP_PRICE, id, &[Cell::Text(code), Cell::Text(row.get(dosage)), limit.into(), Cell::Text(cell(row, notes))]);
        Ok(true)
    })
}

fn import_crosswalk(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = open(input, sink, CROSSWALK_PART)?;
    let mut rows = input.rows()?;
    let columns = Columns::new(&rows.find(&["labeler name", "ndc2", "drug name"])?.unwrap_or_default());
    let labeler = columns.at(&["labeler name"]);
    let ndc = columns.need(&input.path, &["ndc2", "ndc"])?;
    let drug = columns.at(&["drug name"]);
    let dosage = columns.at(&["hcpcs dosage"]);
    let sizes = ["pkg size", "pkg qty", "billunits", "billunitspkg"].map(|name| columns.at(&[name]));
    each(&mut rows, sink, |row, sink| {
        let code = procedure(row.get(0))?;
        let digits: String = row.get(ndc).chars().filter(char::is_ascii_alphanumeric).collect();
        if digits.is_empty() {
            return Err("no NDC".to_owned());
        }
        let [size, quantity, units, units_package] = sizes.map(|at| cell(row, at));
        let cells = [
            Cell::Text(code),
            Cell::Int(i64::try_from(row.line).unwrap_or(0)),
            Cell::Text(&digits),
            Cell::Text(cell(row, labeler)),
            Cell::Text(cell(row, drug)),
            Cell::Text(cell(row, dosage)),
            Cell::Text(size),
            Cell::Text(quantity),
            Cell::Text(units),
            Cell::Text(units_package),
        ];
        sink.put(&ASP_NDC, id, &cells);
        Ok(true)
    })
}
