//! `reconcile`: the mailboxes held against the store.

use std::process::ExitCode;

use serde_json::json;

use super::Global;
use super::eval::progress;
use super::print::{GREEN, RED, json_line, line, styled};
use crate::mailbox;

/// Compare the mailboxes with the store; prints `N missing`, exit code 1 where N > 0
#[derive(Debug, clap::Args)]
pub struct Reconcile {}

impl Reconcile {
    pub async fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.config()?;
        let store = global.store().await?;
        let settings = config.mailbox_settings();
        let bar = progress(settings.len());
        let mut missing = 0;
        for mailbox in settings {
            let found = mailbox::reconcile(&mailbox, &store).await?;
            bar.inc(1);
            missing += found.missing.len();
            if global.json {
                json_line(&json!({
                    "mailbox": found.mailbox, "in_folder": found.in_folder, "in_target": found.in_target, "seen": found.seen,
                    "missing": found.missing.len(), "unaccounted": found.unaccounted, "remarks": found.remarks(),
                }))?;
            } else {
                line(format!(
                    "{}: {} in the folder, {} where taken mail is moved to, {} in the store",
                    found.mailbox, found.in_folder, found.in_target, found.seen
                ))?;
                for one in &found.missing {
                    line(format!("  {} {:?} in {}", styled(RED, "missing"), one.place, one.folder))?;
                }
                for remark in found.remarks() {
                    line(format!("  {remark}"))?;
                }
            }
        }
        bar.finish_and_clear();
        let style = if missing == 0 { GREEN } else { RED };
        if global.json {
            json_line(&json!({ "missing": missing }))?;
        } else {
            line(styled(style, format!("{missing} missing")))?;
        }
        Ok(if missing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
