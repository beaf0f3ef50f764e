//! Review by mail. A reviewer gets the draft with a key that is bound to the reviewer, the case and the draft's hash, and
//! answers with one word. Each decision, and each edit, gives the case another hash or takes it out of review, so a key works
//! once; whatever does not fit changes nothing and is told.

use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use serde_json::json;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::domain::account::{Consultant, Standing};
use crate::domain::address::EmailAddress;
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::case::CaseState;
use crate::domain::draft::Author;
use crate::domain::id::{CaseId, ConsultantId, OutgoingId, hex};
use crate::domain::job::{JobEnd, JobKind, Lease, NewJob};
use crate::domain::message::InboundMessage;
use crate::domain::outgoing::{OutgoingHash, OutgoingKind};
use crate::domain::transition::Command;
use crate::ports::{CaseFile, Change, Decision, Disposition, InboundFacts, Provided, ThreadKeys};
use crate::render::mail::{Notice, ReviewRequest, Statement};

use super::admit::case_number;
use super::draft::open_question;
use super::{Flow, Flowing, letter, send};

/// 128 bits: nobody guesses one, and a subject carries it.
const KEY_CHARS: usize = 32;
const KEY_MARK: &str = "key:";

/// What a reviewer's answer asks for.
#[derive(Debug, PartialEq, Eq)]
enum Word {
    Approve,
    Return(String),
    Edit(String),
}

/// Mails the draft under review to every consultant who may approve it. Safe to repeat: whoever has this very draft gets no other.
pub async fn notify_reviewers(flow: &Flow, id: CaseId, round: u32, lease: Lease) -> Flowing<()> {
    let file = flow.store.case_file(id).await?;
    metrics::counter!("caseconsultant_reviews_due_total").increment(1);
    tracing::info!(case = %file.case.number(), round, state = file.case.state.name(), "waits for a consultant");
    if let CaseState::InReview { review } = &file.case.state
        && flow.settings.letters.review_by_mail
        && file.case.round == round
    {
        for consultant in flow.store.consultants().await? {
            let own = flow.settings.policy.four_eyes && review.author == Author::Consultant(consultant.id);
            let message = flow.mac("a review's mail", consultant.id, id, &review.hash);
            let message = OutgoingId::from_bytes(std::array::from_fn(|at| message.get(at).copied().unwrap_or_default()));
            if !consultant.active || own || file.outgoing.iter().any(|sent| sent.outgoing.id == message) {
                continue;
            }
            let Some(request) = request(flow, &file, &consultant, &review.hash) else { continue };
            let outgoing = letter::review(flow, &file.case, message, &consultant.address, request)?;
            send::post(flow, outgoing, "reviews", Provided::default(), None).await?;
        }
    }
    Ok(flow.store.finish(lease, &JobEnd::Done).await?)
}

fn request(flow: &Flow, file: &CaseFile, to: &Consultant, hash: &OutgoingHash) -> Option<ReviewRequest> {
    let (draft, _) = file.drafts.iter().rev().find(|(_, outgoing)| outgoing.hash() == *hash)?;
    let held = file.audit.iter().rev().find(|entry| entry.event.event == "held");
    let why = held.and_then(|entry| entry.event.detail.get("why")?.as_str()).map(str::to_owned);
    Some(ReviewRequest {
        handle: to.handle.clone(),
        question: open_question(&file.messages, &file.outgoing, file.reading.as_ref()).text,
        route: draft.drafted.route.name().to_owned(),
        reasons: why.into_iter().chain(draft.ground_check.problems.iter().cloned()).collect(),
        draft: Statement::new(&draft.drafted, None),
        hash: hash.as_str().to_owned(),
        key: flow.review_key(to.id, file.case.id, hash),
    })
}

/// Tells a consultant why a mail of theirs changed nothing.
pub async fn tell(flow: &Flow, id: CaseId, to: ConsultantId, what: &str, lease: Lease) -> Flowing<()> {
    let found = flow.store.consultants().await?.into_iter().find(|one| one.id == to && one.active);
    let Some(consultant) = found else { return Ok(flow.store.finish(lease, &JobEnd::Done).await?) };
    // Theirs alone counts: the asker's answer is not held because a reviewer mistyped.
    let budget = flow.settings.policy.budget(flow.now());
    if send::dealings(flow, &consultant.address, None).await?.sent >= budget.correspondent_max {
        return Ok(flow.store.finish(lease, &JobEnd::Done).await?);
    }
    let case = flow.store.case(id).await?;
    let outgoing = letter::notice(flow, &case, &consultant.address, Notice::ReviewUnchanged { why: what.to_owned() })?;
    send::post(flow, outgoing, "notices", Provided::default(), Some(lease)).await
}

