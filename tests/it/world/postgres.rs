//! A PostgreSQL server of a test's own, on loopback.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

/// Runs until it is dropped.
pub struct Postgres {
    pid: String,
    port: u16,
    _state: TempDir,
}

impl Postgres {
    /// `None`, and a line that says so, where PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        if !Path::new("/usr/lib/postgresql").exists() && std::env::var_os("PGBIN").is_none() {
            eprintln!("skipped: there is no /usr/lib/postgresql (apt-get install postgresql)");
            return None;
        }
        let state = tempfile::tempdir().unwrap();
        // As root the server runs as the user postgres, who must be able to get there.
        std::fs::set_permissions(state.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        // Somebody may take the port between the asking and the start; then another is asked for.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/postgres.sh");
            let started = Command::new(script).arg(state.path().join("pg")).arg(port.to_string()).output().unwrap();
            if started.status.success() {
                let pid = String::from_utf8(started.stdout).unwrap().trim().to_owned();
                return Some(Self { pid, port, _state: state });
            }
            eprintln!("{}", String::from_utf8_lossy(&started.stderr));
        }
        panic!("PostgreSQL is installed and would not start");
    }

    /// The database that it starts with.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// The URL of an empty store: a schema of its own, which is made a hundred times faster than a database.
    pub async fn empty(&self, name: &str) -> String {
        let url = self.url();
        let mut connection = PgConnection::connect(&url).await.unwrap();
        connection.execute(AssertSqlSafe(format!("CREATE SCHEMA {name}"))).await.unwrap();
        connection.close().await.unwrap();
        format!("{url}?options=-csearch_path%3D{name}")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Immediate: what it holds is thrown away.
        let _ = Command::new("kill").args(["-QUIT", &self.pid]).status();
        for _ in 0..200 {
            if !Path::new("/proc").join(&self.pid).exists() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
}
