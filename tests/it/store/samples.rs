//! Small nouns that stories are told with.

use std::sync::atomic::{AtomicU64, Ordering};

use caseconsultant::domain::account::Standing;
use caseconsultant::domain::address::EmailAddress;
use caseconsultant::domain::audit::{Actor, AuditEvent};
use caseconsultant::domain::case::{Case, CaseState, Then, UnderReview};
use caseconsultant::domain::draft::{Author, Draft, Drafted, GroundCheck, Route};
use caseconsultant::domain::id::{CaseId, DraftId, InboundId, OutgoingId};
use caseconsultant::domain::job::{JobKind, Lease, LeasedJob};
use caseconsultant::domain::message::MessageId;
use caseconsultant::domain::outgoing::{Approval, ApprovedOutgoing, Approver, Envelope, Outgoing, OutgoingKind};
use caseconsultant::domain::policy::{AutoSend, Editions, Identifiers, Policy, UnknownSender};
use caseconsultant::domain::question::Question;
use caseconsultant::ports::{
    Admission, Admitted, Arrival, Change, Decision, Disposition, InboundFacts, NewCase, Place, Received, Store,
};
use jiff::{SignedDuration, Timestamp};

pub const INBOX: &str = "questions";

/// A moment that every engine keeps exactly, safely past on any clock.
pub fn noon() -> Timestamp {
    "2026-03-02T12:00:00.123456Z".parse().unwrap()
}

pub fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub fn message_id(text: &str) -> MessageId {
    MessageId::parse(text).unwrap()
}

pub fn at(uid_validity: u32, uid: u32) -> Place {
    Place::Imap { uid_validity, uid }
}

pub fn arrival(place: Place, body: &str) -> Arrival {
    let raw = format!("From: dana@clinic.example\r\nSubject: 20610 with 99213\r\n\r\n{body}\r\n").into_bytes();
    Arrival { place, size: raw.len() as u64, raw, quarantine: None }
}

pub fn event(name: &str) -> AuditEvent {
    AuditEvent { actor: Actor::Intake, case: None, event: name.to_owned(), detail: serde_json::json!({ "told": true }) }
}

pub fn policy() -> Policy {
    Policy {
        auto_send: AutoSend::Grounded,
        confidence_min: 0.8,
        unknown_sender: UnknownSender::Guest,
        require_authenticated: false,
        acknowledge_after: SignedDuration::from_mins(2),
        editions: Editions::Loaded,
        identifiers: Identifiers::Redact,
        four_eyes: false,
        check_share: 0.0,
        undo: SignedDuration::ZERO,
        reopen: SignedDuration::from_hours(24 * 30),
        close_after: SignedDuration::from_hours(24 * 14),
        lapse: SignedDuration::from_hours(24 * 14),
        loop_budget_day: 20,
        loop_budget_case_day: 20,
        bounces_max: 3,
        unknown_resends_max: 2,
        hold_sending: false,
        hooks: Vec::new(),
    }
}

pub fn facts(id: &str) -> InboundFacts {
    InboundFacts {
        message_id: Some(message_id(id)),
        in_reply_to: Vec::new(),
        references: Vec::new(),
        subject: "20610 with 99213".to_owned(),
        from: Some(address("dana@clinic.example")),
        date: Some(noon()),
        question: Question { text: "May 20610 be billed with 99213?".to_owned(), ..Question::default() },
        attachments: 0,
        files: Vec::new(),
        laid_out: true,
        problems: vec!["a subject with a \u{0} in it".to_owned()],
    }
}

pub fn queued() -> CaseState {
    CaseState::Queued { assigned: None, notes: None }
}

pub fn new_case() -> NewCase {
    NewCase {
        state: queued(),
        account: None,
        standing: Standing::Unknown,
        requester: address("dana@clinic.example"),
        subject: "20610 with 99213".to_owned(),
        linked: None,
    }
}

pub fn opening(inbound: InboundId, lease: Lease, key: &str) -> Admission {
    Admission {
        inbound,
        duplicate_key: Some(key.to_owned()),
        facts: Some(facts(&format!("{}@clinic.example", key.replace(' ', "-")))),
        bounced: None,
        now: noon(),
        lease,
        decision: Decision::Open { case: Box::new(new_case()), policy: Box::new(policy()), audit: event("case.opened") },
    }
}

