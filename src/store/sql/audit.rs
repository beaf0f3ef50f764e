//! The chain of who did what.

use sqlx::{QueryBuilder, query, query_as};

use super::{Conn, Db};
use crate::domain::audit::{AuditEntry, AuditEvent};
use crate::domain::id::CaseId;
use crate::ports::Stored;
use crate::store::row::{AuditRow, json, parsed, time};

/// Chains events behind the newest entry. Call it last in a transaction: the head is locked until the commit.
pub async fn append(conn: &mut Conn, events: &[AuditEvent], now: i64) -> Stored<()> {
    if events.is_empty() {
        return Ok(());
    }
    // Counting up first locks the head where rows are locked, so that two chains never start from one entry.
    let (last, mut previous): (i64, String) =
        query_as("UPDATE audit_head SET sequence = sequence + $1 WHERE id = 1 RETURNING sequence, hash")
            .bind(i64::try_from(events.len()).unwrap_or(i64::MAX))
            .fetch_one(&mut *conn)
            .await?;
    let first = last - i64::try_from(events.len()).unwrap_or(i64::MAX) + 1;
    let mut rows = Vec::new();
    for (sequence, event) in (first..).zip(events) {
        let entry = AuditEntry::chain(as_kept(event)?, sequence, time(now)?, previous.clone());
        previous.clone_from(&entry.hash);
        rows.push((json(&entry.event.actor)?, json(&entry.event.detail)?, entry));
    }
    let mut sql = QueryBuilder::<Db>::new("INSERT INTO audit (sequence, at, actor, case_id, event, detail, previous, hash) ");
    sql.push_values(rows, |mut row, (actor, detail, entry)| {
        row.push_bind(entry.sequence)
            .push_bind(now)
            .push_bind(actor)
            .push_bind(entry.event.case.map(|case| case.0))
            .push_bind(entry.event.event)
            .push_bind(detail)
            .push_bind(entry.previous)
            .push_bind(entry.hash);
    });
    sql.build().execute(&mut *conn).await?;
    query("UPDATE audit_head SET hash = $1 WHERE id = 1").bind(&previous).execute(conn).await?;
    Ok(())
}

/// The event as it will be read back: JSON's numbers may lose their last bit on the way, and the hash must not notice.
fn as_kept(event: &AuditEvent) -> anyhow::Result<AuditEvent> {
    Ok(AuditEvent { detail: parsed("an entry's detail", &json(&event.detail)?)?, ..event.clone() })
}

pub async fn entries(conn: &mut Conn, after: i64, max: u32) -> Stored<Vec<AuditEntry>> {
    let rows: Vec<AuditRow> = query_as(
        "SELECT sequence, at, actor, case_id, event, detail, previous, hash FROM audit
         WHERE sequence > $1 ORDER BY sequence LIMIT $2",
    )
    .bind(after)
    .bind(i64::from(max))
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(AuditRow::entry).collect::<anyhow::Result<_>>()?)
}

pub async fn of_case(conn: &mut Conn, case: CaseId) -> Stored<Vec<AuditEntry>> {
    let rows: Vec<AuditRow> = query_as(
        "SELECT sequence, at, actor, case_id, event, detail, previous, hash FROM audit WHERE case_id = $1 ORDER BY sequence",
    )
    .bind(case.0)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(AuditRow::entry).collect::<anyhow::Result<_>>()?)
}

pub async fn head(conn: &mut Conn) -> Stored<(i64, String)> {
    Ok(query_as("SELECT sequence, hash FROM audit_head WHERE id = 1").fetch_one(conn).await?)
}
