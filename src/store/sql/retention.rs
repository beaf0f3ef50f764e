//! What is kept no longer: raw mail past its days, and what long closed cases hold. The audit chain is never touched.

use sqlx::{AssertSqlSafe, query, query_scalar};

use super::{Conn, audit};
use crate::domain::audit::{Actor, AuditEvent};
use crate::ports::{Purged, Stored};

/// Settled mails whose bytes are past their days.
const OLD_RAW: &str = "SELECT raw_messages.inbound FROM raw_messages JOIN inbound ON inbound.id = raw_messages.inbound
     WHERE inbound.disposition IS NOT NULL AND inbound.received < $1";
/// Cases closed for so long that nobody comes back to them, and that still hold something.
const OLD_CASES: &str = "SELECT id FROM cases WHERE state = 'closed' AND changed < $1 AND requester <> 'purged@purged.invalid'";

pub async fn count(conn: &mut Conn, raw_before: i64, closed_before: i64) -> Stored<Purged> {
    let of = |select: &str| AssertSqlSafe(format!("SELECT count(*) FROM ({select}) AS old"));
    Ok(Purged {
        raw_messages: query_scalar(of(OLD_RAW)).bind(raw_before).fetch_one(&mut *conn).await?,
        cases: query_scalar(of(OLD_CASES)).bind(closed_before).fetch_one(conn).await?,
    })
}

pub async fn purge(conn: &mut Conn, raw_before: i64, closed_before: i64, now: i64) -> Stored<Purged> {
    let found = count(conn, raw_before, closed_before).await?;
    query(AssertSqlSafe(format!("DELETE FROM raw_messages WHERE inbound IN ({OLD_RAW})")))
        .bind(raw_before)
        .execute(&mut *conn)
        .await?;
    empty(conn, OLD_CASES, closed_before).await?;
    query("DELETE FROM told WHERE told < $1").bind(closed_before).execute(&mut *conn).await?;
    let detail = serde_json::json!({ "raw_messages": found.raw_messages, "cases": found.cases });
    let event = AuditEvent { actor: Actor::Operator, case: None, event: "purge".to_owned(), detail };
    audit::append(conn, &[event], now).await?;
    Ok(found)
}

/// Takes the content out of the cases that `cases` selects with its one parameter.
pub async fn empty(conn: &mut Conn, cases: &str, parameter: i64) -> Stored<()> {
    let inbound = format!("SELECT id FROM inbound WHERE case_id IN ({cases})");
    let outgoing = format!("SELECT id FROM outgoing WHERE case_id IN ({cases})");
    for statement in [
        format!("DELETE FROM raw_messages WHERE inbound IN ({inbound})"),
        format!("DELETE FROM facts WHERE inbound IN ({inbound})"),
        format!("DELETE FROM thread_keys WHERE case_id IN ({cases})"),
        format!("DELETE FROM drafts WHERE case_id IN ({cases})"),
        format!("DELETE FROM case_notes WHERE case_id IN ({cases})"),
        format!("DELETE FROM readings WHERE case_id IN ({cases})"),
        // The figures count on; what somebody wrote about the case goes.
        format!("UPDATE answers SET reason = '' WHERE case_id IN ({cases})"),
        format!("DELETE FROM bounces WHERE outgoing IN ({outgoing})"),
        format!("DELETE FROM deliveries WHERE outgoing IN ({outgoing})"),
        format!("DELETE FROM outgoing WHERE case_id IN ({cases})"),
        // Last: it is by this that the others know the case. Its number and its state stay for the audit trail.
        format!(
            "UPDATE cases SET requester = 'purged@purged.invalid', subject = '', current_outgoing = NULL, version = version + 1
             WHERE id IN ({cases})"
        ),
    ] {
        query(AssertSqlSafe(statement)).bind(parameter).execute(&mut *conn).await?;
    }
    Ok(())
}
