//! The codes that a text names, with their modifiers and units, and none of the numbers that only look like codes.

mod decoys;
mod known;
mod modifiers;
mod remarks;
mod shapes;

use std::ops::Range;

use shapes::Lean;

use super::limits::{CODES_MAX, floor};
use crate::domain::code::{CodeMention, CodeRef, CodeSystem, MentionRole, Modifier, Span};
use crate::pattern::patterns;

patterns! {
    TOKEN = r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)?";
    /// `99441-99443`, `29880 - 29882`, `90832 through 90838`.
    RANGE = r"^(?:\s?[-–]\s?|\s+(?:through|thru)\s+)(\d{5})\b";
    /// `99213s`: people make plurals of codes.
    PLURAL = r"^\d{5}s$";
    DIAGNOSIS_WORD = r"(?i)\b(?:dx|diag(?:nos[ie]s)?|icd(?:-?10)?(?:-?cm)?|cie(?:-?10)?|secondary|principal|primary\s+dx|diagn[oó]sticos?)\b[^.\n]{0,24}$|\b(?:dx|icd-?10|icd-?10-cm)\s*[:#=]?\s*$";
    PROCEDURE_WORD = r"(?i)\b(?:cpt|hcpcs|procedure|proc|j-?code|modifiers?)\b[^.\n]{0,14}$";
    /// What is only asked of a diagnosis's category: "is R05 billable?".
    CATEGORY_AFTER = r"(?i)^[A-Z]\d\w\W{1,2}(?:\w+\W{1,2}){0,2}?(?:reject(?:ed|s)?|bounced|kicked|denied|billable|valid|invalid|truncated|unspecified|specific|complete|dx|diagnosis|icd\w*|category|heading)\b";
    DENIED_AFTER = r"(?i)^[^.\n?]{0,40}\b(?:den(?:ied|ial|ies|y)|reject(?:ed|s)?|bounc(?:ed|ing)|kicked\s+back|not\s+paid|unpaid|refused|negaron|rechaz\w+)\b";
    DENIED_BEFORE = r"(?i)\b(?:den(?:ied|ial\s+(?:of|for)|ying)|reject(?:ed|ing)|bounced|negaron|rechazaron)\b[^.\n?]{0,30}$";
    BILLED_BEFORE = r"(?i)\b(?:bill(?:ed|ing|s)?|report(?:ed|ing)?|submitted|charged|coded|put|used|paid|facturamos|cobramos|claim\s+(?:has|with|w/)|sent)\b[^.\n?]{0,40}$";
}

/// A code where it stands, before mentions of the same are merged: bytes, code, modifiers, units.
type Named = (Range<usize>, CodeRef, Vec<Modifier>, Option<u32>);

/// Reads the codes of a text, in the order in which it names them. A code that is named again without anything new is one mention.
pub(super) fn mentions(text: &str, quoted: bool) -> Vec<CodeMention> {
    let decoys = decoys::spans(text);
    let mut found: Vec<Named> = Vec::new();
    let mut skip_to = 0;
    for token in TOKEN.find_iter(text) {
        if token.start() < skip_to || found.len() >= CODES_MAX || !may_be_code(token.as_str()) {
            continue;
        }
        let range = token.range();
        if is_within(&decoys, &range) || !stands_alone(text, &range) {
            continue;
        }
        let spelt = if PLURAL.is_match(token.as_str()) { token.as_str().trim_end_matches('s') } else { token.as_str() };
        let Some(code) = remarks::code(text, &range).or_else(|| shapes::code(spelt, lean(text, range.start))) else { continue };
        if code.system == CodeSystem::Cpt
            && let Some(last) = range_end(text, range.end, &code)
        {
            found.extend(expanded(&code, &last.1).into_iter().map(|code| (range.start..last.0, code, Vec::new(), None)));
            skip_to = last.0;
            continue;
        }
        let (modifiers, length) = match code.system {
            CodeSystem::Cpt | CodeSystem::Hcpcs => modifiers::around(text, range.start, range.end),
            CodeSystem::Icd10Cm
            | CodeSystem::Icd10Pcs
            | CodeSystem::Icd9Cm
            | CodeSystem::Cdt
            | CodeSystem::Modifier
            | CodeSystem::PlaceOfService
            | CodeSystem::MsDrg
            | CodeSystem::Carc
            | CodeSystem::Rarc => (Vec::new(), 0),
        };
        let units = if matches!(code.system, CodeSystem::Cpt | CodeSystem::Hcpcs) {
            modifiers::units(text, range.start, range.end + length)
        } else {
            None
        };
        skip_to = range.end + length;
        found.push((range.start..range.end + length, code, modifiers, units));
    }
    let taken: Vec<Range<usize>> = found.iter().map(|(range, ..)| range.clone()).collect();
    let worded = remarks::in_words(text)
        .into_iter()
        .filter(|(range, _)| !taken.iter().any(|taken| taken.start <= range.start && range.end <= taken.end));
    found.extend(worded.map(|(range, code)| (range, code, Vec::new(), None)));
    found.sort_by_key(|(range, ..)| range.start);
    merged(text, found, quoted)
}

