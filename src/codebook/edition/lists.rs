//! Small lists on the edition: places of service, risk adjustment, remittance codes, equivalence mappings, index terms.

use jiff::civil::Date;
use rusqlite::params;

use super::super::import::text;
use super::Edition;
use crate::domain::code::{CodeRef, CodeSystem, Effect, Family, Source};

const PLACE: &str = "SELECT name, setting, description FROM place_of_service WHERE source = ?1 AND code = ?2 LIMIT 1";
const CATEGORIES: &str = "SELECT hcc FROM hcc_diagnosis WHERE source = ?1 AND code = ?2 ORDER BY hcc";
const LABEL: &str = "SELECT label FROM hcc_label WHERE source = ?1 AND hcc = ?2 LIMIT 1";
const BELOW: &str = "SELECT child FROM hcc_hierarchy WHERE source = ?1 AND parent = ?2 ORDER BY child";
const REMITTANCE: &str = "SELECT text, started, ended FROM remittance_code WHERE source = ?1 AND code = ?2 LIMIT 1";
const MAPPED: &str =
    "SELECT target, approximate, no_map, combination, scenario, choice FROM gem WHERE source = ?1 AND code = ?2 ORDER BY seq";
const LEADS: &str = "SELECT path, relation, partial FROM index_term WHERE target = ?1 AND source = ?2 ORDER BY seq LIMIT 40";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRecord {
    pub code: String,
    pub name: String,
    /// `Facility` or `Non-Facility`, where the list says so.
    pub setting: Option<String>,
    pub description: Option<String>,
    pub source: Source,
}

/// A risk-adjustment category of a diagnosis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HccRecord {
    pub hcc: i64,
    /// `V28`.
    pub model: &'static str,
    pub label: Option<String>,
    /// Categories that this one takes the place of.
    pub over: Vec<i64>,
    pub source: Source,
}

/// A remark or reason code. Reason codes have no text: it is X12's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemittanceRecord {
    pub code: CodeRef,
    pub text: Option<String>,
    pub effect: Effect,
    pub source: Source,
}

/// One way of a general equivalence mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GemRecord {
    /// `None` where the source maps to nothing.
    pub target: Option<CodeRef>,
    pub is_approximate: bool,
    /// Targets of one scenario with different choice lists are needed together.
    pub is_combination: bool,
    pub scenario: u8,
    pub choice: u8,
    pub source: Source,
}

/// An index entry that leads to a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexLead {
    /// From the main term on.
    pub path: Vec<String>,
    pub relation: String,
    /// The index names the code with characters missing.
    pub is_partial: bool,
    pub source: Source,
}

impl Edition {
    pub fn place_of_service(&self, code: &str, on: Date) -> Option<PlaceRecord> {
        let source = self.in_force(Family::Pos, "", on)?.first()?;
        let code = format!("{code:0>2}");
        let found = self.look(PLACE, params![source.id, code], |row| {
            let (name, setting, description) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(PlaceRecord { code: code.clone(), name, setting, description, source: source.cite() })
        });
        found.into_iter().next()
    }

    /// The risk-adjustment categories of a diagnosis, model by model.
    pub fn categories(&self, code: &CodeRef, on: Date) -> Vec<HccRecord> {
        let models = [("V28", "V28 labels", "V28 hierarchies"), ("V24", "V24 labels", "V24 hierarchies")];
        let mut found = Vec::new();
        for (model, labels, hierarchies) in models {
            let part = |part| self.in_force(Family::Hcc, part, on).and_then(|found| found.first());
            let Some(source) = part(model) else { continue };
            let categories: Vec<i64> = self.look(CATEGORIES, params![source.id, code.undotted()], |row| row.get(0));
            for hcc in categories {
                let label = part(labels)
                    .and_then(|labels| self.look(LABEL, params![labels.id, hcc], |row| row.get(0)).into_iter().next());
                let over =
                    part(hierarchies).map(|rows| self.look(BELOW, params![rows.id, hcc], |row| row.get(0))).unwrap_or_default();
                found.push(HccRecord { hcc, model, label, over, source: source.cite() });
            }
        }
        found
    }

    /// A remark code (RARC) or reason code (CARC); the latter without text.
    pub fn remittance(&self, code: &CodeRef, on: Date) -> Option<RemittanceRecord> {
        let family = if code.system == CodeSystem::Carc { Family::Carc } else { Family::Rarc };
        let source = self.in_force(family, "", on)?.first()?;
        let found = self.look(REMITTANCE, params![source.id, code.code], |row| {
            let day = |at| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.and_then(text::date));
            let effect = Effect { effective: day(1)?, terminated: day(2)? };
            Ok(RemittanceRecord { code: code.clone(), text: row.get(0)?, effect, source: source.cite() })
        });
        found.into_iter().next()
    }

    /// The equivalents of a diagnosis code in the other revision.
    pub fn equivalents(&self, code: &CodeRef) -> Vec<GemRecord> {
        let (part, system) = if code.system == CodeSystem::Icd9Cm {
            ("ICD-9-CM to ICD-10-CM", CodeSystem::Icd10Cm)
        } else {
            ("ICD-10-CM to ICD-9-CM", CodeSystem::Icd9Cm)
        };
        let Some(source) = self.in_force(Family::Gems, part, Date::MAX).and_then(|found| found.first()) else {
            return Vec::new();
        };
        self.look(MAPPED, params![source.id, code.undotted()], |row| {
            let (target, no_map): (String, bool) = (row.get(0)?, row.get(2)?);
            Ok(GemRecord {
                target: (!no_map && target != "NoDx").then(|| CodeRef::new(system, &target)),
                is_approximate: row.get(1)?,
                is_combination: row.get(3)?,
                scenario: row.get(4)?,
                choice: row.get(5)?,
                source: source.cite(),
            })
        })
    }

    /// The index terms that lead to a diagnosis code.
    pub fn index_terms(&self, code: &CodeRef, on: Date) -> Vec<IndexLead> {
        let mut leads = Vec::new();
        for part in ["index", "external causes", "neoplasms", "drugs"] {
            let Some(source) = self.in_force(Family::Icd10Cm, part, on).and_then(|found| found.first()) else { continue };
            leads.extend(self.look(LEADS, params![code.undotted(), source.id], |row| {
                let path: String = row.get(0)?;
                let path = path.split(" > ").map(str::to_owned).collect();
                Ok(IndexLead { path, relation: row.get(1)?, is_partial: row.get(2)?, source: source.cite() })
            }));
        }
        leads
    }
}
