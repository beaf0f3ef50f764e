//! Pair edits as answers.

use super::super::pieces::{Piece, cite, rules};
use crate::domain::code::{CodeMention, CodeRef, CodeSystem, MentionRole, Modifier};
use crate::domain::finding::{Fact, Finding, ModifierIndicator};
use crate::domain::question::{Intent, Question};
use crate::pattern::{cues, patterns};
use crate::render::answer::{Answer, Pair, PairGone, Sites};
use crate::research::visit::{is_visit, is_wellness};

use super::super::gaps::{PAIR, TOGETHER};
use super::conclusions::conclusion;

cues! {
    // What was done on one place by the mail's own word.
    ONE_SITE = r"{one_site}";
    SEPARATE_SITES = r"{separate_sites}";
    BARS = r"\bnot separately reportable\b|\bshall not (?:be )?report|\bshould not (?:be )?report|\bnot be reported\b|\bmay not report";
    LEAVES_A_WAY = r"\bunless\b|\bmay be reported\b|\bexcept\b|\bgenerally\b|\bsame (?:lesion|site|area|side|knee|shoulder|joint|structure)\b|\bipsilateral\b";
    POINT = r"^\s*(?:\(?\d{1,2}[.)]|[-*•])\s";
    // What a conclusion says of a code that is not paid: beside it no modifier is worth a line.
    REFUSES = r"^(?:no\b|not\b|only\b)|\bno modifier helps\b|\bis not met\b|\bnot payable\b|\bwrite it off\b|\bnever pays\b|\bstatutorily excluded\b";
    // Days of two services that are not one: the edits are those of one day.
    OTHER_DAY = r"\b(?:\d+|one|two|three|four|five|six|eight|ten|a|last) ?(?:days?|weeks?|wks?|months?) (?:ago|earlier|later|after|before|out|post)|\bhace (?:\w+ )?(?:d[ií]as|semanas|meses)|\b(?:day|week)s? (?:after|following) (?:the )?(?:surgery|operation|procedure)|\bpost-?op(?:erative)? day\b";
    AFTER_SURGERY = r"{global}|\b(?:came|comes|coming|was|is|seen|went) back\b|\breturn(?:ed|s|ing)?\b|\bfollow(?:ed)?[- ]?ups?\b|\bseen again\b|\bre-?check\w*|\bM144\b|\bincision check\b|\bwound check\b|\bsuture removal\b";
}

patterns! {
    /// A day as a mail writes it, or what stands for it once it was redacted.
    TWO_DAYS = r"\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|\[DATE[^\]]*\]";
}

pub(in super::super) fn of(question: &Question, findings: &[Finding], before: &[Piece]) -> Vec<Piece> {
    let intents = [Intent::PairEdit, Intent::ModifierChoice, Intent::Denial];
    let about_pairs = intents.iter().any(|i| question.intents.contains(i))
        && (before.iter().all(|p| matches!(p.answer, Answer::Stated(_))) || PAIR.is_match(&question.text));
    // A follow-up that names no code of its own asks about the thread's pair only where it says so.
    let thread_alone = question.codes.iter().all(|m| m.role == MentionRole::Quoted);
    if thread_alone && !PAIR.is_match(&question.text) {
        return Vec::new();
    }
    let asks_pairs = PAIR.is_match(&question.text) || before.is_empty() && TOGETHER.is_match(question.asking());
    findings
        .iter()
        .filter(|f| !ruled(f, findings))
        .filter_map(|f| piece(question, f, findings, about_pairs, asks_pairs))
        .collect()
}

fn is_global(finding: &Finding, of: &CodeRef) -> bool {
    matches!(&finding.fact, Fact::Record { topic, codes } if topic == "global_indicator" && codes.contains(of))
}

/// The edit as it stood the other way round, and what both sides of either code mean.
fn is_beside(finding: &Finding, a: &CodeRef, b: &CodeRef) -> bool {
    let Fact::Record { topic, codes } = &finding.fact else { return false };
    match topic.as_str() {
        "pair_reversed" => codes.contains(a) && codes.contains(b),
        "bilateral_indicator" => codes.contains(a) || codes.contains(b),
        _ => false,
    }
}

