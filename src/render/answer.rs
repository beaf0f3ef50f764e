//! What the answer templates are given. Each context is one kind of answer; `samples` holds one of each, so that
//! `templates check` renders every template with nothing left out.

use serde::Serialize;

pub use super::answer_samples::check;

macro_rules! embed {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("../../templates/", $name)))),*] };
}

pub(super) const TEMPLATES: &[(&str, &str)] = embed![
    "answer/frame.txt",
    "answer/pair.txt",
    "answer/pair_gone.txt",
    "answer/units.txt",
    "answer/timed.txt",
    "answer/limit.txt",
    "answer/excludes.txt",
    "answer/sequence.txt",
    "answer/code.txt",
    "answer/modifiers.txt",
    "answer/refusal.txt",
    "answer/clarify.txt",
    "answer/expert.txt",
    "answer/statement.txt",
    "answer/es/statement.txt",
    "answer/es/frame.txt",
    "answer/es/units.txt",
    "answer/es/limit.txt",
    "answer/es/pair.txt",
    "answer/es/excludes.txt",
    "answer/es/clarify.txt",
];

/// A statement and the source it stands in: `[NCCI PTP 2024 Q3, 20610/99213]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cited {
    pub text: String,
    pub cite: String,
}

/// A code with its title, where its text may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Titled {
    pub code: String,
    pub title: Option<String>,
}

/// A live pair edit.
#[derive(Debug, Clone, Serialize)]
pub struct Pair {
    pub column1: String,
    pub column2: String,
    pub indicator: u8,
    /// The visit of the two, where there is one.
    pub visit: Option<String>,
    /// The code that is not the visit; column 1 where there is none.
    pub other: String,
    /// 59 and X modifiers that the mail has on its lines.
    pub distinct: Vec<String>,
    pub anatomic: Vec<String>,
    pub both_visits: bool,
    pub sites: Sites,
    /// The policy manual's own sentence on the two bars them.
    pub barred: bool,
    pub has_25: bool,
}

/// What a mail says of the places of two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sites {
    /// One on the left, the other on the right.
    TwoSides,
    /// Both at one place.
    One,
    Unsaid,
}

/// A pair with no edit in force.
#[derive(Debug, Clone, Serialize)]
pub struct PairGone {
    pub code: String,
    pub other: String,
    pub deleted: Option<String>,
    pub distinct: Vec<String>,
}

/// A drug dose in units.
#[derive(Debug, Clone, Serialize)]
pub struct Units {
    pub code: String,
    pub instead_of: Option<String>,
    pub dose: String,
    pub per: String,
    /// "up to 1000 mcg": any part of the amount is one unit.
    pub up_to: bool,
    pub units: u32,
    /// `90 mg = 9 units`, with the units alone beside it.
    pub wasted: Option<String>,
    pub wasted_units: Option<u32>,
    pub nothing_left: bool,
    pub limit: Option<u32>,
    pub mai: Option<u8>,
}

#[derive(Debug, Clone, Serialize)]
pub struct TimedLine {
    pub code: String,
    pub units: u32,
    pub minutes: String,
    pub timed: bool,
}

/// Therapy minutes in units.
#[derive(Debug, Clone, Serialize)]
pub struct Timed {
    pub total: String,
    pub units: u32,
    pub lines: Vec<TimedLine>,
}

/// A unit limit.
#[derive(Debug, Clone, Serialize)]
pub struct Limit {
    pub code: String,
    pub units: u32,
    pub mai: u8,
    pub asked: Option<u32>,
    pub over: bool,
}

/// Two diagnoses and the note between them.
#[derive(Debug, Clone, Serialize)]
pub struct Excludes {
    pub a: String,
    pub b: String,
    /// `one`, `two` or `none`.
    pub kind: &'static str,
    pub at: String,
    /// The code that the note sends to and that says both by itself.
    pub combination: Option<String>,
    /// Where one of the two is a symptom (ICD-10-CM, chapter 18) and the other is not.
    pub symptom: Option<Symptom>,
}

/// A symptom beside a disease that may explain it.
#[derive(Debug, Clone, Serialize)]
pub struct Symptom {
    pub sign: String,
    pub disease: String,
}

/// Which of two diagnoses comes first.
#[derive(Debug, Clone, Serialize)]
pub struct Sequence {
    pub first: String,
    pub then: String,
}

