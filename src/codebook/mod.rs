//! The code records: what the published files say about a code, on a day.
//!
//! A [`Codebook`] is a concrete, read-only value that is cheap to clone. The look-ups here are its whole
//! surface; where the records lie (embedded, as in [`Codebook::starter`]) is the business of `records`.

mod coverage;
mod diagnosis;
mod edits;
mod level2;
mod modifiers;
mod notes;
mod quantity;
mod record;
mod records;
mod rules;
mod table;

use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::code::{CodeRef, CodeSystem, Family, Modifier};
use crate::domain::question::Setting;

pub use coverage::Coverage;
pub use edits::{LimitRecord, PairLookup, PairRecord, PairState};
pub use level2::BillingUnit;
pub use modifiers::{ModifierRecord, Role};
pub use notes::{ExcludesKind, ExcludesNote};
pub use quantity::{Measure, Quantity, quantities};
pub use record::{Lookup, Order, Record};
pub use rules::RuleRecord;

/// A read-only edition of the code records.
#[derive(Debug, Clone)]
pub struct Codebook {
    records: Arc<records::Records>,
}

impl Codebook {
    /// The records that are embedded in the binary, unpacked once a process.
    pub fn starter() -> Self {
        Self { records: records::starter() }
    }

    /// The name under which a draft remembers what it was read from.
    pub fn edition(&self) -> &str {
        &self.records.edition
    }

    /// What the loaded edition of `family` is and which days its cadence covers; `None` where it holds nothing of it.
    pub fn coverage(&self, family: Family) -> Option<Coverage> {
        self.records.coverage.iter().find(|(of, _)| *of == family).map(|(_, coverage)| coverage.clone())
    }

    /// Whether the loaded edition of `family` is the one in force on `day`, by that family's own cadence.
    pub fn covers(&self, family: Family, day: Date) -> bool {
        self.coverage(family).is_some_and(|coverage| coverage.covers(day))
    }

    /// The code as it stands on `on`.
    pub fn record(&self, code: &CodeRef, on: Date) -> Lookup {
        match code.system {
            CodeSystem::Icd10Cm => self.records.diagnoses.lookup(code, on),
            CodeSystem::Hcpcs => self.records.level2.lookup(code, on),
            CodeSystem::Cpt if self.records.edits.names(&code.code) => {
                Lookup::NumberOnly { source: self.records.edits.pair_source() }
            }
            CodeSystem::Cpt
            | CodeSystem::Icd10Pcs
            | CodeSystem::Icd9Cm
            | CodeSystem::Cdt
            | CodeSystem::Modifier
            | CodeSystem::PlaceOfService
            | CodeSystem::MsDrg
            | CodeSystem::Carc
            | CodeSystem::Rarc => Lookup::NotLoaded,
        }
    }

    /// The modifier's record and whether it is in force on `on` (its [`Effect`] says when).
    pub fn modifier(&self, modifier: Modifier) -> Option<ModifierRecord> {
        self.records.modifiers.get(modifier)
    }

    /// The Excludes notes that keep `a` and `b` apart or allow them, from either code or anything above it.
    pub fn excludes(&self, a: &CodeRef, b: &CodeRef) -> Vec<ExcludesNote> {
        self.records.diagnoses.excludes(a, b)
    }

    /// Every pair of `codes` held against the pair edits of the setting, both ways, as of `on`.
    pub fn pair_edits(&self, codes: &[CodeRef], setting: Setting, on: Date) -> Vec<PairLookup> {
        self.records.edits.pairs(codes, setting, on)
    }

    /// The most units that the setting's unit limit lets a line or a day hold.
    pub fn unit_limit(&self, code: &CodeRef, setting: Setting) -> Option<LimitRecord> {
        self.records.edits.limit(&code.code, setting)
    }

    /// What one unit of a Level II code stands for, read out of its long text: "per 10 mg", "each 15 minutes".
    pub fn hcpcs_unit(&self, code: &CodeRef) -> Option<BillingUnit> {
        self.records.level2.unit(code)
    }

    /// Level II codes whose text names the drug `word`, in force on `on`, in order of code.
    pub fn hcpcs_named(&self, word: &str, on: Date) -> Vec<CodeRef> {
        self.records.level2.named(word, on)
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
