//! The one writer: tables, batches, sources. It writes aside, so nothing needs to be durable until the build's end.

use std::path::Path;

use anyhow::Context as _;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params};

use super::super::cadence::Cadence;
use super::super::edition::FORMAT;
use super::super::import::sink::{Batch, FileReport, Flat};
use super::super::import::text;
use super::tables;

pub struct Writer {
    connection: Connection,
    pub rows: u64,
}

/// Memory that the page cache may take while building, in KiB.
const CACHE_KIB: i64 = 48 * 1024;

const SOURCES: &str = "
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS source (
    id INTEGER PRIMARY KEY, layout TEXT NOT NULL, rank INTEGER NOT NULL, family TEXT NOT NULL, part TEXT NOT NULL,
    edition TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL, from_day INTEGER NOT NULL, to_day INTEGER NOT NULL,
    whole INTEGER NOT NULL, piece INTEGER NOT NULL, first_key TEXT NOT NULL, last_key TEXT NOT NULL, rows INTEGER NOT NULL
) STRICT;";

impl Writer {
    /// Opens the records aside, new or copied from the edition in use, ready to take rows.
    pub fn open(file: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open(file)?;
        connection.pragma_update(None, "page_size", 8192)?;
        connection.pragma_update(None, "journal_mode", "OFF")?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        // A source is written when its file is read to the end; the verification holds rows and sources together.
        connection.pragma_update(None, "foreign_keys", false)?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        connection.pragma_update(None, "temp_store", "FILE")?;
        connection.execute_batch(SOURCES)?;
        connection.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('format', ?1)", [FORMAT])?;
        let format: String = connection.query_row("SELECT value FROM meta WHERE key = 'format'", [], |row| row.get(0))?;
        anyhow::ensure!(
            format == FORMAT,
            "the edition in use was built by another version of this program; build with --fresh and name every folder again"
        );
        for table in tables() {
            for index in indexes(table.indexes) {
                connection.execute_batch(&format!("DROP INDEX IF EXISTS {index}"))?;
            }
            connection.execute_batch(&format!(
                "CREATE TABLE IF NOT EXISTS {} (source INTEGER NOT NULL REFERENCES source (id), {}) STRICT, WITHOUT ROWID",
                table.name, table.definition
            ))?;
        }
        connection.execute_batch("BEGIN")?;
        Ok(Self { connection, rows: 0 })
    }

    /// The texts that rows share, as an earlier build numbered them, and the highest source.
    pub fn known(&self) -> anyhow::Result<(Vec<(String, i64)>, i64)> {
        let mut statement = self.connection.prepare("SELECT text, id FROM word")?;
        let words = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let last = self.connection.query_row("SELECT coalesce(max(id), 0) FROM source", [], |row| row.get(0))?;
        Ok((words, last))
    }

    /// Whether a file with these bytes, under this layout, is in already.
    pub fn holds(&self, sha256: &str, layout: &str) -> anyhow::Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM source WHERE sha256 = ?1 AND layout = ?2)";
        Ok(self.connection.query_row(sql, [sha256, layout], |row| row.get(0))?)
    }

    pub fn batch(&mut self, batch: &Batch) -> anyhow::Result<()> {
        let table = batch.table;
        let marks: Vec<String> = (1..=table.columns.len() + 1).map(|at| format!("?{at}")).collect();
        let sql = format!("INSERT INTO {} (source, {}) VALUES ({})", table.name, table.columns.join(", "), marks.join(", "));
        let mut insert = self.connection.prepare_cached(&sql)?;
        for row in batch.cells.chunks_exact(table.columns.len() + 1) {
            let cells = row.iter().map(|cell| Bound { cell: *cell, text: &batch.text });
            insert.execute(rusqlite::params_from_iter(cells)).with_context(|| {
                let shown: Vec<String> = row.iter().map(|cell| Bound { cell: *cell, text: &batch.text }.shown()).collect();
                format!("a row of {} can't be written: {}", table.name, shown.join(", "))
            })?;
            self.rows += 1;
        }
        Ok(())
    }

    /// Writes down the sources of a file that is read to its end.
    pub fn sources(&mut self, file: &FileReport, sha256: &str) -> anyhow::Result<()> {
        for (id, source, rows) in &file.sources {
            let from = text::date(source.from).with_context(|| format!("{}: no day that it takes effect", file.path))?;
            let to = source.to.unwrap_or_else(|| text::number(Cadence::of(source.family).last_day(from)));
            self.connection.execute(
                "INSERT INTO source VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
                params![
                    id,
                    file.layout.name,
                    file.layout.rank,
                    source.family.label(),
                    source.part,
                    source.edition,
                    file.path,
                    sha256,
                    source.from,
                    to,
                    source.whole,
                    source.piece,
                    source.keys.0,
                    source.keys.1,
                    rows
                ],
            )?;
        }
        Ok(())
    }

    /// Interned texts and indexes, then the file is closed.
    pub fn finish(self, words: &[(String, i64)]) -> anyhow::Result<()> {
        for (text, id) in words {
            self.connection.execute("INSERT OR IGNORE INTO word (id, text) VALUES (?1, ?2)", params![id, text])?;
        }
        for table in tables() {
            for index in table.indexes {
                self.connection.execute_batch(index)?;
            }
        }
        self.connection.execute_batch("COMMIT; PRAGMA journal_mode = DELETE; PRAGMA optimize;")?;
        self.connection.close().map_err(|(_, error)| error)?;
        Ok(())
    }
}

/// The name in `CREATE INDEX name ON …`.
fn indexes(definitions: &[&'static str]) -> impl Iterator<Item = &'static str> {
    definitions.iter().filter_map(|sql| sql.split_whitespace().skip_while(|word| *word != "INDEX").nth(1))
}

struct Bound<'a> {
    cell: Flat,
    text: &'a str,
}

impl Bound<'_> {
    fn shown(&self) -> String {
        match self.cell {
            Flat::None => "-".to_owned(),
            Flat::Int(number) => number.to_string(),
            Flat::Text(start, end) => self.text.get(start..end).unwrap_or_default().to_owned(),
        }
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.cell {
            Flat::None => ValueRef::Null,
            Flat::Int(number) => ValueRef::Integer(number),
            Flat::Text(start, end) => ValueRef::Text(self.text.as_bytes().get(start..end).unwrap_or_default()),
        }))
    }
}
