//! Who did what, searched.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::frame;
use crate::desk::cases::numbered;
use crate::desk::page::page;
use crate::desk::{Desk, failed};
use crate::domain::account::Session;
use crate::domain::audit::{Actor, AuditEntry};
use crate::domain::id::CaseNumber;
use crate::ports::{AuditQuery, Stored};

const ROWS_MAX: u32 = 100;

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    case: String,
    #[serde(default)]
    who: String,
    #[serde(default)]
    event: String,
    before: Option<i64>,
}

#[derive(Debug, Serialize)]
struct Found {
    case: String,
    who: String,
    event: String,
    people: Vec<(String, String)>,
    rows: Vec<Row>,
    /// The address of the older ones, where there are any.
    older: Option<String>,
    /// What is wrong with what was asked.
    wrong: Option<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    sequence: i64,
    at: String,
    who: String,
    event: String,
    case: Option<String>,
    detail: String,
}

/// `GET /admin/audit`.
pub async fn audit(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<Asked>,
    Extension(session): Extension<Option<Session>>,
) -> Response {
    match read(&desk, asked).await {
        Ok(content) => page(StatusCode::OK, "admin_audit", &frame("Audit", session.as_ref()), &content),
        Err(error) => failed(&error),
    }
}

/// Those who act without being consultants, by the name that the form has for them.
const ACTORS: [(&str, Actor); 6] = [
    ("automation", Actor::Automation),
    ("intake", Actor::Intake),
    ("outbox", Actor::Outbox),
    ("clock", Actor::Clock),
    ("operator", Actor::Operator),
    ("requester", Actor::Requester),
];

async fn read(desk: &Desk, asked: Asked) -> Stored<Found> {
    let store = desk.flow.store.as_ref();
    let consultants = store.consultants().await?;
    let case = Some(asked.case.trim()).filter(|text| !text.is_empty()).map(|text| (text, numbered(text)));
    let wrong = case.filter(|(_, id)| id.is_none()).map(|(text, _)| format!("{text} is no case number; write it as CC-000042."));
    let by_name = ACTORS.iter().find(|(name, _)| *name == asked.who).map(|(_, actor)| *actor);
    let actor = by_name.or_else(|| consultants.iter().find(|one| one.handle == asked.who).map(|one| Actor::Consultant(one.id)));
    let query = AuditQuery {
        case: case.and_then(|(_, id)| id),
        actor,
        event: Some(asked.event.trim().to_owned()).filter(|event| !event.is_empty()),
        before: asked.before,
        max: ROWS_MAX + 1,
    };
    let mut entries = if wrong.is_some() { Vec::new() } else { store.audit_found(&query).await? };
    let more = entries.len() > ROWS_MAX as usize;
    entries.truncate(ROWS_MAX as usize);
    let older = entries.last().filter(|_| more).map(|last| {
        let fields =
            [("case", &asked.case), ("who", &asked.who), ("event", &asked.event), ("before", &last.sequence.to_string())];
        format!("/admin/audit?{}", url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
    });
    let name = |actor: &Actor| match actor {
        Actor::Consultant(id) => {
            consultants.iter().find(|one| one.id == *id).map_or_else(|| "somebody".to_owned(), |one| one.name.clone())
        }
        other @ (Actor::Intake | Actor::Automation | Actor::Outbox | Actor::Clock | Actor::Operator | Actor::Requester) => {
            ACTORS.iter().find(|(_, known)| known == other).map_or("", |(name, _)| *name).to_owned()
        }
    };
    let row = |entry: &AuditEntry| Row {
        sequence: entry.sequence,
        at: entry.at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        who: name(&entry.event.actor),
        event: entry.event.event.clone(),
        case: entry.event.case.map(|id| CaseNumber::of(id).to_string()),
        detail: told(&entry.event.detail),
    };
    let people = ACTORS.iter().map(|(name, _)| ((*name).to_owned(), (*name).to_owned()));
    Ok(Found {
        rows: entries.iter().map(row).collect(),
        people: people.chain(consultants.iter().map(|one| (one.handle.clone(), one.name.clone()))).collect(),
        case: asked.case,
        who: asked.who,
        event: asked.event,
        older,
        wrong,
    })
}

/// A detail as a person reads it: `from: in review · to: queued · round: 1`.
fn told(detail: &Value) -> String {
    let Value::Object(fields) = detail else { return detail.to_string() };
    let empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    let one = |(name, value): (&String, &Value)| {
        let name = name.replace('_', " ");
        match value {
            Value::String(text) => format!("{name}: {}", text.replace('_', " ")),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => format!("{name}: {value}"),
        }
    };
    fields.iter().filter(|(_, value)| !empty(value)).map(one).collect::<Vec<_>>().join(" · ")
}
