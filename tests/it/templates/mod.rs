//! Our mails: each kind's texts as a reader gets them, and the message around them.

mod exchange;
mod headers;
pub(crate) mod letters;
mod structure;
mod texts;
