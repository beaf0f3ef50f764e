//! `ask`: what would be answered, nothing stored.

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::civil::Date;

use super::answering::{Answered, Answering, Asked, mail};
use super::print::{BOLD, DIM, json_line, line, styled};
use super::{Global, WrongUse};
use crate::domain::policy::Editions;

/// Show what would be answered; nothing is stored
#[derive(Debug, clap::Args)]
pub struct Ask {
    /// The question; without it and without --eml, standard input
    text: Option<String>,
    /// The question as a mail file (RFC 5322)
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    eml: Option<PathBuf>,
    /// Earlier mails of the thread, oldest first
    #[arg(long, value_name = "FILE", num_args = 1..)]
    thread: Vec<PathBuf>,
    /// Who asks
    #[arg(long = "as", value_name = "ADDRESS")]
    from: Option<String>,
    /// The day that counts as today [default: today]
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

impl Ask {
    pub fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.config()?;
        let answering = Answering {
            codebook: global.codebook()?,
            policy: config.policy.policy(Editions::Loaded),
            today: self.today.unwrap_or_else(|| jiff::Zoned::now().date()),
        };
        let thread = self.thread.iter().map(|file| read(file)).collect::<anyhow::Result<_>>()?;
        let answered = answering.answer(None, &Asked { raw: self.raw()?, thread, date_of_service: None })?;
        if global.json {
            json_line(&answered)?;
        } else {
            show(&answered)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn raw(&self) -> anyhow::Result<Vec<u8>> {
        if let Some(file) = &self.eml {
            return read(file);
        }
        let text = match &self.text {
            Some(text) => text.clone(),
            None if std::io::stdin().is_terminal() => {
                return Err(WrongUse("there is no question: write it behind `ask`, or name a mail with --eml".to_owned()).into());
            }
            None => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text).context("reading the question from standard input")?;
                text
            }
        };
        Ok(mail("", self.from.as_deref(), &text))
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("{} can't be read", file.display()))
}

fn show(answered: &Answered) -> anyhow::Result<()> {
    let codes: Vec<String> = answered
        .codes
        .iter()
        .map(|code| code.modifiers.iter().fold(code.code.clone(), |code, modifier| format!("{code}-{modifier}")))
        .collect();
    line(format!("{} {}, confidence {:.2}", styled(BOLD, "route"), answered.route.name(), answered.confidence))?;
    line(format!("{} {}", styled(BOLD, "codes"), if codes.is_empty() { "none".to_owned() } else { codes.join(", ") }))?;
    for reason in answered.reservations.iter().chain(&answered.ground_check.problems) {
        line(format!("{} {reason}", styled(BOLD, "note ")))?;
    }
    line(styled(DIM, "----"))?;
    line(answered.draft_text.trim_end())
}
