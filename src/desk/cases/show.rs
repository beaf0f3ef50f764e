//! One case, whole.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::view::{CasePage, Typed, looked_at};
use super::{Names, numbered, store_failed, unknown};
use crate::desk::guard::view as viewer;
use crate::desk::page::{Frame, page};
use crate::desk::{Desk, failed};
use crate::domain::account::Session;
use crate::domain::id::InboundId;
use crate::parse;
use crate::ports::StoreError;

/// `GET /cases/{number}`.
pub async fn show(
    State(desk): State<Arc<Desk>>,
    Path(number): Path<String>,
    Extension(session): Extension<Option<Session>>,
) -> Response {
    let Some(session) = session else { return failed(&"a case without a session") };
    whole(&desk, &number, &session, StatusCode::OK, None).await
}

/// The case's page, with what somebody typed and could not save.
pub async fn whole(desk: &Desk, number: &str, session: &Session, status: StatusCode, typed: Option<Typed>) -> Response {
    let Some(id) = numbered(number) else { return unknown(session, number) };
    let store = desk.flow.store.as_ref();
    let read = async {
        let file = store.case_file(id).await?;
        let names = Names::read(store, std::slice::from_ref(&file.case)).await?;
        Ok((file, names))
    };
    let (file, names) = match read.await {
        Ok(read) => read,
        Err(error) => return store_failed(session, number, &error),
    };
    let content = CasePage::of(desk, &file, &names, session, typed);
    let frame = Frame::new(format!("{} {}", file.case.number(), file.case.subject), "cases", Some(viewer(session)));
    page(status, "case", &frame, &content)
}

/// `GET /cases/{number}/mail`: the bytes of the mail under review, as they would leave. Plain text, so that nothing in it acts.
pub async fn mail(
    State(desk): State<Arc<Desk>>,
    Path(number): Path<String>,
    Extension(session): Extension<Option<Session>>,
) -> Response {
    let Some(session) = session else { return failed(&"a mail without a session") };
    match draft_bytes(&desk, &number, &session).await {
        Ok(bytes) => alone(bytes, "text/plain; charset=utf-8", "default-src 'none'; sandbox"),
        Err(refused) => *refused,
    }
}

/// `GET /cases/{number}/mail/html`: the HTML part of that mail, for a frame in which nothing of it acts.
pub async fn mail_html(
    State(desk): State<Arc<Desk>>,
    Path(number): Path<String>,
    Extension(session): Extension<Option<Session>>,
) -> Response {
    let Some(session) = session else { return failed(&"a mail without a session") };
    match draft_bytes(&desk, &number, &session).await {
        Ok(bytes) => framed(parse::html_of(&bytes).unwrap_or_else(|| NO_LAYOUT.to_owned())),
        Err(refused) => *refused,
    }
}

/// `GET /cases/{number}/mails/{id}`: a mail that came in, in its own layout, without what acts, fetches or names a patient.
pub async fn laid_out(
    State(desk): State<Arc<Desk>>,
    Path((number, mail)): Path<(String, String)>,
    Extension(session): Extension<Option<Session>>,
) -> Response {
    let Some(session) = session else { return failed(&"a mail without a session") };
    let (Some(case), Some(mail)) = (numbered(&number), mail.parse().ok().map(InboundId)) else {
        return unknown(&session, &number);
    };
    let store = desk.flow.store.as_ref();
    let read = async {
        let file = store.case_file(case).await?;
        // Only a mail of this case, and only what it was read for.
        if !file.messages.iter().any(|message| message.inbound == mail) {
            return Err(StoreError::Missing("mail of this case"));
        }
        store.inbound(mail).await
    };
    match read.await {
        Ok(inbound) => {
            framed(parse::laid_out(&inbound.raw).map_or_else(|| NO_LAYOUT.to_owned(), |html| format!("{FRAME_STYLE}{html}")))
        }
        // Its days are over: what was read of it stays.
        Err(StoreError::Missing("message")) => framed(GONE.to_owned()),
        Err(error) => store_failed(&session, &number, &error),
    }
}

const GONE: &str =
    "<!doctype html><meta charset=\"utf-8\"><title>Mail</title><p>The mail itself is not kept any longer: its text is all.</p>";
const NO_LAYOUT: &str =
    "<!doctype html><meta charset=\"utf-8\"><title>Mail</title><p>There is no layout to show: the text is all.</p>";
const FRAME_STYLE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Mail</title><style>body{font:15px/1.45 sans-serif;color:#1c2126;\
    background:#fff;margin:.6rem;overflow-wrap:anywhere}table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.2rem .5rem;\
    text-align:left;vertical-align:top}blockquote{margin:.4rem 0 .4rem .2rem;padding-left:.7rem;border-left:3px solid #bbb}</style>";

async fn draft_bytes(desk: &Desk, number: &str, session: &Session) -> Result<Vec<u8>, Box<Response>> {
    let Some(id) = numbered(number) else { return Err(Box::new(unknown(session, number))) };
    let file = desk.flow.store.case_file(id).await.map_err(|error| Box::new(store_failed(session, number, &error)))?;
    looked_at(&file).map(|(_, outgoing)| outgoing.bytes.clone()).ok_or_else(|| Box::new(unknown(session, number)))
}

fn framed(html: String) -> Response {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'";
    alone(html.into_bytes(), "text/html; charset=utf-8", policy)
}

fn alone(bytes: Vec<u8>, kind: &'static str, policy: &'static str) -> Response {
    let mut response = bytes.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}
