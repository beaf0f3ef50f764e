//! `case …`: the queue from a terminal. Every act names its consultant.

mod act;
mod desk;
mod list;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};

use super::Global;
use super::consultant::address;
use crate::domain::address::EmailAddress;
use crate::domain::id::CaseNumber;

/// The queue: look at cases, draft, review and approve
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// List cases, the oldest first
    List(list::List),
    /// Show a case, and the mail exactly as it would leave with its hash
    Show(show::Show),
    /// Take a queued case in hand
    Take(Acting),
    /// Put a case back into the queue
    Release(Acting),
    /// Write or change the draft, in $EDITOR or from a file
    Edit {
        #[command(flatten)]
        acting: Acting,
        /// The text, instead of an editor; `-` is standard input
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// What the draft is [default: what it was, else an answer]
        #[arg(long, value_enum)]
        kind: Option<Kind>,
    },
    /// Hand your draft to review
    Submit(Acting),
    /// Approve the mail under review: it leaves once the undo window is over
    Approve {
        #[command(flatten)]
        acting: Acting,
        /// The hash that `case show` printed; without it the mail is shown and you are asked
        #[arg(long)]
        hash: Option<String>,
    },
    /// Give a draft back with notes
    Return {
        #[command(flatten)]
        acting: Acting,
        notes: String,
        /// The consultant who is to draft; without it, whoever takes it
        #[arg(long, value_name = "CONSULTANT")]
        assign: Option<String>,
    },
    /// Ask the requester for what is missing; asking is approving
    Ask {
        #[command(flatten)]
        acting: Acting,
        /// The text; without it, $EDITOR
        text: Option<String>,
    },
    /// Link a held case to an account
    Link {
        #[command(flatten)]
        acting: Acting,
        /// Its number, its name, or an address of its
        account: String,
    },
    /// Close a case that asks nothing
    Dismiss(Acting),
    /// Take an approved mail back before it is sent
    Undo(Acting),
    /// Close a case
    Close {
        #[command(flatten)]
        acting: Acting,
        #[arg(long, value_enum, default_value_t = Reason::Withdrawn)]
        reason: Reason,
    },
    /// Keep a note among ourselves: it stands in the case's history and is never sent
    Note {
        #[command(flatten)]
        acting: Acting,
        /// The text; without it, $EDITOR
        text: Option<String>,
    },
    /// Give a case to a consultant; a lead may take it out of another's hands
    Assign {
        #[command(flatten)]
        acting: Acting,
        #[arg(long, value_name = "CONSULTANT")]
        to: String,
    },
    /// Close a case into another of the same asker or account, where its question is answered
    Merge {
        #[command(flatten)]
        acting: Acting,
        /// The case that goes on
        #[arg(long, value_name = "CASE")]
        into: CaseNumber,
    },
    /// Move mails of a case into a case of their own
    Split {
        #[command(flatten)]
        acting: Acting,
        /// A mail's number as `case show` prints it; may be repeated
        #[arg(long = "mail", value_name = "N", required = true)]
        mails: Vec<i64>,
    },
    /// Read a case's question otherwise: it is researched again and drafted anew; what is not named stays as it was read
    Reading {
        #[command(flatten)]
        acting: Acting,
        /// Who pays, such as medicare; `none` where the mail does not say
        #[arg(long)]
        payer: Option<String>,
        /// The date of service, YYYY-MM-DD; `none` where the mail does not say
        #[arg(long, value_name = "DATE")]
        date_of_service: Option<String>,
        /// What is asked, such as `pair_edit`; may be repeated
        #[arg(long = "intent", value_name = "INTENT")]
        intents: Vec<String>,
    },
    /// Say what you find in an answer that was sent: right, could be better, or wrong
    Check {
        #[command(flatten)]
        acting: Acting,
        #[arg(long, value_enum)]
        finding: Found,
        /// Why; only a right answer needs no word
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Send the answer of an undeliverable case to another address, approved anew
    Resend {
        #[command(flatten)]
        acting: Acting,
        #[arg(long, value_parser = address)]
        to: EmailAddress,
    },
}

/// A case, and who acts on it.
#[derive(Debug, clap::Args)]
pub struct Acting {
    /// The case number: CC-000042 or 42
    case: CaseNumber,
    /// Who acts
    #[arg(long = "as", value_name = "CONSULTANT")]
    handle: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Kind {
    Answer,
    Clarification,
    Refusal,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Found {
    Right,
    CouldBeBetter,
    Wrong,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Reason {
    Withdrawn,
    OutOfScope,
}

impl CaseCommand {
    pub async fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(list) => list.run(global).await?,
            Self::Show(show) => show.run(global).await?,
            Self::Take(acting) => act::take(global, acting).await?,
            Self::Release(acting) => act::release(global, acting).await?,
            Self::Edit { acting, from, kind } => act::edit(global, acting, from.as_deref(), *kind).await?,
            Self::Submit(acting) => act::submit(global, acting).await?,
            Self::Approve { acting, hash } => act::approve(global, acting, hash.as_deref()).await?,
            Self::Return { acting, notes, assign } => act::give_back(global, acting, notes, assign.as_deref()).await?,
            Self::Ask { acting, text } => act::ask(global, acting, text.as_deref()).await?,
            Self::Link { acting, account } => act::link(global, acting, account).await?,
            Self::Dismiss(acting) => act::dismiss(global, acting).await?,
            Self::Undo(acting) => act::undo(global, acting).await?,
            Self::Close { acting, reason } => act::close(global, acting, *reason).await?,
            Self::Note { acting, text } => desk::note(global, acting, text.as_deref()).await?,
            Self::Assign { acting, to } => desk::assign(global, acting, to).await?,
            Self::Merge { acting, into } => desk::merge(global, acting, *into).await?,
            Self::Split { acting, mails } => desk::split(global, acting, mails).await?,
            Self::Reading { acting, payer, date_of_service, intents } => {
                desk::reading(global, acting, payer.as_deref(), date_of_service.as_deref(), intents).await?;
            }
            Self::Check { acting, finding, reason } => desk::check(global, acting, *finding, reason).await?,
            Self::Resend { acting, to } => act::resend(global, acting, to).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
