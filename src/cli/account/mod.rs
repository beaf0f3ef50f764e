//! `account add|list|show|set|lift|import`: who may ask.

mod import;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use jiff::Timestamp;
use serde_json::json;

use super::consultant::address;
use super::print::{BOLD, json_line, line, styled, table};
use super::{Global, WrongUse};
use crate::domain::account::{Account, AccountStatus, NewAccount, is_free_mail};
use crate::domain::address::EmailAddress;
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::id::AccountId;
use crate::ports::Store;

/// Who may ask
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Add an account
    Add {
        name: String,
        /// An address that its mail comes from; may be repeated
        #[arg(long, value_parser = address)]
        email: Vec<EmailAddress>,
        /// A domain whose every address belongs to it; may be repeated
        #[arg(long, value_parser = domain)]
        domain: Vec<String>,
        #[arg(long, default_value = DEFAULT_PLAN)]
        plan: String,
    },
    /// List all accounts
    List,
    /// Show one account
    Show {
        /// Its number, its name, or an address of its
        account: String,
    },
    /// Change an account
    Set {
        /// Its number, its name, or an address of its
        account: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long)]
        plan: Option<String>,
        #[arg(long, value_enum)]
        status: Option<Status>,
        /// Add an address; may be repeated
        #[arg(long, value_parser = address)]
        email: Vec<EmailAddress>,
        /// Add a domain; may be repeated
        #[arg(long, value_parser = domain)]
        domain: Vec<String>,
    },
    /// Write again to an address that was paused because mail to it kept coming back
    Lift {
        #[arg(value_parser = address)]
        address: EmailAddress,
    },
    /// Read accounts from a table; all of them or, where a row has an error, none
    Import {
        /// A header of any of name,email,domain,plan,verified, and a row for each address or domain. Rows of one name make
        /// one account. `verified` (yes or no) may stand in the table; who a sender is, is decided mail by mail
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
    },
}

const DEFAULT_PLAN: &str = "standard";

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Status {
    Active,
    /// Mail is kept and held
    Suspended,
    /// Mail goes to quarantine, and no word is ever sent
    Blocked,
}

/// For clap and the import: a domain in lower case that can stand for an account, or what is wrong with it.
fn domain(text: &str) -> Result<String, String> {
    let domain = text.trim().trim_start_matches('@').to_lowercase();
    if EmailAddress::parse(&format!("x@{domain}")).is_err() || !domain.contains('.') {
        return Err("not a domain: it looks like clinic.example".to_owned());
    }
    if is_free_mail(&domain) {
        return Err(format!("anyone can have an address at {domain}: name the account's addresses instead"));
    }
    Ok(domain)
}

/// An account by number, name or address.
pub(super) async fn find(store: &dyn Store, text: &str) -> anyhow::Result<Account> {
    let all = store.accounts().await?;
    let by_number = text.parse().ok().map(AccountId);
    let by_address = EmailAddress::parse(text).ok().map(|address| address.key());
    let hit = |account: &Account| {
        by_number == Some(account.id)
            || account.name.eq_ignore_ascii_case(text)
            || by_address.as_ref().is_some_and(|key| account.addresses.iter().any(|one| one.key() == *key))
    };
    let unknown = WrongUse(format!("there is no account {text}: `account list` shows them all"));
    all.into_iter().find(hit).ok_or_else(|| unknown.into())
}

impl AccountCommand {
    pub async fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        let store = global.store().await?;
        match self {
            Self::Add { name, email, domain, plan } => {
                if email.is_empty() && domain.is_empty() {
                    return Err(WrongUse("an account needs an --email or a --domain to be known by".to_owned()).into());
                }
                let new =
                    NewAccount { name: name.clone(), addresses: email.clone(), domains: domain.clone(), plan: plan.clone() };
                added(&store.add_account(&[new], Timestamp::now()).await?, global.json)?;
            }
            Self::List => list(&store.accounts().await?, global.json)?,
            Self::Show { account } => show(&find(store.as_ref(), account).await?, global.json)?,
            Self::Set { account, name, plan, status, email, domain } => {
                let mut account = find(store.as_ref(), account).await?;
                account.name = name.clone().unwrap_or(account.name);
                account.plan = plan.clone().unwrap_or(account.plan);
                account.status = match status {
                    Some(Status::Active) => AccountStatus::Active,
                    Some(Status::Suspended) => AccountStatus::Suspended,
                    Some(Status::Blocked) => AccountStatus::Blocked,
                    None => account.status,
                };
                account.addresses.extend(email.iter().cloned());
                account.domains.extend(domain.iter().cloned());
                store.set_account(&account).await?;
                show(&account, global.json)?;
            }
            Self::Lift { address } => {
                let detail = json!({ "address": address.masked() });
                let audit = AuditEvent { actor: Actor::Operator, case: None, event: "lift".to_owned(), detail };
                let lifted = store.lift(address, audit, Timestamp::now()).await?;
                if global.json {
                    json_line(&json!({ "lifted": lifted }))?;
                } else {
                    line(format!("{lifted} failed messages forgotten: the address is written to again"))?;
                }
            }
            Self::Import { file } => {
                let accounts = import::read(file, &store.accounts().await?)?;
                added(&store.add_account(&accounts, Timestamp::now()).await?, global.json)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn added(ids: &[AccountId], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return ids.iter().try_for_each(|id| json_line(&json!({ "id": id })));
    }
    line(format!("{} added", if ids.len() == 1 { "1 account".to_owned() } else { format!("{} accounts", ids.len()) }))
}

fn list(accounts: &[Account], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return accounts.iter().try_for_each(json_line);
    }
    let known_by = |account: &Account| {
        let addresses = account.addresses.iter().map(ToString::to_string);
        addresses.chain(account.domains.iter().map(|domain| format!("@{domain}"))).collect::<Vec<_>>().join(", ")
    };
    let rows: Vec<Vec<String>> = accounts
        .iter()
        .map(|account| {
            let plain = [account.id.to_string(), account.name.clone(), account.plan.clone(), account.status.name().to_owned()];
            plain.into_iter().chain([known_by(account)]).collect()
        })
        .collect();
    table(&["id", "name", "plan", "status", "known by"], &rows)
}

fn show(account: &Account, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return json_line(account);
    }
    line(format!("{} {}", styled(BOLD, &account.name), account.id))?;
    line(format!("  plan      {}", account.plan))?;
    line(format!("  status    {}", account.status.name()))?;
    line(format!("  since     {}", account.created.strftime("%Y-%m-%d")))?;
    for address in &account.addresses {
        line(format!("  address   {address}"))?;
    }
    for domain in &account.domains {
        line(format!("  domain    {domain}"))?;
    }
    Ok(())
}
