//! What was sent that states something about coding, as the figures count it.

use sqlx::{query, query_as, query_scalar};

use super::Conn;
use crate::domain::draft::{Author, Draft};
use crate::domain::id::OutgoingId;
use crate::domain::outgoing::{ApprovedOutgoing, Approver, OutgoingKind};
use crate::ports::{Change, Stored};
use crate::store::row::{micros, parsed};

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
    query("DELETE FROM answers WHERE outgoing = $1").bind(id.to_string()).execute(conn).await?;
    Ok(())
}
