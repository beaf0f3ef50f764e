//! Cases and their drafts.

use anyhow::anyhow;
use sqlx::{QueryBuilder, query, query_as, query_scalar};

use super::{Conn, Db, answers, audit, beside, correspondents, jobs, outgoing};
use crate::domain::case::Case;
use crate::domain::draft::Draft;
use crate::domain::id::{CaseId, DraftId};
use crate::domain::outgoing::Outgoing;
use crate::ports::{CaseFile, CaseFilter, CaseMessage, Change, DeliveryChange, Exchange, NewCase, StoreError, Stored};
use crate::store::row::{CaseRow, json, micros, parsed, text, time};

pub async fn case(conn: &mut Conn, id: CaseId) -> Stored<Case> {
    let row: Option<CaseRow> = query_as(
        "SELECT id, version, round, state, state_data, account, standing, requester, subject, received, changed,
             current_outgoing, linked FROM cases WHERE id = $1",
    )
    .bind(id.0)
    .fetch_optional(conn)
    .await?;
    Ok(row.ok_or(StoreError::Missing("case"))?.case()?)
}

/// The case is read first: what is said later than that brings it to another version, which whoever decides on this will hear of.
pub async fn exchange(conn: &mut Conn, id: CaseId) -> Stored<Exchange> {
    let case = case(conn, id).await?;
    Ok(Exchange {
        messages: messages(conn, id).await?,
        outgoing: outgoing::of_case(conn, id).await?,
        reading: beside::reading(conn, id, case.round).await?,
        case,
    })
}

pub async fn case_file(conn: &mut Conn, id: CaseId) -> Stored<CaseFile> {
    let case = case(conn, id).await?;
    Ok(CaseFile {
        messages: messages(conn, id).await?,
        drafts: drafts(conn, id).await?,
        outgoing: outgoing::of_case(conn, id).await?,
        audit: audit::of_case(conn, id).await?,
        notes: beside::notes(conn, id).await?,
        answered: answers::of_case(conn, id).await?,
        reading: beside::reading(conn, id, case.round).await?,
        case,
    })
}

async fn messages(conn: &mut Conn, case: CaseId) -> Stored<Vec<CaseMessage>> {
    let rows: Vec<(i64, i64, String, String)> = query_as(
        "SELECT inbound.id, inbound.received, inbound.disposition, facts.facts
         FROM inbound JOIN facts ON facts.inbound = inbound.id
         WHERE inbound.case_id = $1 AND inbound.disposition IS NOT NULL ORDER BY inbound.id",
    )
    .bind(case.0)
    .fetch_all(conn)
    .await?;
    let message = |(id, received, disposition, facts): (i64, i64, String, String)| {
        Ok(CaseMessage {
            inbound: crate::domain::id::InboundId(id),
            received: time(received)?,
            disposition: parsed("a disposition", &disposition)?,
            facts: parsed("a message's facts", &facts)?,
        })
    };
    Ok(rows.into_iter().map(message).collect::<anyhow::Result<_>>()?)
}

async fn drafts(conn: &mut Conn, case: CaseId) -> Stored<Vec<(Draft, Outgoing)>> {
    let rows: Vec<(String, String)> =
        query_as("SELECT draft, outgoing FROM drafts WHERE case_id = $1 ORDER BY sequence").bind(case.0).fetch_all(conn).await?;
    let draft = |(draft, outgoing): (String, String)| Ok((parsed("a draft", &draft)?, parsed("a draft's message", &outgoing)?));
    Ok(rows.into_iter().map(draft).collect::<anyhow::Result<_>>()?)
}

pub async fn cases(conn: &mut Conn, filter: &CaseFilter) -> Stored<Vec<Case>> {
    let mut sql = QueryBuilder::<Db>::new(
        "SELECT id, version, round, state, state_data, account, standing, requester, subject, received, changed,
             current_outgoing, linked FROM cases WHERE 1 = 1",
    );
    if !filter.states.is_empty() {
        sql.push(" AND state IN (");
        let mut states = sql.separated(", ");
        for state in &filter.states {
            states.push_bind(text(state));
        }
        sql.push(")");
    }
    if let Some(consultant) = filter.assigned {
        sql.push(" AND assigned = ").push_bind(consultant.0);
    }
    sql.push(" ORDER BY received, id");
    if let Some(limit) = filter.limit {
        sql.push(" LIMIT ").push_bind(i64::from(limit));
    }
    let rows: Vec<CaseRow> = sql.build_query_as().persistent(false).fetch_all(conn).await?;
    Ok(rows.into_iter().map(CaseRow::case).collect::<anyhow::Result<_>>()?)
}

