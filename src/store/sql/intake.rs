//! What mailboxes hand over, and how far they were read.

use std::collections::BTreeSet;

use sqlx::{query, query_as, query_scalar};

use super::{Conn, jobs};
use crate::domain::id::InboundId;
use crate::domain::job::{JobKind, NewJob};
use crate::ports::{Inbound, MailboxCursor, Received, StoreError, Stored};
use crate::seal::Seal;
use crate::store::row::{InboundRow, SealedArrival, time};

pub async fn cursor(conn: &mut Conn, mailbox: &str) -> Stored<Option<MailboxCursor>> {
    let row: Option<(i64, i64)> = query_as("SELECT uid_validity, uid_last FROM mailboxes WHERE name = $1 AND uid_validity > 0")
        .bind(mailbox)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|(uid_validity, uid_last)| MailboxCursor { uid_validity: uid(uid_validity), uid_last: uid(uid_last) }))
}

pub async fn advance(conn: &mut Conn, mailbox: &str, cursor: MailboxCursor) -> Stored<()> {
    query(
        "INSERT INTO mailboxes (name, uid_validity, uid_last) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET uid_validity = excluded.uid_validity, uid_last = excluded.uid_last",
    )
    .bind(mailbox)
    .bind(i64::from(cursor.uid_validity))
    .bind(i64::from(cursor.uid_last))
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn receive(conn: &mut Conn, mailbox: &str, arrivals: &[SealedArrival], now: i64) -> Stored<Vec<Received>> {
    // The update that changes nothing locks the mailbox's row where rows are locked: one receive a mailbox at a time.
    query("INSERT INTO mailboxes (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = excluded.name")
        .bind(mailbox)
        .execute(&mut *conn)
        .await?;
    let mut received = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        received.push(take_in(conn, mailbox, arrival, now).await?);
    }
    Ok(received)
}

async fn take_in(conn: &mut Conn, mailbox: &str, arrival: &SealedArrival, now: i64) -> Stored<Received> {
    // A server that hands other bytes under a known UID has broken RFC 3501, 2.3.1.1; its message is a new one all the same.
    let there: Option<(i64, String)> = query_as(
        "SELECT places.inbound, inbound.sha256 FROM places JOIN inbound ON inbound.id = places.inbound
         WHERE places.mailbox = $1 AND places.uid_validity = $2 AND places.uid = $3 AND places.file_name = $4",
    )
    .bind(mailbox)
    .bind(arrival.at.uid_validity)
    .bind(arrival.at.uid)
    .bind(&arrival.at.file_name)
    .fetch_optional(&mut *conn)
    .await?;
    // In a mailbox of our own (no configured one has such a name) the place is the message's key: it is taken once, whatever
    // is sent under it later.
    if let Some((id, sha256)) = there
        && (sha256 == arrival.sha256 || mailbox.starts_with('@'))
    {
        return Ok(Received::Known(InboundId(id)));
    }
    if let Some(id) = moved_here(conn, mailbox, arrival).await? {
        note_place(conn, mailbox, arrival, id).await?;
        return Ok(Received::Known(InboundId(id)));
    }
    let id = insert(conn, mailbox, arrival, now).await?;
    note_place(conn, mailbox, arrival, id).await?;
    let admit = NewJob { kind: JobKind::Admit { inbound: InboundId(id) }, run_at: time(now)? };
    jobs::add(conn, &[admit]).await?;
    Ok(Received::New(InboundId(id)))
}

