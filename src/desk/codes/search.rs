//! `/codes`: find a code by its number or by words.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::systems::{href, of_slug};
use super::view::{self, Link};
use super::{absent, day};
use crate::desk::page::{Frame, page};
use crate::desk::{Desk, guard};
use crate::domain::account::Session;
use crate::domain::code::CodeRef;

const HITS_MAX: usize = 30;
const QUERY_CHARS_MAX: usize = 200;

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    q: Option<String>,
    system: Option<String>,
    on: Option<String>,
}

#[derive(Debug, Serialize)]
struct Found {
    q: String,
    system: Option<String>,
    on: Date,
    wrong_day: Option<String>,
    asked: bool,
    hits: Vec<Hit>,
    edition: String,
}

#[derive(Debug, Serialize)]
struct Hit {
    link: Link,
    why: String,
}

/// `GET /codes`. A code that exists leads straight to its page.
pub async fn search(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<Asked>,
    Extension(session): Extension<Option<Session>>,
) -> Response {
    let viewer = session.as_ref().map(guard::view);
    let codebook = desk.codebook();
    let (on, wrong_day) = day(asked.on.as_deref(), desk.today());
    let q: String = asked.q.unwrap_or_default().trim().chars().take(QUERY_CHARS_MAX).collect();
    let system = asked.system.as_deref().and_then(of_slug);
    if !q.is_empty() && q.len() <= 8 && !q.contains(' ') {
        let code = system.map_or_else(|| view::written(&q), |system| CodeRef::new(system, &q));
        if absent(&codebook, &code, on).is_none() {
            let on = asked.on.map(|_| format!("?on={on}")).unwrap_or_default();
            return Redirect::to(&format!("{}{on}", href(&code))).into_response();
        }
    }
    let hits = if q.is_empty() { Vec::new() } else { codebook.found(&q, system, on, HITS_MAX) };
    let hits = hits.into_iter().map(|(node, why)| Hit { link: Link::node(node), why }).collect();
    let content = Found {
        asked: !q.is_empty(),
        q,
        system: system.map(|system| super::systems::slug(system).to_owned()),
        on,
        wrong_day,
        hits,
        edition: codebook.edition().to_owned(),
    };
    page(StatusCode::OK, "codes", &Frame::new("Find a code", "codes", viewer), &content)
}
