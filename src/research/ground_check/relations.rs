//! Numbers that belong to a code: an indicator, a column, a limit, units.

use std::sync::LazyLock;

use regex::Regex;

use super::ground::Ground;
use super::tokens::Sentence;
use crate::domain::code::CodeRef;
use crate::domain::finding::{Fact, Finding};
use crate::pattern::pattern;

static INDICATOR: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\bindica(?:tor|dor)(?: de modificador)?:? (?:is |of |es )?(\d)"));
static MAI: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bMAI:? (?:is |of )?(\d)"));
static COLUMN_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(\d{5}|\d{4}[A-Z]|[A-Z]\d{4})(?:-\w\w)*[ ,(]+(?:is |as |in |es |en )?(?:the )?(?:la )?column(?:a)? ([12])\b")
});
static COLUMN_BEFORE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\bcolumn(?:a)? ([12])[ :,(]+(?:code |is |es )*(\d{5}|\d{4}[A-Z]|[A-Z]\d{4})\b"));
static UNITS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(\d+) (?:units?|unidad(?:es)?)\b"));

pub(super) fn wrong(sentence: &Sentence, findings: &[Finding], ground: &Ground<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    let digit = |pattern: &Regex| {
        pattern.captures_iter(&sentence.text).filter_map(|c| c.get(1)?.as_str().parse::<u32>().ok()).collect::<Vec<_>>()
    };
    for said in digit(&INDICATOR) {
        if !indicators(sentence, findings).contains(&said) {
            problems.push(format!("indicator {said} is not what the pair edit holds"));
        }
    }
    for said in digit(&MAI) {
        let held = findings.iter().filter_map(|f| {
            if let Fact::UnitLimit { code, mai, .. } = &f.fact
                && about(sentence, &[code])
            {
                Some(u32::from(mai.digit()))
            } else {
                None
            }
        });
        if !held.chain(rule_digits(sentence, findings, "MAI ")).any(|m| m == said) {
            problems.push(format!("MAI {said} is not what the unit limit holds"));
        }
    }
    for (code, column) in columns(&sentence.text) {
        let held = findings.iter().any(|f| {
            if let Fact::PairEdit { column1, column2, .. } | Fact::PairEditDeleted { column1, column2, .. } = &f.fact {
                (column == 1 && column1.code == code) || (column == 2 && column2.code == code)
            } else {
                false
            }
        });
        if !held {
            problems.push(format!("{code} is not column {column}"));
        }
    }
    for said in digit(&UNITS) {
        if !sentence.codes.is_empty() && !units_held(sentence, ground, said) {
            problems.push(format!("{said} units is not what the findings hold"));
        }
    }
    problems
}

/// The indicators that may be named: those of the pairs in the sentence, or of a rule where it names no pair.
fn indicators(sentence: &Sentence, findings: &[Finding]) -> Vec<u32> {
    let pairs = findings.iter().filter_map(|f| {
        if let Fact::PairEdit { column1, column2, indicator, .. } = &f.fact
            && both(sentence, column1, column2)
        {
            Some(u32::from(indicator.digit()))
        } else {
            None
        }
    });
    let texts = findings.iter().filter_map(|f| {
        if let Fact::PairEditDeleted { column1, column2, .. } = &f.fact
            && both(sentence, column1, column2)
        {
            INDICATOR.captures(&f.text)?.get(1)?.as_str().parse().ok()
        } else {
            None
        }
    });
    pairs.chain(texts).chain(rule_digits(sentence, findings, "ndicator ")).collect()
}

/// A rule's own "Indicator 0: …" may be repeated where the sentence names no codes.
fn rule_digits<'a>(sentence: &'a Sentence, findings: &'a [Finding], word: &'a str) -> impl Iterator<Item = u32> + 'a {
    findings.iter().filter(|f| sentence.codes.is_empty() && matches!(f.fact, Fact::Rule { .. })).filter_map(move |f| {
        let at = f.text.find(word)? + word.len();
        f.text.get(at..=at)?.parse().ok()
    })
}

fn columns(text: &str) -> Vec<(String, u8)> {
    let after =
        COLUMN_AFTER.captures_iter(text).filter_map(|c| Some((c.get(1)?.as_str().to_owned(), c.get(2)?.as_str().parse().ok()?)));
    let before =
        COLUMN_BEFORE.captures_iter(text).filter_map(|c| Some((c.get(2)?.as_str().to_owned(), c.get(1)?.as_str().parse().ok()?)));
    after.chain(before).collect()
}

fn both(sentence: &Sentence, a: &CodeRef, b: &CodeRef) -> bool {
    let named = |code: &CodeRef| sentence.codes.contains(&code.code);
    (named(a) && named(b)) || (sentence.codes.len() < 2 && sentence.codes.iter().all(|c| *c == a.code || *c == b.code))
}

fn about(sentence: &Sentence, codes: &[&CodeRef]) -> bool {
    sentence.codes.is_empty() || codes.iter().any(|c| sentence.codes.contains(&c.code))
}

fn units_held(sentence: &Sentence, ground: &Ground<'_>, said: u32) -> bool {
    ground.speaking(sentence).any(|f| {
        let stated = if let Fact::UnitLimit { units, asked, .. } = &f.fact {
            *units == said || *asked == Some(said)
        } else if let Fact::UnitArithmetic { units, .. } = &f.fact {
            *units == said
        } else {
            false
        };
        stated || UNITS.captures_iter(&f.text).any(|c| c.get(1).is_some_and(|n| n.as_str() == said.to_string()))
    })
}
