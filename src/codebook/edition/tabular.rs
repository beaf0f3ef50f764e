//! The Tabular List on the edition: notes as they come down the tree, with who said them.

use jiff::civil::Date;
use rusqlite::params;

use super::super::diagnosis::Place;
use super::super::notes::{self, ExcludesNote};
use super::super::record::Order;
use super::{Edition, SourceRow};
use crate::domain::code::{CodeRef, CodeSystem, Family, Source};

const AT: &str = "SELECT code FROM tabular_place WHERE source = ?1 AND code = ?2 AND level = 2 LIMIT 1";
const ABOVE: &str = "SELECT parent FROM tabular_place WHERE source = ?1 AND code = ?2 ORDER BY level DESC LIMIT 1";
const NOTES: &str = "SELECT kind, note FROM tabular_note WHERE source = ?1 AND place = ?2 ORDER BY seq";
const SEVENTH: &str = "SELECT character, meaning FROM tabular_seventh WHERE source = ?1 AND place = ?2 ORDER BY seq";
const SPAN: &str = "SELECT title FROM tabular_place WHERE source = ?1 AND code = ?2 ORDER BY level LIMIT 1";

/// What a note of the Tabular List is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TabularNoteKind {
    Inclusion,
    Includes,
    Excludes1,
    Excludes2,
    CodeFirst,
    UseAdditional,
    CodeAlso,
    SeventhCharacter,
    General,
}

/// A note that holds for a code: its own, or of something above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabularNote {
    pub kind: TabularNoteKind,
    /// Who says it: the code itself, a category, a section or a chapter (by its range).
    pub at: CodeRef,
    pub note: String,
    pub source: Source,
}

/// What a seventh character means, and where that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeventhMeaning {
    pub character: char,
    pub meaning: String,
    pub at: CodeRef,
    pub source: Source,
}

impl Edition {
    /// The code's entry and everything above it, nearest first, by their codes or ranges.
    fn line_above(&self, tabular: &SourceRow, bare: &str) -> Vec<String> {
        let own = (3..=bare.len().min(7)).rev().find_map(|len| {
            let found: Vec<String> = self.look(AT, params![tabular.id, bare.get(..len)?], |row| row.get(0));
            found.into_iter().next()
        });
        let mut line: Vec<String> = own.into_iter().collect();
        while let Some(last) = line.last() {
            let parent: Vec<String> = self.look(ABOVE, params![tabular.id, last], |row| row.get(0));
            match parent.into_iter().next() {
                Some(parent) if !parent.is_empty() && !line.contains(&parent) => line.push(parent),
                _ => break,
            }
        }
        line
    }

    /// What stands above a code in the Tabular List, nearest first: place and title.
    pub fn ancestors(&self, code: &CodeRef, on: Date) -> Vec<(CodeRef, String)> {
        let Some(tabular) = self.tabular(on) else { return Vec::new() };
        let bare = code.undotted();
        let above = self.line_above(tabular, &bare).into_iter().filter(|place| *place != bare);
        above
            .filter_map(|place| {
                let title: Vec<String> = self.look(SPAN, params![tabular.id, place], |row| row.get(0));
                Some((place_ref(&place), title.into_iter().next()?))
            })
            .collect()
    }

    /// A place's title in the Tabular List, or the code's own in the list of codes.
    pub fn title_at(&self, code: &CodeRef, on: Date) -> Option<String> {
        let own = || {
            let codes = self.in_force(Family::Icd10Cm, "codes", on)?.first()?;
            let sql = "SELECT title FROM icd10_code WHERE source = ?1 AND code = ?2";
            self.look(sql, params![codes.id, code.undotted()], |row| row.get(0)).into_iter().next()
        };
        let placed: Vec<String> = self
            .tabular(on)
            .map(|tabular| self.look(SPAN, params![tabular.id, code.undotted()], |row| row.get(0)))
            .unwrap_or_default();
        placed.into_iter().next().or_else(own)
    }

    /// Every note that holds for a code, nearest first, with who said it.
    pub fn tabular_notes(&self, code: &CodeRef, on: Date) -> Vec<TabularNote> {
        let Some(tabular) = self.tabular(on) else { return Vec::new() };
        let mut notes = Vec::new();
        for place in self.line_above(tabular, &code.undotted()) {
            let found: Vec<(String, String)> = self.look(NOTES, params![tabular.id, place], |row| Ok((row.get(0)?, row.get(1)?)));
            notes.extend(found.into_iter().filter_map(|(kind, note)| {
                Some(TabularNote { kind: kind_of(&kind)?, at: place_ref(&place), note, source: tabular.cite() })
            }));
        }
        notes
    }

