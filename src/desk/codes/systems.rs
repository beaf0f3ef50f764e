//! Code systems as addresses name them.

use crate::domain::code::{CodeRef, CodeSystem};

const SLUGS: &[(CodeSystem, &str)] = &[
    (CodeSystem::Icd10Cm, "icd10cm"),
    (CodeSystem::Icd10Pcs, "icd10pcs"),
    (CodeSystem::Icd9Cm, "icd9cm"),
    (CodeSystem::Hcpcs, "hcpcs"),
    (CodeSystem::Cpt, "cpt"),
    (CodeSystem::Cdt, "cdt"),
    (CodeSystem::Modifier, "modifier"),
    (CodeSystem::PlaceOfService, "pos"),
    (CodeSystem::MsDrg, "msdrg"),
    (CodeSystem::Carc, "carc"),
    (CodeSystem::Rarc, "rarc"),
];

pub fn slug(system: CodeSystem) -> &'static str {
    SLUGS.iter().find(|(known, _)| *known == system).map_or("", |(_, slug)| slug)
}

/// Reads a slug in any case, with dashes or without.
pub fn of_slug(text: &str) -> Option<CodeSystem> {
    let text = text.to_ascii_lowercase().replace('-', "");
    SLUGS.iter().find(|(_, slug)| *slug == text).map(|(system, _)| *system)
}

/// The one address of a code's page.
pub fn href(code: &CodeRef) -> String {
    let code_part = percent_encoding::utf8_percent_encode(&code.code, percent_encoding::NON_ALPHANUMERIC).to_string();
    format!("/codes/{}/{}", slug(code.system), code_part.replace("%2E", ".").replace("%2D", "-"))
}

/// The system that a code's shape belongs to: two characters are a modifier's, five digits (or four and a final T, F, U, A,
/// M) CPT's, a letter and four digits HCPCS's, all else is read as a diagnosis.
pub fn shape(text: &str) -> CodeSystem {
    let text = text.trim().to_ascii_uppercase();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (head, tail) = text.split_at_checked(4).unwrap_or((&text, ""));
    let letter_first = text.starts_with(|c: char| c.is_ascii_alphabetic());
    if text.len() == 2 {
        CodeSystem::Modifier
    } else if text.len() == 5 && digits(head) && tail.chars().all(|c| c.is_ascii_digit() || "TFUAM".contains(c)) {
        CodeSystem::Cpt
    } else if text.len() == 5 && letter_first && text.get(1..).is_some_and(digits) {
        CodeSystem::Hcpcs
    } else if text.len() == 7 && !text.contains('.') && text.starts_with(|c: char| c.is_ascii_digit()) {
        CodeSystem::Icd10Pcs
    } else {
        CodeSystem::Icd10Cm
    }
}
