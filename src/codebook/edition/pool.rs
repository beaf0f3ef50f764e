//! Read-only connections to one file: as many as are used at once, each keeping its prepared statements.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};

/// Statements a connection keeps ready.
const STATEMENTS_MAX: usize = 128;
/// Bytes of the file that are read as memory instead of by calls.
pub const MAPPED_BYTES_MAX: i64 = 1 << 30;

#[derive(Debug)]
pub struct Pool {
    uri: String,
    mapped_bytes: i64,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    pub fn open(file: &Path, mapped_bytes: i64) -> rusqlite::Result<Self> {
        let pool = Self { uri: uri(file), mapped_bytes, idle: Mutex::new(Vec::new()) };
        let first = pool.connect()?;
        pool.idle().push(first);
        Ok(pool)
    }

    /// Lends a connection to `read`.
    pub fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let found = read(&connection);
        self.idle().push(connection);
        found
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.uri, flags)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        connection.pragma_update(None, "mmap_size", self.mapped_bytes)?;
        Ok(connection)
    }
}

/// `immutable` promises that nobody changes the file, which saves every look-up a lock.
fn uri(file: &Path) -> String {
    let file: PathBuf = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let path = file.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?mode=ro&immutable=1")
}
