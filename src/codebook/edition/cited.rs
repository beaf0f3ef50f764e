//! A record with its source, the way every look-up on the edition hands it back.

use jiff::civil::Date;
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};
use serde::Serialize;

use super::super::coverage::Coverage;
use super::Edition;
use crate::domain::code::{Family, Source};

/// A record, where it stands, and whether that edition answers for the day it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cited<T> {
    #[serde(flatten)]
    pub record: T,
    pub source: Source,
    pub coverage: Coverage,
    /// Where false, the edition is the nearest that is loaded and an answer has to say so.
    pub covers: bool,
}

/// What a list says of a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Listed<T> {
    Yes(Cited<T>),
    /// Looked up in the whole published list and not there.
    No(Cited<()>),
    /// Nothing is loaded that could say.
    NotLoaded,
}

impl Edition {
    /// The rows of the edition in force of `family` and `part`; `sql` takes the source as `?1` and `keys` after it.
    pub(super) fn cited<T>(
        &self,
        (family, part): (Family, &str),
        on: Date,
        sql: &str,
        keys: &[&str],
        row: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Vec<Cited<T>> {
        let Some(in_force) = self.in_force(family, part, on) else { return Vec::new() };
        let mut found = Vec::new();
        for piece in &in_force.pieces {
            let keys = keys.iter().map(|key| Value::Text((*key).to_owned()));
            let values: Vec<Value> = std::iter::once(Value::Integer(piece.id)).chain(keys).collect();
            let coverage = Coverage { edition: piece.edition.clone(), from: piece.from, to: piece.to };
            let records = self.look(sql, params_from_iter(values), &row);
            found.extend(records.into_iter().map(|record| Cited {
                record,
                source: piece.cite(),
                coverage: coverage.clone(),
                covers: in_force.covers,
            }));
        }
        found
    }

    /// As [`Self::cited`] for a list that is published whole: what is not on it is known not to be.
    pub(super) fn listed<T>(
        &self,
        of: (Family, &str),
        on: Date,
        sql: &str,
        keys: &[&str],
        row: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Listed<T> {
        if let Some(found) = self.cited(of, on, sql, keys, row).into_iter().next() {
            return Listed::Yes(found);
        }
        match self.in_force(of.0, of.1, on) {
            Some(in_force) if in_force.whole => match in_force.cite().zip(in_force.coverage()) {
                Some((source, coverage)) => Listed::No(Cited { record: (), source, coverage, covers: in_force.covers }),
                None => Listed::NotLoaded,
            },
            _ => Listed::NotLoaded,
        }
    }
}
