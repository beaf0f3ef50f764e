//! OPPS Addendum B: status indicator, APC and rates of a code in the hospital outpatient department.
//!
//! Source: CMS, each quarter; csv and xlsx. Four to six preamble lines in the second column, a header that begins `HCPCS Code`, 13
//! columns. Rates are `128.87` or `$136.02 `; none is empty, one blank or a lone point. The APC keeps its leading zeros. Short
//! descriptors are not taken. A list of APC, code and rate alone (`apc_code,hcpcs_code,payment_rate`) is read as an excerpt.

use super::columns::{Columns, cell, each, number, procedure};
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "opps_addendum_b",
    title: "OPPS Addendum B",
    family: Family::Opps,
    marks: &["addendum b", "hcpcs code", "apc", "relative weight", "payment rate", "unadjusted copayment"],
    rank: 2,
    tables: &[&OPPS],
    sniff,
    import,
};

/// The same without status indicators and weights.
pub const RATES: Layout =
    Layout { name: "opps_rates", title: "OPPS rates by APC", rank: 1, sniff: sniff_rates, import: import_rates, ..LAYOUT };

/// Weights and rates have four decimals (some drugs cost less than a cent), copayments two.
pub const OPPS: Table = Table {
    name: "opps",
    columns: &["code", "status", "apc", "weight", "rate", "copayment", "minimum_copayment"],
    definition: "code TEXT NOT NULL, status TEXT NOT NULL, apc TEXT NOT NULL, weight INTEGER, rate INTEGER, copayment INTEGER, \
        minimum_copayment INTEGER, PRIMARY KEY (source, code)",
    indexes: &[],
};

fn sniff(head: &Head) -> bool {
    head.row_with(&["hcpcs code", "si", "apc", "payment rate"]).is_some()
}

fn sniff_rates(head: &Head) -> bool {
    head.row_with(&["apc_code", "hcpcs_code", "payment_rate"]).is_some()
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let from = input.day().ok_or_else(|| input.unusable("its name does not tell the quarter; keep the published one"))?;
    let id = sink.open(Source::new(Family::Opps, "", text::month_label(from), from));
    let mut rows = input.rows()?;
    let columns = Columns::new(&rows.find(&["hcpcs code", "si", "apc"])?.unwrap_or_default());
    let need = |names: &[&str]| columns.need(&input.path, names);
    let (status, apc, rate) = (need(&["si"])?, need(&["apc"])?, need(&["payment rate"])?);
    let weight = columns.at(&["relative weight"]);
    let copayment = columns.at(&["national unadjusted copayment"]);
    let minimum = columns.at(&["minimum unadjusted copayment"]);
    each(&mut rows, sink, |row, sink| {
        let code = procedure(row.get(0))?;
        let cells = [
            Cell::Text(code),
            Cell::Text(row.get(status)),
            Cell::Text(row.get(apc)),
            number(cell(row, weight), 4)?.into(),
            number(row.get(rate), 4)?.into(),
            number(cell(row, copayment), 2)?.into(),
            number(cell(row, minimum), 2)?.into(),
        ];
        sink.put(&OPPS, id, &cells);
        Ok(true)
    })?;
    let whole = sink.rows_of(id) >= 5_000;
    sink.amend(id, |source| source.whole = whole);
    Ok(())
}

fn import_rates(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let from = input.day().ok_or_else(|| input.unusable("its name does not tell the quarter"))?;
    let id = sink.open(Source { whole: false, ..Source::new(Family::Opps, "", text::month_label(from), from) });
    let mut rows = input.rows()?;
    rows.find(&["apc_code", "hcpcs_code"])?;
    each(&mut rows, sink, |row, sink| {
        let code = procedure(row.get(1))?;
        let apc = format!("{:0>4}", row.get(0));
        let rate = number(row.get(2), 4)?;
        let none = Cell::None;
        sink.put(&OPPS, id, &[Cell::Text(code), Cell::Text(""), Cell::Text(&apc), none, rate.into(), none, none]);
        Ok(true)
    })
}
