//! A case page's content.

use serde::Serialize;

use super::acts::Acts;
use super::reading::ReadingForm;
use super::{Names, age, state_words, words};
use crate::desk::Desk;
use crate::desk::codes::href;
use crate::domain::account::Session;
use crate::domain::audit::Actor;
use crate::domain::case::{CaseState, CloseReason, Hold};
use crate::domain::draft::{Author, Draft};
use crate::domain::finding::Finding;
use crate::domain::id::{CaseNumber, ConsultantId};
use crate::domain::outgoing::Outgoing;
use crate::domain::question::Question;
use crate::parse::{self, ReadOptions};
use crate::ports::{CaseFile, CaseMessage, CaseOutgoing, Disposition};

#[derive(Debug, Serialize)]
pub struct CasePage {
    number: String,
    version: i64,
    subject: String,
    state: &'static str,
    detail: Option<String>,
    round: u32,
    requester: String,
    account: Option<String>,
    plan: Option<String>,
    standing: &'static str,
    age: String,
    in_hand: Option<String>,
    mine: bool,
    notes: Option<String>,
    messages: Vec<MessageView>,
    draft: Option<DraftView>,
    outgoing: Vec<SentView>,
    history: Vec<Event>,
    acts: Acts,
    typed: Option<Typed>,
    edition_now: String,
    /// Handle and name of everybody at work.
    consultants: Vec<(String, String)>,
    reading: ReadingForm,
    linked: Option<String>,
}

/// What somebody typed that was not saved, and why.
#[derive(Debug, Serialize)]
pub struct Typed {
    pub why: String,
    pub text: String,
}

