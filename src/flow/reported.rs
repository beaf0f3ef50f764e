//! What a report about a message of ours changes.

use crate::domain::address::{Correspondent, EmailAddress};
use crate::domain::audit::Actor;
use crate::domain::case::Case;
use crate::domain::id::{CaseId, OutgoingId};
use crate::domain::message::InboundMessage;
use crate::domain::report::{DeliveryReport, ReportAction};
use crate::domain::transition::Command;
use crate::ports::{Decision, Disposition, StoreError, ThreadKeys};

use super::admit::settled;
use super::{Flow, Flowing};

/// A report moves a case only where it is about a message of ours and says that it failed. With the decision comes the message
/// that failed, whether or not it moved anything.
pub(super) async fn report(flow: &Flow, message: &InboundMessage) -> Flowing<(Decision, Option<OutgoingId>)> {
    let nothing = Ok((settled(Disposition::Reported { case: None }), None));
    let Some(report) = &message.report else { return nothing };
    let Some((id, outgoing)) = about(flow, message, report).await? else { return nothing };
    if report.action != ReportAction::Failed {
        return Ok((settled(Disposition::Reported { case: Some(id) }), None));
    }
    metrics::counter!("caseconsultant_bounced_total").increment(1);
    let before = flow.store.case(id).await?;
    match flow.change(&before, Actor::Intake, &Command::Bounced { outgoing }, None) {
        Ok(change) => return Ok((Decision::Report { change: Box::new(change) }, Some(outgoing))),
        Err(refusal) => tracing::info!(case = %before.number(), %refusal, "a failure report moves nothing"),
    }
    Ok((settled(Disposition::Reported { case: Some(id) }), Some(outgoing)))
}

/// The message of ours that a report is about: by the address that it came to, else by our Message-ID, else, where a gateway gave
/// the message another id, by what the returned header answers and whom it was for.
async fn about(flow: &Flow, message: &InboundMessage, report: &DeliveryReport) -> Flowing<Option<(CaseId, OutgoingId)>> {
    if let Some(verp) = &flow.settings.verp {
        let to = message.to.iter().chain(&message.cc).filter_map(Correspondent::checked);
        for id in to.filter_map(|address| verp.message(&address)) {
            match flow.store.outgoing(id).await {
                Ok((ours, _)) => return Ok(Some((ours.outgoing().case, id))),
                Err(StoreError::Missing(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    let message_ids: Vec<_> = report.original_message_id.iter().chain(&report.original_references).cloned().collect();
    if message_ids.is_empty() {
        return Ok(None);
    }
    let hits = flow.store.threads(&ThreadKeys { message_ids: report.original_message_id.iter().cloned().collect() }).await?;
    if let Some(found) = hits.iter().find_map(|hit| hit.outgoing.map(|outgoing| (hit.case, outgoing))) {
        return Ok(Some(found));
    }
    for hit in flow.store.threads(&ThreadKeys { message_ids }).await? {
        let case = flow.store.case(hit.case).await?;
        if let Some(current) = current_to(flow, &case, &report.final_recipients).await? {
            return Ok(Some((case.id, current)));
        }
    }
    Ok(None)
}

/// The case's current message, where it went to one of these.
async fn current_to(flow: &Flow, case: &Case, recipients: &[String]) -> Flowing<Option<OutgoingId>> {
    let Some(current) = case.current else { return Ok(None) };
    let (ours, _) = flow.store.outgoing(current).await?;
    let to = ours.outgoing().envelope.to.key();
    let named = recipients.iter().filter_map(|one| EmailAddress::parse(one).ok()).any(|one| one.key() == to);
    Ok(named.then_some(current))
}
