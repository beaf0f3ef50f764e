//! Askers: the links and sessions by which they come in, and what is theirs.

use sqlx::{AssertSqlSafe, query, query_as, query_scalar};

use super::{Conn, audit, retention};
use crate::domain::account::{AskerSession, NewAskerSession, NewLink};
use crate::domain::address::EmailAddress;
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::case::Case;
use crate::domain::id::AccountId;
use crate::ports::Stored;
use crate::store::row::{CaseRow, micros};

pub async fn add_link(conn: &mut Conn, link: &NewLink, now: i64) -> Stored<()> {
    query("DELETE FROM sign_in_links WHERE expires <= $1").bind(now).execute(&mut *conn).await?;
    query("INSERT INTO sign_in_links (token_hash, address, expires) VALUES ($1, $2, $3)")
        .bind(&link.token_hash)
        .bind(link.address.as_str())
        .bind(micros(link.expires))
        .execute(conn)
        .await?;
    Ok(())
}

/// The link is gone with its use, so that of two who use it one gets in.
pub async fn take_link(conn: &mut Conn, token_hash: &str, now: i64) -> Stored<Option<EmailAddress>> {
    let row: Option<(String, i64)> = query_as("DELETE FROM sign_in_links WHERE token_hash = $1 RETURNING address, expires")
        .bind(token_hash)
        .fetch_optional(conn)
        .await?;
    let Some((address, expires)) = row else { return Ok(None) };
    if expires <= now {
        return Ok(None);
    }
    Ok(Some(EmailAddress::parse(&address).map_err(anyhow::Error::from)?))
}

pub async fn open_session(conn: &mut Conn, session: &NewAskerSession, now: i64) -> Stored<()> {
    query("DELETE FROM asker_sessions WHERE expires <= $1").bind(now).execute(&mut *conn).await?;
    query("INSERT INTO asker_sessions (token_hash, address, csrf, expires) VALUES ($1, $2, $3, $4)")
        .bind(&session.token_hash)
        .bind(session.address.as_str())
        .bind(&session.csrf)
        .bind(micros(session.expires))
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn session(conn: &mut Conn, token_hash: &str, now: i64) -> Stored<Option<AskerSession>> {
    let row: Option<(String, String)> =
        query_as("SELECT address, csrf FROM asker_sessions WHERE token_hash = $1 AND expires > $2")
            .bind(token_hash)
            .bind(now)
            .fetch_optional(conn)
            .await?;
    let Some((address, csrf)) = row else { return Ok(None) };
    Ok(Some(AskerSession { address: EmailAddress::parse(&address).map_err(anyhow::Error::from)?, csrf }))
}

pub async fn end_session(conn: &mut Conn, token_hash: &str) -> Stored<()> {
    query("DELETE FROM asker_sessions WHERE token_hash = $1").bind(token_hash).execute(conn).await?;
    Ok(())
}

pub async fn asked_by(conn: &mut Conn, address: &EmailAddress, account: Option<AccountId>, max: u32) -> Stored<Vec<Case>> {
    const COLUMNS: &str =
        "SELECT id, version, round, state, state_data, account, standing, requester, subject, received, changed,
         current_outgoing, linked FROM cases";
    // Two branches, each by its index.
    let sql = format!(
        "{COLUMNS} WHERE id IN (SELECT id FROM cases WHERE lower(requester) = $1 UNION SELECT id FROM cases WHERE account = $2)
         ORDER BY received DESC, id DESC LIMIT $3"
    );
    let rows: Vec<CaseRow> = query_as(AssertSqlSafe(sql))
        .bind(address.as_str().to_lowercase())
        .bind(account.map(|id| id.0))
        .bind(i64::from(max))
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(CaseRow::case).collect::<anyhow::Result<_>>()?)
}

/// Deletes the content of the asker's closed cases, their links and their sessions; says how many cases that were.
pub async fn forget(conn: &mut Conn, address: &EmailAddress, now: i64) -> Stored<i64> {
    let address = address.as_str().to_lowercase();
    let cases: Vec<i64> = query_scalar("SELECT id FROM cases WHERE state = 'closed' AND lower(requester) = $1")
        .bind(&address)
        .fetch_all(&mut *conn)
        .await?;
    for case in &cases {
        retention::empty(conn, "$1", *case).await?;
    }
    for table in ["sign_in_links", "asker_sessions"] {
        query(AssertSqlSafe(format!("DELETE FROM {table} WHERE lower(address) = $1"))).bind(&address).execute(&mut *conn).await?;
    }
    let count = i64::try_from(cases.len()).unwrap_or(i64::MAX);
    let detail = serde_json::json!({ "cases": cases });
    let event = AuditEvent { actor: Actor::Requester, case: None, event: "forget".to_owned(), detail };
    audit::append(conn, &[event], now).await?;
    Ok(count)
}
