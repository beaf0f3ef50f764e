//! What the embedded records say of a code on a day.

mod diagnoses;
mod layouts;
mod procedures;
mod shelf;
mod whole_files;

use caseconsultant::codebook::Codebook;
use caseconsultant::domain::code::{CodeRef, CodeSystem};

fn book() -> Codebook {
    Codebook::starter()
}

fn dx(code: &str) -> CodeRef {
    CodeRef::new(CodeSystem::Icd10Cm, code)
}

fn hcpcs(code: &str) -> CodeRef {
    CodeRef::new(CodeSystem::Hcpcs, code)
}

fn cpt(code: &str) -> CodeRef {
    CodeRef::new(CodeSystem::Cpt, code)
}

fn names(codes: &[CodeRef]) -> Vec<&str> {
    codes.iter().map(|c| c.code.as_str()).collect()
}
