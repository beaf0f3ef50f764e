//! The leaf below a heading, where the mail's own words are the words of one title and of no other.

use super::Desk;
use super::seventh_character::is_seventh;
use crate::codebook::Lookup;
use crate::domain::code::CodeRef;
use crate::domain::finding::Fact;

/// More leaves than this are not told apart by words.
const LEAVES_MAX: usize = 12;

pub(super) fn look(desk: &mut Desk<'_>) {
    let text = plain(&desk.question.text);
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
        let fitting: Vec<(CodeRef, String)> =
            children.into_iter().filter_map(|c| Some((fits(desk, &heading, &c, &text)?, c))).map(|(t, c)| (c, t)).collect();
        if let [(leaf, title)] = fitting.as_slice() {
            let why = format!("The mail says what the title of {leaf} says: {title}.");
            desk.choose(&heading, leaf, why);
        }
    }
}

/// The leaf's title, where each of its own phrases stands in the mail.
fn fits(desk: &Desk<'_>, heading: &CodeRef, leaf: &CodeRef, text: &str) -> Option<String> {
    let title_of = |code: &CodeRef| match desk.codebook.record(code, desk.on) {
        Lookup::Valid(record) | Lookup::NotBillable { record, .. } => record.title,
        Lookup::OutOfForce { .. } | Lookup::Unknown { .. } | Lookup::NumberOnly { .. } | Lookup::NotLoaded => None,
    };
    let (title, above) = (title_of(leaf)?, plain(&title_of(heading)?));
    let phrases: Vec<String> =
        title.split(", ").map(|p| plain(p).replace(&above, "").trim().to_owned()).filter(|p| !p.is_empty()).collect();
    let unspecified = phrases.iter().any(|p| p.contains("unspecified"));
    (!unspecified && !phrases.is_empty() && phrases.iter().all(|p| text.contains(p.as_str()))).then_some(title)
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
