//! The queue: whose question waits longest comes first.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::{Names, age, numbered, state_words};
use crate::desk::guard::view as viewer;
use crate::desk::live::mark;
use crate::desk::page::{Frame, page};
use crate::desk::{Desk, failed};
use crate::domain::account::Session;
use crate::domain::case::Case;
use crate::ports::{CaseFilter, StoreFigures, Stored};

const ROWS_MAX: u32 = 100;

/// A view of the queue: its key, its name, the states in it.
const VIEWS: &[(&str, &str, &[&str])] = &[
    ("review", "To review", &["in_review"]),
    ("mine", "Mine", &["queued", "drafting"]),
    ("queued", "Queued", &["queued", "drafting"]),
    ("held", "Held", &["unmatched"]),
    ("waiting", "Waiting for the asker", &["awaiting_requester"]),
    ("undeliverable", "Undeliverable", &["undeliverable"]),
    ("sending", "On its way", &["sending"]),
    ("answered", "Answered", &["answered"]),
    ("closed", "Closed", &["closed"]),
];

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    view: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct From {
    after: Option<String>,
}

#[derive(Debug, Serialize)]
struct Queue {
    views: Vec<Tab>,
    name: &'static str,
    rows: Vec<Row>,
    more: bool,
    jobs_dead: i64,
    /// What the queue was read under.
    mark: String,
}

#[derive(Debug, Serialize)]
struct Tab {
    key: &'static str,
    name: &'static str,
    /// `None` where the store does not count it: mine.
    count: Option<i64>,
    here: bool,
}

#[derive(Debug, Serialize)]
struct Row {
    number: String,
    subject: String,
    requester: String,
    account: Option<String>,
    standing: &'static str,
    state: &'static str,
    route: Option<&'static str>,
    in_hand: Option<String>,
    age: String,
    round: u32,
}

/// How many cases a view's states hold.
pub fn counts(figures: &StoreFigures) -> Vec<(&'static str, i64)> {
    let in_state = |state: &str| figures.cases_by_state.iter().find(|(name, _)| name == state).map_or(0, |(_, count)| *count);
    let counted = VIEWS.iter().filter(|(key, _, _)| *key != "mine");
    counted.map(|(key, _, states)| (*key, states.iter().map(|state| in_state(state)).sum())).collect()
}

/// `GET /cases`.
pub async fn queue(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<Asked>,
    Extension(session): Extension<Option<Session>>,
) -> Response {
    let Some(session) = session else { return failed(&"a queue without a session") };
    match read(&desk, &asked, &session).await {
        Ok(content) => {
            let frame = Frame::new(format!("Queue: {}", content.name), "cases", Some(viewer(&session)));
            page(StatusCode::OK, "queue", &frame, &content)
        }
        Err(error) => failed(&error),
    }
}

/// `GET /cases/next`: of those in review the one that has waited longest, once `after` is left behind; at the end it begins anew.
pub async fn next(
    State(desk): State<Arc<Desk>>,
    Query(from): Query<From>,
    Extension(session): Extension<Option<Session>>,
) -> Response {
    if session.is_none() {
        return failed(&"a queue without a session");
    }
    let filter = CaseFilter { states: vec!["in_review".to_owned()], limit: Some(ROWS_MAX), ..CaseFilter::default() };
    let store = desk.flow.store.as_ref();
    let (waiting, after) = match (store.cases(&filter).await, from.after.as_deref().and_then(numbered)) {
        (Ok(waiting), Some(after)) => (waiting, store.case(after).await.ok()),
        (Ok(waiting), None) => (waiting, None),
        (Err(error), _) => return failed(&error),
    };
    let place = |case: &Case| (case.received, case.id);
    let later = after.as_ref().and_then(|after| waiting.iter().find(|case| place(case) > place(after)));
    let first = waiting.iter().find(|case| after.as_ref().is_none_or(|after| after.id != case.id));
    match later.or(first) {
        Some(case) => Redirect::to(&format!("/cases/{}", case.number())).into_response(),
        None => Redirect::to("/cases?view=review").into_response(),
    }
}

async fn read(desk: &Desk, asked: &Asked, session: &Session) -> Stored<Queue> {
    let store = desk.flow.store.as_ref();
    let asked = asked.view.as_deref().unwrap_or("review");
    let here = VIEWS.iter().find(|(key, _, _)| *key == asked).or_else(|| VIEWS.first());
    let (key, name, states) = here.copied().unwrap_or(("review", "To review", &[]));
    let filter = CaseFilter {
        states: states.iter().map(|state| (*state).to_owned()).collect(),
        assigned: (key == "mine").then_some(session.consultant.id),
        limit: Some(ROWS_MAX + 1),
    };
    let mut cases = store.cases(&filter).await?;
    let more = cases.len() > ROWS_MAX as usize;
    cases.truncate(ROWS_MAX as usize);
    let figures = store.figures().await?;
    let counted = counts(&figures);
    let names = Names::read(store, &cases).await?;
    let tab = |(tab, name, _): &(&'static str, &'static str, &[&str])| Tab {
        key: tab,
        name,
        count: counted.iter().find(|(key, _)| key == tab).map(|(_, count)| *count),
        here: *tab == key,
    };
    let now = desk.flow.clock.now();
    Ok(Queue {
        views: VIEWS.iter().map(tab).collect(),
        name,
        rows: cases.iter().map(|case| row(case, &names, now.duration_since(case.received).as_secs())).collect(),
        more,
        jobs_dead: figures.jobs_dead,
        mark: mark(&figures),
    })
}

fn row(case: &Case, names: &Names, age_secs: i64) -> Row {
    Row {
        number: case.number().to_string(),
        subject: case.subject.clone(),
        requester: case.requester.to_string(),
        account: case.account.and_then(|id| names.accounts.get(&id)).map(|(name, _)| name.clone()),
        standing: case.standing.name(),
        state: state_words(&case.state),
        route: case.state.review().map(|review| review.route.name()),
        in_hand: case.state.assigned().map(|id| names.consultant(id)),
        age: age(age_secs),
        round: case.round,
    }
}
