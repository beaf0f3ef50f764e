//! The web side of the service: code pages, health for those who run it, and the figures for Prometheus on a listener of
//! their own. Pages are rendered here, whole, from templates; none needs a script to be read.

mod admin;
mod api;
mod askers;
mod assets;
mod cases;
mod checks;
mod codes;
mod cookies;
mod figures;
mod guard;
mod health;
mod limits;
mod live;
mod page;
pub mod password;
mod plans;
mod router;
mod sign_in;
mod signed;
pub mod told;
mod visitors;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use axum::routing::get;
use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use api::{OPERATIONS, Operation};
pub use cases::ACTS;
pub use guard::Who;
pub use health::{Probe, Readiness};
pub use router::{ROUTES, Route};

use crate::codebook::Codebook;
use crate::flow::Flow;
use limits::Limit;
use signed::Signer;

/// What the operator decides about the web side.
#[derive(Debug, Clone)]
pub struct DeskSettings {
    /// What cookies and mailed links are signed with.
    pub secret: [u8; 32],
    /// The address that people open, where it is configured.
    pub public_url: Option<String>,
}

/// The web side with everything it needs.
pub struct Desk {
    flow: Arc<Flow>,
    readiness: Readiness,
    signer: Signer,
    /// Cookies only over HTTPS, where people come by HTTPS.
    secure: bool,
    guest_pages: Limit,
    sign_ins: Limit,
    links: Limit,
    programs: Limit,
    guesses: Limit,
    /// Ends what would stream for ever.
    stop: CancellationToken,
}

/// Links mailed to one address, or asked for from one network, within an hour.
const LINKS_MAX: u32 = 5;
/// Requests of one token within a minute.
const REQUESTS_MAX: u32 = 600;
/// Tokens that are none, from one network within a quarter of an hour.
const GUESSES_MAX: u32 = 60;
/// Attempts to sign in from one network, or under one name, within a quarter of an hour.
const SIGN_INS_MAX: u32 = 10;

impl Desk {
    pub fn new(flow: Arc<Flow>, readiness: Readiness, settings: &DeskSettings) -> Self {
        let pages = plans::plans().map_or(0, |plans| plans.guest_pages_per_address_day);
        Self {
            flow,
            readiness,
            signer: Signer::new(settings.secret),
            secure: settings.public_url.as_deref().is_some_and(|url| url.starts_with("https:")),
            guest_pages: Limit::new(pages, SignedDuration::from_hours(24)),
            sign_ins: Limit::new(SIGN_INS_MAX, SignedDuration::from_mins(15)),
            links: Limit::new(LINKS_MAX, SignedDuration::from_hours(1)),
            programs: Limit::new(REQUESTS_MAX, SignedDuration::from_mins(1)),
            guesses: Limit::new(GUESSES_MAX, SignedDuration::from_mins(15)),
            stop: CancellationToken::new(),
        }
    }

    fn codebook(&self) -> Codebook {
        self.flow.shelf.codebook()
    }

    fn today(&self) -> Date {
        self.flow.clock.now().to_zoned(TimeZone::UTC).date()
    }
}

/// Something of ours is broken: told in the log, and in one sentence to the reader.
fn failed(error: &dyn std::fmt::Display) -> Response {
    tracing::error!(error = %error, "a page failed");
    let text = "Something here is broken. It has been noted; please try again later.";
    page::message(StatusCode::INTERNAL_SERVER_ERROR, None, "This did not work", text, &[("/codes", "Find a code")])
}

/// Serves the pages until stopped.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(listener: TcpListener, desk: Arc<Desk>, stop: CancellationToken) -> std::io::Result<()> {
    let streams = desk.stop.clone();
    let ending = stop.clone();
    tokio::spawn(async move {
        ending.cancelled().await;
        streams.cancel();
    });
    let service = router::router(&desk).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await
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
