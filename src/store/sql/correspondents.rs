//! What is remembered of those whom we write to: how often they bounce, and what a person was told of them already.

use sqlx::{query, query_scalar};

use super::Conn;
use crate::domain::address::EmailAddress;
use crate::domain::audit::AuditEvent;
use crate::domain::id::{JobId, OutgoingId};
use crate::domain::outgoing::ApprovedOutgoing;
use crate::domain::policy::Budget;
use crate::ports::{StoreError, Stored};

/// Notes that a message failed to arrive; a second report about it changes nothing.
pub async fn bounced(conn: &mut Conn, outgoing: OutgoingId, now: i64) -> Stored<()> {
    query(
        "INSERT INTO bounces (outgoing, to_key, reported) SELECT id, to_key, $2 FROM outgoing WHERE id = $1
         ON CONFLICT (outgoing) DO NOTHING",
    )
    .bind(outgoing.to_string())
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn bounces_since(conn: &mut Conn, to: &EmailAddress, since: i64) -> Stored<u32> {
    let count: i64 = query_scalar("SELECT count(*) FROM bounces WHERE to_key = $1 AND reported >= $2")
        .bind(to.key())
        .bind(since)
        .fetch_one(conn)
        .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

pub async fn lift(conn: &mut Conn, to: &EmailAddress, event: AuditEvent, now: i64) -> Stored<u32> {
    let lifted = query("DELETE FROM bounces WHERE to_key = $1").bind(to.key()).execute(&mut *conn).await?.rows_affected();
    query("DELETE FROM told WHERE about = $1").bind(format!("paused {}", to.key())).execute(&mut *conn).await?;
    if lifted > 0 {
        super::audit::append(conn, &[event], now).await?;
    }
    Ok(u32::try_from(lifted).unwrap_or(u32::MAX))
}

/// Claims the telling of something for one job: true where nobody told of it since then, or this very job did.
pub async fn claim_telling(conn: &mut Conn, about: &str, job: JobId, now: i64, since: i64) -> Stored<bool> {
    let claimed = query(
        "INSERT INTO told (about, job, told) VALUES ($1, $2, $3)
         ON CONFLICT (about) DO UPDATE SET job = excluded.job, told = excluded.told
         WHERE told.told < $4 OR told.job = excluded.job",
    )
    .bind(about)
    .bind(job.0)
    .bind(now)
    .bind(since)
    .execute(conn)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

/// [`StoreError::Stale`] where the message would be one too many: whoever decided on it looks again, and then sees so itself.
pub async fn within(conn: &mut Conn, approved: &ApprovedOutgoing, budget: Option<Budget>) -> Stored<()> {
    let Some(budget) = budget else { return Ok(()) };
    let outgoing = approved.outgoing();
    super::super::queue::one_at_a_time(conn, &outgoing.envelope.to.key()).await?;
    let since = crate::store::row::micros(budget.since);
    let to_them = super::outgoing::sent_since(conn, &outgoing.envelope.to, since).await?;
    let in_case = super::outgoing::sent_in_case_since(conn, outgoing.case, since).await?;
    if to_them < budget.correspondent_max && in_case < budget.case_max { Ok(()) } else { Err(StoreError::Stale) }
}
