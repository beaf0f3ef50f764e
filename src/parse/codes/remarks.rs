//! Codes that only a word before them makes codes: claim adjustment and remark codes, ICD-9-CM, DRGs, and modifiers that
//! are asked about on their own.

use std::ops::Range;

use super::shapes::{is_cpt_number, is_modifier};
use crate::domain::code::{CodeRef, CodeSystem};
use crate::parse::limits::floor;
use crate::pattern::patterns;

patterns! {
    /// `CO-97`, `PR 96`, `CO-107 / N122`: the group codes of the remittance advice (ASC X12 835).
    GROUP = r"\b(?:CO|PR|OA|PI|CR)[\s-]?(\d{1,3}|[ABDPWY]\d{1,2})\b";
    REMARK = r"^(?:M[AE]?|N)\d{1,4}$";
    REMARK_BEFORE = r"(?:\b(?:CO|PR|OA|PI|CR)[\s-]?\d{1,3}\b[\s,/;:&+-]*(?:and\s+)?(?:(?:MA|M|N)\d{1,4}[\s,/;:&+]*(?:and\s+)?)*|(?i:\b(?:rarc|remark(?:\s+codes?)?|remit(?:tance)?\s+codes?)\b[\s:#]*(?:is\s+)?))$";
    ICD9 = r"(?i)\bicd\s?-?\s?9(?:\s?-?\s?cm)?\b";
    ICD9_SHAPE = r"\b(\d{3}(?:\.\d{1,2})?|V\d{2}(?:\.\d{1,2})?|E\d{3}(?:\.\d)?)\b";
    /// `ICD-9 496`, `ICD-9 codes 496, 401 and 272`: bare numbers are codes only in a row behind the word.
    ICD9_ROW = r"(?i)\bicd\s?-?\s?9(?:\s?-?\s?cm)?(?:\s+(?:codes?|dx))?\s*[:#]?\s*((?:[VE]?\d{2,3}(?:\.\d{1,2})?(?:\s*(?:,|/|&|;|\band\b|\bor\b|\by\b)\s*)*)+)";
    ICD9_BARE = r"\b(\d{3}(?:\.\d{1,2})?|V\d{2}(?:\.\d{1,2})?|E\d{3}(?:\.\d)?)\b";
    /// `MS-DRG 871 vs 872`: a bare number is one in a row behind the word.
    DRG = r"(?i)\b(?:ms\s?-?\s?)?drgs?\s*[:#]?\s*(\d{3}\b(?:\s*(?:,|/|&|\band\b|\bor\b|\bvs\.?|\bversus\b|\bto\b)\s*(?:(?:ms\s?-?\s?)?drgs?\s*)?\d{3}\b)*)";
    THREE_DIGITS = r"\b\d{3}\b";
    MODIFIER_WORD = r"(?i)\b(?:modifiers?|mods?\.?|modificador(?:es)?)\s*:?\s*-?([A-Za-z0-9]{2})\b((?:\s*(?:,|/|vs\.?|versus|or|and|&|y|o)\s*-?[A-Za-z0-9]{2}\b)*)";
    TWO = r"\b[A-Za-z0-9]{2}\b";
    WASTE = r"\b(JW|JZ)\b";
    USED = r"(?i)\b(?:use|using|append|usar)\s+-?(\d{2})\b";
    PROCEDURE = r"\b(?:\d{5}|[A-Z]\d{4})\b";
}

/// A remark code, where the group code stands before it: `N20` is then no kidney stone.
pub(super) fn code(text: &str, range: &Range<usize>) -> Option<CodeRef> {
    let token = text.get(range.clone())?;
    if !REMARK.is_match(token) {
        return None;
    }
    let before = text.get(..range.start)?;
    let window = before.get(floor(before, before.len().saturating_sub(60))..)?;
    REMARK_BEFORE.is_match(window).then(|| CodeRef::new(CodeSystem::Rarc, token))
}

/// The codes that words introduce, each with where it stands.
pub(super) fn in_words(text: &str) -> Vec<(Range<usize>, CodeRef)> {
    let mut found: Vec<(Range<usize>, CodeRef)> = Vec::new();
    for group in GROUP.captures_iter(text) {
        if let (Some(whole), Some(number)) = (group.get(0), group.get(1)) {
            found.push((whole.range(), CodeRef::new(CodeSystem::Carc, number.as_str())));
        }
    }
    for drg in DRG.captures_iter(text) {
        let Some(row) = drg.get(1) else { continue };
        let numbers = THREE_DIGITS.find_iter(row.as_str());
        found.extend(numbers.map(|number| {
            (row.start() + number.start()..row.start() + number.end(), CodeRef::new(CodeSystem::MsDrg, number.as_str()))
        }));
    }
    if ICD9.is_match(text) {
        let rows = ICD9_ROW.captures_iter(text).filter_map(|row| row.get(1));
        let firsts = rows.flat_map(|row| {
            ICD9_BARE
                .find_iter(row.as_str())
                .map(move |bare| (row.start() + bare.start()..row.start() + bare.end(), bare.as_str()))
        });
        let dotted = ICD9_SHAPE.captures_iter(text).filter_map(|shape| shape.get(1)).filter(|shape| shape.as_str().contains('.'));
        for (range, shape) in firsts.chain(dotted.map(|shape| (shape.range(), shape.as_str()))) {
            let money = text.get(..range.start).is_some_and(|before| before.trim_end().ends_with('$'));
            if !money && !found.iter().any(|(known, _)| known.start == range.start) {
                found.push((range, CodeRef::new(CodeSystem::Icd9Cm, shape)));
            }
        }
    }
    found.extend(modifiers(text));
    found
}

/// Modifiers asked about on their own: by the word where no procedure is named, and the two of drug waste wherever they stand.
fn modifiers(text: &str) -> Vec<(Range<usize>, CodeRef)> {
    let mut found: Vec<(Range<usize>, CodeRef)> = Vec::new();
    let mut push = |range: Range<usize>| {
        let Some(token) = text.get(range.clone()) else { return };
        let upper = token.to_ascii_uppercase();
        if is_modifier(&upper)
            && (token == upper || upper.bytes().any(|byte| byte.is_ascii_digit()))
            && !found.iter().any(|(known, _)| known.start == range.start)
        {
            found.push((range, CodeRef::new(CodeSystem::Modifier, &upper)));
        }
    };
    let procedure = PROCEDURE
        .find_iter(text)
        .any(|code| is_cpt_number(code.as_str()) || code.as_str().starts_with(|c: char| c.is_ascii_uppercase()));
    let mut named = false;
    for word in MODIFIER_WORD.captures_iter(text).filter(|_| !procedure) {
        if let Some(first) = word.get(1) {
            named = true;
            push(first.range());
        }
        if let Some(more) = word.get(2) {
            TWO.find_iter(more.as_str()).for_each(|two| push(more.start() + two.start()..more.start() + two.end()));
        }
    }
    if named {
        USED.captures_iter(text).filter_map(|used| used.get(1)).for_each(|two| push(two.range()));
    }
    WASTE.find_iter(text).for_each(|waste| push(waste.range()));
    found
}
