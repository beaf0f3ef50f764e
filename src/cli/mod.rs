//! The commands, one file each.

mod account;
mod answering;
mod ask;
mod audit;
mod case;
mod check;
mod code;
mod codebook;
mod completions;
mod consultant;
mod demo;
mod edits;
mod eval;
mod figures;
pub mod inspect;
mod jobs;
mod migrate;
mod print;
mod purge;
mod read_attachment;
mod reconcile;
mod run;
mod search;
mod templates;
mod token;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand, ValueEnum};

use crate::app::open_store;
use crate::codebook::{Codebook, Shelf};
use crate::config::{Config, InvalidConfig};
use crate::parse::ReadOptions;
use crate::ports::Store;
use crate::telemetry::{self, LogFormat};

/// An instant e-mail consultant for medical coding: questions come in by mail, cited answers go out by mail.
#[derive(Debug, Parser)]
#[command(name = "caseconsultant", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.\n\
    Any key of the configuration can also come from the environment: CASECONSULTANT__SECTION__KEY.")]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, clap::Args)]
pub struct Global {
    /// Configuration file [default: ./caseconsultant.toml where it exists, else built-in defaults]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print one JSON object a line on standard output
    #[arg(long, global = true)]
    json: bool,
    /// How logs are written to standard error
    #[arg(long, global = true, value_enum, default_value_t = LogFormatArg::Text, value_name = "FORMAT")]
    log_format: LogFormatArg,
    /// What is logged: error, warn, info, debug, trace, or module=level,… [default: `RUST_LOG`, else warnings, and our own info from `run`]
    #[arg(long, global = true, value_name = "LEVEL")]
    log_level: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LogFormatArg {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Run(run::Run),
    Check(check::Check),
    Migrate(migrate::Migrate),
    Inspect(inspect::Inspect),
    Ask(ask::Ask),
    Eval(eval::Eval),
    Code(code::Code),
    Edits(edits::Edits),
    Search(search::SearchCommand),
    #[command(subcommand)]
    Codebook(codebook::CodebookCommand),
    #[command(subcommand)]
    Account(account::AccountCommand),
    #[command(subcommand)]
    Consultant(consultant::ConsultantCommand),
    #[command(subcommand)]
    Token(token::TokenCommand),
    #[command(subcommand)]
    Case(case::CaseCommand),
    #[command(subcommand)]
    Jobs(jobs::JobsCommand),
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    Reconcile(reconcile::Reconcile),
    Purge(purge::Purge),
    #[command(subcommand)]
    Templates(templates::TemplatesCommand),
    Completions(completions::Completions),
    Man(completions::Man),
    ReadAttachment(read_attachment::ReadAttachment),
}

/// The command line asks for something that can't be: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongUse(pub String);

impl Global {
    /// The configuration, with the named file and the environment over the defaults.
    fn config(&self) -> Result<Config, InvalidConfig> {
        Config::load(self.config.as_deref())
    }

    /// The codebook in use: the edition that the pointer names, or the records inside the program.
    fn codebook(&self) -> anyhow::Result<Codebook> {
        Ok(Shelf::open(&self.config()?.codebook.dir)?.codebook())
    }

    /// The store with its schema up to date.
    async fn store(&self) -> anyhow::Result<Arc<dyn Store>> {
        let store = open_store(&self.config()?).await?;
        store.migrate().await?;
        Ok(store)
    }
}

impl Cli {
    /// Does what the command line asks for.
    ///
    /// # Errors
    /// Whatever kept the command from its end; [`exit_code`] says how it counts.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let format = match self.global.log_format {
            LogFormatArg::Text => LogFormat::Text,
            LogFormatArg::Json => LogFormat::Json,
        };
        let is_service = matches!(self.command, Command::Run(_));
        let default = if is_service { telemetry::SERVICE_LEVEL } else { telemetry::COMMAND_LEVEL };
        telemetry::logs(format, self.global.log_level.as_deref(), default).map_err(|error| WrongUse(format!("{error:#}")))?;
        let global = &self.global;
        match self.command {
            Command::Demo(command) => command.run().await,
            Command::Run(command) => command.run(global).await,
            Command::Check(command) => command.run(global).await,
            Command::Migrate(command) => command.run(global).await,
            Command::Inspect(command) => inspect::run(&command, global.json, ReadOptions::new(jiff::Zoned::now().date())),
            Command::Ask(command) => command.run(global),
            Command::Eval(command) => command.run(global),
            Command::Code(command) => command.run(global),
            Command::Edits(command) => command.run(global),
            Command::Search(command) => command.run(global),
            Command::Codebook(command) => command.run(global),
            Command::Account(command) => command.run(global).await,
            Command::Consultant(command) => command.run(global).await,
            Command::Token(command) => command.run(global).await,
            Command::Case(command) => command.run(global).await,
            Command::Jobs(command) => command.run(global).await,
            Command::Audit(command) => command.run(global).await,
            Command::Reconcile(command) => command.run(global).await,
            Command::Purge(command) => command.run(global).await,
            Command::Templates(command) => command.run(global),
            Command::Completions(command) => command.run(),
            Command::Man(command) => command.run(),
            Command::ReadAttachment(command) => command.run(),
        }
    }
}

/// Tells what went wrong on standard error and says how it counts.
pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    let broken_pipe = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    };
    // Whoever read the output has seen enough.
    if error.chain().any(broken_pipe) {
        return ExitCode::SUCCESS;
    }
    if let Some(InvalidConfig(problems)) = error.downcast_ref() {
        for problem in problems {
            eprintln!("configuration: {}: {}; {}", problem.key, problem.wrong, problem.mend);
        }
        return ExitCode::from(2);
    }
    eprintln!("error: {error:#}");
    if error.is::<WrongUse>() { ExitCode::from(2) } else { ExitCode::FAILURE }
}
