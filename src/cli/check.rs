//! `check`: everything that the service needs, looked at now, with what to do where it fails.

use std::process::ExitCode;
use std::time::Duration;

use jiff::Zoned;
use serde::Serialize;

use super::Global;
use super::print::{BOLD, GREEN, RED, YELLOW, json_line, line, styled};
use crate::codebook::Shelf;
use crate::config::Config;
use crate::domain::code::Family;
use crate::{mailbox, outbox, render};

/// Look at configuration, store, code records, templates, and the log-ins of mailbox and outbox
#[derive(Debug, clap::Args)]
pub struct Check {}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    Ok,
    Warn,
    Fail,
}

#[derive(Debug, Serialize)]
struct Finding {
    name: String,
    level: Level,
    found: String,
    /// What to do; empty where there is nothing to do.
    mend: String,
}

/// How long a mail server may take to be looked at.
const SERVER_MAX: Duration = Duration::from_secs(30);

impl Check {
    /// Exit code 1 where anything failed.
    pub async fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        let config = global.config()?;
        let mut failed = false;
        for finding in findings(&config).await {
            failed |= finding.level == Level::Fail;
            if global.json {
                json_line(&finding)?;
            } else {
                print(&finding)?;
            }
        }
        Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

async fn findings(config: &Config) -> Vec<Finding> {
    let mut all = vec![configuration(config), store(config).await];
    all.extend(codebook(config));
    all.push(templates());
    for settings in config.mailbox_settings() {
        let name = format!("mailbox.{}", settings.name);
        let looked = within(mailbox::check(&settings)).await;
        all.push(judged(&name, looked, "mend what is named, then run `check` again"));
    }
    if let Some(outbox) = &config.outbox {
        let looked = within(async { outbox::connect(&outbox.settings)?.check().await }).await;
        all.push(judged("outbox", looked, "mend what is named, then run `check` again"));
    }
    for problem in config.service_problems() {
        all.push(Finding { name: problem.key, level: Level::Fail, found: problem.wrong, mend: problem.mend });
    }
    all.extend(warnings(config));
    all
}

async fn within(look: impl Future<Output = anyhow::Result<String>>) -> anyhow::Result<String> {
    match tokio::time::timeout(SERVER_MAX, look).await {
        Ok(looked) => looked,
        Err(_) => anyhow::bail!("no answer within {} s", SERVER_MAX.as_secs()),
    }
}

fn judged(name: &str, looked: anyhow::Result<String>, mend: &str) -> Finding {
    let name = name.to_owned();
    match looked {
        Ok(found) => Finding { name, level: Level::Ok, found, mend: String::new() },
        Err(error) => Finding { name, level: Level::Fail, found: format!("{error:#}"), mend: mend.to_owned() },
    }
}

fn configuration(config: &Config) -> Finding {
    let found = match &config.file {
        Some(file) => format!("read from {} and the environment", file.display()),
        None => "built-in defaults and the environment; no file".to_owned(),
    };
    Finding { name: "config".to_owned(), level: Level::Ok, found, mend: String::new() }
}

async fn store(config: &Config) -> Finding {
    let look = async {
        let store = super::open_store(config).await?;
        store.ready().await?;
        let figures = store.figures().await?;
        anyhow::Ok(format!("writable; {} mails, {} jobs ready, {} dead", figures.inbound, figures.jobs_ready, figures.jobs_dead))
    };
    judged("store", within(look).await, "see [store] url and data_dir; `caseconsultant migrate` brings the schema up to date")
}

/// Each family by its own cadence, as of today.
fn codebook(config: &Config) -> Vec<Finding> {
    let today = Zoned::now().date();
    let codebook = match Shelf::open(&config.codebook.dir) {
        Ok(shelf) => shelf.codebook(),
        Err(error) => {
            let mend = "`codebook list` names the editions, `codebook use EDITION` puts another in use";
            return vec![judged("codebook", Err(error), mend)];
        }
    };
    let families = [Family::Icd10Cm, Family::Hcpcs, Family::Modifiers, Family::NcciPtp, Family::Mue];
    let mut old = Vec::new();
    let mut current = Vec::new();
    for family in families {
        let Some(coverage) = codebook.coverage(family, today) else { continue };
        let named = format!("{} {}", family.label(), coverage.edition);
        if coverage.covers(today) { current.push(named) } else { old.push(format!("{named} (to {})", coverage.to)) }
    }
    let mut all = Vec::new();
    if !current.is_empty() {
        all.push(Finding { name: "codebook".to_owned(), level: Level::Ok, found: current.join(", "), mend: String::new() });
    }
    if !old.is_empty() {
        all.push(Finding {
            name: "codebook age".to_owned(),
            level: Level::Warn,
            found: format!("not of today: {}", old.join(", ")),
            mend: "questions on services of today that rest on these go to a person, unless [policy] editions = \"loaded\""
                .to_owned(),
        });
    }
    all
}

fn templates() -> Finding {
    let looked = render::check_all().map(|kinds| format!("{} kinds rendered", kinds.len())).map_err(anyhow::Error::from);
    judged("templates", looked, "the template named does not fit its context")
}

/// What works and should be known.
fn warnings(config: &Config) -> Vec<Finding> {
    let warn = |name: &str, found: &str, mend: &str| Finding {
        name: name.to_owned(),
        level: Level::Warn,
        found: found.to_owned(),
        mend: mend.to_owned(),
    };
    let mut all = Vec::new();
    if config.mailboxes.values().any(|mailbox| mailbox.trusted_authserv.is_empty()) {
        all.push(warn(
            "trusted_authserv",
            "a mailbox trusts no authserv-id, so no sender counts as verified",
            "list your receiving server's name in trusted_authserv; `inspect` shows what it writes",
        ));
    }
    if config.privacy.key.is_none() {
        all.push(warn(
            "privacy.key",
            "stored mail is sealed with a key file inside data_dir",
            "back the file up apart from the store, or set [privacy] key_file; several machines need the same key",
        ));
    }
    if config.desk.public_url.is_none() && config.desk.listen.is_some_and(|at| !at.ip().is_loopback()) {
        all.push(warn(
            "desk.public_url",
            "the desk is open to others, and the address that they open is not known, so no sign-in link can be mailed",
            "set [desk] public_url to the https:// address that people open",
        ));
    }
    if config.policy.alerts_to.is_empty() {
        all.push(warn("policy.alerts_to", "nobody is told of what needs a person", "list an address in [policy] alerts_to"));
    }
    all
}

fn print(finding: &Finding) -> anyhow::Result<()> {
    let level = match finding.level {
        Level::Ok => styled(GREEN, "ok  "),
        Level::Warn => styled(YELLOW, "warn"),
        Level::Fail => styled(RED, "fail"),
    };
    line(format!("{level}  {}: {}", styled(BOLD, &finding.name), finding.found))?;
    if !finding.mend.is_empty() {
        line(format!("      {}", finding.mend))?;
    }
    Ok(())
}
