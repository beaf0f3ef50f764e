//! HCPCS Level II on the edition: the quarter's file, with its corrections.

use jiff::civil::Date;
use rusqlite::{Row, params};

use super::super::import::text;
use super::super::level2::{BillingUnit, billing_unit, drug, level2_refs, substance};
use super::super::modifiers::{ModifierRecord, role};
use super::super::record::{Lookup, Record};
use super::{Edition, SourceRow};
use crate::domain::code::{CodeRef, CodeSystem, Effect, Family, Modifier};

const CODE: &str = "SELECT title, coalesce(added, effective), terminated, cross_references FROM hcpcs_code \
    WHERE source = ?1 AND code = ?2 ORDER BY seq LIMIT 1";
const NEAR: &str = "SELECT code FROM hcpcs_code WHERE source = ?1 AND code > ?2 AND code < ?2 || '[' \
    AND coalesce(added, 0) <= ?3 AND coalesce(terminated, 99999999) >= ?3 LIMIT 5";
const TITLES: &str = "SELECT code, title FROM hcpcs_code WHERE source = ?1 AND title LIKE ?2 ORDER BY code";
const BEGUN: &str =
    "SELECT code, title FROM hcpcs_code WHERE source = ?1 AND added = ?2 AND coalesce(terminated, 99999999) >= ?3 ORDER BY code";
const TEXT: &str = "SELECT title FROM hcpcs_text WHERE source = ?1 AND code = ?2 ORDER BY seq LIMIT 1";
const CORRECTED: &str = "SELECT action, title, effective FROM hcpcs_correction WHERE source = ?1 AND code = ?2 ORDER BY seq";
const MODIFIER: &str = "SELECT title, coalesce(added, effective), terminated FROM level2_modifier \
    WHERE source = ?1 AND modifier = ?2 ORDER BY seq LIMIT 1";
const NOT_CLASSIFIED: &str = "SELECT 1 FROM hcpcs_noc WHERE source = ?1 AND code = ?2 LIMIT 1";

/// A code's record as the quarter's file has it, corrected.
struct Level2 {
    title: Option<String>,
    effect: Effect,
    refs: String,
}

/// What a quarter's corrections do to a code or modifier.
enum Correction {
    Reworded(String),
    Ended(Option<Date>),
    NotEnded,
    Removed,
}

impl Edition {
    fn quarter(&self, on: Date) -> Option<&SourceRow> {
        self.in_force(Family::Hcpcs, "", on)?.first()
    }

    /// A Level II code on a day; `None` where no quarter's file is loaded.
    pub fn level2(&self, code: &CodeRef, on: Date) -> Option<Lookup> {
        let quarter = self.quarter(on)?;
        let Some(held) = self.level2_row(quarter, &code.code) else {
            return Some(self.level2_elsewhere(code, quarter, on));
        };
        let record = Record {
            code: code.clone(),
            title: held.title.clone(),
            effect: held.effect,
            source: quarter.cite(),
            inclusions: Vec::new(),
            order: Vec::new(),
        };
        if held.effect.covers(on) {
            return Some(Lookup::Valid(record));
        }
        let refs: Vec<&str> = held.refs.split_whitespace().collect();
        let replaced_by = if refs.is_empty() { self.level2_successors(quarter, &held, on) } else { level2_refs(&refs) };
        Some(Lookup::OutOfForce { record, replaced_by })
    }

    /// A list of a later quarter may hold the code: its number and words, but not since when.
    fn level2_elsewhere(&self, code: &CodeRef, quarter: &SourceRow, on: Date) -> Lookup {
        let list =
            self.in_force(Family::Hcpcs, "texts", on).and_then(|found| found.first()).filter(|list| list.from > quarter.from);
        if let Some(list) = list.filter(|list| list.from <= on)
            && let Some(title) =
                self.look(TEXT, params![list.id, code.code], |row| row.get::<_, Option<String>>(0)).into_iter().next()
        {
            let record = Record {
                code: code.clone(),
                title,
                effect: Effect::default(),
                source: list.cite(),
                inclusions: Vec::new(),
                order: Vec::new(),
            };
            return Lookup::Valid(record);
        }
        let day = text::number(on);
        let nearest = code.code.get(..4).map(|stem| {
            let found: Vec<String> = self.look(NEAR, params![quarter.id, stem, day], |row| row.get(0));
            found.iter().map(|code| hcpcs(code)).collect()
        });
        Lookup::Unknown { source: quarter.cite(), nearest: nearest.unwrap_or_default() }
    }

