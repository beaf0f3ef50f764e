//! What a text says is so: its words without those that it denies.

use crate::pattern::patterns;

patterns! {
    DENIES = r"(?i)\b(?:no|not (?:on|using|taking|with)|without|(?:never|hasn.?t|haven.?t|has not|have not)(?:\s+(?:ever\s+)?(?:had|has|took|taken|used|been\s+on|developed|gotten))?|denies|denied having|negative for|off|nor|sin|nada de|ninguna?|niega|doesn.?t (?:use|take|have)|does not (?:use|take|have))\s+";
    /// Where a denial ends although the sentence goes on.
    ENDS = r"(?i)[.,;:?!()\n]|\b(?:on|and|but|with|just|only|takes?|uses?|plus|is|was|has|had|for|which|what|y|pero|con|solo|toma|usa|en)\b";
}

/// How many words a denial reaches.
const REACH: usize = 4;

/// The text without what it denies.
pub(super) fn without(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(denial) = DENIES.find(rest) {
        kept.push_str(rest.get(..denial.start()).unwrap_or_default());
        kept.push(' ');
        let after = rest.get(denial.end()..).unwrap_or_default();
        let end = ENDS.find(after).map_or(after.len(), |end| end.start());
        let words = after.get(..end).unwrap_or_default().split_inclusive(char::is_whitespace).take(REACH).map(str::len).sum();
        rest = after.get(words..).unwrap_or_default();
    }
    kept.push_str(rest);
    kept
}
