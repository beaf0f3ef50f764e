//! A received message becomes a case, part of a case, a report, or nothing; each exactly once.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::domain::account::{Account, AccountStatus, Standing};
use crate::domain::address::{Correspondent, EmailAddress};
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::case::{Case, CaseState, CloseReason, Hold};
use crate::domain::id::{CaseNumber, InboundId, hex};
use crate::domain::job::{JobEnd, Lease};
use crate::domain::message::{AuthResult, Authentication, IdentifierKind, InboundMessage, Origin};
use crate::domain::policy::{Identifiers, UnknownSender};
use crate::domain::transition::{Command, Refusal};
use crate::parse;
use crate::ports::{
    Admission, Admitted, CaseFilter, Dealings, Decision, Disposition, Inbound, InboundFacts, NewCase, ThreadKeys,
};
use crate::thinking;

use super::askers::FORM;
use super::send::dealings;
use super::{Flow, Flowing, attached, by_mail};

/// Earlier cases may be chained by merging; a longer chain than this is a loop.
const MERGE_HOPS_MAX: usize = 8;

/// Admits one message. Safe to repeat: a message that has its disposition keeps it.
pub async fn admit(flow: &Flow, id: InboundId, lease: Lease) -> Flowing<Option<Disposition>> {
    let inbound = flow.store.inbound(id).await?;
    if inbound.disposition.is_some() {
        flow.store.finish(lease, &JobEnd::Done).await?;
        return Ok(None);
    }
    let admission = decide_admission(flow, inbound, lease).await?;
    let admitted = flow.store.admit(&admission).await?;
    let disposition = match admitted {
        Admitted::As(disposition) => disposition,
        Admitted::Duplicate { of } => Disposition::Ignored { why: format!("the same mail as message {of}") },
    };
    metrics::counter!("caseconsultant_admitted_total", "disposition" => disposition.name()).increment(1);
    tracing::info!(inbound = %id, disposition = disposition.name(), case = disposition.case().map(|case| case.0), "admitted");
    Ok(Some(disposition))
}

async fn decide_admission(flow: &Flow, mut inbound: Inbound, lease: Lease) -> Flowing<Admission> {
    let now = flow.now();
    let admission = |facts, duplicate_key, mut decision| {
        name_inbound(&mut decision, inbound.id);
        Admission { inbound: inbound.id, duplicate_key, facts, bounced: None, now, lease, decision }
    };
    if let Some(why) = &inbound.quarantine {
        return Ok(admission(None, None, settled(Disposition::Quarantined { why: why.clone() })));
    }
    let (raw, options) = (std::mem::take(&mut inbound.raw), flow.read_options(&inbound.mailbox, now));
    let (raw, mut message) = thinking::apart(move || {
        let message = parse::read(&raw, &options);
        (raw, message)
    })
    .await;
    message.authentication =
        if inbound.mailbox == FORM { of_the_form(&message) } else { flow.sender_check.check(&raw, &message).await };
    let mut facts = facts_of(&message);
    facts.laid_out = parse::html_of(&raw).is_some();
    if message.origin == Origin::Person && message.may_reply {
        attached::read(flow, &raw, &message, &mut facts).await;
    }
    let mut bounced = None;
    let decision = match message.origin {
        Origin::Report => {
            let (decision, failed) = super::reported::report(flow, &message).await?;
            bounced = failed;
            decision
        }
        Origin::Automatic | Origin::List | Origin::OwnLoop => ignored(&message),
        Origin::Person if !message.may_reply => ignored(&message),
        Origin::Person => match message.from.as_ref().and_then(Correspondent::checked) {
            None => settled(Disposition::Quarantined { why: "no address to answer: From is missing or broken".to_owned() }),
            Some(author) => person(flow, &message, &mut facts, &author, now).await?,
        },
    };
    Ok(Admission { bounced, ..admission(Some(facts), Some(duplicate_key(&message)), decision) })
}

/// Who asks by the form has proved the address by a mailed link, as a receiver would have by a signature.
fn of_the_form(message: &InboundMessage) -> Authentication {
    let domain = message.from.as_ref().and_then(Correspondent::checked).map(|from| from.domain().to_owned());
    Authentication {
        result: AuthResult::Pass,
        by: Some("the desk".to_owned()),
        aligned_domain: domain,
        ..Authentication::default()
    }
}

