//! The parts of a draft that must stand on something: codes, modifiers, numbers, dates, policies, citations.

use std::borrow::Cow;

use regex::{Captures, Regex};

use crate::pattern::patterns;

/// A sentence of a draft, taken apart.
#[derive(Debug, Default)]
pub(super) struct Sentence {
    /// Without citations.
    pub text: String,
    pub codes: Vec<String>,
    /// Two capitals, or a capital and a digit, and the digits that hang on a code: `-59`.
    pub modifiers: Vec<String>,
    /// With the word behind each, in lower case.
    pub numbers: Vec<(String, String)>,
    pub dates: Vec<String>,
    /// Manual sections and policy numbers: `I.E`, `§40`, `L33256`.
    pub policies: Vec<String>,
}

// Word ends of ASCII: every sign that counts here is ASCII, and a `§` or a `ñ` elsewhere in the text then costs nothing.
patterns! {
    /// Names that hold digits and are no statement.
    NAMES = r"ICD-10-CM|ICD-10-PCS|CIE-10-MC|Excludes[12]|MM/DD/YYYY";
    CITATION = r"\[[^\[\]]{3,160}\]";
    DATE = r"(?-u:\b)\d{4}-\d{2}-\d{2}(?-u:\b)|(?-u:\b)\d{1,2}/\d{1,2}/\d{2,4}(?-u:\b)|(?-u:\b)(?:January|February|March|April|May|June|July|August|September|October|November|December|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre) \d{1,2}(?:, \d{4})?(?-u:\b)";
    POLICY = r"(?-u:\b)(?:L|A)\d{5}(?-u:\b)|(?-u:\b)(?:LCD|NCD|MLN|MM|CR|NCA)[ -]?[A-Z]?\d[\d.]*(?-u:\b)|§ ?\d+(?:\.\d+)*|(?-u:\b)[IVX]+(?:\.[A-Z](?:\.\d+)*(?:\.[a-z])?)+(?-u:\b)";
    CODE = r"(?-u:\b)(?:\d{5}|\d{4}[A-Z]|[A-Z]\d{4}|[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}|[A-TV-Z]\d[0-9])(?:-([A-Z0-9]{2}))*(?:(?-u:\b)|\.-)";
    HANGING = r"-([A-Z0-9]{2})(?-u:\b)";
    CAPITALS = r"(?-u:\b)(?:[A-Z][A-Z]|[A-Z]\d)(?-u:\b)";
    ORDERED = r"(?-u:\b)\d{4}-\d{2}-\d{2}(?-u:\b)|(?-u:\b)(?:\d{4}[A-Z]|[A-Z]\d{4}|[A-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4})(?-u:\b)|\d[\d,]*(?:\.\d+)?";
    JOINED = r"(?-u:\b)(\d{5}|\d{4}[A-Z]|[A-Z]\d{4}|[A-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4})(?: \(column [12]\))? (?:and|with|y|con) (\d{5}|\d{4}[A-Z]|[A-Z]\d{4}|[A-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4})(?-u:\b)";
    NUMBER = r"\$?\d[\d,]*(?:\.\d+)?";
    LIST_MARK = r"(?m)^\s*(?:\d{1,2}[.)]|[-*])\s+";
    IDENTIFIER = r"(?i)[\w.+-]+@[\w-]+\.\w+|(?-u:\b)\d{3}-\d{2}-\d{4}(?-u:\b)|\(?(?-u:\b)\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?-u:\b)|(?-u:\b)[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d{2}(?-u:\b)|(?-u:\b)(?:DOB|MRN|SSN|MBI)(?-u:\b)[:# ]*\S*\d";
}

/// Capitals that are no modifier.
const WORDS: &[&str] = &[
    "CM", "ED", "EM", "ID", "II", "IM", "IV", "IU", "MD", "MG", "NO", "NP", "OK", "OR", "PA", "US", "VI", "Q1", "Q2", "Q3", "Q4",
    "SI", "LA", "EL", "UN", "DE", "AN", "IF",
];

