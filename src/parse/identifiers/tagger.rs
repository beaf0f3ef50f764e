//! Names by a trained model: an averaged perceptron (Collins 2002) over each word's letters, the lists that hold it, and its neighbours.
//!
//! The rules beside it know the turns of phrase that were thought of; the model knows how a name stands among other words. Its
//! weights are trained by `corpus::training` of the tests on invented patients whose names were drawn anew, and lie in
//! `config/words/persons/weights.bin`: hashes of features with their weights in thousandths, big-endian, sorted.

use std::ops::Range;
use std::sync::LazyLock;

use super::lists::folded;
use super::remembered::Remembered;
use super::words;
use crate::pattern::patterns;

const WEIGHTS: &[u8] = include_bytes!("../../../config/words/persons/weights.bin");
/// Bytes of one feature's hash and of its row.
const HASH_BYTES: usize = 4;
const ROW_BYTES: usize = HASH_BYTES + 2;
/// Leading bits of a hash by which its row is found.
const INDEX_BITS: u32 = 14;
/// What the weights of a word must exceed, in thousandths: below it more words of coding than names are taken.
const THRESHOLD: i32 = 300;

patterns! {
    TOKEN = r"[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*|\d+(?:[./:-]\d+)*|\n|[^\w\s]";
}

/// One word, number or sign of a text.
#[derive(Debug, Clone)]
pub struct Token {
    pub range: Range<usize>,
    pub is_word: bool,
    /// A sign that a name may go on behind: the dot of an initial, a hyphen, a comma.
    joins: bool,
    /// Its letters without marks, and what it looks like and is by the lists.
    letters: u32,
    sense: u32,
}

thread_local! {
    static LOOKS: Remembered<(u32, u32)> = const { Remembered::new() };
}

fn is_word(token: &str) -> bool {
    token.chars().next().is_some_and(char::is_alphabetic)
}

/// The hash of a token's letters, and that of what it looks like and is by the lists.
fn looks(token: &str) -> (u32, u32) {
    let lists = if is_word(token) { words::lists_of(token) } else { [0, 0] };
    (hash(&[folded(token).as_bytes()]), hash(&[shape(token).as_bytes(), &lists]))
}

/// The words, numbers and signs of a text, in order.
pub fn tokens(text: &str) -> Vec<Token> {
    let all = TOKEN.find_iter(text).map(|found| {
        let word = found.as_str();
        let (letters, sense) = LOOKS.with(|remembered| remembered.get(word, looks));
        Token { range: found.range(), is_word: is_word(word), joins: matches!(word, "." | "-" | ","), letters, sense }
    });
    all.collect()
}

/// The features of the token at `at`, hashed; `inside` says whether the one before it is of a name.
pub fn features(tokens: &[Token], at: usize, inside: bool) -> [u32; 20] {
    let around = |by: isize| at.checked_add_signed(by).and_then(|at| tokens.get(at));
    let sense = |by: isize| around(by).map_or(0, |token| token.sense);
    let letters = |by: isize| around(by).map_or(0, |token| token.letters);
    let (here, next, prev) = (sense(0), sense(1), sense(-1));
    let told = u32::from(inside);
    let of = |template: u32, parts: [u32; 3]| {
        hash(&[&template.to_be_bytes(), &parts[0].to_be_bytes(), &parts[1].to_be_bytes(), &parts[2].to_be_bytes()])
    };
    [
        of(0, [told, 0, 0]),
        of(1, [here, 0, 0]),
        of(2, [here, next, 0]),
        of(3, [here, prev, 0]),
        of(4, [here, prev, next]),
        of(5, [here, next, sense(2)]),
        of(6, [here, prev, sense(-2)]),
        of(7, [next, 0, 0]),
        of(8, [prev, 0, 0]),
        of(9, [letters(-1), 0, 0]),
        of(10, [letters(1), 0, 0]),
        of(11, [letters(-2), 0, 0]),
        of(12, [letters(2), 0, 0]),
        of(13, [here, letters(-1), 0]),
        of(14, [here, letters(1), 0]),
        of(15, [letters(0), 0, 0]),
        of(16, [told, here, 0]),
        of(17, [told, here, letters(-1)]),
        of(18, [told, here, next]),
        of(19, [letters(-1), letters(-2), 0]),
    ]
}

