//! Codes as people mention them and as the published files hold them.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The code systems that the records know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CodeSystem {
    #[serde(rename = "ICD-10-CM")]
    Icd10Cm,
    #[serde(rename = "ICD-10-PCS")]
    Icd10Pcs,
    #[serde(rename = "ICD-9-CM")]
    Icd9Cm,
    #[serde(rename = "HCPCS")]
    Hcpcs,
    #[serde(rename = "CPT")]
    Cpt,
    #[serde(rename = "CDT")]
    Cdt,
    #[serde(rename = "Modifier")]
    Modifier,
    #[serde(rename = "POS")]
    PlaceOfService,
    #[serde(rename = "MS-DRG")]
    MsDrg,
    #[serde(rename = "CARC")]
    Carc,
    #[serde(rename = "RARC")]
    Rarc,
}

impl CodeSystem {
    pub const ALL: [Self; 11] = [
        Self::Icd10Cm,
        Self::Icd10Pcs,
        Self::Icd9Cm,
        Self::Hcpcs,
        Self::Cpt,
        Self::Cdt,
        Self::Modifier,
        Self::PlaceOfService,
        Self::MsDrg,
        Self::Carc,
        Self::Rarc,
    ];

    /// The name a person reads.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Icd10Cm => "ICD-10-CM",
            Self::Icd10Pcs => "ICD-10-PCS",
            Self::Icd9Cm => "ICD-9-CM",
            Self::Hcpcs => "HCPCS",
            Self::Cpt => "CPT",
            Self::Cdt => "CDT",
            Self::Modifier => "Modifier",
            Self::PlaceOfService => "POS",
            Self::MsDrg => "MS-DRG",
            Self::Carc => "CARC",
            Self::Rarc => "RARC",
        }
    }
}

impl fmt::Display for CodeSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A code of a system, in the spelling its publisher uses: upper case, diagnosis codes with their dot.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CodeRef {
    pub system: CodeSystem,
    pub code: String,
}

impl CodeRef {
    /// Puts `code` into its publisher's spelling; it need not exist.
    pub fn new(system: CodeSystem, code: &str) -> Self {
        let mut code: String = code.trim().chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
        if system == CodeSystem::Icd10Cm {
            code.retain(|c| c != '.');
            if code.is_char_boundary(3) && code.len() > 3 {
                code.insert(3, '.');
            }
        }
        Self { system, code }
    }

    /// The code without its dot, as the order files write it.
    pub fn undotted(&self) -> String {
        self.code.replace('.', "")
    }
}

impl fmt::Display for CodeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

/// A two-character modifier of a CPT or HCPCS line, in upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Modifier([u8; 2]);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a modifier: two letters or digits are expected")]
pub struct InvalidModifier;

impl Modifier {
    /// Reads two ASCII letters or digits; whether the modifier exists is the codebook's to say.
    ///
    /// # Errors
    /// [`InvalidModifier`] for any other shape.
    pub fn parse(text: &str) -> Result<Self, InvalidModifier> {
        match text.trim().as_bytes() {
            &[a, b] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Err(InvalidModifier),
        }
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Modifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for Modifier {
    type Error = InvalidModifier;

    fn try_from(text: String) -> Result<Self, InvalidModifier> {
        Self::parse(&text)
    }
}

impl From<Modifier> for String {
    fn from(modifier: Modifier) -> Self {
        modifier.to_string()
    }
}

/// A stretch of a text, counted in characters (not bytes), end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// What a code is doing in the mail that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MentionRole {
    /// On the claim: billed, reported, submitted.
    Billed,
    /// The payer refused it.
    Denied,
    /// The question is about it.
    Asked,
    /// Only in the quoted or forwarded part.
    Quoted,
}

/// A code in a mail: what, with which modifiers and units, where in the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeMention {
    #[serde(flatten)]
    pub code: CodeRef,
    pub modifiers: Vec<Modifier>,
    /// Units of service that the mail bills or asks for, where it says so.
    pub units: Option<u32>,
    pub role: MentionRole,
    #[serde(flatten)]
    pub span: Span,
}

/// When a record holds: from `effective` to `terminated`, both inclusive; `None` where the file does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Effect {
    pub effective: Option<Date>,
    pub terminated: Option<Date>,
}

impl Effect {
    /// Whether the record is in force on `day`; an open end counts as in force.
    pub fn covers(&self, day: Date) -> bool {
        self.effective.is_none_or(|from| from <= day) && self.terminated.is_none_or(|to| day <= to)
    }
}

/// Where a record stands: the published family, its edition, the file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Source {
    pub family: Family,
    /// As a coder would cite it: `2024 Q3`, `FY2026 (April 1, 2026)`.
    pub edition: String,
    pub file: String,
}

