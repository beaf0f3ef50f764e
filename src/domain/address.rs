//! E-mail addresses: the loose form a message carries and the checked form we write to.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest address an SMTP path may hold, in octets (RFC 5321, 4.5.3.1.3, less the angle brackets).
const ADDRESS_BYTES_MAX: usize = 254;
/// Longest local part, in octets (RFC 5321, 4.5.3.1.1).
const LOCAL_BYTES_MAX: usize = 64;

/// A name and an address as some header put them, checked for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correspondent {
    pub name: Option<String>,
    pub address: String,
}

impl Correspondent {
    /// The address in the form that may enter an envelope.
    pub fn checked(&self) -> Option<EmailAddress> {
        EmailAddress::parse(&self.address).ok()
    }
}

/// An address that may enter an envelope: one `@`, no blanks or controls, lengths within RFC 5321,
/// the domain in lower case. The local part keeps its case (RFC 5321, 2.4).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    whole: String,
    at: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a mail address we can write to: it needs one local part, one @ and one domain")]
pub struct InvalidAddress;

impl EmailAddress {
    /// Reads `local@domain`.
    ///
    /// # Errors
    /// [`InvalidAddress`] for anything that an SMTP envelope could not carry safely.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidAddress)?;
        let sound = !local.is_empty()
            && local.len() <= LOCAL_BYTES_MAX
            && !domain.is_empty()
            && text.len() <= ADDRESS_BYTES_MAX
            && !local.contains('@')
            && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>(),;:\\\"[]".contains(c))
            && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
        if !sound {
            return Err(InvalidAddress);
        }
        let whole = format!("{local}@{}", domain.to_lowercase());
        Ok(Self { at: local.len(), whole })
    }

    pub fn as_str(&self) -> &str {
        &self.whole
    }

    pub fn local(&self) -> &str {
        self.whole.get(..self.at).unwrap_or_default()
    }

    pub fn domain(&self) -> &str {
        self.whole.get(self.at + 1..).unwrap_or_default()
    }

    /// The form under which two spellings of one mailbox meet: all lower case, without a `+detail`
    /// (RFC 5233 sub-addressing).
    pub fn key(&self) -> String {
        let local = self.local().split('+').next().unwrap_or_default();
        let local = if local.is_empty() { self.local() } else { local };
        format!("{}@{}", local.to_lowercase(), self.domain())
    }

    /// The `detail` of `local+detail@domain`, where there is one.
    pub fn detail(&self) -> Option<&str> {
        self.local().split_once('+').map(|(_, detail)| detail)
    }

    /// The only form of an address that a log may hold: `d***@clinic.example`.
    pub fn masked(&self) -> String {
        let first = self.local().chars().next().unwrap_or('*');
        format!("{first}***@{}", self.domain())
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.whole)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = InvalidAddress;

    fn try_from(text: String) -> Result<Self, InvalidAddress> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.whole
    }
}
