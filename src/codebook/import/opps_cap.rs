//! Amounts to which the technical part of imaging is capped by the hospital outpatient system, `OPPSCAP_MMM`.
//!
//! Source: CMS, in each RVU release; csv and xlsx. One header row, then code, modifier, status, contractor, locality, facility price,
//! non-facility price. The name tells the month alone; the files beside it tell the year.

use super::columns::{Columns, cell, each, number, procedure};
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "opps_cap",
    title: "OPPS cap on imaging (OPPSCAP)",
    family: Family::Mpfs,
    marks: &["hcpcs", "procstat", "carrier", "locality", "facility price"],
    rank: 1,
    tables: &[&OPPS_CAP],
    sniff,
    import,
};

/// Prices in cents.
pub const OPPS_CAP: Table = Table {
    name: "opps_cap",
    columns: &["code", "modifier", "carrier", "locality", "facility", "nonfacility"],
    definition: "code TEXT NOT NULL, modifier TEXT NOT NULL, carrier TEXT NOT NULL, locality TEXT NOT NULL, facility INTEGER, \
        nonfacility INTEGER, PRIMARY KEY (source, code, modifier, carrier, locality)",
    indexes: &[],
};

pub const PART: &str = "OPPS cap";

fn sniff(head: &Head) -> bool {
    head.row_with(&["hcpcs", "procstat", "carrier", "locality", "facility price"]).is_some()
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let from = input.day().ok_or_else(|| input.unusable("neither its name nor the files beside it tell the release"))?;
    let id = sink.open(Source::new(Family::Mpfs, PART, text::month_label(from), from));
    let mut rows = input.rows()?;
    let columns = Columns::new(&rows.find(&["hcpcs", "procstat", "carrier"])?.unwrap_or_default());
    let modifier = columns.at(&["mod"]);
    let (carrier, locality) = (columns.need(&input.path, &["carrier"])?, columns.need(&input.path, &["locality"])?);
    let facility = columns.need(&input.path, &["facility price"])?;
    let nonfacility = columns.need(&input.path, &["non-facilty price", "non-facility price", "nonfac"])?;
    each(&mut rows, sink, |row, sink| {
        let code = procedure(row.get(0))?;
        let (carrier, locality) = (format!("{:0>5}", row.get(carrier)), format!("{:0>2}", row.get(locality)));
        let prices = (number(row.get(facility), 2)?, number(row.get(nonfacility), 2)?);
        let cells = [
            Cell::Text(code),
            Cell::Text(cell(row, modifier)),
            Cell::Text(&carrier),
            Cell::Text(&locality),
            prices.0.into(),
            prices.1.into(),
        ];
        sink.put(&OPPS_CAP, id, &cells);
        Ok(true)
    })
}
