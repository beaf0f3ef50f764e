//! The whole service on real servers: mail goes in by LMTP and SMTP, replies come back into the askers' mailboxes, and what is
//! judged is what lies there.

mod bench;
pub mod chromium;
mod imap_faults;
mod in_a_browser;
mod judge;
mod kills;
mod ledger;
mod loops;
mod mail;
mod read;
mod review_by_mail;
mod scripted_smtp;
mod servers;
mod service;
mod smtp_proxy;
mod table_rows;
mod transport;
mod two_hundred;
pub mod wait;
