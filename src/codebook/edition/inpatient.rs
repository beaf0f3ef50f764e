//! Inpatient records on the edition: MS-DRG weights, complications and their exclusions, code-editor lists, ICD-10-PCS.

use jiff::civil::Date;
use rusqlite::params;

use super::super::import::text;
use super::super::record::{Lookup, Record};
use super::Edition;
use crate::domain::code::{CodeRef, CodeSystem, Effect, Family, Source};

const DRG: &str = "SELECT title, mdc, kind, weight, weight_capped, geometric_days, arithmetic_days, post_acute, special_pay \
    FROM drg WHERE source = ?1 AND drg = ?2 ORDER BY seq LIMIT 1";
const COMPLICATION: &str = "SELECT level, title FROM drg_complication WHERE source = ?1 AND code = ?2 LIMIT 1";
const EXCLUSION: &str = "SELECT level, collection FROM drg_exclusion WHERE source = ?1 AND code = ?2 LIMIT 1";
const IN_COLLECTION: &str = "SELECT 1 FROM drg_collection WHERE source = ?1 AND collection = ?2 AND code = ?3 LIMIT 1";
const ALIVE: &str = "SELECT 1 FROM drg_alive WHERE source = ?1 AND code = ?2 LIMIT 1";
const EDITS: &str = "SELECT edit FROM mce_edit WHERE source = ?1 AND code = ?2 ORDER BY edit";
const PCS_ROWS: &str = "SELECT row FROM pcs_row WHERE source = ?1 AND stem = ?2 AND instr(fourth, ?3) AND instr(fifth, ?4) \
    AND instr(sixth, ?5) AND instr(seventh, ?6) ORDER BY row LIMIT 1";
const PCS_LABELS: &str = "SELECT position, value, label.text, axis.text FROM pcs_value JOIN word AS label ON label.id = label \
    JOIN word AS axis ON axis.id = axis WHERE source = ?1 AND row = ?2 ORDER BY seq";
const PCS_TITLE: &str = "SELECT title FROM icd10_code WHERE source = ?1 AND code = ?2 AND billable = 1 LIMIT 1";
const PCS_ENDED: &str = "SELECT current, effective, change FROM icd10pcs_conversion WHERE former = ?1 ORDER BY effective DESC";
const PCS_NEAR: &str =
    "SELECT code FROM icd10_code WHERE source = ?1 AND code >= ?2 AND code < ?2 || '[' AND billable = 1 LIMIT 8";

/// An MS-DRG of a fiscal year. Weights are in ten-thousandths, stays in tenths of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrgRecord {
    pub drg: String,
    pub title: String,
    pub mdc: Option<String>,
    pub kind: Option<String>,
    pub weight: Option<i64>,
    pub weight_capped: Option<i64>,
    pub geometric_days: Option<i64>,
    pub arithmetic_days: Option<i64>,
    pub post_acute: bool,
    pub special_pay: bool,
    pub source: Source,
}

/// Whether a secondary diagnosis counts as a complication or comorbidity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComplicationRecord {
    pub is_major: bool,
    /// The number of the collection of principal diagnoses beside which it counts as neither.
    pub collection: Option<i64>,
    /// It counts only where the patient is discharged alive.
    pub only_alive: bool,
    pub source: Source,
}

/// A value of an ICD-10-PCS code's character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PcsValue {
    pub position: u8,
    pub value: char,
    pub label: String,
    pub axis: String,
}

impl Edition {
    /// An MS-DRG's weight and stays.
    pub fn drg(&self, number: &str, on: Date) -> Option<DrgRecord> {
        let source = self.in_force(Family::MsDrg, "weights", on)?.first()?;
        let number = format!("{number:0>3}");
        let found = self.look(DRG, params![source.id, number], |row| {
            Ok(DrgRecord {
                drg: number.clone(),
                title: row.get(0)?,
                mdc: row.get(1)?,
                kind: row.get(2)?,
                weight: row.get(3)?,
                weight_capped: row.get(4)?,
                geometric_days: row.get(5)?,
                arithmetic_days: row.get(6)?,
                post_acute: row.get(7)?,
                special_pay: row.get(8)?,
                source: source.cite(),
            })
        });
        found.into_iter().next()
    }

    /// Whether a diagnosis is a CC or MCC; `None` where it is neither, or no list is loaded.
    pub fn complication(&self, code: &CodeRef, on: Date) -> Option<ComplicationRecord> {
        let bare = code.undotted();
        // The exclusions name only what some principal diagnosis excludes; the lists name every CC and MCC.
        let exclusions = self.in_force(Family::MsDrg, "exclusions", on).and_then(|found| found.first());
        if let Some(source) = exclusions {
            let found: Vec<(String, Option<i64>)> =
                self.look(EXCLUSION, params![source.id, bare], |row| Ok((row.get(0)?, row.get(1)?)));
            let only_alive = !self.look(ALIVE, params![source.id, bare], |_| Ok(())).is_empty();
            if let Some((level, collection)) = found.into_iter().next() {
                return Some(ComplicationRecord { is_major: level == "MCC", collection, only_alive, source: source.cite() });
            }
        }
        ["MCC", "CC"].into_iter().find_map(|part| {
            let source = self.in_force(Family::MsDrg, part, on)?.first()?;
            let found: Vec<String> = self.look(COMPLICATION, params![source.id, bare], |row| row.get(0));
            let level = found.into_iter().next()?;
            Some(ComplicationRecord { is_major: level == "MCC", collection: None, only_alive: false, source: source.cite() })
        })
    }

