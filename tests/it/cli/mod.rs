//! What an operator sees: the configuration's complaints, help, exit codes.

mod config;
