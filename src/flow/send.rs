//! An approved message leaves: begun on record, handed over, its verdict on record.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::domain::address::EmailAddress;
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::case::{Case, CaseState, CloseReason, Hold};
use crate::domain::delivery::{Delivery, DeliveryState, Outcome};
use crate::domain::draft::Author;
use crate::domain::id::{CaseId, OutgoingId};
use crate::domain::job::{JobEnd, JobKind, Lease, NewJob};
use crate::domain::outgoing::{Approval, ApprovedOutgoing, Approver, Outgoing};
use crate::domain::policy::BOUNCE_WINDOW;
use crate::domain::transition::{Command, SendVerdict};
use crate::ports::{Dealings, DealingsSince, DeliveryChange, Provided, StoreError, may_begin};
use crate::render::mail::{Acknowledgement, Content, Notice};

use super::{Flow, FlowError, Flowing, letter};

/// While the switch holds all sending, jobs look again after this time.
const HELD_LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(15);

/// Sends one frozen message. Safe to repeat: the same bytes under the same Message-ID, and never once it was accepted.
pub async fn send(flow: &Flow, id: OutgoingId, lease: Lease) -> Flowing<()> {
    if held(flow) {
        let run_at = flow.now().checked_add(HELD_LOOK_AGAIN).unwrap_or(Timestamp::MAX);
        return Ok(flow.store.finish(lease, &JobEnd::Later { run_at, why: "sending is held".to_owned() }).await?);
    }
    let (message, delivery) = flow.store.outgoing(id).await?;
    if !may_begin(&delivery.state) {
        return Ok(flow.store.finish(lease, &JobEnd::Done).await?);
    }
    let sending = Sending { flow, message, lease };
    let case = sending.case().await?;
    // An attempt on record without a verdict: its worker died, and the message may be out.
    let (delivery, case) = if matches!(delivery.state, DeliveryState::Begun { .. }) {
        let lost = Outcome::Unknown { answer: "the sender stopped before it heard the verdict".to_owned() };
        match sending.settle(delivery, case, &lost, Next::GoOn).await? {
            Some(delivery) => (delivery, sending.case().await?),
            None => return Ok(()),
        }
    } else {
        (delivery, case)
    };
    let (delivery, case) = sending.begin(delivery, case).await?;
    let started = std::time::Instant::now();
    let outcome = flow.mailer.send(&sending.message).await;
    metrics::histogram!("caseconsultant_send_seconds").record(started.elapsed().as_secs_f64());
    sending.settle(delivery, case, &outcome, Next::Finish).await?;
    Ok(())
}

fn held(flow: &Flow) -> bool {
    flow.settings.policy.hold_sending || flow.mailer.held()
}

/// What settling an outcome leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The job ends here.
    Finish,
    /// The same job tries again at once.
    GoOn,
}

struct Sending<'a> {
    flow: &'a Flow,
    message: ApprovedOutgoing,
    lease: Lease,
}

