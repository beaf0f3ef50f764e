//! `migrate`: the store's schema up to date.

use std::process::ExitCode;

use super::Global;
use super::print::{json_line, line};

/// Bring the store's schema up to date
#[derive(Debug, clap::Args)]
pub struct Migrate {}

impl Migrate {
    pub async fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        global.store().await?;
        if global.json {
            json_line(&serde_json::json!({ "migrated": true }))?;
        } else {
            line("the store's schema is up to date")?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