/// Walks the words of a text from its beginning, and tells each with whether `is_name` said so of it.
pub fn walk(tokens: &[Token], mut is_name: impl FnMut(usize, &[u32; 20]) -> bool) {
    let mut inside = false;
    for (at, token) in tokens.iter().enumerate() {
        if token.is_word {
            inside = is_name(at, &features(tokens, at, inside));
        } else if !token.joins {
            inside = false;
        }
    }
}

/// The names of a text by the weights.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let tokens = tokens(text);
    let mut names: Vec<Range<usize>> = Vec::new();
    walk(&tokens, |at, features| {
        let is_name = features.iter().map(|feature| weight(*feature)).sum::<i32>() > THRESHOLD;
        if let (true, Some(token)) = (is_name, tokens.get(at)) {
            match names.last_mut().filter(|last| matches!(text.get(last.end..token.range.start), Some(" " | ", " | "," | ". "))) {
                Some(last) => last.end = token.range.end,
                None => names.push(token.range.clone()),
            }
        }
        is_name
    });
    names.retain(|name| !is_eponym(text, name.end));
    names
}

/// Whether a disease, an operation or an organ follows: `Ludwig angina`.
fn is_eponym(text: &str, end: usize) -> bool {
    let after = text.get(end..).unwrap_or_default();
    let after = after.strip_prefix("'s").or_else(|| after.strip_prefix("’s")).unwrap_or(after);
    let next = after.strip_prefix(' ').and_then(|rest| rest.split(|c: char| !c.is_alphabetic()).next());
    next.is_some_and(words::makes_eponym)
}

/// Where the rows begin whose hashes begin with these [`INDEX_BITS`]: a row or two each.
static ROWS_FROM: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let (rows, _) = WEIGHTS.as_chunks::<ROW_BYTES>();
    let heads = (0..=1_u64 << INDEX_BITS).map(|head| head << (u32::BITS - INDEX_BITS));
    heads.map(|least| u16::try_from(rows.partition_point(|row| u64::from(hash_of(*row)) < least)).unwrap_or(u16::MAX)).collect()
});

const fn hash_of([a, b, c, d, ..]: [u8; ROW_BYTES]) -> u32 {
    u32::from_be_bytes([a, b, c, d])
}

fn weight(feature: u32) -> i32 {
    let (rows, _) = WEIGHTS.as_chunks::<ROW_BYTES>();
    let head = (feature >> (u32::BITS - INDEX_BITS)) as usize;
    let bounds = (ROWS_FROM.get(head), ROWS_FROM.get(head + 1));
    let (Some(from), Some(to)) = bounds else { return 0 };
    let near = rows.get(usize::from(*from)..usize::from(*to)).unwrap_or_default();
    let row = near.iter().find(|row| hash_of(**row) == feature);
    row.map_or(0, |[.., high, low]| i32::from(i16::from_be_bytes([*high, *low])))
}

/// Capitals, digits and signs: `Aa`, `AA+`, `d5`, `d6/`.
fn shape(word: &str) -> String {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return String::new() };
    if first.is_ascii_digit() {
        let mark = ['/', '-', '.'].into_iter().find(|mark| word.contains(*mark));
        return format!("d{}{}", word.len().min(6), mark.map_or(String::new(), String::from));
    }
    if !first.is_alphabetic() {
        return word.to_owned();
    }
    let small = word.chars().any(char::is_lowercase);
    let shape = match (first.is_uppercase(), letters.next().is_none(), small) {
        (true, true, _) => "A",
        (false, true, _) => "a",
        (true, false, false) if word.chars().count() > 4 => "AA+",
        (true, false, false) => "AA",
        (true, false, true) => "Aa",
        (false, false, _) => "aa",
    };
    shape.to_owned()
}

/// FNV-1a, 32 bits.
fn hash(parts: &[&[u8]]) -> u32 {
    parts.iter().flat_map(|part| part.iter()).fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}
