//! Figures: what came in, where the cases stand, what became of our mail.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::guard::view as viewer;
use super::page::{Frame, page};
use super::{Desk, failed};
use crate::domain::account::Session;
use crate::ports::StoreFigures;

#[derive(Debug, Serialize)]
struct Figures {
    cases: Vec<Row>,
    deliveries: Vec<Row>,
    inbound: i64,
    jobs_ready: i64,
    jobs_dead: i64,
}

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    count: i64,
    percent: i64,
}

fn rows(counted: &[(String, i64)]) -> Vec<Row> {
    let all: i64 = counted.iter().map(|(_, count)| count).sum::<i64>().max(1);
    let row = |(name, count): &(String, i64)| Row { name: name.replace('_', " "), count: *count, percent: count * 100 / all };
    counted.iter().map(row).collect()
}

/// `GET /figures`.
pub async fn figures(State(desk): State<Arc<Desk>>, Extension(session): Extension<Option<Session>>) -> Response {
    match desk.flow.store.figures().await {
        Ok(StoreFigures { inbound, cases_by_state, jobs_ready, jobs_dead, deliveries_by_state, .. }) => {
            let content =
                Figures { cases: rows(&cases_by_state), deliveries: rows(&deliveries_by_state), inbound, jobs_ready, jobs_dead };
            page(StatusCode::OK, "figures", &Frame::new("Figures", "figures", session.as_ref().map(viewer)), &content)
        }
        Err(error) => failed(&error),
    }
}

/// `GET /figures.csv`.
pub async fn csv(State(desk): State<Arc<Desk>>) -> Response {
    match desk.flow.store.figures().await {
        Ok(figures) => {
            let line = |kind: &str, (name, count): &(String, i64)| format!("{kind},{name},{count}\n");
            let cases = figures.cases_by_state.iter().map(|row| line("case", row));
            let sent = figures.deliveries_by_state.iter().map(|row| line("delivery", row));
            let text: String = std::iter::once("what,state,count\n".to_owned()).chain(cases).chain(sent).collect();
            ([(CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response()
        }
        Err(error) => failed(&error),
    }
}
