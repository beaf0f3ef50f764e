//! IMAP: the only user of async-imap.

mod catch_up;
mod check;
mod error;
mod fetch;
mod folder;
mod reconcile;
mod session;
mod taken;
mod watch;
mod wire;

pub(super) use check::check;
pub use error::ImapError;
pub(super) use reconcile::reconcile;
pub(super) use watch::watch;
