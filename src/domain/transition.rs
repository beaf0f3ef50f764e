//! The one function that moves a case: `(case, actor, command, policy, now) -> Transition | Refusal`.

use jiff::{SignedDuration, Timestamp};

use super::account::Standing;
use super::audit::Actor;
use super::case::{Case, CaseState, CloseReason, Hold, Then, UnderReview};
use super::draft::Author;
use super::id::{AccountId, CaseId, ConsultantId, OutgoingId};
use super::job::{JobKind, NewJob};
use super::outgoing::OutgoingHash;
use super::policy::Policy;

/// What can be asked of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Link {
        account: AccountId,
    },
    Dismiss {
        reason: CloseReason,
    },
    Take,
    /// A finished draft; `freeze` names the message that policy lets go at once.
    Submit {
        version: i64,
        review: UnderReview,
        freeze: Option<OutgoingId>,
    },
    Release,
    Edit {
        review: UnderReview,
    },
    Return {
        notes: String,
        assign: Option<ConsultantId>,
    },
    Approve {
        hash: OutgoingHash,
        freeze: OutgoingId,
    },
    Undo,
    /// A question back to the asker, approved with the asking.
    Ask {
        review: UnderReview,
        freeze: OutgoingId,
    },
    /// An SMTP attempt is about to begin.
    Attempt {
        outgoing: OutgoingId,
    },
    Delivered {
        outgoing: OutgoingId,
        verdict: SendVerdict,
    },
    RequesterWrote,
    Lapse {
        round: u32,
    },
    Bounced {
        outgoing: OutgoingId,
    },
    Resend {
        review: UnderReview,
        freeze: OutgoingId,
    },
    Close {
        reason: CloseReason,
    },
}

/// What the outbox makes of an attempt, its limits applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendVerdict {
    Accepted,
    /// The same bytes once more at this time.
    Again {
        at: Timestamp,
    },
    /// Refused, or attempts spent.
    Failed,
}

impl Command {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Link { .. } => "link",
            Self::Dismiss { .. } => "dismiss",
            Self::Take => "take",
            Self::Submit { .. } => "submit",
            Self::Release => "release",
            Self::Edit { .. } => "edit",
            Self::Return { .. } => "return",
            Self::Approve { .. } => "approve",
            Self::Undo => "undo",
            Self::Ask { .. } => "ask",
            Self::Attempt { .. } => "attempt",
            Self::Delivered { .. } => "delivered",
            Self::RequesterWrote => "requester_wrote",
            Self::Lapse { .. } => "lapse",
            Self::Bounced { .. } => "bounced",
            Self::Resend { .. } => "resend",
            Self::Close { .. } => "close",
        }
    }
}

/// A decided move: what the case becomes and which work it owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    pub to: CaseState,
    pub round: u32,
    pub account: Option<AccountId>,
    pub current: Option<OutgoingId>,
    pub linked: Option<CaseId>,
    pub jobs: Vec<NewJob>,
}

/// Why a command is not obeyed, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("a case that is {state} cannot {command}; look at it with `case show`")]
    NotFromHere { state: &'static str, command: &'static str },
    #[error("the case has moved on since this draft was begun: look at it again and redo what still holds")]
    Stale,
    #[error("the hash is not that of the message under review: run `case show` and approve what you see")]
    NotTheHash,
    #[error("four eyes are asked: whoever wrote the draft cannot approve it")]
    FourEyes,
    #[error("the sender's authentication failed: nothing is ever sent to this address")]
    Forged,
    #[error("sending has begun: it cannot be taken back")]
    AttemptBegun,
    #[error("another person has this case in hand: ask them to release it")]
    NotYours,
    #[error("the case is closed past its window: a new case is opened for the mail")]
    PastWindow,
}

/// Decides. The table of HOUSE's states and commands, row by row.
pub fn decide(case: &Case, actor: Actor, command: &Command, policy: &Policy, now: Timestamp) -> Result<Transition, Refusal> {
    let rule = Rule { case, actor, policy, now };
    match command {
        Command::Link { account } => rule.link(*account),
        Command::Dismiss { reason } => rule.dismiss(*reason),
        Command::Take => rule.take(),
        Command::Submit { version, review, freeze } => rule.submit(*version, review, *freeze),
        Command::Release => rule.release(),
        Command::Edit { review } => rule.edit(review),
        Command::Return { notes, assign } => rule.give_back(notes, *assign),
        Command::Approve { hash, freeze } => rule.approve(hash, *freeze),
        Command::Undo => rule.undo(),
        Command::Ask { review, freeze } => rule.ask(review, *freeze),
        Command::Attempt { outgoing } => rule.attempt(*outgoing),
        Command::Delivered { outgoing, verdict } => rule.delivered(*outgoing, *verdict),
        Command::RequesterWrote => rule.requester_wrote(),
        Command::Lapse { round } => rule.lapse(*round),
        Command::Bounced { outgoing } => rule.bounced(*outgoing),
        Command::Resend { review, freeze } => rule.resend(review, *freeze),
        Command::Close { reason } => rule.close(*reason),
    }
    .map_err(|refusal| match refusal {
        Refusal::NotFromHere { state, .. } => Refusal::NotFromHere { state, command: command.name() },
        other => other,
    })
}