pub async fn draft(conn: &mut Conn, id: DraftId) -> Stored<(Draft, Outgoing)> {
    let row: Option<(String, String)> =
        query_as("SELECT draft, outgoing FROM drafts WHERE id = $1").bind(id.to_string()).fetch_optional(conn).await?;
    let (draft, outgoing) = row.ok_or(StoreError::Missing("draft"))?;
    Ok((parsed("a draft", &draft)?, parsed("a draft's message", &outgoing)?))
}

/// Gives a new case its number.
pub async fn open(conn: &mut Conn, case: &NewCase, received: i64, now: i64) -> Stored<CaseId> {
    let id: i64 = query_scalar(
        "INSERT INTO cases (version, round, state, state_data, assigned, account, standing, requester, subject, received,
             changed, linked)
         VALUES (1, 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
    )
    .bind(case.state.name())
    .bind(json(&case.state)?)
    .bind(case.state.assigned().map(|id| id.0))
    .bind(case.account.map(|id| id.0))
    .bind(case.standing.name())
    .bind(case.requester.as_str())
    .bind(text(&case.subject))
    .bind(received)
    .bind(now)
    .bind(case.linked.map(|id| id.0))
    .fetch_one(conn)
    .await?;
    Ok(CaseId(id))
}

pub async fn commit(conn: &mut Conn, change: &Change) -> Stored<()> {
    jobs::settle(conn, change.lease).await?;
    apply(conn, change).await
}

/// Moves a case with all that belongs to it, but for the job that did it.
pub async fn apply(conn: &mut Conn, change: &Change) -> Stored<()> {
    let now = micros(change.now);
    update(conn, change).await?;
    if let Some((draft, outgoing)) = &change.draft {
        keep(conn, change.before.id, draft, outgoing, now).await?;
    }
    if let Some((id, moved)) = &change.delivery {
        outgoing::moves(conn, *id, moved, change.now).await?;
        if *moved == DeliveryChange::Withdraw {
            answers::withdrawn(conn, *id).await?;
        }
    }
    if let Some(approved) = &change.freeze {
        correspondents::within(conn, approved, change.budget).await?;
        outgoing::freeze(conn, approved, now).await?;
        answers::count(conn, change, approved).await?;
    }
    beside::keep(conn, change).await?;
    jobs::add(conn, &change.jobs).await?;
    audit::append(conn, &change.audit, now).await
}

async fn update(conn: &mut Conn, change: &Change) -> Stored<()> {
    let (before, after) = (&change.before, &change.after);
    if after.id != before.id || after.version <= before.version {
        return Err(StoreError::Failed(anyhow!("a change of case {} must bring it to a later version", before.id)));
    }
    let changed = query(
        "UPDATE cases SET version = $4, round = $5, state = $6, state_data = $7, assigned = $8, account = $9, standing = $10,
             requester = $11, subject = $12, received = $13, changed = $14, current_outgoing = $15, linked = $16
         WHERE id = $1 AND version = $2 AND state = $3",
    )
    .bind(before.id.0)
    .bind(before.version)
    .bind(before.state.name())
    .bind(after.version)
    .bind(i64::from(after.round))
    .bind(after.state.name())
    .bind(json(&after.state)?)
    .bind(after.state.assigned().map(|id| id.0))
    .bind(after.account.map(|id| id.0))
    .bind(after.standing.name())
    .bind(after.requester.as_str())
    .bind(text(&after.subject))
    .bind(micros(after.received))
    .bind(micros(after.changed))
    .bind(after.current.map(|id| id.to_string()))
    .bind(after.linked.map(|id| id.0))
    .execute(conn)
    .await?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// Keeps a draft for good. The same one again changes nothing; another under its id is refused.
async fn keep(conn: &mut Conn, case: CaseId, draft: &Draft, outgoing: &Outgoing, now: i64) -> Stored<()> {
    let (draft_json, outgoing_json) = (json(draft)?, json(outgoing)?);
    let kept = query(
        "INSERT INTO drafts (id, case_id, draft, outgoing, created) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING",
    )
    .bind(draft.id.to_string())
    .bind(case.0)
    .bind(&draft_json)
    .bind(&outgoing_json)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    if kept.rows_affected() == 1 {
        return Ok(());
    }
    let same: bool =
        query_scalar("SELECT EXISTS (SELECT 1 FROM drafts WHERE id = $1 AND case_id = $2 AND draft = $3 AND outgoing = $4)")
            .bind(draft.id.to_string())
            .bind(case.0)
            .bind(&draft_json)
            .bind(&outgoing_json)
            .fetch_one(conn)
            .await?;
    if same { Ok(()) } else { Err(StoreError::Exists { what: format!("draft {}", draft.id) }) }
}
