//! Replies into a Maildir (<https://cr.yp.to/proto/maildir.html>): written aside, synced, moved into `new/`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use async_trait::async_trait;
use metrics::counter;

use super::hold::HoldSwitch;
use crate::domain::delivery::Outcome;
use crate::domain::outgoing::{ApprovedOutgoing, Outgoing};
use crate::ports::Mailer;

pub(super) struct MaildirMailer {
    root: PathBuf,
    hold: HoldSwitch,
    /// Tells the temporary files of one process apart.
    written: AtomicU64,
}

impl MaildirMailer {
    /// Makes the Maildir where it is missing.
    pub(super) fn new(root: &Path, hold: HoldSwitch) -> anyhow::Result<Self> {
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(root.join(part)).with_context(|| {
                format!("the Maildir {} can't be made: give the program a folder it may write to", root.display())
            })?;
        }
        Ok(Self { root: root.to_owned(), hold, written: AtomicU64::new(0) })
    }

    fn temporary(&self) -> PathBuf {
        let count = self.written.fetch_add(1, Ordering::Relaxed);
        self.root.join("tmp").join(format!("{}.{count}.caseconsultant", std::process::id()))
    }
}

#[async_trait]
impl Mailer for MaildirMailer {
    async fn send(&self, message: &ApprovedOutgoing) -> Outcome {
        let outgoing = message.outgoing();
        let (root, hold, temporary, copy) = (self.root.clone(), self.hold.clone(), self.temporary(), outgoing.clone());
        let outcome = tokio::task::spawn_blocking(move || deliver(&root, &hold, &temporary, &copy))
            .await
            .unwrap_or_else(|error| Outcome::Unknown { answer: format!("writing was cut short: {error}") });
        counter!("caseconsultant_outbox_attempts_total", "outcome" => outcome.name()).increment(1);
        tracing::info!(
            outgoing = %outgoing.id,
            kind = outgoing.kind.name(),
            outcome = outcome.name(),
            answer = outcome.answer(),
            "attempt ended"
        );
        outcome
    }

    fn held(&self) -> bool {
        self.hold.is_on()
    }

    async fn check(&self) -> anyhow::Result<String> {
        let (root, temporary) = (self.root.clone(), self.temporary());
        let probe = move || -> anyhow::Result<String> {
            for part in ["new", "cur"] {
                anyhow::ensure!(root.join(part).is_dir(), "{} is gone: make it again", root.join(part).display());
            }
            write_synced(&temporary, b"")
                .and_then(|()| fs::remove_file(&temporary))
                .with_context(|| format!("{} can't be written to: look at its owner and its free space", root.display()))?;
            Ok(format!("Maildir {}, writable", root.display()))
        };
        tokio::task::spawn_blocking(probe).await?
    }
}

/// The name comes from the message, so that the same message sent again is the same file.
fn name(outgoing: &Outgoing) -> String {
    format!("{}.{}.caseconsultant", outgoing.date.as_second(), outgoing.id)
}

fn deliver(root: &Path, hold: &HoldSwitch, temporary: &Path, outgoing: &Outgoing) -> Outcome {
    let name = name(outgoing);
    match is_there(root, &name) {
        Ok(true) => return Outcome::Accepted { answer: format!("was there already as {name}") },
        Ok(false) => {}
        Err(error) => return Outcome::Deferred { answer: error.to_string() },
    }
    // The bytes as they were approved, CRLF and all: a file's hash is then the message's.
    if let Err(error) = write_synced(temporary, &outgoing.bytes) {
        let _ = fs::remove_file(temporary);
        return Outcome::Deferred { answer: error.to_string() };
    }
    if hold.is_on() {
        let _ = fs::remove_file(temporary);
        return Outcome::Deferred { answer: HoldSwitch::ANSWER.to_owned() };
    }
    let new = root.join("new");
    if let Err(error) = fs::rename(temporary, new.join(&name)) {
        let _ = fs::remove_file(temporary);
        return Outcome::Deferred { answer: error.to_string() };
    }
    match File::open(&new).and_then(|folder| folder.sync_all()) {
        Ok(()) => Outcome::Accepted { answer: format!("written as new/{name}") },
        Err(error) => Outcome::Unknown { answer: error.to_string() },
    }
}

/// In `new/`, or in `cur/` once a reader has seen it and put its flags behind the name.
fn is_there(root: &Path, name: &str) -> io::Result<bool> {
    if root.join("new").join(name).try_exists()? {
        return Ok(true);
    }
    for entry in fs::read_dir(root.join("cur"))? {
        if entry?.file_name().to_string_lossy().split(':').next() == Some(name) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
