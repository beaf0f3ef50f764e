//! One code on a day, in the shape that readers outside get.

use jiff::civil::Date;
use serde::Serialize;

use super::{Codebook, Lookup, Record};
use crate::domain::code::{CodeRef, CodeSystem, Effect, Family, Modifier, Source};

/// A code on a day, as the terminal and the JSON interface show it.
#[derive(Debug, Serialize)]
pub struct Shown {
    pub system: CodeSystem,
    pub code: String,
    pub on: Date,
    pub status: Status,
    pub title: Option<String>,
    pub effective: Option<Date>,
    pub terminated: Option<Date>,
    pub inclusions: Vec<String>,
    /// What a heading stands above.
    pub children: Vec<CodeRef>,
    pub replaced_by: Vec<CodeRef>,
    pub nearest: Vec<CodeRef>,
    pub source: Option<Family>,
    pub edition: Option<String>,
    pub file: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Valid,
    NotBillable,
    OutOfForce,
    Unknown,
    /// The edits name the number; its wording is not loaded.
    NumberOnly,
    NotLoaded,
}

impl Shown {
    fn bare(system: CodeSystem, code: &str, on: Date, status: Status) -> Self {
        Self {
            system,
            code: code.to_owned(),
            on,
            status,
            title: None,
            effective: None,
            terminated: None,
            inclusions: Vec::new(),
            children: Vec::new(),
            replaced_by: Vec::new(),
            nearest: Vec::new(),
            source: None,
            edition: None,
            file: None,
        }
    }

    fn from(mut self, source: Source) -> Self {
        self.source = Some(source.family);
        self.edition = Some(source.edition);
        self.file = Some(source.file);
        self
    }

    fn dated(mut self, effect: Effect) -> Self {
        (self.effective, self.terminated) = (effect.effective, effect.terminated);
        self
    }

    fn recorded(mut self, record: Record) -> Self {
        self.title = record.title;
        self.inclusions = record.inclusions;
        self.dated(record.effect).from(record.source)
    }

    pub fn code(codebook: &Codebook, code: &CodeRef, on: Date) -> Self {
        let bare = |status| Self::bare(code.system, &code.code, on, status);
        match codebook.record(code, on) {
            Lookup::Valid(record) => bare(Status::Valid).recorded(record),
            Lookup::NotBillable { record, children } => Self { children, ..bare(Status::NotBillable).recorded(record) },
            Lookup::OutOfForce { record, replaced_by } => Self { replaced_by, ..bare(Status::OutOfForce).recorded(record) },
            Lookup::Unknown { source, nearest } => Self { nearest, ..bare(Status::Unknown).from(source) },
            Lookup::NumberOnly { source } => bare(Status::NumberOnly).from(source),
            Lookup::NotLoaded => bare(Status::NotLoaded),
        }
    }

    pub fn modifier(codebook: &Codebook, modifier: Modifier, on: Date) -> Self {
        let bare = |status| Self::bare(CodeSystem::Modifier, modifier.as_str(), on, status);
        match codebook.modifier(modifier, on) {
            Some(record) => {
                let status = if record.effect.covers(on) { Status::Valid } else { Status::OutOfForce };
                Self { title: Some(record.meaning), ..bare(status).dated(record.effect).from(record.source) }
            }
            None => bare(Status::Unknown),
        }
    }
}
