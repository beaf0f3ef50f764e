//! Logs and figures: one line an event to stderr, and the metrics that `/metrics` shows.

use std::io::{IsTerminal as _, stderr};

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    /// One JSON object a line.
    Json,
}

/// For the service: our own events from `info` up, and what goes wrong in the libraries.
pub const SERVICE_LEVEL: &str = "warn,caseconsultant=info";
/// For a command that a person waits for: what goes wrong.
pub const COMMAND_LEVEL: &str = "warn";

/// Bounds of the histograms of times, in seconds: a reply in 10 ms and one in 10 minutes both fall somewhere telling.
const SECONDS: &[f64] = &[0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 600.0];

/// Starts logging to stderr. `level` is a filter as `RUST_LOG` takes it, and goes before `RUST_LOG`; `default` holds where
/// neither says anything.
///
/// # Errors
/// Where the filter can't be read.
pub fn logs(format: LogFormat, level: Option<&str>, default: &str) -> anyhow::Result<()> {
    let named = level.map(str::to_owned).or_else(|| std::env::var("RUST_LOG").ok().filter(|text| !text.is_empty()));
    let text = named.unwrap_or_else(|| default.to_owned());
    let filter = EnvFilter::try_new(&text).with_context(|| {
        format!("the log level \"{text}\" can't be read: write error, warn, info, debug or trace, or module=level,…")
    })?;
    // Whatever was asked for: async-imap traces every line of a connection, the log-in with its password and the mails included.
    let filter = filter.add_directive("async_imap::imap_stream=off".parse().context("the filter of the logs")?);
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    let started = match format {
        LogFormat::Text => {
            let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            logs.with_ansi(stderr().is_terminal() && !no_color).try_init()
        }
        LogFormat::Json => logs.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init(),
    };
    // A second start in one process, as a test may do, changes nothing.
    drop(started);
    Ok(())
}

/// Starts counting; the handle renders the figures for `/metrics`.
///
/// # Errors
/// Where another recorder was installed before.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
        .context("the bounds of the histograms")?
        .install_recorder()
        .context("starting the metrics")
}
