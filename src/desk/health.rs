//! `/healthz`: the process is up. `/readyz`: everything that it needs answers, or the reasons why not.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use futures::future::{BoxFuture, join_all};
use serde_json::{Value, json};

/// Looks at one thing; the error is the reason that a person reads.
pub type Probe = Box<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// How long a probe may take: whoever asks has a limit of their own, mostly of ten seconds.
const PROBE_MAX: Duration = Duration::from_secs(5);

/// What has to answer for the service to count as ready, by name.
#[derive(Default, Clone)]
pub struct Readiness(Arc<Vec<(String, Probe)>>);

impl Readiness {
    pub fn new(probes: Vec<(String, Probe)>) -> Self {
        Self(Arc::new(probes))
    }

    /// Each part by its name, and why it does not answer where it does not.
    pub async fn looks(&self) -> Vec<(String, Result<(), String>)> {
        let looks = self.0.iter().map(|(name, probe)| async move {
            let looked = tokio::time::timeout(PROBE_MAX, probe()).await;
            (name.clone(), looked.unwrap_or_else(|_| Err(format!("no answer within {} s", PROBE_MAX.as_secs()))))
        });
        join_all(looks).await
    }

    /// `name: reason` of everything that does not answer.
    pub async fn reasons(&self) -> Vec<String> {
        let failed = |(name, looked): (String, Result<(), String>)| looked.err().map(|reason| format!("{name}: {reason}"));
        self.looks().await.into_iter().filter_map(failed).collect()
    }
}

pub(super) fn router(readiness: Readiness) -> Router {
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready)).with_state(readiness)
}

async fn ready(State(readiness): State<Readiness>) -> (StatusCode, Json<Value>) {
    let reasons = readiness.reasons().await;
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(json!({ "ready": reasons.is_empty(), "reasons": reasons })))
}
