//! What took a code's place, and what it stood under before, by the conversion table.

use jiff::civil::Date;
use rusqlite::params;

use super::super::import::text;
use super::Edition;
use super::diagnoses::dx;
use crate::domain::code::{CodeRef, Family, Source};

/// Splits of splits are followed this often.
const CHAIN_MAX: usize = 5;

const NEXT: &str = "SELECT current, effective, source FROM icd10cm_conversion WHERE former = ?1 AND current <> ?1 AND together = 0 \
    UNION SELECT current, effective, source FROM icd10cm_conversion WHERE former < ?1 AND former_last >= ?1 AND former <> former_last \
    AND current <> ?1 AND together = 0 ORDER BY current";
const BEFORE: &str =
    "SELECT DISTINCT former, former_last FROM icd10cm_conversion WHERE current = ?1 AND former IS NOT NULL ORDER BY former";

impl Edition {
    /// The day on which a code was split or replaced, where it is billable no more, and the table that says so.
    pub(super) fn split_day(&self, bare: &str) -> (Option<Date>, Option<Source>) {
        let rows: Vec<(String, i64, i64)> = self.look(NEXT, params![bare], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        let last = rows.iter().max_by_key(|(_, day, _)| *day);
        let source = last.and_then(|(.., id)| self.sources().iter().find(|row| row.id == *id)).map(super::SourceRow::cite);
        (last.and_then(|(_, day, _)| text::date(*day)), source)
    }

    /// The codes that stand for `bare` on a day. Where one of them was split in its turn, those that came of it.
    pub fn successors(&self, bare: &str, on: Date) -> Vec<CodeRef> {
        let Some(codes) = self.in_force(Family::Icd10Cm, "codes", on).and_then(|found| found.first()) else { return Vec::new() };
        let mut found: Vec<String> = Vec::new();
        let mut waiting: Vec<(String, usize)> = vec![(bare.to_owned(), 0)];
        while let Some((code, depth)) = waiting.pop() {
            let next: Vec<String> = self.look(NEXT, params![code], |row| row.get(0));
            for code in next.into_iter().rev() {
                let billable = self.held(codes, &code).is_some_and(|held| held.billable);
                if !billable && depth < CHAIN_MAX && code != bare {
                    waiting.push((code, depth + 1));
                } else if !found.contains(&code) {
                    found.push(code);
                }
            }
        }
        found.sort();
        found.iter().map(|code| dx(code)).collect()
    }

    /// What was assigned before a code came in: codes, and the last of a range where it is one.
    pub fn predecessors(&self, code: &CodeRef) -> Vec<(CodeRef, CodeRef)> {
        let rows: Vec<(String, String)> = self.look(BEFORE, params![code.undotted()], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.iter().map(|(first, last)| (dx(first), dx(last))).collect()
    }
}
