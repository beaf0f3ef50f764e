//! An answer on its way: what would be sent, from what, by whom, and whether it holds.

use serde::{Deserialize, Serialize};

use super::code::Family;
use super::finding::Finding;
use super::id::{ConsultantId, DraftId};
use super::question::Intent;

/// What should happen to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Every question is covered by findings: answer.
    Auto,
    /// A person who knows more must answer.
    Expert,
    /// One or two missing facts decide: ask for them.
    Clarify,
    /// The mail asks for something that is not allowed: say no, why, and what is.
    Refuse,
    NotAQuestion,
}

impl Route {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Expert => "expert",
            Self::Clarify => "clarify",
            Self::Refuse => "refuse",
            Self::NotAQuestion => "not_a_question",
        }
    }
}

/// Who wrote a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    Automation,
    Consultant(ConsultantId),
}

/// What a drafter hands over: text over findings, not yet judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drafted {
    pub route: Route,
    /// 0..=1: how sure the drafter is that the route and the text are right.
    pub confidence: f64,
    pub intents: Vec<Intent>,
    /// The answer's own paragraphs as plain text: no greeting, sources, disclaimer or case number, which the mail template adds.
    pub body: String,
    /// What is asked back, a question an entry.
    pub asks: Vec<String>,
    pub findings: Vec<Finding>,
    /// The families cited, in order of first use.
    pub citations: Vec<Family>,
    /// Why a person is needed, where one is; shown to the consultant, never to the asker.
    pub reservations: Vec<String>,
}

/// The result of holding a draft against its findings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GroundCheck {
    pub passed: bool,
    pub problems: Vec<String>,
}

/// A draft of a case, kept whole for the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub id: DraftId,
    pub author: Author,
    pub drafted: Drafted,
    pub ground_check: GroundCheck,
    /// The codebook edition that the findings were read from.
    pub codebook_edition: String,
}
