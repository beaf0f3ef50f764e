//! What comes after: silence that closes a case, and telling the people who should know.

use crate::domain::audit::Actor;
use crate::domain::id::CaseId;
use crate::domain::job::{JobEnd, Lease};
use crate::domain::transition::{Command, LOOP_BUDGET_SPENT, PAUSED};

use crate::ports::Provided;

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

/// Tells the operators: always in the log, and by mail where addresses are configured.
pub async fn alert(flow: &Flow, case: Option<CaseId>, what: &str, lease: Lease) -> Flowing<()> {
    metrics::counter!("caseconsultant_alerts_total").increment(1);
    tracing::warn!(case = case.map(|id| id.0), what, "alert");
    if let Some(id) = case
        && told_already(flow, id, what, lease).await?
    {
        return Ok(flow.store.finish(lease, &JobEnd::Done).await?);
    }
    let (Some(id), Some((last, others))) = (case, flow.settings.alerts_to.split_last()) else {
        return Ok(flow.store.finish(lease, &JobEnd::Done).await?);
    };
    for to in others {
        send::post(flow, letter::alert(flow, id, to, what)?, "alerts", Provided::default(), None).await?;
    }
    // The last one settles the job with it.
    send::post(flow, letter::alert(flow, id, last, what)?, "alerts", Provided::default(), Some(lease)).await
}

/// Whether a person heard today of the loop or the bounces of this case's requester.
async fn told_already(flow: &Flow, id: CaseId, what: &str, lease: Lease) -> Flowing<bool> {
    let kind = match what {
        LOOP_BUDGET_SPENT => "loop",
        PAUSED => "paused",
        _ => return Ok(false),
    };
    let case = flow.store.case(id).await?;
    let now = flow.now();
    let since = flow.settings.policy.budget(now).since;
    Ok(!flow.store.claim_telling(&format!("{kind} {}", case.requester.key()), lease.job, now, since).await?)
}