/// Whether it holds a digit, or is seven capitals, as a code of ICD-10-PCS may be: most words of a mail need no second look.
fn may_be_code(token: &str) -> bool {
    token.bytes().any(|byte| byte.is_ascii_digit()) || token.len() == 7 && token.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// A token with a letter, digit or the sign of something else right beside it is a piece of that.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default().chars().next_back();
    let mut after = text.get(range.end..).unwrap_or_default().chars();
    let (next, second) = (after.next(), after.next());
    let joined = |c: char| c.is_alphanumeric() || "_$€£@%".contains(c);
    let behind_dot = before == Some('.')
        && text.get(..range.start.saturating_sub(1)).unwrap_or_default().ends_with(|c: char| c.is_ascii_digit());
    let digits_follow = next == Some('-') && after_digits(text, range.end);
    // `S82.001_`: a blank for the character that is asked for.
    let dotted = text.get(range.clone()).is_some_and(|token| token.contains('.'));
    let blank = dotted && next == Some('_') && !second.is_some_and(char::is_alphanumeric);
    let piece = before.is_some_and(joined) || next.is_some_and(joined) && !blank || behind_dot;
    let decimal = next == Some('.') && second.is_some_and(|c| c.is_ascii_digit());
    !(piece || decimal || digits_follow)
}

/// `45385-2` and `0058-150` are no codes; `99213-25` and `99441-99443` are.
fn after_digits(text: &str, end: usize) -> bool {
    let tail: String = text.get(end + 1..).unwrap_or_default().chars().take_while(char::is_ascii_alphanumeric).collect();
    let digits = tail.bytes().all(|byte| byte.is_ascii_digit()) && !tail.is_empty();
    digits && !(tail.len() == 2 && shapes::is_modifier_number(&tail)) && !(tail.len() == 5 && shapes::is_cpt_number(&tail))
}

fn is_within(spans: &[Range<usize>], range: &Range<usize>) -> bool {
    spans.iter().take_while(|span| span.start <= range.start).any(|span| span.start <= range.start && range.end <= span.end)
}

fn lean(text: &str, start: usize) -> Lean {
    let before = text.get(..start).unwrap_or_default();
    let window = before.get(floor(before, before.len().saturating_sub(40))..).unwrap_or_default();
    if PROCEDURE_WORD.is_match(window) {
        return Lean::Procedure;
    }
    if DIAGNOSIS_WORD.is_match(window) || CATEGORY_AFTER.is_match(text.get(start..).unwrap_or_default()) {
        return Lean::Diagnosis;
    }
    Lean::None
}

fn range_end(text: &str, end: usize, first: &CodeRef) -> Option<(usize, CodeRef)> {
    let rest = text.get(end..)?;
    let last = RANGE.captures(rest)?.get(1)?;
    let (from, to) = (first.code.parse::<u32>().ok()?, last.as_str().parse::<u32>().ok()?);
    (from < to && to - from <= 12 && shapes::is_cpt_number(last.as_str()))
        .then(|| (end + last.end(), CodeRef::new(CodeSystem::Cpt, last.as_str())))
}

fn expanded(first: &CodeRef, last: &CodeRef) -> Vec<CodeRef> {
    let bounds = first.code.parse::<u32>().ok().zip(last.code.parse::<u32>().ok());
    bounds
        .into_iter()
        .flat_map(|(from, to)| from..=to)
        .map(|number| CodeRef::new(CodeSystem::Cpt, &format!("{number:05}")))
        .collect()
}

fn merged(text: &str, found: Vec<Named>, quoted: bool) -> Vec<CodeMention> {
    let mut mentions: Vec<CodeMention> = Vec::new();
    let mut counted = Counter::new(text);
    let remarks: Vec<String> =
        found.iter().filter(|(_, code, ..)| code.system == CodeSystem::Rarc).map(|(_, code, ..)| code.code.clone()).collect();
    for (range, code, modifiers, units) in found {
        // A remark code named once more without its group code is no diagnosis.
        if code.system == CodeSystem::Icd10Cm && remarks.contains(&code.undotted()) {
            continue;
        }
        let role = if quoted { MentionRole::Quoted } else { role(text, &range) };
        let known =
            mentions.iter_mut().find(|known| known.code == code && (modifiers.is_empty() || known.modifiers == modifiers));
        if let Some(known) = known {
            known.units = known.units.or(units);
            if known.role == MentionRole::Asked {
                known.role = role;
            }
            continue;
        }
        let span = Span { start: counted.characters(range.start), end: counted.characters(range.end) };
        mentions.push(CodeMention { code, modifiers, units, role, span });
    }
    mentions
}

fn role(text: &str, range: &Range<usize>) -> MentionRole {
    let before = text.get(..range.start).unwrap_or_default();
    let window = before.get(floor(before, before.len().saturating_sub(60))..).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    if DENIED_AFTER.is_match(after) || DENIED_BEFORE.is_match(window) {
        return MentionRole::Denied;
    }
    if BILLED_BEFORE.is_match(window) { MentionRole::Billed } else { MentionRole::Asked }
}

/// Turns byte offsets into character offsets; cheapest where they ascend.
pub(super) struct Counter<'a> {
    text: &'a str,
    at: usize,
    count: usize,
}

impl<'a> Counter<'a> {
    pub const fn new(text: &'a str) -> Self {
        Self { text, at: 0, count: 0 }
    }

    pub fn characters(&mut self, byte: usize) -> usize {
        if byte < self.at {
            (self.at, self.count) = (0, 0);
        }
        self.count += self.text.get(self.at..byte).map_or(0, |piece| piece.chars().count());
        self.at = byte;
        self.count
    }
}
