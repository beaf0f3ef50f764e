//! Cases and accounts, to be read.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::IntoResponse as _;
use serde_json::json;

use super::Problem;
use super::params::Params;
use super::problem::Answer;
use crate::desk::Desk;
use crate::desk::told::{Names, View};
use crate::domain::id::CaseNumber;
use crate::ports::CaseFilter;

pub const STATES: &[&str] =
    &["unmatched", "queued", "drafting", "in_review", "sending", "awaiting_requester", "answered", "undeliverable", "closed"];

/// `GET /api/v1/cases`: those whose question waits longest come first.
pub async fn cases(State(desk): State<Arc<Desk>>, uri: Uri) -> Answer {
    let params = Params::read(&uri, &["state", "limit"])?;
    let states = params.all("state");
    if let Some(wrong) = states.iter().find(|state| !STATES.contains(&state.as_str())) {
        return Err(Problem::bad(format!("{wrong} is no state; there are {}", STATES.join(", "))));
    }
    let limit = params.count("limit", 50, 200)?;
    let store = desk.flow.store.as_ref();
    let names = Names::read(store).await.map_err(|error| Problem::ours(&error))?;
    let now = desk.flow.clock.now();
    let mut told = Vec::new();
    for case in store.cases(&CaseFilter { states, assigned: None, limit: Some(limit) }).await? {
        told.push(View::of(&store.case_file(case.id).await?, &names, now));
    }
    Ok(Json(json!({ "cases": told })).into_response())
}

/// `GET /api/v1/cases/{number}`.
pub async fn case(State(desk): State<Arc<Desk>>, Path(number): Path<String>) -> Answer {
    let Ok(known) = number.parse::<CaseNumber>() else { return Err(Problem::missing(&format!("case {number}"))) };
    let store = desk.flow.store.as_ref();
    let file = store.case_file(known.case()).await?;
    let names = Names::read(store).await.map_err(|error| Problem::ours(&error))?;
    Ok(Json(View::of(&file, &names, desk.flow.clock.now())).into_response())
}

/// `GET /api/v1/accounts`.
pub async fn accounts(State(desk): State<Arc<Desk>>, uri: Uri) -> Answer {
    Params::read(&uri, &[])?;
    Ok(Json(json!({ "accounts": desk.flow.store.accounts().await? })).into_response())
}
