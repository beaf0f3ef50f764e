//! Leases jobs, runs them, records how they ended; nothing else.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::domain::job::{JobEnd, JobKind, LeasedJob};
use crate::flow::{Flow, FlowError, admit, by_mail, draft, hooks, send, settle};
use crate::ports::StoreError;

/// A job that was leased this often without ending is put aside for a person.
const LEASES_MAX: u32 = 12;
/// Longest wait before the store is looked at again: another process may have added work.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy)]
pub struct WorkerSettings {
    pub concurrency: u32,
    pub lease_secs: u32,
}

/// Works until stopped; then waits for what is under way. Leases as many jobs ahead as run at once, so that a backlog costs one lease for
/// several of them.
pub async fn work(flow: Arc<Flow>, settings: WorkerSettings, wake: Arc<Notify>, stop: CancellationToken) {
    let turns = Arc::new(Semaphore::new(settings.concurrency as usize));
    let mut held = JoinSet::new();
    while !stop.is_cancelled() {
        while held.try_join_next().is_some() {}
        let holding = u32::try_from(held.len()).unwrap_or(u32::MAX);
        if holding > settings.concurrency {
            tokio::select! {
                () = stop.cancelled() => {}
                _ = held.join_next() => {}
            }
            continue;
        }
        let room = settings.concurrency.saturating_mul(2).saturating_sub(holding);
        let leased = lease(&flow, room, settings.lease_secs).await;
        let was_all = leased.len() < room as usize;
        for job in leased {
            held.spawn(run(Arc::clone(&flow), job, settings.lease_secs, Arc::clone(&turns)));
        }
        if was_all {
            wait(&flow, &mut held, &wake, &stop).await;
        }
    }
    turns.close();
    while held.join_next().await.is_some() {}
}

/// Runs what is due, and what that makes due, until nothing is; for commands that end on their own.
pub async fn drain(flow: &Arc<Flow>, settings: WorkerSettings) {
    let turns = Arc::new(Semaphore::new(settings.concurrency.max(1) as usize));
    loop {
        let leased = lease(flow, settings.concurrency.max(1), settings.lease_secs).await;
        if leased.is_empty() {
            return;
        }
        let run = |job| run(Arc::clone(flow), job, settings.lease_secs, Arc::clone(&turns));
        let mut running: JoinSet<()> = leased.into_iter().map(run).collect();
        while running.join_next().await.is_some() {}
    }
}

async fn lease(flow: &Flow, max: u32, lease_secs: u32) -> Vec<LeasedJob> {
    match flow.store.lease(max, lease_secs).await {
        Ok(jobs) => jobs,
        Err(error) => {
            tracing::error!(%error, "jobs could not be leased; looking again");
            Vec::new()
        }
    }
}

/// Until a job ends, mail arrives, a job falls due, or a second has passed.
async fn wait(flow: &Flow, held: &mut JoinSet<()>, wake: &Notify, stop: &CancellationToken) {
    let due = flow
        .store
        .next_due_secs()
        .await
        .ok()
        .flatten()
        .map_or(LOOK_AGAIN, |secs| Duration::try_from_secs_f64(secs.max(0.005)).unwrap_or(LOOK_AGAIN).min(LOOK_AGAIN));
    let busy = !held.is_empty();
    tokio::select! {
        () = stop.cancelled() => {}
        () = wake.notified() => {}
        _ = held.join_next(), if busy => {}
        () = tokio::time::sleep(due) => {}
    }
}

/// Runs one job when it has its turn, its lease renewed until it ends. Where no turn will come any more, the job is given back.
async fn run(flow: Arc<Flow>, job: LeasedJob, lease_secs: u32, turns: Arc<Semaphore>) {
    let ended = tokio::select! {
        ended = at_its_turn(&flow, &job, &turns) => ended,
        lost = renew(&flow, &job, lease_secs) => Some(lost),
    };
    match ended {
        Some(Ok(())) => {}
        Some(Err(error)) => give_back(&flow, &job, &error).await,
        None => {
            let why = "the program was stopped before its turn".to_owned();
            end(&flow, &job, &JobEnd::Later { run_at: flow.clock.now(), why }).await;
        }
    }
}

