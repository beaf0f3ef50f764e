//! The life of a Maildir intake.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tokio::time::sleep;

use super::file::{self, Found};
use crate::mailbox::intake::Intake;
use crate::mailbox::settings::After;
use crate::ports::Arrival;

/// Between two looks at the folders' time stamps.
const LOOK_MILLIS: u64 = 200;
/// Between two attempts after one that failed.
const AGAIN_MILLIS: u64 = 2_000;
/// A folder whose time stamp is younger than this is listed again: a file may have come within the same tick of the clock.
const SETTLED_MILLIS: u64 = 2_000;
const BATCH_MESSAGES_MAX: usize = 50;
const BATCH_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Runs until it is dropped.
pub(in crate::mailbox) async fn watch(intake: &Intake, root: &Path) -> Infallible {
    loop {
        let Err(error) = looks(intake, root).await;
        intake.health.failed(format!("{error:#}"));
        tracing::warn!(mailbox = intake.name(), error = format!("{error:#}"), "the Maildir could not be read; trying again");
        sleep(Duration::from_millis(AGAIN_MILLIS)).await;
    }
}

async fn looks(intake: &Intake, root: &Path) -> anyhow::Result<Infallible> {
    file::make(root)?;
    let mut seen = intake.store.seen_names(intake.name()).await?;
    let mut stamps: Option<Stamps> = None;
    let mut after_a_start = true;
    loop {
        let now = Stamps::of(root)?;
        if stamps.as_ref() != Some(&now) || now.are_fresh() {
            let found = file::list(root)?;
            if after_a_start {
                owed(intake, root, &found, &seen)?;
            }
            take(intake, root, found, &mut seen).await?;
            after_a_start = false;
            stamps = Some(now);
            intake.health.caught_up(intake.clock.now());
        } else {
            intake.health.contact(intake.clock.now());
        }
        sleep(Duration::from_millis(LOOK_MILLIS)).await;
    }
}

/// When `new` and `cur` last gained or lost a file.
#[derive(PartialEq, Eq)]
struct Stamps([SystemTime; 2]);

impl Stamps {
    fn of(root: &Path) -> io::Result<Self> {
        let changed = |part: &str| root.join(part).metadata()?.modified();
        Ok(Self([changed("new")?, changed("cur")?]))
    }

    fn are_fresh(&self) -> bool {
        self.0.iter().any(|stamp| stamp.elapsed().is_ok_and(|age| age < Duration::from_millis(SETTLED_MILLIS)))
    }
}

/// Flags or moves what was committed before an end that came too early.
fn owed(intake: &Intake, root: &Path, found: &[Found], seen: &BTreeSet<String>) -> anyhow::Result<()> {
    let bytes_max = intake.settings.message_bytes_max;
    found.iter().filter(|one| seen.contains(&one.name) && one.size <= bytes_max).try_for_each(|one| mark_taken(intake, root, one))
}

async fn take(intake: &Intake, root: &Path, found: Vec<Found>, seen: &mut BTreeSet<String>) -> anyhow::Result<()> {
    let mut batch: Vec<(Found, Arrival)> = Vec::new();
    let mut bytes = 0_u64;
    for one in found {
        if seen.contains(&one.name) {
            continue;
        }
        let Some(arrival) = one.read(intake.settings.message_bytes_max)? else { continue };
        bytes = bytes.saturating_add(arrival.raw.len() as u64);
        batch.push((one, arrival));
        if batch.len() >= BATCH_MESSAGES_MAX || bytes >= BATCH_BYTES_MAX {
            commit(intake, root, std::mem::take(&mut batch), seen).await?;
            bytes = 0;
        }
    }
    commit(intake, root, batch, seen).await
}

async fn commit(intake: &Intake, root: &Path, batch: Vec<(Found, Arrival)>, seen: &mut BTreeSet<String>) -> anyhow::Result<()> {
    let (found, arrivals): (Vec<Found>, Vec<Arrival>) = batch.into_iter().unzip();
    intake.receive(&arrivals).await?;
    for (one, arrival) in found.iter().zip(&arrivals) {
        seen.insert(one.name.clone());
        if arrival.quarantine.is_none() {
            mark_taken(intake, root, one)?;
        }
    }
    Ok(())
}

fn mark_taken(intake: &Intake, root: &Path, one: &Found) -> anyhow::Result<()> {
    let target: PathBuf = match &intake.settings.after {
        After::Leave => return Ok(()),
        After::Flag => return Ok(one.flag(root)?),
        After::Move(target) => file::folder(root, target)?,
    };
    Ok(one.move_to(&target)?)
}