/// A line of a draft: its sentences, and the citations that hold for all of it.
pub(super) struct Line {
    /// Without citations.
    pub text: String,
    pub sentences: Vec<Sentence>,
    /// `[…]`, letter by letter.
    pub citations: Vec<String>,
}

/// The lines of a draft, its list marks off.
pub(super) fn lines(body: &str) -> Vec<Line> {
    let plain = LIST_MARK.replace_all(body, "");
    plain.lines().filter(|line| !line.trim().is_empty()).map(line).collect()
}

fn line(text: &str) -> Line {
    let citations = CITATION.find_iter(text).map(|m| m.as_str().to_owned()).collect();
    let bare = CITATION.replace_all(text, " ");
    let mut sentences = Vec::new();
    let mut start = 0;
    let ends: std::collections::BTreeSet<usize> =
        bare.match_indices(". ").chain(bare.match_indices("? ")).map(|(at, _)| at).collect();
    for at in ends {
        sentences.push(take_apart(bare.get(start..=at).unwrap_or_default()));
        start = at + 1;
    }
    sentences.push(take_apart(bare.get(start..).unwrap_or_default()));
    sentences.retain(|s| !s.text.trim().is_empty());
    Line { sentences, citations, text: bare.into_owned() }
}

/// The sentences of a text.
pub(super) fn sentences(text: &str) -> Vec<Sentence> {
    lines(text).into_iter().flat_map(|line| line.sentences).collect()
}

/// Codes, dates and numbers in the order in which a text says them.
pub(super) fn sequence(text: &str) -> Vec<String> {
    let plain = NAMES.replace_all(text, " ");
    ORDERED.find_iter(&plain).map(|m| m.as_str().trim_end_matches([',', '.', '-']).to_owned()).collect()
}

/// Two codes that "and" or "with" joins: a pair of one code with itself is none.
pub(super) fn joined(text: &str) -> Vec<(String, String)> {
    let code = |m: Option<regex::Match<'_>>| m.map(|m| m.as_str().to_owned());
    JOINED.captures_iter(text).filter_map(|c| Some((code(c.get(1))?, code(c.get(2))?))).collect()
}

/// What looks like a person's identifier, without repeating it.
pub(super) fn identifiers(body: &str) -> Vec<String> {
    if IDENTIFIER.is_match(body) { vec!["the text holds what looks like a personal identifier".to_owned()] } else { Vec::new() }
}

fn take_apart(text: &str) -> Sentence {
    let mut rest = NAMES.replace_all(text, " ").into_owned();
    let mut sentence = Sentence { text: text.to_owned(), ..Sentence::default() };
    let mut cut = |pattern: &Regex, into: &mut Vec<String>| {
        let cut_out = pattern.replace_all(&rest, |found: &Captures<'_>| {
            into.extend(found.get(0).map(|m| m.as_str().to_owned()));
            " "
        });
        if let Cow::Owned(left) = cut_out {
            rest = left;
        }
    };
    cut(&DATE, &mut sentence.dates);
    cut(&POLICY, &mut sentence.policies);
    let mut whole = Vec::new();
    cut(&CODE, &mut whole);
    for code in whole {
        let bare = code.split('-').next().unwrap_or_default().trim_end_matches('.').to_owned();
        sentence.modifiers.extend(HANGING.captures_iter(&code).filter_map(|c| c.get(1)).map(|m| m.as_str().to_owned()));
        sentence.codes.push(bare);
    }
    cut(&CAPITALS, &mut sentence.modifiers);
    sentence.modifiers.retain(|m| !WORDS.contains(&m.as_str()));
    for number in NUMBER.find_iter(&rest) {
        let behind = rest.get(number.end()..).unwrap_or_default();
        let word: String = behind.trim_start_matches([' ', '-']).chars().take_while(|c| c.is_alphabetic()).collect();
        sentence.numbers.push((number.as_str().trim_end_matches([',', '.']).to_owned(), word.to_lowercase()));
    }
    sentence
}
