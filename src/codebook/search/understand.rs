//! What a person typed, as readings: phrases of the word tables replaced by the publishers' words, slips mended, sides and
//! trimesters told apart.

use std::collections::HashSet;

use super::facets::{Facets, take};
use super::opened::Opened;
use super::text::{Stems, is_stop, negated, words};
use super::typo::Guess;
use super::words::{Reading, Words};

/// Readings of one query that are followed.
const VARIANTS_MAX: usize = 6;
/// Letters of a short word, and words of a query in which it may be cut off.
const SHORT_MAX: usize = 6;
const SHORT_QUERY_MAX: usize = 3;
/// Words of a query that are read.
const WORDS_MAX: usize = 24;

/// One idea of a query: the terms that may stand for it, each with how well it suits.
#[derive(Debug, Clone, PartialEq)]
pub struct Concept {
    pub choices: Vec<(String, f32)>,
}

/// One reading of a query.
#[derive(Debug, Clone)]
pub struct Variant {
    pub concepts: Vec<Concept>,
    pub facets: Facets,
    /// How it differs from what was typed.
    pub note: Option<String>,
    /// How much its findings count.
    pub trust: f32,
}

/// What a query is read with.
struct Context<'a> {
    tables: &'a Words,
    index: &'a Opened,
    system: Option<&'a str>,
    /// Words that were typed in capitals, in lower case; none where nothing else was typed.
    capitals: HashSet<String>,
    alone: bool,
}

impl<'a> Context<'a> {
    fn reading(&self, words: &[String]) -> Option<(usize, Vec<&'a Reading>)> {
        let found = self.tables.reading(words, self.system)?;
        let ordinary = |word: &String| found.0 == 1 && self.tables.wants_capitals(word) && !self.capitals.contains(word);
        (self.alone || !words.first().is_some_and(ordinary)).then_some(found)
    }
}

/// The words of a text that are in capitals, in lower case.
fn capitals(text: &str) -> HashSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1);
    words.filter(|word| !word.chars().any(char::is_lowercase)).map(str::to_lowercase).collect()
}

/// A stretch of the query: as typed, or by a table.
#[derive(Debug, Clone)]
enum Piece<'a> {
    Word { typed: String, guesses: Vec<Guess> },
    Read { typed: String, readings: Vec<&'a Reading> },
}

pub fn understand(text: &str, tables: &Words, index: &Opened, system: Option<&str>) -> Vec<Variant> {
    let mut stems = Stems::default();
    let typed: Vec<String> = words(text).into_iter().take(WORDS_MAX).collect();
    let context = Context { tables, index, system, capitals: capitals(text), alone: typed.len() == 1 };
    let context = &context;
    let typed = parted(typed, context);
    let mended = mended(typed, context, &mut stems);
    let pieces = pieces(&mended, context, &mut stems);
    let mut variants: Vec<Variant> = Vec::new();
    let alternatives = pieces.iter().enumerate().flat_map(|(at, piece)| match piece {
        Piece::Read { readings, .. } => (1..readings.len()).map(move |which| (at, which)).collect(),
        Piece::Word { .. } => Vec::new(),
    });
    let any_read = pieces.iter().any(|piece| matches!(piece, Piece::Read { .. }));
    for (at, which) in std::iter::once((usize::MAX, 0)).chain(alternatives.take(VARIANTS_MAX - 2)) {
        variants.push(variant(&pieces, |place| Some(if place == at { which } else { 0 }), context, &mut stems));
    }
    if any_read {
        variants.push(variant(&pieces, |_| None, context, &mut stems));
    }
    let mut seen: Vec<Vec<Concept>> = Vec::new();
    variants.retain(|v| {
        let new = !v.concepts.is_empty() && !seen.contains(&v.concepts);
        seen.push(v.concepts.clone());
        new
    });
    variants
}

/// "ckd3b" and "x2" as two words, where nobody knows them as one.
fn parted(typed: Vec<String>, context: &Context<'_>) -> Vec<String> {
    let mut out = Vec::with_capacity(typed.len());
    for word in typed {
        let letters = word.find(|c: char| c.is_ascii_digit()).filter(|at| *at >= 2);
        let known = context.reading(std::slice::from_ref(&word)).is_some() || context.index.weight_of(&word) > 0.0;
        match letters.and_then(|at| word.split_at_checked(at)) {
            Some((head, tail)) if !known => out.extend([head.to_owned(), tail.to_owned()]),
            _ => out.push(word),
        }
    }
    out
}

