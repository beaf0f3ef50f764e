//! Values that we hand out and take back: what they say is public, that we said it is certain.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// Signs for one purpose each, so that a value of one kind can't stand in for another.
#[derive(Clone)]
pub struct Signer([u8; 32]);

impl Signer {
    pub const fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// `text` and its signature, fit for a cookie or an address.
    pub fn sign(&self, purpose: &str, text: &str) -> String {
        format!("{}.{}", BASE64.encode(text), BASE64.encode(self.mac(purpose, text)))
    }

    /// What [`Self::sign`] was given; `None` for anything that we did not sign for this purpose.
    pub fn read(&self, purpose: &str, signed: &str) -> Option<String> {
        let (text, mac) = signed.split_once('.')?;
        let text = String::from_utf8(BASE64.decode(text).ok()?).ok()?;
        let mac = BASE64.decode(mac).ok()?;
        bool::from(mac.ct_eq(&self.mac(purpose, &text))).then_some(text)
    }

    fn mac(&self, purpose: &str, text: &str) -> Vec<u8> {
        // A key of any length is taken, so this never fails.
        let Ok(mut mac) = <Hmac<Sha256> as hmac::Mac>::new_from_slice(&self.0) else { return Vec::new() };
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}

/// Says nothing of the key.
impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}
