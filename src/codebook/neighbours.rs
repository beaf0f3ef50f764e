//! What stands around a code: above it, below it, its notes, and the codes that an edit pairs it with.

use jiff::civil::Date;

use super::edition::{TabularNote, TabularNoteKind};
use super::edits::PairRecord;
use super::{Codebook, edition, search};
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

    fn of_tabular(kind: TabularNoteKind) -> Option<Self> {
        match kind {
            TabularNoteKind::Includes => Some(Self::Includes),
            TabularNoteKind::Inclusion => Some(Self::Inclusion),
            TabularNoteKind::Excludes1 => Some(Self::Excludes1),
            TabularNoteKind::Excludes2 => Some(Self::Excludes2),
            TabularNoteKind::CodeFirst => Some(Self::CodeFirst),
            TabularNoteKind::UseAdditional => Some(Self::UseAdditional),
            TabularNoteKind::CodeAlso => Some(Self::CodeAlso),
            TabularNoteKind::SeventhCharacter | TabularNoteKind::General => None,
        }
    }
}

impl Codebook {
    /// What the code stands under on `on`, the widest first; empty where the system has no tree or holds no such code.
    pub fn above(&self, code: &CodeRef, on: Date) -> Vec<Node> {
        if code.system != CodeSystem::Icd10Cm {
            return Vec::new();
        }
        if let Some(edition) = self.with(Family::Icd10Cm, "tabular") {
            let line = edition.ancestors(code, on).into_iter().rev();
            return line.map(|(code, title)| Node { code, title: Some(title) }).collect();
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
        if let Some(edition) = self.with(Family::Icd10Cm, "tabular") {
            let titled = |code: CodeRef| Node { title: edition.title_at(&code, on), code };
            return edition.below(code, on).into_iter().map(titled).collect();
        }
        let bare = code.undotted();
        let entries = self.records.diagnoses.next_below(&bare, on);
        let node =
            |code: &str, title: &str| Node { code: CodeRef::new(CodeSystem::Icd10Cm, code), title: Some(title.to_owned()) };
        entries.into_iter().map(|entry| node(entry.code, entry.title)).collect()
    }

    /// The notes of the code and of everything above it on `on`, the nearest first.
    pub fn notes(&self, code: &CodeRef, on: Date) -> Vec<Note> {
        if code.system != CodeSystem::Icd10Cm {
            return Vec::new();
        }
        if let Some(edition) = self.with(Family::Icd10Cm, "tabular") {
            let note = |note: TabularNote| Some(Note { kind: NoteKind::of_tabular(note.kind)?, at: note.at, text: note.note });
            return edition.tabular_notes(code, on).into_iter().filter_map(note).collect();
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

    /// What each seventh character means on `on` that the code, or what stands above it, asks for.
    pub fn seventh_characters(&self, code: &CodeRef, on: Date) -> Vec<(char, String)> {
        if code.system != CodeSystem::Icd10Cm {
            return Vec::new();
        }
        if let Some(edition) = self.with(Family::Icd10Cm, "tabular") {
            let meanings = edition.seventh_characters(code, on).into_iter();
            return meanings.map(|seventh| (seventh.character, seventh.meaning)).collect();
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

    /// Codes that a text may mean: that begin as it does, or that its words lead to; none where the index can't be read.
    pub fn resembling(&self, text: &str, on: Date, max: usize) -> Vec<Node> {
        self.found(text, None, on, max).into_iter().map(|(node, _)| node).collect()
    }

    /// As [`Self::resembling`], in one system or all, each code with the reason why it was found.
    pub fn found(&self, text: &str, system: Option<CodeSystem>, on: Date, max: usize) -> Vec<(Node, String)> {
        let search = match self.search() {
            Ok(search) => search,
            Err(error) => {
                tracing::error!(edition = self.edition(), %error, "the search index can't be read");
                return Vec::new();
            }
        };
        let system = system.map(CodeSystem::name).and_then(search::system);
        let hits = search.find(&search::Query { text, system, limit: max, on: Some(on) });
        let node = |hit: search::Hit| {
            let system = CodeSystem::ALL.into_iter().find(|system| search::system(system.name()) == Some(hit.system))?;
            let title = Some(hit.title).filter(|title| !title.is_empty());
            Some((Node { code: CodeRef::new(system, &hit.code), title }, hit.why))
        };
        hits.into_iter().filter_map(node).collect()
    }
}
