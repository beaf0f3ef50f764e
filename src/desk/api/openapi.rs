//! The description of the interface (`OpenAPI` 3.1), made from the desk's table of addresses and what each takes and gives.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use crate::desk::Who;
use crate::desk::router::{ROUTES, Route};
use crate::domain::account::Scope;

/// What one address takes and gives.
#[derive(Debug)]
pub struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    pub summary: &'static str,
    /// Name, whether it must be there, and what it means: after the `?`.
    pub query: &'static [(&'static str, bool, &'static str)],
    /// The fields of the body: name, whether it must be there, type and meaning.
    pub body: &'static [(&'static str, bool, &'static str)],
    /// The status of success.
    pub status: u16,
    /// The fields of the answer.
    pub answer: &'static [&'static str],
}

const fn read(
    path: &'static str,
    summary: &'static str,
    query: &'static [(&'static str, bool, &'static str)],
    answer: &'static [&'static str],
) -> Operation {
    Operation { method: "GET", path, summary, query, body: &[], status: 200, answer }
}

const fn write(
    path: &'static str,
    summary: &'static str,
    body: &'static [(&'static str, bool, &'static str)],
    status: u16,
    answer: &'static [&'static str],
) -> Operation {
    Operation { method: "POST", path, summary, query: &[], body, status, answer }
}

const ON: (&str, bool, &str) = ("on", false, "the day of service, 2026-07-01; today where it is left out");
const CASE: &[&str] = &[
    "number",
    "state",
    "round",
    "requester",
    "account",
    "standing",
    "subject",
    "received",
    "age_secs",
    "route",
    "confidence",
    "assigned_to",
    "draft",
    "outgoing",
    "messages",
];

/// Every address that programs use; a test holds it against the desk's table.
pub const OPERATIONS: &[Operation] = &[
    read(
        "/api/v1/cases",
        "Cases, those whose question waits longest first",
        &[
            ("state", false, "only cases in this state; may be repeated"),
            ("limit", false, "at most so many: 1 to 200, usually 50"),
        ],
        &["cases"],
    ),
    write(
        "/api/v1/cases",
        "Ask a question, as a mail would; needs an Idempotency-Key, and may be sent again under the same one",
        &[
            ("from", true, "an address of a registered account, which the answer goes to"),
            ("subject", false, "at most 200 characters"),
            ("text", true, "the question, at most 20,000 characters"),
        ],
        202,
        &["question", "status"],
    ),
    read("/api/v1/cases/{number}", "One case", &[], CASE),
    read("/api/v1/questions/{id}", "What came of a question that was asked here", &[], &["question", "disposition", "case"]),
    write(
        "/api/v1/ask",
        "What would be answered; nothing is stored and nothing sent",
        &[
            ("subject", false, "at most 200 characters"),
            ("text", true, "the question, at most 20,000 characters"),
            ("date_of_service", false, "goes before what the text says"),
        ],
        200,
        &[
            "route",
            "confidence",
            "intents",
            "codes",
            "body",
            "asks",
            "findings",
            "citations",
            "reservations",
            "ground_check",
            "edition",
        ],
    ),
    read(
        "/api/v1/codes/{system}/{code}",
        "The record of a code on a day",
        &[ON],
        &[
            "system",
            "code",
            "on",
            "status",
            "title",
            "effective",
            "terminated",
            "inclusions",
            "children",
            "replaced_by",
            "nearest",
            "source",
            "edition",
            "file",
        ],
    ),
    read(
        "/api/v1/search",
        "Codes by words",
        &[
            ("q", true, "what to look for, at most 200 characters"),
            ("system", false, "only this code system"),
            ("limit", false, "at most so many: 1 to 100, usually 10"),
            ON,
        ],
        &["query", "hits"],
    ),
    read(
        "/api/v1/edits",
        "Pair edits both ways, unit limits and add-on rules of a claim",
        &[
            ("code", true, "a CPT number or a HCPCS Level II code; repeated, at most 50 times"),
            ("setting", false, "practitioner (usual), hospital or dme"),
            ON,
        ],
        &["on", "pairs", "limits", "add_ons", "not_loaded"],
    ),
    read("/api/v1/accounts", "The accounts", &[], &["accounts"]),
];

