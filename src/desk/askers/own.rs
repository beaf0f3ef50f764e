//! What is an asker's: questions with their answers, a form to ask, the allowance, the data.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Serialize;

use super::viewer;
use crate::desk::guard::Form;
use crate::desk::page::{Frame, message, page};
use crate::desk::{Desk, failed};
use crate::domain::account::AskerSession;
use crate::domain::address::EmailAddress;
use crate::domain::case::{Case, CaseState};
use crate::domain::delivery::DeliveryState;
use crate::domain::id::CaseNumber;
use crate::domain::outgoing::OutgoingKind;
use crate::domain::plan::Period;
use crate::flow::Flowing;
use crate::parse::{self, ReadOptions};
use crate::ports::CaseFile;

const ROWS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 20_000;

#[derive(Serialize)]
struct Own {
    rows: Vec<Row>,
    more: bool,
    practice: Option<String>,
    plan: Option<String>,
    allowance: Option<Allowance>,
}

#[derive(Serialize)]
struct Allowance {
    used: u32,
    questions: u32,
    period: &'static str,
}

#[derive(Serialize)]
struct Row {
    number: String,
    subject: String,
    state: &'static str,
    asked: String,
    /// Who of the practice asked; none where it was the reader.
    by: Option<String>,
}

/// One turn of a case, as its asker reads it.
#[derive(Serialize)]
struct Turn {
    ours: bool,
    what: &'static str,
    at: String,
    text: String,
}

#[derive(Serialize)]
struct Told {
    number: String,
    subject: String,
    state: &'static str,
    turns: Vec<Turn>,
}

/// `GET /my`.
pub async fn questions(State(desk): State<Arc<Desk>>, Extension(session): Extension<Option<AskerSession>>) -> Response {
    let Some(session) = session else { return failed(&"an asker's page without an asker") };
    match own(&desk, &session.address).await {
        Ok(content) => page(StatusCode::OK, "my", &Frame::new("Your questions", "my", Some(viewer(&session))), &content),
        Err(error) => failed(&error),
    }
}

async fn own(desk: &Desk, address: &EmailAddress) -> Flowing<Own> {
    let flow = &desk.flow;
    let account = flow.account_of(address).await?;
    let cases = flow.asked_by(address).await?;
    let allowance = match &account {
        Some(account) => match flow.settings.plans.get(&account.plan).and_then(|plan| Some((plan.questions?, plan.period))) {
            Some((questions, period)) => {
                let used = flow.store.answered_since(account.id, period.began(flow.clock.now())).await?;
                let period = match period {
                    Period::Day => "today",
                    Period::Month => "this month",
                    Period::Year => "this year",
                };
                Some(Allowance { used, questions, period })
            }
            None => None,
        },
        None => None,
    };
    Ok(Own {
        more: cases.len() > ROWS_MAX,
        rows: cases.iter().take(ROWS_MAX).map(|case| row(case, address)).collect(),
        practice: account.as_ref().map(|account| account.name.clone()),
        plan: account.map(|account| account.plan),
        allowance,
    })
}

fn row(case: &Case, reader: &EmailAddress) -> Row {
    Row {
        number: case.number().to_string(),
        subject: case.subject.clone(),
        state: state_words(&case.state),
        asked: case.received.strftime("%Y-%m-%d").to_string(),
        by: (case.requester.key() != reader.key()).then(|| case.requester.to_string()),
    }
}

/// A state as whoever waits for the answer reads it.
const fn state_words(state: &CaseState) -> &'static str {
    match state {
        CaseState::Unmatched { .. } => "held for a person",
        CaseState::Queued { .. } | CaseState::Drafting { .. } | CaseState::InReview { .. } | CaseState::Sending { .. } => {
            "being answered"
        }
        CaseState::AwaitingRequester { .. } => "waits for you",
        CaseState::Answered { .. } => "answered",
        CaseState::Undeliverable { .. } => "could not be delivered",
        CaseState::Closed { .. } => "closed",
    }
}

/// `GET /my/questions/{number}`.
pub async fn question(
    State(desk): State<Arc<Desk>>,
    Path(number): Path<String>,
    Extension(session): Extension<Option<AskerSession>>,
) -> Response {
    let Some(session) = session else { return failed(&"an asker's page without an asker") };
    match theirs(&desk, &session, &number).await {
        Ok(Some(file)) => {
            let frame = Frame::new(file.case.subject.clone(), "my", Some(viewer(&session)));
            page(StatusCode::OK, "my_question", &frame, &told(&file))
        }
        Ok(None) => unknown(&session, &number),
        Err(error) => failed(&error),
    }
}

async fn theirs(desk: &Desk, session: &AskerSession, number: &str) -> Flowing<Option<CaseFile>> {
    match number.parse::<CaseNumber>() {
        Ok(number) => desk.flow.asked_case(&session.address, number.case()).await,
        Err(_) => Ok(None),
    }
}

/// Somebody else's question and one that does not exist look alike.
fn unknown(session: &AskerSession, number: &str) -> Response {
    let text = format!("There is no question {number} of yours.");
    message(StatusCode::NOT_FOUND, Some(viewer(session)), "No such question", &text, &[("/my", "To your questions")])
}

