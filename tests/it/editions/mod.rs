//! Editions on disk: published files read, an edition built aside, put in use, and asked as of a day.

mod counts;
mod faults;
mod figures;
mod in_use;
mod layouts;
mod payment;
mod plain_scan;

use caseconsultant::codebook::Codebook;
use caseconsultant::codebook::edition::{Edition, SourceRow};
use caseconsultant::domain::code::Family;

fn on_disk(codebook: &Codebook) -> &Edition {
    codebook.on_disk().unwrap()
}

/// The sources of a family's part, in the order in which they take effect.
fn sources<'a>(codebook: &'a Codebook, family: Family, part: &str) -> Vec<&'a SourceRow> {
    let mut found: Vec<&SourceRow> =
        on_disk(codebook).sources().iter().filter(|source| source.family == family && source.part == part).collect();
    found.sort_by_key(|source| (source.from, source.layout.clone()));
    found
}
