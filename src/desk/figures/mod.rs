//! Figures: what was answered, how fast, by whom, and what later looks found; what came in and where the cases stand.

mod chart;
mod summed;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::guard::view as viewer;
use super::page::{Frame, page};
use super::{Desk, failed};
use crate::domain::account::Session;
use crate::domain::check::Work;
use crate::domain::id::ConsultantId;
use crate::ports::{StoreFigures, Stored};
use chart::{Bar, days};
use summed::{Line, by};

/// The spans that can be chosen, in days.
const SPANS: [i64; 4] = [7, 30, 90, 365];
const DAY_SECS: i64 = 86_400;

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    days: Option<i64>,
}

impl Asked {
    fn days(&self) -> i64 {
        self.days.filter(|days| SPANS.contains(days)).unwrap_or(30)
    }

    /// From midnight on, so that the first day is a whole one.
    fn since(&self, now: Timestamp) -> Timestamp {
        let today = now.as_second().div_euclid(DAY_SECS);
        let first = (today - self.days() + 1) * DAY_SECS;
        Timestamp::from_second(first).unwrap_or(now - SignedDuration::from_hours(24))
    }
}

#[derive(Debug, Serialize)]
struct Figures {
    days: i64,
    spans: Vec<i64>,
    all: Line,
    chart: Vec<Bar>,
    most: i64,
    first: String,
    last: String,
    kinds: Vec<Line>,
    approvers: Vec<Line>,
    waits: Vec<Row>,
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

/// How long answers took: each span without the one before it.
fn waits(work: &[Work]) -> Vec<Row> {
    let sum = |of: fn(&Work) -> i64| work.iter().map(of).sum::<i64>();
    let (minute, hour, day) = (sum(|w| w.within_minute), sum(|w| w.within_hour), sum(|w| w.within_day));
    let named = [("a minute", minute), ("an hour", hour - minute), ("a day", day - hour), ("longer", sum(|w| w.answers) - day)];
    rows(&named.map(|(name, count)| (name.to_owned(), count)))
}

/// `GET /figures`.
pub async fn figures(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<Asked>,
    Extension(session): Extension<Option<Session>>,
) -> Response {
    match read(&desk, &asked).await {
        Ok(content) => page(StatusCode::OK, "figures", &Frame::new("Figures", "figures", session.as_ref().map(viewer)), &content),
        Err(error) => failed(&error),
    }
}

async fn read(desk: &Desk, asked: &Asked) -> Stored<Figures> {
    let store = desk.flow.store.as_ref();
    let since = asked.since(desk.flow.clock.now());
    let (work, consultants) = (store.work(since).await?, store.consultants().await?);
    let StoreFigures { inbound, cases_by_state, jobs_ready, jobs_dead, deliveries_by_state, .. } = store.figures().await?;
    let name = |id: Option<ConsultantId>| match id {
        None => "by policy, without a person".to_owned(),
        Some(id) => consultants.iter().find(|one| one.id == id).map_or_else(|| "somebody".to_owned(), |one| one.name.clone()),
    };
    let chart = days(&work, since.as_second().div_euclid(DAY_SECS), asked.days());
    Ok(Figures {
        days: asked.days(),
        spans: SPANS.to_vec(),
        all: Line::of("all", &work),
        most: chart.iter().map(|bar| bar.answers).max().unwrap_or_default(),
        first: chart.first().map(|bar| bar.day.clone()).unwrap_or_default(),
        last: chart.last().map(|bar| bar.day.clone()).unwrap_or_default(),
        chart,
        kinds: by(&work, |one| if one.intent.is_empty() { "not known".to_owned() } else { one.intent.replace('_', " ") }),
        approvers: by(&work, |one| name(one.approved_by)),
        waits: waits(&work),
        cases: rows(&cases_by_state),
        deliveries: rows(&deliveries_by_state),
        inbound,
        jobs_ready,
        jobs_dead,
    })
}

/// `GET /figures.csv`: a line a day, kind of message, kind of question and approver.
pub async fn csv(State(desk): State<Arc<Desk>>, Query(asked): Query<Asked>) -> Response {
    let store = desk.flow.store.as_ref();
    let (work, consultants) = match (store.work(asked.since(desk.flow.clock.now())).await, store.consultants().await) {
        (Ok(work), Ok(consultants)) => (work, consultants),
        (Err(error), _) | (_, Err(error)) => return failed(&error),
    };
    let mut text =
        "day,message,question,approved_by,answers,waited_secs,within_minute,within_hour,within_day,edits,right,could_be_better,wrong\n"
            .to_owned();
    for one in &work {
        // A handle holds neither comma nor quote.
        let by = one.approved_by.and_then(|id| consultants.iter().find(|known| known.id == id));
        let by = by.map_or("policy", |known| known.handle.as_str());
        let counted = [
            one.answers,
            one.waited_secs,
            one.within_minute,
            one.within_hour,
            one.within_day,
            one.edits,
            one.right,
            one.could_be_better,
            one.wrong,
        ];
        let counted = counted.map(|count| count.to_string()).join(",");
        text.extend([chart::date(one.day).as_str(), ",", &one.kind, ",", &one.intent, ",", by, ",", &counted, "\n"]);
    }
    ([(CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response()
}

/// `GET /figures/now.csv`: where cases and deliveries stand.
pub async fn now_csv(State(desk): State<Arc<Desk>>) -> Response {
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
