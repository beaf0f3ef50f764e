//! The one test binary: stories over real bytes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that meets the unexpected must stop"
)]
mod cli;
mod codebook;
mod corpus;
mod domain;
mod faults;
mod mailbox;
mod outbox;
mod research;
mod store;
mod templates;
mod tidy;
mod world;
