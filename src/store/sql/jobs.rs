//! Work that is owed. Leasing and renewing go by the engine's clock and are in its `queue`.
//!
//! A job that is done is deleted in the transaction that does it: what was done stands in the disposition, the case and
//! the audit, so a row that says it once more would only make the table that every worker polls grow without end.

use sqlx::{QueryBuilder, query, query_as, query_scalar};

use super::{Conn, Db};
use crate::domain::id::JobId;
use crate::domain::job::{JobEnd, JobKind, JobView, Lease, NewJob};
use crate::ports::{StoreError, Stored};
use crate::store::row::{JobRow, json, micros, parsed, text};

pub async fn add(conn: &mut Conn, jobs: &[NewJob]) -> Stored<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    let rows = jobs.iter().map(|job| Ok((json(&job.kind)?, micros(job.run_at)))).collect::<anyhow::Result<Vec<_>>>()?;
    let mut sql = QueryBuilder::<Db>::new("INSERT INTO jobs (job, state, run_at, due) ");
    sql.push_values(rows, |mut row, (job, run_at)| {
        row.push_bind(job).push("'ready'").push_bind(run_at).push_bind(run_at);
    });
    sql.build().execute(conn).await?;
    Ok(())
}

/// Ends the job that a transaction does, if one does it. The token proves that nobody else leased it meanwhile; a lease
/// that ran out unnoticed is as good as one that did not.
pub async fn settle(conn: &mut Conn, lease: Option<Lease>) -> Stored<()> {
    let Some(lease) = lease else { return Ok(()) };
    let done = query("DELETE FROM jobs WHERE id = $1 AND state = 'leased' AND token = $2")
        .bind(lease.job.0)
        .bind(lease.token.to_string())
        .execute(conn)
        .await?;
    held(done.rows_affected())
}

pub async fn finish(conn: &mut Conn, lease: Lease, end: &JobEnd) -> Stored<()> {
    let ended = match end {
        JobEnd::Done => return settle(conn, Some(lease)).await,
        JobEnd::Later { run_at, why } => query(
            "UPDATE jobs SET state = 'ready', run_at = $3, due = $4, token = '', last_error = $5
             WHERE id = $1 AND state = 'leased' AND token = $2",
        )
        .bind(lease.job.0)
        .bind(lease.token.to_string())
        .bind(micros(*run_at))
        .bind(micros(*run_at))
        .bind(text(why)),
        JobEnd::Dead { why } => {
            query("UPDATE jobs SET state = 'dead', token = '', last_error = $3 WHERE id = $1 AND state = 'leased' AND token = $2")
                .bind(lease.job.0)
                .bind(lease.token.to_string())
                .bind(text(why))
        }
    };
    held(ended.execute(conn).await?.rows_affected())
}

pub async fn jobs(conn: &mut Conn, dead_only: bool) -> Stored<Vec<JobView>> {
    let rows: Vec<JobRow> = if dead_only {
        query_as("SELECT id, job, state, run_at, leases, last_error FROM jobs WHERE state = 'dead' ORDER BY id")
            .fetch_all(conn)
            .await?
    } else {
        query_as("SELECT id, job, state, run_at, leases, last_error FROM jobs ORDER BY id").fetch_all(conn).await?
    };
    Ok(rows.into_iter().map(JobRow::view).collect::<anyhow::Result<_>>()?)
}

/// The leases are counted anew: the second chance is a whole one.
pub async fn retry(conn: &mut Conn, id: JobId, now: i64) -> Stored<JobKind> {
    let job: Option<String> = query_scalar(
        "UPDATE jobs SET state = 'ready', run_at = $2, due = $3, leases = 0 WHERE id = $1 AND state = 'dead' RETURNING job",
    )
    .bind(id.0)
    .bind(now)
    .bind(now)
    .fetch_optional(conn)
    .await?;
    Ok(parsed("a job", &job.ok_or(StoreError::Missing("dead job"))?)?)
}

/// Whether the one row that a lease names was there.
pub fn held(rows: u64) -> Stored<()> {
    if rows == 1 { Ok(()) } else { Err(StoreError::LeaseLost) }
}
