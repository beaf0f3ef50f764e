//! Sending and what comes of it: attempts, verdicts, bounces, a second address.

use crate::domain::case::{CaseState, Then, UnderReview};
use crate::domain::id::OutgoingId;
use crate::domain::job::{JobKind, NewJob};

use super::{Refusal, Rule, SendVerdict, Transition, after};

impl Rule<'_> {
    pub(super) fn attempt(&self, attempted: OutgoingId) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Sending { review, outgoing, then, mail_waiting, .. } if *outgoing == attempted => Ok(self.to(
                CaseState::Sending {
                    review: review.clone(),
                    outgoing: *outgoing,
                    then: *then,
                    begun: true,
                    mail_waiting: *mail_waiting,
                },
                Vec::new(),
            )),
            CaseState::Unmatched { .. }
            | CaseState::Queued { .. }
            | CaseState::Drafting { .. }
            | CaseState::InReview { .. }
            | CaseState::Sending { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }

    pub(super) fn delivered(&self, delivered: OutgoingId, verdict: SendVerdict) -> Result<Transition, Refusal> {
        let CaseState::Sending { review, outgoing, then, mail_waiting, .. } = &self.case.state else {
            return self.not_from_here();
        };
        if *outgoing != delivered {
            return self.not_from_here();
        }
        match verdict {
            SendVerdict::Accepted if *mail_waiting => Ok(self.next_round(Vec::new())),
            SendVerdict::Accepted => {
                let (to, wait) = match then {
                    Then::Answered => (CaseState::Answered { review: review.clone() }, self.policy.close_after),
                    Then::AwaitingRequester => (CaseState::AwaitingRequester { review: review.clone() }, self.policy.lapse),
                };
                let lapse = JobKind::Lapse { case: self.case.id, round: self.case.round };
                Ok(self.to(to, vec![NewJob { kind: lapse, run_at: after(self.now, wait) }]))
            }
            SendVerdict::Again { at } => {
                Ok(self.to(self.case.state.clone(), vec![NewJob { kind: JobKind::Send { outgoing: delivered }, run_at: at }]))
            }
            SendVerdict::Failed if *mail_waiting => Ok(self.next_round(vec![self.alert("a message could not be delivered")])),
            SendVerdict::Failed => Ok(self
                .to(CaseState::Undeliverable { review: review.clone() }, vec![self.alert("a message could not be delivered")])),
        }
    }

    pub(super) fn bounced(&self, bounced: OutgoingId) -> Result<Transition, Refusal> {
        if self.case.current != Some(bounced) {
            return Err(Refusal::Stale);
        }
        let review = match &self.case.state {
            CaseState::Sending { review, .. } | CaseState::Answered { review } | CaseState::AwaitingRequester { review } => {
                review
            }
            CaseState::Closed { at, review: Some(review), .. } if self.within_window(*at) => review,
            CaseState::Unmatched { .. }
            | CaseState::Queued { .. }
            | CaseState::Drafting { .. }
            | CaseState::InReview { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => return self.not_from_here(),
        };
        Ok(self.to(CaseState::Undeliverable { review: review.clone() }, vec![self.alert("a message of ours came back")]))
    }

    pub(super) fn resend(&self, review: &UnderReview, freeze: OutgoingId) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Undeliverable { .. } => self.sending(review, freeze),
            CaseState::Unmatched { .. }
            | CaseState::Queued { .. }
            | CaseState::Drafting { .. }
            | CaseState::InReview { .. }
            | CaseState::Sending { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }
}
