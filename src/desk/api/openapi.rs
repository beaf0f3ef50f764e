//! The description of the interface (`OpenAPI` 3.1), made from the desk's table of addresses and what each takes and gives.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::cases::STATES;
use super::codes::CODES_MAX;
use super::operations::{Kind, OPERATIONS, Operation};
use crate::codebook::search::SYSTEMS;
use crate::desk::Who;
use crate::desk::router::{ROUTES, Route};
use crate::domain::account::Scope;

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
    let in_path = in_path.map(|name| parameter(name, "path", true, "", &json!({ "type": "string" })));
    let in_query = operation.query.iter().map(|one| parameter(one.name, "query", one.must, one.what, &schema(one.kind)));
    let visible = json!({ "type": "string", "minLength": 8, "maxLength": 200, "pattern": "^[!-~]+$" });
    let key = (operation.method == "POST" && operation.status == 202)
        .then(|| parameter("Idempotency-Key", "header", true, "8 to 200 visible characters, new for each question", &visible));
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
        all.insert("requestBody".to_owned(), body(operation));
    }
    all
}

fn body(operation: &Operation) -> Value {
    let mut fields = Map::new();
    for one in operation.body {
        let mut told = schema(one.kind);
        if let Some(told) = told.as_object_mut() {
            told.insert("description".to_owned(), one.what.into());
        }
        fields.insert(one.name.to_owned(), told);
    }
    let must: Vec<&str> = operation.body.iter().filter(|one| one.must).map(|one| one.name).collect();
    let schema = json!({ "type": "object", "properties": fields, "required": must, "additionalProperties": false });
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

fn schema(kind: Kind) -> Value {
    let list = |items: Value, most: Option<usize>| match most {
        Some(most) => json!({ "type": "array", "items": items, "minItems": 1, "maxItems": most }),
        None => json!({ "type": "array", "items": items }),
    };
    match kind {
        Kind::Words(most) => json!({ "type": "string", "maxLength": most }),
        Kind::Said(most) => json!({ "type": "string", "minLength": 1, "maxLength": most, "pattern": "\\S" }),
        Kind::Address => json!({ "type": "string", "format": "email" }),
        Kind::Day => json!({ "type": "string", "format": "date", "examples": ["2026-07-01"] }),
        Kind::DayOrNull => json!({ "type": ["string", "null"], "format": "date", "examples": ["2026-07-01"] }),
        Kind::Count(most) => json!({ "type": "integer", "minimum": 1, "maximum": most }),
        Kind::States => list(json!({ "type": "string", "enum": STATES }), None),
        Kind::Codes => list(json!({ "type": "string", "examples": ["99213"] }), Some(CODES_MAX)),
        Kind::System => json!({ "type": "string", "enum": SYSTEMS }),
        Kind::Setting => json!({ "type": "string", "enum": ["practitioner", "hospital", "dme"] }),
    }
}

fn parameter(name: &str, place: &str, must: bool, what: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": place, "required": must, "description": what, "schema": schema })
}
