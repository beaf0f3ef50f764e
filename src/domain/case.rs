//! The case: one question of one requester, through as many rounds as it takes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::account::Standing;
use super::address::EmailAddress;
use super::draft::{Author, Route};
use super::id::{AccountId, CaseId, CaseNumber, ConsultantId, DraftId, OutgoingId};
use super::outgoing::{OutgoingHash, OutgoingKind};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    /// Goes up by one with each change; every change names the version it saw.
    pub version: i64,
    /// 1 for the first question; up when the requester writes after an answer.
    pub round: u32,
    pub state: CaseState,
    pub account: Option<AccountId>,
    pub standing: Standing,
    /// Whom we answer.
    pub requester: EmailAddress,
    /// Redacted.
    pub subject: String,
    /// When the round's question came in.
    pub received: Timestamp,
    pub changed: Timestamp,
    /// The message of ours that bounces are held against: the last one frozen.
    pub current: Option<OutgoingId>,
    /// The case that this one follows on, or was merged into.
    pub linked: Option<CaseId>,
}

impl Case {
    pub const fn number(&self) -> CaseNumber {
        CaseNumber::of(self.id)
    }
}

/// A word among ourselves about a case; it never leaves the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub by: ConsultantId,
    pub at: Timestamp,
    pub text: String,
}

/// Where a case stands; each state carries just what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CaseState {
    /// Held: no word on coding until a person or a confirmed link says who asks.
    Unmatched {
        why: Hold,
    },
    Queued {
        assigned: Option<ConsultantId>,
        notes: Option<String>,
    },
    Drafting {
        by: Author,
        draft: Option<DraftId>,
    },
    InReview {
        review: UnderReview,
    },
    Sending {
        review: UnderReview,
        outgoing: OutgoingId,
        then: Then,
        begun: bool,
        mail_waiting: bool,
    },
    AwaitingRequester {
        review: UnderReview,
    },
    Answered {
        review: UnderReview,
    },
    Undeliverable {
        review: UnderReview,
    },
    Closed {
        reason: CloseReason,
        at: Timestamp,
        review: Option<UnderReview>,
    },
}

/// Why a case is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    NoAccount,
    /// `require_authenticated` is on and nothing vouches for the sender.
    Unauthenticated,
    /// The sender's authentication failed; nothing is ever sent.
    Forged,
    Suspended,
    /// The plan's questions of this period are used up.
    AllowanceSpent,
    /// More messages went to this correspondent within a day than the loop budget allows.
    LoopBudget,
    /// Too many messages to this correspondent came back; nothing is sent until a person lifts it.
    Paused,
}

/// The draft that is, or was, before the reviewers, with the hash that an approval must name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderReview {
    pub draft: DraftId,
    pub hash: OutgoingHash,
    pub author: Author,
    pub route: Route,
}

impl UnderReview {
    /// What a delivered message of this draft leads to.
    pub const fn then(&self) -> Then {
        match self.route {
            Route::Clarify => Then::AwaitingRequester,
            Route::Auto | Route::Expert | Route::Refuse | Route::NotAQuestion => Then::Answered,
        }
    }

    /// The kind of message that the draft becomes.
    pub const fn kind(&self) -> OutgoingKind {
        match self.route {
            Route::Clarify => OutgoingKind::Clarification,
            Route::Refuse => OutgoingKind::Refusal,
            Route::Auto | Route::Expert | Route::NotAQuestion => OutgoingKind::Answer,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    Answered,
    AwaitingRequester,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    Answered,
    NoResponse,
    NotAQuestion,
    Withdrawn,
    OutOfScope,
    /// The sender is not registered and policy turns such mail away.
    Rejected,
    /// The mail carried patient identifiers and policy turns such mail away.
    CarriesIdentifiers,
    /// Nothing of it could be read; the sender was told so.
    Encrypted,
    Merged(CaseId),
}

impl CaseState {
    /// The state's name, as the store, the terminal and the JSON write it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unmatched { .. } => "unmatched",
            Self::Queued { .. } => "queued",
            Self::Drafting { .. } => "drafting",
            Self::InReview { .. } => "in_review",
            Self::Sending { .. } => "sending",
            Self::AwaitingRequester { .. } => "awaiting_requester",
            Self::Answered { .. } => "answered",
            Self::Undeliverable { .. } => "undeliverable",
            Self::Closed { .. } => "closed",
        }
    }

    /// The draft that a reviewer would look at.
    pub const fn review(&self) -> Option<&UnderReview> {
        match self {
            Self::InReview { review }
            | Self::Sending { review, .. }
            | Self::AwaitingRequester { review }
            | Self::Answered { review }
            | Self::Undeliverable { review } => Some(review),
            Self::Closed { review, .. } => review.as_ref(),
            Self::Unmatched { .. } | Self::Queued { .. } | Self::Drafting { .. } => None,
        }
    }

    /// What a reviewer wants otherwise in the next draft.
    pub fn notes(&self) -> Option<&str> {
        match self {
            Self::Queued { notes, .. } => notes.as_deref(),
            Self::Unmatched { .. }
            | Self::Drafting { .. }
            | Self::InReview { .. }
            | Self::Sending { .. }
            | Self::AwaitingRequester { .. }
            | Self::Answered { .. }
            | Self::Undeliverable { .. }
            | Self::Closed { .. } => None,
        }
    }

    /// Who has the case in hand.
    pub const fn assigned(&self) -> Option<ConsultantId> {
        match self {
            Self::Queued { assigned, .. } => *assigned,
            Self::Drafting { by: Author::Consultant(id), .. } => Some(*id),
            Self::Drafting { by: Author::Automation, .. }
            | Self::Unmatched { .. }
            | Self::InReview { .. }
            | Self::Sending { .. }
            | Self::AwaitingRequester { .. }
            | Self::Answered { .. }
            | Self::Undeliverable { .. }
            | Self::Closed { .. } => None,
        }
    }
}