/// The jobs that a newly opened case owes, and those of its next round.
pub fn opening_jobs(case: CaseId, round: u32, state: &CaseState, policy: &Policy, now: Timestamp) -> Vec<NewJob> {
    let acknowledge = NewJob { kind: JobKind::Acknowledge { case, round }, run_at: after(now, policy.acknowledge_after) };
    match state {
        CaseState::Queued { .. } => vec![NewJob { kind: JobKind::Draft { case, round }, run_at: now }, acknowledge],
        CaseState::Unmatched { why } => match why {
            Hold::NoAccount | Hold::Suspended => vec![acknowledge],
            Hold::Unauthenticated | Hold::Forged => Vec::new(),
        },
        // The sender is told so at once, by the acknowledgement's own path.
        CaseState::Closed { reason: CloseReason::Rejected, .. } => {
            vec![NewJob { kind: JobKind::Acknowledge { case, round }, run_at: now }]
        }
        CaseState::Drafting { .. }
        | CaseState::InReview { .. }
        | CaseState::Sending { .. }
        | CaseState::AwaitingRequester { .. }
        | CaseState::Answered { .. }
        | CaseState::Undeliverable { .. }
        | CaseState::Closed { .. } => Vec::new(),
    }
}

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

struct Rule<'a> {
    case: &'a Case,
    actor: Actor,
    policy: &'a Policy,
    now: Timestamp,
}