/// Whether a conclusion is the whole word on the pair.
fn ruled(finding: &Finding, findings: &[Finding]) -> bool {
    let (Fact::PairEdit { column1: a, column2: b, .. }
    | Fact::PairEditDeleted { column1: a, column2: b, .. }
    | Fact::NoPairEdit { code: a, other: b }) = &finding.fact
    else {
        return false;
    };
    findings.iter().any(|finding| {
        let Some(said) = conclusion(finding) else { return false };
        let (of_a, of_b) = (said.codes.contains(a), said.codes.contains(b));
        said.instead_of_pairs && of_a && of_b
            || (of_a || of_b) && said.settles.contains(&Intent::PairEdit) && REFUSES.is_match(&finding.text)
    })
}

fn piece(question: &Question, finding: &Finding, findings: &[Finding], about_pairs: bool, asks_pairs: bool) -> Option<Piece> {
    match &finding.fact {
        Fact::PairEdit { column1, column2, .. }
            if both_quoted(question, column1, column2)
                || visit_of_another_day(question, column1, column2)
                || listed_apart(question, column1, column2) =>
        {
            None
        }
        Fact::PairEdit { column1, column2, indicator, modifiers, .. } => {
            Some(edit(question, finding, findings, (column1, column2), (*indicator, modifiers)))
        }
        Fact::PairEditDeleted { column1, column2, deleted } if about_pairs => {
            Some(gone(question, finding, findings, (column1, column2), Some(deleted.to_string())))
        }
        Fact::NoPairEdit { code, other } if about_pairs && asks_pairs => {
            Some(gone(question, finding, findings, (code, other), None))
        }
        Fact::PairEditDeleted { .. }
        | Fact::NoPairEdit { .. }
        | Fact::Valid { .. }
        | Fact::NotBillable { .. }
        | Fact::Unknown { .. }
        | Fact::OutOfForce { .. }
        | Fact::Excludes1 { .. }
        | Fact::Excludes2 { .. }
        | Fact::NoExcludes { .. }
        | Fact::UnitLimit { .. }
        | Fact::UnitArithmetic { .. }
        | Fact::ModifierMeaning { .. }
        | Fact::Rule { .. }
        | Fact::Record { .. }
        | Fact::Conclusion(_) => None,
    }
}

/// Whether the pair is a visit with a service of another day: the edits are those of one day.
fn visit_of_another_day(question: &Question, column1: &CodeRef, column2: &CodeRef) -> bool {
    visit_of(column1, column2).is_some()
        && AFTER_SURGERY.is_match(&question.text)
        && (OTHER_DAY.is_match(&question.text) || TWO_DAYS.find_iter(&question.text).count() > 1)
}

/// Whether the two stand in points of a list that asks of each by itself.
fn listed_apart(question: &Question, a: &CodeRef, b: &CodeRef) -> bool {
    let mut points = question.text.lines().filter(|line| POINT.is_match(line));
    let of = |code: &CodeRef| question.text.lines().any(|line| POINT.is_match(line) && line.contains(&code.code));
    of(a) && of(b) && !points.any(|line| line.contains(&a.code) && line.contains(&b.code)) && !PAIR.is_match(&question.text)
}

/// The answer of an edit in force.
fn edit(
    question: &Question,
    finding: &Finding,
    findings: &[Finding],
    (column1, column2): (&CodeRef, &CodeRef),
    (indicator, modifiers): (ModifierIndicator, &[Modifier]),
) -> Piece {
    let visit = visit_of(column1, column2);
    let both_visits = is_visit(column1) && is_visit(column2) && !is_wellness(column1) && !is_wellness(column2);
    let other = if visit == Some(column1) { column2 } else { column1 };
    let sites = sites(&question.text);
    let keys: &[&str] = match (indicator.digit(), visit) {
        (0, _) => &["indicator_0"],
        (_, Some(_)) if !both_visits => &["modifier_25", "decision_is_included"],
        _ if sites == Sites::TwoSides || !modifiers.is_empty() => {
            &["indicator_1", "anatomic", "modifier_59", "modifier_x", "either_line"]
        }
        _ => &["indicator_1", "modifier_59", "modifier_x", "either_line"],
    };
    let mut why = vec![cite(finding)];
    why.extend(findings.iter().find(|f| is_global(f, if visit.is_some() { other } else { column1 })).map(cite));
    why.extend(findings.iter().filter(|f| is_beside(f, column1, column2)).map(cite));
    why.extend(rules(findings, &[&format!("manual_on {column1} {column2}")]));
    why.extend(rules(findings, keys));
    let view = Pair {
        column1: column1.to_string(),
        column2: column2.to_string(),
        indicator: indicator.digit(),
        visit: visit.map(ToString::to_string),
        other: other.to_string(),
        distinct: distinct(question, modifiers),
        anatomic: modifiers
            .iter()
            .map(ToString::to_string)
            .filter(|m| ["RT", "LT"].contains(&m.as_str()) || m.starts_with(['T', 'F', 'E']))
            .collect(),
        both_visits,
        sites,
        barred: barred(findings, column1, column2),
        has_25: modifiers.iter().any(|m| m.as_str() == "25"),
    };
    Piece { answer: Answer::Pair(view), why }
}

