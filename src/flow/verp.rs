//! Envelope senders that name the message they carry (VERP), with a MAC so that nobody else can name one.

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::domain::address::EmailAddress;
use crate::domain::id::{OutgoingId, hex};

/// Ahead of the message's name in the detail of the address: `desk+b-…@host`.
const MARK: &str = "b-";
/// The message's name is 128 random bits that only its recipient's mail system sees; this much more must be guessed.
const MAC_BYTES: usize = 5;
/// An identifier's hexadecimal digits.
const ID_DIGITS: usize = 32;

/// Makes and reads envelope senders.
#[derive(Clone)]
pub struct Verp([u8; 32]);

impl Verp {
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// `base` with the message in its detail; `base` itself where that would be too long.
    pub fn envelope_sender(&self, base: &EmailAddress, id: OutgoingId) -> EmailAddress {
        let local = base.local().split('+').next().unwrap_or_default();
        let text = format!("{local}+{MARK}{id}{}@{}", self.mac(id), base.domain());
        EmailAddress::parse(&text).unwrap_or_else(|_| base.clone())
    }

    /// The message that an address names, where the address is one of ours.
    pub fn message(&self, address: &EmailAddress) -> Option<OutgoingId> {
        let detail = address.detail()?.to_ascii_lowercase();
        let (id, mac) = detail.strip_prefix(MARK)?.split_at_checked(ID_DIGITS)?;
        let id: OutgoingId = id.parse().ok()?;
        bool::from(mac.as_bytes().ct_eq(self.mac(id).as_bytes())).then_some(id)
    }

    fn mac(&self, id: OutgoingId) -> String {
        // A key of any length is taken, so this never fails.
        let Ok(mut mac) = <Hmac<Sha256> as hmac::Mac>::new_from_slice(&self.0) else { return String::new() };
        mac.update(id.to_string().as_bytes());
        hex(mac.finalize().into_bytes().get(..MAC_BYTES).unwrap_or_default())
    }
}

/// Says nothing of the key.
impl std::fmt::Debug for Verp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verp")
    }
}
