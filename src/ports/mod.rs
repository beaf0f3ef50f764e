//! What the flow asks of the world. Five ports; each has its adapters in a room of its own.

mod records;

use std::collections::BTreeSet;

use async_trait::async_trait;
use jiff::Timestamp;

pub use records::{
    Administering, Admission, Admitted, Arrival, AuditQuery, CaseFile, CaseFilter, CaseMessage, CaseOutgoing, Change, Dealings,
    DealingsSince, Decision, DeliveryChange, Disposition, Exchange, Inbound, InboundFacts, MailboxCursor, NewCase, Parting,
    Place, Purged, Received, StoreFigures, ThreadHit, ThreadKeys, asked,
};

use crate::domain::account::{
    Account, ApiToken, AskerSession, Consultant, Login, NewAccount, NewAskerSession, NewConsultant, NewLink, NewSession, Role,
    Session,
};
use crate::domain::address::EmailAddress;
use crate::domain::audit::{AuditEntry, AuditEvent};
use crate::domain::case::Case;
use crate::domain::check::{Answered, Check, Work};
use crate::domain::delivery::{Delivery, DeliveryState, Outcome};
use crate::domain::draft::{Draft, Drafted};
use crate::domain::id::{AccountId, CaseId, ConsultantId, DraftId, InboundId, JobId, LeaseToken, OutgoingId};
use crate::domain::job::{JobEnd, JobKind, JobView, Lease, LeasedJob, NewJob};
use crate::domain::message::{Authentication, InboundMessage};
use crate::domain::outgoing::{ApprovedOutgoing, Outgoing};
use crate::domain::policy::Budget;
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

