//! The seal on what must not be read from a stolen disk or backup: raw mail, which holds what patients' identifiers it holds.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::TryRngCore as _;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Prk};

const KEY_BYTES: usize = 32;
const SALT_BYTES: usize = 32;
/// The layout's number, ahead of everything else: salt and sealed text follow.
const LAYOUT: u8 = 1;
const KEY_OF_A_TEXT: &[u8] = b"caseconsultant seal";

/// `ChaCha20-Poly1305`, each text under a key of its own that HKDF-SHA256 (RFC 5869) derives from ours and 32 random bytes, which
/// never repeat within any store's life. The cipher is the one that TLS brings along: in assembler, so that a mail of a dozen
/// megabytes costs milliseconds in every build.
#[derive(Clone)]
pub struct Seal(Prk);

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
        Ok(Self(Prk::new_less_safe(HKDF_SHA256, &key)))
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

    /// A secret for another purpose, the same for the same key (HKDF, RFC 5869).
    pub fn derived(&self, purpose: &str) -> [u8; KEY_BYTES] {
        let info = [b"caseconsultant derived".as_slice(), purpose.as_bytes()];
        let mut secret = [0_u8; KEY_BYTES];
        // An output of one hash never asks for more than HKDF gives.
        if let Ok(stream) = self.0.expand(&info, HKDF_SHA256) {
            let _ = stream.fill(&mut secret);
        }
        secret
    }

    /// Seals `plain` for one purpose: what was sealed for another can't be put in its place.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> anyhow::Result<Vec<u8>> {
        let mut salt = [0_u8; SALT_BYTES];
        rand::rngs::OsRng.try_fill_bytes(&mut salt).context("asking the system for randomness")?;
        let mut sealed = Vec::with_capacity(1 + SALT_BYTES + plain.len() + CHACHA20_POLY1305.tag_len());
        sealed.push(LAYOUT);
        sealed.extend_from_slice(&salt);
        sealed.extend_from_slice(plain);
        let (_, text) = sealed.split_at_mut(1 + SALT_BYTES);
        let tag = self
            .key_of(&salt)?
            .seal_in_place_separate_tag(only_nonce(), Aad::from(purpose), text)
            .map_err(|_| anyhow!("sealing failed"))?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what [`Self::seal`] made with the same key for the same purpose.
    ///
    /// # Errors
    /// Where key, purpose or bytes are not those of the sealing.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
        let Some((&LAYOUT, rest)) = sealed.split_first() else { bail!("the sealed bytes have no layout that is known") };
        let Some((salt, text)) = rest.split_at_checked(SALT_BYTES) else { bail!("the sealed bytes are cut short") };
        let mut text = text.to_vec();
        let plain = self
            .key_of(salt)?
            .open_in_place(only_nonce(), Aad::from(purpose), &mut text)
            .map_err(|_| {
                anyhow!("sealed under another key, or altered: is [privacy] key the one that this store was made with?")
            })?
            .len();
        text.truncate(plain);
        Ok(text)
    }

    /// The key of the one text that was sealed with `salt`.
    fn key_of(&self, salt: &[u8]) -> anyhow::Result<LessSafeKey> {
        let info = [KEY_OF_A_TEXT, salt];
        let key = self.0.expand(&info, &CHACHA20_POLY1305).map_err(|_| anyhow!("the key does not derive"))?;
        Ok(LessSafeKey::new(UnboundKey::from(key)))
    }
}

/// A key that seals one text needs no more than one nonce.
fn only_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
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
