//! What answers rest on and what they look like: editions of the code records, and each kind of mail as it would read.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{done, frame, problem};
use crate::desk::guard::{Form, view as viewer};
use crate::desk::page::{message, page};
use crate::desk::{Desk, failed};
use crate::domain::account::Session;
use crate::domain::code::Family;
use crate::domain::outgoing::OutgoingKind;
use crate::ports::Administering;
use crate::render;

const KINDS: [OutgoingKind; 6] = [
    OutgoingKind::Answer,
    OutgoingKind::Clarification,
    OutgoingKind::Refusal,
    OutgoingKind::Acknowledgement,
    OutgoingKind::Notice,
    OutgoingKind::Review,
];

#[derive(Debug, Serialize)]
struct Records {
    edition: String,
    editions: Vec<Edition>,
    families: Vec<Loaded>,
}

#[derive(Debug, Serialize)]
struct Edition {
    name: String,
    in_use: bool,
}

#[derive(Debug, Serialize)]
struct Loaded {
    family: &'static str,
    edition: String,
    days: String,
    today: bool,
}

/// `GET /admin/codebook`.
pub async fn codebook(State(desk): State<Arc<Desk>>, Extension(session): Extension<Option<Session>>) -> Response {
    let (codebook, today) = (desk.codebook(), desk.today());
    let editions = match desk.flow.shelf.editions() {
        Ok(editions) => editions,
        Err(error) => return failed(&format!("{error:#}")),
    };
    let loaded = |family: Family| {
        let coverage = codebook.coverage(family, today)?;
        let covers = coverage.covers(today);
        let to = if coverage.to == jiff::civil::Date::MAX { "standing".to_owned() } else { coverage.to.to_string() };
        Some(Loaded {
            family: family.label(),
            days: format!("{} to {to}", coverage.from),
            today: covers,
            edition: coverage.edition,
        })
    };
    let content = Records {
        edition: codebook.edition().to_owned(),
        editions: editions.into_iter().map(|(name, in_use)| Edition { name, in_use }).collect(),
        families: Family::ALL.into_iter().filter_map(loaded).collect(),
    };
    page(StatusCode::OK, "admin_codebook", &frame("Code records", session.as_ref()), &content)
}

/// `POST /admin/codebook/use`.
pub async fn use_edition(
    State(desk): State<Arc<Desk>>,
    Extension(session): Extension<Option<Session>>,
    Extension(form): Extension<Form>,
) -> Response {
    let Some(session) = session else { return failed(&"an act without a session") };
    let name = form.text("edition");
    let here = "/admin/codebook";
    match desk.flow.shelf.put_in_use(&name) {
        Ok(()) => done(&desk, &session, Administering::Told("edition"), json!({ "edition": name }), here).await,
        Err(error) => problem(&session, &format!("{error:#}."), here),
    }
}

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    kind: Option<String>,
}

#[derive(Debug, Serialize)]
struct Preview {
    kinds: Vec<&'static str>,
    kind: &'static str,
    subject: String,
    text: String,
}

fn kind(name: &str) -> Option<OutgoingKind> {
    KINDS.into_iter().find(|kind| kind.name() == name)
}

/// `GET /admin/templates`.
pub async fn templates(Query(asked): Query<Asked>, Extension(session): Extension<Option<Session>>) -> Response {
    let kind = asked.kind.as_deref().and_then(kind).unwrap_or(OutgoingKind::Answer);
    match render::preview(kind) {
        Ok((subject, text, _)) => {
            let content = Preview { kinds: KINDS.map(OutgoingKind::name).to_vec(), kind: kind.name(), subject, text };
            page(StatusCode::OK, "admin_templates", &frame("Mails", session.as_ref()), &content)
        }
        Err(error) => failed(&error),
    }
}

/// `GET /admin/templates/{kind}/html`: the HTML part alone, for a frame in which nothing of it acts.
pub async fn html_part(Path(named): Path<String>, Extension(session): Extension<Option<Session>>) -> Response {
    let Some(kind) = kind(&named) else {
        let text = format!("There is no mail of the kind {named}.");
        return message(
            StatusCode::NOT_FOUND,
            session.as_ref().map(viewer),
            "No such mail",
            &text,
            &[("/admin/templates", "Back")],
        );
    };
    match render::preview(kind) {
        Ok((_, _, html)) => {
            let mut response = html.into_response();
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            let policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'";
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
            response
        }
        Err(error) => failed(&error),
    }
}
