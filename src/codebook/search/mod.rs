//! Search over every code system: from whatever a person types to the codes it may mean, each with the reason it was found.
//!
//! tantivy keeps the postings in the edition's folder; the ranking is ours, because it asks how much of the query *and* of the
//! record agree, and knows sides, trimesters, leaves and headings (see `docs/DESIGN.md`).

mod build;
mod docs;
mod entries;
mod facets;
mod feed;
mod fragment;
mod opened;
mod places;
mod rank;
mod text;
mod typo;
mod understand;
mod words;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

pub use docs::{SYSTEMS, SearchDoc, TermKind, system};
pub use feed::docs as docs_of;
pub(super) use places::of_starter;
pub use places::{index, of_edition, tables_of};
pub use words::Words;

/// Longest query that is read, in bytes.
const QUERY_BYTES_MAX: usize = 500;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    pub text: &'a str,
    /// One of [`SYSTEMS`]; all where none.
    pub system: Option<&'a str>,
    pub limit: usize,
    /// The day on which the codes have to be in force; any where none.
    pub on: Option<Date>,
}

/// A code found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    pub system: &'static str,
    pub code: String,
    pub title: String,
    pub score: f32,
    /// How much of the text it was found by the query says: 1 for all of it, whatever else the query says.
    #[serde(skip)]
    pub said: f32,
    /// How much of the query that text says.
    #[serde(skip)]
    pub asked: f32,
    pub why: String,
}

/// An open index with the word tables. Cheap to clone; every clone reads the same.
#[derive(Debug, Clone)]
pub struct Search {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    opened: opened::Opened,
    tables: Words,
    desk: rank::Desk,
}

impl Search {
    /// Writes an index of `docs` into `folder`.
    ///
    /// # Errors
    /// Where the folder can't be written.
    pub fn build(docs: impl Iterator<Item = SearchDoc>, tables: &Words, folder: &Path) -> anyhow::Result<()> {
        Self::build_with(docs, tables, |_| Ok(()), folder)
    }

    /// As [`Self::build`], with texts that `more` hands over one by one once the records are known.
    fn build_with(
        docs: impl Iterator<Item = SearchDoc>,
        tables: &Words,
        more: impl FnOnce(feed::Take<'_>) -> anyhow::Result<()>,
        folder: &Path,
    ) -> anyhow::Result<()> {
        build::build(docs, tables, more, Some(folder)).map(drop)
    }

    /// Opens what [`Self::build`] wrote.
    ///
    /// # Errors
    /// Where the folder holds no whole index.
    pub fn open(folder: &Path, tables: Words) -> anyhow::Result<Self> {
        Ok(Self::over(opened::Opened::in_folder(folder)?, tables))
    }

    /// An index in memory.
    ///
    /// # Errors
    /// None that a caller could mend.
    pub fn in_memory(docs: impl Iterator<Item = SearchDoc>, tables: Words) -> anyhow::Result<Self> {
        let index = build::build(docs, &tables, |_| Ok(()), None)?;
        Ok(Self::over(opened::Opened::over(&index)?, tables))
    }

    fn over(mut opened: opened::Opened, tables: Words) -> Self {
        opened.vocabulary.extend(tables.known());
        Self { inner: Arc::new(Inner { opened, tables, desk: rank::Desk::default() }) }
    }

    /// The codes that a text may mean, best first.
    pub fn find(&self, query: &Query<'_>) -> Vec<Hit> {
        let Inner { opened, tables, desk } = &*self.inner;
        let cut = (0..=QUERY_BYTES_MAX.min(query.text.len())).rev().find(|at| query.text.is_char_boundary(*at)).unwrap_or(0);
        let text = query.text.get(..cut).unwrap_or_default();
        let wish = rank::Wish { system: query.system.map(docs::number), on: docs::day_number(query.on) };
        let mut hits = fragment::hits(opened, text, wish, query.limit);
        if hits.iter().any(|(_, score)| *score >= fragment::SURE) {
            return hits
                .iter()
                .take(query.limit)
                .filter_map(|(record, score)| self.hit(*record, *score, [1.0, 1.0], fragment::why(text)))
                .collect();
        }
        let variants = understand::understand(text, tables, opened, query.system);
        let mut best: HashMap<u32, rank::Found> = HashMap::new();
        desk.with(opened.kinds.len(), |sums| {
            for (number, variant) in variants.iter().enumerate() {
                rank::run(opened, sums, variant, number, wish, &mut best);
            }
        });
        let mut found: Vec<(u32, rank::Found)> = best.into_iter().collect();
        found.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then(a.0.cmp(&b.0)));
        found.truncate(query.limit);
        let mut out: Vec<Hit> =
            hits.drain(..).filter_map(|(record, score)| self.hit(record, score, [1.0, 1.0], fragment::why(text))).collect();
        out.extend(
            found.into_iter().filter_map(|(record, found)| {
                self.hit(record, found.score, [found.said, found.asked], self.why(&variants, found))
            }),
        );
        out.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut seen = std::collections::HashSet::new();
        out.retain(|hit| seen.insert((hit.system, hit.code.clone())));
        out.truncate(query.limit);
        out
    }

    fn hit(&self, record: u32, score: f32, [said, asked]: [f32; 2], why: String) -> Option<Hit> {
        let (code, title) = self.inner.opened.shown(record)?;
        let meta = self.inner.opened.meta(record)?;
        let system = SYSTEMS.get(usize::from(meta.system)).copied()?;
        Some(Hit { system, code, title, score, said, asked, why })
    }

    fn why(&self, variants: &[understand::Variant], found: rank::Found) -> String {
        let opened = &self.inner.opened;
        let kind = opened.kinds.get(found.entry).map_or("text", |kind| kind.why());
        let mut why = match (kind, opened.entry_text(found.entry)) {
            ("title", _) | (_, None) => kind.to_owned(),
            (kind, Some(text)) => format!("{kind}: {text}"),
        };
        if let Some(note) = variants.get(found.variant).and_then(|variant| variant.note.as_deref()) {
            why = format!("{why}; read as {note}");
        }
        why
    }
}
