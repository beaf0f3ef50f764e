//! What is remembered of those whom we write to: how often they bounce, and what a person was told of them already.

use sqlx::{query, query_as};

use super::Conn;
use crate::domain::address::EmailAddress;
use crate::domain::audit::AuditEvent;
use crate::domain::id::{CaseId, JobId, OutgoingId};
use crate::domain::outgoing::ApprovedOutgoing;
use crate::domain::policy::Budget;
use crate::ports::{Dealings, DealingsSince, StoreError, Stored};
use crate::store::row::micros;

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

pub async fn dealings(conn: &mut Conn, with: &EmailAddress, case: Option<CaseId>, since: DealingsSince) -> Stored<Dealings> {
    let (sent, in_case, bounced): (i64, i64, i64) = query_as(
        "SELECT (SELECT count(*) FROM outgoing WHERE to_key = $1 AND frozen >= $2),
             (SELECT count(*) FROM outgoing JOIN cases ON cases.id = outgoing.case_id
                 WHERE case_id = $3 AND frozen >= $2 AND envelope_to = cases.requester),
             (SELECT count(*) FROM bounces WHERE to_key = $1 AND reported >= $4)",
    )
    .bind(with.key())
    .bind(micros(since.sent))
    .bind(case.map(|case| case.0))
    .bind(micros(since.bounced))
    .fetch_one(conn)
    .await?;
    let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(Dealings { sent: count(sent), sent_in_case: count(in_case), bounced: count(bounced) })
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
    let since = DealingsSince { sent: budget.since, bounced: budget.since };
    let dealings = dealings(conn, &outgoing.envelope.to, Some(outgoing.case), since).await?;
    if dealings.sent < budget.correspondent_max && dealings.sent_in_case < budget.case_max {
        Ok(())
    } else {
        Err(StoreError::Stale)
    }
}
