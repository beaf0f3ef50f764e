//! Add-on codes: the primaries that a code goes with, and the add-ons of a primary.

use jiff::civil::Date;
use serde::Serialize;

use super::super::edits::procedure;
use super::super::import::text;
use super::{Cited, Edition};
use crate::domain::code::{CodeRef, Effect, Family};

/// How an add-on edit defines its primaries (CMS, Add-on Code Edits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AddOnKind {
    /// Type 1: the list of primaries is complete.
    Complete,
    /// Type 2: each contractor says which primaries it takes.
    Contractor,
    /// Type 3: the listed ones, and others that the contractor takes.
    Partial,
}

/// An add-on code and its primaries on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddOnRule {
    pub code: CodeRef,
    pub kind: AddOnKind,
    /// In order of code; empty where the contractor says.
    pub primaries: Vec<CodeRef>,
}

impl AddOnRule {
    /// Whether one of `codes` is a primary of it; where the contractor has a say, only a listed one is certain.
    pub fn met_by(&self, codes: &[CodeRef]) -> bool {
        codes.iter().any(|code| self.primaries.iter().any(|primary| primary.code == code.code))
    }
}

const CONTRACTOR_DEFINED: &str = "CCCCC";
const OF_ADD_ON: &str =
    "SELECT code, primary_code, kind, effective, deleted FROM add_on WHERE source = ?1 AND code = ?2 ORDER BY primary_code";
const OF_PRIMARY: &str =
    "SELECT code, primary_code, kind, effective, deleted FROM add_on WHERE source = ?1 AND primary_code = ?2 ORDER BY code";

struct Line {
    code: String,
    primary: String,
    kind: AddOnKind,
    effect: Effect,
}

fn line(row: &rusqlite::Row<'_>) -> rusqlite::Result<Line> {
    let kind = match row.get(2)? {
        1 => AddOnKind::Complete,
        2 => AddOnKind::Contractor,
        _ => AddOnKind::Partial,
    };
    let effect = Effect { effective: text::date(row.get(3)?), terminated: text::date(row.get(4)?) };
    Ok(Line { code: row.get(0)?, primary: row.get(1)?, kind, effect })
}

impl Edition {
    /// The rule of an add-on code as of `on`; `None` where the code is no add-on code or nothing is loaded.
    pub fn add_on(&self, code: &str, on: Date) -> Option<Cited<AddOnRule>> {
        let lines = self.cited((Family::AddOn, ""), on, OF_ADD_ON, &[code], line);
        let mut lines = lines.into_iter().filter(|found| found.record.effect.covers(on)).peekable();
        let first = lines.peek()?;
        let cited = Cited { record: (), source: first.source.clone(), coverage: first.coverage.clone(), covers: first.covers };
        let (kind, code) = (first.record.kind, procedure(&first.record.code));
        let mut primaries: Vec<CodeRef> = lines
            .filter(|found| found.record.primary != CONTRACTOR_DEFINED)
            .map(|found| procedure(&found.record.primary))
            .collect();
        primaries.dedup();
        let Cited { source, coverage, covers, .. } = cited;
        Some(Cited { record: AddOnRule { code, kind, primaries }, source, coverage, covers })
    }

    /// The add-on codes that list `code` as a primary.
    pub fn add_ons_of(&self, code: &str, on: Date) -> Vec<Cited<CodeRef>> {
        let lines = self.cited((Family::AddOn, ""), on, OF_PRIMARY, &[code], line);
        let mut found: Vec<Cited<CodeRef>> = lines
            .into_iter()
            .filter(|found| found.record.effect.covers(on))
            .map(|found| Cited {
                record: procedure(&found.record.code),
                source: found.source,
                coverage: found.coverage,
                covers: found.covers,
            })
            .collect();
        found.dedup_by(|a, b| a.record == b.record);
        found
    }
}
