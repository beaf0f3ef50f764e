//! What an intake is told.

use std::path::PathBuf;

use secrecy::SecretString;

use super::url::MailboxUrl;
use crate::domain::address::EmailAddress;

/// One mailbox. The configuration maps onto this.
#[derive(Debug, Clone)]
pub struct MailboxSettings {
    /// The name under which the store keeps its place, and that logs and metrics show.
    pub name: String,
    pub url: MailboxUrl,
    /// `None` for a Maildir.
    pub credentials: Option<Credentials>,
    /// PEM file with authorities to trust beside the platform's.
    pub ca_file: Option<PathBuf>,
    /// The address that people write to.
    pub address: Option<EmailAddress>,
    pub after: After,
    /// How long one IDLE lasts before it is begun anew; servers hang up after 30 minutes (RFC 2177).
    pub idle_secs: u32,
    /// How long to wait between two looks where the server lacks IDLE.
    pub poll_secs: u32,
    /// How long any one answer of the server may take.
    pub io_timeout_secs: u32,
    /// The longest wait between two attempts to connect.
    pub reconnect_secs_max: u32,
    /// What is larger is recorded by its header and stays where it is.
    pub message_bytes_max: u64,
    /// How long a hold on the mailbox outlives a process that was killed.
    pub lease_secs: u32,
}

impl MailboxSettings {
    /// With the defaults that suit most servers.
    pub fn new(name: impl Into<String>, url: MailboxUrl, credentials: Option<Credentials>) -> Self {
        Self {
            name: name.into(),
            url,
            credentials,
            ca_file: None,
            address: None,
            after: After::Leave,
            idle_secs: 25 * 60,
            poll_secs: 30,
            io_timeout_secs: 60,
            reconnect_secs_max: 300,
            message_bytes_max: 50 * 1024 * 1024,
            lease_secs: 10,
        }
    }
}

/// What happens to a message in the mailbox once the store has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum After {
    /// Nothing: the folder is opened read-only.
    #[default]
    Leave,
    /// `\Flagged`, and the keyword `$CaseConsultant` where the server keeps keywords; a Maildir file goes to `cur` with `F`.
    /// A person who takes the flag off again is not overruled where the keyword stands.
    Flag,
    /// Moved to this folder of the same server, or to this Maildir++ folder of the same Maildir; made where it is missing.
    Move(String),
}

/// How to log in.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// LOGIN, or AUTHENTICATE PLAIN where LOGIN is off or the text is not ASCII.
    Password(SecretString),
    /// An access token, by AUTHENTICATE XOAUTH2.
    OAuthToken(SecretString),
}
