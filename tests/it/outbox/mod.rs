//! What leaves, and what is made of a server's every answer and silence.

mod connections;
mod maildir;
mod messages;
mod outcomes;
mod postfix;
mod rate;
mod server;
mod settings;
mod tls;
