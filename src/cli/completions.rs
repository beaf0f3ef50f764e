//! `completions SHELL` and `man`: what a shell and a reader need.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::CommandFactory as _;
use clap_complete::Shell;

use super::Cli;

/// Print the completions of a shell
#[derive(Debug, clap::Args)]
pub struct Completions {
    #[arg(value_enum)]
    shell: Shell,
}

/// Print the manual page; with --dir write one for each command
#[derive(Debug, clap::Args)]
pub struct Man {
    /// Folder for a page of each command
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Completions {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        let mut page = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "caseconsultant", &mut page);
        std::io::Write::write_all(&mut std::io::stdout(), &page)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Man {
    pub fn run(&self) -> anyhow::Result<ExitCode> {
        match &self.dir {
            Some(dir) => {
                std::fs::create_dir_all(dir).with_context(|| format!("{} can't be made", dir.display()))?;
                clap_mangen::generate_to(Cli::command(), dir)?;
            }
            None => clap_mangen::Man::new(Cli::command()).render(&mut std::io::stdout())?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
