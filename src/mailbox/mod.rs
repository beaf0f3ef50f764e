//! Mail comes in: from an IMAP folder or a Maildir into the store, byte for byte. What it says is nobody's business here.

mod health;
mod imap;
mod intake;
mod lease;
mod maildir;
mod reconciliation;
mod settings;
mod url;

use std::sync::Arc;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

pub use health::{MailboxCondition, MailboxHealth};
pub use imap::ImapError;
pub use reconciliation::{Missing, Reconciliation};
pub use settings::{After, Credentials, MailboxSettings};
pub use url::{ImapUrl, InvalidMailboxUrl, MailboxUrl, Security};

use crate::clock::{Chance, Clock};
use crate::domain::id::LeaseToken;
use crate::ports::Store;
use intake::Intake;

/// Takes mail in until `stop`. Bytes are committed before the mark moves, and the mark moves before anything changes in the mailbox;
/// `arrived` is told of new mail. Never fails: whatever goes wrong is logged, told to `health`, and tried again.
pub async fn watch(
    settings: MailboxSettings,
    store: Arc<dyn Store>,
    arrived: Arc<Notify>,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    health: Arc<MailboxHealth>,
    stop: CancellationToken,
) {
    let holder = LeaseToken::from_bytes(chance.bytes());
    let intake = Intake { settings, store, arrived, clock, chance, health };
    let stopped = stop.run_until_cancelled(hold_and_take(&intake, holder)).await;
    debug_assert!(stopped.is_none(), "an intake ends by being stopped");
    intake.health.change(|it| it.connected = false);
    lease::release(&intake, holder).await;
}

/// Dropping this at any point loses nothing: the store's transactions are whole, and the next start does what was left undone.
async fn hold_and_take(intake: &Intake, holder: LeaseToken) -> std::convert::Infallible {
    loop {
        lease::obtain(intake, holder).await;
        tokio::select! {
            () = lease::lost(intake, holder) => {
                tracing::warn!(mailbox = intake.name(), "the lease on the mailbox was lost; standing by");
            }
            never = take(intake) => return never,
        }
    }
}

async fn take(intake: &Intake) -> std::convert::Infallible {
    match &intake.settings.url {
        MailboxUrl::Imap(url) => imap::watch(intake, url).await,
        MailboxUrl::Maildir(path) => maildir::watch(intake, path).await,
    }
}

/// Compares a mailbox with the store, changing neither.
///
/// # Errors
/// Where the mailbox or the store can't be read.
pub async fn reconcile(settings: &MailboxSettings, store: &Arc<dyn Store>) -> anyhow::Result<Reconciliation> {
    match &settings.url {
        MailboxUrl::Imap(url) => {
            imap::reconcile(settings, url, store).await.map_err(|error| anyhow::anyhow!("{error}; {}", error.mend()))
        }
        MailboxUrl::Maildir(path) => maildir::reconcile(settings, path, store).await,
    }
}

/// Opens a mailbox and says in one line what was found.
///
/// # Errors
/// What is wrong and what to do about it.
pub async fn check(settings: &MailboxSettings) -> anyhow::Result<String> {
    match &settings.url {
        MailboxUrl::Imap(url) => imap::check(settings, url).await,
        MailboxUrl::Maildir(path) => maildir::check(path),
    }
}