/// The message with these very bytes that is known from before the folder was recreated, if there is one that has
/// no place under the new UIDVALIDITY yet: the same bytes twice under one UIDVALIDITY are two messages.
async fn moved_here(conn: &mut Conn, mailbox: &str, arrival: &SealedArrival) -> Stored<Option<i64>> {
    if arrival.at.uid_validity == 0 {
        return Ok(None);
    }
    let id: Option<i64> = query_scalar(
        "SELECT id FROM inbound WHERE sha256 = $1 AND mailbox = $2 AND NOT EXISTS
             (SELECT 1 FROM places WHERE places.inbound = inbound.id AND places.uid_validity = $3)
         ORDER BY id LIMIT 1",
    )
    .bind(&arrival.sha256)
    .bind(mailbox)
    .bind(arrival.at.uid_validity)
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(id) = id {
        query("UPDATE inbound SET uid_validity = $2, uid = $3 WHERE id = $1")
            .bind(id)
            .bind(arrival.at.uid_validity)
            .bind(arrival.at.uid)
            .execute(conn)
            .await?;
    }
    Ok(id)
}

async fn insert(conn: &mut Conn, mailbox: &str, arrival: &SealedArrival, now: i64) -> Stored<i64> {
    let id: i64 = query_scalar(
        "INSERT INTO inbound (mailbox, uid_validity, uid, file_name, sha256, size_bytes, quarantine, received)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
    )
    .bind(mailbox)
    .bind(arrival.at.uid_validity)
    .bind(arrival.at.uid)
    .bind(&arrival.at.file_name)
    .bind(&arrival.sha256)
    .bind(arrival.size)
    .bind(&arrival.quarantine)
    .bind(now)
    .fetch_one(&mut *conn)
    .await?;
    query("INSERT INTO raw_messages (inbound, sealed) VALUES ($1, $2)")
        .bind(id)
        .bind(arrival.sealed.as_slice())
        .execute(conn)
        .await?;
    Ok(id)
}

async fn note_place(conn: &mut Conn, mailbox: &str, arrival: &SealedArrival, inbound: i64) -> Stored<()> {
    query(
        "INSERT INTO places (mailbox, uid_validity, uid, file_name, inbound) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (mailbox, uid_validity, uid, file_name) DO UPDATE SET inbound = excluded.inbound",
    )
    .bind(mailbox)
    .bind(arrival.at.uid_validity)
    .bind(arrival.at.uid)
    .bind(&arrival.at.file_name)
    .bind(inbound)
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn seen_uids(conn: &mut Conn, mailbox: &str, uid_validity: u32) -> Stored<BTreeSet<u32>> {
    let uids: Vec<i64> = query_scalar("SELECT uid FROM places WHERE mailbox = $1 AND uid_validity = $2")
        .bind(mailbox)
        .bind(i64::from(uid_validity))
        .fetch_all(conn)
        .await?;
    Ok(uids.into_iter().map(uid).collect())
}

pub async fn seen_names(conn: &mut Conn, mailbox: &str) -> Stored<BTreeSet<String>> {
    let names: Vec<String> = query_scalar("SELECT file_name FROM places WHERE mailbox = $1 AND uid_validity = 0")
        .bind(mailbox)
        .fetch_all(conn)
        .await?;
    Ok(names.into_iter().collect())
}

pub async fn holds_raw(conn: &mut Conn, mailbox: &str, sha256: &str) -> Stored<bool> {
    Ok(query_scalar("SELECT EXISTS (SELECT 1 FROM inbound WHERE sha256 = $1 AND mailbox = $2)")
        .bind(sha256.to_ascii_lowercase())
        .bind(mailbox)
        .fetch_one(conn)
        .await?)
}

pub async fn inbound(conn: &mut Conn, id: InboundId, seal: &Seal) -> Stored<Inbound> {
    let row: Option<InboundRow> = query_as(
        "SELECT inbound.id, mailbox, uid_validity, uid, file_name, sha256, size_bytes, quarantine, received, disposition, sealed
         FROM inbound JOIN raw_messages ON raw_messages.inbound = inbound.id WHERE inbound.id = $1",
    )
    .bind(id.0)
    .fetch_optional(conn)
    .await?;
    Ok(row.ok_or(StoreError::Missing("message"))?.inbound(seal)?)
}

fn uid(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
