//! Claim adjustment reasons in our own words: the published wording is X12's.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct File {
    groups: BTreeMap<String, String>,
    reasons: BTreeMap<String, String>,
}

/// What a reason code means; `None` where we have no words for it.
pub fn reason(code: &str) -> Option<&'static str> {
    words().reasons.get(code.trim()).map(String::as_str)
}

/// Who bears the amount, by the group code before a reason: `CO`, `PR`, `OA`, `PI`.
pub fn group(code: &str) -> Option<&'static str> {
    words().groups.get(&code.trim().to_ascii_uppercase()).map(String::as_str)
}

#[expect(clippy::expect_used, reason = "the table is part of the binary, and a test reads it")]
fn words() -> &'static File {
    static WORDS: OnceLock<File> = OnceLock::new();
    WORDS.get_or_init(|| {
        toml::from_str(include_str!("../../config/words/reason_codes.toml")).expect("reason_codes.toml is readable")
    })
}
