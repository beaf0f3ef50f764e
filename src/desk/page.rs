//! A page: its frame, its own content, and the headers that every answer of the desk carries.

use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::assets;
use crate::render::templates;

/// Own style and script from this very address, nothing else, and nobody may frame us but ourselves.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
    form-action 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'";

/// What stands around every page.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    pub title: String,
    /// The entry of the navigation that the page belongs to.
    pub here: &'static str,
    pub viewer: Option<ViewerView>,
    css: String,
    js: String,
}

/// Who is signed in, as the frame shows it.
#[derive(Debug, Clone, Serialize)]
pub struct ViewerView {
    pub name: String,
    pub role: &'static str,
    /// What every form of this session sends back.
    pub csrf: String,
}

impl Frame {
    pub fn new(title: impl Into<String>, here: &'static str, viewer: Option<ViewerView>) -> Self {
        Self { title: title.into(), here, viewer, css: assets::address("css"), js: assets::address("js") }
    }
}

#[derive(Serialize)]
struct Whole<'a, P> {
    frame: &'a Frame,
    page: &'a P,
}

/// Renders `templates/desk/<name>.html`.
pub fn page<P: Serialize>(status: StatusCode, name: &str, frame: &Frame, content: &P) -> Response {
    match templates::render(&format!("desk/{name}.html"), &Whole { frame, page: content }) {
        Ok(html) => (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => {
            tracing::error!(page = name, error = %error, "a page could not be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, [(CONTENT_TYPE, "text/plain; charset=utf-8")], "This page could not be made.\n")
                .into_response()
        }
    }
}

/// A message on a page of its own: an error, or something done that has no page.
#[derive(Debug, Serialize)]
pub struct Message {
    pub heading: String,
    pub text: String,
    /// Where to go on: address and label.
    pub links: Vec<(String, String)>,
}

pub fn message(status: StatusCode, viewer: Option<ViewerView>, heading: &str, text: &str, links: &[(&str, &str)]) -> Response {
    let links = links.iter().map(|(to, label)| ((*to).to_owned(), (*label).to_owned())).collect();
    let frame = Frame::new(heading, "", viewer);
    page(status, "message", &frame, &Message { heading: heading.to_owned(), text: text.to_owned(), links })
}

/// Puts the headers on whatever leaves that says nothing else of its own.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut unless_set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    unless_set(CONTENT_SECURITY_POLICY, POLICY);
    unless_set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    unless_set(REFERRER_POLICY, "same-origin");
    unless_set(CACHE_CONTROL, "no-store");
    unless_set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    unless_set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    response
}
