//! Work summed up under a name.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::check::Work;

#[derive(Debug, Serialize)]
pub struct Line {
    name: String,
    answers: i64,
    /// Of the answers, in whole percent.
    automatic_percent: i64,
    /// The mean, from the question to the approval.
    waited: String,
    /// Texts written by a person, for each answer.
    edits: String,
    checked: i64,
    wrong: i64,
    could_be_better: i64,
    /// Wrong after a person had approved it.
    wrong_after_review: i64,
    checked_after_review: i64,
}

impl Line {
    pub fn of(name: &str, work: &[Work]) -> Self {
        Self::summed(name.to_owned(), &work.iter().collect::<Vec<_>>())
    }

    fn summed(name: String, work: &[&Work]) -> Self {
        let sum = |of: fn(&Work) -> i64| work.iter().map(|one| of(one)).sum::<i64>();
        let reviewed = |of: fn(&Work) -> i64| work.iter().filter(|one| one.approved_by.is_some()).map(|one| of(one)).sum::<i64>();
        let answers = sum(|one| one.answers);
        let automatic = answers - reviewed(|one| one.answers);
        let looked_at = |one: &Work| one.right + one.could_be_better + one.wrong;
        let each = |total: i64| total.checked_div(answers).unwrap_or_default();
        let edits_tenths = each(sum(|one| one.edits) * 10);
        Self {
            name,
            answers,
            automatic_percent: each(automatic * 100),
            waited: span(each(sum(|one| one.waited_secs))),
            edits: format!("{}.{}", edits_tenths / 10, edits_tenths % 10),
            checked: sum(looked_at),
            wrong: sum(|one| one.wrong),
            could_be_better: sum(|one| one.could_be_better),
            wrong_after_review: reviewed(|one| one.wrong),
            checked_after_review: reviewed(looked_at),
        }
    }
}

/// A line a name, those with the most answers first.
pub fn by(work: &[Work], name: impl Fn(&Work) -> String) -> Vec<Line> {
    let mut groups: BTreeMap<String, Vec<&Work>> = BTreeMap::new();
    for one in work {
        groups.entry(name(one)).or_default().push(one);
    }
    let mut lines: Vec<Line> = groups.into_iter().map(|(name, work)| Line::summed(name, &work)).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.answers));
    lines
}

fn span(secs: i64) -> String {
    match secs {
        ..120 => format!("{secs} s"),
        120..7200 => format!("{} min", secs / 60),
        7200..172_800 => format!("{} h", secs / 3600),
        _ => format!("{} d", secs / 86_400),
    }
}
