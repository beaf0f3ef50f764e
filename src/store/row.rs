//! Rows and nouns, one into the other, alike for both engines.

use anyhow::{Context as _, anyhow};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use sqlx::FromRow;

use crate::domain::account::Consultant;
use crate::domain::address::EmailAddress;
use crate::domain::audit::{AuditEntry, AuditEvent};
use crate::domain::case::{Case, CaseState};
use crate::domain::delivery::{Delivery, DeliveryState, Outcome};
use crate::domain::id::{AccountId, CaseId, ConsultantId, InboundId, JobId, OutgoingId};
use crate::domain::job::{JobView, Lease, LeasedJob};
use crate::domain::message::MessageId;
use crate::domain::outgoing::{Approval, ApprovedOutgoing, Envelope, Outgoing, OutgoingHash};
use crate::ports::{Arrival, DeliveryChange, Inbound, Place, StoreError, Stored, may_begin};
use crate::seal::Seal;

/// What both engines keep of a time.
pub(super) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

pub(super) fn time(micros: i64) -> anyhow::Result<Timestamp> {
    Timestamp::from_microsecond(micros).context("a time out of range")
}

/// Seconds as the engines' clocks count.
pub(super) fn secs(secs: u32) -> i64 {
    i64::from(secs) * 1_000_000
}

/// How long a worker may sleep until a time so many microseconds ahead.
#[expect(clippy::cast_precision_loss, reason = "a sleep needs no more than the 52 bits that a float has")]
pub(super) fn wait_secs(micros: i64) -> f64 {
    micros.max(0) as f64 / 1e6
}

pub(super) fn json(value: &impl Serialize) -> anyhow::Result<String> {
    serde_json::to_string(value).context("writing JSON")
}

pub(super) fn parsed<T: DeserializeOwned>(what: &'static str, text: &str) -> anyhow::Result<T> {
    serde_json::from_str(text).with_context(|| format!("reading {what}"))
}

/// An enum without data by its name.
pub(super) fn named<T: DeserializeOwned>(what: &'static str, name: String) -> anyhow::Result<T> {
    serde_json::from_value(serde_json::Value::String(name)).with_context(|| format!("reading {what}"))
}

/// Text as PostgreSQL takes it, which has no NUL: what a broken mail put into its subject is no reason to fail.
pub(super) fn text(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

fn small(what: &'static str, number: i64) -> anyhow::Result<u32> {
    u32::try_from(number).map_err(|_| anyhow!("{what} is out of range"))
}

/// An arrival whose bytes are sealed and summed, ready for its transaction.
#[derive(Debug, Clone)]
pub(super) struct SealedArrival {
    pub at: PlaceColumns,
    pub sha256: String,
    pub sealed: Vec<u8>,
    pub size: i64,
    pub quarantine: Option<String>,
}

pub(super) fn sealed(seal: &Seal, arrival: &Arrival) -> anyhow::Result<SealedArrival> {
    let sha256 = format!("{:x}", Sha256::digest(&arrival.raw));
    Ok(SealedArrival {
        at: PlaceColumns::of(&arrival.place),
        sealed: seal.seal(&raw_purpose(&sha256), &arrival.raw)?,
        sha256,
        size: i64::try_from(arrival.size).unwrap_or(i64::MAX),
        quarantine: arrival.quarantine.as_deref().map(text),
    })
}

fn raw_purpose(sha256: &str) -> String {
    format!("raw message {sha256}")
}

/// A place as its columns: an IMAP message has no file name, a Maildir file no numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlaceColumns {
    pub uid_validity: i64,
    pub uid: i64,
    pub file_name: String,
}

impl PlaceColumns {
    fn of(place: &Place) -> Self {
        match place {
            Place::Imap { uid_validity, uid } => {
                Self { uid_validity: i64::from(*uid_validity), uid: i64::from(*uid), file_name: String::new() }
            }
            Place::Maildir { name } => Self { uid_validity: 0, uid: 0, file_name: text(name) },
        }
    }

    fn place(self) -> anyhow::Result<Place> {
        if self.file_name.is_empty() {
            Ok(Place::Imap { uid_validity: small("uid_validity", self.uid_validity)?, uid: small("uid", self.uid)? })
        } else {
            Ok(Place::Maildir { name: self.file_name })
        }
    }
}

