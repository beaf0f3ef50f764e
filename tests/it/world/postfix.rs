//! A private Postfix that delivers into a private Dovecot.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tempfile::TempDir;

use super::dovecot::Dovecot;
use super::{Process, free_ports, installed, script};

/// Mail to `example.test` and `clinic.test` goes to Dovecot; nothing else goes anywhere.
pub struct Postfix {
    pub smtp: u16,
    /// STARTTLS, and a log-in as one of Dovecot's users.
    pub submission: u16,
    _process: Process,
    state: TempDir,
}

impl Postfix {
    pub fn state(&self) -> &Path {
        self.state.path()
    }

    /// `None`, with a line that says so, where it is not installed or this is not root.
    pub fn start(dovecot: &Dovecot) -> Option<Self> {
        if !installed("postfix", "postfix") {
            return None;
        }
        let mut last = String::new();
        for _ in 0..5 {
            let state = TempDir::new().expect("a temporary folder");
            fs::set_permissions(state.path(), fs::Permissions::from_mode(0o755))
                .expect("to open the folder to the server's users");
            let [smtp, submission] = free_ports();
            let arguments = [
                state.path().display().to_string(),
                smtp.to_string(),
                submission.to_string(),
                dovecot.lmtp.to_string(),
                dovecot.state().display().to_string(),
            ];
            match Process::start(&script("postfix.sh"), &arguments) {
                Ok(process) => return Some(Self { smtp, submission, _process: process, state }),
                Err(error) if error.contains("permitted") || error.contains("superuser") => {
                    eprintln!("skipped: Postfix starts for root alone");
                    return None;
                }
                Err(error) => last = error,
            }
        }
        panic!("Postfix does not start: {last}");
    }
}
