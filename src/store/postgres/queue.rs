//! Leases, on PostgreSQL's clock, for as many workers as there are.

use sqlx::{query, query_as, query_scalar};

use super::{Conn, jobs};
use crate::domain::id::LeaseToken;
use crate::domain::job::{Lease, LeasedJob};
use crate::ports::Stored;
use crate::store::row::LeasedRow;

/// Until the transaction ends, nobody else who asks for the same key goes on.
pub async fn one_at_a_time(conn: &mut Conn, key: &str) -> Stored<()> {
    query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))").bind(key).execute(conn).await?;
    Ok(())
}

/// The clock stands in a subquery of its own: the planner then takes it for a constant and the index for the search. So do
/// the jobs, in an array: a subquery that is joined could be run, and lock, more than once.
pub async fn lease(conn: &mut Conn, max: u32, lease_micros: i64) -> Stored<Vec<LeasedJob>> {
    let mut rows: Vec<LeasedRow> = query_as(
        "UPDATE jobs SET state = 'leased', token = replace(gen_random_uuid()::text, '-', ''), leases = leases + 1,
             due = (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + $2
         WHERE id = ANY (ARRAY (SELECT id FROM jobs
             WHERE state <> 'dead' AND due <= (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
             ORDER BY due, id LIMIT $1 FOR UPDATE SKIP LOCKED))
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
        "UPDATE jobs SET due = (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + $3
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
        "SELECT due - (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM jobs
         WHERE state <> 'dead' ORDER BY due LIMIT 1",
    )
    .fetch_optional(conn)
    .await?)
}

pub async fn hold_mailbox(conn: &mut Conn, mailbox: &str, holder: LeaseToken, lease_micros: i64) -> Stored<bool> {
    let held = query(
        "INSERT INTO mailboxes (name, holder, held_until)
         VALUES ($1, $2, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + $3)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
         WHERE mailboxes.holder = excluded.holder
             OR mailboxes.held_until <= (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
    )
    .bind(mailbox)
    .bind(holder.to_string())
    .bind(lease_micros)
    .execute(conn)
    .await?;
    Ok(held.rows_affected() == 1)
}