#[derive(FromRow)]
pub(super) struct InboundRow {
    id: i64,
    mailbox: String,
    uid_validity: i64,
    uid: i64,
    file_name: String,
    sha256: String,
    size_bytes: i64,
    quarantine: Option<String>,
    received: i64,
    disposition: Option<String>,
    sealed: Vec<u8>,
}

impl InboundRow {
    pub(super) fn inbound(self, seal: &Seal) -> anyhow::Result<Inbound> {
        let at = PlaceColumns { uid_validity: self.uid_validity, uid: self.uid, file_name: self.file_name };
        Ok(Inbound {
            id: InboundId(self.id),
            mailbox: self.mailbox,
            place: at.place()?,
            raw: seal.open(&raw_purpose(&self.sha256), &self.sealed)?,
            size: u64::try_from(self.size_bytes).unwrap_or_default(),
            sha256: self.sha256,
            quarantine: self.quarantine,
            received: time(self.received)?,
            disposition: self.disposition.map(|text| parsed("a disposition", &text)).transpose()?,
        })
    }
}

#[derive(FromRow)]
pub(super) struct CaseRow {
    id: i64,
    version: i64,
    round: i64,
    state: String,
    state_data: String,
    account: Option<i64>,
    standing: String,
    requester: String,
    subject: String,
    received: i64,
    changed: i64,
    current_outgoing: Option<String>,
    linked: Option<i64>,
}

impl CaseRow {
    pub(super) fn case(self) -> anyhow::Result<Case> {
        let state: CaseState = parsed("a case's state", &self.state_data)?;
        if state.name() != self.state {
            return Err(anyhow!("case {}: its state is {} by name and {} by content", self.id, self.state, state.name()));
        }
        Ok(Case {
            id: CaseId(self.id),
            version: self.version,
            round: small("round", self.round)?,
            state,
            account: self.account.map(AccountId),
            standing: named("a standing", self.standing)?,
            requester: EmailAddress::parse(&self.requester).context("reading a requester")?,
            subject: self.subject,
            received: time(self.received)?,
            changed: time(self.changed)?,
            current: self.current_outgoing.map(|id| id.parse()).transpose().context("reading an outgoing id")?,
            linked: self.linked.map(CaseId),
        })
    }
}

#[derive(FromRow)]
pub(super) struct OutgoingRow {
    id: String,
    case_id: i64,
    kind: String,
    envelope_from: Option<String>,
    envelope_to: String,
    message_id: String,
    dated: i64,
    bytes: Vec<u8>,
    approved_by: String,
    approved_hash: String,
    approved: i64,
    state: String,
    state_data: String,
    attempts: i64,
    unknowns: i64,
    changed: i64,
}

impl OutgoingRow {
    /// The message and its delivery; that it is what was approved is checked here, whoever loads it.
    pub(super) fn approved(self) -> anyhow::Result<(ApprovedOutgoing, Delivery)> {
        let id: OutgoingId = self.id.parse().context("reading an outgoing id")?;
        let delivery = DeliveryRow {
            state: self.state,
            state_data: self.state_data,
            attempts: self.attempts,
            unknowns: self.unknowns,
            changed: self.changed,
        };
        let outgoing = Outgoing {
            id,
            case: CaseId(self.case_id),
            kind: named("a kind of message", self.kind)?,
            envelope: Envelope {
                from: self.envelope_from.map(|from| EmailAddress::parse(&from)).transpose().context("reading a sender")?,
                to: EmailAddress::parse(&self.envelope_to).context("reading a recipient")?,
            },
            message_id: MessageId::parse(&self.message_id).context("reading a Message-ID")?,
            date: time(self.dated)?,
            bytes: self.bytes,
        };
        let approval = Approval {
            by: parsed("an approver", &self.approved_by)?,
            hash: OutgoingHash::claimed(&self.approved_hash),
            at: time(self.approved)?,
        };
        Ok((ApprovedOutgoing::new(outgoing, approval)?, delivery.delivery(id)?))
    }
}

#[derive(FromRow)]
pub(super) struct DeliveryRow {
    state: String,
    state_data: String,
    attempts: i64,
    unknowns: i64,
    changed: i64,
}

