//! What the NCCI policy manual says of two codes by name: the sentence of the paragraph that names both, itself or in a range.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Desk, facets};
use crate::codebook::edition::{Edition, SectionRecord};
use crate::domain::code::{CodeRef, Effect, Family};
use crate::domain::finding::Fact;
use crate::pattern::patterns;

patterns! {
    CODES = r"\b([0-9A-Z]\d{3}[0-9A-Z])(?:\s?-\s?([0-9A-Z]\d{3}[0-9A-Z]))?\b";
    /// What the publisher took out, and the heads and feet of pages.
    CUT = r"\s*\(\[descriptor removed\]\s*\)|\[descriptor removed\]|\bRevision Date \(Medicare\): \d+/\d+/\d+|\b[IVX]+-\d+\b";
    VERDICT = r"(?i)\b(?:shall not|not separately|may not|integral|may be reported|should not|is included|not be reported|unless|mutually)\b";
    END = r"[.!?]\s+";
    SPACE = r"\s+";
}

/// A range that spans more than this names a whole part of the book, not a code.
const RANGE_MAX: u32 = 60;
/// A quotation longer than this is not one.
const WORDS_MAX: usize = 75;
/// Of more pairs than this the pairs say enough.
const PAIRS_MAX: usize = 2;

/// A paragraph of the manual with the codes that it names.
struct Paragraph {
    section: SectionRecord,
    named: Vec<(String, String)>,
}

/// The paragraphs of the edition read last: an edition's manual never changes.
static READ: Mutex<Option<(String, Arc<Vec<Paragraph>>)>> = Mutex::new(None);

pub(super) fn look(desk: &mut Desk<'_>) {
    let Some(edition) = facets::edition(desk) else { return };
    let pairs: Vec<(CodeRef, CodeRef)> = desk
        .findings
        .iter()
        .filter_map(|f| if let Fact::PairEdit { column1, column2, .. } = &f.fact { Some((column1, column2)) } else { None })
        .map(|(a, b)| (a.clone(), b.clone()))
        .collect();
    if pairs.is_empty() || pairs.len() > PAIRS_MAX {
        return;
    }
    let paragraphs = paragraphs(&edition, desk);
    for (a, b) in pairs {
        let best = paragraphs.iter().filter_map(|p| Some((width(p, &a)?.max(width(p, &b)?), p))).min_by_key(|(width, _)| *width);
        if let Some((_, paragraph)) = best {
            quote(desk, paragraph, &a, &b);
        }
    }
}

fn paragraphs(edition: &Edition, desk: &Desk<'_>) -> Arc<Vec<Paragraph>> {
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    match read.as_ref() {
        Some((name, known)) if name == edition.name() => Arc::clone(known),
        _ => {
            let all: Vec<Paragraph> = edition.sections(Family::NcciManual, desk.on).into_iter().filter_map(paragraph).collect();
            let all = Arc::new(all);
            *read = Some((edition.name().to_owned(), Arc::clone(&all)));
            all
        }
    }
}

fn paragraph(section: SectionRecord) -> Option<Paragraph> {
    let group = |found: &regex::Captures<'_>, at: usize| found.get(at).map(|part| part.as_str().to_owned());
    let named: Vec<(String, String)> = CODES
        .captures_iter(&section.text)
        .filter_map(|found| {
            let from = group(&found, 1)?;
            let to = group(&found, 2).unwrap_or_else(|| from.clone());
            (from.chars().filter(char::is_ascii_digit).count() >= 4).then_some((from, to))
        })
        .collect();
    (named.len() > 1 && VERDICT.is_match(&section.text)).then_some(Paragraph { section, named })
}

/// How wide the narrowest range is by which the paragraph names the code; 0 for the code itself.
fn width(paragraph: &Paragraph, code: &CodeRef) -> Option<u32> {
    let holds = |(from, to): &&(String, String)| from.len() == code.code.len() && *from <= code.code && code.code <= *to;
    let wide = |(from, to): &(String, String)| {
        let number =
            |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>().parse::<u32>().unwrap_or_default();
        number(to).saturating_sub(number(from))
    };
    paragraph.named.iter().filter(holds).map(wide).min().filter(|width| *width <= RANGE_MAX)
}

fn quote(desk: &mut Desk<'_>, paragraph: &Paragraph, a: &CodeRef, b: &CodeRef) {
    let section = &paragraph.section;
    let text = SPACE.replace_all(&CUT.replace_all(&section.text, ""), " ").into_owned();
    let Some(words) = sentences(&text, a, b) else { return };
    let text = format!("The manual on {a} with {b}: \"{words}\"");
    let fact = Fact::Rule { rule: format!("manual_on {a} {b}"), wording: text.clone() };
    desk.find(fact, text, section.source.clone(), section.number.clone(), Effect::default());
}

/// The sentences that carry the verdict: the one with a code of the two and a verdict, else the first with a verdict.
fn sentences(text: &str, a: &CodeRef, b: &CodeRef) -> Option<String> {
    let mut all: Vec<&str> = Vec::new();
    let mut from = 0;
    for end in END.find_iter(text) {
        all.extend(text.get(from..end.start() + 1));
        from = end.end();
    }
    all.extend(text.get(from..));
    let verdicts: Vec<&str> = all.into_iter().map(str::trim).filter(|sentence| VERDICT.is_match(sentence)).collect();
    let names = |sentence: &&&str| sentence.contains(a.code.as_str()) || sentence.contains(b.code.as_str());
    let said = verdicts.iter().find(names).or_else(|| verdicts.first())?;
    let short = said.split_whitespace().count() <= WORDS_MAX && !said.contains('"');
    short.then(|| (*said).to_owned())
}
