//! The word tables of `config/words`: how people say what the publishers write. A coder can read and extend them.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use super::text::{Stems, is_stop, words};

/// A table as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// What the table is and where it comes from; for the reader.
    #[serde(default)]
    about: String,
    /// A word that queries of this table's kind are said to hold, as in "shorthand": tells why a hit was found.
    #[serde(default)]
    kind: String,
    /// Phrase to the publisher's words, one reading or several.
    #[serde(default)]
    read: HashMap<String, Readings>,
    /// Shorthand that is an ordinary word as well: read only where it is typed in capitals or stands alone.
    #[serde(default)]
    capitals: Vec<String>,
    /// Groups of words that stand for one another.
    #[serde(default)]
    same: Vec<String>,
    /// System to code to phrases, several in one string parted by `|`.
    #[serde(default)]
    codes: HashMap<String, HashMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Readings {
    One(String),
    Several(Vec<String>),
}

/// One way to read a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub text: String,
    pub kind: &'static str,
    /// Imported without a coder's eye: used only where the words themselves are not in the records.
    pub weak: bool,
}

/// The kind whose readings are the words of ICD-10-PCS titles.
const PROCEDURE: &str = "procedure name";

/// A phrase that leads to a code.
#[derive(Debug, Clone)]
pub struct Synonym {
    pub system: String,
    pub code: String,
    pub text: String,
}

#[derive(Debug, Default)]
pub struct Words {
    /// Plain words joined by a blank to what they are read as.
    read: HashMap<String, Vec<Reading>>,
    longest: usize,
    capitals: HashSet<String>,
    /// Stem to the stems that stand for it.
    same: HashMap<String, Vec<String>>,
    pub synonyms: Vec<Synonym>,
}

const EMBEDDED: &[(&str, &str)] = &[
    ("synonyms", include_str!("../../../config/words/synonyms.toml")),
    ("shorthand", include_str!("../../../config/words/shorthand.toml")),
    ("diagnoses", include_str!("../../../config/words/diagnoses.toml")),
    ("supplies", include_str!("../../../config/words/supplies.toml")),
    ("services", include_str!("../../../config/words/services.toml")),
    ("modifiers", include_str!("../../../config/words/modifiers.toml")),
    ("places", include_str!("../../../config/words/places.toml")),
    ("brands", include_str!("../../../config/words/brands.toml")),
    ("spanish", include_str!("../../../config/words/spanish.toml")),
    ("procedures", include_str!("../../../config/words/procedures.toml")),
];

impl Words {
    /// The tables in the binary, without those whose names `but` holds.
    ///
    /// # Errors
    /// Where a table does not read; a test reads them all.
    pub fn embedded(but: &[&str]) -> anyhow::Result<Self> {
        let mut all = Self::default();
        for (name, text) in EMBEDDED.iter().filter(|(name, _)| !but.contains(name)) {
            all.add(name, text)?;
        }
        Ok(all)
    }

    /// The names of the tables in the binary.
    pub fn embedded_names() -> impl Iterator<Item = &'static str> {
        EMBEDDED.iter().map(|(name, _)| *name)
    }

    /// Adds the operator's own tables, every `*.toml` of a folder, over those that are there.
    ///
    /// # Errors
    /// Names the file that does not read.
    pub fn with_folder(mut self, folder: &Path) -> anyhow::Result<Self> {
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .with_context(|| format!("{} can't be read", folder.display()))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
            .collect();
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))?;
            self.add(&file.display().to_string(), &text)?;
        }
        Ok(self)
    }

    /// Adds one table.
    ///
    /// # Errors
    /// Names the table and what is wrong with it.
    pub fn add(&mut self, name: &str, text: &str) -> anyhow::Result<()> {
        let table: Table = toml::from_str(text).with_context(|| format!("the word table {name} does not read"))?;
        let _ = table.about;
        let kind: &'static str = kind(&table.kind);
        for (phrase, readings) in table.read {
            let texts = match readings {
                Readings::One(text) => vec![text],
                Readings::Several(texts) => texts,
            };
            self.read_as(&phrase, texts, kind, false);
        }
        self.capitals.extend(table.capitals);
        let mut stems = Stems::default();
        for group in table.same {
            let group: Vec<String> = stems.of(&words(&group));
            for word in &group {
                let others = self.same.entry(word.clone()).or_default();
                others
                    .extend(group.iter().filter(|other| *other != word && !others.contains(other)).cloned().collect::<Vec<_>>());
            }
        }
        for (system, codes) in table.codes {
            for (code, phrases) in codes {
                self.synonyms.extend(phrases.split('|').map(str::trim).filter(|text| !text.is_empty()).map(|text| Synonym {
                    system: system.clone(),
                    code: code.clone(),
                    text: text.to_owned(),
                }));
            }
        }
        Ok(())
    }

    /// Has `phrase` read as any of `texts`; a weak reading never replaces another.
    pub fn read_as(&mut self, phrase: &str, texts: Vec<String>, kind: &'static str, weak: bool) {
        let words = words(phrase);
        if words.is_empty() || (words.len() == 1 && words.iter().all(|word| is_stop(word))) {
            return;
        }
        self.longest = self.longest.max(words.len());
        let key = words.join(" ");
        let known = self.read.entry(key).or_default();
        if !(weak && known.iter().any(|reading| !reading.weak)) {
            known.extend(texts.into_iter().map(|text| Reading { text, kind, weak }));
        }
    }

    /// The longest phrase that begins at `words`, its length in words and its readings; names of procedures come first where
    /// procedures are asked for, last where nothing is said, and not at all elsewhere.
    pub fn reading(&self, words: &[String], system: Option<&str>) -> Option<(usize, Vec<&Reading>)> {
        (1..=self.longest.min(words.len())).rev().find_map(|long| {
            let all = self.read.get(&words.get(..long)?.join(" "))?;
            let (procedures, rest): (Vec<_>, Vec<_>) = all.iter().partition(|reading| reading.kind == PROCEDURE);
            let readings: Vec<&Reading> = match system {
                Some("icd10pcs") => procedures.into_iter().chain(rest).collect(),
                Some(_) => rest,
                None => rest.into_iter().chain(procedures).collect(),
            };
            (!readings.is_empty()).then_some((long, readings))
        })
    }

    /// Whether `word` is shorthand in capitals alone.
    pub fn wants_capitals(&self, word: &str) -> bool {
        self.capitals.contains(word)
    }

    /// Stems that stand for `stem`.
    pub fn same(&self, stem: &str) -> &[String] {
        self.same.get(stem).map_or(&[], Vec::as_slice)
    }

    /// Every single word that some table knows, for mistyped ones.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        self.read
            .iter()
            .filter(|(_, readings)| readings.iter().any(|reading| !reading.weak))
            .flat_map(|(phrase, _)| phrase.split(' '))
    }
}

fn kind(name: &str) -> &'static str {
    match name {
        "brand" => "brand name",
        "spanish" => "Spanish",
        "shorthand" => "shorthand",
        "procedure" => PROCEDURE,
        _ => "word table",
    }
}
