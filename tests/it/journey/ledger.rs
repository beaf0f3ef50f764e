//! The service's store seen from beside it, by plain SQL: what is on record, and a hand that holds a step back.
//!
//! The named moments of a kill are reached from here and from the proxies alone; the service knows nothing of it.

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePool, SqlitePoolOptions};
use sqlx::{Connection as _, Row as _};
use tokio::runtime::Runtime;

/// A step that the store refuses while it is fenced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The mailbox's mark moves.
    Advance,
    /// A delivery is begun.
    Begin,
}

impl Step {
    const fn table(self) -> &'static str {
        match self {
            Self::Advance => "mailboxes",
            Self::Begin => "deliveries",
        }
    }

    const fn condition(self) -> &'static str {
        match self {
            Self::Advance => "NEW.uid_last <> OLD.uid_last",
            Self::Begin => "NEW.state = 'begun'",
        }
    }
}

enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// The lock on what a commit must write, held until it is dropped.
pub enum Held {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

pub struct Ledger {
    runtime: Runtime,
    pool: Pool,
    url: String,
}

impl Ledger {
    pub fn sqlite(path: &Path) -> Self {
        let runtime = runtime();
        let pool = runtime.block_on(async {
            let options = SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(20));
            SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options)
        });
        Self { runtime, pool: Pool::Sqlite(pool), url: format!("sqlite:{}", path.display()) }
    }

    pub fn postgres(url: &str) -> Self {
        let runtime = runtime();
        let pool = runtime.block_on(async { PgPoolOptions::new().max_connections(2).connect_lazy(url).unwrap() });
        Self { runtime, pool: Pool::Postgres(pool), url: url.to_owned() }
    }

    /// Makes the store refuse a step until [`Self::open`].
    pub fn fence(&self, step: Step) {
        let (table, condition) = (step.table(), step.condition());
        match &self.pool {
            Pool::Sqlite(_) => self.run(&format!(
                "CREATE TRIGGER fence BEFORE UPDATE ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, 'fenced by the test'); END"
            )),
            Pool::Postgres(_) => {
                self.run(
                    "CREATE OR REPLACE FUNCTION fence() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'fenced by the test'; END $$ LANGUAGE plpgsql",
                );
                self.run(&format!("CREATE TRIGGER fence BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION fence()"));
            }
        }
    }

    pub fn open(&self, step: Step) {
        match &self.pool {
            Pool::Sqlite(_) => self.run("DROP TRIGGER fence"),
            Pool::Postgres(_) => self.run(&format!("DROP TRIGGER fence ON {}", step.table())),
        }
    }

    /// Takes what every commit of a verdict needs: the write lock, or the table of deliveries. Reading goes on.
    pub fn hold_commits(&self) -> Held {
        self.runtime.block_on(async {
            match &self.pool {
                Pool::Sqlite(_) => {
                    let options = SqliteConnectOptions::from_str(&self.url).unwrap().busy_timeout(Duration::from_secs(20));
                    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
                    sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
                    Held::Sqlite(connection)
                }
                Pool::Postgres(_) => {
                    let mut connection = PgConnection::connect(&self.url).await.unwrap();
                    sqlx::query("BEGIN").execute(&mut connection).await.unwrap();
                    sqlx::query("LOCK TABLE deliveries IN EXCLUSIVE MODE").execute(&mut connection).await.unwrap();
                    Held::Postgres(connection)
                }
            }
        })
    }

    pub fn let_commit(&self, held: Held) {
        self.runtime.block_on(async {
            match held {
                Held::Sqlite(mut connection) => {
                    sqlx::query("ROLLBACK").execute(&mut connection).await.unwrap();
                    connection.close().await.unwrap();
                }
                Held::Postgres(mut connection) => {
                    sqlx::query("ROLLBACK").execute(&mut connection).await.unwrap();
                    connection.close().await.unwrap();
                }
            }
        });
    }

    /// Message-IDs of the messages with an attempt on record and no verdict.
    pub fn begun(&self) -> Vec<String> {
        self.texts("SELECT o.message_id FROM deliveries d JOIN outgoing o ON o.id = d.outgoing WHERE d.state = 'begun'")
    }

    pub fn frozen(&self) -> usize {
        self.texts("SELECT outgoing FROM deliveries WHERE state = 'frozen'").len()
    }

    /// Messages of ours that a server has taken.
    pub fn accepted(&self) -> usize {
        self.texts("SELECT outgoing FROM deliveries WHERE state = 'accepted'").len()
    }

    /// How many messages are in the store, whatever became of them.
    pub fn received(&self) -> usize {
        self.texts("SELECT sha256 FROM inbound").len()
    }

    /// Messages in the store that lie past the mailbox's mark.
    pub fn past_the_mark(&self) -> usize {
        self.texts(
            "SELECT p.mailbox FROM places p JOIN mailboxes m ON m.name = p.mailbox WHERE p.uid_validity = m.uid_validity AND p.uid > m.uid_last",
        )
        .len()
    }

    /// The bytes of all messages of ours together.
    pub fn outgoing_bytes(&self) -> usize {
        self.texts("SELECT CAST(SUM(LENGTH(bytes)) AS TEXT) FROM outgoing")
            .first()
            .and_then(|sum| sum.parse().ok())
            .unwrap_or_default()
    }

    fn texts(&self, query: &'static str) -> Vec<String> {
        self.runtime.block_on(async {
            match &self.pool {
                Pool::Sqlite(pool) => {
                    sqlx::query(query).fetch_all(pool).await.map(|rows| rows.iter().map(|row| row.get::<String, _>(0)).collect())
                }
                Pool::Postgres(pool) => {
                    sqlx::query(query).fetch_all(pool).await.map(|rows| rows.iter().map(|row| row.get::<String, _>(0)).collect())
                }
            }
            .unwrap_or_default()
        })
    }

    fn run(&self, statement: &str) {
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        self.runtime.block_on(async {
            match &self.pool {
                Pool::Sqlite(pool) => sqlx::raw_sql(statement).execute(pool).await.map(|_| ()),
                Pool::Postgres(pool) => sqlx::raw_sql(statement).execute(pool).await.map(|_| ()),
            }
            .unwrap();
        });
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}
