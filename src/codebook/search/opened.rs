//! An index, opened: postings stay in its files, what ranking looks at lies in memory.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use tantivy::schema::{IndexRecordOption, Value as _};
use tantivy::{DocSet as _, Index, InvertedIndexReader, Searcher, TERMINATED, TantivyDocument};

use super::build::{Fields, schema};
use super::docs::TermKind;
use super::facets::Facets;
use super::text::told;
use super::typo::Vocabulary;

/// What ranking knows of a record.
#[derive(Debug, Clone, Copy)]
pub struct Meta {
    pub system: u8,
    pub billable: bool,
    pub unspecified: bool,
    pub other: bool,
    pub facets: Facets,
    pub family: u64,
    pub from: u64,
    pub to: u64,
}

pub struct Opened {
    pub searcher: Searcher,
    pub fields: Fields,
    /// Term to where its entries lie in `postings`.
    terms: HashMap<String, (u32, u32)>,
    /// The entries of every term, one term after the other.
    postings: Vec<u32>,
    pub codes: Arc<InvertedIndexReader>,
    pub records: Vec<Meta>,
    /// Per entry: what it is and the weight of all its terms.
    pub kinds: Vec<TermKind>,
    /// Per entry: a bit for each system that it leads to.
    pub systems: Vec<u16>,
    pub norms: Vec<f32>,
    /// Per entry: where its records begin in `led_to`; one more at the end.
    pub starts: Vec<u32>,
    pub led_to: Vec<u32>,
    /// Records by family.
    pub families: HashMap<u64, Vec<u32>>,
    pub vocabulary: Vocabulary,
}

impl Opened {
    pub fn in_folder(folder: &Path) -> anyhow::Result<Self> {
        Self::over(
            &Index::open_in_dir(folder).with_context(|| format!("the search index in {} can't be opened", folder.display()))?,
        )
    }

    pub fn over(index: &Index) -> anyhow::Result<Self> {
        let (_, fields) = schema();
        let searcher = index.reader()?.searcher();
        let segment = searcher.segment_readers().first().context("the search index is empty")?;
        let fast = segment.fast_fields();
        let [bits, family, from, to, leads] =
            [fast.u64("bits")?, fast.u64("family")?, fast.u64("from")?, fast.u64("to")?, fast.u64("records")?];
        let mut records = Vec::new();
        let (mut kinds, mut starts, mut led_to) = (Vec::new(), Vec::new(), Vec::new());
        let mut families: HashMap<u64, Vec<u32>> = HashMap::new();
        for doc in 0..segment.max_doc() {
            let Some(bits) = bits.first(doc) else { continue };
            if let Some(family) = family.first(doc) {
                families.entry(family).or_default().push(doc);
                records.push(meta(bits, family, from.first(doc).unwrap_or(0), to.first(doc).unwrap_or(0)));
            } else {
                kinds.push(TermKind::from_number(bits));
                starts.push(u32::try_from(led_to.len())?);
                led_to.extend(leads.values_for_doc(doc).filter_map(|record| u32::try_from(record).ok()));
            }
        }
        starts.push(u32::try_from(led_to.len())?);
        families.retain(|_, members| members.len() > 1);
        let vocabulary = Vocabulary::of(all_terms(&*segment.inverted_index(fields.word)?)?);
        let systems = systems(&records, &starts, &led_to);
        let mut opened = Self {
            codes: segment.inverted_index(fields.code)?,
            norms: vec![0.0; kinds.len()],
            searcher: searcher.clone(),
            fields,
            terms: HashMap::new(),
            postings: Vec::new(),
            records,
            kinds,
            systems,
            starts,
            led_to,
            families,
            vocabulary,
        };
        opened.weigh(&*segment.inverted_index(fields.term)?)?;
        Ok(opened)
    }

