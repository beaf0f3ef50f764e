//! What the flow asks of the world. Four ports; each has its adapters in a room of its own.

use std::collections::BTreeSet;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::account::{Account, Consultant, NewAccount, NewConsultant, Standing};
use crate::domain::address::EmailAddress;
use crate::domain::audit::{AuditEntry, AuditEvent};
use crate::domain::case::{Case, CaseState};
use crate::domain::delivery::{Delivery, DeliveryState, Outcome};
use crate::domain::draft::{Draft, Drafted};
use crate::domain::id::{AccountId, CaseId, ConsultantId, DraftId, InboundId, JobId, LeaseToken, OutgoingId};
use crate::domain::job::{JobEnd, JobKind, JobView, Lease, LeasedJob, NewJob};
use crate::domain::message::{Authentication, InboundMessage, MessageId};
use crate::domain::outgoing::{ApprovedOutgoing, Outgoing};
use crate::domain::policy::Policy;
use crate::domain::question::Question;

/// What went wrong in a store, as far as the caller can act on it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else changed the row first: load again and decide again.
    #[error("changed by somebody else meanwhile")]
    Stale,
    /// The lease ran out and another worker has the job: drop what was done.
    #[error("the lease was lost")]
    LeaseLost,
    #[error("there is no such {0}")]
    Missing(&'static str),
    #[error("{what} exists already")]
    Exists { what: String },
    /// Trouble below; it may pass.
    #[error("store: {0:#}")]
    Failed(#[from] anyhow::Error),
}

pub type Stored<T> = Result<T, StoreError>;

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

/// What [`Store::receive`] did with an arrival.
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
    /// A report that moves a case.
    Report { change: Box<Change> },
    /// Neither opens nor moves anything.
    Settle { disposition: Disposition, audit: AuditEvent },
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
    /// How a delivery moves with the case.
    pub delivery: Option<(OutgoingId, DeliveryChange)>,
    pub now: Timestamp,
    /// The job that this settles, if one did.
    pub lease: Option<Lease>,
}

/// How a delivery moves. Each UPDATE names the state it expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryChange {
    /// Frozen, Deferred, Unknown or Begun (whose worker died) -> Begun, one attempt more.
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
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// State names; empty: all.
    pub states: Vec<String>,
    pub assigned: Option<ConsultantId>,
    pub limit: Option<u32>,
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

/// The store: one method, one transaction, one fact. Two backends, one conformance suite.
#[async_trait]
pub trait Store: Send + Sync {
    /// Brings the schema up to date.
    async fn migrate(&self) -> Stored<()>;
    /// Fails where the store can't be written or its schema is not the program's.
    async fn ready(&self) -> Stored<()>;
    async fn figures(&self) -> Stored<StoreFigures>;

    // Intake.
    async fn cursor(&self, mailbox: &str) -> Stored<Option<MailboxCursor>>;
    /// Commits the sealed raw bytes, their SHA-256 and an Admit job for each arrival, all or none; in order.
    async fn receive(&self, mailbox: &str, arrivals: &[Arrival], now: Timestamp) -> Stored<Vec<Received>>;
    /// Moves the mark; never called before everything up to it was received.
    async fn advance(&self, mailbox: &str, cursor: MailboxCursor) -> Stored<()>;
    /// The UIDs that are in the store under one UIDVALIDITY.
    async fn seen_uids(&self, mailbox: &str, uid_validity: u32) -> Stored<BTreeSet<u32>>;
    /// Which of these Maildir names are in the store.
    async fn seen_names(&self, mailbox: &str) -> Stored<BTreeSet<String>>;
    /// Whether a message with this SHA-256 (64 hexadecimal digits) came in from the mailbox.
    async fn holds_raw(&self, mailbox: &str, sha256: &str) -> Stored<bool>;
    /// One intake a mailbox: true where `holder` has it for `ttl_secs` from now on the store's own clock.
    async fn hold_mailbox(&self, mailbox: &str, holder: LeaseToken, ttl_secs: u32) -> Stored<bool>;
    async fn inbound(&self, id: InboundId) -> Stored<Inbound>;

    // Admission.
    async fn threads(&self, keys: &ThreadKeys) -> Stored<Vec<ThreadHit>>;
    /// An account by one of its addresses (by [`EmailAddress::key`]), else by its domain.
    async fn account_for(&self, address: &EmailAddress) -> Stored<Option<Account>>;
    async fn admit(&self, admission: &Admission) -> Stored<Admitted>;

