//! Reads how much of a drug was given, and what became of the rest, out of a mail's own words.

use crate::codebook::{Measure, Quantity, quantities};
use crate::pattern::patterns;

patterns! {
    UNIT_TOLD = r"(?:\b(?:up to|per|hasta)\b|\bunit (?:is|of)\b|\bunidad (?:es|de)\b)[\s:'\x22“(]*$";
    VIALS = r"(?is)\b(an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\s+(?:x\s+)?(\d{2,4})s?\s*(\+|&|\band\b|,|(?:single[- ](?:dose|use)\s+)?vials?\b)";
    VIALS_OF = r"(?is)\b(an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\s+(?:\S+\s+){0,2}?(?:vials?|syringes?|amps?|ampoules?|bottles?)\s+(?:of|at|with)\s*$";
}

/// What a mail says of one drug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dose {
    pub given: Quantity,
    /// As an answer shows it: `310 mg`, `2 x 40 mg`.
    pub words: String,
    pub rest: Rest,
}

/// What became of the rest of the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rest {
    /// Nothing was left, by the mail's word.
    None,
    /// This much was thrown away.
    Wasted(Quantity),
    /// The mail does not say.
    Unsaid,
}

const WASTE: &[&str] = &[
    "trash",
    "sharps",
    "down the drain",
    "squirted",
    "in the bin",
    "dumped",
    "threw",
    "left over",
    "leftover",
    "botó",
    "botamos",
    "tiró",
    "tossed",
    "wast",
    "discard",
    "thrown",
    "unused",
    "desech",
    "desperdic",
    "sobró",
    "sobraron",
];
const CONTAINER: &[&str] = &["ampolla", "vial", "ampul", "ampoule", "bottle", "frasco", "sdv", "mdv"];
const NOTHING_LEFT: &[&str] = &[
    "nothing wasted",
    "all of it",
    "all used",
    "all three used",
    "both used",
    "used up",
    "fully used",
    "nothing to waste",
    "nothing thrown",
    "nothing tossed",
    "no discard",
    "zero wast",
    "whole kit",
    "whole amp",
    "entire amp",
    "no drug left",
    "no se botó",
    "no se desechó",
    "no se tiró",
    "sin sobrante",
    "nada se ",
    "nothing was wasted",
    "nothin wasted",
    "no waste",
    "no wastage",
    "none wasted",
    "zero waste",
    "nothing left",
    "zero left",
    "none left",
    "no leftover",
    "nothing discarded",
    "none discarded",
    "whole vial",
    "entire vial",
    "full vial given",
    "whole syr",
    "entire syr",
    "no sobró",
    "no sobro",
    "sin desperdicio",
    "nada sobró",
    "used it all",
    "used all",
];
const SIDES: &[&str] = &[
    "each knee",
    "each shoulder",
    "each hip",
    "each eye",
    "each ear",
    "each wrist",
    "each ankle",
    "each elbow",
    "each side",
    "per knee",
    "per side",
    "both knees",
    "both shoulders",
    "both hips",
    "both eyes",
    "both sides",
    "bilateral",
    "cada rodilla",
    "cada hombro",
    "cada lado",
];
const REST_WASTED: &[&str] = &[
    "rest to",
    "rest in",
    "rest went",
    "the rest",
    "balance",
    "leftover",
    "left over",
    "rest discarded",
    "rest wasted",
    "rest tossed",
    "rest was",
    "remainder",
    "discarded the rest",
    "wasted the rest",
    "tossed the rest",
    "resto",
];

enum Said {
    Given(Quantity),
    EachSide(Quantity),
    Container(u64, Quantity),
    Wasted(Quantity),
}

