//! The migrations, embedded: forward only, one number and one name for both engines.

use anyhow::{Context as _, bail};
use sqlx::SqlSafeStr as _;
use sqlx::error::DatabaseError;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// A step of the schema in both dialects.
struct Step {
    version: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! steps {
    ($($version:literal $name:literal $file:literal),* $(,)?) => {
        const STEPS: &[Step] = &[$(Step {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $file)),
            postgres: include_str!(concat!("../../migrations/postgres/", $file)),
        }),*];
    };
}

steps! {
    1 "cases" "0001_cases.sql",
    2 "sign in" "0002_sign_in.sql",
    3 "correspondents" "0003_correspondents.sql",
    4 "askers" "0004_askers.sql",
    5 "tokens" "0005_tokens.sql",
    6 "desk" "0006_desk.sql",
    7 "work" "0007_work.sql",
}

pub(super) fn sqlite() -> Migrator {
    migrator(|step| step.sqlite)
}

pub(super) fn postgres() -> Migrator {
    migrator(|step| step.postgres)
}

fn migrator(text: fn(&Step) -> &'static str) -> Migrator {
    let step = |step: &Step| {
        let Step { version, name, .. } = *step;
        Migration::new(version, name.into(), MigrationType::Simple, text(step).into_sql_str(), false)
    };
    Migrator::with_migrations(STEPS.iter().map(step).collect())
}

/// Holds what was applied (version and checksum, ascending) against what this program would apply.
pub(super) fn judge(program: &Migrator, applied: Result<Vec<(i64, Vec<u8>)>, sqlx::Error>) -> anyhow::Result<()> {
    let applied = match applied {
        Ok(applied) => applied,
        // No list of migrations: nothing was applied.
        Err(sqlx::Error::Database(error)) if is_no_such_table(error.as_ref()) => Vec::new(),
        Err(error) => return Err(error).context("asking for the store's schema"),
    };
    let known = program.iter().map(|step| step.version).max().unwrap_or_default();
    let found = applied.iter().map(|(version, _)| *version).max().unwrap_or_default();
    if found < known {
        bail!("the store's schema is at {found} and this program needs {known}: run `caseconsultant migrate`");
    }
    if found > known {
        bail!("the store's schema is at {found} and this program knows it up to {known}: run the newer program");
    }
    for (step, (version, checksum)) in program.iter().zip(&applied) {
        if step.version != *version || step.checksum.as_ref() != checksum.as_slice() {
            bail!("schema step {} is not the one that was applied to this store: restore the program that made it", step.version);
        }
    }
    Ok(())
}

/// PostgreSQL's `undefined_table`; SQLite has but its words for it.
fn is_no_such_table(error: &dyn DatabaseError) -> bool {
    error.code().is_some_and(|code| code == "42P01") || error.message().starts_with("no such table")
}
