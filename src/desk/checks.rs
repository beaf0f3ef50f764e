//! Answers that left without a person and were drawn for a later look.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::cases::age;
use super::guard::view as viewer;
use super::page::{Frame, page};
use super::{Desk, failed};
use crate::domain::account::Session;
use crate::domain::id::CaseNumber;
use crate::ports::Stored;

const ROWS_MAX: u32 = 50;

#[derive(Debug, Serialize)]
struct Checks {
    rows: Vec<Row>,
    more: bool,
    /// The share that is drawn, in words; `None` where none is.
    share: Option<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    number: String,
    subject: String,
    kind: String,
    intent: String,
    age: String,
}

/// `GET /checks`.
pub async fn checks(State(desk): State<Arc<Desk>>, Extension(session): Extension<Option<Session>>) -> Response {
    match read(&desk).await {
        Ok(content) => page(StatusCode::OK, "checks", &Frame::new("To check", "checks", session.as_ref().map(viewer)), &content),
        Err(error) => failed(&error),
    }
}

async fn read(desk: &Desk) -> Stored<Checks> {
    let store = desk.flow.store.as_ref();
    let mut waiting = store.unchecked(ROWS_MAX + 1).await?;
    let more = waiting.len() > ROWS_MAX as usize;
    waiting.truncate(ROWS_MAX as usize);
    let now = desk.flow.clock.now();
    let mut rows = Vec::with_capacity(waiting.len());
    for answer in waiting {
        let case = store.case(answer.case).await?;
        rows.push(Row {
            number: CaseNumber::of(answer.case).to_string(),
            subject: case.subject,
            kind: answer.kind,
            intent: answer.intent.replace('_', " "),
            age: age(now.duration_since(answer.at).as_secs()),
        });
    }
    let share = desk.flow.settings.policy.check_share;
    Ok(Checks { rows, more, share: (share > 0.0).then(|| format!("{:.0} %", share * 100.0)) })
}
