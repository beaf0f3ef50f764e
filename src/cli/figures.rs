//! The store's figures as gauges for `/metrics`, beside what each stage counts by itself.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::ports::{Store, StoreFigures};

const EVERY: Duration = Duration::from_secs(15);

/// Takes the figures again and again until stopped.
pub async fn keep(store: Arc<dyn Store>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match store.figures().await {
            Ok(figures) => show(figures),
            Err(error) => tracing::warn!(%error, "the store's figures could not be taken"),
        }
        stop.run_until_cancelled(tokio::time::sleep(EVERY)).await;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float, and a count beyond 2^52 is far away")]
fn show(figures: StoreFigures) {
    metrics::gauge!("caseconsultant_mails_stored").set(figures.inbound as f64);
    metrics::gauge!("caseconsultant_mails_unadmitted").set(figures.unadmitted as f64);
    metrics::gauge!("caseconsultant_jobs_ready").set(figures.jobs_ready as f64);
    metrics::gauge!("caseconsultant_jobs_dead").set(figures.jobs_dead as f64);
    for (state, count) in figures.cases_by_state {
        metrics::gauge!("caseconsultant_cases", "state" => state).set(count as f64);
    }
    for (state, count) in figures.deliveries_by_state {
        metrics::gauge!("caseconsultant_deliveries", "state" => state).set(count as f64);
    }
}
