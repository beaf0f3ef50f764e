//! `token add|list|end`: what programs show to use the JSON interface.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::Global;
use super::print::{json_line, line, table};
use crate::clock::{Chance as _, SystemChance};
use crate::domain::account::{ApiToken, Scope};
use crate::domain::id::hex;

/// What programs show to use the JSON interface
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token and print it, this once
    Add {
        /// What to call it: the program that uses it
        name: String,
        /// What it may do; may be repeated
        #[arg(long, value_enum, required = true)]
        scope: Vec<TokenScope>,
        /// How many days it holds
        #[arg(long, default_value_t = 365, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=3650))]
        days: u16,
    },
    /// List all tokens, without what is secret
    List,
    /// End a token at once
    End { name: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TokenScope {
    /// Asks questions
    Ask,
    /// Reads cases
    Cases,
    /// Reads codes, searches, reads edits
    Codes,
    /// Reads accounts
    Accounts,
}

impl TokenScope {
    const fn scope(self) -> Scope {
        match self {
            Self::Ask => Scope::Ask,
            Self::Cases => Scope::Cases,
            Self::Codes => Scope::Codes,
            Self::Accounts => Scope::Accounts,
        }
    }
}

impl TokenCommand {
    pub async fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        let store = global.store().await?;
        match self {
            Self::Add { name, scope, days } => {
                let text = hex(&[SystemChance.bytes(), SystemChance.bytes()].concat());
                let now = Timestamp::now();
                let expires = now.checked_add(SignedDuration::from_hours(24 * i64::from(*days)));
                let expires = expires.context("a token of so many days would never end")?;
                let mut scopes: Vec<Scope> = scope.iter().map(|one| one.scope()).collect();
                scopes.sort_unstable();
                scopes.dedup();
                let token = ApiToken { name: name.clone(), scopes, created: now, expires };
                store.add_token(&token, &hex(&Sha256::digest(text.as_bytes()))).await?;
                if global.json {
                    json_line(&json!({ "name": name, "token": text, "expires": expires }))?;
                } else {
                    line(&text)?;
                }
            }
            Self::List => {
                let all = store.tokens().await?;
                if global.json {
                    all.iter().try_for_each(json_line)?;
                } else {
                    let scopes = |one: &ApiToken| one.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ");
                    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
                    let rows: Vec<Vec<String>> =
                        all.iter().map(|one| vec![one.name.clone(), scopes(one), day(one.created), day(one.expires)]).collect();
                    table(&["name", "scopes", "made", "expires"], &rows)?;
                }
            }
            Self::End { name } => store.end_token(name).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