/// The answer where no edit is in force (any more).
fn gone(
    question: &Question,
    finding: &Finding,
    findings: &[Finding],
    (code, other): (&CodeRef, &CodeRef),
    deleted: Option<String>,
) -> Piece {
    let distinct = distinct(question, &on_lines(question, code, other));
    let view = PairGone { code: code.to_string(), other: other.to_string(), deleted, distinct };
    Piece { answer: Answer::PairGone(view), why: [vec![cite(finding)], rules(findings, &["indicator_9"])].concat() }
}

/// The visit that takes modifier 25: beside a wellness visit, the problem visit.
fn visit_of<'a>(column1: &'a CodeRef, column2: &'a CodeRef) -> Option<&'a CodeRef> {
    match (is_visit(column1), is_visit(column2)) {
        (true, true) if is_wellness(column2) => Some(column1),
        (_, true) => Some(column2),
        (true, false) => Some(column1),
        (false, false) => None,
    }
}

/// Whether the manual's sentence on the two says no and leaves no way.
fn barred(findings: &[Finding], column1: &CodeRef, column2: &CodeRef) -> bool {
    let key = format!("manual_on {column1} {column2}");
    let of_them = |finding: &&Finding| matches!(&finding.fact, Fact::Rule { rule, .. } if *rule == key);
    findings.iter().find(of_them).is_some_and(|said| BARS.is_match(&said.text) && !LEAVES_A_WAY.is_match(&said.text))
}

/// What the mail says of the places of its two services.
fn sites(text: &str) -> Sites {
    if two_sides(text) {
        Sites::TwoSides
    } else if ONE_SITE.is_match(text) && !SEPARATE_SITES.is_match(text) {
        Sites::One
    } else {
        Sites::Unsaid
    }
}

/// Left and right, both said: two sites by the mail's own word.
fn two_sides(text: &str) -> bool {
    let text = text.to_lowercase();
    let says = |words: &[&str]| text.split(|c: char| !c.is_alphanumeric()).any(|w| words.contains(&w));
    says(&["left", "izquierdo", "izquierda"]) && says(&["right", "derecho", "derecha"])
}

fn both_quoted(question: &Question, a: &CodeRef, b: &CodeRef) -> bool {
    let quoted = |code: &CodeRef| question.codes.iter().filter(|m| m.code == *code).all(|m| m.role == MentionRole::Quoted);
    let procedure = |m: &CodeMention| matches!(m.code.system, CodeSystem::Cpt | CodeSystem::Hcpcs);
    quoted(a) && quoted(b) && question.codes.iter().any(|m| m.role != MentionRole::Quoted && procedure(m))
}

fn on_lines(question: &Question, a: &CodeRef, b: &CodeRef) -> Vec<Modifier> {
    question.codes.iter().filter(|m| m.code == *a || m.code == *b).flat_map(|m| m.modifiers.iter().copied()).collect()
}

/// 59 or an X modifier that the mail has on a line or speaks of.
fn distinct(question: &Question, on_lines: &[Modifier]) -> Vec<String> {
    const DISTINCT: [&str; 5] = ["59", "XE", "XP", "XS", "XU"];
    let spoken: Vec<&str> = question.text.split(|c: char| !c.is_alphanumeric()).collect();
    DISTINCT
        .iter()
        .filter(|d| on_lines.iter().any(|m| m.as_str() == **d) || spoken.contains(d))
        .map(|d| (*d).to_owned())
        .collect()
}