    // Cases.
    async fn case(&self, id: CaseId) -> Stored<Case>;
    async fn case_file(&self, id: CaseId) -> Stored<CaseFile>;
    async fn cases(&self, filter: &CaseFilter) -> Stored<Vec<Case>>;
    async fn draft(&self, id: DraftId) -> Stored<(Draft, Outgoing)>;
    /// [`StoreError::Stale`] where the case is no longer `before`; nothing is written then.
    async fn commit(&self, change: &Change) -> Stored<()>;

    // Outgoing.
    /// Freezes a message that moves no case (acknowledgement, notice, review), with its Send job.
    async fn post(&self, outgoing: &ApprovedOutgoing, audit: AuditEvent, lease: Option<Lease>, now: Timestamp) -> Stored<()>;
    /// The hash is checked again on load.
    async fn outgoing(&self, id: OutgoingId) -> Stored<(ApprovedOutgoing, Delivery)>;
    /// Moves a delivery that moves no case; `then` are the jobs it owes.
    async fn deliver(
        &self,
        id: OutgoingId,
        change: &DeliveryChange,
        then: &[NewJob],
        audit: AuditEvent,
        lease: Option<Lease>,
        now: Timestamp,
    ) -> Stored<Delivery>;
    /// How many messages of ours to this address (by key) were frozen since then.
    async fn sent_since(&self, to: &EmailAddress, since: Timestamp) -> Stored<u32>;

    // Jobs.
    /// Leases up to `max` due jobs for `lease_secs` on the store's own clock; lapsed leases are due again.
    async fn lease(&self, max: u32, lease_secs: u32) -> Stored<Vec<LeasedJob>>;
    async fn renew(&self, lease: Lease, lease_secs: u32) -> Stored<()>;
    async fn finish(&self, lease: Lease, end: &JobEnd) -> Stored<()>;
    /// When the next job falls due, on the store's clock: seconds from now, 0 where one is due.
    async fn next_due_secs(&self) -> Stored<Option<f64>>;
    async fn jobs(&self, dead_only: bool) -> Stored<Vec<JobView>>;
    /// Makes a dead job ready again.
    async fn retry(&self, id: JobId, now: Timestamp) -> Stored<JobKind>;

    // Directory.
    async fn add_account(&self, accounts: &[NewAccount], now: Timestamp) -> Stored<Vec<AccountId>>;
    async fn set_account(&self, account: &Account) -> Stored<()>;
    async fn accounts(&self) -> Stored<Vec<Account>>;
    async fn add_consultant(&self, consultant: &NewConsultant) -> Stored<ConsultantId>;
    async fn set_consultant(&self, consultant: &Consultant) -> Stored<()>;
    async fn consultants(&self) -> Stored<Vec<Consultant>>;

    // Audit.
    /// Entries with a sequence over `after`, at most `max`, in order.
    async fn audit(&self, after: i64, max: u32) -> Stored<Vec<AuditEntry>>;
    /// Sequence and hash of the newest entry as the store keeps them apart from the entries, so that a cut tail shows.
    async fn audit_head(&self) -> Stored<(i64, String)>;
}

/// Hands one frozen message to the world and says what came of it; never fails otherwise.
#[async_trait]
pub trait Mailer: Send + Sync {
    async fn send(&self, message: &ApprovedOutgoing) -> Outcome;
    /// Connects, and says what is wrong where it can't.
    async fn check(&self) -> anyhow::Result<String>;
}

/// What a drafter is given.
#[derive(Debug, Clone)]
pub struct Assignment {
    pub question: Question,
    /// A consultant's notes on a returned draft.
    pub notes: Option<String>,
    /// The day that counts as today.
    pub today: jiff::civil::Date,
}

/// Writes a draft from an assignment. A drafter that can't answers with route `expert`.
#[async_trait]
pub trait Drafter: Send + Sync {
    async fn draft(&self, assignment: &Assignment) -> Drafted;
}

/// Says whether the sender is who the mail says, from the receiver's word or an own check.
#[async_trait]
pub trait SenderCheck: Send + Sync {
    async fn check(&self, raw: &[u8], message: &InboundMessage) -> Authentication;
}

/// The states from which a delivery may begin.
pub const fn may_begin(state: &DeliveryState) -> bool {
    match state {
        DeliveryState::Frozen | DeliveryState::Begun { .. } | DeliveryState::Deferred { .. } | DeliveryState::Unknown { .. } => {
            true
        }
        DeliveryState::Accepted { .. } | DeliveryState::Refused { .. } | DeliveryState::Withdrawn => false,
    }
}
