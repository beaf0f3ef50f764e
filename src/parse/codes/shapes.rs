//! What a token is by its shape alone.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::known;
use crate::domain::code::{CodeRef, CodeSystem};

static SHORT: LazyLock<HashSet<&'static str>> = LazyLock::new(|| known::ICD10CM_SHORT.split_whitespace().collect());
static MODIFIERS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| known::MODIFIERS.split_whitespace().collect());
static MODIFIER_NUMBERS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| known::MODIFIER_NUMBERS.split_whitespace().collect());
static CATEGORIES: LazyLock<HashSet<String>> = LazyLock::new(categories);
static HCPCS: LazyLock<Vec<(u8, u16, u16)>> = LazyLock::new(hcpcs);

fn categories() -> HashSet<String> {
    let mut set = HashSet::new();
    for run in known::ICD10CM_CATEGORIES.split_whitespace() {
        let (letter, rest) = run.split_at(1);
        match rest.split_once('-') {
            Some((from, to)) => {
                let bounds = from.parse::<u8>().ok().zip(to.parse::<u8>().ok());
                set.extend(bounds.into_iter().flat_map(|(from, to)| from..=to).map(|number| format!("{letter}{number:02}")));
            }
            None => {
                set.insert(run.to_owned());
            }
        }
    }
    set
}

fn hcpcs() -> Vec<(u8, u16, u16)> {
    let run = |run: &str| {
        let letter = *run.as_bytes().first()?;
        let rest = run.get(1..)?;
        let (from, to) = rest.split_once('-').unwrap_or((rest, rest));
        Some((letter, from.parse().ok()?, to.parse().ok()?))
    };
    known::HCPCS_RUNS.split_whitespace().filter_map(run).collect()
}

/// Whether the two characters are a modifier that exists.
pub(super) fn is_modifier(text: &str) -> bool {
    MODIFIERS.contains(text) || MODIFIER_NUMBERS.contains(text)
}

pub(super) fn is_modifier_number(text: &str) -> bool {
    MODIFIER_NUMBERS.contains(text)
}

/// Whether words around a token speak of diagnoses or of procedures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lean {
    Diagnosis,
    Procedure,
    None,
}

/// Five digits within the ranges in which CPT numbers procedures.
pub(super) fn is_cpt_number(number: &str) -> bool {
    let value: u32 = number.parse().unwrap_or(0);
    number.len() == 5
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(value, 100..=1_999 | 10_004..=69_990 | 70_010..=79_999 | 80_047..=89_398 | 90_281..=99_607)
}

/// The code that a token is, by shape and lean. `token` holds letters, digits and at most one dot.
pub(super) fn code(token: &str, lean: Lean) -> Option<CodeRef> {
    let upper = token.to_ascii_uppercase();
    let bytes = upper.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let first = bytes.first()?;
    if upper.contains('.') {
        return dotted(&upper);
    }
    if bytes.len() == 5 && digits == 5 {
        return is_cpt_number(&upper).then(|| CodeRef::new(CodeSystem::Cpt, &upper));
    }
    if bytes.len() == 5 && digits == 4 && first.is_ascii_digit() && matches!(bytes.last(), Some(b'F' | b'T' | b'U' | b'M')) {
        return Some(CodeRef::new(CodeSystem::Cpt, &upper));
    }
    if !first.is_ascii_alphabetic() {
        return procedure_of_pcs(token, &upper);
    }
    if bytes.len() == 5
        && digits == 4
        && *first == b'D'
        && lean != Lean::Diagnosis
        && upper.get(1..2).is_some_and(|digit| digit != "7" && digit != "8")
    {
        return Some(CodeRef::new(CodeSystem::Cdt, &upper));
    }
    if bytes.len() == 5 && digits == 4 {
        return level2_or_diagnosis(&upper, lean);
    }
    if bytes.len() == 3 {
        let sure = SHORT.contains(upper.as_str()) && token.starts_with(|c: char| c.is_ascii_uppercase());
        let likely = lean == Lean::Diagnosis && CATEGORIES.contains(&upper);
        return (sure || likely).then(|| CodeRef::new(CodeSystem::Icd10Cm, &upper));
    }
    undotted(token, &upper, lean).or_else(|| procedure_of_pcs(token, &upper))
}

