//! ICD-10-CM on the edition: the order or codes file says which codes exist, the Tabular List what stands above them.

use jiff::civil::Date;
use rusqlite::params;

use super::super::import::text;
use super::super::record::{Lookup, Record};
use super::{Edition, SourceRow};
use crate::domain::code::{CodeRef, CodeSystem, Effect, Family, Source};

/// More leaves than this are named by the next level instead.
const CHILDREN_MAX: i64 = 24;
const NEAREST_MAX: usize = 8;

const CODE: &str = "SELECT billable, title FROM icd10_code WHERE source = ?1 AND code = ?2 ORDER BY seq LIMIT 1";
const LEAVES: &str = "SELECT code FROM icd10_code WHERE source = ?1 AND code > ?2 AND code < ?2 || '[' AND billable = 1 LIMIT ?3";
const PLACE: &str = "SELECT title, parent FROM tabular_place WHERE source = ?1 AND code = ?2 AND level = 2 LIMIT 1";
const BELOW: &str = "SELECT code FROM tabular_place WHERE source = ?1 AND parent = ?2 AND level = 2 ORDER BY seq";

/// What the files in force on a day hold of a code.
pub(super) struct Held {
    pub billable: bool,
    pub title: String,
}

impl Edition {
    /// The files of codes and of the Tabular List that are read for a day.
    fn icd10cm(&self, on: Date) -> Option<(&SourceRow, Option<&SourceRow>)> {
        let codes = self.in_force(Family::Icd10Cm, "codes", on)?.first()?;
        Some((codes, self.tabular(on)))
    }

    pub(super) fn tabular(&self, on: Date) -> Option<&SourceRow> {
        self.in_force(Family::Icd10Cm, "tabular", on)?.first()
    }

    pub(super) fn held(&self, source: &SourceRow, bare: &str) -> Option<Held> {
        let found = self.look(CODE, params![source.id, bare], |row| Ok(Held { billable: row.get(0)?, title: row.get(1)? }));
        found.into_iter().next()
    }

    /// The title of a heading of the Tabular List.
    fn heading(&self, tabular: Option<&SourceRow>, bare: &str) -> Option<String> {
        self.look(PLACE, params![tabular?.id, bare], |row| row.get(0)).into_iter().next()
    }

    /// A diagnosis code on a day; `None` where no file of codes is loaded.
    pub fn diagnosis(&self, code: &CodeRef, on: Date) -> Option<Lookup> {
        let (codes, tabular) = self.icd10cm(on)?;
        let bare = code.undotted();
        let held = self.held(codes, &bare);
        if let Some(Held { billable: true, title }) = &held {
            let effect = self.diagnosis_effect(&bare, codes);
            let record = self.diagnosis_record(code, Some(title.clone()), effect, codes.cite(), on);
            return Some(if effect.covers(on) {
                Lookup::Valid(record)
            } else {
                Lookup::OutOfForce { record, replaced_by: self.successors(&bare, on) }
            });
        }
        if let Some(title) = held.map(|held| held.title).or_else(|| self.heading(tabular, &bare)) {
            return Some(self.diagnosis_heading(code, title, codes, on));
        }
        Some(self.diagnosis_elsewhere(code, codes, on))
    }

    /// A heading is not billable, unless it still was on the day: then what split it came later.
    fn diagnosis_heading(&self, code: &CodeRef, title: String, codes: &SourceRow, on: Date) -> Lookup {
        let bare = code.undotted();
        let (ended, source) = self.split_day(&bare);
        let effect = Effect { effective: None, terminated: ended.and_then(|day| day.yesterday().ok()) };
        let was_billable = ended.is_some_and(|day| on < day && codes.from > on);
        let cited = if was_billable { source.unwrap_or_else(|| codes.cite()) } else { codes.cite() };
        let record = self.diagnosis_record(code, Some(title), effect, cited, on);
        if was_billable { Lookup::Valid(record) } else { Lookup::NotBillable { record, children: self.leaves(&bare, on) } }
    }

    /// A code that the day's file does not hold: in another year's, or in none.
    fn diagnosis_elsewhere(&self, code: &CodeRef, codes: &SourceRow, on: Date) -> Lookup {
        let bare = code.undotted();
        let mut others: Vec<&SourceRow> = self.files_of_codes();
        others.sort_by_key(|row| (row.from <= on, std::cmp::Reverse(row.from)));
        let other = others.into_iter().find_map(|row| self.held(row, &bare).filter(|held| held.billable).map(|held| (row, held)));
        if let Some((row, held)) = other {
            let record = self.diagnosis_record(code, Some(held.title), self.diagnosis_effect(&bare, row), row.cite(), on);
            return Lookup::OutOfForce { record, replaced_by: self.successors(&bare, on) };
        }
        if let (Some(ended), Some(source)) = self.split_day(&bare) {
            let effect = Effect { effective: None, terminated: ended.yesterday().ok() };
            let record = self.diagnosis_record(code, None, effect, source, on);
            return if on < ended {
                Lookup::Valid(record)
            } else {
                Lookup::OutOfForce { record, replaced_by: self.successors(&bare, on) }
            };
        }
        Lookup::Unknown { source: codes.cite(), nearest: self.nearest_diagnoses(&bare, on) }
    }

