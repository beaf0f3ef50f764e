//! Yes and no: a sentence may not allow what its finding forbids, nor forbid what it allows.

use std::sync::LazyLock;

use regex::Regex;

use super::tokens::Sentence;
use crate::domain::code::CodeRef;
use crate::domain::finding::{Fact, Finding, ModifierIndicator};
use crate::pattern::pattern;

static ALLOWS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\s*(?:yes|s[ií])\b|\b(?:can|may|should) (?:both )?be (?:reported|billed|coded|paid)|\bboth (?:are|can|may)\b|\b(?:append|add|put|use)\b[^.]{0,30}\b(?:59|X[EPSU])\b|\bbypasses the edit\b|\bpueden? (?:reportarse|facturarse)",
    )
});
static FORBIDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\s*no\b[.,:]|\b(?:can|may|should|must)(?: ?not|n't) be (?:reported|billed|coded|paid)|\bnot (?:separately )?(?:payable|reported together|billable together)|\bno (?:pueden|se) (?:reportar|facturar)",
    )
});
static NEGATED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:not|no|never|cannot|neither|unless|only (?:if|where|when)|without|asked whether|preguntó|salvo|solo si)\b|n't\b|\?",
    )
});

pub(super) fn wrong(sentence: &Sentence, findings: &[Finding]) -> Vec<String> {
    let text = &sentence.text;
    let allows = ALLOWS.is_match(text) && !NEGATED.is_match(text);
    let forbids = FORBIDS.is_match(text)
        && !text.contains("unless")
        && !text.contains("asked")
        && !text.contains("preguntó")
        && !text.contains('?');
    let named = |a: &CodeRef, b: &CodeRef| sentence.codes.contains(&a.code) && sentence.codes.contains(&b.code);
    let mut problems = Vec::new();
    for finding in findings {
        let (a, b, allowed) = match &finding.fact {
            Fact::PairEdit { column1, column2, indicator: ModifierIndicator::Never, .. } => (column1, column2, false),
            Fact::Excludes1 { code, excluded, .. } => (code, excluded, false),
            Fact::Excludes2 { code, other, .. } | Fact::NoExcludes { code, other } | Fact::NoPairEdit { code, other } => {
                (code, other, true)
            }
            Fact::PairEditDeleted { column1, column2, .. } => (column1, column2, true),
            Fact::PairEdit { .. }
            | Fact::Valid { .. }
            | Fact::NotBillable { .. }
            | Fact::Unknown { .. }
            | Fact::OutOfForce { .. }
            | Fact::UnitLimit { .. }
            | Fact::UnitArithmetic { .. }
            | Fact::ModifierMeaning { .. }
            | Fact::Rule { .. }
            | Fact::Record { .. }
            | Fact::Conclusion(_) => continue,
        };
        if sentence.codes.len() == 2 && named(a, b) && ((allows && !allowed) || (forbids && allowed)) {
            problems.push(format!("the sentence about {a} and {b} says the opposite of {}", finding.id));
        }
    }
    problems
}
