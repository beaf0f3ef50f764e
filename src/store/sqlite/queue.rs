//! Leases, on SQLite's clock. There is one writer at a time, so nothing need be locked.

use sqlx::{query, query_as, query_scalar};

use super::{Conn, jobs};
use crate::domain::id::LeaseToken;
use crate::domain::job::{Lease, LeasedJob};
use crate::ports::Stored;
use crate::store::row::LeasedRow;

/// One writer at a time is what SQLite has.
#[expect(clippy::unused_async, reason = "the other engine has to ask for it")]
pub async fn one_at_a_time(_conn: &mut Conn, _key: &str) -> Stored<()> {
    Ok(())
}

pub async fn lease(conn: &mut Conn, max: u32, lease_micros: i64) -> Stored<Vec<LeasedJob>> {
    let mut rows: Vec<LeasedRow> = query_as(
        "UPDATE jobs SET state = 'leased', token = lower(hex(randomblob(16))), leases = leases + 1,
             due = CAST(unixepoch('subsec') * 1000000 AS INTEGER) + $2
         WHERE id IN (SELECT id FROM jobs WHERE state <> 'dead' AND due <= CAST(unixepoch('subsec') * 1000000 AS INTEGER)
             ORDER BY due, id LIMIT $1)
         RETURNING id, job, token, leases",
    )
    .bind(i64::from(max))
    .bind(lease_micros)
    .fetch_all(conn)
    .await?;
    rows.sort_by_key(|row| row.id);
    Ok(rows.into_iter().map(LeasedRow::job).collect::<anyhow::Result<_>>()?)
}

pub async fn renew(conn: &mut Conn, lease: Lease, lease_micros: i64) -> Stored<()> {
    let renewed = query(
        "UPDATE jobs SET due = CAST(unixepoch('subsec') * 1000000 AS INTEGER) + $3
         WHERE id = $1 AND state = 'leased' AND token = $2",
    )
    .bind(lease.job.0)
    .bind(lease.token.to_string())
    .bind(lease_micros)
    .execute(conn)
    .await?;
    jobs::held(renewed.rows_affected())
}

pub async fn next_due_micros(conn: &mut Conn) -> Stored<Option<i64>> {
    Ok(query_scalar(
        "SELECT due - CAST(unixepoch('subsec') * 1000000 AS INTEGER) FROM jobs WHERE state <> 'dead' ORDER BY due LIMIT 1",
    )
    .fetch_optional(conn)
    .await?)
}

pub async fn hold_mailbox(conn: &mut Conn, mailbox: &str, holder: LeaseToken, lease_micros: i64) -> Stored<bool> {
    let held = query(
        "INSERT INTO mailboxes (name, holder, held_until) VALUES ($1, $2, CAST(unixepoch('subsec') * 1000000 AS INTEGER) + $3)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
         WHERE mailboxes.holder = excluded.holder OR mailboxes.held_until <= CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
    )
    .bind(mailbox)
    .bind(holder.to_string())
    .bind(lease_micros)
    .execute(conn)
    .await?;
    Ok(held.rows_affected() == 1)
}
