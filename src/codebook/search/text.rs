//! Text to terms, the same way for records, word tables and queries: plain letters, no stop words, stems; what tells siblings
//! apart (side, trimester, intent of a poisoning) is taken out as facets, so that a family of codes shares one entry.

use std::collections::HashMap;

use tantivy::tokenizer::{Language, Stemmer, TextAnalyzer, TokenStream as _, WhitespaceTokenizer};

use super::facets::{Facets, take};
use crate::folding;

/// Words that say nothing about what a text is about.
const STOP: &[&str] = &[
    "a",
    "an",
    "and",
    "are",
    "as",
    "at",
    "be",
    "been",
    "by",
    "due",
    "else",
    "elsewhere",
    "classified",
    "encounter",
    "for",
    "from",
    "has",
    "have",
    "he",
    "her",
    "his",
    "i",
    "im",
    "in",
    "into",
    "is",
    "it",
    "its",
    "me",
    "my",
    "nec",
    "nos",
    "of",
    "on",
    "or",
    "other",
    "otherwise",
    "our",
    "part",
    "patient",
    "pt",
    "she",
    "specified",
    "that",
    "the",
    "their",
    "them",
    "there",
    "they",
    "this",
    "to",
    "unspecified",
    "use",
    "used",
    "was",
    "we",
    "were",
    "when",
    "while",
    "who",
    "with",
    "you",
    "your",
    "w",
    "associated",
    "approach",
    "initial",
    "some",
    "any",
    "per",
    "s",
];

/// Stems of words that people say around what they mean; rare in titles, which would make them weigh most.
const TALK: &[&str] = &[
    "again",
    "ago",
    "alreadi",
    "alway",
    "anymor",
    "away",
    "bad",
    "badli",
    "bare",
    "came",
    "cannot",
    "cant",
    "come",
    "constant",
    "day",
    "did",
    "do",
    "doe",
    "doesnt",
    "dont",
    "especi",
    "etc",
    "even",
    "ever",
    "everi",
    "everyth",
    "feel",
    "felt",
    "final",
    "get",
    "give",
    "go",
    "goe",
    "gone",
    "got",
    "guy",
    "had",
    "happen",
    "just",
    "keep",
    "kept",
    "lie",
    "like",
    "littl",
    "look",
    "lot",
    "made",
    "make",
    "mani",
    "mayb",
    "month",
    "more",
    "much",
    "need",
    "never",
    "notic",
    "now",
    "often",
    "only",
    "pleas",
    "pretti",
    "realli",
    "seem",
    "sinc",
    "so",
    "sometim",
    "start",
    "stay",
    "still",
    "stop",
    "stuff",
    "such",
    "take",
    "tell",
    "thing",
    "time",
    "today",
    "told",
    "too",
    "took",
    "tri",
    "turn",
    "until",
    "veri",
    "want",
    "week",
    "went",
    "wont",
    "yesterday",
];
/// How much of its weight such a word keeps.
const TALK_KEEPS: f32 = 0.35;

/// What part of its weight a term takes in a query and in a text.
pub fn told(term: &str) -> f32 {
    if TALK.binary_search(&term).is_ok() { TALK_KEEPS } else { 1.0 }
}

/// Words of a clause after which things are absent.
const NEGATIONS: &[&str] = &["without", "not", "no"];
/// How many words a negation reaches.
const NEGATION_REACH: usize = 3;

/// What a text says: its terms, each once, and its facets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    pub terms: Vec<String>,
    pub facets: Facets,
}

/// Lower case, accents folded, apostrophes gone.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\'' | '\u{2019}' | '\u{2018}' => {}
            c => match folding::base(c) {
                Some(base) => folded.push_str(base),
                None => folded.extend(c.to_lowercase()),
            },
        }
    }
    folded
}

/// The clauses of a text as plain words: letters and digits, split wherever the text is.
pub fn clauses(text: &str) -> Vec<Vec<String>> {
    let folded = fold(text);
    let cut = |c: char| matches!(c, ',' | ';' | '(' | ')' | '[' | ']' | ':');
    folded
        .split(cut)
        .map(|clause| clause.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(ordinal).collect())
        .collect()
}

/// The plain words of a text, in one row.
pub fn words(text: &str) -> Vec<String> {
    clauses(text).into_iter().flatten().collect()
}

fn ordinal(word: &str) -> String {
    match word {
        "1st" => "first",
        "2nd" => "second",
        "3rd" => "third",
        "4th" => "fourth",
        "5th" => "fifth",
        word => word,
    }
    .to_owned()
}

/// Stems words; one a thread of work, since it carries a buffer. Words come back often, so their stems are kept.
pub struct Stems {
    analyzer: TextAnalyzer,
    known: HashMap<String, String>,
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stems")
    }
}

impl Default for Stems {
    fn default() -> Self {
        let analyzer = TextAnalyzer::builder(WhitespaceTokenizer::default()).filter(Stemmer::new(Language::English)).build();
        Self { analyzer, known: HashMap::new() }
    }
}

impl Stems {
    /// The stems of `words`, in their order.
    pub fn of(&mut self, words: &[String]) -> Vec<String> {
        words.iter().map(|word| self.one(word)).collect()
    }

    fn one(&mut self, word: &str) -> String {
        if let Some(known) = self.known.get(word) {
            return known.clone();
        }
        let mut stream = self.analyzer.token_stream(word);
        let stem = if stream.advance() { stream.token().text.clone() } else { word.to_owned() };
        self.known.insert(word.to_owned(), stem.clone());
        stem
    }

    /// The terms of a text.
    pub fn terms(&mut self, text: &str) -> Terms {
        let mut facets = Facets::default();
        let mut terms: Vec<String> = Vec::new();
        for clause in clauses(text) {
            let clause = take(&clause, &mut facets);
            let stems = self.of(&clause);
            for term in negated(&clause, stems) {
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
        }
        if facets.intent.is_some() {
            terms.push(super::facets::DRUG_TERM.to_owned());
        }
        Terms { terms, facets }
    }
}

/// Drops stop words and marks what a clause says is absent: "without complication" becomes `no_complic`.
pub fn negated(clause: &[String], stems: Vec<String>) -> Vec<String> {
    let mut left = 0;
    let mut terms = Vec::with_capacity(stems.len());
    for (word, stem) in clause.iter().zip(stems) {
        if NEGATIONS.contains(&word.as_str()) {
            left = NEGATION_REACH;
        } else if !is_stop(word) {
            if left > 0 {
                left -= 1;
                terms.push(format!("no_{stem}"));
            } else {
                terms.push(stem);
            }
        } else if word == "with" {
            left = 0;
        }
    }
    terms
}

pub fn is_stop(word: &str) -> bool {
    STOP.contains(&word)
}
