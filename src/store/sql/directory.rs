//! Who may ask, and who answers.

use std::collections::BTreeMap;

use anyhow::Context as _;
use sqlx::{QueryBuilder, query, query_as, query_scalar};

use super::{Conn, Db};
use crate::domain::account::{Account, Consultant, NewAccount, NewConsultant, is_free_mail};
use crate::domain::address::EmailAddress;
use crate::domain::id::{AccountId, ConsultantId};
use crate::ports::{StoreError, Stored};
use crate::store::row::{ConsultantRow, named, text, time};

type AccountRow = (i64, String, String, String, i64);

pub async fn account_for(conn: &mut Conn, address: &EmailAddress) -> Stored<Option<Account>> {
    let by_address: Option<i64> = query_scalar("SELECT account FROM account_addresses WHERE key = $1")
        .bind(address.key())
        .fetch_optional(&mut *conn)
        .await?;
    let id: Option<i64> = match by_address {
        Some(id) => Some(id),
        // Whatever a former version or another hand wrote: a domain that is anybody's is nobody's.
        None if is_free_mail(address.domain()) => None,
        None => {
            query_scalar("SELECT account FROM account_domains WHERE domain = $1")
                .bind(address.domain())
                .fetch_optional(&mut *conn)
                .await?
        }
    };
    match id {
        Some(id) => account(conn, AccountId(id)).await,
        None => Ok(None),
    }
}

/// Name and plan of these accounts; a page names each but once.
pub async fn account_names(conn: &mut Conn, ids: &[AccountId]) -> Stored<Vec<(AccountId, String, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = QueryBuilder::<Db>::new("SELECT id, name, plan FROM accounts WHERE id IN (");
    let mut wanted = sql.separated(", ");
    for id in ids {
        wanted.push_bind(id.0);
    }
    sql.push(")");
    let rows: Vec<(i64, String, String)> = sql.build_query_as().persistent(false).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(id, name, plan)| (AccountId(id), name, plan)).collect())
}

pub async fn account(conn: &mut Conn, id: AccountId) -> Stored<Option<Account>> {
    let id = id.0;
    let row: Option<AccountRow> = query_as("SELECT id, name, plan, status, created FROM accounts WHERE id = $1")
        .bind(id)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let addresses: Vec<String> = query_scalar("SELECT address FROM account_addresses WHERE account = $1 ORDER BY key")
        .bind(id)
        .fetch_all(&mut *conn)
        .await?;
    let domains: Vec<String> =
        query_scalar("SELECT domain FROM account_domains WHERE account = $1 ORDER BY domain").bind(id).fetch_all(conn).await?;
    Ok(Some(whole(row, addresses, domains)?))
}

pub async fn add_account(conn: &mut Conn, accounts: &[NewAccount], now: i64) -> Stored<Vec<AccountId>> {
    let mut ids = Vec::with_capacity(accounts.len());
    for account in accounts {
        let id: i64 =
            query_scalar("INSERT INTO accounts (name, plan, status, created) VALUES ($1, $2, 'active', $3) RETURNING id")
                .bind(text(&account.name))
                .bind(text(&account.plan))
                .bind(now)
                .fetch_one(&mut *conn)
                .await?;
        names(conn, id, &account.addresses, &account.domains).await?;
        ids.push(AccountId(id));
    }
    Ok(ids)
}

pub async fn set_account(conn: &mut Conn, account: &Account) -> Stored<()> {
    let set = query("UPDATE accounts SET name = $2, plan = $3, status = $4 WHERE id = $1")
        .bind(account.id.0)
        .bind(text(&account.name))
        .bind(text(&account.plan))
        .bind(account.status.name())
        .execute(&mut *conn)
        .await?;
    if set.rows_affected() != 1 {
        return Err(StoreError::Missing("account"));
    }
    query("DELETE FROM account_addresses WHERE account = $1").bind(account.id.0).execute(&mut *conn).await?;
    query("DELETE FROM account_domains WHERE account = $1").bind(account.id.0).execute(&mut *conn).await?;
    names(conn, account.id.0, &account.addresses, &account.domains).await
}

