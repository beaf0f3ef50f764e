//! The code pages: `/codes` to find one, `/codes/{system}/{code}` to read it.

mod crosswalks;
mod edits;
mod limits;
mod payment;
mod plain;
mod search;
mod sections;
mod systems;
mod view;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::page::{Frame, page};
use super::plans::plans;
use super::visitors;
use super::{Desk, failed, guard};
use crate::codebook::{Codebook, Lookup};
use crate::domain::account::Session;
use crate::domain::code::{CodeRef, CodeSystem};

pub use search::search;
pub use systems::{href, of_slug, shape};

/// What the address of a code page may say.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    on: Option<String>,
    setting: Option<String>,
    partner: Option<String>,
    page: Option<usize>,
    /// A locality: contractor and number, with a dash between.
    at: Option<String>,
}

/// A day out of an address: the day, and the text where it is none.
pub(super) fn day(text: Option<&str>, today: Date) -> (Date, Option<String>) {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => (today, None),
        Some(text) => match text.parse() {
            Ok(day) => (day, None),
            Err(_) => (today, Some(text.to_owned())),
        },
    }
}

/// A code that no record holds, with what is near it.
#[derive(Debug, Serialize)]
struct Missing {
    code: String,
    /// The code as an address writes it.
    query: String,
    system_name: Option<&'static str>,
    on: Date,
    why: String,
    nearest: Vec<view::Link>,
}

/// `GET /codes/{system}/{code}`.
pub async fn code(
    State(desk): State<Arc<Desk>>,
    Path((system, code)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    Extension(session): Extension<Option<Session>>,
    request: Request,
) -> Response {
    let viewer = session.as_ref().map(guard::view);
    let codebook = desk.codebook();
    let (on, wrong_day) = day(asked.on.as_deref(), desk.today());
    let Some(system) = systems::of_slug(&system) else {
        let why = format!("There is no code system named “{system}” here.");
        return missing(viewer, &codebook, None, &code, on, why);
    };
    let code = CodeRef::new(system, &code);
    let canonical = href(&code);
    if request.uri().path() != canonical {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        return Redirect::permanent(&format!("{canonical}{query}")).into_response();
    }
    if let Some(why) = absent(&codebook, &code, on) {
        return missing(viewer, &codebook, Some(system), &code.code, on, why);
    }
    let plans = match plans() {
        Ok(plans) => plans,
        Err(error) => return failed(&error),
    };
    let Some(plan) = plans.of(if session.is_some() { "staff" } else { "guest" }) else {
        return failed(&"no plan named registered");
    };
    let mut headers = HeaderMap::new();
    let key = format!("{}/{}", systems::slug(system), code.code);
    let opened = visitors::opens(&desk, plans, plan, &key, (request.headers(), request.extensions()), &mut headers);
    let gate = sections::Gate { plans, plan, opened, signed_in: session.is_some() };
    let view = view::CodePage::of(&codebook, &code, on, &gate, &asked, wrong_day);
    let frame = Frame::new(format!("{} {}", code.code, system.name()), "codes", viewer);
    (headers, page(StatusCode::OK, "code", &frame, &view)).into_response()
}

/// Why there is no page for the code, where there is none.
fn absent(codebook: &Codebook, code: &CodeRef, on: Date) -> Option<String> {
    if code.system == CodeSystem::Modifier {
        let known = view::modifier(codebook, code, on).is_some();
        return (!known).then(|| format!("No modifier {} is in the loaded records.", code.code));
    }
    match codebook.record(code, on) {
        Lookup::Valid(_) | Lookup::NotBillable { .. } | Lookup::OutOfForce { .. } | Lookup::NumberOnly { .. } => None,
        Lookup::Unknown { source, .. } => Some(format!("{} {} holds no code {}.", source.family, source.edition, code.code)),
        Lookup::NotLoaded => Some(format!(
            "The loaded records hold nothing of {} {}. That says nothing about the code itself.",
            code.system.name(),
            code.code
        )),
    }
}

fn missing(
    viewer: Option<super::page::ViewerView>,
    codebook: &Codebook,
    system: Option<CodeSystem>,
    code: &str,
    on: Date,
    why: String,
) -> Response {
    let asked = CodeRef::new(system.unwrap_or_else(|| shape(code)), code);
    let mut near = match codebook.record(&asked, on) {
        Lookup::Unknown { nearest, .. } => nearest,
        Lookup::Valid(_) | Lookup::NotBillable { .. } | Lookup::OutOfForce { .. } | Lookup::NumberOnly { .. } => vec![asked],
        Lookup::NotLoaded => Vec::new(),
    };
    // Shorter and shorter beginnings, until one is a beginning of something.
    let bare: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    for len in (2..=bare.len().min(7)).rev() {
        if near.len() >= 8 {
            break;
        }
        for node in codebook.resembling(bare.get(..len).unwrap_or_default(), on, 8) {
            if !near.contains(&node.code) && near.len() < 8 {
                near.push(node.code);
            }
        }
    }
    let nearest = near.iter().map(|code| view::Link::titled(codebook, code, on)).collect();
    let query = percent_encoding::utf8_percent_encode(code, percent_encoding::NON_ALPHANUMERIC).to_string();
    let frame = Frame::new(format!("{code}: no such code"), "codes", viewer);
    let content = Missing { code: code.to_owned(), query, system_name: system.map(CodeSystem::name), on, why, nearest };
    page(StatusCode::NOT_FOUND, "code_missing", &frame, &content)
}
