//! Delivery reports: what some mail system says became of a message (RFC 3464, RFC 8098, RFC 5965).

use serde::{Deserialize, Serialize};

use super::message::MessageId;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportAction {
    Failed,
    Delayed,
    Delivered,
    Relayed,
    Expanded,
    /// A disposition notification: displayed, deleted, dispatched (RFC 8098).
    Disposition,
    /// An abuse report (RFC 5965).
    Abuse,
}

/// A report about a message of somebody's, ours perhaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryReport {
    pub action: ReportAction,
    /// Enhanced status code, `5.1.1` (RFC 3463).
    pub status: Option<String>,
    pub final_recipients: Vec<String>,
    pub original_message_id: Option<MessageId>,
    /// What the returned header says that the message answers: In-Reply-To and References.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub original_references: Vec<MessageId>,
}
