//! The leaf below a heading, where the mail's own words are the words of one title and of no other.

use super::seventh_character::is_seventh;
use super::{Desk, negation};
use crate::codebook::Lookup;
use crate::domain::code::CodeRef;
use crate::domain::finding::Fact;
use crate::pattern::cues;

cues! {
    // The provider wrote no more than what the heading says.
    NO_MORE = r"\b(?:only|just) (?:wrote|writes|says?|said|documented|documents|states?|put|charted|lists?|has)\b|\bnothing (?:more|else|further)\b[^.?!]{0,20}\b(?:said|documented|specified|written|charted)\b|\bno (?:further|more|other) (?:detail|spec\w*|documentation)\b";
}

/// More leaves than this are not told apart by words.
const LEAVES_MAX: usize = 12;

pub(super) fn look(desk: &mut Desk<'_>) {
    let text = plain(&desk.question.text);
    let so = plain(&negation::without(&desk.question.text));
    let headings: Vec<(CodeRef, Vec<CodeRef>)> = desk
        .findings
        .iter()
        .filter_map(|f| {
            if let Fact::NotBillable { code, children, .. } = &f.fact
                && !is_seventh(children)
                && children.len() <= LEAVES_MAX
            {
                Some((code.clone(), children.clone()))
            } else {
                None
            }
        })
        .collect();
    for (heading, children) in headings {
        let by = |fits: &dyn Fn(&CodeRef) -> Option<String>| -> Vec<(CodeRef, String)> {
            children.iter().filter_map(|c| Some((c.clone(), fits(c)?))).collect()
        };
        let mut fitting = by(&|leaf| fits(desk, &heading, leaf, &text));
        if fitting.is_empty() {
            let of: Vec<(CodeRef, Vec<String>)> =
                children.iter().filter_map(|leaf| Some((leaf.clone(), own_words(desk, &heading, leaf)?))).collect();
            fitting = by(&|leaf| title_of(desk, leaf).filter(|_| is_said(leaf, &of, &so, &text)));
        }
        if fitting.is_empty() && NO_MORE.is_match(&desk.question.text) {
            fitting = by(&|leaf| title_of(desk, leaf).filter(|title| title.to_lowercase().ends_with(", unspecified")));
        }
        if let [(leaf, title)] = fitting.as_slice() {
            let why = format!("The mail says what the title of {leaf} says: {title}.");
            desk.choose(&heading, leaf, why);
        }
    }
}

/// The leaf's title, where each of its own phrases stands in the mail.
fn fits(desk: &Desk<'_>, heading: &CodeRef, leaf: &CodeRef, text: &str) -> Option<String> {
    let (title, above) = (title_of(desk, leaf)?, plain(&title_of(desk, heading)?));
    let phrases: Vec<String> =
        title.split(", ").map(|p| plain(p).replace(&above, "").trim().to_owned()).filter(|p| !p.is_empty()).collect();
    let unspecified = phrases.iter().any(|p| p.contains("unspecified"));
    (!unspecified && !phrases.is_empty() && phrases.iter().all(|p| text.contains(p.as_str()))).then_some(title)
}

/// Whether all that a leaf says beyond the heading stands in the mail and is not denied, and nothing that another leaf says does.
fn is_said(leaf: &CodeRef, of: &[(CodeRef, Vec<String>)], so: &str, text: &str) -> bool {
    const VAGUE: [&str; 3] = ["unspecified", "without", "only"];
    let has = |text: &str, word: &String| text.split(' ').any(|w| w == word);
    let Some((_, own)) = of.iter().find(|(code, _)| code == leaf) else { return false };
    let said = !own.is_empty() && own.iter().all(|word| has(so, word) && !VAGUE.contains(&word.as_str()));
    said && of
        .iter()
        .filter(|(code, _)| code != leaf)
        .flat_map(|(_, other)| other)
        .all(|word| own.contains(word) || !has(text, word))
}

/// What a leaf's title says beyond its heading's.
fn own_words(desk: &Desk<'_>, heading: &CodeRef, leaf: &CodeRef) -> Option<Vec<String>> {
    const SMALL: [&str; 14] = ["with", "of", "the", "and", "in", "other", "due", "to", "for", "or", "a", "by", "so", "stated"];
    let (title, above) = (plain(&title_of(desk, leaf)?), plain(&title_of(desk, heading)?));
    let words = title.split(' ').filter(|word| !SMALL.contains(word) && !above.split(' ').any(|w| w == *word));
    Some(words.map(str::to_owned).collect())
}

fn title_of(desk: &Desk<'_>, code: &CodeRef) -> Option<String> {
    match desk.codebook.record(code, desk.on) {
        Lookup::Valid(record) | Lookup::NotBillable { record, .. } => record.title,
        Lookup::OutOfForce { .. } | Lookup::Unknown { .. } | Lookup::NumberOnly { .. } | Lookup::NotLoaded => None,
    }
}

/// Lower case, one blank between words, "no" told as "without".
fn plain(text: &str) -> String {
    let words: Vec<String> = text
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|w| !w.is_empty())
        .map(|w| if w == "no" { "without".to_owned() } else { w.to_owned() })
        .collect();
    words.join(" ")
}
