//! `code`: the records of codes.

use std::process::ExitCode;

use jiff::civil::Date;
use serde::Serialize;

use super::Global;
use super::print::{BOLD, DIM, GREEN, RED, YELLOW, json_line, line, styled};
use crate::codebook::{Codebook, Lookup, Record};
use crate::domain::code::{CodeRef, CodeSystem, Effect, Family, Modifier, Source};

/// Show the records of codes
#[derive(Debug, clap::Args)]
pub struct Code {
    /// Diagnosis codes with or without their dot, HCPCS codes, CPT numbers, two-character modifiers
    #[arg(required = true, value_name = "CODE")]
    codes: Vec<String>,
    /// The day on which the record is looked at [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
}

impl Code {
    /// Exit code 1 where a code is in no record.
    pub fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        let codebook = global.codebook()?;
        let on = self.on.unwrap_or_else(|| jiff::Zoned::now().date());
        let mut all_found = true;
        for text in &self.codes {
            let shown = match Modifier::parse(text) {
                Ok(modifier) => Shown::modifier(&codebook, modifier, on),
                Err(_) => Shown::code(&codebook, &CodeRef::new(system(text), text), on),
            };
            all_found &= !matches!(shown.status, Status::Unknown | Status::NotLoaded);
            if global.json {
                json_line(&shown)?;
            } else {
                shown.print()?;
            }
        }
        Ok(if all_found { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The system that a code's shape belongs to: five digits (or four and a final T, F, U, A, M) are CPT's, a letter and four
/// digits HCPCS's, all else is read as a diagnosis.
fn system(text: &str) -> CodeSystem {
    let text = text.trim().to_ascii_uppercase();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (head, tail) = text.split_at_checked(4).unwrap_or((&text, ""));
    let letter_first = text.starts_with(|c: char| c.is_ascii_alphabetic());
    if text.len() == 5 && digits(head) && tail.chars().all(|c| c.is_ascii_digit() || "TFUAM".contains(c)) {
        CodeSystem::Cpt
    } else if text.len() == 5 && letter_first && text.get(1..).is_some_and(digits) {
        CodeSystem::Hcpcs
    } else if text.len() == 7 && !text.contains('.') && text.starts_with(|c: char| c.is_ascii_digit()) {
        CodeSystem::Icd10Pcs
    } else {
        CodeSystem::Icd10Cm
    }
}

/// A code as `code --json` prints it.
#[derive(Debug, Serialize)]
struct Shown {
    system: CodeSystem,
    code: String,
    on: Date,
    status: Status,
    title: Option<String>,
    effective: Option<Date>,
    terminated: Option<Date>,
    inclusions: Vec<String>,
    /// What a heading stands above.
    children: Vec<CodeRef>,
    replaced_by: Vec<CodeRef>,
    nearest: Vec<CodeRef>,
    source: Option<Family>,
    edition: Option<String>,
    file: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
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

    fn code(codebook: &Codebook, code: &CodeRef, on: Date) -> Self {
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

    fn modifier(codebook: &Codebook, modifier: Modifier, on: Date) -> Self {
        let bare = |status| Self::bare(CodeSystem::Modifier, modifier.as_str(), on, status);
        match codebook.modifier(modifier, on) {
            Some(record) => {
                let status = if record.effect.covers(on) { Status::Valid } else { Status::OutOfForce };
                Self { title: Some(record.meaning), ..bare(status).dated(record.effect).from(record.source) }
            }
            None => bare(Status::Unknown),
        }
    }

    fn print(&self) -> anyhow::Result<()> {
        let status = match self.status {
            Status::Valid => styled(GREEN, "valid"),
            Status::NotBillable => styled(YELLOW, "a heading, not billable"),
            Status::OutOfForce => styled(RED, "not in force"),
            Status::Unknown => styled(RED, "no such code"),
            Status::NumberOnly => "the number is in the edits; its wording is not loaded".to_owned(),
            Status::NotLoaded => styled(YELLOW, "nothing of this code system is loaded"),
        };
        line(format!("{} {} on {}: {status}", styled(BOLD, &self.code), self.system, self.on))?;
        for text in self.title.iter().chain(&self.inclusions) {
            line(format!("  {text}"))?;
        }
        for (label, codes) in [("one of", &self.children), ("replaced by", &self.replaced_by), ("nearest", &self.nearest)] {
            if !codes.is_empty() {
                let codes: Vec<&str> = codes.iter().map(|code| code.code.as_str()).collect();
                line(format!("  {label}: {}", codes.join(", ")))?;
            }
        }
        if let (Some(source), Some(edition)) = (self.source, &self.edition) {
            let from = self.effective.map(|day| format!(", from {day}")).unwrap_or_default();
            let to = self.terminated.map(|day| format!(", to {day}")).unwrap_or_default();
            line(styled(DIM, format!("  {source} {edition}{from}{to}")))?;
        }
        Ok(())
    }
}