async fn at_its_turn(flow: &Flow, job: &LeasedJob, turns: &Semaphore) -> Option<Result<(), FlowError>> {
    let _turn = turns.acquire().await.ok()?;
    let started = std::time::Instant::now();
    let ended = step(flow, job).await;
    metrics::histogram!("caseconsultant_job_seconds", "job" => job.kind.name()).record(started.elapsed().as_secs_f64());
    Some(ended)
}

async fn step(flow: &Flow, job: &LeasedJob) -> Result<(), FlowError> {
    if job.leases > LEASES_MAX {
        return Err(FlowError::Failed(anyhow::anyhow!("it was begun {LEASES_MAX} times and never ended")));
    }
    let lease = job.lease;
    match &job.kind {
        JobKind::Admit { inbound } => admit::admit(flow, *inbound, lease).await.map(|_| ()),
        JobKind::Draft { case, round } => draft::draft(flow, *case, *round, lease).await,
        JobKind::Acknowledge { case, round } => send::acknowledge(flow, *case, *round, lease).await,
        JobKind::Send { outgoing } => send::send(flow, *outgoing, lease).await,
        JobKind::NotifyReviewers { case, round } => by_mail::notify_reviewers(flow, *case, *round, lease).await,
        JobKind::Tell { case, consultant, what } => by_mail::tell(flow, *case, *consultant, what, lease).await,
        JobKind::Alert { case, what } => settle::alert(flow, *case, what, lease).await,
        JobKind::Lapse { case, round } => settle::lapse(flow, *case, *round, lease).await,
        JobKind::Hook(tidings) => hooks::tell(flow, tidings, job.leases, lease).await,
    }
}

/// Ends only with the lease lost: then whatever the job still does changes nothing.
async fn renew(flow: &Flow, job: &LeasedJob, lease_secs: u32) -> Result<(), FlowError> {
    let half = Duration::from_millis(u64::from(lease_secs.max(2)) * 500);
    loop {
        tokio::time::sleep(half).await;
        match flow.store.renew(job.lease, lease_secs).await {
            Err(StoreError::LeaseLost) => return Err(StoreError::LeaseLost.into()),
            Ok(()) => {}
            Err(error) => tracing::warn!(%error, "a lease could not be renewed"),
        }
    }
}

/// A job that did not end is tried again later, or put aside where that can't help.
async fn give_back(flow: &Flow, job: &LeasedJob, error: &FlowError) {
    let name = job.kind.name();
    let end = match error {
        FlowError::Store(StoreError::LeaseLost) => {
            tracing::warn!(job = name, "the lease was lost; another worker has the job");
            return;
        }
        // Somebody else was faster: look again at what is there now.
        FlowError::Store(StoreError::Stale) | FlowError::Refused(_) if job.leases <= LEASES_MAX => {
            tracing::debug!(job = name, %error, "decided on an old state; again");
            JobEnd::Later { run_at: later(flow, SignedDuration::from_millis(20 * i64::from(job.leases))), why: error.to_string() }
        }
        FlowError::Store(_) | FlowError::Refused(_) | FlowError::Failed(_) if job.leases <= LEASES_MAX => {
            tracing::error!(job = name, leases = job.leases, %error, "a job failed; again later");
            let wait = SignedDuration::from_secs(1_i64 << job.leases.min(9));
            JobEnd::Later { run_at: later(flow, wait), why: error.to_string() }
        }
        FlowError::Store(_) | FlowError::Refused(_) | FlowError::Failed(_) => {
            metrics::counter!("caseconsultant_jobs_dead_total", "job" => name).increment(1);
            tracing::error!(job = name, leases = job.leases, %error, "a job is put aside: see `jobs list --dead`");
            JobEnd::Dead { why: error.to_string() }
        }
    };
    self::end(flow, job, &end).await;
}

async fn end(flow: &Flow, job: &LeasedJob, end: &JobEnd) {
    if let Err(error) = flow.store.finish(job.lease, end).await {
        tracing::error!(job = job.kind.name(), %error, "how a job ended could not be recorded; its lease will lapse");
    }
}

fn later(flow: &Flow, wait: SignedDuration) -> jiff::Timestamp {
    flow.clock.now().checked_add(wait).unwrap_or(jiff::Timestamp::MAX)
}
