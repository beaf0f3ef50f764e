//! Codes, search and edits.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::IntoResponse as _;
use serde_json::json;

use super::Problem;
use super::params::{Params, system};
use super::problem::Answer;
use crate::codebook::search::{Query, SYSTEMS, system as searched};
use crate::codebook::{Claim, Shown, Status};
use crate::desk::Desk;
use crate::domain::code::{CodeRef, CodeSystem, Modifier};
use crate::domain::question::Setting;

/// Codes of one claim.
pub const CODES_MAX: usize = 50;
pub const QUERY_CHARS_MAX: usize = 200;

/// `GET /api/v1/codes/{system}/{code}`: the record on a day.
pub async fn code(State(desk): State<Arc<Desk>>, Path((slug, code)): Path<(String, String)>, uri: Uri) -> Answer {
    let on = Params::read(&uri, &["on"])?.day("on", desk.today())?;
    let system = system(&slug)?;
    let codebook = desk.codebook();
    let shown = if system == CodeSystem::Modifier {
        let Ok(modifier) = Modifier::parse(&code) else { return Err(Problem::missing(&format!("modifier {code}"))) };
        Shown::modifier(&codebook, modifier, on)
    } else {
        Shown::code(&codebook, &CodeRef::new(system, &code), on)
    };
    match shown.status {
        Status::Unknown => Err(Problem::missing(&format!("{slug} code {code}"))),
        Status::NotLoaded => Err(Problem::missing(&format!("record of {slug}: nothing of this code system is loaded"))),
        Status::Valid | Status::NotBillable | Status::OutOfForce | Status::NumberOnly => Ok(Json(shown).into_response()),
    }
}

/// `GET /api/v1/search`: codes by words.
pub async fn search(State(desk): State<Arc<Desk>>, uri: Uri) -> Answer {
    let params = Params::read(&uri, &["q", "system", "limit", "on"])?;
    let q = params.one("q")?.filter(|q| !q.trim().is_empty()).ok_or_else(|| Problem::bad("q is missing: what to look for"))?;
    if q.chars().count() > QUERY_CHARS_MAX {
        return Err(Problem::bad(format!("q holds at most {QUERY_CHARS_MAX} characters")));
    }
    let system = match params.one("system")? {
        Some(name) => {
            let wrong = || Problem::bad(format!("no code system is named {name}; there are {}", SYSTEMS.join(", ")));
            Some(searched(&name).ok_or_else(wrong)?)
        }
        None => None,
    };
    let limit = params.count("limit", 10, 100)?;
    let on = params.day("on", desk.today())?;
    let search = desk.codebook().search().map_err(|error| Problem::ours(&format!("{error:#}")))?;
    let hits = search.find(&Query { text: &q, system, limit: limit as usize, on: Some(on) });
    Ok(Json(json!({ "query": q, "hits": hits })).into_response())
}

/// `GET /api/v1/edits`: pair edits both ways, unit limits and add-on rules of a claim.
pub async fn edits(State(desk): State<Arc<Desk>>, uri: Uri) -> Answer {
    let params = Params::read(&uri, &["code", "on", "setting"])?;
    let codes = params.all("code");
    if codes.is_empty() || codes.len() > CODES_MAX {
        return Err(Problem::bad(format!("give code between once and {CODES_MAX} times: ?code=99213&code=20610")));
    }
    let setting = match params.one("setting")?.as_deref() {
        None | Some("practitioner") => Setting::Practitioner,
        Some("hospital") => Setting::Hospital,
        Some("dme") => Setting::Dme,
        Some(_) => return Err(Problem::bad("setting is practitioner, hospital or dme")),
    };
    let on = params.day("on", desk.today())?;
    Ok(Json(Claim::read(&desk.codebook(), &codes, setting, on)).into_response())
}