/// Reads the dose of the drug under `code` in `text`, in the measure of the code's unit. `others` are the other drug
/// codes of the mail: an amount belongs to the code it stands nearest to. `None` where it is not said or not clear.
pub fn read(text: &str, code: &str, others: &[&str], measure: Measure) -> Option<Dose> {
    let lower = vials_in_full(&text.to_lowercase(), measure);
    let mine = quantities(&lower).into_iter().filter(|q| q.measure == measure && belongs(&lower, q, code, others));
    let mut said: Vec<Said> = mine.map(|q| classify(&lower, q)).collect();
    sizes_told_apart(&lower, &mut said);
    let total = |s: &Said| matches!(s, Said::Given(q) if after(&lower, q).contains("total"));
    let mut given: Vec<&Quantity> = said.iter().filter(|s| total(s)).map(amount).collect();
    if given.is_empty() {
        given = said.iter().filter(|s| matches!(s, Said::Given(_))).map(amount).collect();
    }
    // "120 mg, and the sheet says up to 80 mg": the unit of the code is no second dose.
    if distinct(given.clone()).len() > 1 {
        given.retain(|q| !UNIT_TOLD.is_match(before(&lower, q)));
    }
    let containers: Vec<(u64, &Quantity)> =
        said.iter().filter_map(|s| if let Said::Container(n, q) = s { Some((*n, q)) } else { None }).collect();
    let rest = rest(&lower, &said, &containers, &given);
    if let [right, left] = sided(&lower, &said).as_slice() {
        let words = format!("{} + {}", right.words, left.words);
        let given = Quantity { thousandths: right.thousandths + left.thousandths, ..(*right).clone() };
        return Some(Dose { given, words, rest });
    }
    if let [one] = distinct(given).as_slice() {
        return Some(Dose { given: (*one).clone(), words: one.words.clone(), rest });
    }
    // "40 mg in each knee" is twice 40 mg; of anything there may be more than two of, the mail must say the total.
    let each: Vec<&Quantity> = said.iter().filter_map(|s| if let Said::EachSide(q) = s { Some(q) } else { None }).collect();
    if let [one] = each.as_slice()
        && SIDES.iter().any(|side| lower.contains(side))
    {
        let given = Quantity { thousandths: one.thousandths * 2, ..(*one).clone() };
        return Some(Dose { given, words: format!("2 x {}", one.words), rest });
    }
    // No dose but a container that was used up: its content is the dose.
    match containers.as_slice() {
        [(count, size)] if rest == Rest::None => {
            let words = if *count == 1 { size.words.clone() } else { format!("{count} x {}", size.words) };
            Some(Dose { given: Quantity { thousandths: size.thousandths * count, ..(*size).clone() }, words, rest })
        }
        _ => None,
    }
}

/// Amounts of which each is said of a side of its own: "2 mg OD and 2 mg OS".
fn sided<'a>(text: &str, said: &'a [Said]) -> Vec<&'a Quantity> {
    let side = |quantity: &Quantity| {
        let behind = after(text, quantity);
        let word = behind.split(|c: char| !c.is_alphanumeric()).find(|w| !["in", "the", "to", "into", "of", ""].contains(w));
        match word {
            Some("od" | "right" | "rt" | "r" | "re") => Some('r'),
            Some("os" | "left" | "lt" | "l" | "le") => Some('l'),
            _ => None,
        }
    };
    let mut found: Vec<(char, &Quantity)> = Vec::new();
    for one in said {
        if let Said::Given(q) = one
            && let Some(side) = side(q)
            && found.iter().all(|(known, _)| *known != side)
        {
            found.push((side, q));
        }
    }
    let given = said.iter().filter(|one| matches!(one, Said::Given(_))).count();
    if given == found.len() { found.into_iter().map(|(_, q)| q).collect() } else { Vec::new() }
}

/// "500 mg (two 250 mg …)": an amount that so many times over gives another one is the size of its containers.
fn sizes_told_apart(text: &str, said: &mut [Said]) {
    let given: Vec<u64> = said.iter().filter_map(|s| if let Said::Given(q) = s { Some(q.thousandths) } else { None }).collect();
    for one in said.iter_mut() {
        if let Said::Given(size) = one {
            let count = count_before(before(text, size));
            if count > 1 && given.contains(&(size.thousandths * count)) {
                *one = Said::Container(count, size.clone());
            }
        }
    }
}

/// "one 500 + three 100 vials": each number with its unit and its container, as other mails write it.
fn vials_in_full(text: &str, measure: Measure) -> String {
    if measure != Measure::Mass || !text.contains("vial") {
        return text.to_owned();
    }
    VIALS.replace_all(text, "$1 $2 mg vial $3").into_owned()
}

const fn amount(said: &Said) -> &Quantity {
    match said {
        Said::Given(q) | Said::EachSide(q) | Said::Container(_, q) | Said::Wasted(q) => q,
    }
}

fn distinct(given: Vec<&Quantity>) -> Vec<&Quantity> {
    let mut kept: Vec<&Quantity> = Vec::new();
    for quantity in given {
        if kept.iter().all(|k| k.thousandths != quantity.thousandths) {
            kept.push(quantity);
        }
    }
    kept
}

