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

type Docs = BTreeMap<String, SearchDoc>;

/// Who takes the texts that lead to a record: its system and code, where the text comes from, the text.
pub type Take<'a> = &'a mut dyn FnMut(&'static str, &str, TermKind, &str);

/// Everything that can be found in an edition, each record with its texts; for what holds all of it anyway.
///
/// # Errors
/// Where the edition can't be read.
pub fn docs(edition: &Edition) -> anyhow::Result<Vec<SearchDoc>> {
    let mut docs = records(edition)?;
    let by_code: HashMap<(&'static str, String), usize> =
        docs.iter().enumerate().map(|(at, doc)| ((doc.system, doc.code.clone()), at)).collect();
    terms(edition, &mut |system, code, kind, text| {
        if let Some(doc) = by_code.get(&(system, code.to_owned())).and_then(|at| docs.get_mut(*at)) {
            doc.terms.push((kind, text.to_owned()));
        }
    })?;
    Ok(docs)
}

/// Every record of an edition, without the texts of [`terms`].
///
/// # Errors
/// Where the edition can't be read.
pub fn records(edition: &Edition) -> anyhow::Result<Vec<SearchDoc>> {
    let sources = sources(edition);
    let mut all = Vec::new();
    let mut one = |fill: &dyn Fn(&mut Docs) -> anyhow::Result<()>| -> anyhow::Result<()> {
        let mut docs = Docs::new();
        fill(&mut docs)?;
        all.extend(docs.into_values());
        Ok(())
    };
    one(&|docs| classification(edition, &sources, "icd10pcs", Family::Icd10Pcs, docs))?;
    one(&|docs| {
        classification(edition, &sources, "icd10cm", Family::Icd10Cm, docs)?;
        places(edition, &sources, docs)
    })?;
    one(&|docs| level2(edition, "hcpcs", docs))?;
    one(&|docs| level2(edition, "modifier", docs))?;
    one(&|docs| others(edition, docs))?;
    Ok(all)
}

/// Every text that leads to a record beside its title.
///
/// # Errors
/// Where the edition can't be read.
pub fn terms(edition: &Edition, take: Take<'_>) -> anyhow::Result<()> {
    let sources = sources(edition);
    notes(edition, &sources, take)?;
    index(edition, &sources, take)?;
    let sql = "SELECT c.code, c.short FROM hcpcs_code c JOIN source s ON s.id = c.source
        WHERE c.short <> '' AND c.title <> '' GROUP BY c.code HAVING s.from_day = MAX(s.from_day)";
    pairs(edition, sql, |code, text| take("hcpcs", &code, TermKind::Short, &text))?;
    let sql = "SELECT DISTINCT code, drug FROM asp_ndc";
    pairs(edition, sql, |code, text| take("hcpcs", &code, TermKind::Brand, &text))?;
    let sql = "SELECT code, description FROM place_of_service WHERE name <> 'Unassigned' AND description <> ''";
    pairs(edition, sql, |code, text| take("pos", &code, TermKind::Text, &text))?;
    let sql = "SELECT source, number, text FROM manual_section";
    edition.each(sql, |row| {
        let code = section(&sources, row.get(0)?, &row.get::<_, String>(1)?);
        let start: String = row.get::<_, String>(2)?.chars().take(SECTION_CHARS_MAX).collect();
        take("manual", &code, TermKind::Text, &start);
        Ok(())
    })?;
    Ok(())
}

/// Hands over rows of two texts.
fn pairs(edition: &Edition, sql: &str, mut take: impl FnMut(String, String)) -> anyhow::Result<()> {
    edition.each(sql, |row| {
        take(row.get(0)?, row.get(1)?);
        Ok(())
    })?;
    Ok(())
}

fn sources(edition: &Edition) -> HashMap<i64, &SourceRow> {
    edition.sources().iter().map(|source| (source.id, source)).collect()
}

/// A manual's section as it is named.
fn section(sources: &HashMap<i64, &SourceRow>, source: i64, number: &str) -> String {
    format!("{} {number}", sources.get(&source).map(|source| source.family.label()).unwrap_or_default())
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
    let mut seen: HashMap<String, (Date, Date, bool)> = HashMap::new();
    edition.each("SELECT source, code, billable, title FROM icd10_code", |row| {
        let source: i64 = row.get(0)?;
        let Some(source) = sources.get(&source).filter(|source| source.family == family) else { return Ok(()) };
        let (code, billable): (String, bool) = (row.get(1)?, row.get(2)?);
        let code = if system == "icd10cm" { dotted(&code) } else { code };
        let spell = seen.entry(code.clone()).or_insert((Date::MAX, Date::MIN, billable));
        spell.0 = spell.0.min(source.from);
        if source.from >= spell.1 {
            spell.1 = source.from;
            spell.2 = billable;
            let made = SearchDoc { billable, ..doc(system, code.clone(), row.get(3)?) };
            docs.insert(code, made);
        }
        Ok(())
    })?;
    for (code, (first, last, billable)) in seen {
        let ended = billable && newest.is_some_and(|newest| last < newest);
        let earliest = sources.values().filter(|s| s.family == family && s.part == "codes").map(|s| s.from).min();
        if let Some(doc) = docs.get_mut(&code) {
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
        let found = docs.entry(code.clone()).or_insert_with(|| SearchDoc { billable: false, ..doc("icd10cm", code, title) });
        if found.effect.terminated.is_some() {
            found.billable = false;
            found.effect.terminated = None;
        }
    }
    Ok(())
}

fn notes(edition: &Edition, sources: &HashMap<i64, &SourceRow>, take: Take<'_>) -> anyhow::Result<()> {
    let newest = latest(sources, Family::Icd10Cm, "tabular");
    let sql = "SELECT source, place, note FROM tabular_note WHERE kind IN ('inclusion', 'includes')";
    edition.each(sql, |row| {
        let source: i64 = row.get(0)?;
        if sources.get(&source).map(|source| source.from) == newest {
            take("icd10cm", &dotted(&row.get::<_, String>(1)?), TermKind::Inclusion, &row.get::<_, String>(2)?);
        }
        Ok(())
    })?;
    Ok(())
}

fn index(edition: &Edition, sources: &HashMap<i64, &SourceRow>, take: Take<'_>) -> anyhow::Result<()> {
    let sql = "SELECT source, path, nonessential, target, heading FROM index_term WHERE relation = 'code'";
    edition.each(sql, |row| {
        let source: i64 = row.get(0)?;
        let Some(source) = sources.get(&source) else { return Ok(()) };
        let path = row.get::<_, String>(1)?.replace(" > ", " ");
        let (kind, words) = match source.part.as_str() {
            "drugs" => (TermKind::Drug, path),
            "neoplasms" => (TermKind::Neoplasm, neoplasm(&path, row.get(4)?)),
            "external causes" => (TermKind::External, format!("{path} {}", row.get::<_, Option<String>>(2)?.unwrap_or_default())),
            _ => (TermKind::Index, path),
        };
        take("icd10cm", &dotted(&row.get::<_, String>(3)?), kind, &words);
        Ok(())
    })?;
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

/// Codes or modifiers of HCPCS Level II, the newest wording of each.
fn level2(edition: &Edition, system: &'static str, docs: &mut Docs) -> anyhow::Result<()> {
    let dated = |row: &rusqlite::Row<'_>, at: usize| -> rusqlite::Result<Option<Date>> {
        Ok(row.get::<_, Option<i64>>(at)?.and_then(text::date))
    };
    let (table, column) = if system == "hcpcs" { ("hcpcs_code", "code") } else { ("level2_modifier", "modifier") };
    let sql = format!(
        "SELECT c.{column}, c.title, c.added, c.terminated FROM {table} c JOIN source s ON s.id = c.source ORDER BY s.from_day"
    );
    edition.each(&sql, |row| {
        let effect = Effect { effective: dated(row, 2)?, terminated: dated(row, 3)? };
        let (code, title): (String, Option<String>) = (row.get(0)?, row.get(1)?);
        docs.insert(code.clone(), SearchDoc { effect, ..doc(system, code, title.unwrap_or_default()) });
        Ok(())
    })?;
    let sql = "SELECT t.code, t.title FROM hcpcs_text t JOIN source s ON s.id = t.source WHERE t.title <> '' ORDER BY s.from_day";
    edition.each(sql, |row| {
        let code: String = row.get(0)?;
        if (code.len() == 2) == (system == "modifier") {
            let title = row.get(1)?;
            docs.entry(code.clone()).or_insert_with(|| doc(system, code, title));
        }
        Ok(())
    })?;
    Ok(())
}

fn others(edition: &Edition, docs: &mut Docs) -> anyhow::Result<()> {
    // The system before the code keeps the systems apart.
    let mut put = |system: &'static str, code: String, title: String| {
        docs.insert(format!("{system} {code}"), doc(system, code, title));
    };
    let sql = "SELECT code, name FROM place_of_service WHERE name <> 'Unassigned'";
    pairs(edition, sql, |code, name| put("pos", code, name))?;
    pairs(edition, "SELECT drg, title FROM drg", |drg, title| put("msdrg", drg, title))?;
    // Numbers only: their wording is the American Medical Association's.
    let sql = "SELECT DISTINCT code, '' FROM relative_value WHERE code GLOB '[0-9]*'";
    pairs(edition, sql, |code, none| put("cpt", code, none))?;
    let sources = sources(edition);
    edition.each("SELECT source, number, title FROM manual_section", |row| {
        let code = section(&sources, row.get(0)?, &row.get::<_, String>(1)?);
        put("manual", code, row.get(2)?);
        Ok(())
    })?;
    Ok(())
}
