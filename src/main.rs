//! The commands.

use std::process::ExitCode;

use caseconsultant::cli::inspect::{self, Inspect};
use caseconsultant::parse::ReadOptions;
use clap::{Parser, Subcommand};

/// An instant e-mail consultant for medical coding.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Inspect(Inspect),
}

fn main() -> anyhow::Result<ExitCode> {
    match Cli::parse().command {
        Command::Inspect(inspect) => inspect::run(&inspect, ReadOptions::new(jiff::Zoned::now().date())),
    }
}
