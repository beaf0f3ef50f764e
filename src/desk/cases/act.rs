//! What a consultant does with a case. Each form names the version that it was made on; what moved on meanwhile is told, and
//! what was typed is given back.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Json};
use serde_json::json;

use super::show::whole;
use super::view::Typed;
use super::{numbered, reading, store_failed, unknown};
use crate::desk::guard::Form;
use crate::desk::{Desk, failed};
use crate::domain::account::{Role, Session};
use crate::domain::address::EmailAddress;
use crate::domain::case::{Case, CloseReason};
use crate::domain::check::Verdict;
use crate::domain::draft::Route;
use crate::domain::id::{CaseId, InboundId};
use crate::domain::outgoing::OutgoingHash;
use crate::flow::{FlowError, Flowing};
use crate::ports::StoreError;

const MOVED_ON: &str = "The case has moved on since you opened it. What you typed was not saved; below is the case as it stands.";

/// `POST /cases/{number}/{act}`.
pub async fn act(
    State(desk): State<Arc<Desk>>,
    Path((number, act)): Path<(String, String)>,
    Extension(session): Extension<Option<Session>>,
    Extension(form): Extension<Form>,
) -> Response {
    let Some(session) = session else { return failed(&"an act without a session") };
    let Some(id) = numbered(&number) else { return unknown(&session, &number) };
    let text = form.text("text");
    let again = async |status: StatusCode, why: String| {
        whole(&desk, &number, &session, status, Some(Typed { why, text: text.clone() })).await
    };
    let seen = match desk.flow.store.case(id).await {
        Ok(case) => case,
        Err(error) => return store_failed(&session, &number, &error),
    };
    if form.text("version") != seen.version.to_string() {
        return again(StatusCode::CONFLICT, MOVED_ON.to_owned()).await;
    }
    if matches!(act.as_str(), "edit" | "ask" | "return" | "note") && text.trim().is_empty() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, "The text is empty, so nothing was done.".to_owned()).await;
    }
    match done(&desk, id, &session, &act, &form, seen.version).await {
        Some(Ok(case)) if form.text("then") == "next" => {
            Redirect::to(&format!("/cases/next?after={}", case.number())).into_response()
        }
        Some(Ok(case)) => Redirect::to(&format!("/cases/{}", case.number())).into_response(),
        Some(Err(FlowError::Store(StoreError::Stale))) => again(StatusCode::CONFLICT, MOVED_ON.to_owned()).await,
        Some(Err(FlowError::Refused(refusal))) => again(StatusCode::CONFLICT, sentence(&refusal.to_string())).await,
        Some(Err(FlowError::Failed(error))) => again(StatusCode::UNPROCESSABLE_ENTITY, sentence(&format!("{error:#}"))).await,
        Some(Err(FlowError::Store(error))) => store_failed(&session, &number, &error),
        None => unknown(&session, &format!("{number}/{act}")),
    }
}

/// `None` where there is no such act.
async fn done(desk: &Desk, id: CaseId, session: &Session, act: &str, form: &Form, seen: i64) -> Option<Flowing<Case>> {
    let (flow, by, text) = (&desk.flow, session.consultant.id, form.text("text"));
    Some(match act {
        "take" => flow.take(id, by).await,
        "release" => flow.release(id, by).await,
        "edit" => flow.edit_seen(id, by, &text, route(&form.text("kind")), Some(seen)).await,
        "submit" => flow.submit(id, by).await,
        "approve" => flow.approve(id, by, &OutgoingHash::claimed(&form.text("hash"))).await,
        "return" => flow.give_back(id, by, &text, None).await,
        "ask" => flow.ask(id, by, &text).await,
        "dismiss" => flow.dismiss(id, by).await,
        "undo" => flow.undo(id, by).await,
        "close" => {
            let reason = if form.text("reason") == "out_of_scope" { CloseReason::OutOfScope } else { CloseReason::Withdrawn };
            flow.close(id, by, reason).await
        }
        "resend" => match EmailAddress::parse(&form.text("to")) {
            Ok(to) => flow.resend(id, by, &to).await,
            Err(error) => Err(FlowError::Failed(anyhow::anyhow!(error))),
        },
        "note" => flow.note(id, by, &text).await,
        "assign" => assign(desk, id, session, &form.text("to")).await,
        "merge" => match numbered(form.text("into").trim()) {
            Some(into) => flow.merge(id, by, into).await,
            None => Err(FlowError::Failed(anyhow::anyhow!("that is no case number: write it as CC-000042"))),
        },
        "split" => {
            let mails: Vec<InboundId> = form.all("mail").iter().filter_map(|mail| mail.parse().ok().map(InboundId)).collect();
            flow.split(id, by, &mails).await
        }
        "check-answer" => match (form.text("outgoing").parse(), Verdict::parse(&form.text("verdict"))) {
            (Ok(outgoing), Some(verdict)) => flow.checked(id, by, outgoing, verdict, &text).await,
            (Ok(_) | Err(_), None) | (Err(_), Some(_)) => Err(FlowError::Failed(anyhow::anyhow!("say what you found"))),
        },
        "reading" => match reading::read(form) {
            Ok(reading) => flow.reread(id, by, reading, Some(seen)).await,
            Err(why) => Err(FlowError::Failed(anyhow::anyhow!(why))),
        },
        "link" => link(desk, id, session, &form.text("account")).await,
        _ => return None,
    })
}

async fn assign(desk: &Desk, id: CaseId, session: &Session, to: &str) -> Flowing<Case> {
    let all = desk.flow.store.consultants().await?;
    let Some(to) = all.iter().find(|one| one.handle == to.trim()) else {
        return Err(FlowError::Failed(anyhow::anyhow!("there is no consultant {to}")));
    };
    desk.flow.assign(id, session.consultant.id, to.id, session.role >= Role::Lead).await
}

async fn link(desk: &Desk, id: CaseId, session: &Session, account: &str) -> Flowing<Case> {
    let account = account.trim();
    let all = desk.flow.store.accounts().await?;
    let address = EmailAddress::parse(account).ok().map(|address| address.key());
    let named = all.iter().find(|one| {
        one.id.to_string() == account
            || one.name.eq_ignore_ascii_case(account)
            || one.addresses.iter().any(|known| Some(known.key()) == address)
    });
    let Some(found) = named else {
        return Err(FlowError::Failed(anyhow::anyhow!("there is no account {account}: name its number, its name or an address")));
    };
    desk.flow.link(id, session.consultant.id, found.id).await
}

fn route(kind: &str) -> Option<Route> {
    match kind {
        "answer" => Some(Route::Expert),
        "clarification" => Some(Route::Clarify),
        "refusal" => Some(Route::Refuse),
        _ => None,
    }
}

/// `POST /cases/{number}/check`: the ground check of a text as it is typed, nothing saved.
pub async fn check(
    State(desk): State<Arc<Desk>>,
    Path(number): Path<String>,
    Extension(session): Extension<Option<Session>>,
    Extension(form): Extension<Form>,
) -> Response {
    let (Some(session), Some(id)) = (session, numbered(&number)) else { return StatusCode::NOT_FOUND.into_response() };
    match desk.flow.store.case_file(id).await {
        Ok(file) => {
            let found = desk.flow.check(&file, &form.text("text"));
            Json(json!({ "passed": found.passed, "problems": found.problems })).into_response()
        }
        Err(error) => store_failed(&session, &number, &error),
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}
