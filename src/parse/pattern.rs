//! Patterns, compiled once.

use regex::Regex;

/// Compiles a pattern of ours; one that does not compile is found by the first test that reads any mail.
#[expect(clippy::expect_used, reason = "every pattern is a literal of this crate")]
pub(super) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of ours compiles")
}

/// `PATTERNS! { NAME = r"…"; }` declares patterns that are compiled on first use.
macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {$(
        $(#[$doc])*
        static $name: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| crate::parse::pattern::pattern($text));
    )*};
}
pub(super) use patterns;