/// The audit entry names the message that it is about.
fn name_inbound(decision: &mut Decision, id: InboundId) {
    let detail = match decision {
        Decision::Open { audit, .. } | Decision::Settle { audit, .. } => Some(&mut audit.detail),
        Decision::Continue { change } | Decision::Report { change } | Decision::Review { change } => {
            change.audit.first_mut().map(|event| &mut event.detail)
        }
    };
    if let Some(map) = detail.and_then(serde_json::Value::as_object_mut) {
        map.insert("inbound".to_owned(), id.0.into());
    }
}

/// Two mails are one where Message-ID and content agree; without a Message-ID only the very bytes can tell.
fn duplicate_key(message: &InboundMessage) -> String {
    let Some(message_id) = &message.message_id else { return message.sha256.clone() };
    let mut digest = Sha256::new();
    digest.update(message_id.as_str());
    digest.update([0]);
    digest.update(&message.content_hash);
    hex(&digest.finalize())
}

fn facts_of(message: &InboundMessage) -> InboundFacts {
    InboundFacts {
        message_id: message.message_id.clone(),
        in_reply_to: message.in_reply_to.clone(),
        references: message.references.clone(),
        subject: message.redacted_subject.clone(),
        from: message.from.as_ref().and_then(Correspondent::checked),
        date: message.date,
        question: message.question.clone(),
        attachments: message.attachments.len(),
        files: Vec::new(),
        laid_out: false,
        problems: message.problems.clone(),
    }
}

/// Reply-To is where a person wants answers (RFC 5322, 3.6.2), but only the same domain's word is taken for it:
/// any other would let a stranger point our answers at a third person.
fn answer_address(message: &InboundMessage, author: &EmailAddress) -> EmailAddress {
    let reply_to = message.reply_to.first().and_then(Correspondent::checked);
    reply_to.filter(|reply_to| reply_to.domain() == author.domain()).unwrap_or_else(|| author.clone())
}

fn ignored(message: &InboundMessage) -> Decision {
    settled(Disposition::Ignored { why: message.origin_reason.clone() })
}

pub(super) fn settled(disposition: Disposition) -> Decision {
    let why = match &disposition {
        Disposition::Ignored { why } | Disposition::Quarantined { why } => Some(why.clone()),
        Disposition::Opened { .. }
        | Disposition::Continued { .. }
        | Disposition::Reported { .. }
        | Disposition::Reviewed { .. } => None,
    };
    let audit = AuditEvent {
        actor: Actor::Intake,
        case: disposition.case(),
        event: disposition.name().to_owned(),
        detail: json!({ "why": why }),
    };
    Decision::Settle { disposition, audit, jobs: Vec::new() }
}

async fn person(
    flow: &Flow,
    message: &InboundMessage,
    facts: &mut InboundFacts,
    author: &EmailAddress,
    now: Timestamp,
) -> Flowing<Decision> {
    if let Some(decision) = by_mail::reviewed(flow, message, facts, author, now).await? {
        return Ok(decision);
    }
    let standing = Standing::of(&message.authentication);
    let account = flow.store.account_for(author).await?;
    if standing == Standing::Forged && account.is_none() {
        return Ok(settled(Disposition::Quarantined { why: "the sender's authentication failed".to_owned() }));
    }
    note_a_used_id(flow, message, facts).await?;
    if account.as_ref().is_some_and(|account| account.status == AccountStatus::Blocked) {
        return Ok(settled(Disposition::Quarantined { why: "the sender is blocked".to_owned() }));
    }
    let requester = answer_address(message, author);
    let mut linked = None;
    let dealings = dealings(flow, &requester, None).await?;
    let looping = standing != Standing::Forged && loop_budget_spent(flow, dealings, now);
    if looping && is_held_for_looping(flow, &requester, now).await? {
        return Ok(settled(Disposition::Ignored { why: "the loop budget of this correspondent is spent".to_owned() }));
    }
    if standing != Standing::Forged
        && let Some(earlier) = earlier_case(flow, message, facts, author, account.as_ref()).await?
    {
        if looping || message.encrypted {
            // A case of its own is held, or turned away, and tells of it; the thread's stays as it is.
            linked = Some(earlier.id);
        } else {
            match flow.change(&earlier, Actor::Requester, &Command::RequesterWrote, None) {
                Ok(change) => return Ok(Decision::Continue { change: Box::new(change) }),
                Err(Refusal::PastWindow) => linked = Some(earlier.id),
                Err(refusal) => return Err(refusal.into()),
            }
        }
    }
    let state = opening_state(flow, message, (&requester, dealings), account.as_ref(), standing, now).await?;
    let audit = AuditEvent {
        actor: Actor::Intake,
        case: None,
        event: "open".to_owned(),
        detail: json!({ "to": state.name(), "standing": standing.name(), "account": account.as_ref().map(|a| a.id), "problems": facts.problems }),
    };
    let case = NewCase {
        state,
        // An address that nothing vouches for shows no account's data and takes nothing from its allowance: it asks as a guest.
        account: account.filter(|_| standing == Standing::Verified).map(|a| a.id),
        standing,
        requester,
        subject: facts.subject.clone(),
        linked,
    };
    Ok(Decision::Open { case: Box::new(case), policy: Box::new(flow.settings.policy.clone()), audit })
}

