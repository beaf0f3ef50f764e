//! What administrators do: each act with its entry in the record, and the record searched.

use sqlx::{QueryBuilder, query, query_as};

use super::{Conn, Db, audit, directory, jobs, sign_in};
use crate::domain::account::Role;
use crate::domain::audit::{AuditEntry, AuditEvent};
use crate::domain::id::ConsultantId;
use crate::ports::{Administering, AuditQuery, Stored};
use crate::store::row::{AuditRow, json, named};

pub async fn administer(conn: &mut Conn, act: &Administering, mut event: AuditEvent, now: i64) -> Stored<()> {
    match act {
        Administering::AddAccount(account) => {
            let ids = directory::add_account(conn, std::slice::from_ref(account), now).await?;
            about(&mut event, "account", ids.first().map(|id| id.0));
        }
        Administering::SetAccount(account) => directory::set_account(conn, account).await?,
        Administering::AddConsultant(consultant, login) => {
            let id = directory::add_consultant(conn, consultant).await?;
            sign_in::set_login(conn, id, login).await?;
            about(&mut event, "consultant", Some(id.0));
        }
        Administering::SetConsultant(consultant, role, password) => {
            directory::set_consultant(conn, consultant).await?;
            set_role(conn, consultant.id, *role, password.as_deref()).await?;
        }
        Administering::Retry(job) => {
            jobs::retry(conn, *job, now).await?;
        }
        Administering::Told(_) => {}
    }
    audit::append(conn, &[event], now).await
}

/// Puts the number that the store gave into the entry.
fn about(event: &mut AuditEvent, what: &str, id: Option<i64>) {
    if let (Some(detail), Some(id)) = (event.detail.as_object_mut(), id) {
        detail.insert(what.to_owned(), id.into());
    }
}

/// Somebody without a login needs a password for one; without it they stay without.
async fn set_role(conn: &mut Conn, consultant: ConsultantId, role: Role, password: Option<&str>) -> Stored<()> {
    match password {
        Some(password) => {
            query(
                "INSERT INTO consultant_logins (consultant, role, password) VALUES ($1, $2, $3)
                 ON CONFLICT (consultant) DO UPDATE SET role = excluded.role, password = excluded.password",
            )
            .bind(consultant.0)
            .bind(role.name())
            .bind(password)
            .execute(&mut *conn)
            .await?;
        }
        None => {
            query("UPDATE consultant_logins SET role = $2 WHERE consultant = $1")
                .bind(consultant.0)
                .bind(role.name())
                .execute(&mut *conn)
                .await?;
        }
    }
    query("DELETE FROM sessions WHERE consultant = $1").bind(consultant.0).execute(conn).await?;
    Ok(())
}

pub async fn roles(conn: &mut Conn) -> Stored<Vec<(ConsultantId, Role)>> {
    let rows: Vec<(i64, String)> =
        query_as("SELECT consultant, role FROM consultant_logins ORDER BY consultant").fetch_all(conn).await?;
    let role = |(id, role): (i64, String)| Ok((ConsultantId(id), named("a role", role)?));
    Ok(rows.into_iter().map(role).collect::<anyhow::Result<_>>()?)
}

pub async fn audit_found(conn: &mut Conn, wanted: &AuditQuery) -> Stored<Vec<AuditEntry>> {
    let mut sql = QueryBuilder::<Db>::new(
        "SELECT sequence, at, actor, case_id, event, detail, previous, hash FROM audit WHERE sequence < ",
    );
    sql.push_bind(wanted.before.unwrap_or(i64::MAX));
    if let Some(case) = wanted.case {
        sql.push(" AND case_id = ").push_bind(case.0);
    }
    if let Some(actor) = &wanted.actor {
        sql.push(" AND actor = ").push_bind(json(actor)?);
    }
    if let Some(event) = &wanted.event {
        sql.push(" AND event = ").push_bind(event.clone());
    }
    sql.push(" ORDER BY sequence DESC LIMIT ").push_bind(i64::from(wanted.max));
    let rows: Vec<AuditRow> = sql.build_query_as().persistent(false).fetch_all(conn).await?;
    Ok(rows.into_iter().map(AuditRow::entry).collect::<anyhow::Result<_>>()?)
}
