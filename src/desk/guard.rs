//! Who may come to an address. Every address says so in one table, and this is the only place that lets anybody in.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::page::{ViewerView, message};
use super::{Desk, api, cookies, failed};
use crate::domain::account::{AskerSession, Role, Scope, Session};
use crate::domain::id::hex;

pub const SESSION_COOKIE: &str = "cc_session";
pub const ASKER_COOKIE: &str = "cc_asker";
/// A form of ours holds at most a draft and a few words.
const FORM_BYTES_MAX: usize = 256 * 1024;

/// Who may come to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Anyone,
    /// Whoever proved an address by a mailed link.
    Asker,
    /// This role and those above it.
    From(Role),
    /// A program whose token has this scope; nobody by a cookie.
    Program(Scope),
}

impl Who {
    pub fn admits(self, role: Option<Role>) -> bool {
        match self {
            Self::Anyone => true,
            // An asker is nobody at the desk; the guard looks for theirs apart.
            Self::Asker | Self::Program(_) => false,
            Self::From(least) => role.is_some_and(|role| role >= least),
        }
    }
}

/// The fields of a form, in order.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    fn read(bytes: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(bytes).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The field's text, empty where there is none; line ends as `\n`.
    pub fn text(&self, name: &str) -> String {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.replace("\r\n", "\n")).unwrap_or_default()
    }

    /// Every value of a field that may come several times.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }
}

/// What a token is kept as.
pub fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

impl Desk {
    /// Who is signed in by the request's cookie.
    pub(super) async fn session(&self, headers: &HeaderMap) -> Result<Option<Session>, crate::ports::StoreError> {
        let Some(token) = cookies::read(headers, SESSION_COOKIE).filter(|token| token.len() == 64) else { return Ok(None) };
        self.flow.store.session(&token_hash(token), self.flow.clock.now()).await
    }

    /// Which asker is signed in by the request's cookie; looked up only where askers may come.
    async fn asker(&self, who: Who, headers: &HeaderMap) -> Result<Option<AskerSession>, crate::ports::StoreError> {
        let token = cookies::read(headers, ASKER_COOKIE).filter(|token| who == Who::Asker && token.len() == 64);
        let Some(token) = token else { return Ok(None) };
        self.flow.store.asker_session(&token_hash(token), self.flow.clock.now()).await
    }
}

/// Lets the request in, or answers it here. A form is read here, since its token is looked at first.
pub async fn guard(desk: Arc<Desk>, who: Who, request: Request, next: Next) -> Response {
    if let Who::Program(scope) = who {
        return api::gate(&desk, scope, request, next).await;
    }
    let session = match desk.session(request.headers()).await {
        Ok(session) => session,
        Err(error) => return failed(&error),
    };
    let asker = match desk.asker(who, request.headers()).await {
        Ok(asker) => asker,
        Err(error) => return failed(&error),
    };
    let role = session.as_ref().map(|session| session.role);
    if !who.admits(role) && asker.is_none() {
        return turned_away(&request, session.as_ref());
    }
    let csrf = match (who, &asker, &session) {
        (Who::Asker, Some(asker), _) => Some(asker.csrf.clone()),
        (Who::Asker, None, _) | (Who::Program(_), _, _) | (Who::Anyone | Who::From(_), _, None) => None,
        (Who::Anyone | Who::From(_), _, Some(session)) => Some(session.csrf.clone()),
    };
    let (mut parts, body) = request.into_parts();
    let mut form = Form::default();
    if parts.method == Method::POST {
        if !same_origin(&parts.headers) {
            return refused(session.as_ref(), "The form came from another site, so nothing was done.");
        }
        let Ok(bytes) = axum::body::to_bytes(body, FORM_BYTES_MAX).await else {
            let text = format!("A form holds at most {} kB.", FORM_BYTES_MAX / 1024);
            return message(StatusCode::PAYLOAD_TOO_LARGE, session.as_ref().map(view), "Too much text", &text, &[]);
        };
        form = Form::read(&bytes);
        if csrf.is_some_and(|csrf| !bool::from(form.text("csrf").as_bytes().ct_eq(csrf.as_bytes()))) {
            return refused(session.as_ref(), "The form was not one of this session, so nothing was done. Open the page again.");
        }
        parts.extensions.insert(form);
        parts.extensions.insert(session);
        parts.extensions.insert(asker);
        return next.run(Request::from_parts(parts, Body::empty())).await;
    }
    parts.extensions.insert(form);
    parts.extensions.insert(session);
    parts.extensions.insert(asker);
    next.run(Request::from_parts(parts, body)).await
}

/// A browser says where a form came from; a client without `Origin` is no browser and has no cookie but its own.
fn same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    origin.to_str().ok().and_then(|origin| origin.split_once("://")).is_some_and(|(_, from)| from == host)
}

pub fn view(session: &Session) -> ViewerView {
    ViewerView { name: session.consultant.name.clone(), role: session.role.name(), csrf: session.csrf.clone() }
}

fn turned_away(request: &Request, session: Option<&Session>) -> Response {
    match session {
        Some(session) => refused(Some(session), "Your role does not reach here."),
        None if request.method() == Method::GET => {
            let asked = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
            let asked = percent_encoding::utf8_percent_encode(&asked, percent_encoding::NON_ALPHANUMERIC);
            Redirect::to(&format!("/sign-in?next={asked}")).into_response()
        }
        None => message(StatusCode::UNAUTHORIZED, None, "Sign in first", "Nothing was done.", &[("/sign-in", "Sign in")]),
    }
}

fn refused(session: Option<&Session>, text: &str) -> Response {
    message(StatusCode::FORBIDDEN, session.map(view), "Not allowed", text, &[("/", "Go on")])
}