    /// Every loaded year's codes, the best of its files, oldest first.
    fn files_of_codes(&self) -> Vec<&SourceRow> {
        let mut rows: Vec<&SourceRow> =
            self.sources().iter().filter(|row| row.family == Family::Icd10Cm && row.part == "codes" && row.whole).collect();
        rows.sort_by_key(|row| (row.from, std::cmp::Reverse((row.rank, row.id))));
        rows.dedup_by_key(|row| row.from);
        rows
    }

    /// Since when by the conversion table, else by the first of the loaded years that holds the code; until when by the first
    /// that holds it no more.
    fn diagnosis_effect(&self, bare: &str, in_row: &SourceRow) -> Effect {
        let files = self.files_of_codes();
        let billable = |row: &SourceRow| self.held(row, bare).is_some_and(|held| held.billable);
        let before = files.iter().rev().filter(|row| row.from < in_row.from).copied();
        let mut first = in_row;
        let mut seen_before = None;
        for row in before {
            if billable(row) {
                first = row;
            } else {
                seen_before = Some(first.from);
                break;
            }
        }
        let after = files.iter().filter(|row| row.from > in_row.from).find(|row| !billable(row));
        Effect {
            effective: self.conversion_day(bare).filter(|day| *day >= first.from || seen_before.is_none()).or(seen_before),
            terminated: after.and_then(|row| row.from.yesterday().ok()),
        }
    }

    fn conversion_day(&self, bare: &str) -> Option<Date> {
        let sql = "SELECT max(effective) FROM icd10cm_conversion WHERE current = ?1";
        let found: Vec<Option<i64>> = self.look(sql, params![bare], |row| row.get(0));
        found.into_iter().flatten().find_map(text::date)
    }

    /// Billable codes below a heading; the next level where they are many.
    pub fn leaves(&self, bare: &str, on: Date) -> Vec<CodeRef> {
        let Some((codes, tabular)) = self.icd10cm(on) else { return Vec::new() };
        let leaves: Vec<String> = self.look(LEAVES, params![codes.id, bare, CHILDREN_MAX + 1], |row| row.get(0));
        if i64::try_from(leaves.len()).is_ok_and(|count| count <= CHILDREN_MAX) {
            return leaves.iter().map(|code| dx(code)).collect();
        }
        let below: Vec<String> =
            tabular.map(|tabular| self.look(BELOW, params![tabular.id, bare], |row| row.get(0))).unwrap_or_default();
        if below.is_empty() {
            return leaves.iter().take(NEAREST_MAX).map(|code| dx(code)).collect();
        }
        below.iter().map(|code| dx(code)).collect()
    }

    /// The entries directly below one in the Tabular List.
    pub fn below(&self, code: &CodeRef, on: Date) -> Vec<CodeRef> {
        let Some(tabular) = self.tabular(on) else { return Vec::new() };
        let found: Vec<String> = self.look(BELOW, params![tabular.id, code.undotted()], |row| row.get(0));
        found.iter().map(|code| dx(code)).collect()
    }

    fn nearest_diagnoses(&self, bare: &str, on: Date) -> Vec<CodeRef> {
        let Some((codes, tabular)) = self.icd10cm(on) else { return Vec::new() };
        for len in (3..bare.len()).rev() {
            let Some(stem) = bare.get(..len) else { continue };
            let held = self.held(codes, stem);
            if held.as_ref().is_some_and(|held| held.billable) {
                return vec![dx(stem)];
            }
            if held.is_some() || self.heading(tabular, stem).is_some() {
                let mut leaves = self.leaves(stem, on);
                leaves.truncate(NEAREST_MAX);
                return leaves;
            }
        }
        Vec::new()
    }

    fn diagnosis_record(&self, code: &CodeRef, title: Option<String>, effect: Effect, source: Source, on: Date) -> Record {
        let (inclusions, order) = self.inclusions_and_order(code, on);
        Record { code: code.clone(), title, effect, source, inclusions, order }
    }
}

pub(super) fn dx(bare: &str) -> CodeRef {
    CodeRef::new(CodeSystem::Icd10Cm, bare)
}
