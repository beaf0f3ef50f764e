//! Signing in and out.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::cookies::{self, Kept};
use super::guard::{Form, SESSION_COOKIE, token_hash, view};
use super::limits::network;
use super::page::{Frame, page};
use super::{Desk, failed, password};
use crate::domain::account::{NewSession, Session};
use crate::domain::id::hex;

/// A working day; then one signs in again.
const SESSION_SECS: i64 = 12 * 3600;

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    next: Option<String>,
}

#[derive(Debug, Serialize)]
struct SignIn {
    next: String,
    name: String,
    wrong: Option<&'static str>,
}

/// `GET /sign-in`.
pub async fn form(Query(asked): Query<Asked>, Extension(session): Extension<Option<Session>>) -> Response {
    let next = own_path(asked.next.as_deref().unwrap_or_default());
    if session.is_some() {
        return Redirect::to(&next).into_response();
    }
    show(StatusCode::OK, &SignIn { next, name: String::new(), wrong: None })
}

/// `POST /sign-in`. Whoever fails learns nothing of which part was wrong.
pub async fn sign_in(State(desk): State<Arc<Desk>>, Extension(form): Extension<Form>, request: Request) -> Response {
    let now = desk.flow.clock.now();
    let (name, given) = (form.text("name").trim().to_owned(), form.text("password"));
    let next = own_path(&form.text("next"));
    let keys = [format!("at {}", network(request.extensions(), request.headers())), format!("as {}", name.to_lowercase())];
    if !keys.iter().all(|key| desk.sign_ins.take(key, now)) {
        let wrong = Some("Too many attempts. Wait a quarter of an hour and try again.");
        return show(StatusCode::TOO_MANY_REQUESTS, &SignIn { next, name, wrong });
    }
    let found = match desk.flow.store.login(&name).await {
        Ok(found) => found,
        Err(error) => return failed(&error),
    };
    let hashed = found.as_ref().map(|(_, login)| login.password.clone());
    // A hash takes tens of milliseconds of a core; requests go on beside it.
    let right = tokio::task::spawn_blocking(move || {
        given.chars().count() <= password::PASSWORD_CHARS_MAX && password::verify(&given, hashed.as_deref())
    });
    let (true, Some((consultant, _))) = (right.await.unwrap_or(false), found) else {
        return show(StatusCode::UNAUTHORIZED, &SignIn { next, name, wrong: Some("Name and password do not fit together.") });
    };
    let token = hex(&[desk.flow.chance.bytes(), desk.flow.chance.bytes()].concat());
    let session = NewSession {
        token_hash: token_hash(&token),
        consultant: consultant.id,
        csrf: hex(&desk.flow.chance.bytes()),
        created: now,
        expires: now.checked_add(SignedDuration::from_secs(SESSION_SECS)).unwrap_or(now),
    };
    if let Err(error) = desk.flow.store.open_session(&session).await {
        return failed(&error);
    }
    for key in &keys {
        desk.sign_ins.forgive(key);
    }
    let mut response = Redirect::to(&next).into_response();
    let kept = Kept { secs: SESSION_SECS.unsigned_abs(), secure: desk.secure };
    cookies::set(response.headers_mut(), SESSION_COOKIE, &token, kept);
    response
}

/// `POST /sign-out`.
pub async fn sign_out(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    if let Some(token) = cookies::read(request.headers(), SESSION_COOKIE)
        && let Err(error) = desk.flow.store.end_session(&token_hash(token)).await
    {
        return failed(&error);
    }
    let mut response = Redirect::to("/sign-in").into_response();
    cookies::set(response.headers_mut(), SESSION_COOKIE, "", Kept { secs: 0, secure: desk.secure });
    response
}

/// Only a path of ours is gone on to: `//elsewhere` and `/\elsewhere` lead away.
fn own_path(next: &str) -> String {
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') && !next.contains(char::is_control);
    if ours { next.to_owned() } else { "/cases".to_owned() }
}

fn show(status: StatusCode, content: &SignIn) -> Response {
    page(status, "sign_in", &Frame::new("Sign in", "sign-in", None), content)
}

/// `GET /`: the queue for who is signed in, the sign-in for who is not.
pub async fn home(Extension(session): Extension<Option<Session>>) -> Response {
    match session.as_ref().map(view) {
        Some(_) => Redirect::to("/cases").into_response(),
        None => Redirect::to("/sign-in").into_response(),
    }
}
