//! The records of an edition as the index takes them: every code of every source, each with the days on which it holds.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::super::Edition;
use super::super::edition::SourceRow;
use super::super::import::text;
use super::docs::{SearchDoc, TermKind};
use crate::domain::code::{CodeRef, CodeSystem, Effect, Family};

/// Characters of a manual's section that are searched.
const SECTION_CHARS_MAX: usize = 400;

type Docs = BTreeMap<(&'static str, String), SearchDoc>;

/// Everything that can be found in an edition.
///
/// # Errors
/// Where the edition can't be read.
pub fn docs(edition: &Edition) -> anyhow::Result<Vec<SearchDoc>> {
    let mut docs = Docs::new();
    let sources: HashMap<i64, &SourceRow> = edition.sources().iter().map(|source| (source.id, source)).collect();
    classification(edition, &sources, "icd10pcs", Family::Icd10Pcs, &mut docs)?;
    classification(edition, &sources, "icd10cm", Family::Icd10Cm, &mut docs)?;
    places(edition, &sources, &mut docs)?;
    notes(edition, &sources, &mut docs)?;
    index(edition, &sources, &mut docs)?;
    level2(edition, &mut docs)?;
    others(edition, &mut docs)?;
    Ok(docs.into_values().collect())
}

fn doc(system: &'static str, code: String, title: String) -> SearchDoc {
    SearchDoc { system, code, title, billable: true, effect: Effect::default(), terms: Vec::new() }
}

fn dotted(code: &str) -> String {
    CodeRef::new(CodeSystem::Icd10Cm, code).code
}

/// The latest day on which a source of `layouts` begins; codes that only earlier ones hold have ended.
fn latest(sources: &HashMap<i64, &SourceRow>, family: Family, part: &str) -> Option<Date> {
    sources.values().filter(|source| source.family == family && source.part == part).map(|source| source.from).max()
}

fn classification(
    edition: &Edition,
    sources: &HashMap<i64, &SourceRow>,
    system: &'static str,
    family: Family,
    docs: &mut Docs,
) -> anyhow::Result<()> {
    let newest = latest(sources, family, "codes");
    let rows = edition.query("SELECT source, code, billable, title FROM icd10_code", [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, bool>(2)?, row.get::<_, String>(3)?))
    })?;
    let mut seen: HashMap<String, (Date, Date, bool)> = HashMap::new();
    for (source, code, billable, title) in rows {
        let Some(source) = sources.get(&source).filter(|source| source.family == family) else { continue };
        let code = if system == "icd10cm" { dotted(&code) } else { code };
        let spell = seen.entry(code.clone()).or_insert((Date::MAX, Date::MIN, billable));
        spell.0 = spell.0.min(source.from);
        if source.from >= spell.1 {
            spell.1 = source.from;
            spell.2 = billable;
            let made = SearchDoc { billable, ..doc(system, code.clone(), title) };
            docs.insert((system, code), made);
        }
    }
    for (code, (first, last, billable)) in seen {
        let ended = billable && newest.is_some_and(|newest| last < newest);
        let earliest = sources.values().filter(|s| s.family == family && s.part == "codes").map(|s| s.from).min();
        if let Some(doc) = docs.get_mut(&(system, code)) {
            // What the first edition holds may be as old as the classification.
            doc.effect.effective = Some(first).filter(|first| billable && earliest.is_some_and(|earliest| *first > earliest));
            doc.effect.terminated = newest.filter(|_| ended).and_then(|newest| newest.yesterday().ok());
        }
    }
    Ok(())
}

/// Headings of the newest tabular list: those that the codes files leave out, and codes that have been split since.
fn places(edition: &Edition, sources: &HashMap<i64, &SourceRow>, docs: &mut Docs) -> anyhow::Result<()> {
    let newest = latest(sources, Family::Icd10Cm, "tabular");
    let rows = edition.query("SELECT source, code, title FROM tabular_place WHERE level = 2", [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
    })?;
    for (source, code, title) in rows {
        if sources.get(&source).map(|source| source.from) != newest {
            continue;
        }
        let code = dotted(&code);
        let found =
            docs.entry(("icd10cm", code.clone())).or_insert_with(|| SearchDoc { billable: false, ..doc("icd10cm", code, title) });
        if found.effect.terminated.is_some() {
            found.billable = false;
            found.effect.terminated = None;
        }
    }
    Ok(())
}

fn notes(edition: &Edition, sources: &HashMap<i64, &SourceRow>, docs: &mut Docs) -> anyhow::Result<()> {
    let newest = latest(sources, Family::Icd10Cm, "tabular");
    let sql = "SELECT source, place, kind, note FROM tabular_note WHERE kind IN ('inclusion', 'includes')";
    let rows = edition.query(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(3)?)))?;
    for (source, place, note) in rows {
        if sources.get(&source).map(|source| source.from) == newest
            && let Some(doc) = docs.get_mut(&("icd10cm", dotted(&place)))
        {
            doc.terms.push((TermKind::Inclusion, note));
        }
    }
    Ok(())
}

