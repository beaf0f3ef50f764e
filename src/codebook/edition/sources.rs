//! Which source answers for a day: the one function that every dated look-up goes through.

use jiff::civil::Date;
use rusqlite::Connection;

use super::super::cadence::Cadence;
use super::super::coverage::Coverage;
use super::super::import::text;
use super::Edition;
use crate::domain::code::{Family, Source};

/// An edition of a family as one file holds it, or a piece of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    pub id: i64,
    pub layout: String,
    pub rank: i64,
    pub family: Family,
    pub part: String,
    pub edition: String,
    pub file: String,
    pub from: Date,
    pub to: Date,
    pub whole: bool,
    pub piece: i64,
    pub keys: (String, String),
    pub rows: i64,
}

impl SourceRow {
    /// How findings cite it.
    pub fn cite(&self) -> Source {
        Source { family: self.family, edition: self.edition.clone(), file: self.file.clone() }
    }
}

/// The edition of a family that is read for a day.
#[derive(Debug, Clone)]
pub struct InForce<'a> {
    /// One file, or the pieces of one edition, in order.
    pub pieces: Vec<&'a SourceRow>,
    /// Whether the edition answers for the day by its cadence; else it is the nearest that is loaded.
    pub covers: bool,
    /// Whether all of the edition is loaded, so that what is not found is known to be absent.
    pub whole: bool,
}

impl<'a> InForce<'a> {
    pub fn first(&self) -> Option<&'a SourceRow> {
        self.pieces.first().copied()
    }

    /// How findings cite the edition: by the piece's file where it is one, else by the first of them.
    pub fn cite(&self) -> Option<Source> {
        self.first().map(SourceRow::cite)
    }

    pub fn coverage(&self) -> Option<Coverage> {
        self.first().map(|row| Coverage { edition: row.edition.clone(), from: row.from, to: row.to })
    }
}

pub(super) fn load(connection: &Connection) -> rusqlite::Result<Vec<SourceRow>> {
    let sql = "SELECT id, layout, rank, family, part, edition, file, from_day, to_day, whole, piece, first_key, last_key, rows \
        FROM source ORDER BY id";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        let family: String = row.get(3)?;
        let Some(family) = Family::of_label(&family) else { return Ok(None) };
        Ok(Some(SourceRow {
            id: row.get(0)?,
            layout: row.get(1)?,
            rank: row.get(2)?,
            family,
            part: row.get(4)?,
            edition: row.get(5)?,
            file: row.get(6)?,
            from: text::date(row.get(7)?).unwrap_or(Date::MIN),
            to: text::date(row.get(8)?).unwrap_or(Date::MAX),
            whole: row.get(9)?,
            piece: row.get(10)?,
            keys: (row.get(11)?, row.get(12)?),
            rows: row.get(13)?,
        }))
    })?;
    rows.filter_map(Result::transpose).collect()
}

impl Edition {
    /// Whether anything of a family's part is loaded, for any day.
    pub fn holds(&self, family: Family, part: &str) -> bool {
        self.sources.iter().any(|row| row.family == family && row.part == part)
    }

    /// The edition of `family` and `part` to read for `day`: the one that answers for it; else one of the same year, since a
    /// year's editions differ less than years do; else the last before the day, or the first after it.
    pub fn in_force(&self, family: Family, part: &str, day: Date) -> Option<InForce<'_>> {
        let mut rows: Vec<&SourceRow> = self.sources.iter().filter(|row| row.family == family && row.part == part).collect();
        let cadence = Cadence::of(family);
        let covering = |row: &SourceRow| row.from <= day && day <= row.to;
        let same_year = |row: &SourceRow| cadence.year(row.from) == cadence.year(day);
        let distance =
            |row: &SourceRow| if row.from <= day { (0, day.duration_since(row.from)) } else { (1, row.from.duration_since(day)) };
        // Of equals, what was read last stands: it corrects what came before.
        rows.sort_by_key(|row| (!covering(row), !same_year(row), distance(row), -row.rank, -row.id));
        let best = *rows.first()?;
        let mut pieces: Vec<&SourceRow> = vec![best];
        if best.piece > 0 {
            for row in rows.iter().filter(|row| row.from == best.from && row.layout == best.layout && row.piece > 0) {
                if !pieces.iter().any(|known| known.piece == row.piece) {
                    pieces.push(row);
                }
            }
            pieces.sort_by_key(|row| row.piece);
        }
        let covers = covering(best);
        let whole = is_whole(&pieces);
        Some(InForce { pieces, covers, whole })
    }

    /// The edition of any part of `family` that is read for `day`: one that covers it, else the latest.
    pub fn in_force_any(&self, family: Family, day: Date) -> Option<InForce<'_>> {
        let mut parts: Vec<&str> = self.sources.iter().filter(|row| row.family == family).map(|row| row.part.as_str()).collect();
        parts.sort_unstable();
        parts.dedup();
        let mut found: Vec<InForce<'_>> = parts.into_iter().filter_map(|part| self.in_force(family, part, day)).collect();
        let from = |found: &InForce<'_>| found.first().map(|row| row.from);
        found.sort_by_key(|found| (!found.covers, std::cmp::Reverse(from(found))));
        found.into_iter().next()
    }
}

/// Pieces are whole together where none is missing between the first code and the letters.
fn is_whole(pieces: &[&SourceRow]) -> bool {
    let Some((first, last)) = pieces.first().zip(pieces.last()) else { return false };
    if !pieces.iter().all(|piece| piece.whole) {
        return false;
    }
    if first.piece == 0 && first.keys.0.is_empty() {
        return true;
    }
    let counted = first.piece == 0 || pieces.iter().zip(1..).all(|(piece, number)| piece.piece == number);
    counted && first.keys.0.starts_with('0') && last.keys.1.as_str() > "A"
}
