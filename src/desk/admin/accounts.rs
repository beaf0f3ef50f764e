//! Accounts: plan, allowance, standing.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{done, frame, problem};
use crate::desk::guard::{Form, view as viewer};
use crate::desk::page::{message, page};
use crate::desk::plans::{Plans, plans};
use crate::desk::{Desk, failed};
use crate::domain::account::{Account, AccountStatus, NewAccount, Session, is_free_mail};
use crate::domain::address::EmailAddress;
use crate::domain::id::AccountId;
use crate::domain::plan::Period;
use crate::ports::{Administering, Stored};

const HERE: &str = "/admin/accounts";
const ROWS_MAX: usize = 200;
const STATUSES: [AccountStatus; 3] = [AccountStatus::Active, AccountStatus::Suspended, AccountStatus::Blocked];

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    find: Option<String>,
}

#[derive(Debug, Serialize)]
struct Accounts {
    find: String,
    rows: Vec<Row>,
    more: bool,
    plans: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    id: i64,
    name: String,
    plan: String,
    status: &'static str,
    known_by: String,
}

/// The plans that an account can have: those that limit questions and those that open code pages.
fn plan_names(desk: &Desk) -> Vec<String> {
    let mut names: Vec<String> = desk.flow.settings.plans.keys().cloned().collect();
    names.extend(plans().into_iter().flat_map(Plans::keys).map(str::to_owned));
    names.sort();
    names.dedup();
    names
}

/// `GET /admin/accounts`.
pub async fn accounts(
    State(desk): State<Arc<Desk>>,
    Query(asked): Query<Asked>,
    Extension(session): Extension<Option<Session>>,
) -> Response {
    let find = asked.find.unwrap_or_default().trim().to_lowercase();
    let mut all = match desk.flow.store.accounts().await {
        Ok(all) => all,
        Err(error) => return failed(&error),
    };
    let hit = |one: &Account| {
        one.name.to_lowercase().contains(&find)
            || one.domains.iter().any(|domain| domain.contains(&find))
            || one.addresses.iter().any(|address| address.key().contains(&find))
    };
    all.retain(hit);
    let more = all.len() > ROWS_MAX;
    all.truncate(ROWS_MAX);
    let row = |one: Account| Row {
        id: one.id.0,
        name: one.name,
        plan: one.plan,
        status: one.status.name(),
        known_by: one.domains.iter().cloned().chain(one.addresses.iter().map(ToString::to_string)).collect::<Vec<_>>().join(", "),
    };
    let content = Accounts { find, rows: all.into_iter().map(row).collect(), more, plans: plan_names(&desk) };
    page(StatusCode::OK, "admin_accounts", &frame("Accounts", session.as_ref()), &content)
}

#[derive(Debug, Serialize)]
struct One {
    id: i64,
    name: String,
    plan: String,
    plans: Vec<String>,
    status: &'static str,
    statuses: Vec<&'static str>,
    addresses: String,
    domains: String,
    /// Answers in the plan's period, and how many it includes.
    allowance: Option<String>,
}

/// `GET /admin/accounts/{id}`.
pub async fn account(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<i64>,
    Extension(session): Extension<Option<Session>>,
) -> Response {
    let Some(session) = session else { return failed(&"a page without a session") };
    match read(&desk, AccountId(id)).await {
        Ok(Some(content)) => page(StatusCode::OK, "admin_account", &frame(&content.name.clone(), Some(&session)), &content),
        Ok(None) => {
            let back = [(HERE, "To the accounts")];
            message(StatusCode::NOT_FOUND, Some(viewer(&session)), "No such account", "There is none of this number.", &back)
        }
        Err(error) => failed(&error),
    }
}

async fn read(desk: &Desk, id: AccountId) -> Stored<Option<One>> {
    let flow = &desk.flow;
    let Some(account) = flow.store.account(id).await? else { return Ok(None) };
    let limited = flow.settings.plans.get(&account.plan).and_then(|plan| Some((plan.questions?, plan.period)));
    let allowance = match limited {
        Some((questions, period)) => {
            let used = flow.store.answered_since(id, period.began(flow.clock.now())).await?;
            let span = match period {
                Period::Day => "day",
                Period::Month => "month",
                Period::Year => "year",
            };
            Some(format!("{used} of {questions} answers of this {span} are used"))
        }
        None => None,
    };
    Ok(Some(One {
        id: id.0,
        name: account.name,
        plan: account.plan,
        plans: plan_names(desk),
        status: account.status.name(),
        statuses: STATUSES.map(AccountStatus::name).to_vec(),
        addresses: account.addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        domains: account.domains.join("\n"),
        allowance,
    }))
}

/// What the form names an account by: addresses and domains, each on a line.
fn known_by(form: &Form) -> Result<(Vec<EmailAddress>, Vec<String>), String> {
    let lines = |name: &str| -> Vec<String> {
        form.text(name).lines().map(|line| line.trim().to_lowercase()).filter(|line| !line.is_empty()).collect()
    };
    let parsed = |line: String| EmailAddress::parse(&line).map_err(|error| format!("{line}: {error}"));
    let addresses = lines("addresses").into_iter().map(parsed).collect::<Result<Vec<_>, _>>()?;
    let domains = lines("domains");
    if let Some(free) = domains.iter().find(|domain| is_free_mail(domain)) {
        return Err(format!("{free} is anybody's: name addresses instead"));
    }
    if addresses.is_empty() && domains.is_empty() {
        return Err("an account needs an address or a domain to be known by".to_owned());
    }
    Ok((addresses, domains))
}

/// `POST /admin/accounts`.
pub async fn add(
    State(desk): State<Arc<Desk>>,
    Extension(session): Extension<Option<Session>>,
    Extension(form): Extension<Form>,
) -> Response {
    let Some(session) = session else { return failed(&"an act without a session") };
    let name = form.text("name").trim().to_owned();
    if name.is_empty() {
        return problem(&session, "An account needs a name.", HERE);
    }
    match known_by(&form) {
        Ok((addresses, domains)) => {
            let new = NewAccount { name, addresses, domains, plan: form.text("plan") };
            let detail = json!({ "plan": new.plan });
            done(&desk, &session, Administering::AddAccount(new), detail, HERE).await
        }
        Err(why) => problem(&session, &format!("{why}."), HERE),
    }
}

/// `POST /admin/accounts/{id}`.
pub async fn set(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<i64>,
    Extension(session): Extension<Option<Session>>,
    Extension(form): Extension<Form>,
) -> Response {
    let Some(session) = session else { return failed(&"an act without a session") };
    let here = format!("{HERE}/{id}");
    let mut account = match desk.flow.store.account(AccountId(id)).await {
        Ok(Some(account)) => account,
        Ok(None) => return problem(&session, "There is no such account.", HERE),
        Err(error) => return failed(&error),
    };
    let (named, name) = (form.text("status"), form.text("name").trim().to_owned());
    let Some(to) = STATUSES.into_iter().find(|one| one.name() == named).filter(|_| !name.is_empty()) else {
        return problem(&session, "An account needs a name and a status.", &here);
    };
    match known_by(&form) {
        Ok((addresses, domains)) => {
            let detail = json!({ "account": id, "plan": form.text("plan"), "from": account.status.name(), "to": to.name() });
            account = Account { name, plan: form.text("plan"), status: to, addresses, domains, ..account };
            done(&desk, &session, Administering::SetAccount(account), detail, &here).await
        }
        Err(why) => problem(&session, &format!("{why}."), &here),
    }
}
