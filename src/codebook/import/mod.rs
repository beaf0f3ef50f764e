//! Published files to rows, one file of code a layout.
//!
//! A file is known by what is in it, not by its name: [`Layout::sniff`] looks at a [`Head`] and says what the file is, then
//! [`Layout::import`] streams it into a [`Sink`]. The name only helps where the published content itself is silent, such as
//! which setting a file of pair edits is for. To add a layout, write its file, its tables and its line in [`LAYOUTS`].

pub mod addendum_b;
pub mod anesthesia;
pub mod aoc;
pub mod asc;
pub mod asp;
pub mod clfs;
pub mod columns;
pub mod container;
pub mod cpt;
pub mod dmepos;
pub mod drg_exclusions;
pub mod drg_tables;
pub mod fiscal;
pub mod gems;
pub mod gpci;
pub mod grid;
pub mod hcpcs;
pub mod hcpcs_anweb;
pub mod hcpcs_export;
pub mod hcpcs_lists;
pub mod head;
pub mod icd10_addenda;
pub mod icd10_codes;
pub mod icd10_order;
pub mod icd10cm_conversion;
pub mod icd10cm_index;
pub mod icd10cm_tabular;
pub mod icd10pcs_conversion;
pub mod icd10pcs_definitions;
pub mod icd10pcs_index;
pub mod icd10pcs_tables;
pub mod input;
pub mod lines;
pub mod lists;
pub mod locco;
pub mod manuals;
pub mod mcd;
pub mod ncci_mue;
pub mod ncci_ptp;
pub mod opps_cap;
pub mod outline;
pub mod pprrvu;
pub mod pprrvu_text;
pub mod rows;
pub mod service_lists;
pub mod sink;
pub mod terms;
pub mod text;
pub mod workbook;
pub mod xml;
pub mod zip5;

use crate::domain::code::Family;

pub use container::{Found, Limits, walk};
pub use head::Head;
pub use input::Input;
pub use rows::{Row, Rows};
pub use sink::{Cell, Sink, Source, SourceId, Table};

/// A published layout.
#[derive(Debug)]
pub struct Layout {
    /// `ncci_ptp`: how reports name it.
    pub name: &'static str,
    /// What a person calls such a file.
    pub title: &'static str,
    pub family: Family,
    /// Words that such files have near their top, to guess by where no layout takes a file.
    pub marks: &'static [&'static str],
    /// Of two files of one edition in two layouts, the higher rank is read by look-ups (a csv holds more than its txt).
    pub rank: u8,
    pub tables: &'static [&'static Table],
    pub sniff: fn(&Head) -> bool,
    pub import: fn(&Input, &mut Sink) -> Result<(), Fault>,
}

/// Every layout, in the order in which they are asked: the first that takes a file reads it.
pub const LAYOUTS: &[&Layout] = &[
    &ncci_ptp::LAYOUT,
    &ncci_mue::LAYOUT,
    &aoc::LAYOUT,
    &pprrvu::LAYOUT,
    &pprrvu_text::LAYOUT,
    &gpci::LAYOUT,
    &gpci::TEXT,
    &locco::LAYOUT,
    &anesthesia::FACTORS,
    &anesthesia::FACTORS_TEXT,
    &anesthesia::UNITS,
    &opps_cap::LAYOUT,
    &zip5::LAYOUT,
    &addendum_b::LAYOUT,
    &addendum_b::RATES,
    &asc::LAYOUT,
    &clfs::LAYOUT,
    &asp::PRICES,
    &asp::CROSSWALK,
    &dmepos::LAYOUT,
    &service_lists::TELEHEALTH,
    &service_lists::CLIA,
    &service_lists::MAC,
    &icd10cm_tabular::LAYOUT,
    &icd10cm_index::LAYOUT,
    &icd10pcs_tables::LAYOUT,
    &icd10pcs_index::LAYOUT,
    &icd10pcs_definitions::LAYOUT,
    &icd10_order::CM,
    &icd10_order::PCS,
    &icd10_addenda::LAYOUT,
    &icd10cm_conversion::LAYOUT,
    &icd10pcs_conversion::LAYOUT,
    &hcpcs_anweb::LAYOUT,
    &hcpcs_export::LAYOUT,
    &hcpcs_lists::MODIFIERS,
    &hcpcs_lists::LONG_TEXTS,
    &hcpcs_lists::CODES,
    &hcpcs_lists::NOC,
    &hcpcs_lists::CORRECTIONS,
    &hcpcs_lists::PROCESSING_NOTES,
    &gems::LAYOUT,
    &drg_tables::WEIGHTS,
    &drg_tables::COMPLICATIONS,
    &drg_exclusions::LAYOUT,
    &lists::POS,
    &lists::MCE,
    &lists::HCC,
    &lists::HCC_LABELS,
    &lists::HCC_HIERARCHIES,
    &lists::RARC,
    &lists::CARC,
    &mcd::NCD,
    &mcd::DOCUMENTS,
    &mcd::CODES,
    &mcd::LCD,
    &mcd::ARTICLE,
    &manuals::GUIDELINES,
    &manuals::NCCI,
    &manuals::BENEFIT,
    &terms::ABBREVIATIONS,
    &terms::TRADE_NAMES,
    &cpt::CODE_LIST,
    &cpt::TEXTS,
    &cpt::CDT,
    // By the shape of their lines alone: asked last.
    &icd10_codes::CM,
    &icd10_codes::PCS,
];

/// Why a whole file can't be used. A bad row is no fault: see [`Sink::bad`].
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{file} is cut off at line {line}: {why}; fetch it again")]
    CutOff { file: String, line: u64, why: String },
    #[error("{file}: {why}")]
    Unusable { file: String, why: String },
    #[error("{file}: {bad} of {read} rows can't be read (the first at line {line}: {why})")]
    TooManyBadRows { file: String, bad: u64, read: u64, line: u64, why: String },
    #[error("the build was stopped")]
    Stopped,
}

/// What was made of a file that no layout takes: the layout whose marks it has most of.
pub fn nearest(head: &Head) -> Option<&'static Layout> {
    let lower = head.text.to_lowercase();
    let met = |layout: &Layout| layout.marks.iter().filter(|mark| lower.contains(*mark)).count();
    let share = |layout: &Layout| met(layout) * 100 / layout.marks.len().max(1);
    let likely = LAYOUTS.iter().copied().filter(|layout| met(layout) >= 2 && share(layout) >= 60);
    likely.max_by_key(|layout| share(layout))
}
