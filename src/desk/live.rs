//! What has changed, told to the pages that are open: the counts of the queue's views, and the version of one case.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::stream;
use serde::{Deserialize, Serialize};

use super::cases::{counts, numbered};
use super::{Desk, failed};
use crate::domain::account::Session;
use crate::domain::id::CaseId;
use crate::ports::StoreFigures;

/// How often the store is read for those who look at a page.
const LOOK_EVERY: Duration = Duration::from_secs(2);

#[derive(Debug, Deserialize)]
pub struct Watched {
    case: Option<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Seen {
    counts: Vec<(&'static str, i64)>,
    mark: String,
    /// The version of the case that is watched.
    version: Option<i64>,
}

/// Another one whenever a case, a mail or a delivery has moved: a queue that was made under an older one is read again.
pub fn mark(figures: &StoreFigures) -> String {
    let all =
        |counted: &[(String, i64)]| counted.iter().map(|(name, count)| format!("{name}.{count}")).collect::<Vec<_>>().join("-");
    format!("{}/{}/{}", figures.inbound, all(&figures.cases_by_state), all(&figures.deliveries_by_state))
}

/// `GET /events`: what a page shows, whenever it changes, as long as its reader is signed in.
pub async fn events(
    State(desk): State<Arc<Desk>>,
    Query(watched): Query<Watched>,
    Extension(session): Extension<Option<Session>>,
    headers: HeaderMap,
) -> Response {
    if session.is_none() {
        return failed(&"a stream without a session");
    }
    let case = watched.case.as_deref().and_then(numbered);
    let changes = stream::unfold((desk, headers, None), move |(desk, headers, mut known)| async move {
        loop {
            if known.is_some() {
                tokio::select! {
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    () = desk.stop.cancelled() => return None,
                }
                // Whoever signed out, or was signed out, hears no more.
                desk.session(&headers).await.ok()??;
            }
            let now = look(&desk, case).await?;
            if known.as_ref() != Some(&now) {
                let event = Event::default().json_data(&now).ok()?;
                known = Some(now);
                return Some((Ok::<Event, Infallible>(event), (desk, headers, known)));
            }
        }
    });
    Sse::new(changes).keep_alive(KeepAlive::default()).into_response()
}

/// `None` where the store does not answer: the browser comes again by itself.
async fn look(desk: &Desk, case: Option<CaseId>) -> Option<Seen> {
    let figures = desk.flow.store.figures().await.ok()?;
    let version = match case {
        Some(case) => desk.flow.store.case(case).await.ok().map(|case| case.version),
        None => None,
    };
    Some(Seen { counts: counts(&figures), mark: mark(&figures), version })
}
