//! The code records: what the published files say about a code, on a day.
//!
//! A [`Codebook`] is a concrete, read-only value that is cheap to clone. The look-ups here are its whole
//! surface. They ask the edition on disk first (`edition`, built by `build` from published files through the layouts of
//! `import`) and the embedded records (`records`) for families that the edition does not hold.

pub mod amount;
pub mod build;
pub mod cadence;
mod claim;
mod coverage;
mod diagnosis;
mod each;
pub mod edition;
mod edits;
pub mod import;
mod level2;
mod modifiers;
mod neighbours;
mod notes;
mod quantity;
pub mod reasons;
mod record;
mod records;
mod rules;
mod rulings;
pub mod search;
mod shown;
mod table;

use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::code::{CodeRef, CodeSystem, Family, Modifier};
use crate::domain::question::Setting;

pub use amount::Amount;
pub use claim::Claim;
pub use coverage::Coverage;
pub use edition::{AddOnRule, Cited, Edition, Listed, Shelf};
pub use edits::{LimitRecord, PairLookup, PairRecord, PairState};
pub use level2::BillingUnit;
pub use modifiers::{ModifierRecord, Role};
pub use neighbours::{Node, Note, NoteKind};
pub use notes::{ExcludesKind, ExcludesNote};
pub use quantity::{Measure, Quantity, quantities};
pub use record::{Lookup, Order, Record};
pub use rules::RuleRecord;
pub use rulings::{Ruling, Says, When, check as check_rulings, rulings};
pub use shown::{Shown, Status};

/// A read-only edition of the code records.
#[derive(Debug, Clone)]
pub struct Codebook {
    edition: Option<Arc<Edition>>,
    records: Arc<records::Records>,
}

impl Codebook {
    /// The records that are embedded in the binary, unpacked once a process.
    pub fn starter() -> Self {
        Self { edition: None, records: records::starter() }
    }

    /// An edition, with the embedded records behind it.
    pub fn over(edition: Edition) -> Self {
        Self { edition: Some(Arc::new(edition)), records: records::starter() }
    }

    /// The name under which a draft remembers what it was read from.
    pub fn edition(&self) -> &str {
        self.edition_on_disk().unwrap_or(&self.records.edition)
    }

    /// The name of the edition on disk that is read; `None` where only the embedded records are.
    pub fn edition_on_disk(&self) -> Option<&str> {
        self.edition.as_deref().map(Edition::name)
    }

    /// The edition on disk, for what is not a look-up: listing sources, searching.
    pub fn on_disk(&self) -> Option<&Arc<Edition>> {
        self.edition.as_ref()
    }

    /// Search over every code system of the edition, else over the embedded records.
    ///
    /// # Errors
    /// Where the edition's index or a word table can't be read.
    pub fn search(&self) -> anyhow::Result<search::Search> {
        match &self.edition {
            Some(edition) => search::of_edition(edition),
            None => search::of_starter(&self.records),
        }
    }

    /// The edition, where it holds anything of `family` and `part`.
    fn with(&self, family: Family, part: &str) -> Option<&Edition> {
        self.edition.as_deref().filter(|edition| edition.holds(family, part))
    }

    /// What the loaded edition of `family` for `day` is and which days it answers for; `None` where nothing of it is loaded.
    /// It need not cover the day: then it is the nearest that is loaded.
    pub fn coverage(&self, family: Family, day: Date) -> Option<Coverage> {
        if let Some(found) = self.edition.as_deref().and_then(|edition| edition.in_force_any(family, day)) {
            return found.coverage();
        }
        self.records.coverage.iter().find(|(of, _)| *of == family).map(|(_, coverage)| coverage.clone())
    }

    /// Whether the loaded edition of `family` is the one in force on `day`, by that family's own cadence.
    pub fn covers(&self, family: Family, day: Date) -> bool {
        self.coverage(family, day).is_some_and(|coverage| coverage.covers(day))
    }