/// A code by itself.
#[derive(Debug, Clone, Serialize)]
pub struct Code {
    pub code: String,
    /// `valid`, `heading`, `ended` or `unknown`.
    pub state: &'static str,
    pub title: Option<String>,
    pub system: &'static str,
    pub edition: String,
    pub ended: Option<String>,
    pub begins: Option<String>,
    pub choices: Vec<Titled>,
    /// The leaf that the mail's own facts lead to.
    pub chosen: Option<Titled>,
    pub seventh: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct ModifierLine {
    pub modifier: String,
    pub meaning: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Modifiers {
    pub lines: Vec<ModifierLine>,
    pub distinct: bool,
}

/// A request that is turned down.
#[derive(Debug, Clone, Serialize)]
pub struct Refusal {
    /// The rulebook's key: `refuse_date`.
    pub rule: String,
}

/// A question that lacks what decides it.
#[derive(Debug, Clone, Serialize)]
pub struct Clarify {
    /// `dose`, `phase`, `minutes`, `codes`, `drug`.
    pub lacks: &'static str,
    pub code: Option<String>,
    /// `10 mg`, where one unit of the code is known.
    pub unit: Option<String>,
    pub choices: Vec<Titled>,
}

/// A short answer that research wrote over its findings.
#[derive(Debug, Clone, Serialize)]
pub struct Stated {
    pub topic: String,
    pub lead: String,
    pub show: String,
    pub spanish: bool,
}

/// What a person must answer, said to the asker.
#[derive(Debug, Clone, Serialize)]
pub struct Expert {
    pub reason: String,
    pub has_parts: bool,
}

/// One kind of answer with what its template needs.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Answer {
    Pair(Pair),
    PairGone(PairGone),
    Units(Units),
    Timed(Timed),
    Limit(Limit),
    Excludes(Excludes),
    Sequence(Sequence),
    Code(Code),
    Modifiers(Modifiers),
    Refusal(Refusal),
    Clarify(Clarify),
    Expert(Expert),
    Stated(Stated),
}

/// One answered question within a mail.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    pub lead: String,
    /// The question in one line, without who asked it.
    pub asked: String,
    pub why: Vec<Cited>,
    pub show: String,
}

/// The answer's own paragraphs.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    pub parts: Vec<Part>,
    pub assumptions: Vec<String>,
    /// What the asker is told first where a person has to complete the answer.
    pub notice: Option<String>,
    /// The records of the mail's codes, for that person.
    pub at_hand: Vec<Cited>,
}

impl Answer {
    pub const fn template(&self) -> &'static str {
        match self {
            Self::Pair(_) => "pair.txt",
            Self::PairGone(_) => "pair_gone.txt",
            Self::Units(_) => "units.txt",
            Self::Timed(_) => "timed.txt",
            Self::Limit(_) => "limit.txt",
            Self::Excludes(_) => "excludes.txt",
            Self::Sequence(_) => "sequence.txt",
            Self::Code(_) => "code.txt",
            Self::Modifiers(_) => "modifiers.txt",
            Self::Refusal(_) => "refusal.txt",
            Self::Clarify(_) => "clarify.txt",
            Self::Expert(_) => "expert.txt",
            Self::Stated(_) => "statement.txt",
        }
    }
}

impl Answer {
    /// Whether what the template is given holds these words.
    pub fn names(&self, words: &str) -> bool {
        serde_json::to_string(self).is_ok_and(|said| said.contains(words))
    }

    /// Whether the answer has a Spanish template.
    pub const fn in_spanish(&self) -> bool {
        match self {
            Self::Units(_) | Self::Limit(_) | Self::Excludes(_) | Self::Clarify(_) | Self::Pair(_) => true,
            Self::Stated(stated) => stated.spanish,
            Self::PairGone(_)
            | Self::Timed(_)
            | Self::Sequence(_)
            | Self::Code(_)
            | Self::Modifiers(_)
            | Self::Refusal(_)
            | Self::Expert(_) => false,
        }
    }
}

impl Frame {
    /// What `templates check` renders the frame with.
    pub fn sample() -> Self {
        let why = vec![Cited {
            text: "Indicator 0: no NCCI modifier bypasses the edit.".to_owned(),
            cite: "[NCCI Policy Manual 2026, I.E]".to_owned(),
        }];
        let part = Part {
            lead: "No: 29877 is not paid beside 29881.".to_owned(),
            asked: "whether 29877 can go with 29881".to_owned(),
            why: why.clone(),
            show: "The operative note must name the compartment.".to_owned(),
        };
        Self {
            parts: vec![part],
            assumptions: vec!["Medicare rules".to_owned()],
            notice: Some("A consultant will complete this answer.".to_owned()),
            at_hand: why,
        }
    }
}
