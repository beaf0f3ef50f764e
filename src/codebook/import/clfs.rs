//! The clinical laboratory fee schedule, `PUF_CLFS_CYYYYY_QnVn` and `YYCLABQn`.
//!
//! Source: CMS, each quarter; csv, xlsx and text with separators. Notices, then a header that begins `YEAR,HCPCS,MOD,EFF_DATE`. The rate
//! is written `00010.56`; N is a national, L a locally set rate. QW rows repeat codes. Descriptors are not taken.

use super::columns::{Columns, cell, each, number, procedure};
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "clfs",
    title: "clinical laboratory fee schedule (CLFS)",
    family: Family::Clfs,
    marks: &["clinical diagnostic laboratory fee schedule", "year", "hcpcs", "eff_date", "indicator", "rate"],
    rank: 1,
    tables: &[&LAB_FEE],
    sniff,
    import,
};

/// Rates in cents.
pub const LAB_FEE: Table = Table {
    name: "lab_fee",
    columns: &["code", "modifier", "line", "effective", "indicator", "rate"],
    definition: "code TEXT NOT NULL, modifier TEXT NOT NULL, line INTEGER NOT NULL, effective INTEGER NOT NULL, \
        indicator TEXT NOT NULL, rate INTEGER, PRIMARY KEY (source, code, modifier, line)",
    indexes: &[],
};

const HEADER: &[&str] = &["year", "hcpcs", "mod", "eff_date", "rate"];

fn sniff(head: &Head) -> bool {
    head.row_with(HEADER).is_some()
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let mut rows = input.rows()?;
    let columns = Columns::new(&rows.find(HEADER)?.unwrap_or_default());
    let need = |names: &[&str]| columns.need(&input.path, names);
    let (code, modifier, effective) = (need(&["hcpcs"])?, need(&["mod"])?, need(&["eff_date"])?);
    let (rate, indicator, year) = (need(&["rate"])?, columns.at(&["indicator"]), need(&["year"])?);
    let id = sink.open(Source::new(Family::Clfs, "", "", 0));
    let mut told = None;
    each(&mut rows, sink, |row, sink| {
        let code = procedure(row.get(code))?;
        told = told.or_else(|| row.get(year).parse::<i64>().ok());
        let day = text::any_day(row.get(effective)).ok_or_else(|| format!("\"{}\" is not a day", row.get(effective)))?;
        let cells = [
            Cell::Text(code),
            Cell::Text(row.get(modifier)),
            Cell::Int(i64::try_from(row.line).unwrap_or(0)),
            Cell::Int(day),
            Cell::Text(cell(row, indicator)),
            number(row.get(rate), 2)?.into(),
        ];
        sink.put(&LAB_FEE, id, &cells);
        Ok(true)
    })?;
    let from = input.day().or_else(|| told.map(|year| year * 10_000 + 101));
    let from = from.ok_or_else(|| input.unusable("neither its rows nor its name tell the year"))?;
    let whole = sink.rows_of(id) >= 500;
    sink.amend(id, |source| {
        source.from = from;
        source.edition = text::quarter_label(from);
        source.whole = whole;
    });
    Ok(())
}
