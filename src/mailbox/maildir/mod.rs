//! A Maildir as a mailbox: a message is complete once it is in `new` or `cur`; `tmp` is never looked into.

mod file;
mod watch;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;

use super::intake::sha256;
use super::reconciliation::{Missing, Reconciliation};
use super::settings::MailboxSettings;
use crate::ports::{Place, Store};

pub(super) use watch::watch;

pub(super) fn check(path: &Path) -> anyhow::Result<String> {
    file::make(path)
        .with_context(|| format!("the Maildir {} can't be made or opened: check its path and its owner", path.display()))?;
    let all = file::list(path).with_context(|| format!("the Maildir {} can't be read: check its owner", path.display()))?;
    Ok(format!("Maildir {} opened, {} message(s)", path.display(), all.len()))
}

pub(super) async fn reconcile(settings: &MailboxSettings, path: &Path, store: &Arc<dyn Store>) -> anyhow::Result<Reconciliation> {
    let seen = store.seen_names(&settings.name).await?;
    let here = file::list(path)?;
    let mut report = Reconciliation::of(&settings.name);
    report.in_folder = here.len() as u64;
    report.seen = seen.len() as u64;
    for found in here.into_iter().filter(|found| !seen.contains(&found.name)) {
        let Some(arrival) = found.read(settings.message_bytes_max)? else { continue };
        if !store.holds_raw(&settings.name, &sha256(&arrival.raw)).await? {
            let folder = path.display().to_string();
            report.missing.push(Missing { place: Place::Maildir { name: found.name }, folder, waiting: true });
        }
    }
    if let super::settings::After::Move(target) = &settings.after {
        report.in_target = file::list(&file::folder(path, target)?).map_or(0, |all| all.len() as u64);
    }
    Ok(report)
}
