//! Coarse limits in memory: how often one network address, or one name, may do something within a while.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};
use jiff::{SignedDuration, Timestamp};

/// More keys than this are not kept: the oldest windows go first, so that nobody fills the memory.
const KEYS_MAX: usize = 20_000;

/// Counts by key within a window that begins with the key's first use.
#[derive(Debug)]
pub struct Limit {
    max: u32,
    window: SignedDuration,
    counts: Mutex<HashMap<String, (Timestamp, u32)>>,
}

impl Limit {
    pub fn new(max: u32, window: SignedDuration) -> Self {
        Self { max, window, counts: Mutex::new(HashMap::new()) }
    }

    /// Counts one use; false where the window's uses are spent.
    pub fn take(&self, key: &str, now: Timestamp) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= KEYS_MAX && !counts.contains_key(key) {
            counts.retain(|_, (since, _)| now.duration_since(*since) < self.window);
            if counts.len() >= KEYS_MAX {
                return false;
            }
        }
        let (since, count) = counts.entry(key.to_owned()).or_insert((now, 0));
        if now.duration_since(*since) >= self.window {
            (*since, *count) = (now, 0);
        }
        if *count >= self.max {
            return false;
        }
        *count += 1;
        true
    }

    /// Forgets a key's uses: whoever got in was not guessing.
    pub fn forgive(&self, key: &str) {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

/// The network that a request comes from: an IPv4 address, or the first 64 bits of an IPv6 one, which is what one household
/// or practice is given. A peer on this machine is a proxy, whose own last `X-Forwarded-For` entry is believed.
pub fn network(extensions: &Extensions, headers: &HeaderMap) -> String {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let forwarded = || {
        let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        last.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    let address = match peer {
        Some(peer) if peer.is_loopback() => forwarded().unwrap_or(peer),
        Some(peer) => peer,
        None => return String::new(),
    };
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}
