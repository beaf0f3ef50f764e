//! From records to entries: an entry is a text, as terms, with all records it leads to.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::docs::{SearchDoc, TermKind, number};
use super::facets::{DRUG_TERM, Facets, Intent};
use super::feed::Take;
use super::text::{Stems, Terms, words};
use super::words::Words;

/// A record with what its title says.
#[derive(Debug)]
pub struct Placed {
    pub doc: SearchDoc,
    /// By their numbers in [`Entries::names`].
    pub terms: Box<[u32]>,
    pub facets: Facets,
    pub unspecified: bool,
    pub other: bool,
    /// Equal for records whose titles differ by their facets alone.
    pub family: u64,
    /// The leaf that a heading means where nothing more is said.
    pub leaf: Option<usize>,
}

#[derive(Debug)]
pub struct Entry {
    pub kind: TermKind,
    pub text: Said,
    pub records: Vec<u32>,
}

/// What an entry says: a record's own title, or a text that leads there.
#[derive(Debug)]
pub enum Said {
    Title(usize),
    Text(Box<str>),
}

/// Everything that goes into an index, held as numbers where it can be, since half a million texts pass.
#[derive(Debug, Default)]
pub struct Entries {
    pub records: Vec<Placed>,
    /// By the numbers of the terms, in order.
    pub by_terms: HashMap<Box<[u32]>, Entry>,
    /// The terms by their numbers, and their numbers.
    pub names: Vec<String>,
    numbers: HashMap<String, u32>,
    /// Every plain word, for mistyped ones.
    pub vocabulary: std::collections::BTreeSet<String>,
}

