//! The manuals and coverage documents on the edition, so that a citation can be checked and opened.

use jiff::civil::Date;
use rusqlite::{Row, params};

use super::super::import::text;
use super::{Edition, SourceRow};
use crate::domain::code::{Effect, Family, Source};

const SECTION: &str =
    "SELECT number, title, text, page FROM manual_section WHERE source = ?1 AND number = ?2 ORDER BY seq LIMIT 1";
const BELOW: &str =
    "SELECT number, title, text, page FROM manual_section WHERE source = ?1 AND number LIKE ?2 ORDER BY seq LIMIT 60";
const HOLDING: &str = "SELECT number, title, text, page FROM manual_section WHERE source = ?1 AND replace(text, char(10), ' ') LIKE ?2 \
    ESCAPE '\\' ORDER BY seq LIMIT 20";
const ALL: &str = "SELECT number, title, text, page FROM manual_section WHERE source = ?1 AND length(text) > 40 ORDER BY seq";
const DOCUMENT: &str = "SELECT kind, display, version, title, contractor, effective, ended, retired, url, id FROM coverage_document \
    WHERE source = ?1 AND display = ?2 ORDER BY version DESC";
const TITLED: &str = "SELECT kind, display, version, title, contractor, effective, ended, retired, url, id FROM coverage_document \
    WHERE source = ?1 AND title LIKE ?2 ESCAPE '\\' ORDER BY display, version DESC LIMIT 40";
const NAMING: &str = "SELECT DISTINCT kind, id, version, use FROM coverage_code WHERE source = ?1 AND code = ?2";
const PARTS: [&str; 4] = ["NCD", "LCD", "Article", "documents"];

/// A section of a manual, by its own number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionRecord {
    pub number: String,
    pub title: String,
    pub text: String,
    /// As printed: `14`, `I-5`; empty where the text does not tell.
    pub page: String,
    pub source: Source,
}

/// A national or local coverage document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageRecord {
    /// `NCD`, `LCD`, `Article`.
    pub kind: String,
    /// `L36668`, `30.3`.
    pub display: String,
    pub version: i64,
    pub title: String,
    pub contractor: Option<String>,
    pub effect: Effect,
    /// The document calls itself retired, whatever its dates.
    pub is_retired: bool,
    pub url: Option<String>,
    pub id: String,
    pub source: Source,
}

/// A document that names a code, and how: `procedure`, `covered` or `noncovered`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageUse {
    pub kind: String,
    pub id: String,
    pub version: i64,
    pub use_of: String,
}

impl Edition {
    /// The editions of a manual that are read for a day: one, or a chapter each.
    fn manual(&self, family: Family, on: Date) -> Vec<&SourceRow> {
        let mut parts: Vec<&str> =
            self.sources().iter().filter(|row| row.family == family).map(|row| row.part.as_str()).collect();
        parts.sort_unstable();
        parts.dedup();
        parts.into_iter().filter_map(|part| self.in_force(family, part, on)?.first()).collect()
    }

    /// A section by its number: `I.C.9.a`, `IV.E`, `60.1`. `chapter` chooses among the chapters of a manual of several.
    pub fn section(&self, family: Family, chapter: &str, number: &str, on: Date) -> Option<SectionRecord> {
        let number = section_number(number);
        let editions =
            self.manual(family, on).into_iter().filter(|row| chapter.is_empty() || row.part.is_empty() || row.part == chapter);
        editions.into_iter().find_map(|row| {
            let found = self.look(SECTION, params![row.id, number], |cells| section(cells, row));
            found.into_iter().next()
        })
    }

    /// The sections below one: `I.C.9` has `I.C.9.a`, `I.C.9.a.1`, …
    pub fn sections_below(&self, family: Family, number: &str, on: Date) -> Vec<SectionRecord> {
        let like = format!("{}.%", section_number(number));
        self.manual(family, on)
            .into_iter()
            .flat_map(|row| self.look(BELOW, params![row.id, like], |cells| section(cells, row)))
            .collect()
    }

    /// The sections whose text has these very words, wherever its lines break.
    pub fn sections_holding(&self, family: Family, words: &str, on: Date) -> Vec<SectionRecord> {
        let like = format!("%{}%", escaped(words));
        self.manual(family, on)
            .into_iter()
            .flat_map(|row| self.look(HOLDING, params![row.id, like], |cells| section(cells, row)))
            .collect()
    }

    /// Every section of a manual that has a text.
    pub fn sections(&self, family: Family, on: Date) -> Vec<SectionRecord> {
        let read = |row: &SourceRow| self.look(ALL, params![row.id], |cells| section(cells, row));
        self.manual(family, on).into_iter().flat_map(read).collect()
    }

    /// Every version that is loaded of a coverage document, the newest first.
    pub fn coverage_document(&self, display: &str) -> Vec<CoverageRecord> {
        self.documents(DOCUMENT, &display.trim().to_uppercase())
    }

    /// Coverage documents whose title has these words.
    pub fn coverage_titled(&self, words: &str) -> Vec<CoverageRecord> {
        self.documents(TITLED, &format!("%{}%", escaped(words)))
    }

    /// The coverage documents that name a code, where an export with codes is loaded.
    pub fn coverage_naming(&self, code: &str) -> Vec<CoverageUse> {
        let exports = self.sources().iter().filter(|row| row.family == Family::Mcd && row.part == "codes");
        let code = code.replace('.', "");
        exports
            .flat_map(|row| {
                self.look(NAMING, params![row.id, code], |cells| {
                    Ok(CoverageUse { kind: cells.get(0)?, id: cells.get(1)?, version: cells.get(2)?, use_of: cells.get(3)? })
                })
            })
            .collect()
    }

    fn documents(&self, sql: &str, with: &str) -> Vec<CoverageRecord> {
        let sources = PARTS.into_iter().filter_map(|part| self.in_force(Family::Mcd, part, Date::MAX)?.first());
        sources
            .flat_map(|source| {
                self.look(sql, params![source.id, with], |row| {
                    let day = |at| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.and_then(text::date));
                    Ok(CoverageRecord {
                        kind: row.get(0)?,
                        display: row.get(1)?,
                        version: row.get(2)?,
                        title: row.get(3)?,
                        contractor: row.get(4)?,
                        effect: Effect { effective: day(5)?, terminated: day(6)? },
                        is_retired: row.get(7)?,
                        url: row.get(8)?,
                        id: row.get(9)?,
                        source: source.cite(),
                    })
                })
            })
            .collect()
    }
}

fn section(row: &Row<'_>, source: &SourceRow) -> rusqlite::Result<SectionRecord> {
    Ok(SectionRecord { number: row.get(0)?, title: row.get(1)?, text: row.get(2)?, page: row.get(3)?, source: source.cite() })
}

/// `I.C.9.a.1)`, `§60.1` and `I.A.12(a)` as the table writes them.
fn section_number(number: &str) -> String {
    let plain: String = number.trim().trim_start_matches('\u{a7}').trim().replace('(', ".").replace(')', "");
    plain.split('.').map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".")
}

fn escaped(words: &str) -> String {
    let words: Vec<&str> = words.split_whitespace().collect();
    words.join(" ").replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