    /// The code as it stands on `on`.
    pub fn record(&self, code: &CodeRef, on: Date) -> Lookup {
        match code.system {
            CodeSystem::Icd10Cm => self
                .with(Family::Icd10Cm, "codes")
                .and_then(|edition| edition.diagnosis(code, on))
                .unwrap_or_else(|| self.records.diagnoses.lookup(code, on)),
            CodeSystem::Hcpcs => self
                .with(Family::Hcpcs, "")
                .and_then(|edition| edition.level2(code, on))
                .unwrap_or_else(|| self.records.level2.lookup(code, on)),
            CodeSystem::Cpt => self.number(code),
            CodeSystem::Icd10Pcs => {
                self.edition.as_deref().and_then(|edition| edition.procedure_code(code, on)).unwrap_or(Lookup::NotLoaded)
            }
            CodeSystem::Icd9Cm
            | CodeSystem::Cdt
            | CodeSystem::Modifier
            | CodeSystem::PlaceOfService
            | CodeSystem::MsDrg
            | CodeSystem::Carc
            | CodeSystem::Rarc => Lookup::NotLoaded,
        }
    }

    /// A code whose wording is somebody's property: the published edits and limits name its number.
    fn number(&self, code: &CodeRef) -> Lookup {
        let named = self.edition.as_deref().and_then(|edition| edition.names_number(&code.code));
        match named {
            Some(source) => Lookup::NumberOnly { source },
            None if self.records.edits.names(&code.code) => Lookup::NumberOnly { source: self.records.edits.pair_source() },
            None => Lookup::NotLoaded,
        }
    }

    /// The modifier as the quarter of `on` words it, with its own days of effect.
    pub fn modifier(&self, modifier: Modifier, on: Date) -> Option<ModifierRecord> {
        let embedded = self.records.modifiers.get(modifier);
        // CPT's numeric modifiers are in our own words, whatever is loaded.
        let is_own = embedded.as_ref().is_some_and(|record| record.source.family == Family::Rulebook);
        match self.with(Family::Modifiers, "") {
            Some(edition) if !is_own => edition.level2_modifier(modifier, on),
            _ => embedded,
        }
    }

    /// The Excludes notes that keep `a` and `b` apart or allow them on `on`, from either code or anything above it.
    pub fn excludes(&self, a: &CodeRef, b: &CodeRef, on: Date) -> Vec<ExcludesNote> {
        match self.with(Family::Icd10Cm, "tabular") {
            Some(edition) => edition.excludes(a, b, on),
            None => self.records.diagnoses.excludes(a, b),
        }
    }

    /// Every pair of `codes` held against the pair edits of the setting, both ways, as of `on`.
    pub fn pair_edits(&self, codes: &[CodeRef], setting: Setting, on: Date) -> Vec<PairLookup> {
        let edition = self.with(Family::NcciPtp, edition::part(setting));
        edits::pairs(codes, |a, b| match edition.and_then(|edition| edition.pair(a, b, setting, on)) {
            Some(found) => found,
            None => self.records.edits.pair(a, b, setting, on),
        })
    }

    /// The most units that the setting's unit limit lets a line or a day hold.
    pub fn unit_limit(&self, code: &CodeRef, setting: Setting, on: Date) -> Option<LimitRecord> {
        if let Some(edition) = self.with(Family::Mue, edition::part(setting)) {
            return edition.limit(&code.code, setting, on);
        }
        self.records.edits.limit(&code.code, setting)
    }

    /// What one unit of a Level II code stands for on `on`, read out of its long text: "per 10 mg", "each 15 minutes".
    pub fn hcpcs_unit(&self, code: &CodeRef, on: Date) -> Option<BillingUnit> {
        match self.with(Family::Hcpcs, "") {
            Some(edition) => edition.level2_unit(code, on),
            None => self.records.level2.unit(code),
        }
    }

    /// Level II codes whose text names the drug `word`, in force on `on`, in order of code.
    pub fn hcpcs_named(&self, word: &str, on: Date) -> Vec<CodeRef> {
        match self.with(Family::Hcpcs, "") {
            Some(edition) => edition.level2_named(word, on),
            None => self.records.level2.named(word, on),
        }
    }

    /// Whether Medicare counts the service in 15-minute units, once the rulebook names it; `None` where it does not.
    pub fn timed(&self, code: &CodeRef) -> Option<bool> {
        self.records.rules.timed(&code.code)
    }

    /// A rule of the rulebook by its key.
    pub fn rule(&self, key: &str) -> Option<RuleRecord> {
        self.records.rules.get(key)
    }
}
