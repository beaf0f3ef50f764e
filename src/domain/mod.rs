//! Nouns and rules. No I/O, no async, no clock: what is decided here is decided by arguments alone.

pub mod account;
pub mod address;
pub mod attachment;
pub mod audit;
pub mod case;
pub mod check;
pub mod code;
pub mod delivery;
pub mod draft;
pub mod finding;
pub mod hook;
pub mod id;
pub mod job;
pub mod message;
pub mod outgoing;
pub mod plan;
pub mod policy;
pub mod question;
pub mod report;
pub mod transition;
