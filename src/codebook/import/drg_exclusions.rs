//! Table 6K: every CC and MCC with the collection of principal diagnoses beside which it counts as neither.
//!
//! Part 1 lists code, level and collection (`0002:3 codes`), after it each collection's codes; part 2 the codes that count only
//! where the patient is discharged alive; part 3 severity exclusions in some DRGs.

use super::drg_tables::version_of_lists;
use super::lines::{bad, columns, goes_on, is_icd10cm, lines, taken};
use super::sink::{Cell, Sink, Source, SourceId, Table};
use super::{Fault, Head, Input, Layout};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "drg_exclusions",
    title: "CC exclusions (Table 6K)",
    family: Family::MsDrg,
    marks: &["table 6k", "pdx exclusions", "cc exclusions"],
    rank: 1,
    tables: &[&EXCLUSION, &COLLECTION, &ALIVE],
    sniff: |head: &Head| head.text.contains("PDX Exclusions") && head.holds("cc"),
    import,
};

/// A CC or MCC with its level and the number of its collection; none where nothing excludes it.
pub const EXCLUSION: Table = Table {
    name: "drg_exclusion",
    columns: &["code", "level", "collection", "seq"],
    definition: "code TEXT NOT NULL, level TEXT NOT NULL, collection INTEGER, seq INTEGER NOT NULL, PRIMARY KEY (source, code, seq)",
    indexes: &[],
};

/// The principal diagnoses of a collection.
pub const COLLECTION: Table = Table {
    name: "drg_collection",
    columns: &["collection", "code", "seq"],
    definition: "collection INTEGER NOT NULL, code TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, collection, code, seq)",
    indexes: &[],
};

/// Codes that are a CC or MCC only where the patient is discharged alive.
pub const ALIVE: Table = Table {
    name: "drg_alive",
    columns: &["code", "seq"],
    definition: "code TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, code, seq)",
    indexes: &[],
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Notice,
    Codes,
    Collection(i64),
    Alive,
    Elsewhere,
}

struct Reading {
    id: SourceId,
    place: Place,
    /// How many codes the file says that each collection has, and how many were read.
    told: std::collections::BTreeMap<i64, (i64, i64)>,
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let (edition, from) = version_of_lists(input);
    let (family, part) = (Family::MsDrg, "exclusions");
    let id = sink.open(Source::new(family, part, edition, from));
    let mut reading = Reading { id, place: Place::Notice, told: std::collections::BTreeMap::new() };
    lines(input, &mut |number, line| {
        reading.line(sink, number, line);
        goes_on(sink)
    })?;
    let short = reading.told.values().filter(|(told, found)| told != found).count();
    let collections = reading.told.len();
    if short == 0 {
        sink.remark(format!("{collections} collections, each as long as the file says"));
    } else {
        sink.remark(format!("{short} of {collections} collections are not as long as the file says"));
    }
    Ok(())
}

impl Reading {
    fn line(&mut self, sink: &mut Sink, number: u64, line: &str) {
        let words = line.trim();
        if words.is_empty() {
            return;
        }
        if let Some(place) = heading(words, self.place) {
            self.place = place;
            return;
        }
        match self.place {
            Place::Notice | Place::Elsewhere => {}
            Place::Codes => self.code(sink, number, line),
            Place::Collection(collection) => {
                if let Some(code) = first_code(words) {
                    sink.saw();
                    self.told.entry(collection).or_default().1 += 1;
                    sink.put(&COLLECTION, self.id, &[Cell::Int(collection), Cell::Text(code), Cell::Int(sink.rows_of(self.id))]);
                }
            }
            Place::Alive => {
                if let Some(code) = first_code(words) {
                    sink.saw();
                    sink.put(&ALIVE, self.id, &[Cell::Text(code), Cell::Int(sink.rows_of(self.id))]);
                }
            }
        }
    }

    fn code(&mut self, sink: &mut Sink, number: u64, line: &str) {
        let mut words = line.split_whitespace();
        let (code, level) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let good = is_icd10cm(code) && matches!(level, "CC" | "MCC");
        if taken(sink, number, if good { Ok(()) } else { bad("no code with its level") }).is_none() {
            return;
        }
        let collection = columns(line, 14, 30).split_once(':').and_then(|(collection, rest)| {
            let collection: i64 = collection.trim().parse().ok()?;
            let count: i64 = rest.split_whitespace().next()?.parse().ok()?;
            Some((collection, count))
        });
        if let Some((collection, count)) = collection {
            self.told.entry(collection).or_default().0 = count;
        }
        let row = [
            Cell::Text(code),
            Cell::Text(level),
            Cell::from(collection.map(|(number, _)| number)),
            Cell::Int(sink.rows_of(self.id)),
        ];
        sink.put(&EXCLUSION, self.id, &row);
    }
}

fn first_code(words: &str) -> Option<&str> {
    words.split_whitespace().next().filter(|code| is_icd10cm(code))
}

fn heading(words: &str, place: Place) -> Option<Place> {
    let lower = words.to_lowercase();
    if lower.contains("pdx exclusions") {
        Some(Place::Codes)
    } else if lower.contains("part 2:") {
        Some(Place::Alive)
    } else if lower.contains("part 3:") {
        Some(Place::Elsewhere)
    } else if let Some(rest) = lower.strip_prefix("pdx collection ") {
        rest.split_whitespace().next().and_then(|number| number.parse().ok()).map(Place::Collection)
    } else {
        (lower.starts_with("k part") && place == Place::Notice).then_some(Place::Notice)
    }
}
