//! The one function that moves a case: `(case, actor, command, policy, now) -> Transition | Refusal`.

mod delivery;
mod desk;
mod requester;
mod review;
mod tidings;

use jiff::{SignedDuration, Timestamp};

use crate::domain::account::Standing;
use crate::domain::audit::Actor;
use crate::domain::case::{Case, CaseState, CloseReason, Hold, UnderReview};
use crate::domain::draft::Author;
use crate::domain::hook::Event;
use crate::domain::id::{AccountId, CaseId, ConsultantId, OutgoingId};
use crate::domain::job::{JobKind, NewJob};
use crate::domain::outgoing::OutgoingHash;
use crate::domain::policy::Policy;

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
    /// A word among ourselves.
    Note,
    /// Gives the case to a consultant. `lead`: whoever asks may take it out of another's hands.
    Assign {
        to: ConsultantId,
        lead: bool,
    },
    /// The open mail of another case, which closes, joins this one.
    Absorb,
    /// Mails leave this case for one of their own; `answered`: what stays has its answer.
    Split {
        answered: bool,
    },
    /// The question was read otherwise, and `review` is the draft that came of it.
    Reread {
        review: UnderReview,
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
            Self::Note => "note",
            Self::Assign { .. } => "assign",
            Self::Absorb => "absorb",
            Self::Split { .. } => "split",
            Self::Reread { .. } => "reread",
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

/// Decides: the table of states and commands, row by row.
pub fn decide(case: &Case, actor: Actor, command: &Command, policy: &Policy, now: Timestamp) -> Result<Transition, Refusal> {
    let rule = Rule { case, actor, policy, now };
    let decided = match command {
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
        Command::Note => Ok(rule.note()),
        Command::Assign { to, lead } => rule.assign(*to, *lead),
        Command::Absorb => rule.absorb(),
        Command::Split { answered } => rule.split(*answered),
        Command::Reread { review } => rule.reread(review),
    };
    decided.map(|transition| rule.with_tidings(command, transition)).map_err(|refusal| match refusal {
        Refusal::NotFromHere { state, .. } => Refusal::NotFromHere { state, command: command.name() },
        other @ (Refusal::Stale
        | Refusal::NotTheHash
        | Refusal::FourEyes
        | Refusal::Forged
        | Refusal::AttemptBegun
        | Refusal::NotYours
        | Refusal::PastWindow) => other,
    })
}

/// What a person is told when the loop budget strikes.
pub const LOOP_BUDGET_SPENT: &str = "a correspondent's loop budget is spent; the case is held";
/// What a person is told when a sender writes to whom our mail keeps coming back.
pub const PAUSED: &str = "too many messages to this sender came back; the case is held until `account lift`";

/// The jobs that a newly opened case owes, and those of its next round.
pub fn opening_jobs(case: CaseId, round: u32, state: &CaseState, policy: &Policy, now: Timestamp) -> Vec<NewJob> {
    let acknowledge = NewJob { kind: JobKind::Acknowledge { case, round }, run_at: after(now, policy.acknowledge_after) };
    let alert = |what: &str| NewJob { kind: JobKind::Alert { case: Some(case), what: what.to_owned() }, run_at: now };
    let mut jobs = match state {
        CaseState::Queued { .. } => vec![NewJob { kind: JobKind::Draft { case, round }, run_at: now }, acknowledge],
        CaseState::Unmatched { why } => match why {
            Hold::NoAccount | Hold::Suspended => vec![acknowledge],
            // The sender is told so at once.
            Hold::AllowanceSpent => vec![NewJob { kind: JobKind::Acknowledge { case, round }, run_at: now }],
            Hold::Unauthenticated => Vec::new(),
            Hold::Forged => vec![alert("a mail in a known account's name failed authentication")],
            Hold::LoopBudget => vec![alert(LOOP_BUDGET_SPENT)],
            Hold::Paused => vec![alert(PAUSED)],
        },
        // The sender is told so at once, by the acknowledgement's own path.
        CaseState::Closed {
            reason: CloseReason::Rejected | CloseReason::CarriesIdentifiers | CloseReason::Encrypted, ..
        } => {
            vec![NewJob { kind: JobKind::Acknowledge { case, round }, run_at: now }]
        }
        CaseState::Drafting { .. }
        | CaseState::InReview { .. }
        | CaseState::Sending { .. }
        | CaseState::AwaitingRequester { .. }
        | CaseState::Answered { .. }
        | CaseState::Undeliverable { .. }
        | CaseState::Closed { .. } => Vec::new(),
    };
    if round == 1 {
        jobs.extend(tidings::told(Event::Opened, case, round, policy, now));
    }
    jobs
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