/// What must still hold at the moment when a message is frozen that moves no case; by default nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Provided {
    /// The loop budget has room for one more.
    pub budget: Option<Budget>,
    /// The message's case is at this version: nothing was answered meanwhile.
    pub case_version: Option<i64>,
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
    /// The case with what was said in it. Its version tells whether more was said since.
    async fn exchange(&self, id: CaseId) -> Stored<Exchange>;
    /// All that is kept of a case, as of one moment.
    async fn case_file(&self, id: CaseId) -> Stored<CaseFile>;
    /// Those whose question waits longest come first.
    async fn cases(&self, filter: &CaseFilter) -> Stored<Vec<Case>>;
    async fn draft(&self, id: DraftId) -> Stored<(Draft, Outgoing)>;
    /// [`StoreError::Stale`] where the case is no longer `before`; nothing is written then.
    async fn commit(&self, change: &Change) -> Stored<()>;
    /// Closes one case into another: both changes or none. Where `into` is given, what was asked in the one goes over with it.
    async fn merge(&self, closing: &Change, into: Option<&Change>) -> Stored<()>;
    /// Moves mails into a new case, which it numbers.
    async fn part(&self, parting: &Parting) -> Stored<CaseId>;

    // Outgoing.
    /// Freezes a message that moves no case (acknowledgement, notice, review), with its Send job.
    /// [`StoreError::Stale`] where what it rests on no longer holds.
    async fn post(
        &self,
        outgoing: &ApprovedOutgoing,
        audit: AuditEvent,
        provided: Provided,
        lease: Option<Lease>,
        now: Timestamp,
    ) -> Stored<()>;
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
    /// What went to this address (by key) lately, and how it fared.
    async fn dealings(&self, with: &EmailAddress, case: Option<CaseId>, since: DealingsSince) -> Stored<Dealings>;
    /// Forgets those reports, and says how many there were.
    async fn lift(&self, to: &EmailAddress, audit: AuditEvent, now: Timestamp) -> Stored<u32>;
    /// True where nobody was told about this since then, or this very job told it.
    async fn claim_telling(&self, about: &str, job: JobId, now: Timestamp, since: Timestamp) -> Stored<bool>;
    /// How many answers, questions back and refusals an account was given since then: what its allowance counts.
    async fn answered_since(&self, account: AccountId, since: Timestamp) -> Stored<u32>;

    // Checks and figures.
    /// Answers that wait for their check, the oldest first.
    async fn unchecked(&self, max: u32) -> Stored<Vec<Answered>>;
    /// Keeps what a check found; a later look at the same answer takes the place of the earlier.
    async fn keep_check(&self, id: OutgoingId, check: &Check, audit: AuditEvent) -> Stored<()>;
    /// What was answered from then on, by day, kind of question and approver.
    async fn work(&self, since: Timestamp) -> Stored<Vec<Work>>;

    // Retention.
    /// Deletes the bytes of settled mails received before one time, and what cases hold that were closed before another;
    /// `dry_run` only counts. The audit chain is left whole, with an entry about it.
    async fn purge(&self, raw_before: Timestamp, closed_before: Timestamp, dry_run: bool, now: Timestamp) -> Stored<Purged>;

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
    /// Name and plan of these accounts.
    async fn account_names(&self, ids: &[AccountId]) -> Stored<Vec<(AccountId, String, String)>>;
    /// One account, or none.
    async fn account(&self, id: AccountId) -> Stored<Option<Account>>;
    async fn add_consultant(&self, consultant: &NewConsultant) -> Stored<ConsultantId>;
    async fn set_consultant(&self, consultant: &Consultant) -> Stored<()>;
    async fn consultants(&self) -> Stored<Vec<Consultant>>;

    /// One act of an administrator with its entry in the record, both or none.
    async fn administer(&self, act: &Administering, audit: AuditEvent, now: Timestamp) -> Stored<()>;
    /// What those who sign in to the desk may do there.
    async fn roles(&self) -> Stored<Vec<(ConsultantId, Role)>>;

    // Sign-in.
    /// Sets how a consultant signs in, and ends every session of theirs.
    async fn set_login(&self, consultant: ConsultantId, login: &Login) -> Stored<()>;
    /// An active consultant with a login, by handle or by address.
    async fn login(&self, name: &str) -> Stored<Option<(Consultant, Login)>>;
    async fn open_session(&self, session: &NewSession) -> Stored<()>;
    /// The session under the token's hash, where it holds at `now` and its consultant is active.
    async fn session(&self, token_hash: &str, now: Timestamp) -> Stored<Option<Session>>;
    async fn end_session(&self, token_hash: &str) -> Stored<()>;

    // Askers.
    /// Keeps a link by which an address signs in.
    async fn add_link(&self, link: &NewLink, now: Timestamp) -> Stored<()>;
    /// The address that the link under the token's hash proves; the link is gone with its use.
    async fn take_link(&self, token_hash: &str, now: Timestamp) -> Stored<Option<EmailAddress>>;
    async fn open_asker_session(&self, session: &NewAskerSession, now: Timestamp) -> Stored<()>;
    async fn asker_session(&self, token_hash: &str, now: Timestamp) -> Stored<Option<AskerSession>>;
    async fn end_asker_session(&self, token_hash: &str) -> Stored<()>;
    /// What an address asked, and what an account did; newest first.
    async fn asked_by(&self, address: &EmailAddress, account: Option<AccountId>, max: u32) -> Stored<Vec<Case>>;
    /// Deletes the content of an address's closed cases, its links and its sessions; the audit chain stays whole.
    async fn forget(&self, address: &EmailAddress, now: Timestamp) -> Stored<i64>;

    // Tokens of programs.
    /// Keeps a token under the SHA-256 of its text; [`StoreError::Exists`] where the name is taken.
    async fn add_token(&self, token: &ApiToken, token_hash: &str) -> Stored<()>;
    /// The token under the hash, where it holds at `now`.
    async fn token(&self, token_hash: &str, now: Timestamp) -> Stored<Option<ApiToken>>;
    async fn tokens(&self) -> Stored<Vec<ApiToken>>;
    /// [`StoreError::Missing`] where no token has the name.
    async fn end_token(&self, name: &str) -> Stored<()>;

    // Audit.
    /// Entries with a sequence over `after`, at most `max`, in order.
    async fn audit(&self, after: i64, max: u32) -> Stored<Vec<AuditEntry>>;
    /// Entries that are looked for, the newest first.
    async fn audit_found(&self, query: &AuditQuery) -> Stored<Vec<AuditEntry>>;
    /// Sequence and hash of the newest entry as the store keeps them apart from the entries, so that a cut tail shows.
    async fn audit_head(&self) -> Stored<(i64, String)>;
}

/// Hands one frozen message to the world and says what came of it; never fails otherwise.
#[async_trait]
pub trait Mailer: Send + Sync {
    async fn send(&self, message: &ApprovedOutgoing) -> Outcome;
    /// Whether the switch that holds all sending is on. [`Self::send`] looks once more, right before a message would leave.
    fn held(&self) -> bool {
        false
    }
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

/// Tells other programs of what happened.
#[async_trait]
pub trait Hooks: Send + Sync {
    /// Whether the receiver took `body` under the identifier `id`, which is the same however often it is told.
    async fn tell(&self, to: &str, id: &str, body: &str, now: Timestamp) -> Result<(), NotTold>;
}

/// Why a receiver was not told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTold {
    #[error("no receiver of this name is configured any more")]
    Unknown,
    /// It may take it later.
    #[error("{0}")]
    Later(String),
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
