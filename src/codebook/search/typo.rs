//! Words that nobody wrote: beginnings of words and mistyped ones.
//!
//! A plain sorted list with a bit a letter beside each word: a mistyped word is compared with a few hundred words, not with
//! all of them, which takes some 50 microseconds; an automaton over tantivy's dictionary took longer and knows no swapped letters.

/// Completions that are looked at, and corrections that are kept.
const COMPLETIONS_MAX: usize = 60;
const CORRECTIONS_MAX: usize = 4;

#[derive(Debug, Default)]
pub struct Vocabulary {
    /// Sorted, each once.
    words: Vec<(String, u64)>,
}

/// A word of the records that a typed one may mean, and how well it suits.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    pub word: String,
    pub suits: f32,
}

impl Vocabulary {
    pub fn of(words: impl IntoIterator<Item = String>) -> Self {
        let mut words: Vec<(String, u64)> = words
            .into_iter()
            .filter(|word| word.len() >= 3 && !word.chars().any(|c| c.is_ascii_digit()))
            .map(|word| (letters(&word), word))
            .map(|(mask, word)| (word, mask))
            .collect();
        words.sort();
        words.dedup();
        Self { words }
    }

    pub fn extend<'a>(&mut self, words: impl Iterator<Item = &'a str>) {
        let own = std::mem::take(&mut self.words).into_iter().map(|(word, _)| word);
        *self = Self::of(own.chain(words.map(str::to_owned)));
    }

    pub fn knows(&self, word: &str) -> bool {
        self.words.binary_search_by(|(known, _)| known.as_str().cmp(word)).is_ok()
    }

    /// Words that begin as `start` does.
    pub fn completions(&self, start: &str) -> Vec<Guess> {
        let from = self.words.partition_point(|(word, _)| word.as_str() < start);
        let found = self.words.iter().skip(from).take_while(|(word, _)| word.starts_with(start)).take(COMPLETIONS_MAX);
        found.map(|(word, _)| Guess { word: word.clone(), suits: 0.92 }).collect()
    }

    /// Words a slip or two away, nearest first.
    pub fn corrections(&self, typed: &str) -> Vec<Guess> {
        let long = typed.chars().count();
        let slips_max: usize = match long {
            0..=3 => return Vec::new(),
            4..=6 => 1,
            7..=10 => 2,
            _ => 3,
        };
        let mask = letters(typed);
        let first = typed.chars().next();
        let mut found: Vec<(usize, usize, &str)> = Vec::new();
        for (word, known) in &self.words {
            if word.len().abs_diff(typed.len()) > slips_max || (known ^ mask).count_ones() as usize > 2 * slips_max {
                continue;
            }
            if let Some(slips) = slips(word.as_bytes(), typed.as_bytes(), slips_max) {
                found.push((slips, usize::from(word.chars().next() != first), word));
            }
        }
        found.sort_unstable();
        let nearest = found.first().map_or(0, |(slips, other, _)| slips + other);
        found
            .into_iter()
            .filter(|(slips, other, _)| slips + other <= nearest)
            .take(CORRECTIONS_MAX)
            .map(|(slips, _, word)| Guess { word: word.to_owned(), suits: if slips == 1 { 0.88 } else { 0.78 } })
            .collect()
    }
}

/// Letters left out, added, changed or swapped between two words, where at most `most`.
fn slips(a: &[u8], b: &[u8], most: usize) -> Option<usize> {
    const LONG: usize = 32;
    if a.len() >= LONG || b.len() >= LONG {
        let (a, b) = (std::str::from_utf8(a).ok()?, std::str::from_utf8(b).ok()?);
        return Some(strsim::osa_distance(a, b)).filter(|slips| *slips <= most);
    }
    let mut rows = [[0_u8; LONG + 1]; 3];
    let [mut before, mut last, mut row] = rows.each_mut();
    for (at, cell) in (0_u8..).zip(last.iter_mut()) {
        *cell = at;
    }
    let mut swapped_from = None;
    for (number, x) in (1_u8..).zip(a) {
        *row.first_mut()? = number;
        let mut nearest = number;
        let mut left = None;
        for (at, y) in b.iter().enumerate() {
            let mut cost = (*last.get(at)? + u8::from(x != y)).min(*last.get(at + 1)? + 1).min(*row.get(at)? + 1);
            if x != y && left == Some(x) && swapped_from == Some(y) {
                cost = cost.min(*before.get(at.checked_sub(1)?)? + 1);
            }
            *row.get_mut(at + 1)? = cost;
            nearest = nearest.min(cost);
            left = Some(y);
        }
        if usize::from(nearest) > most + 1 {
            return None;
        }
        swapped_from = Some(x);
        (before, last, row) = (last, row, before);
    }
    last.get(b.len()).map(|slips| usize::from(*slips)).filter(|slips| *slips <= most)
}

fn letters(word: &str) -> u64 {
    word.bytes().filter(u8::is_ascii_lowercase).fold(0, |mask, b| mask | 1 << (b - b'a'))
}
