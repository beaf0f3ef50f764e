//! Trains the weights by which names are told from other words (`src/parse/identifiers/tagger.rs`).
//!
//! `cargo nextest run --run-ignored only corpus::training` reads the invented patients of `tests/corpus/patients` (and, where the larger
//! test data are there, those and the questions of it, which name nobody), draws their names anew from the lists, in small letters and in
//! capitals too, and writes `config/words/persons/weights.bin`. The same input gives the same weights.

use std::collections::HashMap;
use std::fs;
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use caseconsultant::parse::tagger::{Token, features, tokens, walk};
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{Rng as _, SeedableRng as _};
use serde_json::Value;

/// Times that each mail is trained on with names of other people.
const DRAWN_ANEW: usize = 3;
const ROUNDS: usize = 8;
const STEP: f64 = 0.1;
/// How far on the right side a word's sum must lie to be left alone.
const MARGIN: f64 = 1.0;
/// A feature seen less often says something of one mail alone.
const SEEN_MIN: u32 = 3;
const WEIGHTS_KEPT: usize = 12_000;

/// A text with the places, in characters, of its names and of its signature.
struct Mail {
    text: String,
    names: Vec<Range<usize>>,
    signed: Vec<Range<usize>>,
}

/// What the trainer needs of a word: is it of a name, and is it left out.
struct Example {
    tokens: Vec<Token>,
    is_name: Vec<bool>,
    is_signed: Vec<bool>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rows(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn patients() -> Vec<Mail> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(root().join("tests/corpus/patients")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.extend(super::questions::shared("phi_dev.jsonl"));
    let all = files.iter().flat_map(|file| rows(file));
    all.map(|row| {
        let spans = |kind: &str| {
            let of = row["spans"].as_array().unwrap().iter().filter(|span| span["type"] == kind);
            of.map(|span| span["start"].as_u64().unwrap() as usize..span["end"].as_u64().unwrap() as usize).collect()
        };
        Mail { text: row["text"].as_str().unwrap().to_owned(), names: spans("NAME"), signed: spans("SENDER") }
    })
    .collect()
}

/// Questions of coders, which name nobody.
fn questions() -> Vec<Mail> {
    let files = ["dev", "dev_rules", "routes_dev"].map(|name| format!("{name}.jsonl"));
    let all = files.iter().filter_map(|name| super::questions::shared(name)).flat_map(|file| rows(&file));
    all.map(|row| {
        let said = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
        Mail { text: format!("{}\n\n{}", said("subject"), said("body")), names: Vec::new(), signed: Vec::new() }
    })
    .collect()
}

/// Names to draw from: the short lists that were weighed by hand, and the long ones.
struct Names {
    given: [Vec<String>; 2],
    family: [Vec<String>; 2],
    other_words: Vec<String>,
}

impl Names {
    fn read() -> Self {
        let folder = root().join("config/words");
        let short = |name: &str| {
            let text = fs::read_to_string(folder.join("persons").join(name)).unwrap();
            text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        let long = |name: &str| {
            let mut text = String::new();
            flate2::read::GzDecoder::new(fs::File::open(folder.join(name)).unwrap()).read_to_string(&mut text).unwrap();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        Self {
            given: [short("given.txt"), long("given.txt.gz")],
            family: [short("family.txt"), long("family.txt.gz")],
            other_words: short("weighed.txt"),
        }
    }

    fn draw(&self, given: bool, rng: &mut StdRng) -> String {
        let chance: f64 = rng.random();
        let lists = if given { &self.given } else { &self.family };
        let list = if chance < 0.35 {
            &lists[0]
        } else if chance < 0.85 {
            &lists[1]
        } else {
            &self.other_words
        };
        list.choose(rng).unwrap().clone()
    }

    fn is_given(&self, plain: &str) -> bool {
        self.given.iter().any(|list| list.iter().any(|name| name == plain))
    }
}

fn of_letters(word: &str, like: &str) -> String {
    if like.chars().all(|c| !c.is_lowercase()) {
        return word.to_uppercase();
    }
    if like.chars().all(|c| !c.is_uppercase()) {
        return word.to_lowercase();
    }
    let capital =
        |piece: &str| piece.chars().take(1).flat_map(char::to_uppercase).chain(piece.chars().skip(1)).collect::<String>();
    word.split('-').map(capital).collect::<Vec<_>>().join("-")
}

/// The mail with other people in it.
fn anew(mail: &Mail, names: &Names, rng: &mut StdRng) -> Mail {
    let letters: Vec<char> = mail.text.chars().collect();
    let manner = rng.random_range(0..5);
    let mut drawn: HashMap<String, String> = HashMap::new();
    let mut marks: Vec<(Range<usize>, bool)> = mail.names.iter().map(|name| (name.clone(), true)).collect();
    marks.extend(mail.signed.iter().map(|signed| (signed.clone(), false)));
    marks.sort_by_key(|(range, _)| range.start);
    let mut made = Mail { text: String::new(), names: Vec::new(), signed: Vec::new() };
    let (mut at, mut length) = (0, 0);
    let push = |text: &mut String, length: &mut usize, piece: &str| {
        text.push_str(piece);
        *length += piece.chars().count();
    };
    for (range, is_name) in marks {
        push(&mut made.text, &mut length, &letters[at..range.start].iter().collect::<String>());
        let start = length;
        let said: String = letters[range.clone()].iter().collect();
        if is_name {
            for word in said.split_inclusive(|c: char| !c.is_alphabetic()) {
                let name: String = word.chars().filter(|c| c.is_alphabetic()).collect();
                let rest: String = word.chars().filter(|c| !c.is_alphabetic()).collect();
                if name.chars().count() < 3
                    || ["baby", "girl", "boy", "von", "van", "del", "der", "bin"].contains(&name.to_lowercase().as_str())
                {
                    push(&mut made.text, &mut length, word);
                    continue;
                }
                let plain = name.to_lowercase();
                let given = names.is_given(&plain);
                let other = drawn.entry(plain).or_insert_with(|| names.draw(given, rng)).clone();
                let other = match manner {
                    0 => other.to_lowercase(),
                    1 => other.to_uppercase(),
                    _ => of_letters(&other, &name),
                };
                push(&mut made.text, &mut length, &format!("{other}{rest}"));
            }
            made.names.push(start..length);
        } else {
            push(&mut made.text, &mut length, &said);
            made.signed.push(start..length);
        }
        at = range.end;
    }
    push(&mut made.text, &mut length, &letters[at..].iter().collect::<String>());
    // Some people's mails have no capitals at all.
    let small = made.text.to_lowercase();
    if rng.random_bool(0.25) && small.chars().count() == length {
        made.text = small;
    }
    made
}

fn example(mail: &Mail) -> Example {
    let tokens = tokens(&mail.text);
    let place = |bytes: usize| mail.text[..bytes].chars().count();
    let within = |token: &Token, ranges: &[Range<usize>]| {
        let (start, end) = (place(token.range.start), place(token.range.end));
        ranges.iter().any(|range| range.start < end && start < range.end)
    };
    let is_name = tokens.iter().map(|token| within(token, &mail.names)).collect();
    let is_signed = tokens.iter().map(|token| within(token, &mail.signed)).collect();
    Example { tokens, is_name, is_signed }
}

#[derive(Default)]
struct Weight {
    now: f64,
    weighted: f64,
}

fn trained(examples: &mut [Example], rng: &mut StdRng) -> Vec<(u32, i16)> {
    let mut seen: HashMap<u32, u32> = HashMap::new();
    for one in examples.iter() {
        for at in (0..one.tokens.len()).filter(|at| one.tokens[*at].is_word && !one.is_signed[*at]) {
            for feature in features(&one.tokens, at, at > 0 && one.is_name[at - 1]) {
                *seen.entry(feature).or_default() += 1;
            }
        }
    }
    let mut weights: HashMap<u32, Weight> = HashMap::new();
    let mut step = 1.0;
    for _ in 0..ROUNDS {
        examples.shuffle(rng);
        for one in examples.iter() {
            // It learns from what was so, not from what it said of the word before.
            walk(&one.tokens, |at, own| {
                if one.is_signed[at] {
                    return false;
                }
                let own = own.iter().filter(|feature| seen.get(feature).is_some_and(|times| *times >= SEEN_MIN));
                let sum: f64 = own.clone().map(|feature| weights.get(feature).map_or(0.0, |weight| weight.now)).sum();
                let side = if one.is_name[at] { 1.0 } else { -1.0 };
                if side * sum <= MARGIN {
                    for feature in own {
                        let weight = weights.entry(*feature).or_default();
                        weight.now += side * STEP;
                        weight.weighted += side * STEP * step;
                    }
                }
                step += 1.0;
                one.is_name[at]
            });
        }
    }
    let mean = |weight: &Weight| weight.now - weight.weighted / step;
    let mut kept: Vec<(u32, f64)> = weights.iter().map(|(feature, weight)| (*feature, mean(weight))).collect();
    kept.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(&b.0)));
    kept.truncate(WEIGHTS_KEPT);
    kept.sort_by_key(|(feature, _)| *feature);
    kept.into_iter().map(|(feature, weight)| (feature, (weight * 1000.0).round() as i16)).collect()
}

#[test]
#[ignore = "writes the weights; run when the patients, the lists or the features change"]
fn the_weights_are_trained() {
    let mut rng = StdRng::seed_from_u64(7);
    let names = Names::read();
    let mut mails = patients();
    let first = mails.len();
    for at in 0..first {
        for _ in 0..DRAWN_ANEW {
            mails.push(anew(&mails[at], &names, &mut rng));
        }
    }
    mails.extend(questions());
    let mut examples: Vec<Example> = mails.iter().map(example).collect();
    let weights = trained(&mut examples, &mut rng);
    let bytes: Vec<u8> =
        weights.iter().flat_map(|(feature, weight)| [&feature.to_be_bytes()[..], &weight.to_be_bytes()[..]].concat()).collect();
    fs::write(root().join("config/words/persons/weights.bin"), bytes).unwrap();
    println!("{} mails, {} weights", mails.len(), weights.len());
}