    /// Takes every term's entries into memory, a few megabytes, and sums up each entry's terms.
    fn weigh(&mut self, inverted: &InvertedIndexReader) -> anyhow::Result<()> {
        let mut stream = inverted.terms().stream()?;
        while stream.advance() {
            let term = std::str::from_utf8(stream.key())?.to_owned();
            let said = self.weight(stream.value().doc_freq) * told(&term) * spoken(&term);
            let begin = u32::try_from(self.postings.len())?;
            let mut postings = inverted.read_postings_from_terminfo(stream.value(), IndexRecordOption::Basic)?;
            while postings.doc() != TERMINATED {
                if let Some(at) = self.entry(postings.doc()) {
                    self.postings.push(u32::try_from(at)?);
                    if let Some(norm) = self.norms.get_mut(at) {
                        *norm += said;
                    }
                }
                postings.advance();
            }
            self.terms.insert(term, (begin, u32::try_from(self.postings.len())?));
        }
        Ok(())
    }

    /// A term's weight and the entries that hold it.
    pub fn postings(&self, term: &str) -> Option<(f32, &[u32])> {
        let (from, to) = *self.terms.get(term)?;
        let found = self.postings.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?)?;
        Some((self.weight(to - from) * told(term), found))
    }

    /// How rare a term is, 0 where no entry holds it.
    pub fn weight_of(&self, term: &str) -> f32 {
        self.terms.get(term).map_or(0.0, |(from, to)| self.weight(to - from) * told(term))
    }

    #[expect(clippy::cast_precision_loss, reason = "a weight needs no seven digits")]
    fn weight(&self, frequency: u32) -> f32 {
        (1.0 + self.kinds.len() as f32 / frequency.max(1) as f32).ln()
    }

    /// The entry's number for a document's.
    pub fn entry(&self, doc: u32) -> Option<usize> {
        usize::try_from(doc).ok()?.checked_sub(self.records.len())
    }

    pub fn records_of(&self, entry: usize) -> &[u32] {
        let at = |place: usize| self.starts.get(place).and_then(|start| usize::try_from(*start).ok());
        at(entry).zip(at(entry + 1)).and_then(|(from, to)| self.led_to.get(from..to)).unwrap_or_default()
    }

    pub fn meta(&self, record: u32) -> Option<&Meta> {
        self.records.get(usize::try_from(record).ok()?)
    }

    /// The code and the text of a document; an entry has no code.
    pub fn shown(&self, doc: u32) -> Option<(String, String)> {
        let found: TantivyDocument = self.searcher.doc(tantivy::DocAddress::new(0, doc)).ok()?;
        let text = |field| found.get_first(field).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
        Some((text(self.fields.shown), text(self.fields.text)))
    }

    /// The text of an entry.
    pub fn entry_text(&self, entry: usize) -> Option<String> {
        self.shown(u32::try_from(entry + self.records.len()).ok()?).map(|(_, text)| text)
    }
}

/// How much of its weight a term takes in what a text says: what is said to be absent hardly counts.
pub fn spoken(term: &str) -> f32 {
    if term.starts_with("no_") { 0.12 } else { 1.0 }
}

/// A bit for each system that an entry leads to.
fn systems(records: &[Meta], starts: &[u32], led_to: &[u32]) -> Vec<u16> {
    let at = |place: u32| usize::try_from(place).unwrap_or(usize::MAX);
    let bit = |record: &u32| records.get(at(*record)).map_or(0, |meta| 1_u16.checked_shl(u32::from(meta.system)).unwrap_or(0));
    let ends = starts.iter().skip(1);
    starts
        .iter()
        .zip(ends)
        .map(|(from, to)| led_to.get(at(*from)..at(*to)).into_iter().flatten().fold(0, |all, r| all | bit(r)))
        .collect()
}

fn meta(bits: u64, family: u64, from: u64, to: u64) -> Meta {
    let flag = |at: u32| bits >> at & 1 == 1;
    Meta {
        system: u8::try_from(bits >> 16 & 0xff).unwrap_or(u8::MAX),
        billable: flag(8),
        unspecified: flag(9),
        other: flag(10),
        facets: Facets::from_bits(bits),
        family,
        from,
        to,
    }
}

fn all_terms(inverted: &InvertedIndexReader) -> anyhow::Result<Vec<String>> {
    let mut stream = inverted.terms().stream()?;
    let mut terms = Vec::new();
    while stream.advance() {
        terms.push(String::from_utf8_lossy(stream.key()).into_owned());
    }
    Ok(terms)
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({} records, {} entries)", self.records.len(), self.kinds.len())
    }
}