fn mended(typed: Vec<String>, context: &Context<'_>, stems: &mut Stems) -> Vec<(String, Vec<Guess>)> {
    let Context { tables, index, .. } = context;
    let mut out = Vec::with_capacity(typed.len());
    let all = typed.clone();
    for (at, word) in typed.into_iter().enumerate() {
        let begins = all.get(at..).and_then(|rest| context.reading(rest)).is_some();
        let stem = stems.of(std::slice::from_ref(&word)).pop().unwrap_or_default();
        let plain = word.chars().all(|c| c.is_ascii_alphabetic()) && word.len() >= 3;
        let settled = begins || !plain || is_stop(&word) || !tables.same(&stem).is_empty();
        let known = settled || index.vocabulary.knows(&word);
        let mut guesses = Vec::new();
        if known {
            // A short word may be the beginning of a longer one: "plant fasc".
            if !settled && word.len() <= SHORT_MAX && (2..=SHORT_QUERY_MAX).contains(&all.len()) {
                guesses.push(Guess { word: word.clone(), suits: 1.0 });
                guesses
                    .extend(index.vocabulary.completions(&word).into_iter().skip(1).map(|guess| Guess { suits: 0.7, ..guess }));
            }
        } else if index.weight_of(&stem) > 0.0 {
            // Nobody wrote the word itself, though one with its stem: "migrane" has the stem of "migrans".
            guesses.push(Guess { word: word.clone(), suits: 1.0 });
            guesses.extend(index.vocabulary.corrections(&word));
        } else {
            guesses = index.vocabulary.completions(&word);
            if guesses.is_empty() || word.len() <= 4 {
                guesses.extend(index.vocabulary.corrections(&word));
            }
        }
        out.push((word, guesses));
    }
    out
}

fn pieces<'a>(mended: &[(String, Vec<Guess>)], context: &Context<'a>, stems: &mut Stems) -> Vec<Piece<'a>> {
    let best: Vec<String> =
        mended.iter().map(|(word, guesses)| guesses.first().map_or(word, |guess| &guess.word).clone()).collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(rest) = best.get(at..).filter(|rest| !rest.is_empty()) {
        let found = context.reading(rest).filter(|(long, readings)| {
            let alone = stems.of(rest.get(..1).unwrap_or_default()).pop().unwrap_or_default();
            readings.iter().any(|reading| !reading.weak) || *long > 1 || context.index.weight_of(&alone) <= 0.0
        });
        if let Some((long, readings)) = found {
            pieces.push(Piece::Read { typed: rest.get(..long).unwrap_or_default().join(" "), readings });
            at += long;
        } else {
            pieces.extend(mended.get(at).map(|(typed, guesses)| Piece::Word { typed: typed.clone(), guesses: guesses.clone() }));
            at += 1;
        }
    }
    pieces
}

fn variant(pieces: &[Piece<'_>], choose: impl Fn(usize) -> Option<usize>, context: &Context<'_>, stems: &mut Stems) -> Variant {
    let mut line: Vec<String> = Vec::new();
    let mut guessed: Vec<(String, Vec<Guess>)> = Vec::new();
    let mut notes: Vec<String> = Vec::new();
    let mut trust = 1.0;
    for (place, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Word { typed, guesses } => match guesses.first() {
                Some(first) => {
                    if *typed != first.word {
                        notes.push(format!("{typed}: {}", first.word));
                    }
                    line.push(first.word.clone());
                    guessed.push((first.word.clone(), guesses.clone()));
                }
                None => line.push(typed.clone()),
            },
            Piece::Read { typed, readings } => match choose(place).and_then(|which| readings.get(which)) {
                Some(Reading { text, kind, weak }) => {
                    notes.push(format!("{typed}: {text} ({kind})"));
                    trust *= if *weak { 0.9 } else { 1.0 };
                    // A Spanish phrase may be read as lay words, which have readings of their own.
                    line.extend(if *kind == "Spanish" { again(text, context, stems) } else { words(text) });
                }
                None => line.extend(words(typed)),
            },
        }
    }
    let mut facets = Facets::default();
    let mut line = take(&line, &mut facets);
    if line.iter().any(|word| word.starts_with("fractur")) {
        // A fracture is closed unless it is said to be open; the titles of the first visit do not say it.
        line.retain(|word| word != "closed");
    }
    let stemmed = stems.of(&line);
    let mut concepts: Vec<Concept> = Vec::new();
    for stem in negated(&line, stemmed) {
        let mut choices = vec![(stem.clone(), 1.0)];
        for (word, guesses) in &guessed {
            let first = stems.of(std::slice::from_ref(word)).pop().unwrap_or_default();
            if first == stem {
                let suits = guesses.first().map_or(1.0, |guess| guess.suits);
                choices = vec![(stem.clone(), suits)];
                for guess in guesses.iter().skip(1) {
                    choices
                        .extend(stems.of(std::slice::from_ref(&guess.word)).into_iter().map(|stem| (stem, guess.suits * 0.99)));
                }
            }
        }
        choices.extend(context.tables.same(&stem).iter().map(|other| (other.clone(), 0.9)));
        if !concepts.iter().any(|c| c.choices.first() == choices.first()) {
            concepts.push(Concept { choices });
        }
    }
    if facets.intent.is_some() {
        concepts.push(Concept { choices: vec![(super::facets::DRUG_TERM.to_owned(), 1.0)] });
    }
    Variant { concepts, facets, note: (!notes.is_empty()).then(|| notes.join("; ")), trust }
}

/// A reading's words with their own readings, the first of each.
fn again(text: &str, context: &Context<'_>, stems: &mut Stems) -> Vec<String> {
    let typed: Vec<(String, Vec<Guess>)> = words(text).into_iter().map(|word| (word, Vec::new())).collect();
    let pieces = pieces(&typed, context, stems);
    pieces
        .into_iter()
        .flat_map(|piece| match piece {
            Piece::Word { typed, .. } => vec![typed],
            Piece::Read { typed, readings } => match readings.first() {
                Some(reading) if reading.kind != "Spanish" => words(&reading.text),
                _ => words(&typed),
            },
        })
        .collect()
}
