//! A message that came in: what its bytes say, before anyone decides what to do about it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::address::Correspondent;
use super::code::Span;
use super::question::Question;
use super::report::DeliveryReport;

/// A Message-ID without its angle brackets (RFC 5322, 3.6.4); 1..=998 printable characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageId(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a Message-ID: it must be printable, without blanks, and fit one header line")]
pub struct InvalidMessageId;

impl MessageId {
    /// Reads an id with or without its angle brackets.
    ///
    /// # Errors
    /// [`InvalidMessageId`] where the text could not stand in a header of ours again.
    pub fn parse(text: &str) -> Result<Self, InvalidMessageId> {
        let text = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
        let sound = !text.is_empty()
            && text.len() <= 996
            && !text.chars().any(|c| c.is_control() || c.is_whitespace() || "<>".contains(c));
        if sound { Ok(Self(text.to_owned())) } else { Err(InvalidMessageId) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for MessageId {
    type Error = InvalidMessageId;

    fn try_from(text: String) -> Result<Self, InvalidMessageId> {
        Self::parse(&text)
    }
}

impl From<MessageId> for String {
    fn from(id: MessageId) -> Self {
        id.0
    }
}

/// Who or what wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Person,
    /// An auto-reply, a notice, a bulk sender (RFC 3834).
    Automatic,
    List,
    /// A delivery, disposition or abuse report (RFC 3464, 8098, 5965).
    Report,
    /// Our own mail coming back.
    OwnLoop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthResult {
    Pass,
    Fail,
    #[default]
    None,
}

/// What a trusted receiver said of the sender (RFC 8601), or our own check.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Authentication {
    pub result: AuthResult,
    /// The authserv-id that said it.
    pub by: Option<String>,
    pub spf: Option<String>,
    pub dkim: Option<String>,
    pub dmarc: Option<String>,
    /// The domain of From that a pass was aligned with.
    pub aligned_domain: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub name: Option<String>,
    pub media_type: String,
    pub bytes: usize,
    pub inline: bool,
}

/// The kinds of patient identifier that are taken out of the working text (45 CFR 164.514(b)(2)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IdentifierKind {
    Name,
    Address,
    Date,
    Phone,
    Fax,
    Email,
    Ssn,
    Mrn,
    HealthPlanId,
    Account,
    License,
    Vehicle,
    Device,
    Url,
    Ip,
    #[serde(rename = "AGE_OVER_89")]
    AgeOver89,
    /// The asker's own signature: kept out of the working text, no patient's.
    Sender,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identifier {
    pub kind: IdentifierKind,
    #[serde(flatten)]
    pub span: Span,
}

/// Everything that a message's bytes say. Total: a broken message gives a value and `problems`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InboundMessage {
    pub bytes: usize,
    /// Of the raw bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// All authors; the first is who wrote. `None` where the header is missing or empty.
    pub from: Option<Correspondent>,
    pub sender: Option<Correspondent>,
    pub to: Vec<Correspondent>,
    pub cc: Vec<Correspondent>,
    pub reply_to: Vec<Correspondent>,
    /// The envelope sender that final delivery noted; `Some("")` for the null path `<>`.
    pub return_path: Option<String>,
    /// As written, unfit for any log or reply: see `redacted_subject`.
    pub subject: String,
    pub date: Option<Timestamp>,
    pub message_id: Option<MessageId>,
    pub in_reply_to: Vec<MessageId>,
    pub references: Vec<MessageId>,
    pub origin: Origin,
    pub origin_reason: String,
    /// Loop safety only; whether policy lets us write is another matter.
    pub may_reply: bool,
    pub report: Option<DeliveryReport>,
    pub authentication: Authentication,
    /// The whole body as plain text.
    pub text: String,
    /// Without quote and signature.
    pub new_text: String,
    pub quoted_text: String,
    pub signature: String,
    pub attachments: Vec<Attachment>,
    /// Character offsets into `text`.
    pub identifiers: Vec<Identifier>,
    pub redacted_text: String,
    pub redacted_subject: String,
    /// Read from the redacted new text, the quoted text behind it.
    pub question: Question,
    /// What the content is known by, apart from trace headers: hexadecimal SHA-256 over From, Date, Subject and body.
    pub content_hash: String,
    /// Only its reader's key opens it: nothing of it could be read.
    pub encrypted: bool,
    /// What was wrong with the bytes, in words for a consultant.
    pub problems: Vec<String>,
}
