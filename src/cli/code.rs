//! `code`: the records of codes.

use std::process::ExitCode;

use jiff::civil::Date;

use super::Global;
use super::print::{BOLD, DIM, GREEN, RED, YELLOW, json_line, line, styled};
use crate::codebook::{Shown, Status};
use crate::domain::code::{CodeRef, CodeSystem, Modifier};

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
                print(&shown)?;
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

fn print(shown: &Shown) -> anyhow::Result<()> {
    let status = match shown.status {
        Status::Valid => styled(GREEN, "valid"),
        Status::NotBillable => styled(YELLOW, "a heading, not billable"),
        Status::OutOfForce => styled(RED, "not in force"),
        Status::Unknown => styled(RED, "no such code"),
        Status::NumberOnly => "the number is in the edits; its wording is not loaded".to_owned(),
        Status::NotLoaded => styled(YELLOW, "nothing of this code system is loaded"),
    };
    line(format!("{} {} on {}: {status}", styled(BOLD, &shown.code), shown.system, shown.on))?;
    for text in shown.title.iter().chain(&shown.inclusions) {
        line(format!("  {text}"))?;
    }
    for (label, codes) in [("one of", &shown.children), ("replaced by", &shown.replaced_by), ("nearest", &shown.nearest)] {
        if !codes.is_empty() {
            let codes: Vec<&str> = codes.iter().map(|code| code.code.as_str()).collect();
            line(format!("  {label}: {}", codes.join(", ")))?;
        }
    }
    if let (Some(source), Some(edition)) = (shown.source, &shown.edition) {
        let from = shown.effective.map(|day| format!(", from {day}")).unwrap_or_default();
        let to = shown.terminated.map(|day| format!(", to {day}")).unwrap_or_default();
        line(styled(DIM, format!("  {source} {edition}{from}{to}")))?;
    }
    Ok(())
}
