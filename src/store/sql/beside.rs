//! What consultants put beside a case, and mails that go from one case to another.

use sqlx::{QueryBuilder, query, query_as, query_scalar};

use super::{Conn, Db, audit, cases, jobs};
use crate::domain::audit::AuditEvent;
use crate::domain::case::Note;
use crate::domain::id::{CaseId, ConsultantId};
use crate::domain::question::Reading;
use crate::domain::transition::opening_jobs;
use crate::ports::{Change, Parting, StoreError, Stored};
use crate::store::row::{json, micros, parsed, text, time};

pub async fn notes(conn: &mut Conn, case: CaseId) -> Stored<Vec<Note>> {
    let rows: Vec<(i64, String, i64)> = query_as("SELECT consultant, note, noted FROM case_notes WHERE case_id = $1 ORDER BY id")
        .bind(case.0)
        .fetch_all(conn)
        .await?;
    let note = |(by, text, at): (i64, String, i64)| Ok(Note { by: ConsultantId(by), at: time(at)?, text });
    Ok(rows.into_iter().map(note).collect::<anyhow::Result<_>>()?)
}

pub async fn reading(conn: &mut Conn, case: CaseId, round: u32) -> Stored<Option<Reading>> {
    let row: Option<String> = query_scalar("SELECT reading FROM readings WHERE case_id = $1 AND round = $2")
        .bind(case.0)
        .bind(i64::from(round))
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| parsed("a reading", &row)).transpose()?)
}

pub async fn keep(conn: &mut Conn, change: &Change) -> Stored<()> {
    let case = change.before.id.0;
    if let Some(note) = &change.note {
        query("INSERT INTO case_notes (case_id, consultant, note, noted) VALUES ($1, $2, $3, $4)")
            .bind(case)
            .bind(note.by.0)
            .bind(text(&note.text))
            .bind(micros(note.at))
            .execute(&mut *conn)
            .await?;
    }
    if let Some(reading) = &change.reading {
        query(
            "INSERT INTO readings (case_id, round, reading) VALUES ($1, $2, $3)
             ON CONFLICT (case_id, round) DO UPDATE SET reading = excluded.reading",
        )
        .bind(case)
        .bind(i64::from(change.after.round))
        .bind(json(reading)?)
        .execute(conn)
        .await?;
    }
    Ok(())
}

pub async fn merge(conn: &mut Conn, closing: &Change, into: Option<&Change>) -> Stored<()> {
    let Some(into) = into else { return cases::commit(conn, closing).await };
    // By number, so that two who merge the same pair the other way round wait for each other and not for ever.
    let in_order = if closing.before.id < into.before.id { [closing, into] } else { [into, closing] };
    for change in in_order {
        cases::apply(conn, change).await?;
    }
    let asked = "UPDATE inbound SET case_id = $2 WHERE case_id = $1 AND inbound.id IN (SELECT inbound FROM facts)";
    query(asked).bind(closing.before.id.0).bind(into.before.id.0).execute(conn).await?;
    Ok(())
}

pub async fn part(conn: &mut Conn, parting: &Parting) -> Stored<CaseId> {
    let (from, now) = (parting.change.before.id, micros(parting.change.now));
    let received: Option<i64> = {
        let mut sql = QueryBuilder::<Db>::new("SELECT min(received) FROM inbound WHERE case_id = ");
        sql.push_bind(from.0).push(" AND id IN (");
        mails(&mut sql, parting);
        sql.push(")");
        sql.build_query_scalar().persistent(false).fetch_one(&mut *conn).await?
    };
    let case = cases::open(conn, &parting.case, received.unwrap_or(now), now).await?;
    let mut sql = QueryBuilder::<Db>::new("UPDATE inbound SET case_id = ");
    sql.push_bind(case.0).push(" WHERE case_id = ").push_bind(from.0).push(" AND id IN (");
    mails(&mut sql, parting);
    sql.push(")");
    let moved = sql.build().persistent(false).execute(&mut *conn).await?;
    if moved.rows_affected() != u64::try_from(parting.mails.len()).unwrap_or(u64::MAX) {
        return Err(StoreError::Stale);
    }
    for id in &parting.message_ids {
        query("UPDATE thread_keys SET case_id = $3 WHERE message_id = $1 AND case_id = $2 AND outgoing = ''")
            .bind(id.as_str())
            .bind(from.0)
            .bind(case.0)
            .execute(&mut *conn)
            .await?;
    }
    jobs::add(conn, &opening_jobs(case, 1, &parting.case.state, &parting.policy, parting.change.now)).await?;
    cases::apply(conn, &parting.change).await?;
    audit::append(conn, &[AuditEvent { case: Some(case), ..parting.audit.clone() }], now).await?;
    Ok(case)
}

fn mails(sql: &mut QueryBuilder<Db>, parting: &Parting) {
    let mut ids = sql.separated(", ");
    for mail in &parting.mails {
        ids.push_bind(mail.0);
    }
}