    /// What the seventh characters of codes below `code` mean: the nearest definition up the tree.
    pub fn seventh_characters(&self, code: &CodeRef, on: Date) -> Vec<SeventhMeaning> {
        let Some(tabular) = self.tabular(on) else { return Vec::new() };
        let line = self.line_above(tabular, &code.undotted());
        let meanings = line.into_iter().map(|place| {
            let found: Vec<(String, String)> =
                self.look(SEVENTH, params![tabular.id, place], |row| Ok((row.get(0)?, row.get(1)?)));
            let meaning = |(character, meaning): (String, String)| {
                let character = character.chars().next()?;
                Some(SeventhMeaning { character, meaning, at: place_ref(&place), source: tabular.cite() })
            };
            found.into_iter().filter_map(meaning).collect::<Vec<_>>()
        });
        meanings.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// The Excludes notes between two codes, from either one or what stands above it.
    pub fn excludes(&self, a: &CodeRef, b: &CodeRef, on: Date) -> Vec<ExcludesNote> {
        let Some(tabular) = self.tabular(on) else { return Vec::new() };
        let one_way = |from: &CodeRef, to: &CodeRef| notes::matching(self.places(from, on), from, to, &tabular.cite());
        let mut found = one_way(a, b);
        found.extend(one_way(b, a));
        found
    }

    /// The places above a code as the notes' reader takes them, each note with its mark.
    fn places(&self, code: &CodeRef, on: Date) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for note in self.tabular_notes(code, on) {
            let mark = if note.kind == TabularNoteKind::Excludes1 {
                '1'
            } else if note.kind == TabularNoteKind::Excludes2 {
                '2'
            } else {
                continue;
            };
            let words = format!("{mark}{}", note.note);
            match places.last_mut() {
                Some(place) if place.at == note.at => place.notes.push(words),
                _ => places.push(Place { at: note.at, notes: vec![words] }),
            }
        }
        places
    }

    /// A code's own inclusion terms, and the sequencing notes that hold for it.
    pub(super) fn inclusions_and_order(&self, code: &CodeRef, on: Date) -> (Vec<String>, Vec<(Order, CodeRef, String)>) {
        let (mut inclusions, mut order) = (Vec::new(), Vec::new());
        let notes = self.tabular_notes(code, on);
        let line = self.tabular(on).map(|tabular| self.line_above(tabular, &code.undotted())).unwrap_or_default();
        let own = line.first().map(|place| place_ref(place));
        for note in notes {
            let kind = match note.kind {
                TabularNoteKind::Inclusion => {
                    if own.as_ref() == Some(&note.at) {
                        inclusions.push(note.note);
                    }
                    continue;
                }
                TabularNoteKind::CodeFirst => Order::CodeFirst,
                TabularNoteKind::UseAdditional => Order::UseAdditional,
                TabularNoteKind::CodeAlso => Order::CodeAlso,
                TabularNoteKind::Includes
                | TabularNoteKind::Excludes1
                | TabularNoteKind::Excludes2
                | TabularNoteKind::SeventhCharacter
                | TabularNoteKind::General => continue,
            };
            order.push((kind, note.at, note.note));
        }
        (inclusions, order)
    }
}

fn place_ref(place: &str) -> CodeRef {
    if place.contains('-') {
        CodeRef { system: CodeSystem::Icd10Cm, code: place.to_owned() }
    } else {
        CodeRef::new(CodeSystem::Icd10Cm, place)
    }
}

fn kind_of(word: &str) -> Option<TabularNoteKind> {
    Some(match word {
        "inclusion" => TabularNoteKind::Inclusion,
        "includes" => TabularNoteKind::Includes,
        "excludes1" => TabularNoteKind::Excludes1,
        "excludes2" => TabularNoteKind::Excludes2,
        "code first" => TabularNoteKind::CodeFirst,
        "use additional" => TabularNoteKind::UseAdditional,
        "code also" => TabularNoteKind::CodeAlso,
        "seventh character" => TabularNoteKind::SeventhCharacter,
        "note" => TabularNoteKind::General,
        _ => return None,
    })
}
