//! One sample of each answer context.

use super::answer::{
    Answer, Clarify, Code, Excludes, Expert, Frame, Limit, ModifierLine, Modifiers, Pair, PairGone, Refusal, Sequence, Sites,
    Stated, Timed, TimedLine, Titled, Units,
};
use super::templates::{RenderError, block, render};

/// Renders every answer template with its sample, in each language that has it.
///
/// # Errors
/// [`RenderError`] of the first template at fault.
pub fn check() -> Result<(), RenderError> {
    for answer in Answer::samples() {
        for folder in ["answer", "answer/es"] {
            let name = format!("{folder}/{}", answer.template());
            if folder == "answer" || answer.in_spanish() {
                for part in ["lead", "asked", "show"] {
                    block(&name, part, &answer)?;
                }
            }
        }
    }
    for folder in ["answer", "answer/es"] {
        render(&format!("{folder}/frame.txt"), &Frame::sample())?;
    }
    Ok(())
}

impl Answer {
    /// What `templates check` renders the answer templates with, one of each kind.
    pub fn samples() -> Vec<Self> {
        vec![
            Self::Pair(Pair {
                column1: "20610".to_owned(),
                column2: "99213".to_owned(),
                indicator: 1,
                visit: Some("99213".to_owned()),
                other: "20610".to_owned(),
                distinct: vec!["59".to_owned()],
                anatomic: vec!["RT".to_owned()],
                both_visits: false,
                sites: Sites::Unsaid,
                barred: false,
                has_25: false,
            }),
            Self::PairGone(PairGone {
                code: "97530".to_owned(),
                other: "97140".to_owned(),
                deleted: Some("2019-12-31".to_owned()),
                distinct: vec!["59".to_owned()],
            }),
            units(),
            Self::Timed(Timed {
                total: "23 + 17 = 40 timed minutes, which are 3 units".to_owned(),
                units: 3,
                lines: vec![TimedLine { code: "97110".to_owned(), units: 2, minutes: "23 min".to_owned(), timed: true }],
            }),
            Self::Limit(Limit { code: "11730".to_owned(), units: 1, mai: 2, asked: Some(4), over: true }),
            Self::Excludes(Excludes {
                a: "N20.0".to_owned(),
                b: "N13.2".to_owned(),
                kind: "one",
                at: "N20".to_owned(),
                combination: Some("N13.2".to_owned()),
                symptom: None,
            }),
            Self::Sequence(Sequence { first: "N18.4".to_owned(), then: "D63.1".to_owned() }),
            code(),
            Self::Modifiers(Modifiers {
                lines: vec![ModifierLine { modifier: "XS".to_owned(), meaning: "Separate structure".to_owned() }],
                distinct: true,
            }),
            Self::Refusal(Refusal { rule: "refuse_date".to_owned() }),
            Self::Clarify(Clarify {
                lacks: "dose",
                code: Some("J3301".to_owned()),
                unit: Some("10 mg".to_owned()),
                choices: Vec::new(),
            }),
            Self::Expert(Expert { reason: "the records loaded here hold no fee schedule".to_owned(), has_parts: false }),
            Self::Stated(Stated {
                topic: "open_after_closed".to_owned(),
                lead: "Report 25607 alone.".to_owned(),
                show: "The operative note must say what was done.".to_owned(),
                spanish: true,
            }),
        ]
    }
}

fn units() -> Answer {
    Answer::Units(Units {
        code: "J1745".to_owned(),
        instead_of: None,
        dose: "310 mg".to_owned(),
        per: "10 mg".to_owned(),
        up_to: false,
        units: 31,
        wasted: Some("90 mg = 9 units".to_owned()),
        wasted_units: Some(9),
        nothing_left: false,
        limit: Some(150),
        mai: Some(3),
    })
}

fn code() -> Answer {
    let leaf = |code: &str, title: &str| Titled { code: code.to_owned(), title: Some(title.to_owned()) };
    Answer::Code(Code {
        code: "M54.5".to_owned(),
        state: "heading",
        title: Some("Low back pain".to_owned()),
        system: "ICD-10-CM",
        edition: "FY2026 (April 1, 2026)".to_owned(),
        ended: Some("2021-09-30".to_owned()),
        begins: None,
        choices: vec![leaf("M54.50", "Low back pain, unspecified")],
        chosen: None,
        seventh: false,
    })
}
