//! ASC addenda AA (covered surgical procedures) and BB (covered ancillary services).
//!
//! Source: CMS, "ASC Payment Rates - Addenda", each quarter; xlsx and csv. A title that names the addendum and the month, notices, a
//! header that begins `HCPCS Code`; AA says whether multiple-procedure discounting applies, both give payment indicator, weight and
//! rate. The word of the month or quarter stands before them (`October 2025 Payment Rate`). Descriptors are not taken.

use super::columns::{each, number, procedure};
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "asc_addenda",
    title: "ASC addendum AA or BB",
    family: Family::Asc,
    marks: &["addendum aa", "addendum bb", "asc", "payment indicator", "payment weight", "hcpcs code"],
    rank: 1,
    tables: &[&ASC],
    sniff,
    import,
};

/// Weights have four decimals, rates are in cents.
pub const ASC: Table = Table {
    name: "asc",
    columns: &["code", "indicator", "discounted", "weight", "rate"],
    definition: "code TEXT NOT NULL, indicator TEXT NOT NULL, discounted INTEGER, weight INTEGER, rate INTEGER, \
        PRIMARY KEY (source, code)",
    indexes: &[],
};

fn sniff(head: &Head) -> bool {
    let header = |row: &Vec<String>| {
        row.iter().any(|cell| cell.starts_with("hcpcs code")) && row.iter().any(|cell| cell.contains("payment indicator"))
    };
    head.rows.iter().any(header) && (head.holds("addendum aa") || head.holds("addendum bb"))
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let head = input.head()?;
    let title = head.lines().find(|line| line.to_lowercase().contains("addendum")).unwrap_or_default();
    let from = text::day_in_name(title).or_else(|| input.day());
    let from = from.ok_or_else(|| input.unusable("neither its title nor its name tells the quarter"))?;
    let part = if head.holds("addendum aa") { "AA" } else { "BB" };
    let id = sink.open(Source { whole: false, ..Source::new(Family::Asc, part, text::month_label(from), from) });
    let mut rows = input.rows()?;
    let header = rows.find(&["hcpcs code"])?.unwrap_or_default();
    let with = |words: &str| header.iter().position(|cell| cell.contains(words));
    let indicator = with("payment indicator").ok_or_else(|| input.unusable("no payment indicator in its header"))?;
    let (discount, weight, rate) = (with("multiple procedure discounting"), with("payment weight"), with("payment rate"));
    each(&mut rows, sink, |row, sink| {
        let Ok(code) = procedure(row.get(0)) else {
            // Footnotes follow the rows.
            return if row.len() > 2 && !row.get(indicator).is_empty() {
                Err(format!("\"{}\" is not a code", row.get(0)))
            } else {
                Ok(false)
            };
        };
        let discounted = discount.map(|at| i64::from(row.get(at).to_ascii_uppercase().starts_with('Y')));
        let amount = |at: Option<usize>, places| at.map_or(Ok(None), |at| number(row.get(at), places));
        let cells = [
            Cell::Text(code),
            Cell::Text(row.get(indicator)),
            discounted.into(),
            amount(weight, 4)?.into(),
            amount(rate, 2)?.into(),
        ];
        sink.put(&ASC, id, &cells);
        Ok(true)
    })?;
    let whole = sink.rows_of(id) >= 1_000;
    sink.amend(id, |source| source.whole = whole);
    Ok(())
}
