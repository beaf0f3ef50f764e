//! Administration: how the service fares, who works here, who may ask, what was done, and what is read from. Each act is one
//! transaction with its entry in the record.

mod accounts;
mod audit;
mod health;
mod people;
mod records;

pub use accounts::{account, accounts, add as add_account, set as set_account};
pub use audit::audit;
pub use health::{health, retry};
pub use people::{add as add_consultant, consultants, set as set_consultant};
pub use records::{codebook, html_part, templates, use_edition};

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::failed;
use super::guard::view as viewer;
use super::page::{Frame, message};
use crate::desk::Desk;
use crate::domain::account::Session;
use crate::domain::audit::{Actor, AuditEvent};
use crate::ports::{Administering, StoreError};

/// The frame of an administration page.
fn frame(title: &str, session: Option<&Session>) -> Frame {
    Frame::new(title, "admin", session.map(viewer))
}

fn problem(session: &Session, why: &str, back: &str) -> Response {
    message(StatusCode::UNPROCESSABLE_ENTITY, Some(viewer(session)), "Nothing was changed", why, &[(back, "Back")])
}

/// Does what was asked, and goes `back` to where it was asked.
async fn done(desk: &Desk, session: &Session, act: Administering, detail: serde_json::Value, back: &str) -> Response {
    let event = AuditEvent {
        actor: Actor::Consultant(session.consultant.id),
        case: None,
        event: format!("admin.{}", act.name()),
        detail,
    };
    match desk.flow.store.administer(&act, event, desk.flow.clock.now()).await {
        Ok(()) => Redirect::to(back).into_response(),
        Err(error @ StoreError::Exists { .. }) => problem(session, &format!("{error}."), back),
        Err(StoreError::Missing(what)) => {
            let text = format!("There is no such {what}.");
            message(StatusCode::NOT_FOUND, Some(viewer(session)), "Nothing was changed", &text, &[(back, "Back")])
        }
        Err(error @ (StoreError::Stale | StoreError::LeaseLost | StoreError::Failed(_))) => failed(&error),
    }
}
