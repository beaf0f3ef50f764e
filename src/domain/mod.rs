//! Nouns and rules. No I/O, no async, no clock: what is decided here is decided by arguments alone.

pub mod address;
pub mod code;
pub mod draft;
pub mod finding;
pub mod id;
pub mod message;
pub mod question;
pub mod report;
