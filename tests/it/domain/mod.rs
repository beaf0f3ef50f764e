//! The rules of the case, all of them at once.

mod merged_question;
mod states_and_commands;
