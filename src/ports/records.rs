//! What passes through the store's port.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::account::{Account, Consultant, Login, NewAccount, NewConsultant, Role, Standing};
use crate::domain::address::EmailAddress;
use crate::domain::attachment::AttachmentFacts;
use crate::domain::audit::{Actor, AuditEntry, AuditEvent};
use crate::domain::case::{Case, CaseState, Note};
use crate::domain::check::Answered;
use crate::domain::delivery::{Delivery, Outcome};
use crate::domain::draft::Draft;
use crate::domain::id::{AccountId, CaseId, ConsultantId, InboundId, JobId, OutgoingId};
use crate::domain::job::{Lease, NewJob};
use crate::domain::message::MessageId;
use crate::domain::outgoing::{ApprovedOutgoing, Outgoing};
use crate::domain::policy::{Budget, Policy};
use crate::domain::question::{Question, Reading};

/// Where a mailbox keeps a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Place {
    /// RFC 3501, 2.3.1.1: never reused within one UIDVALIDITY.
    Imap { uid_validity: u32, uid: u32 },
    /// The unique part of a Maildir file's name.
    Maildir { name: String },
}

/// How far a mailbox was read: everything up to `uid_last` under `uid_validity` is in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxCursor {
    pub uid_validity: u32,
    pub uid_last: u32,
}

/// A message as a mailbox hands it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub place: Place,
    /// The whole message; of one over the size limit the header alone.
    pub raw: Vec<u8>,
    /// Bytes on the server, which exceed `raw` where the message was too large to take.
    pub size: u64,
    /// Why it goes to quarantine unread, where it does.
    pub quarantine: Option<String>,
}

/// What [`super::Store::receive`] did with an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    New(InboundId),
    /// The place, or (after a folder was recreated) the very bytes, are in the store already.
    Known(InboundId),
}

/// A received message, unsealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound {
    pub id: InboundId,
    pub mailbox: String,
    pub place: Place,
    pub raw: Vec<u8>,
    pub size: u64,
    pub sha256: String,
    pub quarantine: Option<String>,
    pub received: Timestamp,
    pub disposition: Option<Disposition>,
}

/// What became of a message; each gets exactly one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "disposition", rename_all = "snake_case")]
pub enum Disposition {
    Opened {
        case: CaseId,
    },
    Continued {
        case: CaseId,
    },
    /// A delivery report; `case` where it is about a message of ours.
    Reported {
        case: Option<CaseId>,
    },
    /// A consultant's decision by mail.
    Reviewed {
        case: CaseId,
    },
    Ignored {
        why: String,
    },
    Quarantined {
        why: String,
    },
}

impl Disposition {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Continued { .. } => "continued",
            Self::Reported { .. } => "reported",
            Self::Reviewed { .. } => "reviewed",
            Self::Ignored { .. } => "ignored",
            Self::Quarantined { .. } => "quarantined",
        }
    }

    pub const fn case(&self) -> Option<CaseId> {
        match self {
            Self::Opened { case } | Self::Continued { case } | Self::Reviewed { case } => Some(*case),
            Self::Reported { case } => *case,
            Self::Ignored { .. } | Self::Quarantined { .. } => None,
        }
    }
}

/// The part of a reading that is kept: redacted, and enough to draft from and to thread a reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InboundFacts {
    pub message_id: Option<MessageId>,
    pub in_reply_to: Vec<MessageId>,
    pub references: Vec<MessageId>,
    /// The whole subject as the asker wrote it, redacted.
    pub subject: String,
    pub from: Option<EmailAddress>,
    pub date: Option<Timestamp>,
    pub question: Question,
    pub attachments: usize,
    /// What those files are and what became of them.
    #[serde(default)]
    pub files: Vec<AttachmentFacts>,
    /// Whether the mail has a layout of its own, beside its text.
    #[serde(default)]
    pub laid_out: bool,
    pub problems: Vec<String>,
}

