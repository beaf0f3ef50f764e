//! Patterns, compiled once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use regex_automata::meta;
use regex_automata::util::syntax;

/// Letters of every script in a few wide ranges, which also hold some signs that no mail has beside a word. The exact class of Unicode has
/// 750 ranges and costs some 20 kB each time that a pattern names it: tens of megabytes over all of ours.
const LETTERS: &str = r"A-Za-z\x{AA}\x{B5}\x{BA}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{300}-\x{1FFF}\x{2C00}-\x{2DFF}\x{3040}-\x{D7FF}\x{F900}-\x{FDFF}\x{FE70}-\x{FEFF}\x{20000}-\x{3FFFF}";

/// Letters of English, Spanish and their neighbours.
const LATIN: &str = r"A-Za-z\x{C0}-\x{24F}";

/// What people say for one thing, by the family's name: a pattern names it as `{deny}`.
static FAMILIES: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    let rows = include_str!("../config/words/families.toml").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| row.split_once(" = ")).map(|(name, words)| (name, words.trim().trim_matches('\''))).collect()
});

/// The pattern with each family that it names written out; a name without a family stays as it is, which does not compile.
fn with_families(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        written.push_str(before);
        let family = after.split_once('}').and_then(|(name, behind)| Some((FAMILIES.get(name)?, behind)));
        if let Some((words, behind)) = family {
            written.extend(["(?:", words, ")"]);
            rest = behind;
        } else {
            written.push('{');
            rest = after;
        }
    }
    written.push_str(rest);
    written
}

/// Compiles a pattern of ours, with `\w`, `\p{L}` and `\d` as [`compact`] has them; one that does not compile is found by the first
/// test that reads any mail.
#[expect(clippy::expect_used, reason = "every pattern is a literal of this crate")]
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(&compact(&with_families(text), LETTERS)).expect("a pattern of ours compiles")
}

/// What an asker's words may say, in capitals or not and over the ends of lines.
pub(crate) fn cue(text: &str) -> Regex {
    pattern(&format!("(?is){text}"))
}

/// A [`cue`] that is only asked whether it is there, as the hundreds of the rulebook are. It does without the automata that find groups in one pass
/// and skip to likely places, reads any sign as bytes, and knows the letters of English and Spanish alone: 30 kB each in place of 200.
pub(crate) struct Words(meta::Regex);

impl Words {
    #[expect(clippy::expect_used, reason = "each is part of the binary, and a test compiles it")]
    pub(crate) fn new(text: &str) -> Self {
        let lean = meta::Config::new().onepass(false).auto_prefilter(false);
        let text = compact(&bytewise(&format!("(?is){}", with_families(text))), LATIN);
        let bytes = syntax::Config::new().utf8(false);
        Self(meta::Builder::new().configure(lean).syntax(bytes).build(&text).expect("a cue compiles"))
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// The pattern with `.` and `[^…]` of ASCII signs reading one byte each: any sign of Unicode costs ten states, and `.{0,40}` forty times that.
fn bytewise(text: &str) -> String {
    let mut written = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let taken = match next {
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            '[' => class_len(rest),
            other => other.len_utf8(),
        };
        let (seen, after) = rest.split_at_checked(taken).unwrap_or((rest, ""));
        let any = seen == "." || seen.starts_with("[^") && seen.is_ascii() && !seen.contains(r"\w") && !seen.contains(r"\p");
        let (open, close) = if any { ("(?-u:", ")") } else { ("", "") };
        written.extend([open, seen, close]);
        rest = after;
    }
    written
}

/// The bytes of the class that `text` begins with, brackets included.
fn class_len(text: &str) -> usize {
    let mut escaped = false;
    for (at, sign) in text.char_indices().skip(1) {
        match sign {
            ']' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// The pattern with its classes of letters and digits written small: digits are those of ASCII, as in every code and number that counts
/// here, and letters are those given.
fn compact(text: &str, letters: &str) -> String {
    let mut written = String::with_capacity(text.len() * 2);
    let mut classes = 0_u32;
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let (taken, put) = match next {
            '\\' => escape(rest, classes > 0, letters),
            '[' => {
                classes += 1;
                (1, None)
            }
            ']' => {
                classes = classes.saturating_sub(1);
                (1, None)
            }
            other => (other.len_utf8(), None),
        };
        let (seen, after) = rest.split_at_checked(taken).unwrap_or((rest, ""));
        written.push_str(put.as_deref().unwrap_or(seen));
        rest = after;
    }
    written
}

/// How many bytes an escape takes, and what is written in its stead.
fn escape(rest: &str, in_class: bool, letters: &str) -> (usize, Option<String>) {
    let class = |inner: String| Some(if in_class { inner } else { format!("[{inner}]") });
    if rest.starts_with(r"\w") {
        (2, class(format!("0-9_{letters}")))
    } else if rest.starts_with(r"\W") && !in_class {
        (2, Some(format!("[^0-9_{letters}]")))
    } else if rest.starts_with(r"\d") {
        (2, class("0-9".to_owned()))
    } else if rest.starts_with(r"\p{L}") {
        (5, class(letters.to_owned()))
    } else {
        (1 + rest.chars().nth(1).map_or(0, char::len_utf8), None)
    }
}

/// `PATTERNS! { NAME = r"…"; }` declares patterns that are compiled on first use.
macro_rules! patterns {
    ($($(#[$doc:meta])* $seen:vis $name:ident = $text:expr;)*) => {$(
        $(#[$doc])*
        $seen static $name: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| crate::pattern::pattern($text));
    )*};
}
pub(crate) use patterns;

/// As `patterns!`, each a [`cue`].
macro_rules! cues {
    ($($(#[$doc:meta])* $seen:vis $name:ident = $text:expr;)*) => {$(
        $(#[$doc])*
        $seen static $name: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| crate::pattern::cue($text));
    )*};
}
pub(crate) use cues;
