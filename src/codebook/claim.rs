//! A claim's codes against the edits: pairs both ways, unit limits, add-on rules.

use jiff::civil::Date;
use serde::Serialize;

use super::edition::AddOnKind;
use super::{Codebook, PairRecord, PairState};
use crate::domain::code::{CodeRef, CodeSystem};
use crate::domain::question::Setting;

/// Pair edits, unit limits and add-on rules of a claim, as the terminal and the JSON interface show them.
#[derive(Debug, Serialize)]
pub struct Claim {
    pub on: Date,
    pub pairs: Vec<Pair>,
    pub limits: Vec<Limit>,
    pub add_ons: Vec<AddOn>,
    /// Pairs of which the loaded edition says nothing.
    pub not_loaded: Vec<[String; 2]>,
}

#[derive(Debug, Serialize)]
pub struct Pair {
    pub column1: String,
    pub column2: String,
    pub indicator: u8,
    pub effective: Option<Date>,
    pub deleted: Option<Date>,
    pub rationale: String,
    pub edition: String,
    pub live: bool,
}

#[derive(Debug, Serialize)]
pub struct Limit {
    pub code: String,
    pub value: u32,
    pub mai: u8,
    pub rationale: String,
    pub edition: String,
}

#[derive(Debug, Serialize)]
pub struct AddOn {
    pub code: String,
    pub primaries: Vec<String>,
    pub met: bool,
    pub kind: AddOnKind,
    pub edition: String,
}

impl Claim {
    /// CPT numbers and HCPCS Level II codes, on a day of service.
    pub fn read(codebook: &Codebook, codes: &[String], setting: Setting, on: Date) -> Self {
        let codes: Vec<CodeRef> = codes.iter().map(|code| procedure(code)).collect();
        let mut shown = Self { on, pairs: Vec::new(), limits: Vec::new(), add_ons: Vec::new(), not_loaded: Vec::new() };
        for pair in codebook.pair_edits(&codes, setting, on) {
            if matches!(pair.state, PairState::NotLoaded) {
                shown.not_loaded.push([pair.a.to_string(), pair.b.to_string()]);
            }
            shown.pairs.extend(pair.history.iter().map(|row| Pair::new(row, &pair.source.edition, on)));
        }
        for code in &codes {
            let limit = codebook.unit_limit(code, setting, on);
            shown.limits.extend(limit.map(|limit| Limit {
                code: code.to_string(),
                value: limit.units,
                mai: limit.mai.digit(),
                rationale: limit.rationale,
                edition: limit.source.edition,
            }));
        }
        for rule in codes.iter().filter_map(|code| codebook.on_disk()?.add_on(&code.code, on)) {
            shown.add_ons.push(AddOn {
                met: rule.record.met_by(&codes),
                code: rule.record.code.to_string(),
                primaries: rule.record.primaries.iter().map(ToString::to_string).collect(),
                kind: rule.record.kind,
                edition: rule.source.edition,
            });
        }
        shown
    }
}

impl Pair {
    fn new(row: &PairRecord, edition: &str, on: Date) -> Self {
        Self {
            column1: row.column1.to_string(),
            column2: row.column2.to_string(),
            indicator: row.indicator.digit(),
            effective: row.effect.effective,
            deleted: row.effect.terminated,
            rationale: row.rationale.clone(),
            edition: edition.to_owned(),
            live: row.live(on),
        }
    }
}

/// CPT or Level II, told by the first character.
fn procedure(code: &str) -> CodeRef {
    let level2 = code.trim().starts_with(|c: char| c.is_ascii_alphabetic());
    CodeRef::new(if level2 { CodeSystem::Hcpcs } else { CodeSystem::Cpt }, code)
}
