//! Work that is owed, leased to one worker at a time.
//!
//! `Ready{run_at} -> Leased{until, token} -> Done | Ready{later} | Dead{reason}`. Leases run on the database's time;
//! a worker that lost its lease changes nothing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::hook::Tidings;
use super::id::{CaseId, ConsultantId, InboundId, JobId, LeaseToken, OutgoingId};

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum JobKind {
    /// Decide what a received message is and where it belongs.
    Admit {
        inbound: InboundId,
    },
    /// Draft an answer for the case's round.
    Draft {
        case: CaseId,
        round: u32,
    },
    /// Say that the mail arrived, unless something was frozen meanwhile.
    Acknowledge {
        case: CaseId,
        round: u32,
    },
    Send {
        outgoing: OutgoingId,
    },
    NotifyReviewers {
        case: CaseId,
        round: u32,
    },
    /// Tell a consultant why a mail of theirs changed nothing.
    Tell {
        case: CaseId,
        consultant: ConsultantId,
        what: String,
    },
    /// Tell a person: a dead delivery, a spent loop budget.
    Alert {
        case: Option<CaseId>,
        what: String,
    },
    /// Close an answered case that nobody came back to, or one whose requester never replied.
    Lapse {
        case: CaseId,
        round: u32,
    },
    /// Tell another program by webhook.
    Hook(Tidings),
}

impl JobKind {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Admit { .. } => "admit",
            Self::Draft { .. } => "draft",
            Self::Acknowledge { .. } => "acknowledge",
            Self::Send { .. } => "send",
            Self::NotifyReviewers { .. } => "notify_reviewers",
            Self::Tell { .. } => "tell",
            Self::Alert { .. } => "alert",
            Self::Lapse { .. } => "lapse",
            Self::Hook(_) => "hook",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewJob {
    pub kind: JobKind,
    pub run_at: Timestamp,
}

/// What a worker holds while it works: `finish` and `renew` need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    pub job: JobId,
    pub token: LeaseToken,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedJob {
    pub lease: Lease,
    pub kind: JobKind,
    /// How often the job was leased, this time included; SMTP attempts are counted apart.
    pub leases: u32,
}

/// How a leased job ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobEnd {
    Done,
    Later { run_at: Timestamp, why: String },
    Dead { why: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Ready,
    Leased,
    Done,
    Dead,
}

impl JobState {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Leased => "leased",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }
}

/// A job as `jobs list` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    pub id: JobId,
    pub kind: JobKind,
    pub state: JobState,
    pub run_at: Timestamp,
    pub leases: u32,
    pub last_error: Option<String>,
}
