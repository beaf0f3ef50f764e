//! Nouns to bytes. Every text of ours stands in `templates/`; every template has a typed context with a sample.

pub mod answer;
mod answer_samples;
pub mod blocks;
mod desk;
pub mod flowed;
pub mod mail;
pub mod message;
pub mod preview;
pub mod subject;
pub mod templates;
pub mod thread;

pub use message::{Letter, compose};
pub use preview::{check_all, preview};
