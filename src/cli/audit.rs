//! `audit verify`: whether anyone altered, removed or cut off rows of the record.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use super::Global;
use super::print::{GREEN, RED, json_line, line, styled};
use crate::domain::audit::CHAIN_START;
use crate::ports::Store;

/// The record of who did what
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check the chain for altered, removed or cut rows; exit code 1 where it is broken
    Verify,
}

const PAGE: u32 = 1000;

impl AuditCommand {
    pub async fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        match self {
            Self::Verify => {
                let store = global.store().await?;
                let (entries, problems) = verify(store.as_ref()).await?;
                let intact = problems.is_empty();
                if global.json {
                    json_line(&json!({ "entries": entries, "intact": intact, "problems": problems }))?;
                } else {
                    for problem in &problems {
                        line(format!("{}  {problem}", styled(RED, "broken")))?;
                    }
                    let word = if intact { styled(GREEN, "intact") } else { styled(RED, "not intact") };
                    line(format!("{entries} entries, {word}"))?;
                }
                Ok(if intact { ExitCode::SUCCESS } else { ExitCode::FAILURE })
            }
        }
    }
}

/// Walks the chain; the number of entries and what is wrong with them.
async fn verify(store: &dyn Store) -> anyhow::Result<(i64, Vec<String>)> {
    let mut problems = Vec::new();
    let (mut sequence, mut previous, mut entries) = (0, CHAIN_START.to_owned(), 0);
    loop {
        let page = store.audit(sequence, PAGE).await?;
        let Some(last) = page.last().map(|entry| entry.sequence) else { break };
        for entry in page {
            entries += 1;
            if entry.sequence != sequence + 1 {
                problems.push(format!("entries {} to {} are missing", sequence + 1, entry.sequence - 1));
            } else if entry.previous != previous {
                problems.push(format!("entry {} does not follow the one before it", entry.sequence));
            }
            if !entry.is_intact() {
                problems.push(format!("entry {} was altered", entry.sequence));
            }
            (sequence, previous) = (entry.sequence, entry.hash);
        }
        debug_assert_eq!(sequence, last);
    }
    let (head, hash) = store.audit_head().await?;
    if head != sequence {
        problems.push(format!("the chain ends at entry {sequence}, the store remembers {head}: the end was cut off"));
    } else if head > 0 && hash != previous {
        problems.push(format!("entry {head} is not the one that the store remembers"));
    }
    Ok((entries, problems))
}