impl Entries {
    /// Entries of `docs`, of the word tables, and of what `more` hands over once the records are known.
    pub fn of(
        docs: impl Iterator<Item = SearchDoc>,
        tables: &Words,
        more: impl FnOnce(Take<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        let mut stems = Stems::default();
        let mut all = Self::default();
        for doc in docs {
            let read = stems.terms(&doc.title);
            let family = family(doc.system, &doc.code, &read.terms);
            let terms = all.numbered(read.terms);
            all.records.push(placed(doc, terms, read.facets, family));
        }
        all.records.sort_by(|a, b| (number(a.doc.system), &a.doc.code).cmp(&(number(b.doc.system), &b.doc.code)));
        all.find_leaves();
        let by_code: HashMap<(u8, String), usize> =
            all.records.iter().enumerate().map(|(at, r)| ((number(r.doc.system), plain(&r.doc.code)), at)).collect();
        let place = |system: &str, code: &str| by_code.get(&(number(system), plain(code))).copied();
        all.add_titles();
        for synonym in &tables.synonyms {
            if let Some(at) = super::docs::system(&synonym.system).and_then(|system| place(system, &synonym.code)) {
                all.add(&mut stems, at, TermKind::Word, &synonym.text);
            }
        }
        for at in 0..all.records.len() {
            let terms = all.records.get_mut(at).map(|r| std::mem::take(&mut r.doc.terms)).unwrap_or_default();
            for (kind, text) in terms {
                all.add(&mut stems, at, kind, &text);
            }
        }
        more(&mut |system, code, kind, text| {
            if let Some(at) = place(system, code) {
                all.add(&mut stems, at, kind, text);
            }
        })?;
        Ok(all)
    }

    fn numbered(&mut self, terms: Vec<String>) -> Box<[u32]> {
        let Self { names, numbers, .. } = self;
        let number = |term: String| {
            *numbers.entry(term).or_insert_with_key(|term| {
                names.push(term.clone());
                u32::try_from(names.len() - 1).unwrap_or(u32::MAX)
            })
        };
        terms.into_iter().map(number).collect()
    }

    /// The terms of an entry or record as they are written.
    pub fn spelled(&self, terms: &[u32]) -> Vec<&str> {
        terms.iter().filter_map(|term| self.names.get(usize::try_from(*term).ok()?)).map(String::as_str).collect()
    }

    /// What an entry says.
    pub fn text<'a>(&'a self, entry: &'a Entry) -> &'a str {
        match &entry.text {
            Said::Title(record) => self.records.get(*record).map_or("", |record| &record.doc.title),
            Said::Text(text) => text,
        }
    }

    fn add_titles(&mut self) {
        for at in 0..self.records.len() {
            let Some(record) = self.records.get(at) else { continue };
            let (terms, leaf) = (record.terms.clone(), record.leaf);
            self.vocabulary.extend(words(&record.doc.title));
            self.put(terms, TermKind::Title, || Said::Title(at), [Some(at), leaf].into_iter().flatten());
        }
    }

    fn add(&mut self, stems: &mut Stems, at: usize, kind: TermKind, text: &str) {
        self.vocabulary.extend(words(text));
        let Terms { mut terms, .. } = stems.terms(text);
        if kind == TermKind::Drug && !terms.iter().any(|term| term == DRUG_TERM) {
            terms.push(DRUG_TERM.to_owned());
        }
        let terms = self.numbered(terms);
        let leaf = self.records.get(at).and_then(|record| record.leaf);
        self.put(terms, kind, || Said::Text(text.into()), [leaf, Some(at)].into_iter().flatten());
    }

    fn put(&mut self, mut terms: Box<[u32]>, kind: TermKind, text: impl FnOnce() -> Said, records: impl Iterator<Item = usize>) {
        if terms.is_empty() {
            return;
        }
        terms.sort_unstable();
        let entry = self.by_terms.entry(terms).or_insert_with(|| Entry { kind, text: text(), records: Vec::new() });
        if kind == TermKind::Word && entry.kind != kind {
            entry.kind = kind;
        }
        for record in records.filter_map(|record| u32::try_from(record).ok()) {
            if !entry.records.contains(&record) {
                entry.records.push(record);
            }
        }
    }

    /// Gives every heading the leaf that adds least to what it says.
    fn find_leaves(&mut self) {
        let mut found: Vec<(usize, usize)> = Vec::new();
        let absent: Vec<bool> = self.names.iter().map(|name| name.starts_with("no_")).collect();
        for (at, head) in self.records.iter().enumerate() {
            if head.doc.billable {
                continue;
            }
            let under = self.records.iter().enumerate().skip(at + 1);
            let under = under.take_while(|(_, r)| r.doc.system == head.doc.system && r.doc.code.starts_with(&head.doc.code));
            let best = under
                .filter(|(_, r)| r.doc.billable && r.doc.effect.terminated.is_none())
                .map(|(i, r)| (added(head, r, &absent), i))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            found.extend(best.map(|(_, leaf)| (at, leaf)));
        }
        for (at, leaf) in found {
            if let Some(record) = self.records.get_mut(at) {
                record.leaf = Some(leaf);
            }
        }
    }
}

/// What a leaf says beyond its heading.
fn added(head: &Placed, leaf: &Placed, absent: &[bool]) -> f32 {
    let mut cost = 0.0;
    for term in &leaf.terms {
        if !head.terms.contains(term) {
            let absent = usize::try_from(*term).ok().and_then(|at| absent.get(at)).is_some_and(|absent| *absent);
            cost += if absent { 0.3 } else { 1.0 };
        }
    }
    cost += head.terms.iter().map(|term| if leaf.terms.contains(term) { 0.0 } else { 0.4 }).sum::<f32>();
    let same = |facet: bool| if facet { 0.0 } else { 0.7 };
    cost += same(leaf.facets.side == head.facets.side) + same(leaf.facets.trimester == head.facets.trimester);
    cost += match leaf.facets.intent {
        None | Some(Intent::Accident) => 0.0,
        Some(_) => same(leaf.facets.intent == head.facets.intent),
    };
    cost + if leaf.other { 0.5 } else { 0.0 } - if leaf.unspecified { 0.4 } else { 0.0 }
}

/// A code without what people leave out.
pub fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Equal for titles of a category that say the same but for the side: "tinnitus, right ear" and "tinnitus, bilateral".
fn family(system: &str, code: &str, terms: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut sorted: Vec<&String> = terms.iter().filter(|term| !matches!(term.as_str(), "ear" | "eye")).collect();
    sorted.sort();
    (system, code.get(..3), sorted).hash(&mut hasher);
    hasher.finish()
}

fn placed(doc: SearchDoc, terms: Box<[u32]>, facets: Facets, family: u64) -> Placed {
    let title = doc.title.to_lowercase();
    let specified = title.starts_with("other")
        || title.contains(" other ")
        || (title.contains("specified") && !title.contains("unspecified"));
    Placed {
        unspecified: title.contains("unspecified")
            || title.contains("not otherwise specified")
            || title.contains("without complication"),
        other: specified && !title.contains(" and other ") && !title.contains(" or other "),
        family,
        terms,
        facets,
        leaf: None,
        doc,
    }
}
