//! One message of ours to one recipient, from frozen to its verdict.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::OutgoingId;

/// Where a delivery stands. `Begun` is recorded before a connection opens: a `Begun` without a verdict is [`Outcome::Unknown`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DeliveryState {
    Frozen,
    Begun {
        attempt: u32,
    },
    Accepted {
        answer: String,
    },
    Deferred {
        answer: String,
    },
    Refused {
        answer: String,
    },
    Unknown {
        answer: String,
    },
    /// Taken back before any attempt began.
    Withdrawn,
}

impl DeliveryState {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::Begun { .. } => "begun",
            Self::Accepted { .. } => "accepted",
            Self::Deferred { .. } => "deferred",
            Self::Refused { .. } => "refused",
            Self::Unknown { .. } => "unknown",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The server's last words, or why there are none.
    pub fn answer(&self) -> Option<&str> {
        match self {
            Self::Frozen | Self::Begun { .. } | Self::Withdrawn => None,
            Self::Accepted { answer } | Self::Deferred { answer } | Self::Refused { answer } | Self::Unknown { answer } => {
                Some(answer)
            }
        }
    }
}

/// The delivery's own record, apart from the message that it carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub outgoing: OutgoingId,
    pub state: DeliveryState,
    /// SMTP attempts begun so far.
    pub attempts: u32,
    /// Attempts that ended in [`Outcome::Unknown`]; each may have delivered a copy.
    pub unknowns: u32,
    pub changed: Timestamp,
}

/// What an attempt came to (RFC 5321, 4.2.1). The answer is the server's line, cut to 200 characters, or our own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// 2yz after the final dot.
    Accepted { answer: String },
    /// 4yz, or no connection: the server has not taken it.
    Deferred { answer: String },
    /// 5yz: it never will.
    Refused { answer: String },
    /// The connection broke after the final dot began: it may have been taken.
    Unknown { answer: String },
}

impl Outcome {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "accepted",
            Self::Deferred { .. } => "deferred",
            Self::Refused { .. } => "refused",
            Self::Unknown { .. } => "unknown",
        }
    }

    pub fn answer(&self) -> &str {
        match self {
            Self::Accepted { answer } | Self::Deferred { answer } | Self::Refused { answer } | Self::Unknown { answer } => answer,
        }
    }

    /// The state that a delivery takes by this outcome.
    pub fn state(&self) -> DeliveryState {
        match self.clone() {
            Self::Accepted { answer } => DeliveryState::Accepted { answer },
            Self::Deferred { answer } => DeliveryState::Deferred { answer },
            Self::Refused { answer } => DeliveryState::Refused { answer },
            Self::Unknown { answer } => DeliveryState::Unknown { answer },
        }
    }
}
