//! The statements that both engines read alike, written once: each engine compiles this folder with its own `Conn` and `Db`.

use super::{Conn, Db};

pub mod administration;
pub mod admission;
pub mod answers;
pub mod askers;
pub mod audit;
pub mod beside;
pub mod cases;
pub mod correspondents;
pub mod directory;
pub mod figures;
pub mod intake;
pub mod jobs;
pub mod outgoing;
pub mod retention;
pub mod sign_in;
pub mod tokens;
