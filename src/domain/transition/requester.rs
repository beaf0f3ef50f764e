//! The requester's mail, and time passing without any.

use crate::domain::case::{CaseState, CloseReason};

use super::{Refusal, Rule, Transition, queued};

impl Rule<'_> {
    pub(super) fn requester_wrote(&self) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Unmatched { .. } | CaseState::Queued { .. } => Ok(self.to(self.case.state.clone(), Vec::new())),
            CaseState::Sending { review, outgoing, then, begun, .. } => Ok(self.to(
                CaseState::Sending {
                    review: review.clone(),
                    outgoing: *outgoing,
                    then: *then,
                    begun: *begun,
                    mail_waiting: true,
                },
                Vec::new(),
            )),
            CaseState::Drafting { .. } | CaseState::InReview { .. } => {
                Ok(self.to(queued(), vec![self.draft_now(self.case.round)]))
            }
            CaseState::AwaitingRequester { .. } | CaseState::Answered { .. } | CaseState::Undeliverable { .. } => {
                Ok(self.next_round(Vec::new()))
            }
            CaseState::Closed { reason: CloseReason::Merged(_), .. } => Err(Refusal::PastWindow),
            CaseState::Closed { at, .. } if self.within_window(*at) => Ok(self.next_round(Vec::new())),
            CaseState::Closed { .. } => Err(Refusal::PastWindow),
        }
    }

    pub(super) fn lapse(&self, round: u32) -> Result<Transition, Refusal> {
        if round != self.case.round {
            return Err(Refusal::Stale);
        }
        match &self.case.state {
            CaseState::AwaitingRequester { .. } => Ok(self.to(self.closed(CloseReason::NoResponse), Vec::new())),
            CaseState::Answered { .. } => Ok(self.to(self.closed(CloseReason::Answered), Vec::new())),
            CaseState::Unmatched { .. }
            | CaseState::Queued { .. }
            | CaseState::Drafting { .. }
            | CaseState::InReview { .. }
            | CaseState::Sending { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }

    pub(super) fn close(&self, reason: CloseReason) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Sending { .. } | CaseState::Closed { .. } => self.not_from_here(),
            CaseState::Unmatched { .. }
            | CaseState::Queued { .. }
            | CaseState::Drafting { .. }
            | CaseState::InReview { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. } => {
                let mut to = self.to(self.closed(reason), Vec::new());
                if let CloseReason::Merged(into) = reason {
                    to.linked = Some(into);
                }
                Ok(to)
            }
        }
    }
}
