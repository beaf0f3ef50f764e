//! `search`: codes by words, in every code system.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context as _;
use jiff::civil::Date;
use serde::Serialize;

use super::Global;
use super::print::{BOLD, DIM, json_line, line, styled};
use crate::codebook::search::{Hit, Query, SYSTEMS, system};

/// Find codes by words: lay or clinical, shorthand, mistyped, Spanish, a trade name, a piece of a code
#[derive(Debug, clap::Args)]
pub struct SearchCommand {
    /// What to look for
    #[arg(required_unless_present = "batch", num_args = 1.., value_name = "TEXT")]
    text: Vec<String>,
    /// Only this code system: icd10cm, icd10pcs, hcpcs, modifier, pos, cpt, msdrg, manual, …
    #[arg(long, value_name = "SYSTEM")]
    system: Option<String>,
    /// How many to show
    #[arg(long, default_value_t = 10, value_name = "N")]
    limit: usize,
    /// The day on which the codes have to be in force [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// A file with a query a line; prints one object a query
    #[arg(long, conflicts_with = "text", value_name = "FILE")]
    batch: Option<PathBuf>,
}

#[derive(Serialize)]
struct Answer<'a> {
    query: &'a str,
    hits: Vec<Hit>,
    elapsed_us: u128,
}

impl SearchCommand {
    /// Exit code 1 where a single search finds nothing.
    pub fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        let system = match &self.system {
            Some(name) => {
                Some(system(name).with_context(|| format!("no code system is named {name}; there are {}", SYSTEMS.join(", ")))?)
            }
            None => None,
        };
        let on = self.on.unwrap_or_else(|| jiff::Zoned::now().date());
        let search = global.codebook()?.search()?;
        let ask = |text: &str| search.find(&Query { text, system, limit: self.limit, on: Some(on) });
        if let Some(file) = &self.batch {
            let text = std::fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?;
            for query in text.lines() {
                let start = Instant::now();
                let hits = ask(query);
                json_line(&Answer { query, hits, elapsed_us: start.elapsed().as_micros() })?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let hits = ask(&self.text.join(" "));
        for hit in &hits {
            if global.json {
                json_line(hit)?;
            } else {
                let title = if hit.title.is_empty() { "the number; its wording is not loaded" } else { &hit.title };
                line(format!("{} {} {title}", styled(BOLD, &hit.code), hit.system))?;
                line(styled(DIM, format!("  {}", hit.why)))?;
            }
        }
        if hits.is_empty() && !global.json {
            line("nothing found; try fewer or other words, or another system".to_owned())?;
        }
        Ok(if hits.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
