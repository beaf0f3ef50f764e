//! Where mail is handed over, as the configuration writes it.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::percent_decode_str;

/// `smtps://USER@HOST:PORT`, `smtp://USER@HOST:PORT?starttls`, `smtp://127.0.0.1:PORT?plain` or `maildir:PATH`.
/// USER is percent-decoded and may be left out; PORT is 465 (smtps), 587 (starttls) or 25 where left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutboxUrl {
    Smtp(SmtpUrl),
    Maildir(PathBuf),
}

#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    pub security: Security,
    pub user: Option<String>,
    pub host: String,
    pub port: u16,
}

/// The user name is an address most of the time, and no log may hold one.
impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}:{}", self.security, self.host, self.port)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// TLS after STARTTLS (RFC 3207); a server that lacks it is refused.
    StartTls,
    /// No TLS: on loopback alone.
    Plain,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("outbox url: {0}")]
pub struct InvalidOutboxUrl(&'static str);

const FORMS: &str =
    "it reads smtps://USER@HOST:PORT, smtp://USER@HOST:PORT?starttls, smtp://127.0.0.1:PORT?plain or maildir:PATH";

impl FromStr for OutboxUrl {
    type Err = InvalidOutboxUrl;

    fn from_str(text: &str) -> Result<Self, InvalidOutboxUrl> {
        if let Some(path) = text.strip_prefix("maildir:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() {
                Err(InvalidOutboxUrl("maildir: needs the path of the Maildir"))
            } else {
                Ok(Self::Maildir(PathBuf::from(path)))
            };
        }
        match text.split_once("://") {
            Some(("smtps", rest)) => smtp(rest, true).map(Self::Smtp),
            Some(("smtp", rest)) => smtp(rest, false).map(Self::Smtp),
            Some(_) | None => Err(InvalidOutboxUrl(FORMS)),
        }
    }
}

fn smtp(rest: &str, tls: bool) -> Result<SmtpUrl, InvalidOutboxUrl> {
    let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    // A user name that is an address brings an @ of its own; the last one parts it from the host.
    let (user, server) = match authority.rsplit_once('@') {
        Some((user, server)) => (Some(user), server),
        None => (None, authority),
    };
    let default_port = match (tls, query) {
        (true, _) => 465,
        (false, "plain") => 25,
        (false, _) => 587,
    };
    let (host, port) = host_and_port(server, default_port)?;
    if host.is_empty() || host.contains('/') {
        return Err(InvalidOutboxUrl(FORMS));
    }
    Ok(SmtpUrl { security: security(tls, query, &host)?, user: user.map(decoded).transpose()?, host, port })
}

fn security(tls: bool, query: &str, host: &str) -> Result<Security, InvalidOutboxUrl> {
    match (tls, query) {
        (true, "") => Ok(Security::Tls),
        (true, _) => Err(InvalidOutboxUrl("smtps:// takes nothing after a question mark")),
        (false, "starttls") => Ok(Security::StartTls),
        (false, "plain") if is_loopback(host) => Ok(Security::Plain),
        (false, "plain") => {
            Err(InvalidOutboxUrl("?plain sends mail in the clear and is taken on loopback only: use smtps:// or ?starttls"))
        }
        (false, _) => Err(InvalidOutboxUrl("smtp:// needs ?starttls (or, on loopback, ?plain)")),
    }
}

fn host_and_port(server: &str, default: u16) -> Result<(String, u16), InvalidOutboxUrl> {
    let (host, port) = match server.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, "")) => (address, None),
        Some((address, rest)) => (address, Some(rest.strip_prefix(':').unwrap_or(rest))),
        None => match server.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (server, None),
        },
    };
    let port = port.map_or(Some(default), |port| port.parse().ok().filter(|port| *port != 0));
    port.map(|port| (host.to_owned(), port)).ok_or(InvalidOutboxUrl("the port is a number from 1 to 65535"))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn decoded(user: &str) -> Result<String, InvalidOutboxUrl> {
    if user.contains(':') {
        return Err(InvalidOutboxUrl(
            "a password does not belong into the url: set `password` or `password_file` (a colon in the user name is written %3A)",
        ));
    }
    let decoded =
        percent_decode_str(user).decode_utf8().map_err(|_| InvalidOutboxUrl("the user must be UTF-8 once percent-decoded"))?;
    if decoded.is_empty() || decoded.chars().any(char::is_control) {
        return Err(InvalidOutboxUrl("the user before the @ is empty or holds control characters"));
    }
    Ok(decoded.into_owned())
}
