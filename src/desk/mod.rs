//! The web side of the service: health for those who run it, and the figures for Prometheus on a listener of their own.

mod health;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use health::{Probe, Readiness};

/// Serves `/healthz` and `/readyz` until stopped.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(listener: TcpListener, readiness: Readiness, stop: CancellationToken) -> std::io::Result<()> {
    axum::serve(listener, health::router(readiness)).with_graceful_shutdown(stop.cancelled_owned()).await
}

/// Serves `/metrics` until stopped.
///
/// # Errors
/// Where the listener fails.
pub async fn serve_metrics(listener: TcpListener, figures: PrometheusHandle, stop: CancellationToken) -> std::io::Result<()> {
    // The text format of Prometheus, version 0.0.4.
    let page = move || {
        let text = figures.render();
        async move { ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text) }
    };
    axum::serve(listener, Router::new().route("/metrics", get(page))).with_graceful_shutdown(stop.cancelled_owned()).await
}
