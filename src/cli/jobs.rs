//! `jobs list` and `jobs retry`: work that waits, and dead letters with their second chance.

use std::process::ExitCode;

use clap::Subcommand;
use jiff::Timestamp;
use serde_json::json;

use super::Global;
use super::print::{age, json_line, line, table};
use crate::domain::hook::Tidings;
use crate::domain::id::JobId;
use crate::domain::job::{JobKind, JobView};

/// Work that waits, and dead letters with their second chance
#[derive(Debug, Subcommand)]
pub enum JobsCommand {
    /// List jobs that are not done
    List {
        /// Only those put aside after failing too often
        #[arg(long)]
        dead: bool,
    },
    /// Make dead jobs ready again
    Retry {
        #[arg(required = true, value_name = "JOB")]
        jobs: Vec<i64>,
    },
}

impl JobsCommand {
    pub async fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        let store = global.store().await?;
        match self {
            Self::List { dead } => show(&store.jobs(*dead).await?, global.json)?,
            Self::Retry { jobs } => {
                for id in jobs {
                    let kind = store.retry(JobId(*id), Timestamp::now()).await?;
                    if global.json {
                        json_line(&json!({ "id": id, "job": kind.name(), "state": "ready" }))?;
                    } else {
                        line(format!("job {id} ({}) is ready again", kind.name()))?;
                    }
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn show(jobs: &[JobView], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return jobs.iter().try_for_each(json_line);
    }
    let now = Timestamp::now();
    let rows: Vec<Vec<String>> = jobs
        .iter()
        .map(|job| {
            let wait = job.run_at.duration_since(now).as_secs();
            vec![
                job.id.to_string(),
                job.kind.name().to_owned(),
                about(&job.kind),
                job.state.name().to_owned(),
                if wait > 0 { format!("in {}", age(wait)) } else { format!("{} ago", age(-wait)) },
                job.leases.to_string(),
                job.last_error.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(&["id", "job", "about", "state", "due", "begun", "last error"], &rows)
}

/// What a job is about, for a person.
fn about(kind: &JobKind) -> String {
    use crate::domain::id::CaseNumber;
    match kind {
        JobKind::Admit { inbound } => format!("mail {inbound}"),
        JobKind::Draft { case, .. }
        | JobKind::Acknowledge { case, .. }
        | JobKind::NotifyReviewers { case, .. }
        | JobKind::Tell { case, .. }
        | JobKind::Lapse { case, .. }
        | JobKind::Hook(Tidings { case, .. })
        | JobKind::Alert { case: Some(case), .. } => CaseNumber::of(*case).to_string(),
        JobKind::Send { outgoing } => outgoing.to_string().chars().take(8).collect(),
        JobKind::Alert { case: None, .. } => String::new(),
    }
}
