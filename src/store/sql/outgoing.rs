//! Messages of ours: frozen once, then delivered or not.

use jiff::Timestamp;
use sqlx::{query, query_as, query_scalar};

use super::{Conn, audit, correspondents, jobs};
use crate::domain::address::EmailAddress;
use crate::domain::audit::AuditEvent;
use crate::domain::delivery::{Delivery, DeliveryState};
use crate::domain::id::{AccountId, CaseId, OutgoingId};
use crate::domain::job::{JobKind, Lease, NewJob};
use crate::domain::outgoing::ApprovedOutgoing;
use crate::ports::{CaseOutgoing, DeliveryChange, Provided, StoreError, Stored};
use crate::store::row::{DeliveryRow, OutgoingRow, json, micros, moved};

/// Keeps a message with its approval; from here on nothing of it changes.
pub async fn freeze(conn: &mut Conn, approved: &ApprovedOutgoing, now: i64) -> Stored<()> {
    let (outgoing, approval) = (approved.outgoing(), approved.approval());
    let id = outgoing.id.to_string();
    let frozen = query(
        "INSERT INTO outgoing (id, case_id, kind, envelope_from, envelope_to, to_key, message_id, dated, bytes, approved_by,
             approved_hash, approved, frozen)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING",
    )
    .bind(&id)
    .bind(outgoing.case.0)
    .bind(outgoing.kind.name())
    .bind(outgoing.envelope.from.as_ref().map(EmailAddress::as_str))
    .bind(outgoing.envelope.to.as_str())
    .bind(outgoing.envelope.to.key())
    .bind(outgoing.message_id.as_str())
    .bind(micros(outgoing.date))
    .bind(outgoing.bytes.as_slice())
    .bind(json(&approval.by)?)
    .bind(approval.hash.as_str())
    .bind(micros(approval.at))
    .bind(now)
    .execute(&mut *conn)
    .await?;
    if frozen.rows_affected() != 1 {
        return Err(StoreError::Exists { what: format!("message {id}, or one with its Message-ID,") });
    }
    query("INSERT INTO deliveries (outgoing, state, state_data, attempts, unknowns, changed) VALUES ($1, $2, $3, 0, 0, $4)")
        .bind(&id)
        .bind(DeliveryState::Frozen.name())
        .bind(json(&DeliveryState::Frozen)?)
        .bind(now)
        .execute(&mut *conn)
        .await?;
    query("INSERT INTO thread_keys (message_id, case_id, outgoing) VALUES ($1, $2, $3)")
        .bind(outgoing.message_id.as_str())
        .bind(outgoing.case.0)
        .bind(&id)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn post(
    conn: &mut Conn,
    approved: &ApprovedOutgoing,
    event: AuditEvent,
    provided: Provided,
    lease: Option<Lease>,
    now: Timestamp,
) -> Stored<()> {
    correspondents::within(conn, approved, provided.budget).await?;
    if let Some(seen) = provided.case_version {
        still_at(conn, approved.outgoing().case, seen).await?;
    }
    jobs::settle(conn, lease).await?;
    freeze(conn, approved, micros(now)).await?;
    let send = NewJob { kind: JobKind::Send { outgoing: approved.outgoing().id }, run_at: now };
    jobs::add(conn, &[send]).await?;
    audit::append(conn, &[event], micros(now)).await
}

async fn still_at(conn: &mut Conn, case: CaseId, version: i64) -> Stored<()> {
    // Written, not read: the row stays ours until the end, so that an answer is frozen before or after, never beside it.
    let same = query("UPDATE cases SET version = version WHERE id = $1 AND version = $2")
        .bind(case.0)
        .bind(version)
        .execute(conn)
        .await?;
    if same.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

pub async fn outgoing(conn: &mut Conn, id: OutgoingId) -> Stored<(ApprovedOutgoing, Delivery)> {
    let row: Option<OutgoingRow> = query_as(
        "SELECT id, case_id, kind, envelope_from, envelope_to, message_id, dated, bytes, approved_by, approved_hash, approved,
             state, state_data, attempts, unknowns, changed
         FROM outgoing JOIN deliveries ON deliveries.outgoing = outgoing.id WHERE id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(conn)
    .await?;
    Ok(row.ok_or(StoreError::Missing("message of ours"))?.approved()?)
}

pub async fn of_case(conn: &mut Conn, case: CaseId) -> Stored<Vec<CaseOutgoing>> {
    let rows: Vec<OutgoingRow> = query_as(
        "SELECT id, case_id, kind, envelope_from, envelope_to, message_id, dated, bytes, approved_by, approved_hash, approved,
             state, state_data, attempts, unknowns, changed
         FROM outgoing JOIN deliveries ON deliveries.outgoing = outgoing.id WHERE case_id = $1 ORDER BY sequence",
    )
    .bind(case.0)
    .fetch_all(conn)
    .await?;
    let whole = |row: OutgoingRow| {
        let (approved, delivery) = row.approved()?;
        Ok(CaseOutgoing { outgoing: approved.outgoing().clone(), delivery })
    };
    Ok(rows.into_iter().map(whole).collect::<anyhow::Result<_>>()?)
}

pub async fn deliver(
    conn: &mut Conn,
    id: OutgoingId,
    change: &DeliveryChange,
    then: &[NewJob],
    event: AuditEvent,
    lease: Option<Lease>,
    now: Timestamp,
) -> Stored<Delivery> {
    jobs::settle(conn, lease).await?;
    let delivery = moves(conn, id, change, now).await?;
    jobs::add(conn, then).await?;
    audit::append(conn, &[event], micros(now)).await?;
    Ok(delivery)
}

/// Moves a delivery from the state in which it is found to the one that the change leads to; any other change is stale.
pub async fn moves(conn: &mut Conn, id: OutgoingId, change: &DeliveryChange, now: Timestamp) -> Stored<Delivery> {
    let row: Option<DeliveryRow> =
        query_as("SELECT state, state_data, attempts, unknowns, changed FROM deliveries WHERE outgoing = $1")
            .bind(id.to_string())
            .fetch_optional(&mut *conn)
            .await?;
    let before = row.ok_or(StoreError::Missing("message of ours"))?.delivery(id)?;
    let after = moved(&before, change, now)?;
    let updated = query(
        "UPDATE deliveries SET state = $4, state_data = $5, attempts = $6, unknowns = $7, changed = $8
         WHERE outgoing = $1 AND state = $2 AND attempts = $3",
    )
    .bind(id.to_string())
    .bind(before.state.name())
    .bind(i64::from(before.attempts))
    .bind(after.state.name())
    .bind(json(&after.state)?)
    .bind(i64::from(after.attempts))
    .bind(i64::from(after.unknowns))
    .bind(micros(after.changed))
    .execute(conn)
    .await?;
    if updated.rows_affected() == 1 { Ok(after) } else { Err(StoreError::Stale) }
}

pub async fn answered_since(conn: &mut Conn, account: AccountId, since: i64) -> Stored<u32> {
    let count: i64 = query_scalar(
        "SELECT count(*) FROM outgoing JOIN cases ON cases.id = outgoing.case_id
         WHERE cases.account = $1 AND outgoing.frozen >= $2 AND outgoing.kind IN ('answer', 'clarification', 'refusal')",
    )
    .bind(account.0)
    .bind(since)
    .fetch_one(conn)
    .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}
