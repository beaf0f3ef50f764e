//! Words that tell a person's name from the rest of a coder's vocabulary: the few whose double meaning was weighed by hand,
//! ahead of the long lists.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::lists::{folded, is_listed_family, is_listed_given, is_vocabulary};
use super::remembered::Remembered;
use crate::pattern::pattern;

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

/// Payers, hospitals, makers and eponyms of several words, each of which may be a name.
static PHRASES: LazyLock<Regex> = LazyLock::new(|| {
    let lines = include_str!("../../../config/words/persons/phrases.txt").lines();
    let lines = lines.map(|line| regex::escape(line).replace(' ', r"\s+").replace('\'', "['’]")).collect::<Vec<_>>();
    pattern(&format!(r"(?i)\b(?:{})\b", lines.join("|")))
});

type Words = LazyLock<HashSet<&'static str>>;

fn words(list: &'static str) -> HashSet<&'static str> {
    list.split_whitespace().collect()
}

/// Where such a phrase stands.
pub(super) fn phrases(text: &str) -> Vec<Range<usize>> {
    PHRASES.find_iter(text).map(|phrase| phrase.range()).collect()
}

/// What the lists say of a word, a bit each.
type Senses = u16;

const IS_GIVEN: Senses = 1;
const MAY_BE_GIVEN: Senses = 1 << 1;
const IS_FAMILY: Senses = 1 << 2;
const MAY_BE_FAMILY: Senses = 1 << 3;
const IS_AMBIGUOUS: Senses = 1 << 4;
const IS_WEIGHED: Senses = 1 << 5;
const IS_NO_NAME: Senses = 1 << 6;
const IS_MEDICAL: Senses = 1 << 7;
const IS_ORGANISATION: Senses = 1 << 8;
const IS_PLACE_OR_TIME: Senses = 1 << 9;
const MAKES_EPONYM: Senses = 1 << 10;
const IS_SPOKEN: Senses = 1 << 11;
const HAS_GIVEN_PIECE: Senses = 1 << 12;
const HAS_FAMILY_PIECE: Senses = 1 << 13;
const IS_VOCABULARY: Senses = 1 << 14;

thread_local! {
    static SENSES: Remembered<Senses> = const { Remembered::new() };
}

fn senses(word: &str) -> Senses {
    SENSES.with(|remembered| remembered.get(word, looked_up))
}

fn is(word: &str, sense: Senses) -> bool {
    senses(word) & sense != 0
}

/// All that the lists say of `word`.
fn looked_up(word: &str) -> Senses {
    const ENDINGS: [&str; 10] = ["oma", "itis", "osis", "pathy", "emia", "algia", "ectomy", "plasty", "otomy", "plegia"];
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/').to_lowercase();
    let word = word.as_str();
    let plain = folded(word);
    let single = plain.strip_suffix("'s").unwrap_or(&plain);
    let pieces = || {
        let parts = single.split(['-', '\'']).filter(|piece| single.contains(['-', '\'']) && piece.len() > 2);
        std::iter::once(single).chain(parts)
    };
    let (weighed, no_name, medical) = (AMBIGUOUS.contains(word), NOT_NAMES.contains(word), MEDICAL.contains(word));
    let vocabulary = is_vocabulary(&plain);
    let spoken = no_name || medical || vocabulary;
    let given = GIVEN.contains(word) || !spoken && pieces().any(|piece| is_listed_given(piece) && !is_vocabulary(piece));
    let family = FAMILY.contains(word) || !spoken && pieces().any(|piece| is_listed_family(piece) && !is_vocabulary(piece));
    let listed = || is_listed_family(&plain) || is_listed_given(&plain);
    let senses = [
        (IS_GIVEN, given),
        (MAY_BE_GIVEN, given || weighed),
        (IS_FAMILY, family),
        (MAY_BE_FAMILY, !no_name && (weighed || family || listed())),
        (IS_AMBIGUOUS, weighed || no_name || !GIVEN.contains(word) && vocabulary),
        (IS_WEIGHED, weighed),
        (IS_NO_NAME, no_name && !weighed || medical || word.is_empty()),
        (IS_MEDICAL, medical),
        (IS_ORGANISATION, ORGANISATION.contains(word)),
        (IS_PLACE_OR_TIME, PLACES_AND_TIMES.contains(word)),
        (MAKES_EPONYM, OF_DISEASE.contains(word) || word.len() > 6 && ENDINGS.iter().any(|ending| word.ends_with(ending))),
        (IS_SPOKEN, spoken),
        (HAS_GIVEN_PIECE, pieces().any(|piece| is_listed_given(piece) || GIVEN.contains(piece))),
        (HAS_FAMILY_PIECE, pieces().any(|piece| is_listed_family(piece) || FAMILY.contains(piece))),
        (IS_VOCABULARY, is_vocabulary(single)),
    ];
    senses.iter().filter(|(_, holds)| *holds).fold(0, |all, (sense, _)| all | sense)
}

/// A given name that is hardly ever another word.
pub(super) fn is_given(word: &str) -> bool {
    is(word, IS_GIVEN)
}

/// A given name, or a word that is one at times.
pub(super) fn may_be_given(word: &str) -> bool {
    is(word, MAY_BE_GIVEN)
}

/// A word that is no name wherever it stands.
pub(super) fn is_ambiguous(word: &str) -> bool {
    is(word, IS_AMBIGUOUS)
}

/// A surname that is hardly ever another word.
pub(super) fn is_family(word: &str) -> bool {
    is(word, IS_FAMILY)
}

/// A surname, or a word that is one at times.
pub(super) fn may_be_family(word: &str) -> bool {
    is(word, MAY_BE_FAMILY)
}

/// A word that names no person.
pub(super) fn is_no_name(word: &str) -> bool {
    is(word, IS_NO_NAME)
}

/// An eponym, a drug or a payer.
pub(super) fn is_medical(word: &str) -> bool {
    is(word, IS_MEDICAL)
}

/// A word whose double meaning was weighed by hand.
pub(super) fn is_weighed(word: &str) -> bool {
    is(word, IS_WEIGHED)
}

pub(super) fn is_place_or_time(word: &str) -> bool {
    is(word, IS_PLACE_OR_TIME)
}

pub(super) fn is_organisation(word: &str) -> bool {
    is(word, IS_ORGANISATION)
}

/// `disease`, `fracture`: the capital before it is an eponym.
pub(super) fn makes_eponym(word: &str) -> bool {
    is(word, MAKES_EPONYM)
}

/// A word of English or of medicine.
pub(super) fn is_spoken(word: &str) -> bool {
    is(word, IS_SPOKEN)
}

/// Which lists hold the word or a piece of it, a bit for each: what the [tagger](super::tagger) sees of it.
pub(super) fn lists_of(word: &str) -> [u8; 2] {
    const SEEN: [Senses; 9] = [
        HAS_GIVEN_PIECE,
        HAS_FAMILY_PIECE,
        IS_VOCABULARY,
        IS_WEIGHED,
        IS_NO_NAME,
        IS_MEDICAL,
        IS_ORGANISATION,
        MAKES_EPONYM,
        IS_PLACE_OR_TIME,
    ];
    let senses = senses(word);
    SEEN.iter().enumerate().fold(0_u16, |all, (at, sense)| all | u16::from(senses & sense != 0) << at).to_be_bytes()
}
