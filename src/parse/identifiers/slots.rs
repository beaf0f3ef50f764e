//! Names by the place where they stand: what a name stands before (an age, a birthday, a phone) or between says more than its letters.

use std::ops::Range;

use super::words::{is_given, is_medical, is_organisation, is_place_or_time, is_spoken, is_weighed, may_be_family, may_be_given};
use crate::pattern::patterns;

patterns! {
    /// Two or three small words before an age, a birthday or a phone: `amos wheeler, 90M`, `pat carver 3/17/71`.
    SMALL_BEFORE = r"(?:^|[\s(:,])(\p{Ll}{2,} (?:\p{Ll}\.? )?\p{Ll}[\p{Ll}'’-]{2,}),?\s+\(?(?:\d{1,3}\s?(?:[MFmf]\b|y/?o\b|yr)|\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b|\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}|(?i:dob|mrn|mbi|ssn|acct|called|born)\b)";
    /// One capitalised word before an age in brackets: `Rusty (58, mechanic)`.
    AGED = r"(?m)(?:^|[:;.]\s+|\n)(\p{Lu}\p{Ll}[\p{L}'’-]+) \(\d{1,2}(?:,|\)|\s?[MFmf]\b|\s?y)";
    /// `PARSONS, DREW`, `Worth, Penny`, and where it must stop.
    COMMA = r#"(?:^|[\n(|:;,."“-]\s?|\s)(\p{Lu}[\p{L}'’-]+,[ ]?\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+)?(?: \p{Lu}\b\.?)?)(?:\s*(?:$|[\n.,;|)("”]|-\s|–|\d))"#;
    /// Who speaks: `Tovah here`, `its Joy again`.
    SPEAKER = r#"(?m)(?:^|["“>.]\s*)(?:(?i:its|it['’]s|this\s+is|hi|hello)[, ]+)?(\p{Lu}\p{Ll}+) (?:here|again)\b"#;
    /// `Mr. St. Clair`, `Mrs. De La Cruz`.
    TITLED_PARTICLE = r"\b(?:Mr|Mrs|Ms|Miss|Sra?)\.?\s((?:(?:St\.?|Ste\.?|[Dd]e|[Dd]e [Ll]a|[Vv]an|[Vv]on|[Vv]an [Dd]er|[Dd]el|[Ll]e|[Ll]a) )\p{Lu}[\p{L}'’-]+)";
    /// `Twin B of Faridah Pilgrim`, `Grandmother Hajah Pilgrim at`.
    KIN_OF = r"\b(?i:twin\s+[AB]|baby|child|son|daughter|mother|father|parents?|estate|widow|wife|husband|guardian|grand(?:mother|father|parents?)|(?:step|foster)\s?(?:mother|father|mom|dad))(?:\s+(?i:of))?\s+(\p{Lu}\p{Ll}[\p{L}'’-]+ \p{Lu}\p{Ll}[\p{L}'’-]+)";
}

pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut take = |pattern: &regex::Regex, sound: fn(&str) -> bool| {
        let hits = pattern.captures_iter(text).filter_map(|hit| hit.get(1));
        ranges.extend(hits.filter(|name| sound(name.as_str())).map(|name| name.range()));
    };
    take(&SMALL_BEFORE, is_small_name);
    take(&AGED, |name| !is_closed(name) && (may_be_given(name) || may_be_family(name) || !is_spoken(name)));
    take(&COMMA, is_reversed);
    take(&SPEAKER, |name| !is_closed(name) && may_be_given(name) || !is_spoken(name) && !is_closed(name));
    take(&TITLED_PARTICLE, |_| true);
    take(&KIN_OF, |name| name.split(' ').all(|word| !is_closed(word)) && name.split(' ').any(is_name_or_stranger));
    ranges
}

/// A payer, a drug, a firm, a month, a state: no part of a name that only its place announces.
fn is_closed(word: &str) -> bool {
    (is_medical(word) || is_organisation(word) || is_place_or_time(word)) && !is_weighed(word)
}

fn is_name_or_stranger(word: &str) -> bool {
    may_be_given(word) || may_be_family(word) || !is_spoken(word)
}

/// A given name and a surname, each at least at times one; in small letters both must be listed.
fn is_small_name(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').filter(|word| word.trim_end_matches('.').chars().count() > 1).collect();
    let [given, family] = words.as_slice() else { return false };
    !is_closed(given)
        && !is_closed(family)
        && may_be_given(given)
        && (may_be_family(family) || is_given(given) && !is_spoken(family))
}

/// A surname, a comma and a given name: one of the two is hardly ever another word, or both are names at times.
fn is_reversed(name: &str) -> bool {
    let Some((last, first)) = name.split_once(',') else { return false };
    let first = first.trim_start();
    let shouted = |word: &str| word.chars().all(|c| !c.is_lowercase());
    let given = first.split(' ').next().unwrap_or_default();
    if is_closed(last) || is_closed(given) || shouted(last) != shouted(given) || given.chars().count() < 2 {
        return false;
    }
    let stranger = |word: &str| !is_spoken(word) && word.chars().count() > 3;
    may_be_family(last) && may_be_given(given)
        || is_given(given) && stranger(last)
        || may_be_family(last) && !is_spoken(last) && stranger(given)
        || shouted(last) && stranger(last) && stranger(given)
}
