//! ICD-10-CM: the tabular list as a tree, with the seventh characters and the two years that are loaded.

use jiff::civil::{Date, date};

use super::level2::date as day;
use super::notes::{self, ExcludesNote};
use super::record::{Lookup, Order, Record};
use super::table::Table;
use crate::domain::code::{CodeRef, CodeSystem, Effect, Family, Source};

/// More children than this are named by the next level instead of leaf by leaf.
const CHILDREN_MAX: usize = 24;

/// Lines as `tools/build_starter.py` writes them: code without dot, billable in FY2025 and FY2026 (`1`, `0`, `-`),
/// effective date, seventh characters, title, notes with a mark before each.
#[derive(Debug)]
pub(super) struct Diagnoses {
    tabular: Table,
    former: Table,
    heads: Vec<Head>,
}

/// A chapter or a section: a range of categories with notes for all below it.
#[derive(Debug)]
pub(super) struct Head {
    pub first: String,
    pub last: String,
    pub title: String,
    notes: Vec<String>,
}

/// A tabular entry as its line holds it.
pub(super) struct Entry<'a> {
    pub code: &'a str,
    state: &'a str,
    effective: Option<Date>,
    extensions: &'a str,
    pub title: &'a str,
    notes: Vec<&'a str>,
}

/// A place in the tree that notes stand at: an entry, a section or a chapter.
pub(super) struct Place {
    pub at: CodeRef,
    pub notes: Vec<String>,
}

/// The fiscal years that are loaded, each from its own file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Year {
    Fy2025,
    Fy2026,
}

impl Year {
    fn of(on: Date) -> Self {
        if on < date(2025, 10, 1) { Self::Fy2025 } else { Self::Fy2026 }
    }

    fn source(self) -> Source {
        let (edition, file) = match self {
            Self::Fy2025 => ("FY2025 (October 1, 2024)", "icd10cm_order_2025.txt"),
            Self::Fy2026 => ("FY2026 (April 1, 2026)", "icd10c-tabular-April-1-2026.xml"),
        };
        Source { family: Family::Icd10Cm, edition: edition.to_owned(), file: file.to_owned() }
    }
}

impl Diagnoses {
    pub fn new(text: String) -> Self {
        let head = |line: &str| line.starts_with("CHAPTER\t") || line.starts_with("SECTION\t");
        let heads = text.lines().filter(|line| head(line)).filter_map(read_span_head).collect();
        let was: String = text.lines().filter_map(|line| line.strip_prefix("FORMER\t")).flat_map(|line| [line, "\n"]).collect();
        let tabular = Table::new(text, |line| !line.is_empty() && !head(line) && !line.starts_with("FORMER\t"));
        Self { tabular, former: Table::new(was, |line| !line.is_empty()), heads }
    }

    pub fn lookup(&self, code: &CodeRef, on: Date) -> Lookup {
        let year = Year::of(on);
        let bare = code.undotted();
        if let Some(entry) = self.entry(&bare) {
            return self.of_entry(code, &entry, on);
        }
        let above = bare.get(..6).and_then(|six| self.base_of(six));
        if let (Some(base), Some(seventh)) = (above, bare.chars().nth(6))
            && bare.len() == 7
        {
            let meaning = self.seventh_meanings(base.code).into_iter().find(|(c, _)| *c == seventh).map(|(_, words)| words);
            let allowed = |year| base.extensions_in(year).contains(seventh);
            let title = meaning.map(|words| format!("{}, {words}", base.title));
            let effect = year_effect(allowed(Year::Fy2025), allowed(Year::Fy2026), base.effective);
            let record = self.record(code, title, effect, year, base.code);
            if allowed(year) && effect.covers(on) {
                return Lookup::Valid(record);
            }
            if allowed(Year::Fy2025) || allowed(Year::Fy2026) {
                return Lookup::OutOfForce { record, replaced_by: self.successors(&bare) };
            }
            return Lookup::Unknown { source: year.source(), nearest: leaves_of(&base, year) };
        }
        if let Some(ended) = self.ended(&bare) {
            let record = self.record(code, None, Effect { effective: None, terminated: ended.yesterday().ok() }, year, &bare);
            return if on < ended {
                Lookup::Valid(Record { source: conversion_table(), ..record })
            } else {
                Lookup::OutOfForce { record, replaced_by: self.successors(&bare) }
            };
        }
        Lookup::Unknown { source: year.source(), nearest: self.nearest(&bare, year) }
    }

    /// The notes are those of the loaded tabular list, whatever the day: a year before it may have had others.
    pub fn excludes(&self, a: &CodeRef, b: &CodeRef) -> Vec<ExcludesNote> {
        let source = Year::Fy2026.source();
        let one_way = |from: &CodeRef, to: &CodeRef| notes::matching(self.chain(from), from, to, &source);
        let mut found = one_way(a, b);
        found.extend(one_way(b, a));
        found
    }

