//! Hands frozen messages to the world, one recipient an envelope, and says what came of each.

mod hold;
mod maildir;
mod outcome;
mod pool;
mod session;
mod settings;
mod smtp;
mod url;
mod wire;

use std::sync::Arc;

pub use hold::HoldSwitch;
pub use settings::{Credentials, OutboxSettings};
pub use url::{OutboxUrl, Security, SmtpUrl};

use crate::ports::Mailer;

/// The mailer that the settings name. Nothing is connected yet, but what could never connect fails here.
///
/// # Errors
/// With the mend: a password missing or one too many, a `ca_file` that can't be read, a Maildir that can't be made.
pub fn connect(settings: &OutboxSettings) -> anyhow::Result<Arc<dyn Mailer>> {
    match &settings.url {
        OutboxUrl::Smtp(url) => Ok(Arc::new(smtp::SmtpMailer::new(url, settings)?)),
        OutboxUrl::Maildir(path) => Ok(Arc::new(maildir::MaildirMailer::new(path, settings.hold.clone())?)),
    }
}