/// A case that does not exist yet. The store numbers it and puts the number into its jobs, the audit entry and the disposition.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCase {
    pub state: CaseState,
    pub account: Option<AccountId>,
    pub standing: Standing,
    pub requester: EmailAddress,
    pub subject: String,
    pub linked: Option<CaseId>,
}

/// What admission decided for one message: one transaction.
#[derive(Debug, Clone)]
pub struct Admission {
    pub inbound: InboundId,
    /// What makes two mails one: equal keys are one mail delivered twice. `None` where nothing can tell.
    pub duplicate_key: Option<String>,
    pub facts: Option<InboundFacts>,
    /// A message of ours that this one says has failed.
    pub bounced: Option<OutgoingId>,
    pub now: Timestamp,
    pub lease: Lease,
    pub decision: Decision,
}

#[derive(Debug, Clone)]
pub enum Decision {
    /// Open a case, which owes the jobs that [`crate::domain::transition::opening_jobs`] names once the store has numbered it.
    Open { case: Box<NewCase>, policy: Box<Policy>, audit: AuditEvent },
    /// Attach to a case and move it.
    Continue { change: Box<Change> },
    /// A consultant's decision by mail, which moves the case.
    Review { change: Box<Change> },
    /// A report that moves a case.
    Report { change: Box<Change> },
    /// Neither opens nor moves anything.
    Settle { disposition: Disposition, audit: AuditEvent, jobs: Vec<NewJob> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admitted {
    As(Disposition),
    /// The same mail was admitted before; settled as `Ignored`.
    Duplicate {
        of: InboundId,
    },
}

/// A case's move with all that belongs to it: one transaction, or nothing.
#[derive(Debug, Clone)]
pub struct Change {
    /// The case as it was decided upon: the UPDATE names its version and its state.
    pub before: Case,
    /// As it becomes; `version` is one more.
    pub after: Case,
    pub jobs: Vec<NewJob>,
    pub audit: Vec<AuditEvent>,
    /// A draft to keep, with the message it would become.
    pub draft: Option<(Draft, Outgoing)>,
    /// A message to freeze with its approval.
    pub freeze: Option<ApprovedOutgoing>,
    /// How many messages may leave at most; over it nothing is written and the change is stale.
    pub budget: Option<Budget>,
    /// How a delivery moves with the case.
    pub delivery: Option<(OutgoingId, DeliveryChange)>,
    /// A note to keep, by whoever wrote it.
    pub note: Option<Note>,
    /// How the question of the round is read from now on.
    pub reading: Option<Reading>,
    /// Whether the frozen answer is to be checked later.
    pub sampled: bool,
    pub now: Timestamp,
    /// The job that this settles, if one did.
    pub lease: Option<Lease>,
}

/// How a delivery moves. Each UPDATE names the state it expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryChange {
    /// Frozen, Deferred, Unknown or Begun (whose worker died: that attempt counts as unknown) -> Begun, one attempt more.
    Begin,
    /// Begun -> what the attempt came to.
    Settle(Outcome),
    /// Frozen -> Withdrawn.
    Withdraw,
}

/// What a thread can be recognised by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadKeys {
    /// In-Reply-To and References, and the original id of a report.
    pub message_ids: Vec<MessageId>,
}

/// A case that a key led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadHit {
    pub case: CaseId,
    /// Where the key is the id of a message of ours.
    pub outgoing: Option<OutgoingId>,
}

/// A message of a case, as drafting and the terminal see it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseMessage {
    pub inbound: InboundId,
    pub received: Timestamp,
    pub disposition: Disposition,
    pub facts: InboundFacts,
}

/// A message of ours with its delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseOutgoing {
    pub outgoing: Outgoing,
    pub delivery: Delivery,
}

