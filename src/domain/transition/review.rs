//! Drafting and review: everything a drafter or a consultant does with a case in hand.

use crate::domain::audit::Actor;
use crate::domain::case::{CaseState, CloseReason, UnderReview};
use crate::domain::draft::Author;
use crate::domain::id::{AccountId, ConsultantId, OutgoingId};
use crate::domain::job::JobKind;
use crate::domain::outgoing::OutgoingHash;

use super::{Refusal, Rule, Transition, queued};

impl Rule<'_> {
    pub(super) fn link(&self, account: AccountId) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Unmatched { .. } => {
                self.may_write()?;
                let mut to = self.to(queued(), vec![self.draft_now(self.case.round)]);
                to.account = Some(account);
                Ok(to)
            }
            CaseState::Queued { .. }
            | CaseState::Drafting { .. }
            | CaseState::InReview { .. }
            | CaseState::Sending { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }

    pub(super) fn dismiss(&self, reason: CloseReason) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Unmatched { .. } | CaseState::Queued { .. } => Ok(self.to(self.closed(reason), Vec::new())),
            // Automation finds out while it drafts that nothing was asked.
            CaseState::Drafting { by: Author::Automation, .. } if self.actor == Actor::Automation => {
                Ok(self.to(self.closed(reason), Vec::new()))
            }
            CaseState::Drafting { .. }
            | CaseState::InReview { .. }
            | CaseState::Sending { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }

    pub(super) fn take(&self) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Queued { assigned, .. } => {
                let by = match self.actor {
                    Actor::Consultant(id) => Author::Consultant(id),
                    Actor::Intake | Actor::Automation | Actor::Outbox | Actor::Clock | Actor::Operator | Actor::Requester => {
                        // What was given to a person is not for automation to draft.
                        if assigned.is_some() {
                            return Err(Refusal::NotYours);
                        }
                        Author::Automation
                    }
                };
                Ok(self.to(CaseState::Drafting { by, draft: None }, Vec::new()))
            }
            CaseState::Unmatched { .. }
            | CaseState::Drafting { .. }
            | CaseState::InReview { .. }
            | CaseState::Sending { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }

    pub(super) fn submit(&self, version: i64, review: &UnderReview, freeze: Option<OutgoingId>) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Drafting { by, .. } => {
                if version != self.case.version {
                    return Err(Refusal::Stale);
                }
                self.is_mine(*by)?;
                match freeze {
                    Some(outgoing) if self.actor == Actor::Automation => self.sending(review, outgoing),
                    Some(_) | None => Ok(self.to(
                        CaseState::InReview { review: review.clone() },
                        vec![self.now_job(JobKind::NotifyReviewers { case: self.case.id, round: self.case.round })],
                    )),
                }
            }
            CaseState::Unmatched { .. }
            | CaseState::Queued { .. }
            | CaseState::InReview { .. }
            | CaseState::Sending { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }

    pub(super) fn release(&self) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Drafting { by, .. } => {
                let jobs = match by {
                    Author::Automation => vec![self.draft_now(self.case.round)],
                    // A person looked and left it: it waits for the next person.
                    Author::Consultant(_) => {
                        self.is_mine(*by)?;
                        Vec::new()
                    }
                };
                Ok(self.to(queued(), jobs))
            }
            CaseState::Unmatched { .. }
            | CaseState::Queued { .. }
            | CaseState::InReview { .. }
            | CaseState::Sending { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }

    pub(super) fn edit(&self, review: &UnderReview) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Drafting { by, .. } => {
                self.is_mine(*by)?;
                Ok(self.to(CaseState::Drafting { by: *by, draft: Some(review.draft) }, Vec::new()))
            }
            CaseState::InReview { .. } => Ok(self.to(CaseState::InReview { review: review.clone() }, Vec::new())),
            CaseState::Unmatched { .. }
            | CaseState::Queued { .. }
            | CaseState::Sending { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }

    pub(super) fn give_back(&self, notes: &str, assign: Option<ConsultantId>) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::InReview { .. } => {
                let jobs = if assign.is_some() { Vec::new() } else { vec![self.draft_now(self.case.round)] };
                Ok(self.to(CaseState::Queued { assigned: assign, notes: Some(notes.to_owned()) }, jobs))
            }
            CaseState::Unmatched { .. }
            | CaseState::Queued { .. }
            | CaseState::Drafting { .. }
            | CaseState::Sending { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }

    pub(super) fn approve(&self, hash: &OutgoingHash, freeze: OutgoingId) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::InReview { review } => {
                if *hash != review.hash {
                    return Err(Refusal::NotTheHash);
                }
                if self.policy.four_eyes && Author::of(self.actor) == Some(review.author) {
                    return Err(Refusal::FourEyes);
                }
                self.sending(review, freeze)
            }
            CaseState::Unmatched { .. }
            | CaseState::Queued { .. }
            | CaseState::Drafting { .. }
            | CaseState::Sending { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }

    pub(super) fn undo(&self) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Sending { begun: true, .. } => Err(Refusal::AttemptBegun),
            // What came in meanwhile makes the reviewed draft stale, as it would have in review.
            CaseState::Sending { mail_waiting: true, .. } => Ok(self.next_round(Vec::new())),
            CaseState::Sending { review, .. } => Ok(self.to(CaseState::InReview { review: review.clone() }, Vec::new())),
            CaseState::Unmatched { .. }
            | CaseState::Queued { .. }
            | CaseState::Drafting { .. }
            | CaseState::InReview { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }

    pub(super) fn ask(&self, review: &UnderReview, freeze: OutgoingId) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Unmatched { .. } | CaseState::Queued { .. } | CaseState::InReview { .. } => self.sending(review, freeze),
            CaseState::Drafting { by, .. } => {
                self.is_mine(*by)?;
                self.sending(review, freeze)
            }
            CaseState::Sending { .. }
            | CaseState::AwaitingRequester { .. }
            | CaseState::Answered { .. }
            | CaseState::Undeliverable { .. }
            | CaseState::Closed { .. } => self.not_from_here(),
        }
    }

    fn is_mine(&self, by: Author) -> Result<(), Refusal> {
        let clock_takes_back = matches!(self.actor, Actor::Clock | Actor::Operator) && by == Author::Automation;
        if clock_takes_back || Author::of(self.actor) == Some(by) { Ok(()) } else { Err(Refusal::NotYours) }
    }
}
