//! What went wrong, as RFC 9457 (problem details) tells programs.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::flow::FlowError;
use crate::ports::StoreError;

/// A status, and what to do about it in one sentence.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    header: Option<(HeaderName, HeaderValue)>,
}

pub type Answer = Result<Response, Problem>;

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), header: None }
    }

    pub fn with(self, name: HeaderName, value: &'static str) -> Self {
        Self { header: Some((name, HeaderValue::from_static(value))), ..self }
    }

    pub fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    pub fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    pub fn missing(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no {what}"))
    }

    /// Ours, not the program's: told in the log.
    pub fn ours(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(error = %error, "an answer to a program failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "something here is broken; it has been noted, try again later")
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing(what) => Self::missing(what),
            StoreError::Stale | StoreError::LeaseLost | StoreError::Exists { .. } | StoreError::Failed(_) => Self::ours(&error),
        }
    }
}

impl From<FlowError> for Problem {
    fn from(error: FlowError) -> Self {
        match error {
            FlowError::Store(error) => error.into(),
            FlowError::Refused(refusal) => Self::new(StatusCode::CONFLICT, refusal.to_string()),
            FlowError::Failed(error) => Self::ours(&format!("{error:#}")),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or_default();
        let body = json!({ "type": "about:blank", "title": title, "status": self.status.as_u16(), "detail": self.detail });
        let mut response = (self.status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// Below `/api/`, where no address is.
pub fn nowhere(uri: &Uri) -> Response {
    Problem::missing(&format!("address {}; see /api/v1/openapi.json", uri.path())).into_response()
}

pub fn wrong_method(uri: &Uri) -> Response {
    let text = format!("{} is not asked for in this way; see /api/v1/openapi.json", uri.path());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, text).into_response()
}
