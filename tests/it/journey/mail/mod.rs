//! Mails as the world writes them: questions of people in every form a body takes, and what machines send.

mod encode;
mod forms;
mod machines;
mod people;

pub use machines::{MACHINES_MAX, Machine, machine, machines};
pub use people::{Asked, answered_question, people, people_with_an_answer};

/// The address that people write to, read by the service as `consult`.
pub const DESK: &str = "consult@example.test";
/// Where the askers live; each has a mailbox of its own, so that whatever is sent to it is seen.
pub const ASKERS: &str = "clinic.test";

/// The local part of the n-th asker.
pub fn asker(n: usize) -> String {
    format!("asker{n:03}")
}
