//! The program: one command line, one exit code.

use std::process::ExitCode;

use caseconsultant::cli::{self, Cli};
use clap::Parser as _;

fn main() -> ExitCode {
    // One TLS provider for every library; a second start of it changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let cli = Cli::parse();
    let run = || anyhow::Ok(tokio::runtime::Runtime::new()?.block_on(cli.run())?);
    run().unwrap_or_else(|error| cli::exit_code(&error))
}
