//! Time and chance, passed in so that a test can hold them.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use rand::TryRngCore as _;

/// What time it is.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that a test moves.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    pub const fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    pub fn advance(&self, by: SignedDuration) {
        if let Ok(mut now) = self.0.lock() {
            *now = now.checked_add(by).unwrap_or(Timestamp::MAX);
        }
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.0.lock().map_or(Timestamp::MAX, |now| *now)
    }
}

/// Sixteen bytes that nobody can foretell: identifiers, tokens, Message-IDs, jitter.
pub trait Chance: Send + Sync {
    fn bytes(&self) -> [u8; 16];

    /// Uniform in 0..1.
    fn fraction(&self) -> f64 {
        let [a, b, c, d, ..] = self.bytes();
        f64::from(u32::from_be_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
    }
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        if rand::rngs::OsRng.try_fill_bytes(&mut bytes).is_err() {
            // Without the system's randomness the thread's generator, seeded when it still had some, is next best.
            rand::RngCore::fill_bytes(&mut rand::rng(), &mut bytes);
        }
        bytes
    }
}

/// A chance that a test can repeat: a counter spread over sixteen bytes.
#[derive(Debug, Default)]
pub struct CountedChance(std::sync::atomic::AtomicU64);

impl Chance for CountedChance {
    fn bytes(&self) -> [u8; 16] {
        let n = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        let mut bytes = [0; 16];
        let (low, high) = bytes.split_at_mut(8);
        low.copy_from_slice(&n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
        high.copy_from_slice(&n.to_be_bytes());
        bytes
    }
}
