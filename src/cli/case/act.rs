//! The acts: each names its consultant and is one move of the case.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::Path;
use std::process::Command as Process;

use anyhow::Context as _;

use super::super::print::{json_line, line};
use super::super::{Global, WrongUse, account, consultant};
use super::show::print_mail;
use super::{Acting, Kind, Reason};
use crate::app::App;
use crate::desk::told::draft;
use crate::domain::address::EmailAddress;
use crate::domain::case::{Case, CloseReason};
use crate::domain::draft::Route;
use crate::domain::id::{CaseId, ConsultantId};
use crate::domain::outgoing::OutgoingHash;
use crate::domain::policy::Editions;

/// The service's flow, the case and who acts on it.
pub(super) struct Act {
    pub(super) app: App,
    pub(super) case: CaseId,
    pub(super) by: ConsultantId,
    json: bool,
}

impl Act {
    pub(super) async fn open(global: &Global, acting: &Acting) -> anyhow::Result<Self> {
        let app = App::open(&global.config()?, Editions::Current).await?;
        let by = consultant::acting(app.store.as_ref(), &acting.handle).await?.id;
        Ok(Self { app, case: acting.case.case(), by, json: global.json })
    }

    pub(super) fn done(&self, case: &Case) -> anyhow::Result<()> {
        if self.json {
            return json_line(&serde_json::json!({ "number": case.number(), "state": case.state.name(), "round": case.round }));
        }
        line(format!("{} is {} now", case.number(), case.state.name().replace('_', " ")))
    }
}

pub async fn take(global: &Global, acting: &Acting) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    act.done(&act.app.flow.take(act.case, act.by).await?)
}

pub async fn release(global: &Global, acting: &Acting) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    act.done(&act.app.flow.release(act.case, act.by).await?)
}

pub async fn submit(global: &Global, acting: &Acting) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    act.done(&act.app.flow.submit(act.case, act.by).await?)
}

pub async fn dismiss(global: &Global, acting: &Acting) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    act.done(&act.app.flow.dismiss(act.case, act.by).await?)
}

pub async fn undo(global: &Global, acting: &Acting) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    act.done(&act.app.flow.undo(act.case, act.by).await?)
}

pub async fn close(global: &Global, acting: &Acting, reason: Reason) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    let reason = match reason {
        Reason::Withdrawn => CloseReason::Withdrawn,
        Reason::OutOfScope => CloseReason::OutOfScope,
    };
    act.done(&act.app.flow.close(act.case, act.by, reason).await?)
}

pub async fn resend(global: &Global, acting: &Acting, to: &EmailAddress) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    act.done(&act.app.flow.resend(act.case, act.by, to).await?)
}

pub async fn link(global: &Global, acting: &Acting, account: &str) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    let account = account::find(act.app.store.as_ref(), account).await?;
    act.done(&act.app.flow.link(act.case, act.by, account.id).await?)
}

pub async fn give_back(global: &Global, acting: &Acting, notes: &str, assign: Option<&str>) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    let assign = match assign {
        Some(handle) => Some(consultant::acting(act.app.store.as_ref(), handle).await?.id),
        None => None,
    };
    act.done(&act.app.flow.give_back(act.case, act.by, notes, assign).await?)
}

pub async fn edit(global: &Global, acting: &Acting, from: Option<&Path>, kind: Option<Kind>) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    let text = if let Some(file) = from {
        read(file)?
    } else {
        let file = act.app.store.case_file(act.case).await?;
        edited(draft(&file).map_or("", |(draft, _)| &draft.drafted.body))?
    };
    let route = kind.map(|kind| match kind {
        Kind::Answer => Route::Expert,
        Kind::Clarification => Route::Clarify,
        Kind::Refusal => Route::Refuse,
    });
    act.done(&act.app.flow.edit(act.case, act.by, &text, route).await?)
}

pub async fn ask(global: &Global, acting: &Acting, text: Option<&str>) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    let text = match text {
        Some(text) => text.to_owned(),
        None => edited("")?,
    };
    act.done(&act.app.flow.ask(act.case, act.by, &text).await?)
}

pub async fn approve(global: &Global, acting: &Acting, hash: Option<&str>) -> anyhow::Result<()> {
    let act = Act::open(global, acting).await?;
    let hash = match hash {
        Some(hash) => OutgoingHash::claimed(hash),
        None if std::io::stdin().is_terminal() && !act.json => {
            let file = act.app.store.case_file(act.case).await?;
            let (_, outgoing) = draft(&file).ok_or_else(|| anyhow::anyhow!("{} has no draft yet", acting.case))?;
            print_mail(outgoing)?;
            if !confirmed("Let this mail go? [y/N] ")? {
                return line("nothing was approved");
            }
            outgoing.hash()
        }
        None => return Err(WrongUse("name the mail that you approve: --hash, as `case show` prints it".to_owned()).into()),
    };
    act.done(&act.app.flow.approve(act.case, act.by, &hash).await?)
}

fn confirmed(question: &str) -> anyhow::Result<bool> {
    let mut out = std::io::stdout().lock();
    write!(out, "{question}")?;
    out.flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("reading the text from standard input")?;
        return filled(text);
    }
    filled(std::fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?)
}

/// The text after the consultant's editor closed. The file lies in a folder that its owner alone can read.
pub(super) fn edited(before: &str) -> anyhow::Result<String> {
    let editor = ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let editor =
        editor.ok_or_else(|| WrongUse("neither $VISUAL nor $EDITOR is set: set one, or give the text itself".to_owned()))?;
    let folder = tempfile::tempdir().context("a folder for the editor")?;
    let file = folder.path().join("answer.txt");
    std::fs::write(&file, before)?;
    // By the shell, since $EDITOR may hold arguments: `code --wait`.
    let status = Process::new("sh")
        .arg("-c")
        .arg(format!("{editor} \"$1\""))
        .arg("sh")
        .arg(&file)
        .status()
        .with_context(|| format!("the editor {editor} could not be started"))?;
    anyhow::ensure!(status.success(), "the editor ended with an error, so nothing was changed");
    filled(std::fs::read_to_string(&file)?)
}

fn filled(text: String) -> anyhow::Result<String> {
    if text.trim().is_empty() {
        return Err(WrongUse("the text is empty, so nothing was changed".to_owned()).into());
    }
    Ok(text)
}
