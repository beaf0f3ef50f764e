//! Where a webhook goes, as the configuration writes it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// `https://HOST[:PORT]/PATH`, or `http://` to loopback alone.
#[derive(Clone, PartialEq, Eq)]
pub struct HookUrl {
    pub encrypted: bool,
    /// A name, or an address without brackets.
    pub host: String,
    pub port: u16,
    /// `/` and what follows, a query with it.
    pub target: String,
    /// The `Host` field.
    pub authority: String,
}

/// A path may hold a secret, and no log may.
impl fmt::Debug for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.authority)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("webhook url: {0}")]
pub struct InvalidHookUrl(&'static str);

impl FromStr for HookUrl {
    type Err = InvalidHookUrl;

    fn from_str(text: &str) -> Result<Self, InvalidHookUrl> {
        let url = url::Url::parse(text).map_err(|_| InvalidHookUrl("it reads https://HOST/PATH"))?;
        let encrypted = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(InvalidHookUrl("it reads https://HOST/PATH")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidHookUrl("a user has no place in it: what comes is signed"));
        }
        let shown = url.host_str().ok_or(InvalidHookUrl("it names no host"))?;
        let host = shown.trim_start_matches('[').trim_end_matches(']').to_owned();
        // Only what is written as an address of this machine: a name may come to mean another.
        if !encrypted && !host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()) {
            return Err(InvalidHookUrl("http:// is for 127.0.0.1 and [::1] alone; elsewhere write https://"));
        }
        let port = url.port_or_known_default().ok_or(InvalidHookUrl("it names no port"))?;
        let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        let authority = url.port().map_or_else(|| shown.to_owned(), |port| format!("{shown}:{port}"));
        Ok(Self { encrypted, host, port, target, authority })
    }
}
