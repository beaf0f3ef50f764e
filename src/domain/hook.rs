//! What other programs are told by webhook: that something happened to a case, never what was asked or by whom.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::CaseId;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Opened,
    /// A draft waits for a consultant.
    DraftReady,
    Answered,
    Undeliverable,
}

impl Event {
    /// The `type` that a receiver reads.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opened => "case.opened",
            Self::DraftReady => "case.draft_ready",
            Self::Answered => "case.answered",
            Self::Undeliverable => "case.undeliverable",
        }
    }
}

/// One thing to tell one receiver.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tidings {
    /// The receiver's name in the configuration.
    pub to: String,
    pub event: Event,
    pub case: CaseId,
    pub round: u32,
    /// When it happened, however late it is told.
    pub at: Timestamp,
}
