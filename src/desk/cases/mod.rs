//! The queue and the cases: what a consultant reads, and what a consultant does.

mod act;
mod acts;
mod queue;
mod reading;
mod show;
mod view;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;

pub use act::{act, check};
pub use acts::ACTS;
pub use queue::{counts, next, queue};
pub use show::{laid_out, mail, mail_html, show};

use super::failed;
use super::guard::view as viewer;
use super::page::message;
use crate::domain::account::Session;
use crate::domain::case::{Case, CaseState};
use crate::domain::id::{AccountId, CaseId, CaseNumber, ConsultantId};
use crate::ports::{Store, StoreError, Stored};

/// The case that an address names.
pub fn numbered(text: &str) -> Option<CaseId> {
    text.parse::<CaseNumber>().ok().map(CaseNumber::case)
}

fn unknown(session: &Session, number: &str) -> Response {
    let text = format!("There is no case {number}.");
    message(StatusCode::NOT_FOUND, Some(viewer(session)), "No such case", &text, &[("/cases", "To the queue")])
}

fn store_failed(session: &Session, number: &str, error: &StoreError) -> Response {
    match error {
        StoreError::Missing(_) => unknown(session, number),
        StoreError::Stale | StoreError::LeaseLost | StoreError::Exists { .. } | StoreError::Failed(_) => failed(error),
    }
}

/// A state as a person reads it.
const fn state_words(state: &CaseState) -> &'static str {
    match state {
        CaseState::Unmatched { .. } => "held",
        CaseState::Queued { .. } => "queued",
        CaseState::Drafting { .. } => "being written",
        CaseState::InReview { .. } => "in review",
        CaseState::Sending { .. } => "on its way",
        CaseState::AwaitingRequester { .. } => "waiting for the asker",
        CaseState::Answered { .. } => "answered",
        CaseState::Undeliverable { .. } => "undeliverable",
        CaseState::Closed { .. } => "closed",
    }
}

/// A name of the JSON interface as a person reads it.
fn words(name: &str) -> String {
    if name == "em_level" { "E/M level".to_owned() } else { name.replace('_', " ") }
}

/// The names behind numbers.
struct Names {
    consultants: BTreeMap<ConsultantId, String>,
    accounts: BTreeMap<AccountId, (String, String)>,
    /// Handle and name of those at work.
    at_work: Vec<(String, String)>,
}

impl Names {
    /// Of everybody who works here, and of the accounts that these cases are of.
    async fn read(store: &dyn Store, cases: &[Case]) -> Stored<Self> {
        let mut ids: Vec<AccountId> = cases.iter().filter_map(|case| case.account).collect();
        ids.sort_unstable();
        ids.dedup();
        let consultants = store.consultants().await?;
        let at_work = consultants.iter().filter(|one| one.active).map(|one| (one.handle.clone(), one.name.clone())).collect();
        Ok(Self {
            at_work,
            consultants: consultants.into_iter().map(|one| (one.id, one.name)).collect(),
            accounts: store.account_names(&ids).await?.into_iter().map(|(id, name, plan)| (id, (name, plan))).collect(),
        })
    }

    fn consultant(&self, id: ConsultantId) -> String {
        self.consultants.get(&id).cloned().unwrap_or_else(|| "somebody".to_owned())
    }
}

/// A span of time as a person reads it: `4 min`, `3 h`, `2 d`.
pub fn age(secs: i64) -> String {
    match secs {
        ..60 => "now".to_owned(),
        60..3600 => format!("{} min", secs / 60),
        3600..86_400 => format!("{} h", secs / 3600),
        _ => format!("{} d", secs / 86_400),
    }
}