/// Receives one message and leases its Admit job.
pub async fn received(store: &dyn Store, uid: u32) -> (InboundId, Lease) {
    let body = format!("question {uid}");
    let got = store.receive(INBOX, &[arrival(at(1, uid), &body)], noon()).await.unwrap();
    let [Received::New(id)] = got[..] else { panic!("not new: {got:?}") };
    (id, leased(store, &JobKind::Admit { inbound: id }).await)
}

/// Leases until the job comes up; what else is due stays leased.
pub async fn leased(store: &dyn Store, kind: &JobKind) -> Lease {
    let due: Vec<LeasedJob> = store.lease(100, 600).await.unwrap();
    due.iter().find(|job| job.kind == *kind).unwrap_or_else(|| panic!("{kind:?} is not among {due:?}")).lease
}

/// Receives and admits one question.
pub async fn opened(store: &dyn Store, uid: u32) -> Case {
    let (id, lease) = received(store, uid).await;
    let admitted = store.admit(&opening(id, lease, &format!("key-{uid}"))).await.unwrap();
    let Admitted::As(Disposition::Opened { case }) = admitted else { panic!("not opened: {admitted:?}") };
    store.case(case).await.unwrap()
}

/// Ids that differ from call to call.
pub fn fresh() -> [u8; 16] {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&(LAST.fetch_add(1, Ordering::Relaxed) + 1).to_be_bytes());
    bytes
}

pub fn outgoing(case: CaseId) -> Outgoing {
    let id = OutgoingId::from_bytes(fresh());
    Outgoing {
        id,
        case,
        kind: OutgoingKind::Answer,
        envelope: Envelope { from: Some(address("desk@coder.example")), to: address("dana+work@clinic.example") },
        message_id: message_id(&format!("{id}@coder.example")),
        date: noon(),
        bytes: format!("Subject: Re: 20610\r\n\r\nNo. {id}\r\n").into_bytes(),
    }
}

pub fn approved(outgoing: Outgoing) -> ApprovedOutgoing {
    let approval = Approval { by: Approver::Policy("auto_send=grounded".to_owned()), hash: outgoing.hash(), at: noon() };
    ApprovedOutgoing::new(outgoing, approval).unwrap()
}

pub fn draft() -> Draft {
    Draft {
        id: DraftId::from_bytes(fresh()),
        author: Author::Automation,
        drafted: Drafted {
            route: Route::Auto,
            confidence: 0.93,
            intents: Vec::new(),
            body: "Yes, with modifier 25 on the visit.".to_owned(),
            asks: Vec::new(),
            findings: Vec::new(),
            citations: Vec::new(),
            reservations: Vec::new(),
        },
        ground_check: GroundCheck { passed: true, problems: Vec::new() },
        codebook_edition: "starter".to_owned(),
    }
}

pub fn review(draft: &Draft, message: &Outgoing) -> UnderReview {
    UnderReview { draft: draft.id, hash: message.hash(), author: draft.author, route: draft.drafted.route }
}

pub fn sending(draft: &Draft, message: &Outgoing) -> CaseState {
    CaseState::Sending {
        review: review(draft, message),
        outgoing: message.id,
        then: Then::Answered,
        begun: false,
        mail_waiting: false,
    }
}

/// A change of the state alone.
pub fn change(before: &Case, to: CaseState) -> Change {
    let mut after = before.clone();
    after.version += 1;
    after.state = to;
    after.changed = noon();
    Change {
        before: before.clone(),
        after,
        jobs: Vec::new(),
        audit: vec![AuditEvent { case: Some(before.id), ..event("case.moved") }],
        draft: None,
        freeze: None,
        budget: None,
        delivery: None,
        note: None,
        reading: None,
        sampled: false,
        now: noon(),
        lease: None,
    }
}

/// A case on its way out: its message is frozen.
pub async fn frozen(store: &dyn Store, uid: u32) -> (Case, Outgoing) {
    let case = opened(store, uid).await;
    let (draft, message) = (draft(), outgoing(case.id));
    let mut freezing = change(&case, sending(&draft, &message));
    freezing.after.current = Some(message.id);
    freezing.draft = Some((draft, message.clone()));
    freezing.freeze = Some(approved(message.clone()));
    store.commit(&freezing).await.unwrap();
    (store.case(case.id).await.unwrap(), message)
}
