//! `case …`: the queue from a terminal. Every act names its consultant.

mod list;
mod show;
mod view;

use std::process::ExitCode;

use clap::Subcommand;

use super::Global;

/// The queue: look at cases, draft, review and approve
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// List cases, the oldest first
    List(list::List),
    /// Show a case, and the mail exactly as it would leave with its hash
    Show(show::Show),
}

impl CaseCommand {
    pub async fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(list) => list.run(global).await?,
            Self::Show(show) => show.run(global).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
