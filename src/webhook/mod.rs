//! Signed webhooks (Standard Webhooks 1.0.0) to the receivers that are configured, and to nobody else.

mod post;
mod url;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use rustls::ClientConfig;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use crate::ports::{Hooks, NotTold};
use crate::tls;
pub use url::{HookUrl, InvalidHookUrl};

/// A receiver that takes longer is asked again later.
const PATIENCE: Duration = Duration::from_secs(15);
/// What a secret may begin with.
const SECRET_PREFIX: &str = "whsec_";
const SECRET_BYTES_MIN: usize = 24;

/// A receiver as it is configured.
#[derive(Debug, Clone)]
pub struct HookSettings {
    pub name: String,
    pub url: HookUrl,
    /// See [`key`].
    pub secret: SecretString,
    pub ca_file: Option<PathBuf>,
}

/// The bytes of a secret: base64 of 24 or more, `whsec_` before it or not.
pub fn key(secret: &str) -> Option<Vec<u8>> {
    let text = secret.trim();
    let bytes = STANDARD.decode(text.strip_prefix(SECRET_PREFIX).unwrap_or(text)).ok()?;
    (bytes.len() >= SECRET_BYTES_MIN).then_some(bytes)
}

/// The receivers by name; by default none.
#[derive(Default)]
pub struct Webhooks(BTreeMap<String, Receiver>);

struct Receiver {
    url: HookUrl,
    key: Vec<u8>,
    tls: Option<Arc<ClientConfig>>,
}

impl Webhooks {
    /// # Errors
    /// Where a secret is none, or TLS finds no authority to trust.
    pub fn new(settings: &[HookSettings]) -> anyhow::Result<Self> {
        let receiver = |one: &HookSettings| {
            let key =
                key(one.secret.expose_secret()).ok_or_else(|| anyhow::anyhow!("webhook {}: its secret is none", one.name))?;
            let tls = if one.url.encrypted { Some(tls::client_config(one.ca_file.as_deref())?) } else { None };
            Ok((one.name.clone(), Receiver { url: one.url.clone(), key, tls }))
        };
        Ok(Self(settings.iter().map(receiver).collect::<anyhow::Result<_>>()?))
    }
}

#[async_trait]
impl Hooks for Webhooks {
    async fn tell(&self, to: &str, id: &str, body: &str, now: Timestamp) -> Result<(), NotTold> {
        let receiver = self.0.get(to).ok_or(NotTold::Unknown)?;
        // The time of this attempt, so that a receiver can refuse what was replayed.
        let at = now.as_second();
        let fields = format!(
            "webhook-id: {id}\r\nwebhook-timestamp: {at}\r\nwebhook-signature: {}\r\n",
            signature(&receiver.key, id, at, body)
        );
        let posting = post::post(&receiver.url, receiver.tls.as_ref(), &fields, body);
        match tokio::time::timeout(PATIENCE, posting).await {
            Ok(Ok(status)) if (200..300).contains(&status) => Ok(()),
            // A redirection is not followed: only the configured address is told.
            Ok(Ok(status)) => Err(NotTold::Later(format!("the receiver answered {status}"))),
            Ok(Err(error)) => Err(NotTold::Later(format!("the receiver was not reached: {error}"))),
            Err(_) => Err(NotTold::Later(format!("the receiver gave no answer in {} seconds", PATIENCE.as_secs()))),
        }
    }
}

/// `v1,` and the base64 of HMAC-SHA256 over id, seconds since 1970 and body, dots between.
fn signature(key: &[u8], id: &str, at: i64, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(format!("{id}.{at}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}
