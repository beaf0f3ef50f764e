//! `case show`: everything about one case, and the mail exactly as it would leave.

use std::io::Write as _;

use jiff::Timestamp;

use super::super::Global;
use super::super::print::{BOLD, DIM, GREEN, RED, age, json_line, line, styled};
use crate::desk::told::{Names, View, draft, plain_text};
use crate::domain::id::CaseNumber;
use crate::domain::outgoing::Outgoing;
use crate::ports::CaseFile;

#[derive(Debug, clap::Args)]
pub struct Show {
    /// The case number: CC-000042 or 42
    case: CaseNumber,
    /// Print the bytes of the mail and nothing else
    #[arg(long, conflicts_with = "json")]
    raw: bool,
}

impl Show {
    pub async fn run(&self, global: &Global) -> anyhow::Result<()> {
        let store = global.store().await?;
        let file = store.case_file(self.case.case()).await?;
        if self.raw {
            let (_, outgoing) = draft(&file).ok_or_else(|| anyhow::anyhow!("{} has no draft yet", self.case))?;
            return Ok(std::io::stdout().lock().write_all(&outgoing.bytes)?);
        }
        let view = View::of(&file, &Names::read(store.as_ref()).await?, Timestamp::now());
        if global.json { json_line(&view) } else { print(&file, &view) }
    }
}

fn print(file: &CaseFile, view: &View) -> anyhow::Result<()> {
    line(format!("{} {}, round {}", styled(BOLD, view.number), view.state, view.round))?;
    line(format!("  requester  {} ({})", view.requester, view.standing.name()))?;
    line(format!("  account    {}", view.account.as_deref().unwrap_or("none")))?;
    line(format!("  subject    {}", view.subject))?;
    line(format!("  received   {} ago", age(view.age_secs)))?;
    if let Some(handle) = &view.assigned_to {
        line(format!("  in hand    {handle}"))?;
    }
    for message in &file.messages {
        line(format!("\n{} {} {}", styled(BOLD, "mail"), message.inbound, message.received.strftime("%Y-%m-%d %H:%M")))?;
        for text in message.facts.question.text.trim().lines() {
            line(format!("  | {text}"))?;
        }
        for problem in &message.facts.problems {
            line(format!("  {} {problem}", styled(DIM, "note")))?;
        }
    }
    for note in &file.notes {
        line(format!("\n{} {}", styled(BOLD, "note among ourselves"), note.at.strftime("%Y-%m-%d %H:%M")))?;
        for text in note.text.lines() {
            line(format!("  | {text}"))?;
        }
    }
    for sent in &view.outgoing {
        let last = sent.last_answer.as_deref().unwrap_or_default();
        line(format!("\n{} {}, {}, attempts {} {last}", styled(BOLD, "sent"), sent.kind.name(), sent.state, sent.attempts))?;
    }
    match draft(file) {
        Some((_, outgoing)) => print_draft(view, outgoing),
        None => line("\nno draft yet"),
    }
}

fn print_draft(view: &View, outgoing: &Outgoing) -> anyhow::Result<()> {
    let Some(shown) = &view.draft else { return Ok(()) };
    let route = view.route.map_or("", |route| route.name());
    line(format!("\n{} {route}, confidence {:.2}", styled(BOLD, "draft"), view.confidence.unwrap_or_default()))?;
    if shown.ground_check.passed {
        line(format!("  {}", styled(GREEN, "the ground check passed")))?;
    }
    for problem in &shown.ground_check.problems {
        line(format!("  {} {problem}", styled(RED, "ground check")))?;
    }
    for reason in &shown.reservations {
        line(format!("  {} {reason}", styled(DIM, "note")))?;
    }
    print_mail(outgoing)
}

/// Envelope, header and plain text of the mail as it would leave, with its hash. The HTML part says the same.
pub fn print_mail(outgoing: &Outgoing) -> anyhow::Result<()> {
    line(format!("\n{}", styled(DIM, "---- the mail as it would leave ----")))?;
    let from = outgoing.envelope.from.as_ref().map_or("", |from| from.as_str());
    line(format!("{} <{from}> to <{}>", styled(DIM, "envelope"), outgoing.envelope.to))?;
    let bytes = String::from_utf8_lossy(&outgoing.bytes);
    let header = bytes.split("\r\n\r\n").next().unwrap_or_default();
    line(header.replace("\r\n", "\n"))?;
    line("")?;
    line(plain_text(outgoing).trim_end())?;
    line(styled(DIM, "---- end ----"))?;
    line(format!("{} {}", styled(BOLD, "hash"), outgoing.hash().as_str()))
}
