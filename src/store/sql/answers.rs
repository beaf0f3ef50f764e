//! What was sent that states something about coding, as the figures count it.

use sqlx::{AssertSqlSafe, FromRow, query, query_as, query_scalar};

use super::{Conn, audit};
use crate::domain::audit::AuditEvent;
use crate::domain::check::{Answered, Check, Work};
use crate::domain::draft::{Author, Draft};
use crate::domain::id::{CaseId, ConsultantId, OutgoingId};
use crate::domain::outgoing::{ApprovedOutgoing, Approver, OutgoingKind};
use crate::ports::{Change, StoreError, Stored};
use crate::store::row::{micros, named, parsed, text, time};

/// Counts a message that is frozen with a change of its case.
pub async fn count(conn: &mut Conn, change: &Change, approved: &ApprovedOutgoing) -> Stored<()> {
    let outgoing = approved.outgoing();
    if !outgoing.kind.states_coding() || outgoing.kind == OutgoingKind::Review {
        return Ok(());
    }
    let draft = draft_of(conn, change).await?;
    let intent = draft.as_ref().and_then(|draft| draft.drafted.intents.first().copied());
    let by_hand = draft.is_none_or(|draft| draft.author != Author::Automation);
    let edits: i64 = if by_hand {
        query_scalar("SELECT count(*) FROM drafts WHERE case_id = $1 AND draft LIKE '%\"author\":{\"consultant\":%'")
            .bind(outgoing.case.0)
            .fetch_one(&mut *conn)
            .await?
    } else {
        0
    };
    let approved_by = match approved.approval().by {
        Approver::Consultant(id) => Some(id.0),
        Approver::Policy(_) => None,
    };
    query(
        "INSERT INTO answers (outgoing, case_id, kind, intent, approved_by, waited, edits, frozen, sampled)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(outgoing.id.to_string())
    .bind(outgoing.case.0)
    .bind(outgoing.kind.name())
    .bind(intent.map(crate::domain::question::Intent::name).unwrap_or_default())
    .bind(approved_by)
    .bind((micros(change.now) - micros(change.before.received)).max(0))
    .bind(edits)
    .bind(micros(change.now))
    .bind(i64::from(change.sampled))
    .execute(&mut *conn)
    .await?;
    sum_up(conn, outgoing.id, 1).await
}

/// Adds an answer as it stands to the sums of its day, or takes it out of them (`times` is 1 or -1).
async fn sum_up(conn: &mut Conn, id: OutgoingId, times: i64) -> Stored<()> {
    query(
        "INSERT INTO work (day, kind, intent, approved_by, answers, waited_secs, within_minute, within_hour, within_day, edits,
             found_right, found_better, found_wrong)
         SELECT frozen / 86400000000, kind, intent, coalesce(approved_by, 0), CAST($2 AS BIGINT),
             CAST($2 AS BIGINT) * (waited / 1000000), CAST($2 AS BIGINT) * (CASE WHEN waited <= 60000000 THEN 1 ELSE 0 END),
             CAST($2 AS BIGINT) * (CASE WHEN waited <= 3600000000 THEN 1 ELSE 0 END),
             CAST($2 AS BIGINT) * (CASE WHEN waited <= 86400000000 THEN 1 ELSE 0 END), CAST($2 AS BIGINT) * edits,
             CAST($2 AS BIGINT) * (CASE WHEN finding = 'right' THEN 1 ELSE 0 END),
             CAST($2 AS BIGINT) * (CASE WHEN finding = 'could_be_better' THEN 1 ELSE 0 END),
             CAST($2 AS BIGINT) * (CASE WHEN finding = 'wrong' THEN 1 ELSE 0 END)
         FROM answers WHERE outgoing = $1
         ON CONFLICT (day, kind, intent, approved_by) DO UPDATE SET answers = work.answers + excluded.answers,
             waited_secs = work.waited_secs + excluded.waited_secs, within_minute = work.within_minute + excluded.within_minute,
             within_hour = work.within_hour + excluded.within_hour, within_day = work.within_day + excluded.within_day,
             edits = work.edits + excluded.edits, found_right = work.found_right + excluded.found_right,
             found_better = work.found_better + excluded.found_better, found_wrong = work.found_wrong + excluded.found_wrong",
    )
    .bind(id.to_string())
    .bind(times)
    .execute(conn)
    .await?;
    Ok(())
}

/// The draft behind the message: the one that comes with the change, else the one that was under review.
async fn draft_of(conn: &mut Conn, change: &Change) -> Stored<Option<Draft>> {
    if let Some((draft, _)) = &change.draft {
        return Ok(Some(draft.clone()));
    }
    let Some(review) = change.after.state.review() else { return Ok(None) };
    let row: Option<(String,)> =
        query_as("SELECT draft FROM drafts WHERE id = $1").bind(review.draft.to_string()).fetch_optional(conn).await?;
    Ok(row.map(|(draft,)| parsed("a draft", &draft)).transpose()?)
}

