//! What a mail asks, as far as it can be read without guessing.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::code::{CodeMention, CodeSystem, MentionRole, Span};

/// The kinds of question that a mail can hold; a mail may hold several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    PairEdit,
    Units,
    ModifierChoice,
    Validity,
    DiagnosisOrder,
    DiagnosisConflict,
    SeventhCharacter,
    EmLevel,
    GlobalPeriod,
    SurgeonRole,
    AddOn,
    Preventive,
    Payment,
    Coverage,
    Denial,
    Crosswalk,
    CodeSearch,
    Compliance,
    /// Thanks, greetings, sales, wrong address.
    NotAQuestion,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payer {
    Medicare,
    MedicareAdvantage,
    Medicaid,
    Commercial,
    WorkersCompensation,
    Tricare,
    SelfPay,
}

/// Where the service was given, as the edits tell settings apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// Professional claims; an ambulatory surgical centre uses the same edits.
    Practitioner,
    /// Outpatient hospital claims.
    Hospital,
    /// Supplier claims for durable medical equipment.
    Dme,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Language {
    #[default]
    #[serde(rename = "en")]
    English,
    #[serde(rename = "es")]
    Spanish,
    #[serde(rename = "other")]
    Other,
}

/// A mail's question: everything later steps may rely on, and nothing that identifies a patient.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Question {
    pub intents: Vec<Intent>,
    pub payer: Option<Payer>,
    pub date_of_service: Option<Date>,
    pub setting: Option<Setting>,
    /// Two-letter postal code of the state.
    pub state: Option<String>,
    pub language: Language,
    /// Codes in the new text first, those of the quoted thread after them.
    pub codes: Vec<CodeMention>,
    /// The redacted text that the reading was made from: the subject, an empty line, the new text. The spans of codes
    /// stand in it, those of role `Quoted` in `quoted`.
    pub text: String,
    /// The sentences of `text` that ask something, each on a line; all of it where none does.
    #[serde(default)]
    pub asked: String,
    /// The redacted thread behind it, the latest mail first.
    pub quoted: String,
}

impl Intent {
    pub const ALL: [Self; 19] = [
        Self::PairEdit,
        Self::Units,
        Self::ModifierChoice,
        Self::Validity,
        Self::DiagnosisOrder,
        Self::DiagnosisConflict,
        Self::SeventhCharacter,
        Self::EmLevel,
        Self::GlobalPeriod,
        Self::SurgeonRole,
        Self::AddOn,
        Self::Preventive,
        Self::Payment,
        Self::Coverage,
        Self::Denial,
        Self::Crosswalk,
        Self::CodeSearch,
        Self::Compliance,
        Self::NotAQuestion,
    ];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == text)
    }

    /// As the JSON interface writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PairEdit => "pair_edit",
            Self::Units => "units",
            Self::ModifierChoice => "modifier_choice",
            Self::Validity => "validity",
            Self::DiagnosisOrder => "diagnosis_order",
            Self::DiagnosisConflict => "diagnosis_conflict",
            Self::SeventhCharacter => "seventh_character",
            Self::EmLevel => "em_level",
            Self::GlobalPeriod => "global_period",
            Self::SurgeonRole => "surgeon_role",
            Self::AddOn => "add_on",
            Self::Preventive => "preventive",
            Self::Payment => "payment",
            Self::Coverage => "coverage",
            Self::Denial => "denial",
            Self::Crosswalk => "crosswalk",
            Self::CodeSearch => "code_search",
            Self::Compliance => "compliance",
            Self::NotAQuestion => "not_a_question",
        }
    }
}

impl Payer {
    pub const ALL: [Self; 7] = [
        Self::Medicare,
        Self::MedicareAdvantage,
        Self::Medicaid,
        Self::Commercial,
        Self::WorkersCompensation,
        Self::Tricare,
        Self::SelfPay,
    ];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == text)
    }

    /// As the JSON interface writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Medicare => "medicare",
            Self::MedicareAdvantage => "medicare_advantage",
            Self::Medicaid => "medicaid",
            Self::Commercial => "commercial",
            Self::WorkersCompensation => "workers_compensation",
            Self::Tricare => "tricare",
            Self::SelfPay => "self_pay",
        }
    }
}

/// How a consultant reads a question where the mail's own reading is wrong or silent; it stands in the place of the mail's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reading {
    pub intents: Vec<Intent>,
    pub payer: Option<Payer>,
    pub date_of_service: Option<Date>,
}

impl Reading {
    pub fn of(question: &Question) -> Self {
        Self { intents: question.intents.clone(), payer: question.payer, date_of_service: question.date_of_service }
    }
}

impl Question {
    /// The question as a consultant reads it.
    #[must_use]
    pub fn read_as(self, reading: Option<&Reading>) -> Self {
        let Some(Reading { intents, payer, date_of_service }) = reading.cloned() else { return self };
        Self { intents, payer, date_of_service, ..self }
    }

    /// The sentences that ask.
    pub fn asking(&self) -> &str {
        if self.asked.is_empty() { &self.text } else { &self.asked }
    }

    /// One question out of the mails of a round, oldest first, with the thread before them as context: what the later
    /// mail says goes before what an earlier one said, and codes of the thread count as quoted. Spans are offsets into
    /// the merged `text`; a quoted code has the empty span.
    pub fn merged(round: &[&Self], thread: &[&Self]) -> Self {
        let mut merged = Self::default();
        for question in round {
            merged.take_in(question);
        }
        for code in thread.iter().flat_map(|question| &question.codes) {
            if !merged.codes.iter().any(|known| known.code == code.code) {
                let span = Span { start: 0, end: 0 };
                merged.codes.push(CodeMention { role: MentionRole::Quoted, span, ..code.clone() });
            }
        }
        for earlier in thread.iter().rev() {
            merged.payer = merged.payer.or(earlier.payer);
            merged.date_of_service = merged.date_of_service.or(earlier.date_of_service);
            merged.setting = merged.setting.or(earlier.setting);
            merged.state = merged.state.take().or_else(|| earlier.state.clone());
        }
        // "And with 59?" goes on about the pair that the thread named.
        let pair = merged.codes.iter().filter(|m| matches!(m.code.system, CodeSystem::Cpt | CodeSystem::Hcpcs)).count() > 1;
        if pair && merged.intents == [Intent::ModifierChoice] {
            merged.intents.push(Intent::PairEdit);
        }
        if merged.intents.len() > 1 {
            merged.intents.retain(|intent| *intent != Intent::NotAQuestion);
        }
        merged
    }

    fn take_in(&mut self, later: &Self) {
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        let offset = self.text.chars().count();
        self.text.push_str(&later.text);
        if !self.asked.is_empty() {
            self.asked.push('\n');
        }
        self.asked.push_str(&later.asked);
        for intent in &later.intents {
            if !self.intents.contains(intent) {
                self.intents.push(*intent);
            }
        }
        self.codes.extend(later.codes.iter().map(|code| {
            let span = Span { start: code.span.start + offset, end: code.span.end + offset };
            CodeMention { span, ..code.clone() }
        }));
        self.payer = later.payer.or(self.payer);
        self.date_of_service = later.date_of_service.or(self.date_of_service);
        self.setting = later.setting.or(self.setting);
        self.state = later.state.clone().or(self.state.take());
        self.language = later.language;
    }
}
