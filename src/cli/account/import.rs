//! The table of `account import`: a row an address or a domain, all rows or none.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use csv::{ReaderBuilder, StringRecord, Trim};

use super::super::WrongUse;
use super::{DEFAULT_PLAN, domain};
use crate::domain::account::{Account, NewAccount};
use crate::domain::address::EmailAddress;

const COLUMNS: [&str; 5] = ["name", "email", "domain", "plan", "verified"];

/// The accounts of a table; rows of one name make one account. Every row's error is told with its line.
pub fn read(file: &Path, present: &[Account]) -> anyhow::Result<Vec<NewAccount>> {
    let shown = file.display();
    let mut reader =
        ReaderBuilder::new().trim(Trim::All).flexible(true).from_path(file).with_context(|| format!("{shown} can't be read"))?;
    let head: Vec<String> = reader.headers()?.iter().map(|name| name.trim_start_matches('\u{feff}').to_lowercase()).collect();
    if let Some(unknown) = head.iter().find(|name| !COLUMNS.contains(&name.as_str())) {
        return Err(WrongUse(format!("{shown}: the column \"{unknown}\" is not known; there are {}", COLUMNS.join(", "))).into());
    }
    let mut table = Table::over(present);
    for row in reader.records() {
        match row {
            Ok(row) => table.take(&head, &row),
            Err(error) => {
                let at = error.position().map_or(0, csv::Position::line);
                table.errors.push(format!("line {at}: {error}"));
            }
        }
    }
    if !table.errors.is_empty() {
        return Err(WrongUse(format!("{shown}: nothing was imported\n{}", table.errors.join("\n"))).into());
    }
    Ok(table.accounts)
}

#[derive(Default)]
struct Table {
    accounts: Vec<NewAccount>,
    /// Address keys and domains that are taken, in the store or by a row above.
    taken: BTreeSet<String>,
    errors: Vec<String>,
}

impl Table {
    fn over(present: &[Account]) -> Self {
        let addresses = present.iter().flat_map(|account| account.addresses.iter().map(EmailAddress::key));
        let domains = present.iter().flat_map(|account| account.domains.iter().cloned());
        Self { taken: addresses.chain(domains).collect(), ..Self::default() }
    }

    fn take(&mut self, head: &[String], row: &StringRecord) {
        let at = row.position().map_or(0, csv::Position::line);
        let field = |name: &str| {
            let column = head.iter().position(|column| column == name)?;
            row.get(column).filter(|text| !text.is_empty())
        };
        if let Err(wrong) = self.account(field("name"), field("email"), field("domain"), field("plan"), field("verified")) {
            self.errors.push(format!("line {at}: {wrong}"));
        }
    }

    fn account(
        &mut self,
        name: Option<&str>,
        email: Option<&str>,
        domain_text: Option<&str>,
        plan: Option<&str>,
        verified: Option<&str>,
    ) -> Result<(), String> {
        let address = email.map(EmailAddress::parse).transpose().map_err(|error| format!("email is {error}"))?;
        let domain = domain_text.map(domain).transpose()?;
        let verified = verified.unwrap_or("yes").to_lowercase();
        if !["yes", "no", "true", "false", "1", "0"].contains(&verified.as_str()) {
            return Err(format!("verified is \"{verified}\": write yes or no"));
        }
        let known_by = address.as_ref().map(EmailAddress::to_string).or_else(|| domain.clone());
        let known_by = known_by.ok_or("there is neither an email nor a domain")?;
        for key in address.iter().map(EmailAddress::key).chain(domain.clone()) {
            if !self.taken.insert(key) {
                return Err(format!("{known_by} belongs to an account already"));
            }
        }
        let name = name.unwrap_or(&known_by);
        let plan = plan.unwrap_or(DEFAULT_PLAN);
        let account = match self.accounts.iter_mut().find(|account| account.name == name) {
            Some(account) if account.plan != plan => {
                return Err(format!("{name} has the plan {} in a row above and {plan} here", account.plan));
            }
            Some(account) => account,
            None => {
                self.accounts.push(NewAccount {
                    name: name.to_owned(),
                    addresses: Vec::new(),
                    domains: Vec::new(),
                    plan: plan.to_owned(),
                });
                self.accounts.last_mut().ok_or("no account")?
            }
        };
        account.addresses.extend(address);
        account.domains.extend(domain);
        Ok(())
    }
}
