//! HCPCS Level II as CMS exports it to csv and xlsx: 48 columns, the long text already joined.

use super::hcpcs::{self, HCPCS_CODE, LEVEL2_MODIFIER, Level2Row, Opened};
use super::lines::{Row, bad, day_number, goes_on, squeeze, taken};
use super::rows::Row as Cells;
use super::sink::Sink;
use super::{Fault, Input, Layout, grid};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "hcpcs_export",
    title: "HCPCS Level II (csv or xlsx)",
    family: Family::Hcpcs,
    marks: &["hcpc", "seqnum", "recid", "long description", "short description"],
    rank: 3,
    tables: &[&HCPCS_CODE, &LEVEL2_MODIFIER],
    sniff: |head| grid::has_header(&head.rows, &COLUMNS),
    import,
};

const COLUMNS: [&str; 5] = ["HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "TERM DT"];

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let mut opened = Opened::new(input)?;
    let mut held: Option<(u64, Level2Row)> = None;
    grid::table(input, &COLUMNS, &mut |header, cells| {
        let Some((more, row)) = taken(sink, cells.line, row(header, cells)) else { return Ok(()) };
        match &mut held {
            Some((_, open)) if more && open.code == row.code => hcpcs::join(&mut open.long, &row.long),
            _ => {
                if let Some((at, done)) = held.replace((cells.line, row)) {
                    opened.put(input, sink, at, &done);
                }
            }
        }
        goes_on(sink)
    })?;
    if let Some((at, done)) = held {
        opened.put(input, sink, at, &done);
    }
    opened.close(sink);
    Ok(())
}

/// A row, and whether it only goes on with the text of the one before.
fn row(header: &grid::Header, cells: &Cells) -> Row<(bool, Level2Row)> {
    let cell = |column: &str| header.cell(cells, column);
    let numbered = |name: &str, count: usize| hcpcs::several((1..=count).map(|n| header.cell(cells, &format!("{name}{n}"))));
    let kind = cell("RECID");
    if !matches!(kind, "3" | "4" | "7" | "8") {
        return bad("RECID is none of 3, 4, 7 and 8");
    }
    let read = Level2Row {
        code: cell("HCPC").to_ascii_uppercase(),
        is_modifier: matches!(kind, "7" | "8"),
        long: squeeze(cell("LONG DESCRIPTION")),
        short: squeeze(cell("SHORT DESCRIPTION")),
        pricing: numbered("PRICE", 4),
        multiple_pricing: cell("MULT_PI").to_owned(),
        coverage_refs: numbered("CIM", 3),
        claims_refs: numbered("MCM", 3),
        statute: cell("STATUTE").to_owned(),
        lab_certifications: numbered("LABCERT", 8),
        cross_references: numbered("XREF", 5),
        coverage: cell("COV").to_owned(),
        processing_note: cell("PROCNOTE").to_owned(),
        betos: cell("BETOS").to_owned(),
        types_of_service: numbered("TOS", 5),
        added: day_number(cell("ADD DT")),
        effective: day_number(cell("ACT EFF DT")),
        terminated: day_number(cell("TERM DT")),
        action: cell("ACTION CD").to_owned(),
    };
    Ok((matches!(kind, "4" | "8"), read))
}
