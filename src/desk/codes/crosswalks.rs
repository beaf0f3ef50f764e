//! Where a code leads in other code sets and in other years: the general equivalence mappings, the conversion table.

use jiff::civil::Date;
use serde::Serialize;

use super::view::Link;
use crate::codebook::Codebook;
use crate::codebook::edition::{Edition, GemRecord, HccRecord};
use crate::domain::code::{CodeRef, CodeSystem};

/// One table's word on the code.
#[derive(Debug, Serialize)]
pub struct Crosswalk {
    heading: String,
    rows: Vec<Row>,
    source: String,
}

#[derive(Debug, Serialize)]
struct Row {
    to: Option<Link>,
    /// What the table says of this way: exact, approximate, or that there is none.
    how: String,
}

/// # Errors
/// Where no loaded table names the code.
pub fn crosswalks(codebook: &Codebook, code: &CodeRef, on: Date) -> Result<Vec<Crosswalk>, String> {
    let nothing = || format!("No loaded table leads from {} to another code.", code.code);
    let edition = codebook.on_disk().ok_or_else(nothing)?;
    let mut found = Vec::new();
    if matches!(code.system, CodeSystem::Icd10Cm | CodeSystem::Icd9Cm) {
        found.extend(equivalents(codebook, edition, code, on));
    }
    if code.system == CodeSystem::Icd10Cm {
        found.extend(conversions(codebook, edition, code, on));
        found.extend(categories(edition, code, on));
    }
    if found.is_empty() { Err(nothing()) } else { Ok(found) }
}

fn equivalents(codebook: &Codebook, edition: &Edition, code: &CodeRef, on: Date) -> Option<Crosswalk> {
    let rows = edition.equivalents(code);
    let source = rows.first().map(|row| format!("{} {}", row.source.family, row.source.edition))?;
    let other = if code.system == CodeSystem::Icd9Cm { "ICD-10-CM" } else { "ICD-9-CM" };
    let row = |row: &GemRecord| {
        let how = match (&row.target, row.is_approximate) {
            (None, _) => "no equivalent".to_owned(),
            (Some(_), _) if row.is_combination => {
                format!("together with others: scenario {}, choice {}", row.scenario, row.choice)
            }
            (Some(_), true) => "approximate".to_owned(),
            (Some(_), false) => "exact".to_owned(),
        };
        Row { to: row.target.as_ref().map(|target| Link::titled(codebook, target, on)), how }
    };
    Some(Crosswalk { heading: format!("In {other}"), rows: rows.iter().map(row).collect(), source })
}

fn conversions(codebook: &Codebook, edition: &Edition, code: &CodeRef, on: Date) -> Option<Crosswalk> {
    let before = edition.predecessors(code).into_iter().map(|(first, last)| {
        let how = if first == last { "reported before".to_owned() } else { format!("reported before, to {}", last.code) };
        Row { to: Some(Link::titled(codebook, &first, on)), how }
    });
    let after = edition.successors(&code.undotted(), on).into_iter();
    let after = after.map(|next| Row { to: Some(Link::titled(codebook, &next, on)), how: "took its place".to_owned() });
    let rows: Vec<Row> = before.chain(after).collect();
    (!rows.is_empty()).then(|| Crosswalk {
        heading: "In other years".to_owned(),
        rows,
        source: "ICD-10-CM Conversion Table".to_owned(),
    })
}

/// The risk categories that the code counts for.
fn categories(edition: &Edition, code: &CodeRef, on: Date) -> Option<Crosswalk> {
    let found = edition.categories(code, on);
    let source = found.first().map(|row| format!("{} {}", row.source.family, row.source.edition))?;
    let row = |row: &HccRecord| {
        let label = row.label.as_deref().map(|label| format!(": {label}")).unwrap_or_default();
        Row { to: None, how: format!("{} category {}{label}", row.model, row.hcc) }
    };
    let rows = found.iter().map(row).collect();
    Some(Crosswalk { heading: "In risk adjustment".to_owned(), rows, source })
}
