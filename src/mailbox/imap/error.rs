//! What can go wrong with an IMAP server, and what an operator does about it.
#![expect(clippy::wildcard_enum_match_arm, reason = "error kinds of the standard library and of async-imap are open-ended")]

use std::io;

use crate::ports::StoreError;

/// Longest piece of a server's own words that is kept.
const TEXT_CHARS_MAX: usize = 160;

/// Any of these ends the session; the next one begins where the store's mark stands.
#[derive(Debug, thiserror::Error)]
pub enum ImapError {
    #[error("can't connect to {server}: {why}")]
    Connect { server: String, why: String },
    #[error("TLS with {server} failed: {why}")]
    Tls { server: String, why: String },
    #[error("TLS can't be set up: {0}")]
    TlsSetup(String),
    #[error("the server refused the log-in: {0}")]
    LogIn(String),
    #[error("no credentials are configured")]
    NoCredentials,
    #[error("no answer to {command} within {secs} s")]
    Silent { command: &'static str, secs: u64 },
    #[error("connection lost during {command}: {why}")]
    Lost { command: &'static str, why: &'static str },
    #[error("the server said goodbye during {command}: {text}")]
    Bye { command: &'static str, text: String },
    /// A tagged NO.
    #[error("the server refused {command}: {text}")]
    Refused { command: &'static str, text: String, try_create: bool },
    /// A tagged BAD.
    #[error("the server did not understand {command}: {text}")]
    NotUnderstood { command: &'static str, text: String },
    /// It is in the folder, and FETCH said OK and kept it.
    #[error("the server lists {count} message(s) that it does not hand over")]
    Withheld { count: usize },
    #[error("the folder has no UIDVALIDITY: the server keeps no lasting identifiers")]
    NoUidValidity,
    #[error("the folder was replaced while it was open")]
    Replaced,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ImapError {
    /// Words of the library that carry bytes of the connection stay out: they could hold a mail.
    pub(super) fn io(command: &'static str, error: &io::Error) -> Self {
        let why = match error.kind() {
            io::ErrorKind::UnexpectedEof => "it ended in the middle of an answer",
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => "it was reset",
            io::ErrorKind::Other => "the server sent what is no IMAP answer",
            _ => "it failed",
        };
        Self::Lost { command, why }
    }

    pub(super) fn library(command: &'static str, error: &async_imap::error::Error) -> Self {
        use async_imap::error::Error;
        match error {
            Error::Io(error) => Self::io(command, error),
            Error::Bad(text) => Self::NotUnderstood { command, text: words(said(text)) },
            Error::No(text) => Self::Refused { command, text: words(said(text)), try_create: false },
            Error::ConnectionLost => Self::Lost { command, why: "it was closed" },
            _ => Self::Lost { command, why: "the server sent what is no IMAP answer" },
        }
    }

    /// Whether the server answered this command and simply said no.
    pub const fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::NotUnderstood { .. })
    }

    /// What an operator does about it.
    pub const fn mend(&self) -> &'static str {
        match self {
            Self::Connect { .. } => "check host and port of the mailbox url, and that a firewall lets the connection through",
            Self::Tls { .. } => {
                "check that the certificate is valid for the host in the url; for an own authority set ca_file to its PEM file \
                 (the authority's certificate, not the server's); the port must speak TLS at once for imaps:// (993) and STARTTLS for imap:// (143)"
            }
            Self::TlsSetup(_) => "check ca_file, or install the system's certificate authorities (Debian: ca-certificates)",
            Self::LogIn(_) => {
                "check user and password; many providers want an app password or an OAuth token, and some must have IMAP switched on"
            }
            Self::NoCredentials => "set password (or password_file), or oauth, for this mailbox",
            Self::Silent { .. } => "the server or the way to it is slow or dead; raise io_timeout_secs if it is merely slow",
            Self::Lost { .. } | Self::Bye { .. } => "the server hung up; look into its log if it goes on",
            Self::Refused { .. } | Self::NotUnderstood { .. } | Self::Withheld { .. } => "look into the server's log",
            Self::NoUidValidity => "this folder can't be read safely; use another folder or server",
            Self::Replaced => "nothing: the folder is read again",
            Self::Store(_) => "check the store",
        }
    }
}

/// A server's words, fit for a log: one short line without addresses.
pub(super) fn words(text: &str) -> String {
    let clean: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .map(|word| if word.contains('@') { "***" } else { word })
        .collect();
    clean.join(" ").chars().take(TEXT_CHARS_MAX).collect()
}

/// The server's words within the library's `code: …, info: Some("…")`.
fn said(text: &str) -> &str {
    text.split_once("info: Some(\"").and_then(|(_, rest)| rest.strip_suffix("\")")).unwrap_or(text)
}
