//! Identifiers. Rows that the store numbers are integers; what must be named before it is stored is random.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! numbered {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    )*};
}

macro_rules! random {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; 16]);

        impl $name {
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
        }

        /// 32 lower-case hexadecimal digits.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(&self.0))
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                hex16(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )*};
}

numbered! {
    /// A message that a mailbox handed us, whatever became of it.
    InboundId,
    CaseId,
    JobId,
    AccountId,
    ConsultantId,
}

random! {
    /// One message of ours to one recipient.
    OutgoingId,
    DraftId,
    /// Proof that a worker still holds what it leased.
    LeaseToken,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier: 32 hexadecimal digits are expected")]
pub struct InvalidId;

/// Lower-case hexadecimal, two digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;

    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn hex16(text: &str) -> Result<[u8; 16], InvalidId> {
    if text.len() != 32 || !text.is_ascii() {
        return Err(InvalidId);
    }
    let mut bytes = [0_u8; 16];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| InvalidId)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| InvalidId)?;
    }
    Ok(bytes)
}

/// The number a person reads and quotes: `CC-000042`. It names a case and proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseNumber(CaseId);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a case number: it looks like CC-000042")]
pub struct InvalidCaseNumber;

impl CaseNumber {
    pub const fn of(case: CaseId) -> Self {
        Self(case)
    }

    pub const fn case(self) -> CaseId {
        self.0
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CC-{:06}", self.0.0)
    }
}

impl FromStr for CaseNumber {
    type Err = InvalidCaseNumber;

    /// Reads `CC-000042`, in any case of letters, and the bare `42` that a hurried consultant types.
    fn from_str(text: &str) -> Result<Self, InvalidCaseNumber> {
        let text = text.trim();
        let digits = match text.get(..3) {
            Some(prefix) if prefix.eq_ignore_ascii_case("cc-") => text.get(3..).unwrap_or_default(),
            _ => text,
        };
        match digits.parse::<i64>() {
            Ok(number) if number > 0 && digits.bytes().all(|b| b.is_ascii_digit()) => Ok(Self(CaseId(number))),
            _ => Err(InvalidCaseNumber),
        }
    }
}

impl TryFrom<String> for CaseNumber {
    type Error = InvalidCaseNumber;

    fn try_from(text: String) -> Result<Self, InvalidCaseNumber> {
        text.parse()
    }
}

impl From<CaseNumber> for String {
    fn from(number: CaseNumber) -> Self {
        number.to_string()
    }
}