    /// Whether a principal diagnosis keeps `secondary` from counting as a CC or MCC; `None` where no exclusions are loaded or it is
    /// neither.
    pub fn excludes_complication(&self, principal: &CodeRef, secondary: &CodeRef, on: Date) -> Option<bool> {
        let source = self.in_force(Family::MsDrg, "exclusions", on)?.first()?;
        let Some(collection) = self.complication(secondary, on)?.collection else { return Some(false) };
        let found = self.look(IN_COLLECTION, params![source.id, collection, principal.undotted()], |_| Ok(()));
        Some(!found.is_empty())
    }

    /// The code-editor lists that a diagnosis is on: `unacceptable_pdx`, `age_maternity`, … Inpatient edits, no others.
    pub fn code_editor(&self, code: &CodeRef, on: Date) -> Option<(Vec<String>, Source)> {
        let source = self.in_force(Family::Mce, "", on)?.first()?;
        Some((self.look(EDITS, params![source.id, code.undotted()], |row| row.get(0)), source.cite()))
    }

    /// What the seven characters of a procedure code mean; empty where its table has no such code.
    pub fn pcs_values(&self, code: &CodeRef, on: Date) -> Option<Vec<PcsValue>> {
        let source = self.in_force(Family::Icd10Pcs, "tables", on)?.first()?;
        let bare = code.undotted();
        let characters: Vec<String> = bare.chars().map(|c| c.to_string()).collect();
        let [_, _, _, fourth, fifth, sixth, seventh] = characters.as_slice() else { return Some(Vec::new()) };
        let stem = bare.get(..3).unwrap_or_default();
        let with = params![source.id, stem, fourth, fifth, sixth, seventh];
        let Some(row) = self.look(PCS_ROWS, with, |row| row.get::<_, i64>(0)).into_iter().next() else { return Some(Vec::new()) };
        let values = self.look(PCS_LABELS, params![source.id, row], |row| {
            let value: String = row.get(1)?;
            Ok(PcsValue {
                position: row.get(0)?,
                value: value.chars().next().unwrap_or(' '),
                label: row.get(2)?,
                axis: row.get(3)?,
            })
        });
        Some(values.into_iter().filter(|value| bare.chars().nth(usize::from(value.position) - 1) == Some(value.value)).collect())
    }

    /// A procedure code on a day: the tables say whether it exists, the codes file what it is called.
    pub fn procedure_code(&self, code: &CodeRef, on: Date) -> Option<Lookup> {
        let titles = self.in_force(Family::Icd10Pcs, "codes", on).and_then(|found| found.first());
        let tables = self.in_force(Family::Icd10Pcs, "tables", on).and_then(|found| found.first());
        let source = tables.or(titles)?;
        let bare = code.undotted();
        let title: Option<String> =
            titles.and_then(|titles| self.look(PCS_TITLE, params![titles.id, bare], |row| row.get(0)).into_iter().next());
        let values = self.pcs_values(code, on);
        let exists = values.as_ref().map_or(title.is_some(), |values| values.len() == 7);
        let made = || values.map(|values| values.iter().map(|value| value.label.as_str()).collect::<Vec<_>>().join(" / "));
        let record = |title, terminated| Record {
            code: code.clone(),
            title,
            effect: Effect { effective: None, terminated },
            source: source.cite(),
            inclusions: Vec::new(),
            order: Vec::new(),
        };
        if exists {
            return Some(Lookup::Valid(record(title.or_else(made), None)));
        }
        let ended: Vec<(String, i64, String)> =
            self.look(PCS_ENDED, params![bare], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        let last = ended.iter().find(|(.., change)| change == "deleted").and_then(|(_, day, _)| text::date(*day));
        if let Some(last) = last {
            let replaced_by = ended.iter().filter(|(current, ..)| *current != bare).map(|(current, ..)| pcs(current)).collect();
            return Some(Lookup::OutOfForce { record: record(None, last.yesterday().ok()), replaced_by });
        }
        let near: Vec<String> = titles
            .zip((3..7).rev().find_map(|len| bare.get(..len)))
            .map(|(titles, stem)| self.look(PCS_NEAR, params![titles.id, stem], |row| row.get(0)))
            .unwrap_or_default();
        Some(Lookup::Unknown { source: source.cite(), nearest: near.iter().map(|code| pcs(code)).collect() })
    }
}

fn pcs(code: &str) -> CodeRef {
    CodeRef::new(CodeSystem::Icd10Pcs, code)
}