fn rest(text: &str, said: &[Said], containers: &[(u64, &Quantity)], given: &[&Quantity]) -> Rest {
    if let Some(Said::Wasted(q)) = said.iter().find(|s| matches!(s, Said::Wasted(_))) {
        return Rest::Wasted(q.clone());
    }
    let any = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if any(NOTHING_LEFT) {
        return Rest::None;
    }
    match (containers, given) {
        // Several containers by number and size hold what was given and the rest, whatever the mail says of the rest.
        ([(_, size), rest @ ..], [dose]) if any(REST_WASTED) || !rest.is_empty() || held(containers) == dose.thousandths => {
            match held(containers).checked_sub(dose.thousandths) {
                Some(0) => Rest::None,
                Some(left) => Rest::Wasted(Quantity { thousandths: left, words: in_words(left, size), ..(*size).clone() }),
                None => Rest::Unsaid,
            }
        }
        _ => Rest::Unsaid,
    }
}

fn held(containers: &[(u64, &Quantity)]) -> u64 {
    containers.iter().map(|(count, size)| size.thousandths * count).sum()
}

/// Writes an amount in the measure that `like` was written in.
fn in_words(thousandths: u64, like: &Quantity) -> String {
    let (number, word) = like.words.split_once(' ').unwrap_or(("1", ""));
    let per_one = number.replace(',', "").parse::<u64>().ok().filter(|n| *n > 0).map_or(1, |n| like.thousandths / n);
    let word = if word == "unit" { "units" } else { word };
    format!("{} {word}", thousandths / per_one.max(1))
}

fn belongs(text: &str, quantity: &Quantity, code: &str, others: &[&str]) -> bool {
    let distance = |code: &str| {
        let code = code.to_lowercase();
        text.match_indices(code.as_str()).map(|(at, _)| quantity.at.abs_diff(at).min(quantity.at.abs_diff(at + code.len()))).min()
    };
    let mine = distance(code).unwrap_or(usize::MAX - 1);
    others.iter().filter(|other| **other != code).all(|other| distance(other).is_none_or(|theirs| mine < theirs))
}

fn classify(text: &str, quantity: Quantity) -> Said {
    let (ahead, behind) = (before(text, &quantity), after(text, &quantity));
    let any = |side: &str, words: &[&str]| words.iter().any(|w| side.contains(w));
    // "three vials of 250 mg"
    if let Some(count) = VIALS_OF.captures(ahead).and_then(|found| Some(count_before(found.get(1)?.as_str()))) {
        return Said::Container(count, quantity);
    }
    if any(behind, CONTAINER) && !any(behind, &["given", "total", "from a"]) {
        return Said::Container(count_before(ahead), quantity);
    }
    let wasted = any(behind, WASTE) || any(ahead, WASTE);
    if wasted && !any(behind, &["not wast", "no wast"]) && !any(ahead, &["nothing", "no wast"]) {
        return Said::Wasted(quantity);
    }
    let each = |words: &str| words.split(|c: char| !c.is_alphanumeric()).any(|w| ["each", "per", "apiece", "cada"].contains(&w));
    if each(behind) {
        return Said::EachSide(quantity);
    }
    Said::Given(quantity)
}

/// The words right behind an amount, up to the next number or the end of the clause.
fn after<'a>(text: &'a str, quantity: &Quantity) -> &'a str {
    let from = text.get(quantity.at..).map_or(text.len(), |rest| {
        let number = rest.find(|c: char| c.is_alphabetic()).unwrap_or(0);
        let word = rest.get(number..).unwrap_or_default();
        quantity.at + number + word.find(|c: char| !c.is_alphabetic()).unwrap_or(word.len())
    });
    let rest = text.get(from..).unwrap_or_default();
    let end = rest.find(|c: char| c.is_ascii_digit() || ",;.()\n".contains(c)).unwrap_or(rest.len());
    rest.get(..end.min(rest.len())).unwrap_or_default()
}

/// The words right before an amount, back to the number or the clause before it.
fn before<'a>(text: &'a str, quantity: &Quantity) -> &'a str {
    let head = text.get(..quantity.at).unwrap_or_default();
    let start = head.rfind([',', ';', '.', '\n', '(', ')']).map_or(0, |at| at + 1);
    head.get(start..).unwrap_or_default()
}

fn count_before(ahead: &str) -> u64 {
    const WORDS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let word = ahead.trim_end().trim_end_matches(['x', '*']).trim_end().rsplit(' ').next().unwrap_or_default();
    let spelled = WORDS.iter().position(|w| *w == word).and_then(|at| u64::try_from(at + 1).ok());
    spelled.or_else(|| word.parse().ok()).filter(|n| (1..=50).contains(n)).unwrap_or(1)
}
