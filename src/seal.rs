//! The seal on what must not be read from a stolen disk or backup: raw mail, which holds what patients' identifiers it holds.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use rand::TryRngCore as _;

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// The layout's number, ahead of everything else: nonce and sealed text follow.
const LAYOUT: u8 = 1;

/// `XChaCha20-Poly1305` under one key. A nonce of 24 random bytes never repeats within any store's life.
#[derive(Clone)]
pub struct Seal(XChaCha20Poly1305);

impl Seal {
    /// Takes 32 bytes in base64, as `openssl rand -base64 32` prints them.
    ///
    /// # Errors
    /// Where the text is anything else; it is not repeated in the error.
    pub fn from_key_text(text: &str) -> anyhow::Result<Self> {
        let key = STANDARD.decode(text.trim()).map_err(|_| anyhow!("the privacy key is not base64"))?;
        if key.len() != KEY_BYTES {
            bail!(
                "the privacy key has {} bytes; {KEY_BYTES} are needed: `openssl rand -base64 {KEY_BYTES}` makes one",
                key.len()
            );
        }
        Ok(Self(XChaCha20Poly1305::new_from_slice(&key).map_err(|_| anyhow!("the privacy key does not fit"))?))
    }

    /// Reads the key file, or makes one that its owner alone can read.
    ///
    /// # Errors
    /// Where the file can neither be read nor made, or holds no key.
    pub fn load_or_create(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("making the folder of the key file {shown}"))?;
        }
        // Written aside and linked into place: two processes that start together end with one key, and a crash leaves none cut short.
        if !path.try_exists().with_context(|| format!("looking for the key file {shown}"))? {
            let mut key = [0_u8; KEY_BYTES];
            rand::rngs::OsRng.try_fill_bytes(&mut key).context("asking the system for randomness")?;
            let aside = path.with_extension(format!("new-{}", std::process::id()));
            let written = write_private(&aside, &STANDARD.encode(key)).and_then(|()| match fs::hard_link(&aside, path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
                linked => linked,
            });
            let _ = fs::remove_file(&aside);
            // The name too must be on disk before anything is sealed under the key.
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let written = written.and_then(|()| fs::File::open(folder)?.sync_all());
            written.with_context(|| format!("making the key file {shown}"))?;
        }
        let mut text = String::new();
        fs::File::open(path)
            .and_then(|mut file| file.read_to_string(&mut text))
            .with_context(|| format!("reading the key file {shown}"))?;
        Self::from_key_text(&text).with_context(|| format!("the key file {shown}"))
    }

    /// Seals `plain` for one purpose: what was sealed for another can't be put in its place.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> anyhow::Result<Vec<u8>> {
        let mut nonce = [0_u8; NONCE_BYTES];
        rand::rngs::OsRng.try_fill_bytes(&mut nonce).context("asking the system for randomness")?;
        let text = self
            .0
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: purpose.as_bytes() })
            .map_err(|_| anyhow!("sealing failed"))?;
        Ok([&[LAYOUT], nonce.as_slice(), &text].concat())
    }

    /// Opens what [`Self::seal`] made with the same key for the same purpose.
    ///
    /// # Errors
    /// Where key, purpose or bytes are not those of the sealing.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
        let Some((&LAYOUT, rest)) = sealed.split_first() else { bail!("the sealed bytes have no layout that is known") };
        let Some((nonce, text)) = rest.split_at_checked(NONCE_BYTES) else { bail!("the sealed bytes are cut short") };
        self.0
            .decrypt(XNonce::from_slice(nonce), Payload { msg: text, aad: purpose.as_bytes() })
            .map_err(|_| anyhow!("sealed under another key, or altered: is [privacy] key the one that this store was made with?"))
    }
}

/// Says nothing of the key.
impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}
