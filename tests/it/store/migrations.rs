//! Each migration is applied on top of rows of the schema before it, and nothing of them is lost.
//!
//! `rows/NNNN.json` holds what a store of that schema held: for each table its rows, a value that is bytes as `{"hex": "…"}`. A new
//! migration brings the next file, with rows in whatever it made or changed; the files before it never change.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use caseconsultant::domain::id::{CaseId, InboundId};
use caseconsultant::store::connect;
use serde_json::Value;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqlSafeStr as _, SqliteConnection};

use super::{Told, audit, seal};

type Rows = Vec<(String, Vec<BTreeMap<String, Value>>)>;

pub async fn every_migration_keeps_the_rows_of_the_former_schema(told: Told) {
    let engine = if told.url.starts_with("sqlite:") { "sqlite" } else { "postgres" };
    let steps = steps(engine);
    for upto in 1..=steps.len() {
        let told = emptied(&told, upto).await;
        let (version, _) = steps[upto - 1];
        apply(&told, &steps[..upto]).await;
        let rows = rows(version);
        // The schema makes the head of an empty chain itself.
        told.behind_its_back("DELETE FROM audit_head").await;
        for (table, rows) in &rows {
            for row in rows {
                told.behind_its_back(&insert(engine, table, row)).await;
            }
        }
        told.store.migrate().await.unwrap_or_else(|error| panic!("on top of rows of {version}: {error}"));
        told.store.ready().await.expect("every file of migrations/ is a step of the program");
        for (table, rows) in &rows {
            let kept = count(&told, table).await;
            assert!(kept >= rows.len(), "{table}: {kept} rows of {} are left after what follows {version}", rows.len());
        }
        reads_as_ever(&told).await;
    }
}

/// What the rows say is still what the program understands, to the last byte and seal.
async fn reads_as_ever(told: &Told) {
    let store = &told.store;
    let file = store.case_file(CaseId(1)).await.unwrap();
    assert_eq!(file.case.state.name(), "sending");
    assert_eq!(file.messages[0].facts.question.text, "May 20610 be billed with 99213?");
    assert_eq!((file.drafts.len(), file.outgoing.len()), (1, 1));
    let (message, delivery) = store.outgoing(file.outgoing[0].outgoing.id).await.expect("its hash holds");
    assert_eq!((message.outgoing().kind.name(), delivery.attempts), ("answer", 0));
    assert!(store.inbound(InboundId(3)).await.unwrap().raw.ends_with(b"question 3\r\n"), "the seal holds");
    assert_eq!(store.jobs(false).await.unwrap().len(), 5);
    assert_eq!(store.accounts().await.unwrap()[0].name, "Clinic");
    assert_eq!(store.consultants().await.unwrap()[0].handle, "dana");
    assert_eq!(store.cursor(super::samples::INBOX).await.unwrap().unwrap().uid_last, 3);
    assert_eq!(audit::broken_at(&**store).await, None);
}

/// Version and file, ascending.
fn steps(engine: &str) -> Vec<(i64, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    let mut steps: Vec<(i64, PathBuf)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap()[..4].parse().unwrap(), path))
        .collect();
    steps.sort();
    steps
}

fn rows(version: i64) -> Rows {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/store/rows/{version:04}.json"));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; a migration comes with rows of its schema", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn insert(engine: &str, table: &str, row: &BTreeMap<String, Value>) -> String {
    let literal = |value: &Value| match value {
        Value::Null => "NULL".to_owned(),
        Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Object(bytes) if engine == "sqlite" => format!("X'{}'", bytes["hex"].as_str().unwrap()),
        Value::Object(bytes) => format!("'\\x{}'::bytea", bytes["hex"].as_str().unwrap()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => value.to_string(),
    };
    let names: Vec<&str> = row.keys().map(String::as_str).collect();
    let values: Vec<String> = row.values().map(literal).collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "))
}

/// A store beside the story's own, with nothing in it at all.
async fn emptied(told: &Told, number: usize) -> Told {
    let url = match told.url.split_once("search_path%3D") {
        None => format!("{}.{number}", told.url),
        Some((server, schema)) => {
            told.behind_its_back(&format!("CREATE SCHEMA {schema}_{number}")).await;
            format!("{server}search_path%3D{schema}_{number}")
        }
    };
    Told { store: connect(&url, seal()).await.unwrap(), url }
}

/// The steps as the program of that day applied them.
async fn apply(told: &Told, steps: &[(i64, PathBuf)]) {
    let migration = |(version, path): &(i64, PathBuf)| {
        let name = path.file_stem().unwrap().to_str().unwrap()[5..].to_owned();
        let sql = AssertSqlSafe(std::fs::read_to_string(path).unwrap()).into_sql_str();
        Migration::new(*version, name.into(), MigrationType::Simple, sql, false)
    };
    let migrator = Migrator::with_migrations(steps.iter().map(migration).collect());
    if let Some(path) = told.url.strip_prefix("sqlite:") {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
        migrator.run(&mut SqliteConnection::connect_with(&options).await.unwrap()).await.unwrap();
    } else {
        migrator.run(&mut PgConnection::connect(&told.url).await.unwrap()).await.unwrap();
    }
}

async fn count(told: &Told, table: &str) -> usize {
    let sql = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    let count: i64 = if let Some(path) = told.url.strip_prefix("sqlite:") {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        sqlx::query_scalar(sql).fetch_one(&mut SqliteConnection::connect_with(&options).await.unwrap()).await.unwrap()
    } else {
        sqlx::query_scalar(sql).fetch_one(&mut PgConnection::connect(&told.url).await.unwrap()).await.unwrap()
    };
    usize::try_from(count).unwrap()
}

/// Makes `rows/NNNN.json` of the newest schema: run once, by hand, when a migration is made.
#[tokio::test]
#[ignore = "writes a fixture: ROWS_INTO=FILE.sqlite cargo nextest run --run-ignored only write_rows"]
async fn write_rows() {
    use super::samples::{INBOX, address, frozen, noon, opened, received};
    use caseconsultant::domain::account::{NewAccount, NewConsultant};
    let Ok(path) = std::env::var("ROWS_INTO") else { return };
    let told = Told::on(format!("sqlite:{path}")).await;
    let store = &*told.store;
    let clinic = NewAccount {
        name: "Clinic".to_owned(),
        addresses: vec![address("front@desk.example")],
        domains: vec!["clinic.example".to_owned()],
        plan: "standard".to_owned(),
    };
    store.add_account(&[clinic], noon()).await.unwrap();
    let dana = NewConsultant { handle: "dana".to_owned(), name: "Dana".to_owned(), address: address("dana@desk.example") };
    store.add_consultant(&dana).await.unwrap();
    frozen(store, 1).await;
    opened(store, 2).await;
    received(store, 3).await;
    store.advance(INBOX, caseconsultant::ports::MailboxCursor { uid_validity: 1, uid_last: 3 }).await.unwrap();
}
