//! What research found: facts with the record each stands in.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::code::{CodeRef, Effect, Modifier, Source};
use super::draft::Route;
use super::question::Intent;

/// A finding's name within one answer: `F1`, `F2`, …
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct FindingId(pub u16);

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "F{}", self.0)
    }
}

impl From<FindingId> for String {
    fn from(id: FindingId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for FindingId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.strip_prefix('F').and_then(|n| n.parse().ok()).map(Self).ok_or_else(|| format!("not a finding id: {text}"))
    }
}

/// A fact and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub id: FindingId,
    pub fact: Fact,
    /// The fact in one plain sentence, as the ground check reads it.
    pub text: String,
    pub source: Source,
    /// The record inside the source: `20610/99213`, `M25.561`, `I.E`.
    pub record: String,
    pub effect: Effect,
}

/// NCCI's correct-coding modifier indicator of a pair edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ModifierIndicator {
    /// 0: no modifier separates the two.
    Never,
    /// 1: a proper modifier does, where the facts carry it.
    Allowed,
    /// 9: the edit was deleted as of its own start.
    NotApplicable,
}

impl ModifierIndicator {
    pub const fn digit(self) -> u8 {
        match self {
            Self::Never => 0,
            Self::Allowed => 1,
            Self::NotApplicable => 9,
        }
    }
}

/// The MUE adjudication indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AdjudicationIndicator {
    /// 1: each claim line is judged.
    Line,
    /// 2: each date of service, absolute by policy.
    DayPolicy,
    /// 3: each date of service, clinical, appealable.
    DayClinical,
}

impl AdjudicationIndicator {
    pub const fn digit(self) -> u8 {
        match self {
            Self::Line => 1,
            Self::DayPolicy => 2,
            Self::DayClinical => 3,
        }
    }
}

/// The facts that the tools of research establish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// The code is in force on the day and may be billed.
    Valid { code: CodeRef, title: Option<String>, on: Date },
    /// The code exists but is a heading: more characters are needed.
    NotBillable { code: CodeRef, title: Option<String>, children: Vec<CodeRef> },
    /// No record of the loaded edition holds the code.
    Unknown { code: CodeRef, nearest: Vec<CodeRef> },
    /// The code was in force once, or will be, but not on the day.
    OutOfForce { code: CodeRef, on: Date, replaced_by: Vec<CodeRef> },
    /// Two diagnoses that an Excludes1 note keeps apart; `note_at` is where the note stands.
    Excludes1 { code: CodeRef, excluded: CodeRef, note_at: CodeRef, note: String },
    /// An Excludes2 note: both may be reported together.
    Excludes2 { code: CodeRef, other: CodeRef, note_at: CodeRef, note: String },
    /// Neither code's notes exclude the other.
    NoExcludes { code: CodeRef, other: CodeRef },
    /// A pair edit in force on the day.
    PairEdit {
        column1: CodeRef,
        column2: CodeRef,
        indicator: ModifierIndicator,
        rationale: Option<String>,
        /// What the mail already put on either line.
        modifiers: Vec<Modifier>,
    },
    /// The pair is in the loaded edition and was deleted before the day.
    PairEditDeleted { column1: CodeRef, column2: CodeRef, deleted: Date },
    /// The loaded edition covers these codes and holds no edit for the pair.
    NoPairEdit { code: CodeRef, other: CodeRef },
    /// How many units a line or a day may hold.
    UnitLimit { code: CodeRef, units: u32, mai: AdjudicationIndicator, rationale: Option<String>, asked: Option<u32> },
    /// A dose in units of the code: `amount / per_unit`, rounded up.
    UnitArithmetic { code: CodeRef, dose: String, per_unit: String, units: u32, wasted: Option<String> },
    /// A modifier and what its record says.
    ModifierMeaning { modifier: Modifier, meaning: String },
    /// A rule that no file holds, in our own words.
    Rule { rule: String, wording: String },
    /// What a published record says of these codes; the fact is the finding's text. `topic` names the record's kind.
    Record { topic: String, codes: Vec<CodeRef> },
    /// What follows for the question from other findings; the short answer is the finding's text.
    Conclusion(Conclusion),
}

/// A short answer and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conclusion {
    /// The tool's or the ruling's key.
    pub topic: String,
    pub codes: Vec<CodeRef>,
    pub rests_on: Vec<FindingId>,
    /// What the documentation must show, or what else to mind.
    pub show: String,
    /// What decides and is not known, a question an entry.
    pub asks: Vec<String>,
    /// The intents that need no other answer.
    pub settles: Vec<Intent>,
    pub route: Route,
    /// Whether it is the whole word on the pairs of its codes, so that no general advice on them is given beside it.
    pub instead_of_pairs: bool,
    /// Cues for a person that the answer stands despite: `judgement`, `note`.
    pub despite: Vec<String>,
    /// Written in the language of a Spanish mail.
    pub spanish: bool,
}