/// What was taken back was never an answer.
pub async fn withdrawn(conn: &mut Conn, id: OutgoingId) -> Stored<()> {
    sum_up(conn, id, -1).await?;
    query("DELETE FROM answers WHERE outgoing = $1").bind(id.to_string()).execute(conn).await?;
    Ok(())
}

#[derive(FromRow)]
struct AnsweredRow {
    outgoing: String,
    case_id: i64,
    kind: String,
    intent: String,
    approved_by: Option<i64>,
    waited: i64,
    frozen: i64,
    sampled: i64,
    finding: String,
    reason: String,
    checked_by: Option<i64>,
    checked: Option<i64>,
}

const COLUMNS: &str =
    "outgoing, case_id, kind, intent, approved_by, waited, frozen, sampled, finding, reason, checked_by, checked FROM answers";

impl AnsweredRow {
    fn answered(self) -> anyhow::Result<Answered> {
        let check = match (self.checked_by, self.checked) {
            (Some(by), Some(at)) => Some(Check {
                verdict: named("a check's verdict", self.finding)?,
                reason: self.reason,
                by: ConsultantId(by),
                at: time(at)?,
            }),
            (None | Some(_), None | Some(_)) => None,
        };
        Ok(Answered {
            outgoing: self.outgoing.parse().map_err(anyhow::Error::from)?,
            case: CaseId(self.case_id),
            kind: self.kind,
            intent: self.intent,
            approved_by: self.approved_by.map(ConsultantId),
            waited: jiff::SignedDuration::from_micros(self.waited),
            at: time(self.frozen)?,
            sampled: self.sampled == 1,
            check,
        })
    }
}

pub async fn of_case(conn: &mut Conn, case: CaseId) -> Stored<Vec<Answered>> {
    let rows: Vec<AnsweredRow> =
        query_as(AssertSqlSafe(format!("SELECT {COLUMNS} WHERE case_id = $1 ORDER BY frozen, outgoing")))
            .bind(case.0)
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(AnsweredRow::answered).collect::<anyhow::Result<_>>()?)
}

pub async fn unchecked(conn: &mut Conn, max: u32) -> Stored<Vec<Answered>> {
    let sql = format!("SELECT {COLUMNS} WHERE sampled = 1 AND finding = '' ORDER BY frozen, outgoing LIMIT $1");
    let rows: Vec<AnsweredRow> = query_as(AssertSqlSafe(sql)).bind(i64::from(max)).fetch_all(conn).await?;
    Ok(rows.into_iter().map(AnsweredRow::answered).collect::<anyhow::Result<_>>()?)
}

pub async fn keep_check(conn: &mut Conn, id: OutgoingId, check: &Check, event: AuditEvent) -> Stored<()> {
    sum_up(conn, id, -1).await?;
    let kept = query("UPDATE answers SET finding = $2, reason = $3, checked_by = $4, checked = $5 WHERE outgoing = $1")
        .bind(id.to_string())
        .bind(check.verdict.name())
        .bind(text(&check.reason))
        .bind(check.by.0)
        .bind(micros(check.at))
        .execute(&mut *conn)
        .await?;
    if kept.rows_affected() != 1 {
        return Err(StoreError::Missing("answer"));
    }
    sum_up(conn, id, 1).await?;
    audit::append(conn, &[event], micros(check.at)).await
}

const DAY_MICROS: i64 = 86_400_000_000;

#[derive(FromRow)]
struct WorkRow {
    day: i64,
    kind: String,
    intent: String,
    approved_by: i64,
    answers: i64,
    waited_secs: i64,
    within_minute: i64,
    within_hour: i64,
    within_day: i64,
    edits: i64,
    found_right: i64,
    found_better: i64,
    found_wrong: i64,
}

pub async fn work(conn: &mut Conn, since: i64) -> Stored<Vec<Work>> {
    let rows: Vec<WorkRow> = query_as(
        "SELECT day, kind, intent, approved_by, answers, waited_secs, within_minute, within_hour, within_day, edits, found_right,
             found_better, found_wrong
         FROM work WHERE day >= $1 AND answers > 0 ORDER BY day, kind, intent, approved_by",
    )
    .bind(since.div_euclid(DAY_MICROS))
    .fetch_all(conn)
    .await?;
    let work = |row: WorkRow| Work {
        day: row.day,
        kind: row.kind,
        intent: row.intent,
        approved_by: (row.approved_by != 0).then_some(ConsultantId(row.approved_by)),
        answers: row.answers,
        waited_secs: row.waited_secs,
        within_minute: row.within_minute,
        within_hour: row.within_hour,
        within_day: row.within_day,
        edits: row.edits,
        right: row.found_right,
        could_be_better: row.found_better,
        wrong: row.found_wrong,
    };
    Ok(rows.into_iter().map(work).collect())
}
