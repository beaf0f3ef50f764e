//! The JSON interface under `/api/v1`: for programs, by token. Each address stands in the desk's one table with its scope, and
//! the description that programs read (`openapi.json`) is made from the table.

mod ask;
mod cases;
mod codes;
mod gate;
mod openapi;
mod operations;
mod params;
mod problem;

pub use ask::{ask, question, would};
pub use cases::{accounts, case, cases};
pub use codes::{code, edits, search};
pub use gate::gate;
pub use openapi::describe;
pub use operations::{OPERATIONS, Operation};
pub use problem::{Problem, nowhere, wrong_method};

/// What a program sent in the body, its length and its type looked at.
#[derive(Debug, Clone)]
pub struct Sent(pub axum::body::Bytes);