/// The decision for a mail that answers a review; `None` for any other mail.
pub(super) async fn reviewed(
    flow: &Flow,
    message: &InboundMessage,
    facts: &mut InboundFacts,
    from: &EmailAddress,
    now: Timestamp,
) -> Flowing<Option<Decision>> {
    let key = key_in(&message.subject);
    let Some(id) = subject_of(flow, message, key.as_deref()).await? else { return Ok(None) };
    // A key is of no use to whoever reads the record later.
    "an answer to a review".clone_into(&mut facts.subject);
    let verified = Standing::of(&message.authentication) == Standing::Verified;
    let consultants = flow.store.consultants().await?;
    let sender = consultants.iter().find(|one| one.active && one.address.key() == from.key());
    let Some(sender) = sender.filter(|_| verified) else {
        let why = "an answer to a review that is from no verified consultant".to_owned();
        return Ok(Some(refused(&consultants, id, None, why, now)));
    };
    let unchanged = |why: String| Ok(Some(refused(&consultants, id, Some(sender.id), why, now)));
    let case = flow.store.case(id).await?;
    let CaseState::InReview { review } = &case.state else {
        return unchanged(format!("the case is not in review any more; it is {}", case.state.name().replace('_', " ")));
    };
    let expected = flow.review_key(sender.id, id, &review.hash);
    let Some(key) = key else { return unchanged("the key is missing from its subject".to_owned()) };
    if !bool::from(key.as_bytes().ct_eq(expected.as_bytes())) {
        return unchanged(
            "its key is not yours for the draft as it stands: the draft was changed, or the key is another's".to_owned(),
        );
    }
    let word = match word(&message.new_text) {
        Ok(word) => word,
        Err(why) => return unchanged(why.to_owned()),
    };
    let hash = review.hash.clone();
    let change = match word {
        Word::Approve => flow.approving(&case, sender.id, &hash).await,
        Word::Return(notes) => {
            let command = Command::Return { notes, assign: None };
            flow.change(&case, Actor::Consultant(sender.id), &command, None).map_err(Into::into)
        }
        Word::Edit(text) => {
            flow.editing(id, sender.id, &text, None, Some(case.version)).await.map(|change| notified(change, now))
        }
    };
    match change {
        Ok(mut change) => {
            if let Some(map) = change.audit.first_mut().and_then(|event| event.detail.as_object_mut()) {
                map.insert("by_mail".to_owned(), true.into());
            }
            Ok(Some(Decision::Review { change: Box::new(change) }))
        }
        Err(super::FlowError::Refused(refusal)) => unchanged(refusal.to_string()),
        Err(error @ (super::FlowError::Store(_) | super::FlowError::Failed(_))) => Err(error),
    }
}

/// A draft edited by mail is another message: its reviewers get it with keys of its own.
fn notified(mut change: Change, now: Timestamp) -> Change {
    let kind = JobKind::NotifyReviewers { case: change.after.id, round: change.after.round };
    change.jobs.push(NewJob { kind, run_at: now });
    change
}

/// The case that the mail is a review's answer for: it carries a key, or it answers a review's mail.
async fn subject_of(flow: &Flow, message: &InboundMessage, key: Option<&str>) -> Flowing<Option<CaseId>> {
    let message_ids: Vec<_> = message.in_reply_to.iter().chain(message.references.iter().rev()).cloned().collect();
    for hit in flow.store.threads(&ThreadKeys { message_ids }).await? {
        let Some(outgoing) = hit.outgoing else { continue };
        if flow.store.outgoing(outgoing).await?.0.outgoing().kind == OutgoingKind::Review {
            return Ok(Some(hit.case));
        }
    }
    let Some(numbered) = key.and(case_number(message)) else { return Ok(None) };
    Ok(flow.store.case(numbered.case()).await.ok().map(|case| case.id))
}

/// Nothing is changed. A verified consultant is told why; of anybody else's mail the record and the operators hear.
fn refused(consultants: &[Consultant], case: CaseId, to: Option<ConsultantId>, why: String, now: Timestamp) -> Decision {
    let told = consultants.iter().find(|one| Some(one.id) == to);
    let audit = AuditEvent {
        actor: told.map_or(Actor::Intake, |one| Actor::Consultant(one.id)),
        case: Some(case),
        event: "review_refused".to_owned(),
        detail: json!({ "why": why }),
    };
    let kind = match told {
        Some(consultant) => JobKind::Tell { case, consultant: consultant.id, what: why.clone() },
        None => JobKind::Alert { case: Some(case), what: why.clone() },
    };
    let disposition = if told.is_some() { Disposition::Ignored { why } } else { Disposition::Quarantined { why } };
    Decision::Settle { disposition, audit, jobs: vec![NewJob { kind, run_at: now }] }
}

fn key_in(subject: &str) -> Option<String> {
    let subject = subject.to_ascii_lowercase();
    let (_, rest) = subject.rsplit_once(KEY_MARK)?;
    let key: String = rest.trim_start().chars().take_while(char::is_ascii_hexdigit).collect();
    (key.len() == KEY_CHARS).then_some(key)
}

/// One word on the first line decides; what is not plainly one of the three is none.
fn word(text: &str) -> Result<Word, &'static str> {
    let text = text.trim();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let (head, tail) = first.split_once(':').unwrap_or((first, ""));
    let said = [tail.trim(), rest.trim()].join("\n").trim().to_owned();
    match head.trim().trim_end_matches(['.', '!']).to_lowercase().as_str() {
        "approve" | "approved" if said.is_empty() => Ok(Word::Approve),
        "approve" | "approved" => Err("there is more than the word approve in it; approve alone, or return it with notes"),
        "return" if said.is_empty() => Err("it returns the draft without a word of what is wrong"),
        "return" => Ok(Word::Return(said)),
        "edit" if said.is_empty() => Err("it edits the draft but holds no text"),
        "edit" => Ok(Word::Edit(said)),
        _ => Err("its first line is none of approve, return and edit"),
    }
}

impl Flow {
    fn review_key(&self, consultant: ConsultantId, case: CaseId, hash: &OutgoingHash) -> String {
        hex(&self.mac("a review's key", consultant, case, hash)).chars().take(KEY_CHARS).collect()
    }

    fn mac(&self, purpose: &str, consultant: ConsultantId, case: CaseId, hash: &OutgoingHash) -> Vec<u8> {
        // A key of any length is taken, so this never fails.
        let Ok(mut mac) = <Hmac<Sha256> as hmac::Mac>::new_from_slice(&self.settings.letters.secret) else { return Vec::new() };
        mac.update(format!("{purpose}\0{}\0{}\0{}", consultant.0, case.0, hash.as_str()).as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}
