//! `inspect FILE…`: what intake makes of mails, nothing stored.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::domain::address::Correspondent;
use crate::domain::message::InboundMessage;
use crate::parse::inspection::inspection;
use crate::parse::{self, ReadOptions};

/// Show what intake makes of mails; nothing is stored.
#[derive(Debug, clap::Args)]
pub struct Inspect {
    /// Mails as files (RFC 5322).
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Believe Authentication-Results whose authserv-id is SUFFIX or ends in `.SUFFIX`; an empty SUFFIX believes the
    /// topmost field where it names no authserv-id.
    #[arg(long, value_name = "SUFFIX")]
    pub trusted_authserv: Vec<String>,
}

/// Prints an object or a summary a file; a file that cannot be read is named on stderr and makes the exit code 1.
///
/// # Errors
/// Where standard output cannot be written.
pub fn run(inspect: &Inspect, json: bool, mut options: ReadOptions) -> anyhow::Result<ExitCode> {
    options.trusted_authserv.extend(inspect.trusted_authserv.iter().cloned());
    let mut out = BufWriter::new(io::stdout().lock());
    let mut code = ExitCode::SUCCESS;
    for file in &inspect.files {
        let name = file.to_string_lossy();
        let raw = match std::fs::read(file) {
            Ok(raw) => raw,
            Err(error) => {
                writeln!(io::stderr(), "{name}: {error}")?;
                code = ExitCode::FAILURE;
                continue;
            }
        };
        let message = parse::read(&raw, &options);
        if json {
            writeln!(out, "{}", inspection(&name, &message))?;
        } else {
            summary(&mut out, &name, &message)?;
        }
    }
    out.flush()?;
    Ok(code)
}

/// What a person wants to see at a glance, without what could identify a patient.
fn summary(out: &mut impl Write, name: &str, message: &InboundMessage) -> io::Result<()> {
    let author = message.from.as_ref().and_then(Correspondent::checked).map_or_else(|| "nobody".to_owned(), |from| from.masked());
    let reply = if message.may_reply { "may be answered" } else { "is never answered" };
    writeln!(out, "{name}")?;
    writeln!(out, "  from      {author}")?;
    writeln!(out, "  subject   {}", message.redacted_subject)?;
    writeln!(out, "  origin    {:?}: {}; {reply}", message.origin, message.origin_reason)?;
    writeln!(
        out,
        "  sender    {:?} by {}",
        message.authentication.result,
        message.authentication.by.as_deref().unwrap_or("nobody trusted")
    )?;
    let codes: Vec<String> = message
        .question
        .codes
        .iter()
        .map(|mention| mention.modifiers.iter().fold(mention.code.to_string(), |code, modifier| format!("{code}-{modifier}")))
        .collect();
    writeln!(out, "  codes     {}", if codes.is_empty() { "none".to_owned() } else { codes.join(", ") })?;
    writeln!(out, "  asks      {:?}", message.question.intents)?;
    for line in message.question.text.lines() {
        writeln!(out, "  | {line}")?;
    }
    for problem in &message.problems {
        writeln!(out, "  problem   {problem}")?;
    }
    Ok(())
}
