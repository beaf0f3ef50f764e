//! What comes after: silence that closes a case, and telling the people who should know.

use crate::domain::audit::Actor;
use crate::domain::id::CaseId;
use crate::domain::job::{JobEnd, Lease};
use crate::domain::transition::Command;

use super::{Flow, Flowing, letter, send};

/// Closes a case that nobody came back to. A case that moved on meanwhile is left alone.
pub async fn lapse(flow: &Flow, id: CaseId, round: u32, lease: Lease) -> Flowing<()> {
    let case = flow.store.case(id).await?;
    match flow.change(&case, Actor::Clock, &Command::Lapse { round }, Some(lease)) {
        Ok(change) => Ok(flow.store.commit(&change).await?),
        Err(refusal) => {
            tracing::debug!(case = %case.number(), %refusal, "nothing to close");
            Ok(flow.store.finish(lease, &JobEnd::Done).await?)
        }
    }
}

/// A case waits for a consultant.
pub async fn notify_reviewers(flow: &Flow, id: CaseId, round: u32, lease: Lease) -> Flowing<()> {
    let case = flow.store.case(id).await?;
    metrics::counter!("caseconsultant_reviews_due_total").increment(1);
    tracing::info!(case = %case.number(), round, state = case.state.name(), "waits for a consultant");
    Ok(flow.store.finish(lease, &JobEnd::Done).await?)
}

/// Tells the operators: always in the log, and by mail where addresses are configured.
pub async fn alert(flow: &Flow, case: Option<CaseId>, what: &str, lease: Lease) -> Flowing<()> {
    metrics::counter!("caseconsultant_alerts_total").increment(1);
    tracing::warn!(case = case.map(|id| id.0), what, "alert");
    let (Some(id), Some((last, others))) = (case, flow.settings.alerts_to.split_last()) else {
        return Ok(flow.store.finish(lease, &JobEnd::Done).await?);
    };
    let file = flow.store.case_file(id).await?;
    for to in others {
        send::post(flow, letter::alert(flow, &file, to, what)?, "alerts", None).await?;
    }
    // The last one settles the job with it.
    send::post(flow, letter::alert(flow, &file, last, what)?, "alerts", Some(lease)).await
}
