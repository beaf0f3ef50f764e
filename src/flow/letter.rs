//! What the flow knows, as the letters that render turns into bytes.

use crate::domain::address::EmailAddress;
use crate::domain::case::Case;
use crate::domain::draft::{Draft, Route};
use crate::domain::id::{CaseId, OutgoingId};
use crate::domain::outgoing::{Envelope, Outgoing};
use crate::ports::{CaseMessage, Exchange, asked};
use crate::render::compose;
use crate::render::mail::{Content, Notice, ReviewRequest, Statement};
use crate::render::message::{Letter, Sender};
use crate::render::thread::Thread;

use super::{Flow, Flowing};

/// What an answer says of those who looked at it; their names are in the case, not in the mail that an approval is bound to.
const REVIEWER: &str = "a coding consultant";

/// The draft as the mail it would become, to the requester or to another address of theirs. `reviewed`: a person
/// decides before it leaves.
pub(super) fn answer(
    flow: &Flow,
    case: &Case,
    messages: &[CaseMessage],
    draft: &Draft,
    reviewed: bool,
    to: Option<&EmailAddress>,
) -> Flowing<Outgoing> {
    let statement = Statement::new(&draft.drafted, reviewed.then(|| REVIEWER.to_owned()));
    let content = match draft.drafted.route {
        Route::Clarify => Content::Clarification(statement),
        Route::Refuse => Content::Refusal(statement),
        Route::Auto | Route::Expert | Route::NotAQuestion => Content::Answer(statement),
    };
    composed(flow, case.id, to.unwrap_or(&case.requester), thread(case, messages), content)
}

/// A mail that states nothing about coding, to the requester.
pub(super) fn to_requester(flow: &Flow, said: &Exchange, content: Content) -> Flowing<Outgoing> {
    let Exchange { case, messages, .. } = said;
    composed(flow, case.id, &case.requester, thread(case, messages), content)
}

/// To an operator: something needs a person. It belongs to no thread of the asker's.
pub(super) fn alert(flow: &Flow, case: CaseId, to: &EmailAddress, what: &str) -> Flowing<Outgoing> {
    composed(flow, case, to, Thread::default(), Content::Notice(Notice::Alert { what: what.to_owned() }))
}

/// To a reviewer: the draft, under an id that is the same whenever this draft is mailed to this reviewer.
pub(super) fn review(flow: &Flow, case: &Case, id: OutgoingId, to: &EmailAddress, request: ReviewRequest) -> Flowing<Outgoing> {
    let thread = Thread { subject: case.subject.clone(), ..Thread::default() };
    composed_as(flow, case.id, id, to, thread, Content::Review(Box::new(request)))
}

/// To a consultant, about a mail of theirs.
pub(super) fn notice(flow: &Flow, case: &Case, to: &EmailAddress, notice: Notice) -> Flowing<Outgoing> {
    let thread = Thread { subject: case.subject.clone(), ..Thread::default() };
    composed(flow, case.id, to, thread, Content::Notice(notice))
}

fn composed(flow: &Flow, case: CaseId, to: &EmailAddress, thread: Thread, content: Content) -> Flowing<Outgoing> {
    composed_as(flow, case, OutgoingId::from_bytes(flow.chance.bytes()), to, thread, content)
}

fn composed_as(
    flow: &Flow,
    case: CaseId,
    id: OutgoingId,
    to: &EmailAddress,
    thread: Thread,
    content: Content,
) -> Flowing<Outgoing> {
    let settings = &flow.settings;
    let base = &settings.envelope_from;
    let from = settings.verp.as_ref().map_or_else(|| base.clone(), |verp| verp.envelope_sender(base, id));
    let letter = Letter {
        id,
        case,
        envelope: Envelope { from: Some(from), to: to.clone() },
        sender: Sender { name: settings.from_name.clone(), address: settings.from.clone() },
        thread,
        date: flow.now(),
        content,
    };
    Ok(compose(&letter).map_err(anyhow::Error::from)?)
}

/// The last mail of the case: what ours answers.
fn thread(case: &Case, messages: &[CaseMessage]) -> Thread {
    let Some(last) = asked(messages).next_back() else { return Thread { subject: case.subject.clone(), ..Thread::default() } };
    Thread {
        subject: last.facts.subject.clone(),
        message_id: last.facts.message_id.clone(),
        in_reply_to: last.facts.in_reply_to.clone(),
        references: last.facts.references.clone(),
    }
}
