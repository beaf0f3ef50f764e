//! Pair edits on the edition: every pair of a claim, both ways, as of a day.

use jiff::civil::Date;
use rusqlite::params;

use super::super::edits::{PairLookup, PairRecord, PairState, indicator, procedure};
use super::super::import::text;
use super::{Edition, InForce};
use crate::domain::code::{CodeRef, Effect, Family, Source};
use crate::domain::finding::ModifierIndicator;
use crate::domain::question::Setting;

const PAIR: &str = "SELECT column1, column2, effective, deleted, indicator, word.text FROM pair JOIN word ON word.id = rationale \
    WHERE source = ?1 AND column1 = ?2 AND column2 = ?3 ORDER BY line";

/// Rows by the one column and by the other; what has no last day comes first.
const PARTNERS: [&str; 2] = [
    "SELECT column1, column2, effective, deleted, indicator, word.text FROM pair JOIN word ON word.id = rationale \
        WHERE source = ?1 AND column1 = ?2 ORDER BY deleted IS NOT NULL, column2 LIMIT ?3",
    "SELECT column1, column2, effective, deleted, indicator, word.text FROM pair JOIN word ON word.id = rationale \
        WHERE source = ?1 AND column2 = ?2 ORDER BY deleted IS NOT NULL, column1 LIMIT ?3",
];

/// The part of a family that holds a setting.
pub const fn part(setting: Setting) -> &'static str {
    match setting {
        Setting::Practitioner => "practitioner",
        Setting::Hospital => "hospital",
        Setting::Dme => "dme",
    }
}

impl Edition {
    /// What the pair edits say of `a` with `b`; `None` where no file of the setting is loaded.
    pub fn pair(&self, a: &CodeRef, b: &CodeRef, setting: Setting, on: Date) -> Option<PairLookup> {
        let in_force = self.in_force(Family::NcciPtp, part(setting), on)?;
        let source = in_force.cite()?;
        let mut history = self.pair_rows(&in_force, &a.code, &b.code);
        history.extend(self.pair_rows(&in_force, &b.code, &a.code));
        let state = state(&history, in_force.whole, on);
        Some(PairLookup { a: a.clone(), b: b.clone(), state, history, source })
    }

    /// The rows that name a code in either column, those still in force first; at most `max` of each column.
    pub fn partners(&self, code: &str, setting: Setting, on: Date, max: u32) -> Vec<PairRecord> {
        let Some(in_force) = self.in_force(Family::NcciPtp, part(setting), on) else { return Vec::new() };
        let pieces = in_force.pieces.iter().flat_map(|piece| PARTNERS.map(|sql| (piece, sql)));
        pieces.flat_map(|(piece, sql)| self.look(sql, params![piece.id, code, max], pair_record)).collect()
    }

    fn pair_rows(&self, in_force: &InForce<'_>, column1: &str, column2: &str) -> Vec<PairRecord> {
        let mut rows = Vec::new();
        for piece in &in_force.pieces {
            let found = self.look(PAIR, params![piece.id, column1, column2], pair_record);
            rows.extend(found);
        }
        rows
    }

    /// The source whose edits or limits name the number, if any does.
    pub fn names_number(&self, code: &str) -> Option<Source> {
        let ways = [
            "SELECT 1 FROM unit_limit WHERE source = ?1 AND code = ?2 LIMIT 1",
            "SELECT 1 FROM pair WHERE source = ?1 AND column1 = ?2 LIMIT 1",
            "SELECT 1 FROM pair WHERE source = ?1 AND column2 = ?2 LIMIT 1",
        ];
        let sources = self.sources().iter().filter(|row| matches!(row.family, Family::NcciPtp | Family::Mue)).rev();
        let mut asked = sources.flat_map(|row| ways.map(|sql| (row, sql)));
        asked.find(|(row, sql)| !self.look(sql, params![row.id, code], |_| Ok(())).is_empty()).map(|(row, _)| row.cite())
    }
}

fn pair_record(row: &rusqlite::Row<'_>) -> rusqlite::Result<PairRecord> {
    let column1: String = row.get(0)?;
    let column2: String = row.get(1)?;
    let digit: u8 = row.get(4)?;
    Ok(PairRecord {
        column1: procedure(&column1),
        column2: procedure(&column2),
        indicator: indicator(digit).unwrap_or(ModifierIndicator::NotApplicable),
        effect: Effect { effective: text::date(row.get(2)?), terminated: text::date(row.get(3)?) },
        rationale: row.get(5)?,
    })
}

/// What a pair's rows say on a day. A pair that is nowhere in a whole published file has no edit; in an excerpt nothing is known.
fn state(history: &[PairRecord], whole: bool, on: Date) -> PairState {
    // Where effective days are missing, a row that ended later than the day goes before one that has not ended.
    let live = history.iter().filter(|row| row.live(on)).min_by_key(|row| row.effect.terminated.unwrap_or(Date::MAX));
    if let Some(row) = live {
        return PairState::Live(row.clone());
    }
    let ended = |row: &&PairRecord| {
        row.indicator != ModifierIndicator::NotApplicable && row.effect.terminated.is_some_and(|last| last < on)
    };
    match history.iter().filter(ended).max_by_key(|row| row.effect.terminated) {
        Some(row) => PairState::Deleted(row.clone()),
        None if whole || !history.is_empty() => PairState::Absent,
        None => PairState::NotLoaded,
    }
}
