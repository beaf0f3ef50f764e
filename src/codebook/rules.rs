//! Rules that no published file carries as data: our own words, and where the rule stands.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::code::{Effect, Family, Source};

/// A rule in our own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRecord {
    pub key: String,
    /// `I.E`, `17 §40`, `I.A.12.a`.
    pub section: String,
    pub wording: String,
    /// The same in Spanish, where a Spanish answer uses it.
    pub wording_es: Option<String>,
    pub effect: Effect,
    pub source: Source,
}

#[derive(Debug)]
pub(super) struct Rules {
    rules: BTreeMap<String, RuleRecord>,
    therapy: Therapy,
}

/// Services by whether their minutes count (CPM 5 §20.2).
#[derive(Debug, Deserialize)]
struct Therapy {
    timed: Vec<String>,
    untimed: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    sources: BTreeMap<String, SourceRow>,
    rules: BTreeMap<String, Row>,
    therapy: Therapy,
}

#[derive(Deserialize)]
pub(super) struct SourceRow {
    family: Family,
    edition: String,
    file: String,
}

impl SourceRow {
    pub fn source(&self) -> Source {
        Source { family: self.family, edition: self.edition.clone(), file: self.file.clone() }
    }
}

#[derive(Deserialize)]
struct Row {
    source: String,
    section: String,
    wording: String,
    wording_es: Option<String>,
    effective: Option<toml::value::Datetime>,
}

impl Rules {
    /// Reads the rulebook; a rule that names an unknown source is left out.
    pub fn new(text: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(text)?;
        let mut rules = BTreeMap::new();
        for (key, row) in file.rules {
            let Some(source) = file.sources.get(&row.source) else { continue };
            let source = source.source();
            let effective = row.effective.and_then(|d| d.to_string().parse().ok());
            let record = RuleRecord {
                key: key.clone(),
                section: row.section,
                wording: row.wording,
                wording_es: row.wording_es,
                effect: Effect { effective, terminated: None },
                source,
            };
            rules.insert(key, record);
        }
        Ok(Self { rules, therapy: file.therapy })
    }

    pub fn get(&self, key: &str) -> Option<RuleRecord> {
        self.rules.get(key).cloned()
    }

    pub fn timed(&self, code: &str) -> Option<bool> {
        let among = |list: &[String]| list.iter().any(|c| c == code);
        if among(&self.therapy.timed) {
            return Some(true);
        }
        among(&self.therapy.untimed).then_some(false)
    }
}
