//! Holds a draft against its findings: what stands in no finding and not in the question may not leave by policy.
//!
//! Each sentence is judged by itself. A sentence that names codes may only use numbers, dates and modifiers of findings
//! that speak of one of those codes (or of a rule); citations must be those of findings, letter by letter, and a line
//! that cites one may say its codes and numbers in its order only; an indicator, a column, a limit must be the one that its finding holds.

mod ground;
mod polarity;
mod relations;
mod skeleton;
mod tokens;

use crate::domain::draft::GroundCheck;
use crate::domain::finding::{Fact, Finding};
use crate::domain::question::Question;

use ground::Ground;

/// More problems than this add nothing for the consultant who reads them.
const PROBLEMS_MAX: usize = 20;

/// Holds `body` against what research found and what was asked.
pub fn ground_check(body: &str, findings: &[Finding], question: &Question) -> GroundCheck {
    let mut problems = tokens::identifiers(body);
    let ground = Ground::new(findings, question);
    let skeletons = skeleton::Skeletons::new(findings);
    for line in tokens::lines(body) {
        problems.extend(ground.uncited(&line));
        if skeletons.own(&line.text) {
            continue;
        }
        if skeletons.altered(&line.text) {
            problems.push(format!("a sentence of a finding is changed: {}", line.text.trim()));
        }
        for sentence in &line.sentences {
            problems.extend(ground.missing(sentence));
            problems.extend(relations::wrong(sentence, findings, &ground));
            problems.extend(polarity::wrong(sentence, findings));
        }
    }
    problems.sort();
    problems.dedup();
    problems.truncate(PROBLEMS_MAX);
    GroundCheck { passed: problems.is_empty(), problems }
}

/// A finding's source as an answer cites it: `[NCCI PTP 2024 Q3, 20610/99213]`.
pub fn citation(finding: &Finding) -> String {
    use crate::domain::code::Family;
    let (source, record) = (&finding.source, &finding.record);
    if source.family == Family::Rulebook {
        return if matches!(finding.fact, Fact::ModifierMeaning { .. }) {
            "[CPT modifiers, in our own words]".to_owned()
        } else {
            format!("[{}, {record}]", source.edition)
        };
    }
    format!("[{} {}, {record}]", source.family, source.edition)
}
