//! A second look at what was sent: which answers it falls on, and what it found.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::id::{CaseId, ConsultantId, OutgoingId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Right,
    /// Right, but a colleague would have said it otherwise.
    CouldBeBetter,
    Wrong,
}

impl Verdict {
    pub const ALL: [Self; 3] = [Self::Right, Self::CouldBeBetter, Self::Wrong];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::CouldBeBetter => "could_be_better",
            Self::Wrong => "wrong",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == text)
    }
}

/// What somebody found who looked at an answer after it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub verdict: Verdict,
    /// Why; only a right answer needs no word.
    pub reason: String,
    pub by: ConsultantId,
    pub at: Timestamp,
}

/// A message that was sent and states something about coding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub outgoing: OutgoingId,
    pub case: CaseId,
    /// answer, clarification or refusal.
    pub kind: String,
    /// The first thing that was asked; empty where it is not known any more.
    pub intent: String,
    /// `None`: by policy.
    pub approved_by: Option<ConsultantId>,
    /// From the question to the approval.
    pub waited: SignedDuration,
    pub at: Timestamp,
    /// Chosen for a check.
    pub sampled: bool,
    pub check: Option<Check>,
}

/// What was answered on one day, of one kind of question, by one approver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Work {
    /// Days since 1970-01-01 UTC.
    pub day: i64,
    pub kind: String,
    pub intent: String,
    /// `None`: by policy.
    pub approved_by: Option<ConsultantId>,
    pub answers: i64,
    /// The sum over the answers.
    pub waited_secs: i64,
    pub within_minute: i64,
    pub within_hour: i64,
    pub within_day: i64,
    pub edits: i64,
    pub right: i64,
    pub could_be_better: i64,
    pub wrong: i64,
}
