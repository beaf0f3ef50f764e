//! What programs show to use the JSON interface.

use sqlx::{query, query_as};

use super::Conn;
use crate::domain::account::{ApiToken, Scope};
use crate::ports::{StoreError, Stored};
use crate::store::row::{micros, time};

type Row = (String, String, i64, i64);

pub async fn add(conn: &mut Conn, token: &ApiToken, token_hash: &str) -> Stored<()> {
    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.name()).collect();
    let done = query(
        "INSERT INTO api_tokens (name, token_hash, scopes, created, expires) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
    )
    .bind(&token.name)
    .bind(token_hash)
    .bind(scopes.join(" "))
    .bind(micros(token.created))
    .bind(micros(token.expires))
    .execute(conn)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Exists { what: format!("a token named {}", token.name) }) }
}

pub async fn find(conn: &mut Conn, token_hash: &str, now: i64) -> Stored<Option<ApiToken>> {
    let row: Option<Row> =
        query_as("SELECT name, scopes, created, expires FROM api_tokens WHERE token_hash = $1 AND expires > $2")
            .bind(token_hash)
            .bind(now)
            .fetch_optional(conn)
            .await?;
    row.map(token).transpose()
}

pub async fn all(conn: &mut Conn) -> Stored<Vec<ApiToken>> {
    let rows: Vec<Row> = query_as("SELECT name, scopes, created, expires FROM api_tokens ORDER BY name").fetch_all(conn).await?;
    rows.into_iter().map(token).collect()
}

pub async fn end(conn: &mut Conn, name: &str) -> Stored<()> {
    let done = query("DELETE FROM api_tokens WHERE name = $1").bind(name).execute(conn).await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Missing("token")) }
}

/// A scope that this program does not know opens nothing.
fn token((name, scopes, created, expires): Row) -> Stored<ApiToken> {
    let scopes = scopes.split(' ').filter_map(Scope::parse).collect();
    Ok(ApiToken { name, scopes, created: time(created)?, expires: time(expires)? })
}
