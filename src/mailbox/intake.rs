//! What every intake does, wherever the mail lies: bytes into the store, and word of them to the workers.

use std::fmt::Write as _;
use std::sync::Arc;

use metrics::counter;
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;

use super::health::MailboxHealth;
use super::settings::MailboxSettings;
use crate::clock::{Chance, Clock};
use crate::ports::{Arrival, Place, Received, Store, StoreError};

/// One mailbox being watched.
pub(super) struct Intake {
    pub(super) settings: MailboxSettings,
    pub(super) store: Arc<dyn Store>,
    pub(super) arrived: Arc<Notify>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) chance: Arc<dyn Chance>,
    pub(super) health: Arc<MailboxHealth>,
}

impl Intake {
    pub(super) fn name(&self) -> &str {
        &self.settings.name
    }

    /// Returns once the store has committed every one of them, and tells the workers if any is new.
    pub(super) async fn receive(&self, arrivals: &[Arrival]) -> Result<(), StoreError> {
        if arrivals.is_empty() {
            return Ok(());
        }
        let received = self.store.receive(self.name(), arrivals, self.clock.now()).await?;
        let mut taken = Vec::new();
        for (arrival, received) in arrivals.iter().zip(&received) {
            let new = match received {
                Received::New(_) => true,
                Received::Known(id) => {
                    let held = self.store.inbound(*id).await?;
                    held.sha256 != sha256(&arrival.raw) && self.receive_elsewhere(arrival).await?
                }
            };
            if new {
                taken.push(arrival);
            }
        }
        self.count(&taken);
        Ok(())
    }

    /// A server that was reset may give a new message the UIDVALIDITY and UID of an old one, against RFC 3501, 2.3.1.1; a person may
    /// drop two files of one name into a Maildir. The place is taken in the store, the bytes are not: they go in under a name of their own.
    async fn receive_elsewhere(&self, arrival: &Arrival) -> Result<bool, StoreError> {
        let sha256 = sha256(&arrival.raw);
        let name = match &arrival.place {
            Place::Imap { uid_validity, uid } => format!("imap-{uid_validity}-{uid}-{sha256}"),
            Place::Maildir { name } => format!("{name}-{sha256}"),
        };
        let arrival = Arrival { place: Place::Maildir { name }, ..arrival.clone() };
        let received = self.store.receive(self.name(), &[arrival], self.clock.now()).await?;
        Ok(received.iter().any(|one| matches!(one, Received::New(_))))
    }

    fn count(&self, taken: &[&Arrival]) {
        if taken.is_empty() {
            return;
        }
        let mailbox = self.name().to_owned();
        let bytes = taken.iter().map(|one| one.raw.len() as u64).sum();
        counter!("caseconsultant_mailbox_received_total", "mailbox" => mailbox.clone()).increment(taken.len() as u64);
        counter!("caseconsultant_mailbox_received_bytes_total", "mailbox" => mailbox).increment(bytes);
        self.health.change(|it| it.taken += taken.len() as u64);
        tracing::info!(mailbox = self.name(), messages = taken.len(), bytes, "mail taken in");
        self.arrived.notify_one();
    }
}

/// 64 hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