/// Writes what an account is found by; each address and each domain belongs to one account.
async fn names(conn: &mut Conn, account: i64, addresses: &[EmailAddress], domains: &[String]) -> Stored<()> {
    for address in addresses {
        let added =
            query("INSERT INTO account_addresses (key, address, account) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING")
                .bind(address.key())
                .bind(address.as_str())
                .bind(account)
                .execute(&mut *conn)
                .await?;
        if added.rows_affected() != 1 {
            return Err(StoreError::Exists { what: format!("an account with the address {}", address.masked()) });
        }
    }
    for domain in domains {
        let domain = domain.to_lowercase();
        let added = query("INSERT INTO account_domains (domain, account) VALUES ($1, $2) ON CONFLICT (domain) DO NOTHING")
            .bind(&domain)
            .bind(account)
            .execute(&mut *conn)
            .await?;
        if added.rows_affected() != 1 {
            return Err(StoreError::Exists { what: format!("an account with the domain {domain}") });
        }
    }
    Ok(())
}

pub async fn accounts(conn: &mut Conn) -> Stored<Vec<Account>> {
    let rows: Vec<AccountRow> =
        query_as("SELECT id, name, plan, status, created FROM accounts ORDER BY id").fetch_all(&mut *conn).await?;
    let addresses = query_as("SELECT account, address FROM account_addresses ORDER BY key").fetch_all(&mut *conn).await?;
    let domains = query_as("SELECT account, domain FROM account_domains ORDER BY domain").fetch_all(conn).await?;
    let (mut addresses, mut domains) = (by_account(addresses), by_account(domains));
    let account = |row: AccountRow| {
        let id = row.0;
        whole(row, addresses.remove(&id).unwrap_or_default(), domains.remove(&id).unwrap_or_default())
    };
    Ok(rows.into_iter().map(account).collect::<anyhow::Result<_>>()?)
}

fn by_account(rows: Vec<(i64, String)>) -> BTreeMap<i64, Vec<String>> {
    let mut grouped: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for (account, name) in rows {
        grouped.entry(account).or_default().push(name);
    }
    grouped
}

fn whole(row: AccountRow, addresses: Vec<String>, domains: Vec<String>) -> anyhow::Result<Account> {
    let (id, name, plan, status, created) = row;
    let address = |text: String| EmailAddress::parse(&text).context("reading an account's address");
    Ok(Account {
        id: AccountId(id),
        name,
        addresses: addresses.into_iter().map(address).collect::<anyhow::Result<_>>()?,
        domains,
        plan,
        status: named("an account's status", status)?,
        created: time(created)?,
    })
}

pub async fn add_consultant(conn: &mut Conn, consultant: &NewConsultant) -> Stored<ConsultantId> {
    let id: Option<i64> = query_scalar(
        "INSERT INTO consultants (handle, name, address, address_key, active) VALUES ($1, $2, $3, $4, 1)
         ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(text(&consultant.handle))
    .bind(text(&consultant.name))
    .bind(consultant.address.as_str())
    .bind(consultant.address.key())
    .fetch_optional(conn)
    .await?;
    id.map(ConsultantId).ok_or_else(|| taken(&consultant.handle))
}

pub async fn set_consultant(conn: &mut Conn, consultant: &Consultant) -> Stored<()> {
    let taken_by_another: bool =
        query_scalar("SELECT EXISTS (SELECT 1 FROM consultants WHERE id <> $1 AND (handle = $2 OR address_key = $3))")
            .bind(consultant.id.0)
            .bind(&consultant.handle)
            .bind(consultant.address.key())
            .fetch_one(&mut *conn)
            .await?;
    if taken_by_another {
        return Err(taken(&consultant.handle));
    }
    let set = query("UPDATE consultants SET handle = $2, name = $3, address = $4, address_key = $5, active = $6 WHERE id = $1")
        .bind(consultant.id.0)
        .bind(text(&consultant.handle))
        .bind(text(&consultant.name))
        .bind(consultant.address.as_str())
        .bind(consultant.address.key())
        .bind(i64::from(consultant.active))
        .execute(conn)
        .await?;
    if set.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Missing("consultant")) }
}

pub async fn consultants(conn: &mut Conn) -> Stored<Vec<Consultant>> {
    let rows: Vec<ConsultantRow> =
        query_as("SELECT id, handle, name, address, active FROM consultants ORDER BY id").fetch_all(conn).await?;
    Ok(rows.into_iter().map(ConsultantRow::consultant).collect::<anyhow::Result<_>>()?)
}

fn taken(handle: &str) -> StoreError {
    StoreError::Exists { what: format!("a consultant with the handle {handle}, or with the same address,") }
}
