//! The record of who did what: each entry is chained to the one before by its hash.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::id::{CaseId, ConsultantId, hex};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Intake,
    Automation,
    Outbox,
    Clock,
    Operator,
    Consultant(ConsultantId),
    /// The requester, by a mail of theirs.
    Requester,
}

/// An event not yet chained. `detail` holds no address, no body and nothing of a patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    pub actor: Actor,
    pub case: Option<CaseId>,
    pub event: String,
    pub detail: serde_json::Value,
}

/// A chained entry: `hash` covers `previous` and every other field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// 1, 2, 3, … without a gap.
    pub sequence: i64,
    pub at: Timestamp,
    #[serde(flatten)]
    pub event: AuditEvent,
    pub previous: String,
    pub hash: String,
}

/// The `previous` of the first entry.
pub const CHAIN_START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl AuditEntry {
    /// Chains `event` behind the entry that ended with `previous`.
    pub fn chain(event: AuditEvent, sequence: i64, at: Timestamp, previous: String) -> Self {
        let hash = Self::digest(&event, sequence, at, &previous);
        Self { sequence, at, event, previous, hash }
    }

    /// Whether the entry's own fields give its hash.
    pub fn is_intact(&self) -> bool {
        Self::digest(&self.event, self.sequence, self.at, &self.previous) == self.hash
    }

    fn digest(event: &AuditEvent, sequence: i64, at: Timestamp, previous: &str) -> String {
        // Microseconds: what both stores keep of a time.
        let body =
            serde_json::json!([previous, sequence, at.as_microsecond(), event.actor, event.case, event.event, event.detail]);
        hex(&Sha256::digest(body.to_string().as_bytes()))
    }
}
