//! How an intake is doing, for `/readyz` and for people.

use std::sync::Mutex;

use jiff::Timestamp;

/// Shared between the intake that writes it and whoever asks.
#[derive(Debug, Default)]
pub struct MailboxHealth(Mutex<MailboxCondition>);

/// What was known at one moment. Holds no address and no secret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailboxCondition {
    /// Logged in with the folder open, or the Maildir readable.
    pub connected: bool,
    /// Another process takes mail from this mailbox; this one stands by.
    pub standing_by: bool,
    /// When the mailbox last answered.
    pub last_contact: Option<Timestamp>,
    /// When everything that was there had been taken.
    pub caught_up: Option<Timestamp>,
    /// Since the last success.
    pub last_error: Option<String>,
    /// Messages taken since the start.
    pub taken: u64,
    pub reconnects: u64,
}

impl MailboxHealth {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn condition(&self) -> MailboxCondition {
        match self.0.lock() {
            Ok(condition) => condition.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut MailboxCondition)) {
        let mut condition = match self.0.lock() {
            Ok(condition) => condition,
            // Plain fields can't be left half-changed in a way that matters.
            Err(poisoned) => poisoned.into_inner(),
        };
        change(&mut condition);
    }

    pub(super) fn contact(&self, now: Timestamp) {
        self.change(|it| {
            it.connected = true;
            it.standing_by = false;
            it.last_contact = Some(now);
        });
    }

    pub(super) fn caught_up(&self, now: Timestamp) {
        self.change(|it| {
            it.connected = true;
            it.last_contact = Some(now);
            it.caught_up = Some(now);
            it.last_error = None;
        });
    }

    pub(super) fn failed(&self, why: String) {
        self.change(|it| {
            it.connected = false;
            it.last_error = Some(why);
            it.reconnects += 1;
        });
    }
}