#[derive(Debug, Serialize)]
struct MessageView {
    id: String,
    /// Whether it is a part of the question, rather than a report or a review.
    asks: bool,
    from: Option<String>,
    at: String,
    subject: String,
    parts: Vec<Part>,
    reading: Vec<(&'static str, String)>,
    problems: Vec<String>,
    attachments: usize,
    laid_out: bool,
}

/// A stretch of the question; a recognised code in it is a link.
#[derive(Debug, Serialize)]
struct Part {
    text: String,
    href: Option<String>,
}

#[derive(Debug, Serialize)]
struct DraftView {
    author: String,
    route: &'static str,
    confidence: String,
    reservations: Vec<String>,
    asks: Vec<String>,
    passed: bool,
    problems: Vec<String>,
    body: String,
    findings: Vec<FindingView>,
    edition: String,
    hash: String,
    kind: &'static str,
    to: String,
    /// Header fields of the mail, in order.
    head: Vec<(String, String)>,
    text: String,
    bytes: usize,
}

#[derive(Debug, Serialize)]
struct FindingView {
    id: String,
    text: String,
    source: String,
    record: String,
    file: String,
}

#[derive(Debug, Serialize)]
struct SentView {
    id: String,
    kind: &'static str,
    state: &'static str,
    attempts: u32,
    answer: Option<String>,
    at: String,
    /// Who let it go, where it states something about coding.
    approved_by: Option<String>,
    /// What a later look found, as a sentence.
    checked: Option<String>,
    /// Whether the reader may check it, and whether it was chosen for that.
    checkable: bool,
    sampled: bool,
}

#[derive(Debug, Serialize)]
struct Event {
    at: String,
    who: String,
    what: String,
    moved: Option<String>,
    note: Option<String>,
}

/// The draft that is looked at now: the one under review, else the last one written.
pub fn looked_at(file: &CaseFile) -> Option<&(Draft, Outgoing)> {
    let under_review = file.case.state.review().map(|review| review.draft);
    let named = file.drafts.iter().find(|(draft, _)| Some(draft.id) == under_review);
    named.or_else(|| file.drafts.last())
}

impl CasePage {
    pub fn of(desk: &Desk, file: &CaseFile, names: &Names, session: &Session, typed: Option<Typed>) -> Self {
        let case = &file.case;
        let account = case.account.and_then(|id| names.accounts.get(&id));
        let assigned = case.state.assigned();
        Self {
            number: case.number().to_string(),
            version: case.version,
            subject: case.subject.clone(),
            state: state_words(&case.state),
            detail: detail(&case.state),
            round: case.round,
            requester: case.requester.to_string(),
            account: account.map(|(name, _)| name.clone()),
            plan: account.map(|(_, plan)| plan.clone()),
            standing: case.standing.name(),
            age: age(desk.flow.clock.now().duration_since(case.received).as_secs()),
            in_hand: assigned.map(|id| names.consultant(id)),
            mine: assigned == Some(session.consultant.id),
            notes: case.state.notes().map(str::to_owned),
            messages: file.messages.iter().map(message).collect(),
            draft: looked_at(file).map(|(draft, outgoing)| draft_view(draft, outgoing, names)),
            outgoing: file.outgoing.iter().map(|one| sent(one, file, names, session.consultant.id)).collect(),
            history: history(file, names),
            acts: Acts::of(file, session),
            consultants: names.at_work.clone(),
            reading: ReadingForm::of(file),
            linked: case.linked.map(|id| CaseNumber::of(id).to_string()),
            typed,
            edition_now: desk.codebook().edition().to_owned(),
        }
    }
}

fn detail(state: &CaseState) -> Option<String> {
    let text = match state {
        CaseState::Unmatched { why } => match why {
            Hold::NoAccount => "no account is known for the sender",
            Hold::Unauthenticated => "nothing vouches for the sender",
            Hold::Forged => "the sender's authentication failed; nothing is ever sent",
            Hold::Suspended => "the account is suspended",
            Hold::AllowanceSpent => "the questions of the plan are used up for this period",
            Hold::LoopBudget => "the correspondent's budget for the day is spent",
            Hold::Paused => "too many messages to the sender came back; lift it with `account lift`",
        },
        CaseState::Closed { reason, .. } => match reason {
            CloseReason::Answered => "answered",
            CloseReason::NoResponse => "the asker did not reply",
            CloseReason::NotAQuestion => "not a question",
            CloseReason::Withdrawn => "withdrawn",
            CloseReason::OutOfScope => "out of scope",
            CloseReason::Rejected => "the sender is not registered",
            CloseReason::CarriesIdentifiers => "the mail carried patient identifiers",
            CloseReason::Encrypted => "the mail was encrypted, and could not be read",
            CloseReason::Merged(_) => "merged into another case",
        },
        CaseState::Sending { mail_waiting: true, .. } => "the asker wrote meanwhile",
        CaseState::Queued { .. }
        | CaseState::Drafting { .. }
        | CaseState::InReview { .. }
        | CaseState::Sending { .. }
        | CaseState::AwaitingRequester { .. }
        | CaseState::Answered { .. }
        | CaseState::Undeliverable { .. } => return None,
    };
    Some(text.to_owned())
}

fn message(message: &CaseMessage) -> MessageView {
    let facts = &message.facts;
    MessageView {
        id: message.inbound.to_string(),
        asks: matches!(message.disposition, Disposition::Opened { .. } | Disposition::Continued { .. }),
        from: facts.from.as_ref().map(ToString::to_string),
        at: time(message.received),
        subject: facts.subject.clone(),
        parts: linked(&facts.question),
        reading: reading(&facts.question),
        problems: facts.problems.clone(),
        attachments: facts.attachments,
        laid_out: facts.laid_out,
    }
}

/// The redacted text, cut at the codes that were recognised in it.
fn linked(question: &Question) -> Vec<Part> {
    let text: Vec<char> = question.text.chars().collect();
    let slice = |from: usize, to: usize| text.get(from..to).unwrap_or_default().iter().collect::<String>();
    let mut mentions: Vec<_> = question.codes.iter().filter(|code| code.span.start < code.span.end).collect();
    mentions.sort_by_key(|code| code.span.start);
    let mut parts = Vec::new();
    let mut at = 0;
    for mention in mentions {
        let (start, end) = (mention.span.start, mention.span.end.min(text.len()));
        if start < at || start >= end {
            continue;
        }
        parts.push(Part { text: slice(at, start), href: None });
        parts.push(Part { text: slice(start, end), href: Some(href(&mention.code)) });
        at = end;
    }
    parts.push(Part { text: slice(at, text.len()), href: None });
    parts.retain(|part| !part.text.is_empty());
    parts
}

fn reading(question: &Question) -> Vec<(&'static str, String)> {
    // The names that the JSON interface uses, with blanks.
    let name = |value: serde_json::Value| value.as_str().map(words).unwrap_or_default();
    let said = |value: &dyn Fn() -> Option<serde_json::Value>| value().map(name);
    let intents: Vec<String> = question.intents.iter().filter_map(|intent| serde_json::to_value(intent).ok()).map(name).collect();
    let mut rows = vec![("Asked", if intents.is_empty() { "nothing recognised".to_owned() } else { intents.join(", ") })];
    rows.extend(said(&|| serde_json::to_value(question.payer?).ok()).map(|payer| ("Payer", payer)));
    rows.extend(question.date_of_service.map(|day| ("Date of service", day.to_string())));
    rows.extend(said(&|| serde_json::to_value(question.setting?).ok()).map(|setting| ("Setting", setting)));
    rows.extend(question.state.clone().map(|state| ("State", state)));
    rows
}

fn draft_view(draft: &Draft, outgoing: &Outgoing, names: &Names) -> DraftView {
    let mail = String::from_utf8_lossy(&outgoing.bytes);
    let head = mail.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ").replace("\r\n\t", " ");
    let field = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    DraftView {
        author: match draft.author {
            Author::Automation => "automation".to_owned(),
            Author::Consultant(id) => names.consultant(id),
        },
        route: draft.drafted.route.name(),
        confidence: format!("{:.0} %", draft.drafted.confidence * 100.0),
        reservations: draft.drafted.reservations.clone(),
        asks: draft.drafted.asks.clone(),
        passed: draft.ground_check.passed,
        problems: draft.ground_check.problems.clone(),
        body: draft.drafted.body.clone(),
        findings: draft.drafted.findings.iter().map(finding).collect(),
        edition: draft.codebook_edition.clone(),
        hash: outgoing.hash().as_str().to_owned(),
        kind: outgoing.kind.name(),
        to: outgoing.envelope.to.to_string(),
        head: head.lines().filter_map(field).collect(),
        text: parse::read(&outgoing.bytes, &ReadOptions::default()).text,
        bytes: outgoing.bytes.len(),
    }
}

fn finding(finding: &Finding) -> FindingView {
    FindingView {
        id: finding.id.to_string(),
        text: finding.text.clone(),
        source: format!("{} {}", finding.source.family, finding.source.edition),
        record: finding.record.clone(),
        file: finding.source.file.clone(),
    }
}

fn sent(sent: &CaseOutgoing, file: &CaseFile, names: &Names, reader: ConsultantId) -> SentView {
    let answered = file.answered.iter().find(|one| one.outgoing == sent.outgoing.id);
    let checked = answered.and_then(|one| one.check.as_ref()).map(|check| {
        let why = if check.reason.is_empty() { String::new() } else { format!(": {}", check.reason) };
        format!("{} found it {}{why}", names.consultant(check.by), check.verdict.name().replace('_', " "))
    });
    SentView {
        id: sent.outgoing.id.to_string(),
        approved_by: answered.map(|one| one.approved_by.map_or_else(|| "policy".to_owned(), |id| names.consultant(id))),
        sampled: answered.is_some_and(|one| one.sampled && one.check.is_none()),
        checkable: answered.is_some_and(|one| one.approved_by != Some(reader)),
        checked,
        kind: sent.outgoing.kind.name(),
        state: sent.delivery.state.name(),
        attempts: sent.delivery.attempts,
        answer: sent.delivery.state.answer().map(str::to_owned),
        at: time(sent.outgoing.date),
    }
}

/// What happened, the newest first; a note stands where it was written.
fn history(file: &CaseFile, names: &Names) -> Vec<Event> {
    let acts = file.audit.iter().filter(|entry| entry.event.event != "note").map(|entry| (entry.at, event(entry, names)));
    let notes = file.notes.iter().map(|note| {
        let (who, what) = (names.consultant(note.by), "note".to_owned());
        (note.at, Event { at: time(note.at), who, what, moved: None, note: Some(note.text.clone()) })
    });
    let mut all: Vec<_> = acts.chain(notes).collect();
    // Of one moment, what came later stands above as well.
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().rev().map(|(_, event)| event).collect()
}

fn event(entry: &crate::domain::audit::AuditEntry, names: &Names) -> Event {
    let who = match entry.event.actor {
        Actor::Consultant(id) => names.consultant(id),
        Actor::Intake => "intake".to_owned(),
        Actor::Automation => "automation".to_owned(),
        Actor::Outbox => "outbox".to_owned(),
        Actor::Clock => "clock".to_owned(),
        Actor::Operator => "operator".to_owned(),
        Actor::Requester => "the asker".to_owned(),
    };
    let state = |key: &str| entry.event.detail.get(key).and_then(serde_json::Value::as_str).map(|text| text.replace('_', " "));
    let moved = state("from").zip(state("to")).filter(|(from, to)| from != to).map(|(from, to)| format!("{from} → {to}"));
    Event { at: time(entry.at), who, what: entry.event.event.replace(['_', '.'], " "), moved, note: None }
}

fn time(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
