//! How consultants sign in, and who is signed in.

use sqlx::{query, query_as};

use super::Conn;
use crate::domain::account::{Consultant, Login, NewSession, Session};
use crate::domain::address::EmailAddress;
use crate::domain::id::ConsultantId;
use crate::ports::Stored;
use crate::store::row::{ConsultantRow, micros, named, text};

pub async fn set_login(conn: &mut Conn, consultant: ConsultantId, login: &Login) -> Stored<()> {
    query(
        "INSERT INTO consultant_logins (consultant, role, password) VALUES ($1, $2, $3)
         ON CONFLICT (consultant) DO UPDATE SET role = excluded.role, password = excluded.password",
    )
    .bind(consultant.0)
    .bind(login.role.name())
    .bind(&login.password)
    .execute(&mut *conn)
    .await?;
    query("DELETE FROM sessions WHERE consultant = $1").bind(consultant.0).execute(conn).await?;
    Ok(())
}

pub async fn login(conn: &mut Conn, name: &str) -> Stored<Option<(Consultant, Login)>> {
    let key = EmailAddress::parse(name).map(|address| address.key()).unwrap_or_default();
    let row: Option<ConsultantRow> = query_as(
        "SELECT id, handle, name, address, active FROM consultants WHERE (handle = $1 OR address_key = $2) AND active = 1",
    )
    .bind(text(name))
    .bind(key)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(consultant) = row.map(ConsultantRow::consultant).transpose()? else { return Ok(None) };
    let row: Option<(String, String)> = query_as("SELECT role, password FROM consultant_logins WHERE consultant = $1")
        .bind(consultant.id.0)
        .fetch_optional(conn)
        .await?;
    let Some((role, password)) = row else { return Ok(None) };
    Ok(Some((consultant, Login { role: named("a role", role)?, password })))
}

pub async fn open_session(conn: &mut Conn, session: &NewSession) -> Stored<()> {
    query("DELETE FROM sessions WHERE expires <= $1").bind(micros(session.created)).execute(&mut *conn).await?;
    query("INSERT INTO sessions (token_hash, consultant, csrf, created, expires) VALUES ($1, $2, $3, $4, $5)")
        .bind(&session.token_hash)
        .bind(session.consultant.0)
        .bind(&session.csrf)
        .bind(micros(session.created))
        .bind(micros(session.expires))
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn session(conn: &mut Conn, token_hash: &str, now: i64) -> Stored<Option<Session>> {
    let row: Option<(i64, String, String)> = query_as(
        "SELECT sessions.consultant, sessions.csrf, consultant_logins.role
         FROM sessions JOIN consultant_logins ON consultant_logins.consultant = sessions.consultant
         WHERE sessions.token_hash = $1 AND sessions.expires > $2",
    )
    .bind(token_hash)
    .bind(now)
    .fetch_optional(&mut *conn)
    .await?;
    let Some((consultant, csrf, role)) = row else { return Ok(None) };
    let row: Option<ConsultantRow> =
        query_as("SELECT id, handle, name, address, active FROM consultants WHERE id = $1 AND active = 1")
            .bind(consultant)
            .fetch_optional(conn)
            .await?;
    let Some(consultant) = row.map(ConsultantRow::consultant).transpose()? else { return Ok(None) };
    Ok(Some(Session { consultant, role: named("a role", role)?, csrf }))
}

pub async fn end_session(conn: &mut Conn, token_hash: &str) -> Stored<()> {
    query("DELETE FROM sessions WHERE token_hash = $1").bind(token_hash).execute(conn).await?;
    Ok(())
}
