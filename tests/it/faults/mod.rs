//! What goes wrong between us and the servers, and that nothing is lost or doubled by it.

mod imap;
