//! What consultants do with cases among themselves.

use super::super::{Global, WrongUse, consultant};
use super::act::{Act, edited};
use super::{Acting, Found};
use crate::domain::account::Role;
use crate::domain::check::Verdict;
use crate::domain::id::{CaseNumber, InboundId};
use crate::domain::question::{Intent, Payer};
use crate::flow::desk::reading_now;

pub async fn note(global: &Global, acting: &Acting, text: Option<&str>) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    let text = match text {
        Some(text) if !text.trim().is_empty() => text.to_owned(),
        Some(_) => return Err(WrongUse("the note is empty, so nothing was kept".to_owned()).into()),
        None => edited("")?,
    };
    act.done(&act.app.flow.note(act.case, act.by, &text).await?)
}

pub async fn assign(global: &Global, acting: &Acting, to: &str) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    let store = act.app.store.as_ref();
    let to = consultant::acting(store, to).await?.id;
    let lead = store.login(&acting.handle).await?.is_some_and(|(_, login)| login.role >= Role::Lead);
    act.done(&act.app.flow.assign(act.case, act.by, to, lead).await?)
}

pub async fn merge(global: &Global, acting: &Acting, into: CaseNumber) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    act.done(&act.app.flow.merge(act.case, act.by, into.case()).await?)
}

pub async fn split(global: &Global, acting: &Acting, mails: &[i64]) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    let mails: Vec<InboundId> = mails.iter().copied().map(InboundId).collect();
    act.done(&act.app.flow.split(act.case, act.by, &mails).await?)
}

/// Of the last answer of the case.
pub async fn check(global: &Global, acting: &Acting, found: Found, reason: &str) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    let verdict = match found {
        Found::Right => Verdict::Right,
        Found::CouldBeBetter => Verdict::CouldBeBetter,
        Found::Wrong => Verdict::Wrong,
    };
    let file = act.app.store.case_file(act.case).await?;
    let last = file.answered.last().ok_or_else(|| anyhow::anyhow!("{} has no answer yet", acting.case))?;
    act.done(&act.app.flow.checked(act.case, act.by, last.outgoing, verdict, reason).await?)
}

pub async fn reading(
    global: &Global,
    acting: &Acting,
    payer: Option<&str>,
    day: Option<&str>,
    intents: &[String],
) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    let mut reading = reading_now(&act.app.store.case_file(act.case).await?);
    match payer {
        None => {}
        Some("none") => reading.payer = None,
        Some(payer) => {
            let names = Payer::ALL.map(Payer::name).join(", ");
            let known =
                Payer::parse(payer).ok_or_else(|| WrongUse(format!("there is no payer {payer}: one of {names}, or none")))?;
            reading.payer = Some(known);
        }
    }
    match day {
        None => {}
        Some("none") => reading.date_of_service = None,
        Some(day) => {
            let day = day.parse().map_err(|_| WrongUse(format!("{day} is no day: write it as 2026-01-31, or none")))?;
            reading.date_of_service = Some(day);
        }
    }
    if !intents.is_empty() {
        let known = |name: &String| {
            let names = Intent::ALL.map(Intent::name).join(", ");
            Intent::parse(name).ok_or_else(|| WrongUse(format!("there is no intent {name}: one of {names}")))
        };
        reading.intents = intents.iter().map(known).collect::<Result<_, _>>()?;
    }
    act.done(&act.app.flow.reread(act.case, act.by, reading, None).await?)
}
