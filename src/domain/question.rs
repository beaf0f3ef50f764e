//! What a mail asks, as far as it can be read without guessing.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::code::CodeMention;

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
    /// The redacted text that the reading was made from.
    pub text: String,
}
