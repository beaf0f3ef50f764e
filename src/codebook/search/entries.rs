//! From records to entries: an entry is a text, as terms, with all records it leads to.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::docs::{SearchDoc, TermKind, number};
use super::facets::{DRUG_TERM, Facets, Intent};
use super::text::{Stems, Terms, words};
use super::words::Words;

/// A record with what its title says.
#[derive(Debug)]
pub struct Placed {
    pub doc: SearchDoc,
    pub terms: Vec<String>,
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
    pub text: String,
    pub records: Vec<usize>,
}

#[derive(Debug, Default)]
pub struct Entries {
    pub records: Vec<Placed>,
    /// By the terms joined with blanks.
    pub by_terms: HashMap<String, Entry>,
    /// Every plain word, for mistyped ones.
    pub vocabulary: std::collections::BTreeSet<String>,
}

impl Entries {
    pub fn of(docs: impl Iterator<Item = SearchDoc>, tables: &Words) -> Self {
        let mut stems = Stems::default();
        let mut all = Self::default();
        for doc in docs {
            let read = stems.terms(&doc.title);
            all.records.push(placed(doc, read));
        }
        all.records.sort_by(|a, b| (number(a.doc.system), &a.doc.code).cmp(&(number(b.doc.system), &b.doc.code)));
        all.find_leaves();
        let by_code: HashMap<(&str, String), usize> =
            all.records.iter().enumerate().map(|(at, r)| ((r.doc.system, plain(&r.doc.code)), at)).collect();
        let synonyms: Vec<(usize, String)> = tables
            .synonyms
            .iter()
            .filter_map(|s| {
                let system = super::docs::system(&s.system)?;
                Some((*by_code.get(&(system, plain(&s.code)))?, s.text.clone()))
            })
            .collect();
        drop(by_code);
        all.add_titles();
        for (at, text) in synonyms {
            all.add(&mut stems, at, TermKind::Word, &text);
        }
        for at in 0..all.records.len() {
            let terms = all.records.get_mut(at).map(|r| std::mem::take(&mut r.doc.terms)).unwrap_or_default();
            for (kind, text) in terms {
                all.add(&mut stems, at, kind, &text);
            }
        }
        all
    }

    fn add_titles(&mut self) {
        for at in 0..self.records.len() {
            let Some(record) = self.records.get(at) else { continue };
            let (terms, text, leaf) = (record.terms.clone(), record.doc.title.clone(), record.leaf);
            self.vocabulary.extend(words(&text));
            self.put(terms, TermKind::Title, &text, [Some(at), leaf].into_iter().flatten());
        }
    }

    fn add(&mut self, stems: &mut Stems, at: usize, kind: TermKind, text: &str) {
        self.vocabulary.extend(words(text));
        let Terms { mut terms, .. } = stems.terms(text);
        if kind == TermKind::Drug && !terms.iter().any(|term| term == DRUG_TERM) {
            terms.push(DRUG_TERM.to_owned());
        }
        let leaf = self.records.get(at).and_then(|record| record.leaf);
        self.put(terms, kind, text, [leaf, Some(at)].into_iter().flatten());
    }

    fn put(&mut self, mut terms: Vec<String>, kind: TermKind, text: &str, records: impl Iterator<Item = usize>) {
        if terms.is_empty() {
            return;
        }
        terms.sort();
        let entry =
            self.by_terms.entry(terms.join(" ")).or_insert_with(|| Entry { kind, text: text.to_owned(), records: Vec::new() });
        if kind == TermKind::Word && entry.kind != kind {
            entry.kind = kind;
        }
        for record in records {
            if !entry.records.contains(&record) {
                entry.records.push(record);
            }
        }
    }

    /// Gives every heading the leaf that adds least to what it says.
    fn find_leaves(&mut self) {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (at, head) in self.records.iter().enumerate() {
            if head.doc.billable {
                continue;
            }
            let under = self.records.iter().enumerate().skip(at + 1);
            let under = under.take_while(|(_, r)| r.doc.system == head.doc.system && r.doc.code.starts_with(&head.doc.code));
            let best = under
                .filter(|(_, r)| r.doc.billable && r.doc.effect.terminated.is_none())
                .map(|(i, r)| (added(head, r), i))
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
fn added(head: &Placed, leaf: &Placed) -> f32 {
    let mut cost = 0.0;
    for term in &leaf.terms {
        if !head.terms.contains(term) {
            cost += if term.starts_with("no_") { 0.3 } else { 1.0 };
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

fn placed(doc: SearchDoc, read: Terms) -> Placed {
    let title = doc.title.to_lowercase();
    let mut hasher = DefaultHasher::new();
    let mut sorted = read.terms.clone();
    sorted.sort();
    (doc.system, sorted).hash(&mut hasher);
    let specified = title.starts_with("other")
        || title.contains(" other ")
        || (title.contains("specified") && !title.contains("unspecified"));
    Placed {
        unspecified: title.contains("unspecified")
            || title.contains("not otherwise specified")
            || title.contains("without complication"),
        other: specified && !title.contains(" and other ") && !title.contains(" or other "),
        family: hasher.finish(),
        terms: read.terms,
        facets: read.facets,
        leaf: None,
        doc,
    }
}
