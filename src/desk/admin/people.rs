//! Consultants and what they may do.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::json;

use super::{done, frame, problem};
use crate::desk::guard::Form;
use crate::desk::page::page;
use crate::desk::{Desk, failed, password};
use crate::domain::account::{Consultant, Login, NewConsultant, Role, Session};
use crate::domain::address::EmailAddress;
use crate::domain::id::ConsultantId;
use crate::ports::Administering;

const HERE: &str = "/admin/consultants";
const HANDLE_CHARS_MAX: usize = 40;

#[derive(Debug, Serialize)]
struct People {
    rows: Vec<Row>,
    roles: Vec<&'static str>,
    password_chars_min: usize,
}

#[derive(Debug, Serialize)]
struct Row {
    id: i64,
    handle: String,
    name: String,
    address: String,
    active: bool,
    /// None where they never signed in to the desk.
    role: Option<&'static str>,
    /// Nobody takes the desk from themselves.
    me: bool,
}

/// `GET /admin/consultants`.
pub async fn consultants(State(desk): State<Arc<Desk>>, Extension(session): Extension<Option<Session>>) -> Response {
    let store = desk.flow.store.as_ref();
    let (all, roles) = match (store.consultants().await, store.roles().await) {
        (Ok(all), Ok(roles)) => (all, roles),
        (Err(error), _) | (_, Err(error)) => return failed(&error),
    };
    let me = session.as_ref().map(|session| session.consultant.id);
    let row = |one: Consultant| Row {
        id: one.id.0,
        role: roles.iter().find(|(id, _)| *id == one.id).map(|(_, role)| role.name()),
        me: Some(one.id) == me,
        handle: one.handle,
        name: one.name,
        address: one.address.to_string(),
        active: one.active,
    };
    let content = People {
        rows: all.into_iter().map(row).collect(),
        roles: Role::ALL.map(Role::name).to_vec(),
        password_chars_min: password::PASSWORD_CHARS_MIN,
    };
    page(StatusCode::OK, "admin_consultants", &frame("Consultants", session.as_ref()), &content)
}

fn role(form: &Form) -> Option<Role> {
    let named = form.text("role");
    Role::ALL.into_iter().find(|role| role.name() == named)
}

/// A new password from the form; `None` where the field was left empty.
async fn new_password(desk: &Desk, form: &Form) -> Result<Option<String>, String> {
    let typed = form.text("password");
    if typed.is_empty() {
        return Ok(None);
    }
    let salt = desk.flow.chance.bytes();
    let hashed = tokio::task::spawn_blocking(move || password::hash(&typed, salt)).await;
    hashed.map_err(|error| error.to_string())?.map(Some)
}

/// `POST /admin/consultants`.
pub async fn add(
    State(desk): State<Arc<Desk>>,
    Extension(session): Extension<Option<Session>>,
    Extension(form): Extension<Form>,
) -> Response {
    let Some(session) = session else { return failed(&"an act without a session") };
    let (handle, name) = (form.text("handle").trim().to_owned(), form.text("name").trim().to_owned());
    let plain = !handle.is_empty()
        && handle.chars().count() <= HANDLE_CHARS_MAX
        && handle.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if !plain || name.is_empty() {
        return problem(&session, "A consultant has a short name of letters, digits, dots and dashes, and a name.", HERE);
    }
    let address = match EmailAddress::parse(form.text("address").trim()) {
        Ok(address) => address,
        Err(error) => return problem(&session, &format!("The address can't be read: {error}."), HERE),
    };
    let (role, password) = match (role(&form), new_password(&desk, &form).await) {
        (Some(role), Ok(Some(password))) => (role, password),
        (_, Err(why)) => return problem(&session, &format!("{why}."), HERE),
        (_, Ok(_)) => return problem(&session, "A consultant needs a role and a first password.", HERE),
    };
    let detail = json!({ "handle": handle, "role": role.name() });
    let new = NewConsultant { handle, name, address };
    done(&desk, &session, Administering::AddConsultant(new, Login { role, password }), detail, HERE).await
}

/// `POST /admin/consultants/{id}`.
pub async fn set(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<i64>,
    Extension(session): Extension<Option<Session>>,
    Extension(form): Extension<Form>,
) -> Response {
    let Some(session) = session else { return failed(&"an act without a session") };
    let id = ConsultantId(id);
    let (all, roles) = match (desk.flow.store.consultants().await, desk.flow.store.roles().await) {
        (Ok(all), Ok(roles)) => (all, roles),
        (Err(error), _) | (_, Err(error)) => return failed(&error),
    };
    let Some(mut consultant) = all.into_iter().find(|one| one.id == id) else {
        return problem(&session, "There is no such consultant.", HERE);
    };
    let now = roles.iter().find(|(known, _)| *known == id).map(|(_, role)| *role);
    let Some(role) = role(&form) else { return problem(&session, "Name a role.", HERE) };
    let active = form.text("active") == "yes";
    if id == session.consultant.id && (now != Some(role) || !active) {
        return problem(&session, "Nobody takes the desk from themselves: ask another administrator.", HERE);
    }
    let password = match new_password(&desk, &form).await {
        Ok(password) => password,
        Err(why) => return problem(&session, &format!("{why}."), HERE),
    };
    if password.is_none() && now.is_none() && active {
        return problem(&session, "Somebody who never signed in needs a first password.", HERE);
    }
    consultant.active = active;
    let detail = json!({ "consultant": id, "role": role.name(), "active": active, "new_password": password.is_some() });
    done(&desk, &session, Administering::SetConsultant(consultant, role, password), detail, HERE).await
}
