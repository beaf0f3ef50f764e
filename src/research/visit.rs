//! Which codes are visits, as modifier 25 and the pair edits tell them from procedures.

use crate::domain::code::{CodeRef, CodeSystem};

/// An evaluation and management service, eye visits and wellness visits included.
pub fn is_visit(code: &CodeRef) -> bool {
    match (code.system, code.code.parse::<u32>()) {
        (CodeSystem::Cpt, Ok(number)) => {
            (99_202..=99_499).contains(&number) || [92_002, 92_004, 92_012, 92_014].contains(&number)
        }
        _ => is_wellness(code),
    }
}

/// Medicare's own wellness and welcome visits, beside which a problem visit may stand.
pub fn is_wellness(code: &CodeRef) -> bool {
    matches!(code.code.as_str(), "G0402" | "G0438" | "G0439" | "G0463")
}

/// A drug, a supply or a device: pair edits do not decide about it.
pub fn is_supply(code: &CodeRef) -> bool {
    code.system == CodeSystem::Hcpcs && code.code.starts_with(['A', 'B', 'C', 'E', 'J', 'K', 'L', 'Q', 'V'])
}