/// The families of published records, each with a cadence of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Family {
    #[serde(rename = "NCCI PTP")]
    NcciPtp,
    #[serde(rename = "MUE")]
    Mue,
    #[serde(rename = "AOC")]
    AddOn,
    #[serde(rename = "MPFS")]
    Mpfs,
    #[serde(rename = "GPCI")]
    Gpci,
    #[serde(rename = "CLFS")]
    Clfs,
    #[serde(rename = "HCPCS")]
    Hcpcs,
    #[serde(rename = "ICD-10-CM")]
    Icd10Cm,
    #[serde(rename = "ICD-10-PCS")]
    Icd10Pcs,
    #[serde(rename = "Modifiers")]
    Modifiers,
    #[serde(rename = "Guidelines")]
    Guidelines,
    #[serde(rename = "NCCI Policy Manual")]
    NcciManual,
    #[serde(rename = "CPT")]
    Cpt,
    #[serde(rename = "Medicaid NCCI PTP")]
    MedicaidPtp,
    #[serde(rename = "Medicaid MUE")]
    MedicaidMue,
    #[serde(rename = "Localities")]
    Localities,
    #[serde(rename = "Anesthesia")]
    Anesthesia,
    #[serde(rename = "OPPS")]
    Opps,
    #[serde(rename = "ASC")]
    Asc,
    #[serde(rename = "ASP")]
    Asp,
    #[serde(rename = "DMEPOS")]
    Dmepos,
    #[serde(rename = "Telehealth")]
    Telehealth,
    #[serde(rename = "CLIA")]
    CliaWaived,
    #[serde(rename = "MAC")]
    Mac,
    #[serde(rename = "GEMs")]
    Gems,
    #[serde(rename = "Conversion Table")]
    ConversionTable,
    #[serde(rename = "MS-DRG")]
    MsDrg,
    #[serde(rename = "POS")]
    Pos,
    #[serde(rename = "HCC")]
    Hcc,
    #[serde(rename = "MCE")]
    Mce,
    #[serde(rename = "CARC")]
    Carc,
    #[serde(rename = "RARC")]
    Rarc,
    #[serde(rename = "Benefit Policy Manual")]
    BenefitManual,
    #[serde(rename = "MCD")]
    Mcd,
    #[serde(rename = "CDT")]
    Cdt,
    #[serde(rename = "Terms")]
    Terms,
    #[serde(rename = "Rulebook")]
    Rulebook,
}

impl Family {
    /// Every family, in the order in which they are listed to people.
    pub const ALL: [Self; 37] = [
        Self::NcciPtp,
        Self::Mue,
        Self::AddOn,
        Self::Mpfs,
        Self::Gpci,
        Self::Clfs,
        Self::Hcpcs,
        Self::Icd10Cm,
        Self::Icd10Pcs,
        Self::Modifiers,
        Self::Guidelines,
        Self::NcciManual,
        Self::Cpt,
        Self::MedicaidPtp,
        Self::MedicaidMue,
        Self::Localities,
        Self::Anesthesia,
        Self::Opps,
        Self::Asc,
        Self::Asp,
        Self::Dmepos,
        Self::Telehealth,
        Self::CliaWaived,
        Self::Mac,
        Self::Gems,
        Self::ConversionTable,
        Self::MsDrg,
        Self::Pos,
        Self::Hcc,
        Self::Mce,
        Self::Carc,
        Self::Rarc,
        Self::BenefitManual,
        Self::Mcd,
        Self::Cdt,
        Self::Terms,
        Self::Rulebook,
    ];

    /// The family of a label, as the files of the configuration name it.
    pub fn of_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.label() == label)
    }

    /// The label under which sources are cited.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NcciPtp => "NCCI PTP",
            Self::Mue => "MUE",
            Self::AddOn => "AOC",
            Self::Mpfs => "MPFS",
            Self::Gpci => "GPCI",
            Self::Clfs => "CLFS",
            Self::Hcpcs => "HCPCS",
            Self::Icd10Cm => "ICD-10-CM",
            Self::Icd10Pcs => "ICD-10-PCS",
            Self::Modifiers => "Modifiers",
            Self::Guidelines => "Guidelines",
            Self::NcciManual => "NCCI Policy Manual",
            Self::Cpt => "CPT",
            Self::MedicaidPtp => "Medicaid NCCI PTP",
            Self::MedicaidMue => "Medicaid MUE",
            Self::Localities => "Localities",
            Self::Anesthesia => "Anesthesia",
            Self::Opps => "OPPS",
            Self::Asc => "ASC",
            Self::Asp => "ASP",
            Self::Dmepos => "DMEPOS",
            Self::Telehealth => "Telehealth",
            Self::CliaWaived => "CLIA",
            Self::Mac => "MAC",
            Self::Gems => "GEMs",
            Self::ConversionTable => "Conversion Table",
            Self::MsDrg => "MS-DRG",
            Self::Pos => "POS",
            Self::Hcc => "HCC",
            Self::Mce => "MCE",
            Self::Carc => "CARC",
            Self::Rarc => "RARC",
            Self::BenefitManual => "Benefit Policy Manual",
            Self::Mcd => "MCD",
            Self::Cdt => "CDT",
            Self::Terms => "Terms",
            Self::Rulebook => "Rulebook",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
