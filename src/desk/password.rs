//! Passwords: argon2id (RFC 9106), kept in the PHC string format with salt and costs beside the hash.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use subtle::ConstantTimeEq as _;

/// 19 MiB, two passes, one lane: the least that OWASP advises for argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const HASH_BYTES: usize = 32;

pub const PASSWORD_CHARS_MIN: usize = 12;
pub const PASSWORD_CHARS_MAX: usize = 200;

/// Hashes a new password under a salt of the caller's chance.
///
/// # Errors
/// What is wrong with the password.
pub fn hash(password: &str, salt: [u8; 16]) -> Result<String, String> {
    let chars = password.chars().count();
    if !(PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&chars) {
        return Err(format!("a password has {PASSWORD_CHARS_MIN} to {PASSWORD_CHARS_MAX} characters; this one has {chars}"));
    }
    let hashed = digest(password, &salt, MEMORY_KIB, PASSES, LANES).ok_or("the password could not be hashed")?;
    let (salt, hashed) = (BASE64.encode(salt), BASE64.encode(hashed));
    Ok(format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hashed}"))
}

/// Whether the password is the one that was hashed. Without a hash the same work is done, so that an unknown name takes as
/// long as a wrong password.
pub fn verify(password: &str, hashed: Option<&str>) -> bool {
    let Some((salt, costs, known)) = hashed.and_then(read) else {
        let _ = digest(password, &[0; 16], MEMORY_KIB, PASSES, LANES);
        return false;
    };
    let (memory, passes, lanes) = costs;
    digest(password, &salt, memory, passes, lanes).is_some_and(|found| found.ct_eq(&known).into())
}

fn digest(password: &str, salt: &[u8], memory_kib: u32, passes: u32, lanes: u32) -> Option<Vec<u8>> {
    let params = Params::new(memory_kib, passes, lanes, Some(HASH_BYTES)).ok()?;
    let mut hashed = vec![0; HASH_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(password.as_bytes(), salt, &mut hashed).ok()?;
    Some(hashed)
}

type Costs = (u32, u32, u32);

fn read(phc: &str) -> Option<(Vec<u8>, Costs, Vec<u8>)> {
    let mut fields = phc.strip_prefix("$argon2id$v=19$")?.split('$');
    let mut costs = fields.next()?.split(',').filter_map(|cost| cost.split_once('=')?.1.parse::<u32>().ok());
    let costs = (costs.next()?, costs.next()?, costs.next()?);
    let salt = BASE64.decode(fields.next()?).ok()?;
    Some((salt, costs, BASE64.decode(fields.next()?).ok()?))
}