impl Sending<'_> {
    fn outgoing(&self) -> &Outgoing {
        self.message.outgoing()
    }

    /// The case, where this message is the one that its state waits for.
    async fn case(&self) -> Flowing<Option<Case>> {
        let outgoing = self.outgoing();
        if !outgoing.kind.states_coding() {
            return Ok(None);
        }
        let case = self.flow.store.case(outgoing.case).await?;
        let waits = matches!(&case.state, CaseState::Sending { outgoing: current, .. } if *current == outgoing.id);
        Ok(waits.then_some(case))
    }

    /// Puts the attempt on record; with it comes the case as it is from then on.
    async fn begin(&self, delivery: Delivery, case: Option<Case>) -> Flowing<(Delivery, Option<Case>)> {
        let id = self.outgoing().id;
        let Some(case) = case else {
            let audit = self.event("attempt", json!({ "attempt": delivery.attempts + 1 }));
            let begun = self.flow.store.deliver(id, &DeliveryChange::Begin, &[], audit, None, self.flow.now()).await?;
            return Ok((begun, None));
        };
        let mut change = self.flow.change(&case, Actor::Outbox, &Command::Attempt { outgoing: id }, None)?;
        change.delivery = Some((id, DeliveryChange::Begin));
        self.flow.store.commit(&change).await?;
        let attempts = delivery.attempts + 1;
        Ok((Delivery { state: DeliveryState::Begun { attempt: attempts }, attempts, ..delivery }, Some(change.after)))
    }

    /// Puts an outcome on record, with what follows from it. Gives the delivery back where the job goes on.
    async fn settle(&self, delivery: Delivery, case: Option<Case>, outcome: &Outcome, next: Next) -> Flowing<Option<Delivery>> {
        metrics::counter!("caseconsultant_sent_total", "outcome" => outcome.name(), "kind" => self.outgoing().kind.name())
            .increment(1);
        tracing::info!(outgoing = %self.outgoing().id, kind = self.outgoing().kind.name(), outcome = outcome.name(), attempts = delivery.attempts, answer = outcome.answer(), "delivery");
        match self.record(delivery.clone(), case, outcome, next).await {
            // The case moved while the server took its time: what it said is put on record all the same.
            Err(FlowError::Store(StoreError::Stale) | FlowError::Refused(_)) => {
                self.record(delivery, self.case().await?, outcome, next).await
            }
            recorded => recorded,
        }
    }

    async fn record(&self, delivery: Delivery, case: Option<Case>, outcome: &Outcome, next: Next) -> Flowing<Option<Delivery>> {
        let (flow, id) = (self.flow, self.outgoing().id);
        let unknowns = delivery.unknowns + u32::from(matches!(outcome, Outcome::Unknown { .. }));
        let verdict = self.verdict(&delivery, outcome, unknowns);
        let go_on = next == Next::GoOn && matches!(verdict, SendVerdict::Again { .. });
        let lease = (!go_on).then_some(self.lease);
        let change = DeliveryChange::Settle(outcome.clone());
        let Some(case) = case else {
            let then = if go_on { Vec::new() } else { self.owed(verdict) };
            let audit = self.event("delivered", json!({ "outcome": outcome.name() }));
            let delivered = flow.store.deliver(id, &change, &then, audit, lease, flow.now()).await?;
            return Ok(go_on.then_some(delivered));
        };
        let mut moved = flow.change(&case, Actor::Outbox, &Command::Delivered { outgoing: id, verdict }, lease)?;
        if go_on {
            moved.jobs.clear();
        }
        moved.delivery = Some((id, change));
        flow.store.commit(&moved).await?;
        let delivered = Delivery { state: outcome.state(), unknowns, ..delivery };
        Ok(go_on.then_some(delivered))
    }

    /// Applies the limits: attempts, resends of what may be out already.
    fn verdict(&self, delivery: &Delivery, outcome: &Outcome, unknowns: u32) -> SendVerdict {
        let (retry, policy) = (self.flow.settings.retry, &self.flow.settings.policy);
        let wait = retry.wait(delivery.attempts, self.flow.chance.fraction());
        let at = self.flow.now().checked_add(wait).unwrap_or(Timestamp::MAX);
        match outcome {
            Outcome::Accepted { .. } => SendVerdict::Accepted,
            Outcome::Refused { .. } => SendVerdict::Failed,
            // An attempt that our own switch stopped is not held against the message.
            Outcome::Deferred { .. } if delivery.attempts >= retry.attempts_max && !held(self.flow) => SendVerdict::Failed,
            Outcome::Unknown { .. } if unknowns > policy.unknown_resends_max => SendVerdict::Failed,
            Outcome::Deferred { .. } | Outcome::Unknown { .. } => SendVerdict::Again { at },
        }
    }

    /// The jobs of a message that moves no case.
    fn owed(&self, verdict: SendVerdict) -> Vec<NewJob> {
        let outgoing = self.outgoing();
        match verdict {
            SendVerdict::Again { at } => vec![NewJob { kind: JobKind::Send { outgoing: outgoing.id }, run_at: at }],
            // A notice about a notice that failed would be a loop; the record and the log say it.
            SendVerdict::Accepted | SendVerdict::Failed => Vec::new(),
        }
    }

    fn event(&self, event: &str, detail: serde_json::Value) -> AuditEvent {
        AuditEvent { actor: Actor::Outbox, case: Some(self.outgoing().case), event: event.to_owned(), detail }
    }
}

/// An acknowledgement waits this long for automation that is at the case, however short the grace: its answer mostly takes milliseconds, and
/// nobody wants both.
const AUTOMATION_TAKES_MAX: SignedDuration = SignedDuration::from_secs(10);
/// The first wait for automation; each further one is as long as all before.
const LOOK_AGAIN_MIN: SignedDuration = SignedDuration::from_millis(10);