impl DeliveryRow {
    pub(super) fn delivery(self, outgoing: OutgoingId) -> anyhow::Result<Delivery> {
        let state: DeliveryState = parsed("a delivery's state", &self.state_data)?;
        if state.name() != self.state {
            return Err(anyhow!("delivery {outgoing}: {} by name and {} by content", self.state, state.name()));
        }
        Ok(Delivery {
            outgoing,
            state,
            attempts: small("attempts", self.attempts)?,
            unknowns: small("unknowns", self.unknowns)?,
            changed: time(self.changed)?,
        })
    }
}

/// Where a change leads a delivery, if it may be made from where it stands.
pub(super) fn moved(before: &Delivery, change: &DeliveryChange, now: Timestamp) -> Stored<Delivery> {
    let begun = matches!(before.state, DeliveryState::Begun { .. });
    let mut after = Delivery { changed: now, ..before.clone() };
    match change {
        DeliveryChange::Begin if may_begin(&before.state) => {
            after.attempts = before.attempts.saturating_add(1);
            // Begun and never settled: the worker died, and its attempt may have delivered a copy.
            after.unknowns = before.unknowns.saturating_add(u32::from(begun));
            after.state = DeliveryState::Begun { attempt: after.attempts };
        }
        DeliveryChange::Settle(outcome) if begun => {
            after.unknowns = before.unknowns.saturating_add(u32::from(matches!(outcome, Outcome::Unknown { .. })));
            after.state = outcome.state();
        }
        DeliveryChange::Withdraw if before.state == DeliveryState::Frozen => after.state = DeliveryState::Withdrawn,
        DeliveryChange::Begin | DeliveryChange::Settle(_) | DeliveryChange::Withdraw => return Err(StoreError::Stale),
    }
    Ok(after)
}

#[derive(FromRow)]
pub(super) struct LeasedRow {
    pub id: i64,
    job: String,
    token: String,
    leases: i64,
}

impl LeasedRow {
    pub(super) fn job(self) -> anyhow::Result<LeasedJob> {
        Ok(LeasedJob {
            lease: Lease { job: JobId(self.id), token: self.token.parse().context("reading a lease token")? },
            kind: parsed("a job", &self.job)?,
            leases: small("leases", self.leases)?,
        })
    }
}

#[derive(FromRow)]
pub(super) struct JobRow {
    id: i64,
    job: String,
    state: String,
    run_at: i64,
    leases: i64,
    last_error: Option<String>,
}

impl JobRow {
    pub(super) fn view(self) -> anyhow::Result<JobView> {
        Ok(JobView {
            id: JobId(self.id),
            kind: parsed("a job", &self.job)?,
            state: named("a job's state", self.state)?,
            run_at: time(self.run_at)?,
            leases: small("leases", self.leases)?,
            last_error: self.last_error,
        })
    }
}

#[derive(FromRow)]
pub(super) struct ConsultantRow {
    id: i64,
    handle: String,
    name: String,
    address: String,
    active: i64,
}

impl ConsultantRow {
    pub(super) fn consultant(self) -> anyhow::Result<Consultant> {
        Ok(Consultant {
            id: ConsultantId(self.id),
            handle: self.handle,
            name: self.name,
            address: EmailAddress::parse(&self.address).context("reading a consultant's address")?,
            active: self.active != 0,
        })
    }
}

#[derive(FromRow)]
pub(super) struct AuditRow {
    sequence: i64,
    at: i64,
    actor: String,
    case_id: Option<i64>,
    event: String,
    detail: String,
    previous: String,
    hash: String,
}

impl AuditRow {
    pub(super) fn entry(self) -> anyhow::Result<AuditEntry> {
        let sequence = self.sequence;
        self.read().with_context(|| format!("audit entry {sequence}"))
    }

    fn read(self) -> anyhow::Result<AuditEntry> {
        Ok(AuditEntry {
            sequence: self.sequence,
            at: time(self.at)?,
            event: AuditEvent {
                actor: parsed("an actor", &self.actor)?,
                case: self.case_id.map(CaseId),
                event: self.event,
                detail: parsed("an entry's detail", &self.detail)?,
            },
            previous: self.previous,
            hash: self.hash,
        })
    }
}