/// Everything about one case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFile {
    pub case: Case,
    /// Oldest first.
    pub messages: Vec<CaseMessage>,
    /// Oldest first, each with the message it would become.
    pub drafts: Vec<(Draft, Outgoing)>,
    /// Oldest first.
    pub outgoing: Vec<CaseOutgoing>,
    pub audit: Vec<AuditEntry>,
    /// Oldest first.
    pub notes: Vec<Note>,
    /// A consultant's own reading of the round's question.
    pub reading: Option<Reading>,
    /// What was sent of coding, the oldest first.
    pub answered: Vec<Answered>,
}

/// What was said in a case by both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    pub case: Case,
    /// Oldest first.
    pub messages: Vec<CaseMessage>,
    /// Oldest first.
    pub outgoing: Vec<CaseOutgoing>,
    /// A consultant's own reading of the round's question.
    pub reading: Option<Reading>,
}

/// Mails that leave their case for one of their own: one transaction.
#[derive(Debug, Clone)]
pub struct Parting {
    /// What becomes of the case that they leave.
    pub change: Change,
    pub mails: Vec<InboundId>,
    /// Their own Message-IDs, by which replies to them are found.
    pub message_ids: Vec<MessageId>,
    pub case: NewCase,
    /// Names the jobs that a case owes with its opening.
    pub policy: Policy,
    pub audit: AuditEvent,
}

/// From when on dealings with somebody count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DealingsSince {
    pub sent: Timestamp,
    pub bounced: Timestamp,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dealings {
    /// Messages of ours to the address that were frozen.
    pub sent: u32,
    /// Messages of ours to the case's requester that were frozen in it; 0 without a case.
    pub sent_in_case: u32,
    /// Messages to the address that were reported as failed.
    pub bounced: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// State names; empty: all.
    pub states: Vec<String>,
    pub assigned: Option<ConsultantId>,
    pub limit: Option<u32>,
}

impl CaseFile {
    pub fn asked(&self) -> impl DoubleEndedIterator<Item = &CaseMessage> {
        asked(&self.messages)
    }
}

/// What the requester wrote; reports and reviews are no part of the question.
pub fn asked(messages: &[CaseMessage]) -> impl DoubleEndedIterator<Item = &CaseMessage> {
    messages.iter().filter(|one| matches!(one.disposition, Disposition::Opened { .. } | Disposition::Continued { .. }))
}

/// Figures that health and metrics show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct StoreFigures {
    pub inbound: i64,
    /// Received and without a disposition yet.
    pub unadmitted: i64,
    pub cases_by_state: Vec<(String, i64)>,
    pub jobs_ready: i64,
    pub jobs_dead: i64,
    pub deliveries_by_state: Vec<(String, i64)>,
}

/// What an administrator does, each with its entry in the record.
#[derive(Clone)]
pub enum Administering {
    AddAccount(NewAccount),
    SetAccount(Account),
    AddConsultant(NewConsultant, Login),
    /// With the role from now on, and the hash of a new password where there is one. Ends every session of theirs.
    SetConsultant(Consultant, Role, Option<String>),
    /// A dead job is ready again.
    Retry(JobId),
    /// Something that stands elsewhere was changed; here is but the entry about it.
    Told(&'static str),
}

impl Administering {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AddAccount(_) => "add_account",
            Self::SetAccount(_) => "set_account",
            Self::AddConsultant(..) => "add_consultant",
            Self::SetConsultant(..) => "set_consultant",
            Self::Retry(_) => "retry",
            Self::Told(what) => what,
        }
    }
}

/// Which entries of the record are looked for; the newest come first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    pub case: Option<CaseId>,
    pub actor: Option<Actor>,
    pub event: Option<String>,
    /// Only entries before this one.
    pub before: Option<i64>,
    pub max: u32,
}

/// What retention took, or would take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Purged {
    /// Mails whose bytes went, attachments with them.
    pub raw_messages: i64,
    /// Closed cases whose content went; their numbers and audit entries stay.
    pub cases: i64,
}
