//! The world's servers for a journey: a Dovecot with a mailbox for everyone who writes, a Postfix beside it, a PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::mail;
use super::transport::maildir;
use crate::world::dovecot::Dovecot;
use crate::world::postfix::Postfix;
use crate::world::{free_ports, script};

pub const PASSWORD: &str = "pw-of-everyone";

/// Dovecot and Postfix on ports of their own; both end with this value.
pub struct MailServers {
    // In this order: Postfix hands over to Dovecot.
    pub postfix: Postfix,
    pub dovecot: Dovecot,
}

impl MailServers {
    /// Starts both, with a mailbox for the desk, for `askers` askers and for each kind of machine. `None`, with a line that says
    /// so, where a server can't be had.
    pub fn start(askers: usize) -> Option<Self> {
        let dovecot = Dovecot::start()?;
        let names = (0..askers).map(mail::asker).chain((0..mail::MACHINES_MAX).map(mail::machine)).chain(["consult".to_owned()]);
        let users: String = names.map(|name| format!("{name}:{{PLAIN}}{PASSWORD}::::::\n")).collect();
        std::fs::write(dovecot.state().join("users"), users).unwrap();
        let postfix = Postfix::start(&dovecot)?;
        Some(Self { postfix, dovecot })
    }

    pub fn ca_file(&self) -> PathBuf {
        self.dovecot.ca_file()
    }

    /// Everything that was delivered to an address at this server.
    pub fn mail_of(&self, address: &str) -> Vec<Vec<u8>> {
        let local = address.split('@').next().unwrap();
        maildir(&self.dovecot.state().join("mail").join(local).join("Maildir"))
    }

    /// Messages that Postfix has taken and not yet delivered.
    pub fn in_transit(&self) -> usize {
        let spool = self.postfix.state().join("spool");
        ["maildrop", "incoming", "active", "deferred"].iter().map(|queue| files_below(&spool.join(queue))).sum()
    }
}

fn files_below(path: &Path) -> usize {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

/// A PostgreSQL of its own; it ends with this value.
pub struct Postgres {
    pub url: String,
    pid: String,
    _dir: TempDir,
}

impl Postgres {
    /// `None`, with a line that says so, where it is not installed.
    pub fn start() -> Option<Self> {
        if std::fs::read_dir("/usr/lib/postgresql").is_err() {
            eprintln!("skipped: PostgreSQL is missing (apt-get install postgresql)");
            return None;
        }
        let dir = TempDir::new().unwrap();
        Command::new("chmod").args(["755", dir.path().to_str().unwrap()]).status().unwrap();
        let [port] = free_ports();
        let state = dir.path().join("pg");
        let output = Command::new(script("postgres.sh")).arg(state).arg(port.to_string()).output().unwrap();
        let pid = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        assert!(output.status.success() && !pid.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        Some(Self { url: format!("postgres://postgres@127.0.0.1:{port}/postgres"), pid, _dir: dir })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-INT", &self.pid]).status();
    }
}