    fn of_entry(&self, code: &CodeRef, entry: &Entry<'_>, on: Date) -> Lookup {
        let year = Year::of(on);
        let ended = self.ended(entry.code);
        let billable = |y: Year| entry.billable_in(y);
        if billable(Year::Fy2025) || billable(Year::Fy2026) {
            let effect = year_effect(billable(Year::Fy2025), billable(Year::Fy2026), entry.effective);
            let record = self.record(code, Some(entry.title.to_owned()), effect, year, entry.code);
            if effect.covers(on) {
                return Lookup::Valid(record);
            }
            let children = self.children(entry, year);
            return if entry.known_in(year) && !children.is_empty() {
                Lookup::NotBillable { record, children }
            } else {
                Lookup::OutOfForce { record, replaced_by: self.successors(entry.code) }
            };
        }
        let effect = Effect { effective: None, terminated: ended.and_then(|d| d.yesterday().ok()) };
        let record = self.record(code, Some(entry.title.to_owned()), effect, year, entry.code);
        if ended.is_some_and(|ended| on < ended) {
            return Lookup::Valid(Record { source: conversion_table(), ..record });
        }
        Lookup::NotBillable { record, children: self.children(entry, year) }
    }

    fn record(&self, code: &CodeRef, title: Option<String>, effect: Effect, year: Year, node: &str) -> Record {
        let inclusions = self.entry(node).map(|e| e.marked('i')).unwrap_or_default();
        let mut order = Vec::new();
        for place in self.chain(code) {
            for note in &place.notes {
                let kind = match note.chars().next() {
                    Some('f') => Order::CodeFirst,
                    Some('u') => Order::UseAdditional,
                    Some('a') => Order::CodeAlso,
                    _ => continue,
                };
                order.push((kind, place.at.clone(), note.get(1..).unwrap_or_default().to_owned()));
            }
        }
        Record { code: code.clone(), title, effect, source: year.source(), inclusions, order }
    }

    /// The code's own entry and everything above it, nearest first.
    pub fn chain(&self, code: &CodeRef) -> Vec<Place> {
        let bare = code.undotted();
        let mut places: Vec<Place> = (3..=bare.len().min(7))
            .rev()
            .filter_map(|len| self.entry(bare.get(..len)?))
            .map(|e| Place {
                at: CodeRef::new(CodeSystem::Icd10Cm, e.code),
                notes: e.notes.iter().map(|n| (*n).to_owned()).collect(),
            })
            .collect();
        let category = bare.get(..3).unwrap_or_default();
        places.extend(self.heads_of(category).into_iter().map(|h| Place {
            at: CodeRef { system: CodeSystem::Icd10Cm, code: format!("{}-{}", h.first, h.last) },
            notes: h.notes.clone(),
        }));
        places
    }

    /// The sections and the chapter around a category, the narrowest first.
    pub fn heads_of(&self, category: &str) -> Vec<&Head> {
        let mut heads: Vec<&Head> =
            self.heads.iter().filter(|h| h.first.as_str() <= category && category <= h.last.as_str()).collect();
        heads.sort_by_key(|h| (std::cmp::Reverse(h.first.clone()), h.last.clone()));
        heads
    }

