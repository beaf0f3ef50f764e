//! `run`: the service, until it is told to stop.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Global, figures};
use crate::app::{App, Parts};
use crate::config::InvalidConfig;
use crate::desk;
use crate::domain::policy::Editions;
use crate::telemetry;

/// Runs the service: takes mail in, drafts, sends; SIGTERM drains and stops it
#[derive(Debug, clap::Args)]
pub struct Run {
    /// Only these parts, for several processes over one store
    #[arg(long, value_delimiter = ',', value_name = "PART")]
    only: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Take mail in
    Intake,
    /// Admit, draft, send
    Work,
    /// The same as work: sending is part of it
    Send,
    /// The web listener
    Desk,
}

impl Run {
    pub async fn run(self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.config()?;
        let problems = config.service_problems();
        if !problems.is_empty() {
            return Err(InvalidConfig(problems).into());
        }
        let stop = CancellationToken::new();
        tokio::spawn(stop_on_signal(stop.clone(), signal(SignalKind::terminate()).context("SIGTERM can't be listened for")?));
        let metrics = telemetry::metrics()?;
        let app = App::open(&config, Editions::Current).await?;
        let parts = self.parts();
        let mut listeners = JoinSet::new();
        if let Some(address) = config.desk.listen.filter(|_| self.wants(Part::Desk)) {
            listeners.spawn(desk::serve(listen(address, "desk").await?, app.desk(&config, parts)?, stop.clone()));
        }
        if let Some(address) = config.metrics_listen {
            listeners.spawn(desk::serve_metrics(listen(address, "metrics").await?, metrics, stop.clone()));
        }
        tokio::spawn(figures::keep(Arc::clone(&app.store), stop.clone()));
        tracing::info!(intake = parts.intake, work = parts.work, mailboxes = app.mailboxes.len(), "running");
        app.run(parts, &stop).await;
        stop.cancelled().await;
        while listeners.join_next().await.is_some() {}
        tracing::info!("stopped");
        Ok(ExitCode::SUCCESS)
    }

    fn parts(&self) -> Parts {
        Parts { intake: self.wants(Part::Intake), work: self.wants(Part::Work) || self.wants(Part::Send) }
    }

    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}

async fn stop_on_signal(stop: CancellationToken, mut terminate: Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping: what is under way comes to its end");
    stop.cancel();
}

async fn listen(address: SocketAddr, section: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("[{section}] listen {address} can't be had: name a free address and port"))
}
