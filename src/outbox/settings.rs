//! What an outbox is told.

use std::path::PathBuf;

use secrecy::SecretString;

use super::hold::HoldSwitch;
use super::url::OutboxUrl;

/// The outbox. The configuration maps onto this; who sends and how often it is tried belongs to the flow.
#[derive(Debug, Clone)]
pub struct OutboxSettings {
    pub url: OutboxUrl,
    /// `None` for a Maildir, and for a server that asks for no log-in.
    pub credentials: Option<Credentials>,
    /// PEM file with authorities to trust beside the platform's.
    pub ca_file: Option<PathBuf>,
    /// How long any one answer of the server may take; twice that for the verdict after the final dot, as RFC 5321, 4.5.3.2
    /// gives that one twice the time of the others.
    pub io_timeout_secs: u32,
    /// Connections open at once.
    pub connections_max: u32,
    /// Looked at once more when the message would go over.
    pub hold: HoldSwitch,
}

impl OutboxSettings {
    /// With the defaults that suit most servers.
    pub const fn new(url: OutboxUrl, credentials: Option<Credentials>) -> Self {
        Self { url, credentials, ca_file: None, io_timeout_secs: 60, connections_max: 4, hold: HoldSwitch(None) }
    }
}

/// How to log in.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// AUTH PLAIN, or LOGIN where the server knows no better.
    Password(SecretString),
    /// An access token, by AUTH XOAUTH2.
    OAuthToken(SecretString),
}
