//! How the service fares: what answers, what waits, and what gave up.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::json;

use super::{done, frame};
use crate::desk::page::page;
use crate::desk::{Desk, failed};
use crate::domain::account::Session;
use crate::domain::id::JobId;
use crate::ports::{Administering, StoreFigures};

const ROWS_MAX: usize = 100;

#[derive(Debug, Serialize)]
struct Health {
    parts: Vec<Part>,
    /// Whether the switch that holds all sending is on.
    held: bool,
    inbound: i64,
    unadmitted: i64,
    jobs_ready: i64,
    jobs_dead: i64,
    deliveries: Vec<(String, i64)>,
    dead: Vec<Dead>,
}

/// Something that has to answer: the store, a mailbox, the outbox.
#[derive(Debug, Serialize)]
struct Part {
    name: String,
    /// Why it does not, where it does not.
    wrong: Option<String>,
}

#[derive(Debug, Serialize)]
struct Dead {
    id: i64,
    kind: &'static str,
    leases: u32,
    why: String,
}

/// `GET /admin`.
pub async fn health(State(desk): State<Arc<Desk>>, Extension(session): Extension<Option<Session>>) -> Response {
    let store = desk.flow.store.as_ref();
    let (figures, jobs) = match (store.figures().await, store.jobs(true).await) {
        (Ok(figures), Ok(jobs)) => (figures, jobs),
        (Err(error), _) | (_, Err(error)) => return failed(&error),
    };
    let parts = desk.readiness.looks().await.into_iter().map(|(name, looked)| Part { name, wrong: looked.err() }).collect();
    let StoreFigures { inbound, unadmitted, jobs_ready, jobs_dead, deliveries_by_state, .. } = figures;
    let dead = jobs.into_iter().take(ROWS_MAX).map(|job| Dead {
        id: job.id.0,
        kind: job.kind.name(),
        leases: job.leases,
        why: job.last_error.unwrap_or_default(),
    });
    let content = Health {
        parts,
        held: desk.flow.mailer.held(),
        inbound,
        unadmitted,
        jobs_ready,
        jobs_dead,
        deliveries: deliveries_by_state,
        dead: dead.collect(),
    };
    page(StatusCode::OK, "admin", &frame("Administration", session.as_ref()), &content)
}

/// `POST /admin/jobs/{id}/retry`.
pub async fn retry(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<i64>,
    Extension(session): Extension<Option<Session>>,
) -> Response {
    let Some(session) = session else { return failed(&"an act without a session") };
    done(&desk, &session, Administering::Retry(JobId(id)), json!({ "job": id }), "/admin").await
}
