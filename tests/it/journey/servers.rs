//! The world's servers for a journey: a Dovecot with a mailbox for everyone who writes, a Postfix beside it, a PostgreSQL.

use std::path::{Path, PathBuf};

use super::mail;
use super::transport::maildir;
use crate::world::dovecot::Dovecot;
use crate::world::postfix::Postfix;

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
