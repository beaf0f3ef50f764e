//! Unit limits on the edition.

use jiff::civil::Date;
use rusqlite::params;

use super::super::edits::{LimitRecord, mai};
use super::Edition;
use super::pairs::part;
use crate::domain::code::Family;
use crate::domain::question::Setting;

const LIMIT: &str =
    "SELECT units, mai, word.text FROM unit_limit JOIN word ON word.id = rationale WHERE source = ?1 AND code = ?2";

impl Edition {
    /// The unit limit of a code in a setting. No published value is not the same as no limit.
    pub fn limit(&self, code: &str, setting: Setting, on: Date) -> Option<LimitRecord> {
        let in_force = self.in_force(Family::Mue, part(setting), on)?;
        let row = in_force.first()?;
        let found: Vec<(u32, Option<u8>, String)> =
            self.look(LIMIT, params![row.id, code], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        let (units, digit, rationale) = found.into_iter().next()?;
        Some(LimitRecord { units, mai: digit.and_then(mai)?, rationale, source: row.cite() })
    }
}
