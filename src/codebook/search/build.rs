//! Writes the index: one segment, records first, then entries, so that a record's number is its place.

use std::path::Path;

use anyhow::Context as _;
use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, TantivyDocument};

use super::docs::{SearchDoc, day_number, number};
use super::entries::{Entries, plain};
use super::feed::Take;
use super::words::Words;

/// Memory of the writer.
const WRITER_BYTES: usize = 15_000_000;

#[derive(Debug, Clone, Copy)]
pub struct Fields {
    pub term: Field,
    pub word: Field,
    pub code: Field,
    pub shown: Field,
    pub text: Field,
    pub bits: Field,
    pub family: Field,
    pub from: Field,
    pub to: Field,
    pub records: Field,
}

/// The fields and the schema they make.
pub fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let plain =
        TextFieldIndexing::default().set_tokenizer("whitespace").set_index_option(IndexRecordOption::Basic).set_fieldnorms(false);
    let plain = TextOptions::default().set_indexing_options(plain);
    let fields = Fields {
        term: builder.add_text_field("term", plain.clone()),
        word: builder.add_text_field("word", plain),
        code: builder.add_text_field("code", STRING),
        shown: builder.add_text_field("shown", STORED),
        text: builder.add_text_field("text", STORED),
        bits: builder.add_u64_field("bits", FAST),
        family: builder.add_u64_field("family", FAST),
        from: builder.add_u64_field("from", FAST),
        to: builder.add_u64_field("to", FAST),
        records: builder.add_u64_field("records", FAST),
    };
    (builder.build(), fields)
}

/// Builds the index in `folder`, or in memory.
///
/// # Errors
/// Where the folder can't be written.
pub fn build(
    docs: impl Iterator<Item = SearchDoc>,
    tables: &Words,
    more: impl FnOnce(Take<'_>) -> anyhow::Result<()>,
    folder: Option<&Path>,
) -> anyhow::Result<Index> {
    let all = Entries::of(docs, tables, more)?;
    let (schema, fields) = schema();
    let builder = Index::builder().schema(schema);
    let mut writer = match folder {
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
            let directory = tantivy::directory::MmapDirectory::open(folder)?;
            builder.single_segment_index_writer::<TantivyDocument>(directory, WRITER_BYTES)?
        }
        None => builder.single_segment_index_writer(tantivy::directory::RamDirectory::create(), WRITER_BYTES)?,
    };
    for record in &all.records {
        let mut out = TantivyDocument::default();
        let system = number(record.doc.system);
        let flag = |on: bool, at: u32| u64::from(on) << at;
        let bits = record.facets.bits()
            | flag(record.doc.billable, 8)
            | flag(record.unspecified, 9)
            | flag(record.other, 10)
            | u64::from(system) << 16;
        out.add_text(fields.code, format!("{system:02}{}", plain(&record.doc.code)));
        out.add_text(fields.shown, &record.doc.code);
        out.add_text(fields.text, &record.doc.title);
        out.add_u64(fields.bits, bits);
        out.add_u64(fields.family, record.family);
        out.add_u64(fields.from, day_number(record.doc.effect.effective));
        out.add_u64(fields.to, day_number(record.doc.effect.terminated));
        writer.add_document(out)?;
    }
    let mut entries: Vec<_> = all.by_terms.iter().collect();
    entries.sort_unstable_by(|a, b| a.0.cmp(b.0));
    for (terms, entry) in entries {
        let mut out = TantivyDocument::default();
        out.add_text(fields.term, all.spelled(terms).join(" "));
        out.add_text(fields.text, all.text(entry));
        out.add_u64(fields.bits, entry.kind as u64);
        for record in &entry.records {
            out.add_u64(fields.records, u64::from(*record));
        }
        writer.add_document(out)?;
    }
    let mut vocabulary = TantivyDocument::default();
    vocabulary.add_text(fields.word, all.vocabulary.iter().map(String::as_str).collect::<Vec<_>>().join(" "));
    writer.add_document(vocabulary)?;
    Ok(writer.finalize()?)
}