/// A Message-ID names one mail (RFC 5322, 3.6.4). The same id over other content is a message of its own, with a flag for whoever
/// reads it: a broken client, or somebody who wants it taken for another. The store drops what is the same mail.
async fn note_a_used_id(flow: &Flow, message: &InboundMessage, facts: &mut InboundFacts) -> Flowing<()> {
    let keys = ThreadKeys { message_ids: message.message_id.iter().cloned().collect() };
    if let Some(before) = flow.store.threads(&keys).await?.first() {
        let number = CaseNumber::of(before.case);
        facts.problems.push(format!("its Message-ID was used before, by a mail or an answer of {number}"));
    }
    Ok(())
}

/// Where a new case starts: the table of standings, then the policy on unknown senders.
async fn opening_state(
    flow: &Flow,
    message: &InboundMessage,
    (from, dealings): (&EmailAddress, Dealings),
    account: Option<&Account>,
    standing: Standing,
    now: Timestamp,
) -> Flowing<CaseState> {
    let policy = &flow.settings.policy;
    let held = |why| CaseState::Unmatched { why };
    let turned_away = |reason| CaseState::Closed { reason, at: now, review: None };
    if standing == Standing::Forged {
        return Ok(held(Hold::Forged));
    }
    if policy.require_authenticated && standing != Standing::Verified {
        return Ok(held(Hold::Unauthenticated));
    }
    if account.is_some_and(|account| account.status == AccountStatus::Suspended) {
        return Ok(held(Hold::Suspended));
    }
    if loop_budget_spent(flow, dealings, now) {
        metrics::counter!("caseconsultant_loop_budget_spent_total").increment(1);
        tracing::warn!(to = from.masked(), "loop budget spent: the case is held");
        return Ok(held(Hold::LoopBudget));
    }
    if dealings.bounced >= policy.bounces_max {
        metrics::counter!("caseconsultant_paused_total").increment(1);
        tracing::warn!(to = from.masked(), "our mail to this sender keeps coming back: the case is held");
        return Ok(held(Hold::Paused));
    }
    // Nothing is taken from an allowance by a mail that only claims to be the account's.
    if let Some(account) = account.filter(|_| standing == Standing::Verified)
        && allowance_spent(flow, account, now).await?
    {
        return Ok(held(Hold::AllowanceSpent));
    }
    if message.encrypted {
        return Ok(turned_away(CloseReason::Encrypted));
    }
    if policy.identifiers == Identifiers::Reject && carries_identifiers(message) {
        return Ok(turned_away(CloseReason::CarriesIdentifiers));
    }
    Ok(match (account, policy.unknown_sender) {
        (Some(_), _) | (None, UnknownSender::Guest) => CaseState::Queued { assigned: None, notes: None },
        (None, UnknownSender::Hold) => held(Hold::NoAccount),
        (None, UnknownSender::Reject) => turned_away(CloseReason::Rejected),
    })
}

