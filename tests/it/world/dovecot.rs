//! A private Dovecot.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use super::{Process, free_ports, installed, lmtp, script};

/// Users `u1` to `u9` with the passwords `pw1` to `pw9`.
pub struct Dovecot {
    pub imap: u16,
    pub imaps: u16,
    pub lmtp: u16,
    placed: AtomicU32,
    _process: Process,
    state: TempDir,
}

impl Dovecot {
    /// `None`, with a line that says so, where it is not installed.
    pub fn start() -> Option<Self> {
        if !installed("dovecot", "dovecot-imapd dovecot-lmtpd") {
            return None;
        }
        let mut last = String::new();
        // Another test may have taken a port meanwhile.
        for _ in 0..5 {
            let state = TempDir::new().expect("a temporary folder");
            fs::set_permissions(state.path(), fs::Permissions::from_mode(0o755))
                .expect("to open the folder to the server's users");
            let [imap, imaps, lmtp] = free_ports();
            let arguments = [state.path().display().to_string(), imap.to_string(), imaps.to_string(), lmtp.to_string()];
            match Process::start(&script("dovecot.sh"), &arguments) {
                Ok(process) => return Some(Self { imap, imaps, lmtp, placed: AtomicU32::new(0), _process: process, state }),
                Err(error) => last = error,
            }
        }
        panic!("Dovecot does not start: {last}");
    }

    pub fn state(&self) -> &Path {
        self.state.path()
    }

    pub fn ca_file(&self) -> PathBuf {
        self.state().join("tls/ca.pem")
    }

    /// Hands a message over as a mail system would; Dovecot puts Return-Path, Delivered-To and Received before it.
    pub fn deliver(&self, user: &str, message: &[u8]) {
        lmtp::deliver(self.lmtp, "asker@clinic.test", &format!("{user}@example.test"), message);
    }

    /// Puts a message into the folder byte for byte (CRLF becomes LF on disk and CRLF again on the wire).
    pub fn place(&self, user: &str, message: &[u8]) {
        let root = self.state().join("mail").join(user).join("Maildir");
        let [tmp, new, _] = ["tmp", "new", "cur"].map(|part| root.join(part));
        if !new.exists() {
            // Dovecot makes the folders and owns them.
            self.doveadm(&["mailbox", "status", "-u", user, "messages", "INBOX"]);
        }
        let number = self.placed.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}.{number:06}.test", 1_700_000_000 + number / 1000);
        let unix: Vec<u8> = message.iter().copied().filter(|byte| *byte != b'\r').collect();
        fs::write(tmp.join(&name), unix).expect("to write a message");
        fs::set_permissions(tmp.join(&name), fs::Permissions::from_mode(0o666)).expect("to let the server have it");
        fs::rename(tmp.join(&name), new.join(&name)).expect("to deliver a message");
    }

    /// Flags of each message of a folder, by ascending UID.
    pub fn flags(&self, user: &str, folder: &str) -> Vec<String> {
        let out = self.doveadm(&["-f", "tab", "fetch", "-u", user, "flags", "mailbox", folder, "all"]);
        out.lines().skip(1).map(str::to_owned).collect()
    }

    pub fn count(&self, user: &str, folder: &str) -> usize {
        self.flags(user, folder).len()
    }

    /// # Panics
    /// Where doveadm fails.
    pub fn doveadm(&self, arguments: &[&str]) -> String {
        let config = self.state().join("dovecot.conf");
        let output = Command::new("doveadm").arg("-c").arg(config).args(arguments).output().expect("doveadm");
        assert!(output.status.success(), "doveadm {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
