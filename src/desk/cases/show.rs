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
    let Some(id) = numbered(&number) else { return unknown(&session, &number) };
    let file = match desk.flow.store.case_file(id).await {
        Ok(file) => file,
        Err(error) => return store_failed(&session, &number, &error),
    };
    let Some((_, outgoing)) = looked_at(&file) else { return unknown(&session, &number) };
    let mut response = outgoing.bytes.clone().into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    response
}
