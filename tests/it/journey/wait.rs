//! Waiting for something to become true, with a deadline.

use std::time::{Duration, Instant};

const LOOK_AGAIN: Duration = Duration::from_millis(40);

/// Polls until `look` gives a value.
///
/// # Panics
/// At the deadline, telling what was waited for and what was last seen.
pub fn until<T>(what: &str, deadline: Duration, look: impl FnMut() -> Result<T, String>) -> T {
    until_every(LOOK_AGAIN, what, deadline, look)
}

/// As [`until`], for a look that costs something.
pub fn until_every<T>(every: Duration, what: &str, deadline: Duration, mut look: impl FnMut() -> Result<T, String>) -> T {
    let started = Instant::now();
    loop {
        // Judged by when the look began: on a busy machine one that takes long tells of a moment long past.
        let late = started.elapsed() > deadline;
        match look() {
            Ok(value) => return value,
            Err(seen) if late => panic!("waited {deadline:?} for {what}; last seen: {seen}"),
            Err(_) => std::thread::sleep(every),
        }
    }
}