    /// Entries that stand directly below, in order; the title is theirs alone.
    pub fn next_below(&self, bare: &str, on: Date) -> Vec<Entry<'_>> {
        let year = Year::of(on);
        let below = || self.tabular.under_owned(bare).filter_map(read_entry).filter(|e| e.code != bare && e.known_in(year));
        let next = below().map(|e| e.code.len()).min().unwrap_or_default();
        below().filter(|e| e.code.len() == next).collect()
    }

    /// Every entry as (code, title, whether it is a leaf, its effect), a leaf with a seventh character standing for its first.
    pub fn all(&self) -> impl Iterator<Item = (String, String, bool, Effect)> {
        self.tabular.iter().filter_map(read_entry).map(|entry| {
            let sevenths = entry.extensions_in(Year::Fy2026);
            let leaf = self.tabular.under(entry.code).nth(1).is_none();
            let Some(first) = sevenths.chars().next().filter(|_| leaf) else {
                return (entry.code.to_owned(), entry.title.to_owned(), leaf, Effect::default());
            };
            let meaning = self.seventh_meanings(entry.code).into_iter().find(|(c, _)| *c == first).map(|(_, words)| words);
            let title = meaning.map_or_else(|| entry.title.to_owned(), |words| format!("{}, {words}", entry.title));
            (format!("{:X<6}{first}", entry.code), title, true, Effect::default())
        })
    }

    pub fn entry(&self, bare: &str) -> Option<Entry<'_>> {
        read_entry(self.tabular.get(bare)?)
    }

    /// The entry that a seven-character code's first six stand for, its placeholders X taken off.
    fn base_of(&self, six: &str) -> Option<Entry<'_>> {
        let mut stem = six;
        loop {
            if let Some(entry) = self.entry(stem) {
                return (!entry.extensions.is_empty()).then_some(entry);
            }
            stem = stem.strip_suffix('X')?;
        }
    }

    /// What each seventh character below `bare` means, from the nearest entry that says so.
    pub fn seventh_meanings(&self, bare: &str) -> Vec<(char, String)> {
        let note = self
            .chain(&CodeRef::new(CodeSystem::Icd10Cm, bare))
            .into_iter()
            .find_map(|place| place.notes.into_iter().find(|n| n.starts_with('7')))
            .unwrap_or_default();
        let pairs = note.get(1..).unwrap_or_default().split('|').filter_map(|pair| pair.split_once('='));
        pairs.filter_map(|(c, words)| Some((c.chars().next()?, words.to_owned()))).collect()
    }

    fn children(&self, entry: &Entry<'_>, year: Year) -> Vec<CodeRef> {
        if !entry.extensions.is_empty() {
            return leaves_of(entry, year);
        }
        let below = || self.tabular.under(entry.code).filter_map(read_entry).filter(|e| e.code != entry.code && e.known_in(year));
        let leaves: Vec<CodeRef> = below()
            .flat_map(|e| if e.billable_in(year) { vec![CodeRef::new(CodeSystem::Icd10Cm, e.code)] } else { leaves_of(&e, year) })
            .take(CHILDREN_MAX + 1)
            .collect();
        if leaves.len() <= CHILDREN_MAX {
            return leaves;
        }
        let next = below().map(|e| e.code.len()).min().unwrap_or_default();
        below().filter(|e| e.code.len() == next).map(|e| CodeRef::new(CodeSystem::Icd10Cm, e.code)).collect()
    }

    fn nearest(&self, bare: &str, year: Year) -> Vec<CodeRef> {
        let entry = (3..bare.len()).rev().find_map(|len| self.entry(bare.get(..len)?));
        let Some(entry) = entry else { return Vec::new() };
        if entry.billable_in(year) {
            return vec![CodeRef::new(CodeSystem::Icd10Cm, entry.code)];
        }
        let mut children = self.children(&entry, year);
        children.truncate(8);
        children
    }

    fn ended(&self, bare: &str) -> Option<Date> {
        day(self.former.get(bare)?.split('\t').nth(1)?)
    }

    fn successors(&self, bare: &str) -> Vec<CodeRef> {
        let list = self.former.get(bare).and_then(|line| line.split('\t').nth(2)).unwrap_or_default();
        list.split_whitespace().map(|code| CodeRef::new(CodeSystem::Icd10Cm, code)).collect()
    }
}

impl Entry<'_> {
    fn state_in(&self, year: Year) -> Option<char> {
        self.state.chars().nth(usize::from(year == Year::Fy2026))
    }

    fn billable_in(&self, year: Year) -> bool {
        self.state_in(year) == Some('1')
    }

    fn known_in(&self, year: Year) -> bool {
        matches!(self.state_in(year), Some('0' | '1'))
    }

    fn extensions_in(&self, year: Year) -> &str {
        match (self.extensions.split_once('/'), year) {
            (None, _) => self.extensions,
            (Some((before, _)), Year::Fy2025) => before,
            (Some((_, after)), Year::Fy2026) => after,
        }
    }

    fn marked(&self, mark: char) -> Vec<String> {
        self.notes.iter().filter_map(|n| n.strip_prefix(mark)).map(str::to_owned).collect()
    }
}

/// What a code was before the loaded years stands in the conversion table.
fn conversion_table() -> Source {
    let file = "icd-10-cm-conversion-table-FY2025".to_owned();
    Source { family: Family::Icd10Cm, edition: "Conversion Table FY2025".to_owned(), file }
}

fn leaves_of(entry: &Entry<'_>, year: Year) -> Vec<CodeRef> {
    entry.extensions_in(year).chars().map(|c| CodeRef::new(CodeSystem::Icd10Cm, &format!("{:X<6}{c}", entry.code))).collect()
}

/// What the two loaded years say of a code that one of them holds.
fn year_effect(in_2025: bool, in_2026: bool, effective: Option<Date>) -> Effect {
    Effect {
        effective: effective.or_else(|| (!in_2025).then_some(date(2025, 10, 1))),
        terminated: (!in_2026).then_some(date(2025, 9, 30)),
    }
}

fn read_entry(line: &str) -> Option<Entry<'_>> {
    let mut parts = line.split('\t');
    Some(Entry {
        code: parts.next()?,
        state: parts.next()?,
        effective: day(parts.next()?),
        extensions: parts.next()?,
        title: parts.next()?,
        notes: parts.collect(),
    })
}

fn read_span_head(line: &str) -> Option<Head> {
    let mut parts = line.split('\t').skip(2);
    let (first, last) = parts.next()?.split_once('-')?;
    let title = parts.next()?;
    Some(Head {
        first: first.to_owned(),
        last: last.to_owned(),
        title: title.to_owned(),
        notes: parts.filter(|n| !n.is_empty()).map(str::to_owned).collect(),
    })
}
