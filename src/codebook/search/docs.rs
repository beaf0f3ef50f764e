//! What can be found: a record of a code system or a section of a manual, in the shape in which the index takes it.

use jiff::civil::Date;

use crate::domain::code::Effect;

/// The systems by the names that `--system` knows, the number being their place; `manual` are sections, not codes.
pub const SYSTEMS: &[&str] =
    &["icd10cm", "icd10pcs", "hcpcs", "modifier", "pos", "cpt", "cdt", "icd9cm", "msdrg", "carc", "rarc", "manual"];

/// Other names people give a system.
const ALIASES: &[(&str, &str)] = &[
    ("icd10", "icd10cm"),
    ("cm", "icd10cm"),
    ("diagnosis", "icd10cm"),
    ("pcs", "icd10pcs"),
    ("hcpcs2", "hcpcs"),
    ("levelii", "hcpcs"),
    ("modifiers", "modifier"),
    ("placeofservice", "pos"),
    ("drg", "msdrg"),
    ("icd9", "icd9cm"),
    ("guidelines", "manual"),
];

/// The system that a name means, however it is written.
pub fn system(name: &str) -> Option<&'static str> {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let named = ALIASES.iter().find(|(alias, _)| *alias == plain).map_or(plain.as_str(), |(_, system)| *system);
    SYSTEMS.iter().find(|system| **system == named).copied()
}

pub(super) fn number(system: &str) -> u8 {
    SYSTEMS.iter().position(|known| *known == system).and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX)
}

/// A record as it goes into the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchDoc {
    /// One of [`SYSTEMS`].
    pub system: &'static str,
    pub code: String,
    /// Empty where the wording is another's: then only the number can be found.
    pub title: String,
    pub billable: bool,
    pub effect: Effect,
    pub terms: Vec<(TermKind, String)>,
}

/// Where a text that leads to a record comes from, in the order of trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermKind {
    Title,
    Word,
    Inclusion,
    Index,
    Brand,
    Short,
    Neoplasm,
    External,
    Drug,
    Text,
}

impl TermKind {
    const ALL: [Self; 10] = [
        Self::Title,
        Self::Word,
        Self::Inclusion,
        Self::Index,
        Self::Brand,
        Self::Short,
        Self::Neoplasm,
        Self::External,
        Self::Drug,
        Self::Text,
    ];

    /// As the builders of records spell it.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "title" => Self::Title,
            "word" => Self::Word,
            "inclusion" | "includes" => Self::Inclusion,
            "index" => Self::Index,
            "brand" => Self::Brand,
            "short" => Self::Short,
            "neoplasm" => Self::Neoplasm,
            "external" => Self::External,
            "drug" => Self::Drug,
            "text" => Self::Text,
            _ => return None,
        })
    }

    pub(super) fn from_number(number: u64) -> Self {
        usize::try_from(number).ok().and_then(|at| Self::ALL.get(at)).copied().unwrap_or(Self::Text)
    }

    /// How much a full match of such a text counts.
    pub(super) fn worth(self) -> f32 {
        match self {
            Self::Word => 1.06,
            Self::Title => 1.0,
            Self::Brand | Self::Inclusion => 0.98,
            Self::External | Self::Index | Self::Neoplasm => 0.94,
            Self::Short | Self::Drug => 0.9,
            Self::Text => 0.7,
        }
    }

    /// What a hit says of itself.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Word => "word table",
            Self::Inclusion => "inclusion term",
            Self::Index => "index term",
            Self::Brand => "drug name",
            Self::Short => "short title",
            Self::Neoplasm => "neoplasm table",
            Self::External => "index of external causes",
            Self::Drug => "table of drugs",
            Self::Text => "text",
        }
    }
}

/// A day as a number that orders as days do; 0 for none.
pub(super) fn day_number(day: Option<Date>) -> u64 {
    day.map_or(0, |d| {
        let part = |value: i16| u64::try_from(value).unwrap_or(0);
        part(d.year()) * 10_000 + part(i16::from(d.month())) * 100 + part(i16::from(d.day()))
    })
}
