//! The fee schedule of durable medical equipment, prosthetics, orthotics and supplies, `DMEPOSYY_MMM`.
//!
//! Source: CMS, each quarter; csv and xlsx. Title lines, one of them `January 2026 Fee Schedule`, then a header: code, two modifiers,
//! jurisdiction, category, ceiling, floor, and for each state a non-rural (`AL (NR)`) and a rural (`AL (R)`) fee; 0 is no fee.

use super::columns::{each, number, procedure};
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "dmepos",
    title: "DMEPOS fee schedule",
    family: Family::Dmepos,
    marks: &["durable medical equipment", "dmepos", "fee schedule", "juris", "catg", "ceiling", "floor"],
    rank: 1,
    tables: &[&DME_ITEM, &DME_FEE],
    sniff,
    import,
};

/// Ceilings, floors and fees in cents; 0 where there is none.
pub const DME_ITEM: Table = Table {
    name: "dme_item",
    columns: &["code", "modifier", "modifier2", "jurisdiction", "category", "ceiling", "floor"],
    definition: "code TEXT NOT NULL, modifier TEXT NOT NULL, modifier2 TEXT NOT NULL, jurisdiction TEXT NOT NULL, \
        category TEXT NOT NULL, ceiling INTEGER NOT NULL, floor INTEGER NOT NULL, PRIMARY KEY (source, code, modifier, modifier2)",
    indexes: &[],
};

pub const DME_FEE: Table = Table {
    name: "dme_fee",
    columns: &["code", "modifier", "modifier2", "state", "nonrural", "rural"],
    definition: "code TEXT NOT NULL, modifier TEXT NOT NULL, modifier2 TEXT NOT NULL, state TEXT NOT NULL, nonrural INTEGER NOT NULL, \
        rural INTEGER NOT NULL, PRIMARY KEY (source, code, modifier, modifier2, state)",
    indexes: &[],
};

const HEADER: &[&str] = &["hcpcs", "mod", "juris", "catg", "ceiling", "floor"];

fn sniff(head: &Head) -> bool {
    head.row_with(HEADER).is_some()
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let head = input.head()?;
    let told = head.lines().take(10).find(|line| line.contains("Fee Schedule")).and_then(text::day_in_name);
    let from = told.or_else(|| input.day()).ok_or_else(|| input.unusable("neither its title nor its name tells the quarter"))?;
    let id = sink.open(Source::new(Family::Dmepos, "", text::month_label(from), from));
    let mut rows = input.rows()?;
    let header = rows.find(HEADER)?.unwrap_or_default();
    let at = |name: &str| header.iter().position(|cell| cell == name).ok_or_else(|| input.unusable(&format!("no column {name}")));
    let (juris, category, ceiling, floor) = (at("juris")?, at("catg")?, at("ceiling")?, at("floor")?);
    let (modifier, modifier2) = (at("mod")?, at("mod2")?);
    let mut states: Vec<(String, usize, Option<usize>)> = Vec::new();
    for (position, cell) in header.iter().enumerate() {
        if let Some(state) = cell.strip_suffix(" (nr)") {
            let rural = header.iter().position(|other| *other == format!("{state} (r)"));
            states.push((state.to_uppercase(), position, rural));
        }
    }
    each(&mut rows, sink, |row, sink| {
        let code = procedure(row.get(0))?;
        let key = [Cell::Text(code), Cell::Text(row.get(modifier)), Cell::Text(row.get(modifier2))];
        let cents = |at: usize| Ok::<_, String>(number(row.get(at), 2)?.unwrap_or(0));
        let [first, second, third] = key;
        let bounds = (Cell::Int(cents(ceiling)?), Cell::Int(cents(floor)?));
        sink.put(
            &DME_ITEM,
            id,
            &[first, second, third, Cell::Text(row.get(juris)), Cell::Text(row.get(category)), bounds.0, bounds.1],
        );
        for (state, nonrural, rural) in &states {
            let (nonrural, rural) = (cents(*nonrural)?, rural.map_or(Ok(0), cents)?);
            if nonrural > 0 || rural > 0 {
                sink.put(&DME_FEE, id, &[first, second, third, Cell::Text(state), Cell::Int(nonrural), Cell::Int(rural)]);
            }
        }
        Ok(true)
    })
}