/// `M54.50`, `T38.3X6A`, and with its dot in the wrong place `M791.8`.
fn dotted(upper: &str) -> Option<CodeRef> {
    let (head, tail) = upper.split_once('.')?;
    let plain: String = upper.chars().filter(|c| *c != '.').collect();
    let category = plain.get(..3)?;
    let sound = matches!(head.len(), 3 | 4)
        && (1..=4).contains(&tail.len())
        && plain.len() <= 7
        && head.bytes().skip(1).any(|b| b.is_ascii_digit());
    (sound && is_diagnosis(&plain) && (CATEGORIES.contains(category) || head.len() == 3))
        .then(|| CodeRef::new(CodeSystem::Icd10Cm, &plain))
}

/// The positions of ICD-10-CM: a letter, a digit, a digit or letter, then up to four more; an X only fills, a letter at the end
/// is the encounter.
fn is_diagnosis(plain: &str) -> bool {
    let mut bytes = plain.bytes();
    let head = bytes.next().is_some_and(|b| b.is_ascii_alphabetic()) && bytes.next().is_some_and(|b| b.is_ascii_digit());
    head && (3..=7).contains(&plain.len()) && plain.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn level2_or_diagnosis(upper: &str, lean: Lean) -> Option<CodeRef> {
    let letter = *upper.as_bytes().first()?;
    let number: u16 = upper.get(1..)?.parse().ok()?;
    let assigned = HCPCS.iter().any(|(of, from, to)| *of == letter && (*from..=*to).contains(&number));
    let category = CATEGORIES.contains(upper.get(..3)?);
    let diagnosis = category && (!assigned && lean != Lean::Procedure || lean == Lean::Diagnosis);
    let possible = matches!(letter, b'A'..=b'C' | b'E' | b'G'..=b'H' | b'J'..=b'M' | b'P'..=b'V');
    if diagnosis {
        return Some(CodeRef::new(CodeSystem::Icd10Cm, upper));
    }
    possible.then(|| CodeRef::new(CodeSystem::Hcpcs, upper))
}

/// `M1711`, `S82841`, `S72001D`: the dot left out, as claim forms print it.
fn undotted(token: &str, upper: &str, lean: Lean) -> Option<CodeRef> {
    let digits = upper.bytes().filter(u8::is_ascii_digit).count();
    let category = upper.get(..3)?;
    let likely = matches!(upper.len(), 4..=7)
        && digits + 2 >= upper.len().min(5)
        && digits >= 2
        && is_diagnosis(upper)
        && CATEGORIES.contains(category);
    // Four characters are short enough to be something else: a room, a road, a dose.
    let sure = upper.len() > 4 || lean == Lean::Diagnosis || digits == 3;
    let letters_last = upper
        .bytes()
        .skip(3)
        .filter(u8::is_ascii_alphabetic)
        .all(|b| matches!(b, b'A'..=b'H' | b'J' | b'K' | b'M' | b'N' | b'P'..=b'S' | b'X'));
    (likely && sure && letters_last && token.starts_with(|c: char| c.is_ascii_alphabetic()))
        .then(|| CodeRef::new(CodeSystem::Icd10Cm, upper))
}

/// Seven characters of ICD-10-PCS, which has no I and no O; written in capitals.
fn procedure_of_pcs(token: &str, upper: &str) -> Option<CodeRef> {
    let bytes = upper.as_bytes();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let sound = bytes.len() == 7
        && token == upper
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() && !matches!(byte, b'I' | b'O'))
        && matches!(bytes.first(), Some(b'0'..=b'9' | b'B'..=b'D' | b'F'..=b'H' | b'X'))
        && (2..=6).contains(&letters)
        && matches!(bytes.last(), Some(b'Z' | b'X' | b'0'..=b'9' | b'A'..=b'D'))
        && (bytes.contains(&b'Z') || upper.starts_with('0') && letters >= 3);
    sound.then(|| CodeRef::new(CodeSystem::Icd10Pcs, upper))
}
