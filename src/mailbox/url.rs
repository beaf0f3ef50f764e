//! Where mail is taken from, as the configuration writes it.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::percent_decode_str;

/// `imaps://USER@HOST:PORT/FOLDER`, `imap://USER@HOST:PORT/FOLDER?starttls`, `imap://USER@127.0.0.1:PORT/FOLDER?plain`
/// or `maildir:PATH`. USER and FOLDER are percent-decoded; PORT is 993 (imaps) or 143, FOLDER is INBOX where left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailboxUrl {
    Imap(ImapUrl),
    Maildir(PathBuf),
}

#[derive(Clone, PartialEq, Eq)]
pub struct ImapUrl {
    pub security: Security,
    pub user: String,
    pub host: String,
    pub port: u16,
    pub folder: String,
}

/// The user name is an address most of the time, and no log may hold one.
impl fmt::Debug for ImapUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}:{} folder {:?}", self.security, self.host, self.port, self.folder)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// TLS after STARTTLS; a server that lacks it is refused.
    StartTls,
    /// No TLS: on loopback alone.
    Plain,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("mailbox url: {0}")]
pub struct InvalidMailboxUrl(&'static str);

const FORMS: &str = "it reads imaps://USER@HOST:PORT/FOLDER, imap://USER@HOST:PORT/FOLDER?starttls or maildir:PATH";

impl FromStr for MailboxUrl {
    type Err = InvalidMailboxUrl;

    fn from_str(text: &str) -> Result<Self, InvalidMailboxUrl> {
        if let Some(path) = text.strip_prefix("maildir:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() {
                Err(InvalidMailboxUrl("maildir: needs the path of the Maildir"))
            } else {
                Ok(Self::Maildir(PathBuf::from(path)))
            };
        }
        match text.split_once("://") {
            Some(("imaps", rest)) => imap(rest, true).map(Self::Imap),
            Some(("imap", rest)) => imap(rest, false).map(Self::Imap),
            Some(_) | None => Err(InvalidMailboxUrl(FORMS)),
        }
    }
}

fn imap(rest: &str, tls: bool) -> Result<ImapUrl, InvalidMailboxUrl> {
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, folder) = rest.split_once('/').unwrap_or((rest, ""));
    // A user name that is an address brings an @ of its own; the last one parts it from the host.
    let (user, server) = authority.rsplit_once('@').ok_or(InvalidMailboxUrl("the user is missing: USER@ before the host"))?;
    if user.contains(':') {
        return Err(InvalidMailboxUrl(
            "a password does not belong into the url: set `password` or `password_file` (a colon in the user name is written %3A)",
        ));
    }
    let (host, port) = host_and_port(server, if tls { 993 } else { 143 })?;
    let security = security(tls, query, &host)?;
    let folder = if folder.is_empty() { "INBOX".to_owned() } else { decoded(folder)? };
    let user = decoded(user)?;
    if user.is_empty() || host.is_empty() {
        return Err(InvalidMailboxUrl(FORMS));
    }
    Ok(ImapUrl { security, user, host, port, folder })
}

fn security(tls: bool, query: &str, host: &str) -> Result<Security, InvalidMailboxUrl> {
    match (tls, query) {
        (true, "") => Ok(Security::Tls),
        (true, _) => Err(InvalidMailboxUrl("imaps:// takes nothing after a question mark")),
        (false, "starttls") => Ok(Security::StartTls),
        (false, "plain") if is_loopback(host) => Ok(Security::Plain),
        (false, "plain") => Err(InvalidMailboxUrl(
            "?plain sends the password in the clear and is taken on loopback only: use imaps:// or ?starttls",
        )),
        (false, _) => Err(InvalidMailboxUrl("imap:// needs ?starttls (or, on loopback, ?plain)")),
    }
}

fn host_and_port(server: &str, default: u16) -> Result<(String, u16), InvalidMailboxUrl> {
    let (host, port) = match server.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => (address, rest.strip_prefix(':')),
        None => match server.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (server, None),
        },
    };
    let port = match port {
        Some(port) => port.parse().ok().filter(|port| *port != 0),
        None => Some(default),
    };
    port.map(|port| (host.to_owned(), port)).ok_or(InvalidMailboxUrl("the port is a number from 1 to 65535"))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn decoded(text: &str) -> Result<String, InvalidMailboxUrl> {
    let decoded = percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| InvalidMailboxUrl("user and folder must be UTF-8 once percent-decoded"))?;
    // RFC 3501, 4.3: a quoted string holds neither.
    if decoded.chars().any(char::is_control) {
        return Err(InvalidMailboxUrl("user and folder hold no control characters"));
    }
    Ok(decoded.into_owned())
}