/// What was asked and what was answered, in order. Drafts, notes and reviews are not for the asker.
fn told(file: &CaseFile) -> Told {
    let asked = file.asked().map(|one| {
        let at = one.received;
        (at, Turn { ours: false, what: "asked", at: time(at), text: one.facts.question.text.clone() })
    });
    let answered =
        file.outgoing.iter().filter(|sent| is_theirs(file, sent.outgoing.kind, &sent.outgoing.envelope.to)).filter_map(|sent| {
            if matches!(sent.delivery.state, DeliveryState::Withdrawn) {
                return None;
            }
            let what = match sent.outgoing.kind {
                OutgoingKind::Clarification => "asked back",
                OutgoingKind::Refusal => "declined",
                OutgoingKind::Answer | OutgoingKind::Acknowledgement | OutgoingKind::Notice | OutgoingKind::Review => "answered",
            };
            let text = unbroken(&parse::read(&sent.outgoing.bytes, &ReadOptions::default()).text);
            let at = sent.outgoing.date;
            // A moment apart keeps an answer behind its question where both bear one time.
            Some((at, Turn { ours: true, what, at: time(at), text }))
        });
    let mut turns: Vec<_> = asked.chain(answered).collect();
    turns.sort_by_key(|(at, turn)| (*at, turn.ours));
    Told {
        number: file.case.number().to_string(),
        subject: file.case.subject.clone(),
        state: state_words(&file.case.state),
        turns: turns.into_iter().map(|(_, turn)| turn).collect(),
    }
}

fn is_theirs(file: &CaseFile, kind: OutgoingKind, to: &EmailAddress) -> bool {
    let statement = matches!(kind, OutgoingKind::Answer | OutgoingKind::Clarification | OutgoingKind::Refusal);
    statement && to.domain() == file.case.requester.domain()
}

/// `POST /my/ask`.
pub async fn ask(
    State(desk): State<Arc<Desk>>,
    Extension(session): Extension<Option<AskerSession>>,
    Extension(form): Extension<Form>,
) -> Response {
    let Some(session) = session else { return failed(&"an asker's page without an asker") };
    taken(&desk, &session, &form.text("subject"), &form.text("text"), None).await
}

/// `POST /my/questions/{number}/follow-up`.
pub async fn follow_up(
    State(desk): State<Arc<Desk>>,
    Path(number): Path<String>,
    Extension(session): Extension<Option<AskerSession>>,
    Extension(form): Extension<Form>,
) -> Response {
    let Some(session) = session else { return failed(&"an asker's page without an asker") };
    match theirs(&desk, &session, &number).await {
        Ok(Some(file)) => {
            let subject = format!("Re: {}", file.case.subject);
            taken(&desk, &session, &subject, &form.text("text"), Some(&file)).await
        }
        Ok(None) => unknown(&session, &number),
        Err(error) => failed(&error),
    }
}

async fn taken(desk: &Desk, session: &AskerSession, subject: &str, text: &str, after: Option<&CaseFile>) -> Response {
    let back = [("/my", "To your questions")];
    if text.trim().is_empty() || text.chars().count() > TEXT_CHARS_MAX {
        let why = format!("A question holds between 1 and {TEXT_CHARS_MAX} characters, so nothing was taken.");
        return message(StatusCode::UNPROCESSABLE_ENTITY, Some(viewer(session)), "Nothing was asked", &why, &back);
    }
    let subject = if subject.trim().is_empty() { "A coding question" } else { subject };
    match desk.flow.ask_by_form(&session.address, subject, text, after).await {
        Ok(()) => {
            let text = "Your question is in. The answer comes by mail, and stands among your questions a moment later.";
            message(StatusCode::OK, Some(viewer(session)), "Asked", text, &back)
        }
        Err(error) => failed(&error),
    }
}

/// `GET /my/data.json`: what is kept of the asker's own questions.
pub async fn export(State(desk): State<Arc<Desk>>, Extension(session): Extension<Option<AskerSession>>) -> Response {
    let Some(session) = session else { return failed(&"an asker's page without an asker") };
    let read = async {
        let mut all = Vec::new();
        for case in desk.flow.asked_by(&session.address).await? {
            if case.requester.key() == session.address.key() {
                all.push(told(&desk.flow.store.case_file(case.id).await?));
            }
        }
        Flowing::Ok(all)
    };
    match read.await {
        Ok(all) => {
            let data = serde_json::json!({ "address": session.address.to_string(), "questions": all });
            let head = [(CONTENT_TYPE, "application/json"), (CONTENT_DISPOSITION, "attachment; filename=\"questions.json\"")];
            (head, format!("{data:#}\n")).into_response()
        }
        Err(error) => failed(&error),
    }
}

/// `POST /my/delete`: closes and empties the asker's own questions, and signs out.
pub async fn delete(
    State(desk): State<Arc<Desk>>,
    Extension(session): Extension<Option<AskerSession>>,
    Extension(form): Extension<Form>,
) -> Response {
    let Some(session) = session else { return failed(&"an asker's page without an asker") };
    if form.text("sure") != "yes" {
        return Redirect::to("/my").into_response();
    }
    match desk.flow.forget(&session.address).await {
        Ok((emptied, kept)) => {
            let kept = if kept == 0 {
                String::new()
            } else {
                format!(" An answer is on its way for {kept} more; delete again in a while.")
            };
            let emptied = match emptied {
                0 => "No question was there to empty".to_owned(),
                1 => "One question was emptied".to_owned(),
                many => format!("{many} questions were emptied"),
            };
            let text = format!("{emptied}, and you are signed out.{kept} Numbers stay in the record.");
            message(StatusCode::OK, None, "Deleted", &text, &[])
        }
        Err(error) => failed(&error),
    }
}

fn time(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// The text of one of our mails with its paragraphs in one line each: a line that ends in a blank goes on in the next one
/// (RFC 3676, 4.1), but for the mark of a signature.
fn unbroken(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    for line in text.lines() {
        whole.push_str(line);
        if !line.ends_with(' ') || line == "-- " {
            whole.push('\n');
        }
    }
    whole.truncate(whole.trim_end().len());
    whole
}
