//! The store behind [`Store`]: SQLite for one machine, PostgreSQL for several.
//!
//! The two engines are two plain implementations over one driver crate. What both read alike is written once, in `sql/`,
//! and compiled twice, each time with the engine's own connection type; what they do differently (clock, locks, who writes)
//! is theirs alone: `sqlite.rs` and `postgres.rs` with their `queue`.

use std::sync::Arc;

use anyhow::bail;

use crate::ports::{Store, StoreError};
use crate::seal::Seal;

mod postgres;
mod row;
mod schema;
mod sqlite;

/// Opens the store at `sqlite:PATH` or `postgres://…`. Its schema is brought up to date by [`Store::migrate`] alone.
///
/// # Errors
/// Where the URL is neither, or nothing can be opened there. No error repeats the URL: it may hold a password.
pub async fn connect(url: &str, seal: Seal) -> anyhow::Result<Arc<dyn Store>> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        return Ok(Arc::new(sqlite::SqliteStore::open(path.as_ref(), seal).await?));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Arc::new(postgres::PostgresStore::open(url, seal).await?));
    }
    bail!("[store] url is neither sqlite:PATH nor postgres://USER@HOST/DATABASE");
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}
