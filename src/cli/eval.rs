//! `eval`: answers a question set, one `ask` object a line.

use std::io::{BufRead as _, BufReader, IsTerminal as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use serde::Deserialize;

use super::Global;
use super::answering::{Answering, Asked, mail};
use super::print::json_line;
use crate::domain::policy::Editions;

/// Answer a question set, one object a line; nothing is stored
#[derive(Debug, clap::Args)]
pub struct Eval {
    /// Rows with id, subject, body, thread, `date_of_service`
    #[arg(value_name = "QUESTIONS.jsonl")]
    questions: PathBuf,
    /// The day that counts as today [default: today]
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

#[derive(Debug, Deserialize)]
struct Row {
    id: Option<String>,
    #[serde(default)]
    subject: Option<String>,
    body: String,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    thread: Option<Vec<Earlier>>,
    #[serde(default)]
    date_of_service: Option<Date>,
}

/// A mail of the thread, oldest first.
#[derive(Debug, Deserialize)]
struct Earlier {
    #[serde(default, alias = "frm")]
    from: Option<String>,
    body: String,
}

impl Row {
    fn asked(&self) -> Asked {
        let subject = self.subject.as_deref().unwrap_or_default();
        let thread = self.thread.iter().flatten().map(|earlier| mail(subject, earlier.from.as_deref(), &earlier.body)).collect();
        Asked { raw: mail(subject, self.from.as_deref(), &self.body), thread, date_of_service: self.date_of_service }
    }
}

impl Eval {
    pub fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.config()?;
        let answering = Answering {
            codebook: global.codebook()?,
            policy: config.policy.policy(Editions::Loaded),
            today: self.today.unwrap_or_else(|| jiff::Zoned::now().date()),
        };
        let rows = self.rows()?;
        let bar = progress(rows.len());
        for row in rows {
            json_line(&answering.answer(row.id.clone(), &row.asked())?)?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(ExitCode::SUCCESS)
    }

    fn rows(&self) -> anyhow::Result<Vec<Row>> {
        let name = self.questions.display();
        let file = std::fs::File::open(&self.questions).with_context(|| format!("{name} can't be read"))?;
        let mut rows = Vec::new();
        for (at, line) in BufReader::new(file).lines().enumerate() {
            let line = line.with_context(|| format!("{name} can't be read"))?;
            if !line.trim().is_empty() {
                rows.push(serde_json::from_str(&line).with_context(|| format!("{name}, line {}: not a question row", at + 1))?);
            }
        }
        Ok(rows)
    }
}

/// A bar on stderr where that is a terminal and stdout is not, else nothing.
pub fn progress(steps: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() || std::io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(steps as u64).with_style(style)
}