    fn level2_row(&self, quarter: &SourceRow, code: &str) -> Option<Level2> {
        let read = |row: &Row<'_>| {
            let effect = Effect { effective: day(row, 1)?, terminated: day(row, 2)? };
            Ok(Level2 { title: row.get(0)?, effect, refs: row.get::<_, Option<String>>(3)?.unwrap_or_default() })
        };
        let mut held = self.look(CODE, params![quarter.id, code], read).into_iter().next()?;
        for correction in self.corrections(quarter, code) {
            match correction {
                Correction::Removed => return None,
                Correction::NotEnded => held.effect.terminated = None,
                Correction::Ended(day) => held.effect.terminated = day.or(held.effect.terminated),
                Correction::Reworded(title) => held.title = Some(title),
            }
        }
        Some(held)
    }

    /// The corrections that CMS published for the same quarter.
    fn corrections(&self, quarter: &SourceRow, code: &str) -> Vec<Correction> {
        let list = self.in_force(Family::Hcpcs, "corrections", quarter.from).and_then(|found| found.first());
        let Some(list) = list.filter(|list| list.from == quarter.from) else { return Vec::new() };
        let rows: Vec<(String, Option<String>, Option<i64>)> =
            self.look(CORRECTED, params![list.id, code], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        rows.into_iter()
            .filter_map(|(action, title, day)| {
                let action = action.to_lowercase();
                if action.contains("do not terminate") {
                    Some(Correction::NotEnded)
                } else if action.contains("remove code") {
                    Some(Correction::Removed)
                } else if action.contains("terminate") {
                    // In force until the day before.
                    Some(Correction::Ended(day.and_then(text::date).and_then(|day| day.yesterday().ok())))
                } else if action.contains("revise ld") {
                    title.map(Correction::Reworded)
                } else {
                    None
                }
            })
            .collect()
    }

    /// Codes with the same substance that came in the day after this one ended.
    fn level2_successors(&self, quarter: &SourceRow, gone: &Level2, on: Date) -> Vec<CodeRef> {
        let next = gone.effect.terminated.and_then(|day| day.tomorrow().ok());
        let Some(next) = next else { return Vec::new() };
        let stem = gone.title.as_deref().and_then(substance);
        let begun: Vec<(String, Option<String>)> =
            self.look(BEGUN, params![quarter.id, text::number(next), text::number(on)], |row| Ok((row.get(0)?, row.get(1)?)));
        let same = |like: &dyn Fn(&str) -> bool| -> Vec<CodeRef> {
            let found = begun.iter().filter(|(_, title)| next <= on && title.as_deref().is_some_and(like));
            found.map(|(code, _)| hcpcs(code)).take(4).collect()
        };
        let exact = same(&|title| stem.is_some() && substance(title) == stem);
        if !exact.is_empty() {
            return exact;
        }
        let name = gone.title.as_deref().and_then(drug);
        same(&|title| name.is_some() && drug(title) == name)
    }

    /// What one unit of a code stands for, by the text in force on a day, else by the latest that there is.
    pub fn level2_unit(&self, code: &CodeRef, on: Date) -> Option<BillingUnit> {
        let quarters = self.in_force_first(Family::Hcpcs, "", on);
        let held = quarters.into_iter().find_map(|quarter| self.level2_row(quarter, &code.code)?.title);
        let listed = || {
            let text = |row: &SourceRow| {
                let found: Vec<Option<String>> = self.look(TEXT, params![row.id, code.code], |row| row.get(0));
                found.into_iter().flatten().next()
            };
            self.in_force_first(Family::Hcpcs, "texts", on).into_iter().find_map(text)
        };
        billing_unit(&held.or_else(listed)?)
    }

    /// The editions of a family's part: the one in force on a day, then the newest first, the better of two files of one day before
    /// the other.
    fn in_force_first(&self, family: Family, part: &str, on: Date) -> Vec<&SourceRow> {
        let mut rows: Vec<&SourceRow> = self.sources().iter().filter(|row| row.family == family && row.part == part).collect();
        let now = self.in_force(family, part, on).and_then(|found| found.first()).map(|row| row.id);
        rows.sort_by_key(|row| std::cmp::Reverse((now == Some(row.id), row.from, row.rank, row.id)));
        rows
    }

    /// Level II codes in force on a day whose text has a word.
    pub fn level2_named(&self, word: &str, on: Date) -> Vec<CodeRef> {
        let Some(quarter) = self.quarter(on) else { return Vec::new() };
        let word = word.to_lowercase();
        let like = format!("%{}%", word.replace(['%', '_'], ""));
        let found: Vec<(String, String)> = self.look(TITLES, params![quarter.id, like], |row| Ok((row.get(0)?, row.get(1)?)));
        let whole = |title: &str| title.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|w| w == word);
        let in_force = |code: &str| self.level2_row(quarter, code).is_some_and(|held| held.effect.covers(on));
        found.iter().filter(|(code, title)| whole(title) && in_force(code)).map(|(code, _)| hcpcs(code)).collect()
    }

    /// Whether a code stands for what has no code of its own ("not otherwise classified").
    pub fn not_otherwise_classified(&self, code: &CodeRef, on: Date) -> Option<bool> {
        let list = self.in_force(Family::Hcpcs, "noc", on)?.first()?;
        Some(!self.look(NOT_CLASSIFIED, params![list.id, code.code], |_| Ok(())).is_empty())
    }

    /// A Level II modifier as the file in force on a day says, else the latest that has it.
    pub fn level2_modifier(&self, modifier: Modifier, on: Date) -> Option<ModifierRecord> {
        self.in_force_first(Family::Modifiers, "", on).into_iter().find_map(|quarter| self.modifier_row(quarter, modifier))
    }

    fn modifier_row(&self, quarter: &SourceRow, modifier: Modifier) -> Option<ModifierRecord> {
        let read = |row: &Row<'_>| Ok((row.get(0)?, Effect { effective: day(row, 1)?, terminated: day(row, 2)? }));
        let found: Vec<(String, Effect)> = self.look(MODIFIER, params![quarter.id, modifier.as_str()], read);
        let (mut meaning, mut effect) = found.into_iter().next()?;
        for correction in self.corrections(quarter, modifier.as_str()) {
            match correction {
                Correction::Removed => return None,
                Correction::NotEnded => effect.terminated = None,
                Correction::Ended(day) => effect.terminated = day.or(effect.terminated),
                Correction::Reworded(title) => meaning = title,
            }
        }
        Some(ModifierRecord { modifier, meaning, effect, source: quarter.cite(), role: role(modifier.as_str()) })
    }
}

fn day(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Date>> {
    Ok(row.get::<_, Option<i64>>(at)?.and_then(text::date))
}

fn hcpcs(code: &str) -> CodeRef {
    CodeRef::new(CodeSystem::Hcpcs, code)
}
