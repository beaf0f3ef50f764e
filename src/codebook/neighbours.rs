//! What stands around a code: above it, below it, its notes, and the codes that an edit pairs it with.

use jiff::civil::Date;

use super::edits::PairRecord;
use super::{Codebook, edition};
use crate::domain::code::{CodeRef, CodeSystem, Family};
use crate::domain::question::Setting;

/// A place in a code system: a code, or a range of them that has a title of its own (`M00-M99`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub code: CodeRef,
    pub title: Option<String>,
}

/// What a note of the tabular list says (Guidelines I.A.10 to I.A.17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NoteKind {
    Includes,
    Inclusion,
    Excludes1,
    Excludes2,
    CodeFirst,
    UseAdditional,
    CodeAlso,
}

/// A note, and the place that says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub kind: NoteKind,
    pub at: CodeRef,
    pub text: String,
}

impl NoteKind {
    fn of_mark(mark: char) -> Option<Self> {
        match mark {
            'n' => Some(Self::Includes),
            'i' => Some(Self::Inclusion),
            '1' => Some(Self::Excludes1),
            '2' => Some(Self::Excludes2),
            'f' => Some(Self::CodeFirst),
            'u' => Some(Self::UseAdditional),
            'a' => Some(Self::CodeAlso),
            _ => None,
        }
    }
}

impl Codebook {
    /// What the code stands under, the widest first; empty where the system has no tree or holds no such code.
    pub fn above(&self, code: &CodeRef) -> Vec<Node> {
        if code.system != CodeSystem::Icd10Cm {
            return Vec::new();
        }
        let diagnoses = &self.records.diagnoses;
        let bare = code.undotted();
        let mut nodes: Vec<Node> = (3..bare.len())
            .filter_map(|len| diagnoses.entry(bare.get(..len)?))
            .map(|entry| Node { code: CodeRef::new(CodeSystem::Icd10Cm, entry.code), title: Some(entry.title.to_owned()) })
            .collect();
        for head in diagnoses.heads_of(bare.get(..3).unwrap_or_default()) {
            let code = CodeRef { system: CodeSystem::Icd10Cm, code: format!("{}-{}", head.first, head.last) };
            nodes.insert(0, Node { code, title: Some(head.title.clone()) });
        }
        nodes
    }

    /// What stands directly below the code on `on`, in order.
    pub fn below(&self, code: &CodeRef, on: Date) -> Vec<Node> {
        if code.system != CodeSystem::Icd10Cm {
            return Vec::new();
        }
        let bare = code.undotted();
        let entries = self.records.diagnoses.next_below(&bare, on);
        let node =
            |code: &str, title: &str| Node { code: CodeRef::new(CodeSystem::Icd10Cm, code), title: Some(title.to_owned()) };
        entries.into_iter().map(|entry| node(entry.code, entry.title)).collect()
    }

    /// The notes of the code and of everything above it, the nearest first.
    pub fn notes(&self, code: &CodeRef) -> Vec<Note> {
        if code.system != CodeSystem::Icd10Cm {
            return Vec::new();
        }
        let mut notes = Vec::new();
        for place in self.records.diagnoses.chain(code) {
            for note in &place.notes {
                let mut rest = note.chars();
                let Some(kind) = rest.next().and_then(NoteKind::of_mark) else { continue };
                notes.push(Note { kind, at: place.at.clone(), text: rest.as_str().to_owned() });
            }
        }
        notes
    }

    /// What each seventh character means that the code, or what stands above it, asks for.
    pub fn seventh_characters(&self, code: &CodeRef) -> Vec<(char, String)> {
        if code.system != CodeSystem::Icd10Cm {
            return Vec::new();
        }
        self.records.diagnoses.seventh_meanings(&code.undotted())
    }

    /// Every pair edit that names the code in either column, live on `on` or not; at most `max` of each column.
    pub fn partners(&self, code: &CodeRef, setting: Setting, on: Date, max: u32) -> Vec<PairRecord> {
        if let Some(edition) = self.with(Family::NcciPtp, edition::part(setting)) {
            return edition.partners(&code.code, setting, on, max);
        }
        self.records.edits.partners(&code.code, setting)
    }

    /// Codes that begin as `text` does, or whose titles hold each of its words.
    pub fn resembling(&self, text: &str, on: Date, max: usize) -> Vec<Node> {
        let stem: String = text.trim().to_ascii_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let words: Vec<String> = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let node = |system, code: &str, title: &str| Node { code: CodeRef::new(system, code), title: Some(title.to_owned()) };
        let mut found: Vec<Node> = Vec::new();
        if words.len() == 1 && stem.len() >= 2 {
            let below = self.records.diagnoses.next_below(&stem, on);
            let own = self.records.diagnoses.entry(&stem);
            found.extend(own.into_iter().chain(below).map(|entry| node(CodeSystem::Icd10Cm, entry.code, entry.title)));
            let level2 = self.records.level2.beginning(&stem, on, max);
            found.extend(level2.into_iter().map(|(code, title)| node(CodeSystem::Hcpcs, code, title)));
        }
        if found.is_empty() && !words.is_empty() {
            let diagnoses = self.records.diagnoses.titled(&words, on, max);
            found.extend(diagnoses.into_iter().map(|entry| node(CodeSystem::Icd10Cm, entry.code, entry.title)));
            let level2 = self.records.level2.titled(&words, on, max);
            found.extend(level2.into_iter().map(|(code, title)| node(CodeSystem::Hcpcs, code, title)));
        }
        found.truncate(max);
        found
    }
}
