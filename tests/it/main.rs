//! The one test binary: stories over real bytes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that meets the unexpected must stop"
)]
#![allow(clippy::pedantic, reason = "style lints weigh less here than a story that reads")]

mod attachments;
mod cli;
mod codebook;
mod corpus;
mod desk;
mod domain;
mod editions;
mod faults;
mod journey;
mod mailbox;
mod outbox;
mod people;
mod research;
mod search;
mod store;
mod templates;
mod tidy;
mod world;
