//! What leaves: frozen with its approval, and one recipient an envelope.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::address::EmailAddress;
use super::id::{CaseId, ConsultantId, OutgoingId, hex};
use super::message::MessageId;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutgoingKind {
    Answer,
    Clarification,
    Refusal,
    Acknowledgement,
    Notice,
    Review,
}

impl OutgoingKind {
    pub const ALL: [Self; 6] =
        [Self::Answer, Self::Clarification, Self::Refusal, Self::Acknowledgement, Self::Notice, Self::Review];

    /// As `X-CaseConsultant-Kind` says it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Clarification => "clarification",
            Self::Refusal => "refusal",
            Self::Acknowledgement => "acknowledgement",
            Self::Notice => "notice",
            Self::Review => "review",
        }
    }

    /// Whether it may say anything about coding, and so needs an approval after the ground check.
    pub const fn states_coding(self) -> bool {
        match self {
            Self::Answer | Self::Clarification | Self::Refusal | Self::Review => true,
            Self::Acknowledgement | Self::Notice => false,
        }
    }
}

/// The longest local part of a reverse-path that leaves room for a message's name and a MAC as its detail, within the 64 octets of
/// RFC 5321, 4.5.3.1.1.
pub const VERP_LOCAL_BYTES_MAX: usize = 64 - "+b-".len() - 32 - 10;

/// The SMTP envelope (RFC 5321, 3.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// `None` is the null reverse-path `<>`.
    pub from: Option<EmailAddress>,
    pub to: EmailAddress,
}

/// SHA-256 over envelope and bytes, 64 hexadecimal digits: what an approval is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OutgoingHash(String);

impl OutgoingHash {
    pub fn of(envelope: &Envelope, bytes: &[u8]) -> Self {
        let mut digest = Sha256::new();
        digest.update(envelope.from.as_ref().map_or("", EmailAddress::as_str));
        digest.update([0]);
        digest.update(envelope.to.as_str());
        digest.update([0]);
        digest.update(bytes);
        Self(hex(&digest.finalize()))
    }

    /// Takes a hash as a consultant copied it.
    pub fn claimed(text: &str) -> Self {
        Self(text.trim().to_ascii_lowercase())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A message of ours exactly as it would leave, approved by nobody yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    pub id: OutgoingId,
    pub case: CaseId,
    pub kind: OutgoingKind,
    pub envelope: Envelope,
    pub message_id: MessageId,
    pub date: Timestamp,
    #[serde(with = "base64_bytes")]
    pub bytes: Vec<u8>,
}

impl Outgoing {
    pub fn hash(&self) -> OutgoingHash {
        OutgoingHash::of(&self.envelope, &self.bytes)
    }
}

/// Who let a message go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approver {
    Consultant(ConsultantId),
    /// The written policy, by the name of the rule that allowed it.
    Policy(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub by: Approver,
    pub hash: OutgoingHash,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the message is not the one that was approved: show it again and approve what you see")]
pub struct NotWhatWasApproved;

/// The proof that a message may leave. There is no other way to make one than [`Self::new`], which compares the hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovedOutgoing {
    outgoing: Outgoing,
    approval: Approval,
}

impl ApprovedOutgoing {
    /// Binds a message to its approval; called when it is frozen, and again whenever it is loaded.
    ///
    /// # Errors
    /// [`NotWhatWasApproved`] where envelope or bytes differ from what the approval names.
    pub fn new(outgoing: Outgoing, approval: Approval) -> Result<Self, NotWhatWasApproved> {
        if outgoing.hash() == approval.hash { Ok(Self { outgoing, approval }) } else { Err(NotWhatWasApproved) }
    }

    pub const fn outgoing(&self) -> &Outgoing {
        &self.outgoing
    }

    pub const fn approval(&self) -> &Approval {
        &self.approval
    }
}

/// Bytes as base64 in JSON.
mod base64_bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map_err(serde::de::Error::custom)
    }
}
