//! What every intake does, wherever the mail lies: bytes into the store, and word of them to the workers.

use std::fmt::Write as _;
use std::sync::Arc;

use metrics::counter;
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;

use super::health::MailboxHealth;
use super::settings::MailboxSettings;
use crate::clock::{Chance, Clock};
use crate::ports::{Arrival, Received, Store, StoreError};

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
        let new = arrivals.iter().zip(&received).filter(|(_, received)| matches!(received, Received::New(_)));
        let new: Vec<&Arrival> = new.map(|(arrival, _)| arrival).collect();
        self.count(&new);
        Ok(())
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
