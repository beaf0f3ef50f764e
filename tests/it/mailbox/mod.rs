//! Mail comes in.

mod imap;
mod maildir;
mod reconcile;
mod url;