/// Says that the mail arrived, where nothing was frozen within the grace; and turns mail away by policy.
pub async fn acknowledge(flow: &Flow, id: CaseId, round: u32, lease: Lease) -> Flowing<()> {
    let case = flow.store.case(id).await?;
    let waited = flow.now().duration_since(case.received);
    if is_automations_turn(&case.state) && waited < AUTOMATION_TAKES_MAX {
        let run_at = flow.now() + waited.max(LOOK_AGAIN_MIN);
        let why = "automation is at it; its answer needs no acknowledgement".to_owned();
        return Ok(flow.store.finish(lease, &JobEnd::Later { run_at, why }).await?);
    }
    let version = case.version;
    let forged = case.standing == crate::domain::account::Standing::Forged;
    let Some(content) = owed_to(&case.state).filter(|_| case.round == round && !forged) else {
        return Ok(flow.store.finish(lease, &JobEnd::Done).await?);
    };
    let said = flow.store.exchange(id).await?;
    let case = &said.case;
    let answered =
        said.outgoing.iter().any(|sent| sent.outgoing.date >= case.received && sent.outgoing.envelope.to == case.requester);
    if answered || may_get_no_more(flow, case).await? {
        return Ok(flow.store.finish(lease, &JobEnd::Done).await?);
    }
    let outgoing = letter::to_requester(flow, &said, content)?;
    let provided = Provided { budget: Some(flow.settings.policy.budget(flow.now())), case_version: Some(version) };
    post(flow, outgoing, "acknowledgements and notices", provided, Some(lease)).await
}

/// What a requester is told of a case in this state, before anything is answered.
const fn owed_to(state: &CaseState) -> Option<Content> {
    Some(match state {
        CaseState::Unmatched { why: Hold::AllowanceSpent } => Content::Notice(Notice::AllowanceSpent),
        CaseState::Unmatched { why: Hold::Paused | Hold::LoopBudget } => return None,
        CaseState::Unmatched { .. } => Content::Acknowledgement(Acknowledgement { held: true }),
        CaseState::Queued { .. } | CaseState::Drafting { .. } | CaseState::InReview { .. } => {
            Content::Acknowledgement(Acknowledgement { held: false })
        }
        CaseState::Closed { reason: CloseReason::Rejected, .. } => Content::Notice(Notice::NotRegistered),
        CaseState::Closed { reason: CloseReason::Encrypted, .. } => Content::Notice(Notice::Encrypted),
        CaseState::Closed { reason: CloseReason::CarriesIdentifiers, .. } => {
            Content::Notice(Notice::Identifiers { kinds: Vec::new() })
        }
        CaseState::Sending { .. }
        | CaseState::AwaitingRequester { .. }
        | CaseState::Answered { .. }
        | CaseState::Undeliverable { .. }
        | CaseState::Closed { .. } => return None,
    })
}

const fn is_automations_turn(state: &CaseState) -> bool {
    matches!(state, CaseState::Queued { .. } | CaseState::Drafting { by: Author::Automation, .. })
}

/// Whether the loop budget of the case or of its requester is spent, or our mail to them keeps coming back.
pub(super) async fn may_get_no_more(flow: &Flow, case: &Case) -> Flowing<bool> {
    let (policy, dealings) = (&flow.settings.policy, dealings(flow, &case.requester, Some(case.id)).await?);
    let budget = policy.budget(flow.now());
    Ok(dealings.sent >= budget.correspondent_max
        || dealings.sent_in_case >= budget.case_max
        || dealings.bounced >= policy.bounces_max)
}

/// What went to this address within the times that the policy looks back.
pub(super) async fn dealings(flow: &Flow, with: &EmailAddress, case: Option<CaseId>) -> Flowing<Dealings> {
    let now = flow.now();
    let bounced = now.checked_sub(BOUNCE_WINDOW).unwrap_or(Timestamp::MIN);
    let since = DealingsSince { sent: flow.settings.policy.budget(now).since, bounced };
    Ok(flow.store.dealings(with, case, since).await?)
}

/// Freezes a message that states nothing about coding, approved by the named rule of the policy.
pub(super) async fn post(flow: &Flow, outgoing: Outgoing, rule: &str, provided: Provided, lease: Option<Lease>) -> Flowing<()> {
    let now = flow.now();
    let audit = AuditEvent {
        actor: Actor::Automation,
        case: Some(outgoing.case),
        event: "post".to_owned(),
        detail: json!({ "kind": outgoing.kind.name(), "outgoing": outgoing.id.to_string() }),
    };
    let approval = Approval { by: Approver::Policy(rule.to_owned()), hash: outgoing.hash(), at: now };
    let approved = ApprovedOutgoing::new(outgoing, approval).map_err(anyhow::Error::from)?;
    Ok(flow.store.post(&approved, audit, provided, lease, now).await?)
}
