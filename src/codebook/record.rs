//! What a look-up hands back.

use crate::domain::code::{CodeRef, Effect, Source};

/// A code's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub code: CodeRef,
    pub title: Option<String>,
    pub effect: Effect,
    pub source: Source,
    /// Inclusion terms: other names of the condition under this very code.
    pub inclusions: Vec<String>,
    /// Sequencing notes of the code and of what stands above it.
    pub order: Vec<(Order, CodeRef, String)>,
}

/// What a sequencing note asks for (Guidelines I.A.13, I.A.17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    CodeFirst,
    UseAdditional,
    /// Two codes may be needed; it sets no order.
    CodeAlso,
}

/// A code on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// In force and, for a diagnosis, billable.
    Valid(Record),
    /// A heading: one of `children` is meant.
    NotBillable { record: Record, children: Vec<CodeRef> },
    /// In force at another time.
    OutOfForce { record: Record, replaced_by: Vec<CodeRef> },
    /// The edition holds the whole code set and not this code.
    Unknown { source: Source, nearest: Vec<CodeRef> },
    /// The edition's edits name the number; it holds no record of the code itself.
    NumberOnly { source: Source },
    /// The edition holds nothing of this code, which says nothing about the code.
    NotLoaded,
}