/// `GET /api/v1/openapi.json`.
pub async fn describe() -> Response {
    Json(description()).into_response()
}

fn description() -> Value {
    let mut paths = Map::new();
    for (route, scope) in ROUTES.iter().filter_map(scoped) {
        let Some(operation) = OPERATIONS.iter().find(|one| one.method == route.method && one.path == route.path) else {
            continue;
        };
        let at = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(at) = at.as_object_mut() {
            at.insert(route.method.to_lowercase(), described(operation, scope));
        }
    }
    let token = json!({ "type": "http", "scheme": "bearer", "description": "of `caseconsultant token add`" });
    let problem = json!({
        "type": "object",
        "description": "RFC 9457",
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string", "description": "what to do about it" },
        },
    });
    json!({
        "openapi": "3.1.0",
        "info": { "title": "CaseConsultant", "version": env!("CARGO_PKG_VERSION"), "license": { "name": "MIT OR Apache-2.0" } },
        "paths": paths,
        "components": { "securitySchemes": { "token": token }, "schemas": { "Problem": problem } },
    })
}

const fn scoped(route: &Route) -> Option<(&Route, Scope)> {
    match route.who {
        Who::Program(scope) => Some((route, scope)),
        Who::Anyone | Who::Asker | Who::From(_) => None,
    }
}

fn described(operation: &Operation, scope: Scope) -> Value {
    let in_path = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path.map(|name| parameter(name, "path", true, ""));
    let in_query = operation.query.iter().map(|(name, must, what)| parameter(name, "query", *must, what));
    let key = (operation.method == "POST" && operation.status == 202)
        .then(|| parameter("Idempotency-Key", "header", true, "8 to 200 characters, new for each question"));
    let parameters: Vec<Value> = in_path.chain(in_query).chain(key).collect();
    let fields: Map<String, Value> = operation.answer.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
    let mut answers = Map::new();
    let given =
        json!({ "application/json": { "schema": { "type": "object", "properties": fields, "required": operation.answer } } });
    answers.insert(operation.status.to_string(), json!({ "description": "done", "content": given }));
    let problem = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
    let problem = json!({ "description": "what went wrong", "content": { "application/problem+json": problem } });
    answers.insert("default".to_owned(), problem);
    let mut all = json!({
        "summary": operation.summary,
        "description": format!("Scope: {}", scope.name()),
        "security": [{ "token": [] }],
        "parameters": parameters,
        "responses": answers,
    });
    if let (false, Some(all)) = (operation.body.is_empty(), all.as_object_mut()) {
        let text = |(name, _, what): &(&str, bool, &str)| ((*name).to_owned(), json!({ "type": "string", "description": what }));
        let fields: Map<String, Value> = operation.body.iter().map(text).collect();
        let must: Vec<&str> = operation.body.iter().filter(|(_, must, _)| *must).map(|(name, _, _)| *name).collect();
        let schema = json!({ "type": "object", "properties": fields, "required": must, "additionalProperties": false });
        all.insert(
            "requestBody".to_owned(),
            json!({ "required": true, "content": { "application/json": { "schema": schema } } }),
        );
    }
    all
}

fn parameter(name: &str, place: &str, must: bool, what: &str) -> Value {
    // What may be repeated is a list, as `?code=…&code=…`.
    let repeated = place == "query" && (name == "code" || name == "state");
    let schema = if repeated { json!({ "type": "array", "items": { "type": "string" } }) } else { json!({ "type": "string" }) };
    json!({ "name": name, "in": place, "required": must, "description": what, "schema": schema })
}
