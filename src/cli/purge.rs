//! `purge`: what retention asks for.

use std::process::ExitCode;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::Global;
use super::print::{json_line, line};

/// Delete what is past its retention: raw mail with its attachments, and what long closed cases hold
#[derive(Debug, clap::Args)]
pub struct Purge {
    /// Say what would go, and delete nothing
    #[arg(long)]
    dry_run: bool,
}

impl Purge {
    pub async fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        let privacy = global.config()?.privacy;
        let store = global.store().await?;
        let now = Timestamp::now();
        let before = |days: u32| now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN);
        let (raw, closed) = (before(privacy.raw_retention_days), before(privacy.case_retention_days));
        let found = store.purge(raw, closed, self.dry_run, now).await?;
        if global.json {
            json_line(&json!({ "dry_run": self.dry_run, "raw_messages": found.raw_messages, "cases": found.cases }))?;
            return Ok(ExitCode::SUCCESS);
        }
        let verb = if self.dry_run { "would delete" } else { "deleted" };
        line(format!(
            "{verb} the bytes of {} mails received more than {} days ago",
            found.raw_messages, privacy.raw_retention_days
        ))?;
        line(format!(
            "{verb} what {} cases hold that were closed more than {} days ago",
            found.cases, privacy.case_retention_days
        ))?;
        line("the audit chain stays whole: `audit verify` holds it against its hashes")?;
        Ok(ExitCode::SUCCESS)
    }
}
