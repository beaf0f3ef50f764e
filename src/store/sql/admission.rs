//! What becomes of a message: decided by the flow, written here in one go.

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::{QueryBuilder, query, query_as, query_scalar};

use super::{Conn, Db, audit, cases, correspondents, jobs};
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::id::{CaseId, InboundId};
use crate::domain::message::MessageId;
use crate::domain::transition::opening_jobs;
use crate::ports::{Admission, Admitted, Decision, Disposition, InboundFacts, StoreError, Stored, ThreadHit, ThreadKeys};
use crate::store::row::{json as as_json, micros, parsed};

/// A References field grows with its thread; beyond this many the oldest tell nothing new.
const KEYS_MAX: usize = 200;

/// Hits in the order of the keys.
pub async fn threads(conn: &mut Conn, keys: &ThreadKeys) -> Stored<Vec<ThreadHit>> {
    let newest_last = keys.message_ids.len().saturating_sub(KEYS_MAX);
    let wanted: Vec<&str> = keys.message_ids.iter().skip(newest_last).map(MessageId::as_str).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = QueryBuilder::<Db>::new("SELECT message_id, case_id, outgoing FROM thread_keys WHERE message_id IN (");
    let mut ids = sql.separated(", ");
    for id in &wanted {
        ids.push_bind((*id).to_owned());
    }
    sql.push(") ORDER BY case_id, outgoing");
    let mut rows: Vec<(String, i64, String)> = sql.build_query_as().persistent(false).fetch_all(conn).await?;
    rows.sort_by_key(|(message_id, ..)| wanted.iter().position(|id| id == message_id));
    let mut seen = BTreeSet::new();
    let mut hits = Vec::new();
    for (_, case, outgoing) in rows {
        if seen.insert((case, outgoing.clone())) {
            let outgoing = if outgoing.is_empty() { None } else { Some(outgoing.parse().map_err(anyhow::Error::from)?) };
            hits.push(ThreadHit { case: CaseId(case), outgoing });
        }
    }
    Ok(hits)
}

/// A change inside the decision is made under the admission's own lease.
pub async fn admit(conn: &mut Conn, admission: &Admission) -> Stored<Admitted> {
    jobs::settle(conn, Some(admission.lease)).await?;
    let row: Option<(i64, Option<String>)> = query_as("SELECT received, disposition FROM inbound WHERE id = $1")
        .bind(admission.inbound.0)
        .fetch_optional(&mut *conn)
        .await?;
    let (received, settled) = row.ok_or(StoreError::Missing("message"))?;
    if let Some(before) = settled {
        return Ok(Admitted::As(parsed("a disposition", &before)?));
    }
    let now = micros(admission.now);
    if let Some(of) = duplicate_of(conn, admission).await? {
        let disposition = Disposition::Ignored { why: format!("duplicate of message {of}") };
        dispose(conn, admission, &disposition).await?;
        let detail = json!({ "inbound": admission.inbound, "duplicate_of": of });
        let event = AuditEvent { actor: Actor::Intake, case: None, event: "inbound.ignored".to_owned(), detail };
        audit::append(conn, &[event], now).await?;
        return Ok(Admitted::Duplicate { of });
    }
    Ok(Admitted::As(carry_out(conn, admission, received).await?))
}

/// Claims the admission's key, or names the message that has it.
async fn duplicate_of(conn: &mut Conn, admission: &Admission) -> Stored<Option<InboundId>> {
    let Some(key) = &admission.duplicate_key else { return Ok(None) };
    let claimed = query("INSERT INTO duplicate_keys (key, inbound) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING")
        .bind(key)
        .bind(admission.inbound.0)
        .execute(&mut *conn)
        .await?;
    if claimed.rows_affected() == 1 {
        return Ok(None);
    }
    let of: i64 = query_scalar("SELECT inbound FROM duplicate_keys WHERE key = $1").bind(key).fetch_one(conn).await?;
    Ok(Some(InboundId(of)))
}

/// The audit comes last in each case: its head is locked until the commit.
async fn carry_out(conn: &mut Conn, admission: &Admission, received: i64) -> Stored<Disposition> {
    let now = micros(admission.now);
    if let Some(outgoing) = admission.bounced {
        correspondents::bounced(conn, outgoing, now).await?;
    }
    match &admission.decision {
        Decision::Open { case, policy, audit: event } => {
            let id = cases::open(conn, case, received, now).await?;
            jobs::add(conn, &opening_jobs(id, 1, &case.state, policy, admission.now)).await?;
            let disposition = Disposition::Opened { case: id };
            dispose(conn, admission, &disposition).await?;
            audit::append(conn, &[AuditEvent { case: Some(id), ..event.clone() }], now).await?;
            Ok(disposition)
        }
        Decision::Continue { change } => {
            let disposition = Disposition::Continued { case: change.before.id };
            dispose(conn, admission, &disposition).await?;
            cases::apply(conn, change).await?;
            Ok(disposition)
        }
        Decision::Report { change } => {
            let disposition = Disposition::Reported { case: Some(change.before.id) };
            dispose(conn, admission, &disposition).await?;
            cases::apply(conn, change).await?;
            Ok(disposition)
        }
        Decision::Review { change } => {
            let disposition = Disposition::Reviewed { case: change.before.id };
            dispose(conn, admission, &disposition).await?;
            cases::apply(conn, change).await?;
            Ok(disposition)
        }
        Decision::Settle { disposition, audit: event, jobs: owed } => {
            dispose(conn, admission, disposition).await?;
            jobs::add(conn, owed).await?;
            audit::append(conn, std::slice::from_ref(event), now).await?;
            Ok(disposition.clone())
        }
    }
}

/// Gives the message its one disposition, with what is kept of its reading and the key by which its thread is found.
async fn dispose(conn: &mut Conn, admission: &Admission, disposition: &Disposition) -> Stored<()> {
    let disposed = query("UPDATE inbound SET disposition = $2, case_id = $3 WHERE id = $1 AND disposition IS NULL")
        .bind(admission.inbound.0)
        .bind(as_json(disposition)?)
        .bind(disposition.case().map(|case| case.0))
        .execute(&mut *conn)
        .await?;
    if disposed.rows_affected() != 1 {
        return Err(StoreError::Stale);
    }
    let Some(facts) = &admission.facts else { return Ok(()) };
    query("INSERT INTO facts (inbound, facts) VALUES ($1, $2)")
        .bind(admission.inbound.0)
        .bind(as_json(facts)?)
        .execute(&mut *conn)
        .await?;
    thread_key(conn, facts, disposition).await
}

async fn thread_key(conn: &mut Conn, facts: &InboundFacts, disposition: &Disposition) -> Stored<()> {
    let case = match disposition {
        Disposition::Opened { case } | Disposition::Continued { case } => *case,
        Disposition::Reported { .. }
        | Disposition::Reviewed { .. }
        | Disposition::Ignored { .. }
        | Disposition::Quarantined { .. } => return Ok(()),
    };
    let Some(message_id) = &facts.message_id else { return Ok(()) };
    query("INSERT INTO thread_keys (message_id, case_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(message_id.as_str())
        .bind(case.0)
        .execute(conn)
        .await?;
    Ok(())
}
