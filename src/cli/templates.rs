//! `templates check` and `templates preview KIND`.

use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};

use super::Global;
use super::print::{GREEN, json_line, line, styled};
use crate::domain::outgoing::OutgoingKind;
use crate::render;

/// Render the mail templates with samples
#[derive(Debug, Subcommand)]
pub enum TemplatesCommand {
    /// Render every template with every sample
    Check,
    /// Print one kind of mail as it would read
    Preview {
        #[arg(value_enum)]
        kind: Kind,
        /// The HTML part instead of the plain text
        #[arg(long)]
        html: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Kind {
    Answer,
    Clarification,
    Refusal,
    Acknowledgement,
    Notice,
    Review,
}

impl From<Kind> for OutgoingKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Answer => Self::Answer,
            Kind::Clarification => Self::Clarification,
            Kind::Refusal => Self::Refusal,
            Kind::Acknowledgement => Self::Acknowledgement,
            Kind::Notice => Self::Notice,
            Kind::Review => Self::Review,
        }
    }
}

impl TemplatesCommand {
    pub fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        match self {
            Self::Check => {
                for name in render::check_all()? {
                    if global.json {
                        json_line(&serde_json::json!({ "template": name, "level": "ok" }))?;
                    } else {
                        line(format!("{}  {name}", styled(GREEN, "ok")))?;
                    }
                }
            }
            Self::Preview { kind, html } => {
                let (subject, text, page) = render::preview((*kind).into())?;
                if global.json {
                    json_line(&serde_json::json!({ "subject": subject, "text": text, "html": page }))?;
                } else if *html {
                    line(page)?;
                } else {
                    line(format!("Subject: {subject}\n\n{text}"))?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
