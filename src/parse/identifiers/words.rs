//! Words that tell a person's name from the rest of a coder's vocabulary: the few whose double meaning was weighed by hand,
//! ahead of the long lists.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::lists::{folded, is_listed_family, is_listed_given, is_vocabulary};

/// Given names that are hardly ever another word, in lower case.
static GIVEN: Words = LazyLock::new(|| words(include_str!("../../../config/words/persons/given.txt")));

/// Surnames that are hardly ever another word, in lower case.
static FAMILY: Words = LazyLock::new(|| words(include_str!("../../../config/words/persons/family.txt")));

/// Given names and surnames that are other words too: only in capitals, and only beside another name or a label.
static AMBIGUOUS: Words = LazyLock::new(|| words(include_str!("../../../config/words/persons/weighed.txt")));

/// Words that follow a label and are no name.
static NOT_NAMES: Words = LazyLock::new(|| words(include_str!("../../../config/words/persons/no_names.txt")));

/// Eponyms, drugs and payers: capitals that are no person's.
static MEDICAL: Words = LazyLock::new(|| words(include_str!("../../../config/words/persons/medical.txt")));

/// Words of organisations, places and papers: capitals before them name no person.
static ORGANISATION: Words = LazyLock::new(|| words(include_str!("../../../config/words/persons/organisations.txt")));

/// What makes the name before it an eponym.
static OF_DISEASE: Words = LazyLock::new(|| words(include_str!("../../../config/words/persons/of_disease.txt")));

/// Places that payers and rules are named after, months, and peoples: capitals of a coder's sentence.
static PLACES_AND_TIMES: Words = LazyLock::new(|| words(include_str!("../../../config/words/persons/places_and_times.txt")));

type Words = LazyLock<HashSet<&'static str>>;

fn words(list: &'static str) -> HashSet<&'static str> {
    list.split_whitespace().collect()
}

fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/').to_lowercase()
}

/// Every piece of `Castellanos-Ibarra` and the whole, without the possessive.
fn pieces(word: &str) -> Vec<String> {
    let plain = folded(&bare(word));
    let plain = plain.strip_suffix("'s").unwrap_or(&plain);
    let mut pieces = vec![plain.to_owned()];
    if plain.contains(['-', '\'']) {
        pieces.extend(plain.split(['-', '\'']).filter(|piece| piece.len() > 2).map(str::to_owned));
    }
    pieces
}

/// A given name that is hardly ever another word.
pub(super) fn is_given(word: &str) -> bool {
    let word = bare(word);
    GIVEN.contains(word.as_str())
        || !is_spoken(&word) && pieces(&word).iter().any(|piece| is_listed_given(piece) && !is_vocabulary(piece))
}

/// A given name by the short list that was weighed by hand.
pub(super) fn is_weighed_given(folded: &str) -> bool {
    GIVEN.contains(folded)
}

/// A surname by the short list that was weighed by hand.
pub(super) fn is_weighed_family(folded: &str) -> bool {
    FAMILY.contains(folded)
}

/// A given name, or a word that is one at times.
pub(super) fn may_be_given(word: &str) -> bool {
    let word = bare(word);
    GIVEN.contains(word.as_str()) || AMBIGUOUS.contains(word.as_str()) || is_given(&word)
}

pub(super) fn is_ambiguous(word: &str) -> bool {
    let word = bare(word);
    AMBIGUOUS.contains(word.as_str())
        || NOT_NAMES.contains(word.as_str())
        || !GIVEN.contains(word.as_str()) && is_vocabulary(&folded(&word))
}

/// A surname that is hardly ever another word.
pub(super) fn is_family(word: &str) -> bool {
    let word = bare(word);
    FAMILY.contains(word.as_str())
        || !is_spoken(&word) && pieces(&word).iter().any(|piece| is_listed_family(piece) && !is_vocabulary(piece))
}

/// A surname, or a word that is one at times.
pub(super) fn may_be_family(word: &str) -> bool {
    let word = bare(word);
    let listed = |folded: String| is_listed_family(&folded) || is_listed_given(&folded);
    !NOT_NAMES.contains(word.as_str()) && (AMBIGUOUS.contains(word.as_str()) || is_family(&word) || listed(folded(&word)))
}

/// A word that names no person.
pub(super) fn is_no_name(word: &str) -> bool {
    let word = bare(word);
    NOT_NAMES.contains(word.as_str()) && !AMBIGUOUS.contains(word.as_str()) || MEDICAL.contains(word.as_str()) || word.is_empty()
}

/// An eponym, a drug or a payer.
pub(super) fn is_medical(word: &str) -> bool {
    MEDICAL.contains(bare(word).as_str())
}

/// A word whose double meaning was weighed by hand.
pub(super) fn is_weighed(word: &str) -> bool {
    AMBIGUOUS.contains(bare(word).as_str())
}

pub(super) fn is_place_or_time(word: &str) -> bool {
    PLACES_AND_TIMES.contains(bare(word).as_str())
}

pub(super) fn is_organisation(word: &str) -> bool {
    ORGANISATION.contains(bare(word).as_str())
}

/// `disease`, `fracture`: the capital before it is an eponym.
pub(super) fn makes_eponym(word: &str) -> bool {
    const ENDINGS: [&str; 10] = ["oma", "itis", "osis", "pathy", "emia", "algia", "ectomy", "plasty", "otomy", "plegia"];
    let word = bare(word);
    OF_DISEASE.contains(word.as_str()) || word.len() > 6 && ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// A word of English or of medicine.
pub(super) fn is_spoken(word: &str) -> bool {
    let word = bare(word);
    NOT_NAMES.contains(word.as_str()) || MEDICAL.contains(word.as_str()) || is_vocabulary(&folded(&word))
}
