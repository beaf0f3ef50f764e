//! The askers' pages: in by a mailed link, what they and their practice asked, a form to ask, their data.

mod link;
mod own;

pub use link::{come_in, confirm, send_link, sign_out};
pub use own::{ask, delete, export, follow_up, question, questions};

use super::page::ViewerView;
use crate::domain::account::AskerSession;

fn viewer(session: &AskerSession) -> ViewerView {
    ViewerView { name: session.address.to_string(), role: "asker", csrf: session.csrf.clone() }
}