impl Rule<'_> {
    fn link(&self, account: AccountId) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Unmatched { .. } => {
                self.may_write()?;
                let mut to = self.to(queued(), vec![self.draft_now(self.case.round)]);
                to.account = Some(account);
                Ok(to)
            }
            _ => self.not_from_here(),
        }
    }

    fn dismiss(&self, reason: CloseReason) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Unmatched { .. } | CaseState::Queued { .. } => Ok(self.to(self.closed(reason), Vec::new())),
            // Automation finds out while it drafts that nothing was asked.
            CaseState::Drafting { by: Author::Automation, .. } if self.actor == Actor::Automation => {
                Ok(self.to(self.closed(reason), Vec::new()))
            }
            _ => self.not_from_here(),
        }
    }

    fn take(&self) -> Result<Transition, Refusal> {
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
            _ => self.not_from_here(),
        }
    }

    fn submit(&self, version: i64, review: &UnderReview, freeze: Option<OutgoingId>) -> Result<Transition, Refusal> {
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
            _ => self.not_from_here(),
        }
    }

    fn release(&self) -> Result<Transition, Refusal> {
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
            _ => self.not_from_here(),
        }
    }

    fn edit(&self, review: &UnderReview) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Drafting { by, .. } => {
                self.is_mine(*by)?;
                Ok(self.to(CaseState::Drafting { by: *by, draft: Some(review.draft) }, Vec::new()))
            }
            CaseState::InReview { .. } => Ok(self.to(CaseState::InReview { review: review.clone() }, Vec::new())),
            _ => self.not_from_here(),
        }
    }

    fn give_back(&self, notes: &str, assign: Option<ConsultantId>) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::InReview { .. } => {
                let jobs = if assign.is_some() { Vec::new() } else { vec![self.draft_now(self.case.round)] };
                Ok(self.to(CaseState::Queued { assigned: assign, notes: Some(notes.to_owned()) }, jobs))
            }
            _ => self.not_from_here(),
        }
    }

    fn approve(&self, hash: &OutgoingHash, freeze: OutgoingId) -> Result<Transition, Refusal> {
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
            _ => self.not_from_here(),
        }
    }

    fn undo(&self) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Sending { begun: true, .. } => Err(Refusal::AttemptBegun),
            // What came in meanwhile makes the reviewed draft stale, as it would have in review.
            CaseState::Sending { mail_waiting: true, .. } => Ok(self.next_round(Vec::new())),
            CaseState::Sending { review, .. } => Ok(self.to(CaseState::InReview { review: review.clone() }, Vec::new())),
            _ => self.not_from_here(),
        }
    }

    fn ask(&self, review: &UnderReview, freeze: OutgoingId) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Unmatched { .. } | CaseState::Queued { .. } | CaseState::InReview { .. } => self.sending(review, freeze),
            CaseState::Drafting { by, .. } => {
                self.is_mine(*by)?;
                self.sending(review, freeze)
            }
            _ => self.not_from_here(),
        }
    }

    fn attempt(&self, attempted: OutgoingId) -> Result<Transition, Refusal> {
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
            _ => self.not_from_here(),
        }
    }

    fn delivered(&self, delivered: OutgoingId, verdict: SendVerdict) -> Result<Transition, Refusal> {
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

    fn requester_wrote(&self) -> Result<Transition, Refusal> {
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

    fn lapse(&self, round: u32) -> Result<Transition, Refusal> {
        if round != self.case.round {
            return Err(Refusal::Stale);
        }
        match &self.case.state {
            CaseState::AwaitingRequester { .. } => Ok(self.to(self.closed(CloseReason::NoResponse), Vec::new())),
            CaseState::Answered { .. } => Ok(self.to(self.closed(CloseReason::Answered), Vec::new())),
            _ => self.not_from_here(),
        }
    }

    fn bounced(&self, bounced: OutgoingId) -> Result<Transition, Refusal> {
        if self.case.current != Some(bounced) {
            return Err(Refusal::Stale);
        }
        let review = match &self.case.state {
            CaseState::Sending { review, .. } | CaseState::Answered { review } | CaseState::AwaitingRequester { review } => {
                review
            }
            CaseState::Closed { at, review: Some(review), .. } if self.within_window(*at) => review,
            _ => return self.not_from_here(),
        };
        Ok(self.to(CaseState::Undeliverable { review: review.clone() }, vec![self.alert("a message of ours came back")]))
    }

    fn resend(&self, review: &UnderReview, freeze: OutgoingId) -> Result<Transition, Refusal> {
        match &self.case.state {
            CaseState::Undeliverable { .. } => self.sending(review, freeze),
            _ => self.not_from_here(),
        }
    }

    fn close(&self, reason: CloseReason) -> Result<Transition, Refusal> {
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

    fn to(&self, to: CaseState, jobs: Vec<NewJob>) -> Transition {
        Transition {
            to,
            round: self.case.round,
            account: self.case.account,
            current: self.case.current,
            linked: self.case.linked,
            jobs,
        }
    }

    fn sending(&self, review: &UnderReview, outgoing: OutgoingId) -> Result<Transition, Refusal> {
        self.may_write()?;
        let wait = if self.actor == Actor::Automation { SignedDuration::ZERO } else { self.policy.undo };
        let send = NewJob { kind: JobKind::Send { outgoing }, run_at: after(self.now, wait) };
        let to = CaseState::Sending { review: review.clone(), outgoing, then: review.then(), begun: false, mail_waiting: false };
        let mut transition = self.to(to, vec![send]);
        transition.current = Some(outgoing);
        Ok(transition)
    }

    fn next_round(&self, mut jobs: Vec<NewJob>) -> Transition {
        let round = self.case.round.saturating_add(1);
        jobs.extend(opening_jobs(self.case.id, round, &queued(), self.policy, self.now));
        let mut transition = self.to(queued(), jobs);
        transition.round = round;
        transition
    }

    fn may_write(&self) -> Result<(), Refusal> {
        if self.case.standing == Standing::Forged { Err(Refusal::Forged) } else { Ok(()) }
    }

    fn is_mine(&self, by: Author) -> Result<(), Refusal> {
        let clock_takes_back = matches!(self.actor, Actor::Clock | Actor::Operator) && by == Author::Automation;
        if clock_takes_back || Author::of(self.actor) == Some(by) { Ok(()) } else { Err(Refusal::NotYours) }
    }

    fn within_window(&self, closed: Timestamp) -> bool {
        self.now <= after(closed, self.policy.reopen)
    }

    fn closed(&self, reason: CloseReason) -> CaseState {
        CaseState::Closed { reason, at: self.now, review: self.case.state.review().cloned() }
    }

    fn draft_now(&self, round: u32) -> NewJob {
        self.now_job(JobKind::Draft { case: self.case.id, round })
    }

    fn alert(&self, what: &str) -> NewJob {
        self.now_job(JobKind::Alert { case: Some(self.case.id), what: what.to_owned() })
    }

    const fn now_job(&self, kind: JobKind) -> NewJob {
        NewJob { kind, run_at: self.now }
    }

    /// The command's own name is put in by [`decide`].
    const fn not_from_here(&self) -> Result<Transition, Refusal> {
        Err(Refusal::NotFromHere { state: self.case.state.name(), command: "" })
    }
}

const fn queued() -> CaseState {
    CaseState::Queued { assigned: None, notes: None }
}

impl Author {
    /// The author that an actor would be.
    pub const fn of(actor: Actor) -> Option<Self> {
        match actor {
            Actor::Automation => Some(Self::Automation),
            Actor::Consultant(id) => Some(Self::Consultant(id)),
            Actor::Intake | Actor::Outbox | Actor::Clock | Actor::Operator | Actor::Requester => None,
        }
    }
}
