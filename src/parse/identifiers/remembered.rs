//! What was worked out of a word once, for the next time: a mail asks of each of its words a dozen times, and mails share most of theirs.

use std::cell::RefCell;
use std::collections::HashMap;

/// Words that a thread remembers, at most: a megabyte, and more than a day of mails brings.
const WORDS_MAX: usize = 16_384;
/// Longer ones hardly come twice.
const WORD_BYTES_MAX: usize = 48;

pub(super) struct Remembered<T>(RefCell<Option<HashMap<Box<str>, T>>>);

impl<T: Copy> Remembered<T> {
    pub const fn new() -> Self {
        Self(RefCell::new(None))
    }

    /// What `work_out` says of `word`, which must depend on nothing else.
    pub fn get(&self, word: &str, work_out: impl Fn(&str) -> T) -> T {
        let mut held = self.0.borrow_mut();
        let known = held.get_or_insert_default();
        if let Some(value) = known.get(word) {
            return *value;
        }
        let value = work_out(word);
        if word.len() <= WORD_BYTES_MAX {
            if known.len() >= WORDS_MAX {
                known.clear();
            }
            known.insert(word.into(), value);
        }
        value
    }
}
