//! Which moves other programs are told of.

use jiff::Timestamp;

use super::{Command, Rule, SendVerdict, Transition};
use crate::domain::case::{CaseState, Then};
use crate::domain::hook::{Event, Tidings};
use crate::domain::id::CaseId;
use crate::domain::job::{JobKind, NewJob};
use crate::domain::policy::Policy;

/// The jobs that tell every receiver.
pub(super) fn told(event: Event, case: CaseId, round: u32, policy: &Policy, now: Timestamp) -> impl Iterator<Item = NewJob> {
    policy.hooks.iter().map(move |to| {
        let kind = JobKind::Hook(Tidings { to: to.clone(), event, case, round, at: now });
        NewJob { kind, run_at: now }
    })
}

impl Rule<'_> {
    /// The move with the jobs that tell of it.
    pub(super) fn with_tidings(&self, command: &Command, mut transition: Transition) -> Transition {
        if let Some(event) = event(&self.case.state, command, &transition.to) {
            transition.jobs.extend(told(event, self.case.id, self.case.round, self.policy, self.now));
        }
        transition
    }
}

/// What a move is to other programs, where it is anything. An answer was given also where more mail waits behind it.
const fn event(from: &CaseState, command: &Command, to: &CaseState) -> Option<Event> {
    if matches!(from, CaseState::Drafting { .. }) && matches!(to, CaseState::InReview { .. }) {
        return Some(Event::DraftReady);
    }
    if let CaseState::Sending { then, .. } = from
        && let Command::Delivered { verdict, .. } = command
    {
        return match (verdict, then) {
            (SendVerdict::Accepted, Then::Answered) => Some(Event::Answered),
            (SendVerdict::Failed, Then::Answered | Then::AwaitingRequester) => Some(Event::Undeliverable),
            (SendVerdict::Accepted, Then::AwaitingRequester)
            | (SendVerdict::Again { .. }, Then::Answered | Then::AwaitingRequester) => None,
        };
    }
    if matches!(command, Command::Bounced { .. }) { Some(Event::Undeliverable) } else { None }
}
