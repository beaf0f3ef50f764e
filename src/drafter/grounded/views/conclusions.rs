//! Conclusions of research as answers: the short answer stands as research wrote it, over what it rests on.

use super::super::pieces::{Piece, cite};
use crate::domain::code::CodeRef;
use crate::domain::finding::{Conclusion, Fact, Finding};
use crate::render::answer::{Answer, Stated};

pub(in super::super) fn of(findings: &[Finding]) -> Vec<Piece> {
    findings.iter().filter_map(|finding| Some(piece(finding, conclusion(finding)?, findings))).collect()
}

/// The conclusion that a finding is.
pub(in super::super) const fn conclusion(finding: &Finding) -> Option<&Conclusion> {
    if let Fact::Conclusion(conclusion) = &finding.fact { Some(conclusion) } else { None }
}

fn piece(finding: &Finding, conclusion: &Conclusion, findings: &[Finding]) -> Piece {
    let view = Stated {
        topic: conclusion.topic.clone(),
        lead: finding.text.clone(),
        show: conclusion.show.clone(),
        spanish: conclusion.spanish,
    };
    let mut why: Vec<_> = findings.iter().filter(|f| conclusion.rests_on.contains(&f.id)).map(cite).collect();
    if conclusion.instead_of_pairs {
        why.extend(findings.iter().filter(|f| is_edit_of(f, &conclusion.codes)).map(cite));
        why.extend(findings.iter().filter(|f| is_manual_on(f, &conclusion.codes)).map(cite));
    }
    Piece { answer: Answer::Stated(view), why }
}

/// Whether the finding is what the policy manual says of two of the codes.
fn is_manual_on(finding: &Finding, codes: &[CodeRef]) -> bool {
    let Fact::Rule { rule, .. } = &finding.fact else { return false };
    let Some((a, b)) = rule.strip_prefix("manual_on ").and_then(|pair| pair.split_once(' ')) else { return false };
    [a, b].iter().all(|named| codes.iter().any(|code| code.code == *named))
}

/// Whether the finding is a live pair edit of two of the codes.
fn is_edit_of(finding: &Finding, codes: &[CodeRef]) -> bool {
    if let Fact::PairEdit { column1, column2, .. } = &finding.fact {
        codes.contains(column1) && codes.contains(column2)
    } else {
        false
    }
}
