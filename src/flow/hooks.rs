//! Telling other programs by webhook. The job was written with the fact itself, so nothing is missed however long a receiver is down.

use jiff::SignedDuration;

use crate::domain::hook::Tidings;
use crate::domain::id::CaseNumber;
use crate::domain::job::{JobEnd, Lease};
use crate::ports::NotTold;

use super::{Flow, Flowing};

/// The waits between these double from [`FIRST`]: eleven hours in all. Then the job is a dead letter.
const ATTEMPTS_MAX: u32 = 12;
const FIRST: SignedDuration = SignedDuration::from_secs(20);

/// Tells one receiver once; `attempt` counts from 1.
pub async fn tell(flow: &Flow, tidings: &Tidings, attempt: u32, lease: Lease) -> Flowing<()> {
    let id = format!("evt_{}", lease.job);
    let end = match flow.hooks.tell(&tidings.to, &id, &body(tidings), flow.now()).await {
        Ok(()) => JobEnd::Done,
        Err(trouble) => {
            tracing::warn!(receiver = tidings.to, event = tidings.event.name(), attempt, %trouble, "a webhook was not taken");
            after(flow, &trouble, attempt)
        }
    };
    Ok(flow.store.finish(lease, &end).await?)
}

fn after(flow: &Flow, trouble: &NotTold, attempt: u32) -> JobEnd {
    let why = trouble.to_string();
    match trouble {
        NotTold::Later(_) if attempt < ATTEMPTS_MAX => {
            let wait = FIRST.checked_mul(1_i32 << attempt.saturating_sub(1).min(ATTEMPTS_MAX)).unwrap_or(FIRST);
            JobEnd::Later { run_at: flow.now().checked_add(wait).unwrap_or(jiff::Timestamp::MAX), why }
        }
        NotTold::Later(_) | NotTold::Unknown => {
            metrics::counter!("caseconsultant_jobs_dead_total", "job" => "hook").increment(1);
            JobEnd::Dead { why }
        }
    }
}

/// The case by its number and nothing of its content: who may read that asks for it with a token.
fn body(tidings: &Tidings) -> String {
    let data = serde_json::json!({ "case": CaseNumber::of(tidings.case), "round": tidings.round });
    serde_json::json!({ "type": tidings.event.name(), "timestamp": tidings.at, "data": data }).to_string()
}