/// Whether the account's plan has a number of questions, and all of this period's are answered.
async fn allowance_spent(flow: &Flow, account: &Account, now: Timestamp) -> Flowing<bool> {
    let Some(plan) = flow.settings.plans.get(&account.plan) else { return Ok(false) };
    let Some(questions) = plan.questions else { return Ok(false) };
    Ok(flow.store.answered_since(account.id, plan.period.began(now)).await? >= questions)
}

/// Whether anything in the mail points at a patient; what belongs to the asker's own signature does not.
fn carries_identifiers(message: &InboundMessage) -> bool {
    message.identifiers.iter().any(|identifier| identifier.kind != IdentifierKind::Sender)
}

/// Whether a held case of this day tells of the loop already: one alert is enough.
async fn is_held_for_looping(flow: &Flow, requester: &EmailAddress, now: Timestamp) -> Flowing<bool> {
    let since = now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    let filter = CaseFilter { states: vec!["unmatched".to_owned()], ..CaseFilter::default() };
    let held = flow.store.cases(&filter).await?;
    Ok(held.iter().any(|case| {
        case.state == CaseState::Unmatched { why: Hold::LoopBudget }
            && case.received >= since
            && case.requester.key() == requester.key()
    }))
}

/// Whether as many messages went to this address within a day as one correspondent may get.
fn loop_budget_spent(flow: &Flow, dealings: Dealings, now: Timestamp) -> bool {
    dealings.sent >= flow.settings.policy.budget(now).correspondent_max
}

/// The case that the mail goes on with: by the ids it answers, else by our number in the subject or the address.
/// A thread or a number alone proves nothing: the sender must be the case's requester, or of the same account.
async fn earlier_case(
    flow: &Flow,
    message: &InboundMessage,
    facts: &mut InboundFacts,
    from: &EmailAddress,
    account: Option<&Account>,
) -> Flowing<Option<Case>> {
    let message_ids: Vec<_> = message.in_reply_to.iter().chain(message.references.iter().rev()).cloned().collect();
    let mut candidates = Vec::new();
    if !message_ids.is_empty() {
        candidates.extend(flow.store.threads(&ThreadKeys { message_ids }).await?.into_iter().map(|hit| hit.case));
    }
    let numbered = case_number(message).map(CaseNumber::case);
    candidates.extend(numbered);
    candidates.dedup();
    for id in candidates {
        let Ok(case) = flow.store.case(id).await else { continue };
        let theirs = case.requester.key() == from.key() || (case.account.is_some() && case.account == account.map(|a| a.id));
        if theirs {
            return root(flow, case).await.map(Some);
        }
        facts.problems.push(format!("names case {} of somebody else: opened as a case of its own", case.number()));
    }
    Ok(None)
}

/// Where mail for a merged case goes.
async fn root(flow: &Flow, mut case: Case) -> Flowing<Case> {
    for _ in 0..MERGE_HOPS_MAX {
        let CaseState::Closed { reason: CloseReason::Merged(into), .. } = case.state else { break };
        let next = flow.store.case(into).await?;
        if next.account != case.account {
            break;
        }
        case = next;
    }
    Ok(case)
}

/// `[CC-000042]` in the subject, or `+cc-000042` in an address of ours.
pub(super) fn case_number(message: &InboundMessage) -> Option<CaseNumber> {
    let bracketed =
        message.subject.rsplit('[').find_map(|part| part.split(']').next()?.trim().parse().ok().filter(|_| part.contains("CC-")));
    bracketed.or_else(|| {
        message
            .to
            .iter()
            .chain(&message.cc)
            .filter_map(Correspondent::checked)
            .find_map(|to| to.detail().filter(|detail| detail.to_ascii_lowercase().starts_with("cc-"))?.parse().ok())
    })
}

impl Flow {
    fn read_options(&self, mailbox: &str, now: Timestamp) -> parse::ReadOptions {
        let trust = self.settings.mailboxes.get(mailbox).cloned().unwrap_or_default();
        let mut own_addresses = trust.addresses;
        own_addresses.push(self.settings.from.clone());
        let mut options = parse::ReadOptions::new(now.to_zoned(jiff::tz::TimeZone::UTC).date());
        options.trusted_authserv = trust.trusted_authserv;
        options.own_addresses = own_addresses;
        options.own_message_id_domain = Some(self.settings.from.domain().to_owned());
        options
    }
}
