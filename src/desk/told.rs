//! A case as the terminal (`case list|show --json`) and the JSON interface tell it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::account::Standing;
use crate::domain::draft::{Draft, GroundCheck, Route};
use crate::domain::id::{AccountId, CaseNumber, ConsultantId, InboundId};
use crate::domain::message::MessageId;
use crate::domain::outgoing::{Outgoing, OutgoingHash, OutgoingKind};
use crate::parse::{self, ReadOptions};
use crate::ports::{CaseFile, Store};

#[derive(Debug, Serialize)]
pub struct View {
    pub number: CaseNumber,
    pub state: &'static str,
    pub round: u32,
    pub requester: String,
    /// Its name.
    pub account: Option<String>,
    pub standing: Standing,
    pub subject: String,
    pub received: Timestamp,
    pub age_secs: i64,
    pub route: Option<Route>,
    pub confidence: Option<f64>,
    /// A consultant's handle.
    pub assigned_to: Option<String>,
    pub draft: Option<DraftView>,
    pub outgoing: Vec<OutgoingView>,
    pub messages: Vec<MessageView>,
}

#[derive(Debug, Serialize)]
pub struct DraftView {
    pub hash: OutgoingHash,
    /// The plain text of the mail.
    pub text: String,
    /// The consultant's part of it, as `case edit` takes it.
    pub body: String,
    pub ground_check: GroundCheck,
    pub reservations: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct OutgoingView {
    pub kind: OutgoingKind,
    pub message_id: MessageId,
    pub state: &'static str,
    pub attempts: u32,
    pub last_answer: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct MessageView {
    pub id: InboundId,
    pub from: Option<String>,
    pub date: Option<Timestamp>,
    pub disposition: &'static str,
}

/// The names behind numbers, read once.
pub struct Names {
    accounts: BTreeMap<AccountId, String>,
    consultants: BTreeMap<ConsultantId, String>,
}

impl Names {
    pub async fn read(store: &dyn Store) -> anyhow::Result<Self> {
        Ok(Self {
            accounts: store.accounts().await?.into_iter().map(|account| (account.id, account.name)).collect(),
            consultants: store.consultants().await?.into_iter().map(|one| (one.id, one.handle)).collect(),
        })
    }
}

/// The draft that is looked at now: the one under review, else the last one written.
pub fn draft(file: &CaseFile) -> Option<&(Draft, Outgoing)> {
    let under_review = file.case.state.review().map(|review| review.draft);
    let named = file.drafts.iter().find(|(draft, _)| Some(draft.id) == under_review);
    named.or_else(|| file.drafts.last())
}

/// The plain text of a mail of ours.
pub fn plain_text(outgoing: &Outgoing) -> String {
    parse::read(&outgoing.bytes, &ReadOptions::default()).text
}

impl View {
    pub fn of(file: &CaseFile, names: &Names, now: Timestamp) -> Self {
        let case = &file.case;
        let draft = draft(file);
        Self {
            number: case.number(),
            state: case.state.name(),
            round: case.round,
            requester: case.requester.to_string(),
            account: case.account.and_then(|id| names.accounts.get(&id).cloned()),
            standing: case.standing,
            subject: case.subject.clone(),
            received: case.received,
            age_secs: now.duration_since(case.received).as_secs(),
            route: draft.map(|(draft, _)| draft.drafted.route),
            confidence: draft.map(|(draft, _)| draft.drafted.confidence),
            assigned_to: case.state.assigned().and_then(|id| names.consultants.get(&id).cloned()),
            draft: draft.map(|(draft, outgoing)| DraftView {
                hash: outgoing.hash(),
                text: plain_text(outgoing),
                body: draft.drafted.body.clone(),
                ground_check: draft.ground_check.clone(),
                reservations: draft.drafted.reservations.clone(),
            }),
            outgoing: file
                .outgoing
                .iter()
                .map(|sent| OutgoingView {
                    kind: sent.outgoing.kind,
                    message_id: sent.outgoing.message_id.clone(),
                    state: sent.delivery.state.name(),
                    attempts: sent.delivery.attempts,
                    last_answer: sent.delivery.state.answer().map(str::to_owned),
                })
                .collect(),
            messages: file
                .messages
                .iter()
                .map(|message| MessageView {
                    id: message.inbound,
                    from: message.facts.from.as_ref().map(ToString::to_string),
                    date: message.facts.date,
                    disposition: message.disposition.name(),
                })
                .collect(),
        }
    }
}
