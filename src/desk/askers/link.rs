//! Coming in by a mailed link. Whatever address is given, the answer is the same; a link works once and not for long.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::SignedDuration;
use serde::Serialize;

use crate::desk::cookies::{self, Kept};
use crate::desk::guard::{ASKER_COOKIE, Form, token_hash, view};
use crate::desk::limits::network;
use crate::desk::page::{Frame, message, page};
use crate::desk::{Desk, failed};
use crate::domain::account::{NewAskerSession, Session};
use crate::domain::address::EmailAddress;
use crate::domain::id::hex;

/// A working week.
const SESSION_SECS: i64 = 5 * 24 * 3600;

/// `POST /sign-in/link`. The mail is made beside the answer, so that neither words nor time tell who is known.
pub async fn send_link(State(desk): State<Arc<Desk>>, Extension(form): Extension<Form>, request: Request) -> Response {
    let now = desk.flow.clock.now();
    let Ok(address) = EmailAddress::parse(form.text("address").trim()) else {
        let text = "That is no mail address. Go back and write it again.";
        return message(StatusCode::UNPROCESSABLE_ENTITY, None, "No link was sent", text, &[("/sign-in", "Back")]);
    };
    if desk.flow.opened_at().is_none() {
        let text = "This service does not know the address that people open it by, so it can mail no link. Whoever runs it sets \
                    public_url under [desk] in its configuration.";
        return message(StatusCode::SERVICE_UNAVAILABLE, None, "No link was sent", text, &[("/sign-in", "Back")]);
    }
    if !desk.links.take(&format!("at {}", network(request.extensions(), request.headers())), now) {
        let text = "Too many links were asked for from your network. Try again in an hour.";
        return message(StatusCode::TOO_MANY_REQUESTS, None, "No link was sent", text, &[]);
    }
    // An address that has had its links gets no more for a while, and the answer does not say so.
    if desk.links.take(&format!("to {}", address.key()), now) {
        let token = hex(&[desk.flow.chance.bytes(), desk.flow.chance.bytes()].concat());
        let flow = Arc::clone(&desk.flow);
        tokio::spawn(async move {
            let hash = token_hash(&token);
            if let Err(error) = flow.mail_link(&address, &token, hash).await {
                tracing::error!(%error, "a sign-in link could not be mailed");
            }
        });
    }
    let text = "If this address has asked here before, or belongs to a practice that is registered, a link is on its way. It works \
                once, and for twenty minutes.";
    message(StatusCode::OK, None, "Look into your mail", text, &[])
}

#[derive(Serialize)]
struct Confirm {
    token: String,
}

/// `GET /sign-in/link/{token}`. Programs that look into mail follow links, so that following one uses nothing up yet.
pub async fn confirm(Path(token): Path<String>, Extension(session): Extension<Option<Session>>) -> Response {
    if token.len() != 64 || !token.chars().all(|c| c.is_ascii_hexdigit()) {
        return worn_out();
    }
    page(StatusCode::OK, "link", &Frame::new("Sign in", "sign-in", session.as_ref().map(view)), &Confirm { token })
}

/// `POST /sign-in/link/{token}`.
pub async fn come_in(State(desk): State<Arc<Desk>>, Path(token): Path<String>, request: Request) -> Response {
    let now = desk.flow.clock.now();
    if !desk.sign_ins.take(&format!("at {}", network(request.extensions(), request.headers())), now) {
        let text = "Too many attempts. Wait a quarter of an hour and try again.";
        return message(StatusCode::TOO_MANY_REQUESTS, None, "Not signed in", text, &[]);
    }
    let address = match desk.flow.store.take_link(&token_hash(&token), now).await {
        Ok(Some(address)) => address,
        Ok(None) => return worn_out(),
        Err(error) => return failed(&error),
    };
    let token = hex(&[desk.flow.chance.bytes(), desk.flow.chance.bytes()].concat());
    let session = NewAskerSession {
        token_hash: token_hash(&token),
        address,
        csrf: hex(&desk.flow.chance.bytes()),
        expires: now.checked_add(SignedDuration::from_secs(SESSION_SECS)).unwrap_or(now),
    };
    if let Err(error) = desk.flow.store.open_asker_session(&session, now).await {
        return failed(&error);
    }
    let mut response = Redirect::to("/my").into_response();
    cookies::set(response.headers_mut(), ASKER_COOKIE, &token, Kept { secs: SESSION_SECS.unsigned_abs(), secure: desk.secure });
    response
}

/// `POST /my/sign-out`.
pub async fn sign_out(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    if let Some(token) = cookies::read(request.headers(), ASKER_COOKIE)
        && let Err(error) = desk.flow.store.end_asker_session(&token_hash(token)).await
    {
        return failed(&error);
    }
    let mut response = Redirect::to("/sign-in").into_response();
    cookies::set(response.headers_mut(), ASKER_COOKIE, "", Kept { secs: 0, secure: desk.secure });
    response
}

fn worn_out() -> Response {
    let text = "This link was used already, or its time is over. Ask for another one.";
    message(StatusCode::GONE, None, "This link does not work any more", text, &[("/sign-in", "To the sign-in")])
}
