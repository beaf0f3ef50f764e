//! What health and metrics show.

use sqlx::{query, query_as, query_scalar};

use super::Conn;
use crate::ports::{StoreFigures, Stored};

pub async fn figures(conn: &mut Conn) -> Stored<StoreFigures> {
    Ok(StoreFigures {
        inbound: query_scalar("SELECT count(*) FROM inbound").fetch_one(&mut *conn).await?,
        unadmitted: query_scalar("SELECT count(*) FROM inbound WHERE disposition IS NULL").fetch_one(&mut *conn).await?,
        cases_by_state: query_as("SELECT state, count(*) FROM cases GROUP BY state ORDER BY state").fetch_all(&mut *conn).await?,
        jobs_ready: query_scalar("SELECT count(*) FROM jobs WHERE state = 'ready'").fetch_one(&mut *conn).await?,
        jobs_dead: query_scalar("SELECT count(*) FROM jobs WHERE state = 'dead'").fetch_one(&mut *conn).await?,
        deliveries_by_state: query_as("SELECT state, count(*) FROM deliveries GROUP BY state ORDER BY state")
            .fetch_all(conn)
            .await?,
    })
}

/// What was applied of the schema, ascending.
pub async fn applied(conn: &mut Conn) -> Result<Vec<(i64, Vec<u8>)>, sqlx::Error> {
    query_as("SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version").fetch_all(conn).await
}

/// Writes what changes nothing: a store that is read only, or whose disk is full, shows itself.
pub async fn touch(conn: &mut Conn) -> Stored<()> {
    query("UPDATE audit_head SET sequence = sequence WHERE id = 1").execute(conn).await?;
    Ok(())
}
