//! Patterns, compiled once.

use regex::Regex;

/// Letters of every script in a few wide ranges, which also hold some signs that no mail has beside a word. The exact class of Unicode has
/// 750 ranges and costs some 20 kB each time that a pattern names it: tens of megabytes over all of ours.
const LETTERS: &str = r"A-Za-z\x{AA}\x{B5}\x{BA}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{300}-\x{1FFF}\x{2C00}-\x{2DFF}\x{3040}-\x{D7FF}\x{F900}-\x{FDFF}\x{FE70}-\x{FEFF}\x{20000}-\x{3FFFF}";

/// Compiles a pattern of ours, with `\w`, `\p{L}` and `\d` as [`compact`] has them; one that does not compile is found by the first
/// test that reads any mail.
#[expect(clippy::expect_used, reason = "every pattern is a literal of this crate")]
pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(&compact(text)).expect("a pattern of ours compiles")
}

/// The pattern with its classes of letters and digits written small: digits are those of ASCII, as in every code and number that counts
/// here, and letters are [`LETTERS`].
fn compact(text: &str) -> String {
    let mut written = String::with_capacity(text.len() * 2);
    let mut classes = 0_u32;
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let (taken, put) = match next {
            '\\' => escape(rest, classes > 0),
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
fn escape(rest: &str, in_class: bool) -> (usize, Option<String>) {
    let class = |inner: String| Some(if in_class { inner } else { format!("[{inner}]") });
    if rest.starts_with(r"\w") {
        (2, class(format!("0-9_{LETTERS}")))
    } else if rest.starts_with(r"\d") {
        (2, class("0-9".to_owned()))
    } else if rest.starts_with(r"\p{L}") {
        (5, class(LETTERS.to_owned()))
    } else {
        (1 + rest.chars().nth(1).map_or(0, char::len_utf8), None)
    }
}

/// `PATTERNS! { NAME = r"…"; }` declares patterns that are compiled on first use.
macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {$(
        $(#[$doc])*
        static $name: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| crate::parse::pattern::pattern($text));
    )*};
}
pub(super) use patterns;
