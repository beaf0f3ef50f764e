//! Findings to drafts.

pub mod grounded;