fn index(edition: &Edition, sources: &HashMap<i64, &SourceRow>, docs: &mut Docs) -> anyhow::Result<()> {
    let sql = "SELECT source, path, nonessential, target, heading FROM index_term WHERE relation = 'code'";
    let rows = edition.query(sql, [], |row| {
        let words: Option<String> = row.get(2)?;
        Ok((
            row.get::<_, i64>(0)?,
            row.get::<_, String>(1)?,
            words.unwrap_or_default(),
            row.get::<_, String>(3)?,
            row.get::<_, i64>(4)?,
        ))
    })?;
    for (source, path, nonessential, target, column) in rows {
        let Some(source) = sources.get(&source) else { continue };
        let path = path.replace(" > ", " ");
        let (kind, words) = match source.part.as_str() {
            "drugs" => (TermKind::Drug, path),
            "neoplasms" => (TermKind::Neoplasm, neoplasm(&path, column)),
            "external causes" => (TermKind::External, format!("{path} {nonessential}")),
            _ => (TermKind::Index, path),
        };
        if let Some(doc) = docs.get_mut(&("icd10cm", dotted(&target))) {
            doc.terms.push((kind, words));
        }
    }
    Ok(())
}

/// A row of the neoplasm table with what its column means.
fn neoplasm(path: &str, column: i64) -> String {
    let site =
        path.split_once(' ').filter(|(first, _)| first.to_lowercase().starts_with("neoplasm")).map_or(path, |(_, site)| site);
    let behaviour = match column {
        2 => "malignant primary",
        3 => "malignant secondary metastatic",
        4 => "carcinoma in situ",
        5 => "benign",
        6 => "uncertain behavior",
        _ => "unspecified behavior",
    };
    format!("neoplasm {behaviour} {site}")
}

fn level2(edition: &Edition, docs: &mut Docs) -> anyhow::Result<()> {
    let dated = |row: &rusqlite::Row<'_>, at: usize| -> rusqlite::Result<Option<Date>> {
        Ok(row.get::<_, Option<i64>>(at)?.and_then(text::date))
    };
    let sql = "SELECT c.code, c.title, c.short, c.added, c.terminated FROM hcpcs_code c JOIN source s ON s.id = c.source ORDER BY s.from_day";
    for (system, sql) in
        [("hcpcs", sql.to_owned()), ("modifier", sql.replace("hcpcs_code", "level2_modifier").replace("c.code", "c.modifier"))]
    {
        let rows = edition.query(&sql, [], |row| {
            let effect = Effect { effective: dated(row, 3)?, terminated: dated(row, 4)? };
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?, row.get::<_, Option<String>>(2)?, effect))
        })?;
        for (code, title, short, effect) in rows {
            let mut made = SearchDoc { effect, ..doc(system, code.clone(), title.unwrap_or_default()) };
            if system == "hcpcs" && !made.title.is_empty() {
                made.terms.extend(short.filter(|short| !short.is_empty()).map(|short| (TermKind::Short, short)));
            }
            docs.insert((system, code), made);
        }
    }
    let newer = edition.query(
        "SELECT t.code, t.title FROM hcpcs_text t JOIN source s ON s.id = t.source ORDER BY s.from_day",
        [],
        |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?)),
    )?;
    for (code, title) in newer {
        let system = if code.len() == 2 { "modifier" } else { "hcpcs" };
        let Some(title) = title.filter(|title| !title.is_empty()) else { continue };
        docs.entry((system, code.clone())).or_insert_with(|| doc(system, code, title));
    }
    let drugs = edition
        .query("SELECT DISTINCT code, drug FROM asp_ndc", [], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    for (code, drug) in drugs {
        if let Some(doc) = docs.get_mut(&("hcpcs", code)) {
            doc.terms.push((TermKind::Brand, drug));
        }
    }
    Ok(())
}

fn others(edition: &Edition, docs: &mut Docs) -> anyhow::Result<()> {
    let two = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?.unwrap_or_default()));
    for (code, name, what) in edition.query("SELECT code, name, description FROM place_of_service", [], |row| {
        let (code, name) = two(row)?;
        Ok((code, name, row.get::<_, Option<String>>(2)?.unwrap_or_default()))
    })? {
        if name != "Unassigned" {
            let made = SearchDoc { terms: vec![(TermKind::Text, what)], ..doc("pos", code.clone(), name) };
            docs.insert(("pos", code), made);
        }
    }
    for (code, title) in edition.query("SELECT drg, title FROM drg", [], two)? {
        docs.insert(("msdrg", code.clone()), doc("msdrg", code, title));
    }
    // Numbers only: their wording is the American Medical Association's.
    for (code, _) in edition.query("SELECT DISTINCT code, NULL FROM relative_value WHERE code GLOB '[0-9]*'", [], two)? {
        docs.insert(("cpt", code.clone()), doc("cpt", code, String::new()));
    }
    let sections = edition.query("SELECT source, number, title, text FROM manual_section", [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, String>(3)?))
    })?;
    for (source, number, title, words) in sections {
        let family = edition.sources().iter().find(|s| s.id == source).map(|s| s.family.label()).unwrap_or_default();
        let code = format!("{family} {number}");
        let start: String = words.chars().take(SECTION_CHARS_MAX).collect();
        let made = SearchDoc { terms: vec![(TermKind::Text, start)], ..doc("manual", code.clone(), title) };
        docs.insert(("manual", code), made);
    }
    Ok(())
}
