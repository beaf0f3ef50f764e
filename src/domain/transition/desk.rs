//! What consultants do with cases among themselves: notes, handing over, joining, parting, reading anew.

use crate::domain::case::{CaseState, CloseReason, UnderReview};
use crate::domain::draft::Author;
use crate::domain::id::ConsultantId;

use super::{Refusal, Rule, Transition, queued};

impl Rule<'_> {
    pub(super) fn note(&self) -> Transition {
        self.to(self.case.state.clone(), Vec::new())
    }

    pub(super) fn assign(&self, to: ConsultantId, lead: bool) -> Result<Transition, Refusal> {
        let notes = match &self.case.state {
            CaseState::Queued { notes, .. } => notes.clone(),
            CaseState::Drafting { by, .. } => {
                let held_by_another = matches!(by, Author::Consultant(_)) && Author::of(self.actor) != Some(*by);
                if held_by_another && !lead {
                    return Err(Refusal::NotYours);
                }
                None
            }
            CaseState::InReview { .. } => None,
            CaseState::Unmatched { .. }
            | CaseState::Sending { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => return self.not_from_here(),
        };
        Ok(self.to(CaseState::Queued { assigned: Some(to), notes }, Vec::new()))
    }

    pub(super) fn absorb(&self) -> Result<Transition, Refusal> {
        match &self.case.state {
            // More was asked, whoever brought it here.
            CaseState::Queued { .. }
            | CaseState::Drafting { .. }
            | CaseState::InReview { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. } => self.requester_wrote(),
            CaseState::Unmatched { .. }
            | CaseState::Sending { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }

    pub(super) fn split(&self, answered: bool) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Queued { .. } | CaseState::Drafting { .. } | CaseState::InReview { .. } if answered => {
                Ok(self.to(self.closed(CloseReason::Answered), Vec::new()))
            }
            CaseState::Queued { assigned, notes } => {
                let jobs = if assigned.is_some() { Vec::new() } else { vec![self.draft_now(self.case.round)] };
                Ok(self.to(CaseState::Queued { assigned: *assigned, notes: notes.clone() }, jobs))
            }
            // The draft answers what is no longer asked here.
            CaseState::Drafting { .. } | CaseState::InReview { .. } => {
                Ok(self.to(queued(), vec![self.draft_now(self.case.round)]))
            }
            CaseState::Unmatched { .. }
            | CaseState::Sending { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }

    pub(super) fn reread(&self, review: &UnderReview) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::InReview { .. } => Ok(self.to(CaseState::InReview { review: review.clone() }, Vec::new())),
            CaseState::Drafting { by: by @ Author::Consultant(_), .. } => {
                if Author::of(self.actor) != Some(*by) {
                    return Err(Refusal::NotYours);
                }
                Ok(self.to(CaseState::Drafting { by: *by, draft: Some(review.draft) }, Vec::new()))
            }
            // What automation writes at this moment is by the old reading, and its version is refused.
            CaseState::Drafting { by: Author::Automation, .. } => Ok(self.to(queued(), vec![self.draft_now(self.case.round)])),
            CaseState::Queued { assigned, notes } => {
                let jobs = if assigned.is_some() { Vec::new() } else { vec![self.draft_now(self.case.round)] };
                Ok(self.to(CaseState::Queued { assigned: *assigned, notes: notes.clone() }, jobs))
            }
            CaseState::Unmatched { .. }
            | CaseState::Sending { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }
}
