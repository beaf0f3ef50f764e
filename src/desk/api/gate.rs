//! Lets a program in by its token. Cookies count for nothing here, so that no page of another site can ask in a person's name.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::{Problem, Sent};
use crate::desk::Desk;
use crate::desk::guard::token_hash;
use crate::desk::limits::network;
use crate::domain::account::{ApiToken, Scope};

const BODY_BYTES_MAX: usize = 64 * 1024;

/// Lets the request in, its body read, or answers it here.
pub async fn gate(desk: &Desk, scope: Scope, request: Request, next: Next) -> Response {
    match admitted(desk, scope, request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn admitted(desk: &Desk, scope: Scope, request: Request) -> Result<Request, Problem> {
    let from = network(request.extensions(), request.headers());
    let said = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let token = known(desk, said, &from).await?;
    if !token.scopes.contains(&scope) {
        let text = format!("the token {} lacks the scope {}", token.name, scope.name());
        return Err(Problem::new(StatusCode::FORBIDDEN, text));
    }
    if !desk.programs.take(&token.name, desk.flow.clock.now()) {
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many requests within a minute; wait and try again"));
    }
    let (mut parts, body) = request.into_parts();
    if parts.method == Method::POST && !is_json(&parts.headers) {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the body as application/json"));
    }
    let Ok(bytes) = axum::body::to_bytes(body, BODY_BYTES_MAX).await else {
        let text = format!("a body holds at most {} kB", BODY_BYTES_MAX / 1024);
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, text));
    };
    parts.extensions.insert(Sent(bytes));
    parts.extensions.insert(token);
    Ok(Request::from_parts(parts, Body::empty()))
}

async fn known(desk: &Desk, said: Option<String>, from: &str) -> Result<ApiToken, Problem> {
    let now = desk.flow.clock.now();
    let unknown = || {
        let text = "send `Authorization: Bearer TOKEN` with a token of `caseconsultant token add` that has not expired";
        Problem::new(StatusCode::UNAUTHORIZED, text).with(WWW_AUTHENTICATE, "Bearer")
    };
    let token = said.as_deref().and_then(|said| said.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some((_, token)) = token else { return Err(unknown()) };
    match desk.flow.store.token(&token_hash(token.trim()), now).await? {
        Some(token) => Ok(token),
        None if desk.guesses.take(from, now) => Err(unknown()),
        None => Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many tokens that are none; wait a quarter of an hour")),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let said = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    said.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}
