//! Findings as the contexts that answer templates are given.

pub mod codes;
pub mod conclusions;
pub mod diagnoses;
pub mod modifiers;
pub mod pairs;
pub mod units;
