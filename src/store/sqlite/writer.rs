//! The one writer of an SQLite store.
//!
//! Operations queue up here; those that wait while another is at work share its transaction, each under a savepoint of its
//! own, and so share the one wait for the disk that a commit costs. The first needs no savepoint: where it fails, there is
//! nothing else to keep. Nobody is told that an operation is done before the
//! commit that makes it so.
//!
//! It works on a thread of its own. A statement's answer comes from the engine's thread; here that wakes one sleeping thread, while on the
//! program's runtime it would go through the queue of a network driver each time.

use std::thread;

use anyhow::anyhow;
use async_trait::async_trait;
use futures::future::BoxFuture;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};

use crate::ports::{StoreError, Stored};

/// Operations that may share one transaction, at most.
const GROUP_MAX: usize = 64;
/// Operations that may wait before callers do.
const WAITING_MAX: usize = 256;

pub struct Writer {
    queue: mpsc::Sender<Box<dyn Operation>>,
}

impl Writer {
    pub async fn start(options: &SqliteConnectOptions) -> anyhow::Result<Self> {
        let connection = options.connect().await?;
        let (queue, waiting) = mpsc::channel(WAITING_MAX);
        let runtime = Builder::new_current_thread().enable_time().build()?;
        thread::Builder::new().name("store-writer".to_owned()).spawn(move || runtime.block_on(work_off(connection, waiting)))?;
        Ok(Self { queue })
    }

    /// Runs `work` in a transaction and answers once that is committed; where `work` fails, nothing of it is written.
    pub async fn write<T, W>(&self, work: W) -> Stored<T>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Stored<T>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let operation = Box::new(Pending { work: Some(work), result: None, reply });
        self.queue.send(operation).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

fn stopped() -> StoreError {
    StoreError::Failed(anyhow!("the store's writer has stopped"))
}

async fn work_off(mut connection: SqliteConnection, mut waiting: mpsc::Receiver<Box<dyn Operation>>) {
    while let Some(first) = waiting.recv().await {
        let mut group = Vec::new();
        let fate = commit_group(&mut connection, first, &mut waiting, &mut group).await;
        for operation in group {
            operation.answer(fate.as_ref().err());
        }
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the store was not closed cleanly; its log is read at the next start");
    }
}

/// Commits `first` and whatever else waits by now; all that were taken up are in `group` however it ends.
async fn commit_group(
    connection: &mut SqliteConnection,
    first: Box<dyn Operation>,
    waiting: &mut mpsc::Receiver<Box<dyn Operation>>,
    group: &mut Vec<Box<dyn Operation>>,
) -> sqlx::Result<()> {
    group.push(first);
    // A deferred transaction that reads first can fail to write at all when another process wrote meanwhile.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for operation in &mut *group {
        if !operation.run(&mut transaction).await {
            return transaction.rollback().await;
        }
    }
    while group.len() < GROUP_MAX {
        let Ok(next) = waiting.try_recv() else { break };
        group.push(next);
        let Some(operation) = group.last_mut() else { break };
        let mut savepoint = transaction.begin().await?;
        if operation.run(&mut savepoint).await { savepoint.commit().await? } else { savepoint.rollback().await? }
    }
    transaction.commit().await
}

#[async_trait]
trait Operation: Send {
    /// Does the work and keeps its result; false where it failed and must be undone.
    async fn run(&mut self, connection: &mut SqliteConnection) -> bool;
    /// Hands the result to whoever waits, now that the transaction is committed or has failed.
    fn answer(self: Box<Self>, failure: Option<&sqlx::Error>);
}

struct Pending<T, W> {
    work: Option<W>,
    result: Option<Stored<T>>,
    reply: oneshot::Sender<Stored<T>>,
}

#[async_trait]
impl<T, W> Operation for Pending<T, W>
where
    T: Send + 'static,
    W: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Stored<T>> + Send + 'static,
{
    async fn run(&mut self, connection: &mut SqliteConnection) -> bool {
        let Some(work) = self.work.take() else { return false };
        let result = work(connection).await;
        let done = result.is_ok();
        self.result = Some(result);
        done
    }

    fn answer(self: Box<Self>, failure: Option<&sqlx::Error>) {
        let result = match (self.result, failure) {
            (Some(result @ Err(_)), _) | (Some(result), None) => result,
            (Some(Ok(_)) | None, Some(error)) => Err(StoreError::Failed(anyhow!("the transaction failed: {error}"))),
            (None, None) => Err(stopped()),
        };
        // Whoever asked may have gone; the work stands all the same, as after a crash behind the commit.
        let _ = self.reply.send(result);
    }
}
