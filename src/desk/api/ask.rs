//! Questions: one that opens a case, as a mail would, and one that is only tried.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use axum::{Extension, Json};
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::problem::Answer;
use super::{Problem, Sent};
use crate::desk::Desk;
use crate::domain::account::ApiToken;
use crate::domain::address::EmailAddress;
use crate::domain::id::{CaseNumber, InboundId};
use crate::domain::question::Question;
use crate::ports::Disposition;

pub const TEXT_CHARS_MAX: usize = 20_000;
pub const SUBJECT_CHARS_MAX: usize = 200;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewQuestion {
    /// An address of a registered account.
    from: String,
    #[serde(default)]
    subject: String,
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tried {
    #[serde(default)]
    subject: String,
    text: String,
    date_of_service: Option<Date>,
}

/// `POST /api/v1/cases`: takes a question as the mail that it would have been. `Idempotency-Key` makes it safe to repeat.
pub async fn ask(
    State(desk): State<Arc<Desk>>,
    Extension(token): Extension<ApiToken>,
    Extension(sent): Extension<Sent>,
    headers: HeaderMap,
) -> Answer {
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !(8..=200).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Problem::bad("send an Idempotency-Key of 8 to 200 visible characters, a new one for each question"));
    }
    let asked: NewQuestion = body(&sent)?;
    fits(&asked.subject, &asked.text)?;
    let from = EmailAddress::parse(asked.from.trim()).map_err(|_| Problem::unprocessable("from is no mail address"))?;
    if desk.flow.account_of(&from).await?.is_none() {
        return Err(Problem::unprocessable("from is of no registered account: register it with `account add`"));
    }
    let subject = if asked.subject.trim().is_empty() { "A coding question" } else { &asked.subject };
    let key = format!("{}\0{key}", token.name);
    let Some(id) = desk.flow.ask_by_program(&key, &from, subject, &asked.text).await? else {
        return Err(Problem::new(StatusCode::CONFLICT, "this Idempotency-Key was used for another question"));
    };
    let place = format!("/api/v1/questions/{id}");
    Ok((StatusCode::ACCEPTED, [(LOCATION, place.clone())], Json(json!({ "question": id, "status": place }))).into_response())
}

/// `GET /api/v1/questions/{id}`: what came of it so far.
pub async fn question(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Answer {
    let missing = || Problem::missing(&format!("question {id}"));
    let known: i64 = id.parse().map_err(|_| missing())?;
    let inbound = desk.flow.asked_by_program(InboundId(known)).await?.ok_or_else(missing)?;
    let disposition = inbound.disposition.as_ref();
    let case = disposition.and_then(Disposition::case).map(CaseNumber::of);
    let told = json!({ "question": known, "disposition": disposition.map(Disposition::name), "case": case });
    Ok(Json(told).into_response())
}

/// `POST /api/v1/ask`: what would be answered; nothing is stored and nothing sent.
pub async fn would(State(desk): State<Arc<Desk>>, Extension(sent): Extension<Sent>) -> Answer {
    let asked: Tried = body(&sent)?;
    fits(&asked.subject, &asked.text)?;
    let would = desk.flow.would_answer(&asked.subject, &asked.text, asked.date_of_service).await;
    let drafted = &would.draft.drafted;
    let findings: Vec<_> = drafted
        .findings
        .iter()
        .map(|one| {
            json!({
                "id": one.id.to_string(),
                "text": one.text,
                "source": one.source.family,
                "edition": one.source.edition,
                "record": one.record,
                "effective": one.effect.effective,
            })
        })
        .collect();
    let told = json!({
        "route": would.route,
        "confidence": drafted.confidence,
        "intents": drafted.intents,
        "codes": codes(&would.question),
        "body": drafted.body,
        "asks": drafted.asks,
        "findings": findings,
        "citations": drafted.citations,
        "reservations": drafted.reservations,
        "ground_check": would.draft.ground_check,
        "edition": would.draft.codebook_edition,
    });
    Ok(Json(told).into_response())
}

fn codes(question: &Question) -> Vec<serde_json::Value> {
    let code = |one: &crate::domain::code::CodeMention| json!({ "system": one.code.system, "code": one.code.code, "modifiers": one.modifiers });
    question.codes.iter().map(code).collect()
}

fn body<T: DeserializeOwned>(sent: &Sent) -> Result<T, Problem> {
    serde_json::from_slice(&sent.0).map_err(|error| Problem::unprocessable(format!("the body does not fit: {error}")))
}

fn fits(subject: &str, text: &str) -> Result<(), Problem> {
    if text.trim().is_empty() || text.chars().count() > TEXT_CHARS_MAX {
        return Err(Problem::unprocessable(format!("text holds between 1 and {TEXT_CHARS_MAX} characters")));
    }
    if subject.chars().count() > SUBJECT_CHARS_MAX {
        return Err(Problem::unprocessable(format!("subject holds at most {SUBJECT_CHARS_MAX} characters")));
    }
    Ok(())
}
