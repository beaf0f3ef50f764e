//! Where an index lies: in its edition's folder, or in memory for the embedded records.

use std::path::Path;
use std::sync::OnceLock;

use super::super::Edition;
use super::super::edition::SEARCH;
use super::super::records::Records;
use super::docs::SearchDoc;
use super::{Search, Words, feed};
use crate::domain::code::{CodeRef, CodeSystem};

/// The operator's own word tables, a folder beside the editions.
const OWN_WORDS: &str = "words";

/// The tables in the binary and the operator's own in `<dir>/words`.
fn words(dir: &Path) -> anyhow::Result<Words> {
    let own = dir.join(OWN_WORDS);
    let all = Words::embedded(&[])?;
    if own.is_dir() { all.with_folder(&own) } else { Ok(all) }
}

/// Writes the index of the edition that lies in `folder`; `dir` is the codebook's folder.
///
/// # Errors
/// Where the edition can't be read or the folder can't be written.
pub fn index(folder: &Path, dir: &Path) -> anyhow::Result<()> {
    let edition = Edition::open_unmapped(folder)?;
    let records = feed::records(&edition)?;
    Search::build_with(records.into_iter(), &words(dir)?, |take| feed::terms(&edition, take), &folder.join(SEARCH))
}

/// The word tables for an edition: those in the binary, the operator's, and what the edition's own lists say of abbreviations and
/// trade names, which count only where nobody knows better.
///
/// # Errors
/// Where a word table does not read.
pub fn tables_of(edition: &Edition) -> anyhow::Result<Words> {
    let dir = edition.folder().parent().and_then(Path::parent).unwrap_or_else(|| Path::new("."));
    let mut tables = words(dir)?;
    tables.add_lists(edition)?;
    Ok(tables)
}

impl Words {
    /// Adds what the edition's own lists say of abbreviations and trade names.
    ///
    /// # Errors
    /// Where the edition can't be read.
    pub fn add_lists(&mut self, edition: &Edition) -> anyhow::Result<()> {
        let lists = [
            ("SELECT abbreviation, meaning FROM abbreviation", "list of abbreviations"),
            ("SELECT name, ingredient FROM trade_name", "list of trade names"),
        ];
        for (sql, kind) in lists {
            for (name, meaning) in edition.query(sql, [], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))? {
                self.read_as(&name, vec![meaning], kind, true);
            }
        }
        Ok(())
    }
}

/// The search over an edition, opened once.
///
/// # Errors
/// Where the edition has no index, or a word table does not read.
pub fn of_edition(edition: &Edition) -> anyhow::Result<Search> {
    if let Some(open) = edition.search.get() {
        return Ok(open.clone());
    }
    let opened = Search::open(&edition.folder().join(SEARCH), tables_of(edition)?)?;
    Ok(edition.search.get_or_init(|| opened).clone())
}

/// The search over the embedded records, indexed once a process.
pub(in super::super) fn of_starter(records: &Records) -> anyhow::Result<Search> {
    static STARTER: OnceLock<Search> = OnceLock::new();
    if let Some(open) = STARTER.get() {
        return Ok(open.clone());
    }
    let doc = |system, code, title, billable, effect| SearchDoc { system, code, title, billable, effect, terms: Vec::new() };
    let mut docs: Vec<SearchDoc> = Vec::new();
    for (code, title, effect) in records.level2.all() {
        docs.push(doc("hcpcs", code, title, true, effect));
    }
    for record in records.modifiers.all() {
        docs.push(doc("modifier", record.modifier.to_string(), record.meaning, true, record.effect));
    }
    for (code, title, leaf, effect) in records.diagnoses.all() {
        docs.push(doc("icd10cm", CodeRef::new(CodeSystem::Icd10Cm, &code).code, title, leaf, effect));
    }
    let search = Search::in_memory(docs.into_iter(), Words::embedded(&[])?)?;
    Ok(STARTER.get_or_init(|| search).clone())
}
