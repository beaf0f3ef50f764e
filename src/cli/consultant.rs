//! `consultant add|list|set`: who answers.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;

use super::print::{json_line, line, table};
use super::{Global, WrongUse};
use crate::clock::{Chance as _, SystemChance};
use crate::desk::password;
use crate::domain::account::{Consultant, Login, NewConsultant, Role};
use crate::domain::address::EmailAddress;
use crate::ports::Store;

/// Who answers
#[derive(Debug, Subcommand)]
pub enum ConsultantCommand {
    /// Add a consultant
    Add {
        /// The short name that commands take: --as dana
        handle: String,
        #[arg(long)]
        name: String,
        #[arg(long, value_parser = address)]
        email: EmailAddress,
    },
    /// List all consultants
    List,
    /// Change a consultant
    Set {
        handle: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long, value_parser = address)]
        email: Option<EmailAddress>,
        /// false: they can no longer act
        #[arg(long)]
        active: Option<bool>,
        /// A file whose first line is the password for the desk; `-` is standard input
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        /// What they may do at the desk
        #[arg(long, value_enum, requires = "password_file", default_value_t = DeskRole::Consultant)]
        role: DeskRole,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DeskRole {
    /// Takes, writes, reviews, approves
    Consultant,
    /// Sees the figures of all too
    Lead,
    /// Everything
    Admin,
}

impl DeskRole {
    const fn role(self) -> Role {
        match self {
            Self::Consultant => Role::Consultant,
            Self::Lead => Role::Lead,
            Self::Admin => Role::Admin,
        }
    }
}

/// The first line of a file, or of standard input.
fn first_line(file: &Path) -> anyhow::Result<String> {
    let text = if file == Path::new("-") {
        std::io::read_to_string(std::io::stdin()).context("reading the password from standard input")?
    } else {
        std::fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?
    };
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// For clap: an address, or what is wrong with it.
pub(super) fn address(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::parse(text).map_err(|error| error.to_string())
}

/// The consultant behind `--as HANDLE`.
pub(super) async fn acting(store: &dyn Store, handle: &str) -> anyhow::Result<Consultant> {
    let consultant = named(store, handle).await?;
    if !consultant.active {
        return Err(WrongUse(format!(
            "{handle} is no longer active: `consultant set {handle} --active true` lets them act again"
        ))
        .into());
    }
    Ok(consultant)
}

async fn named(store: &dyn Store, handle: &str) -> anyhow::Result<Consultant> {
    let all = store.consultants().await?;
    let known: Vec<&str> = all.iter().map(|one| one.handle.as_str()).collect();
    let mend =
        if known.is_empty() { "add one with `consultant add`".to_owned() } else { format!("there are: {}", known.join(", ")) };
    let unknown = WrongUse(format!("there is no consultant {handle}: {mend}"));
    all.into_iter().find(|one| one.handle == handle).ok_or_else(|| unknown.into())
}

impl ConsultantCommand {
    pub async fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        let store = global.store().await?;
        match self {
            Self::Add { handle, name, email } => {
                let new = NewConsultant { handle: handle.clone(), name: name.clone(), address: email.clone() };
                let id = store.add_consultant(&new).await?;
                if global.json {
                    json_line(&json!({ "id": id, "handle": handle }))?;
                } else {
                    line(format!("{handle} can act now: `case … --as {handle}`"))?;
                }
            }
            Self::List => {
                let all = store.consultants().await?;
                if global.json {
                    all.iter().try_for_each(json_line)?;
                } else {
                    let yes = |active| if active { "yes" } else { "no" }.to_owned();
                    let rows: Vec<Vec<String>> =
                        all.into_iter().map(|one| vec![one.handle, one.name, one.address.to_string(), yes(one.active)]).collect();
                    table(&["handle", "name", "address", "active"], &rows)?;
                }
            }
            Self::Set { handle, name, email, active, password_file, role } => {
                let mut consultant = named(store.as_ref(), handle).await?;
                consultant.name = name.clone().unwrap_or(consultant.name);
                consultant.address = email.clone().unwrap_or(consultant.address);
                consultant.active = active.unwrap_or(consultant.active);
                let login = match password_file {
                    Some(file) => {
                        let password = password::hash(&first_line(file)?, SystemChance.bytes()).map_err(WrongUse)?;
                        Some(Login { role: role.role(), password })
                    }
                    None => None,
                };
                store.set_consultant(&consultant).await?;
                if let Some(login) = login {
                    store.set_login(consultant.id, &login).await?;
                }
                if global.json { json_line(&consultant)? } else { line(format!("{handle} is changed"))? }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
