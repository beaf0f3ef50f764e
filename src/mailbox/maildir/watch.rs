//! The life of a Maildir intake.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::file::{self, Found, Stamp};
use crate::mailbox::intake::{Intake, sha256};
use crate::mailbox::settings::After;
use crate::ports::{Arrival, Place};

/// Between two looks at the folders' time stamps.
const LOOK_MILLIS: u64 = 200;
/// Between two attempts after one that failed.
const AGAIN_MILLIS: u64 = 2_000;
/// A folder whose time stamp is younger than this is listed again: a file may have come within the same tick of the clock.
const SETTLED_MILLIS: u64 = 2_000;
/// Messages that are read, and in memory, at once.
const BATCH_MESSAGES_MAX: usize = 50;
const BATCH_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Runs until it is dropped.
pub(in crate::mailbox) async fn watch(intake: &Intake, root: &Path) -> Infallible {
    loop {
        let Err(error) = looks(intake, root).await;
        let error = format!("{error:#}");
        tracing::warn!(mailbox = intake.name(), error, "the Maildir could not be read; trying again");
        intake.health.failed(error);
        sleep(Duration::from_millis(AGAIN_MILLIS)).await;
    }
}

async fn looks(intake: &Intake, root: &Path) -> anyhow::Result<Infallible> {
    file::make(root).context("making the Maildir")?;
    let names = intake.store.seen_names(intake.name()).await?;
    let mut looker = Looker { intake, root, seen: names.into_iter().map(|name| (name, None)).collect(), is_first: true };
    let mut listed: Option<Changed> = None;
    loop {
        let now = Changed::of(root).context("looking at the Maildir")?;
        if listed.as_ref() != Some(&now) || now.is_fresh() {
            looker.look().await?;
            listed = Some(now);
        }
        intake.health.caught_up(intake.clock.now());
        sleep(Duration::from_millis(LOOK_MILLIS)).await;
    }
}

/// When `new` and `cur` last gained or lost a file.
#[derive(PartialEq, Eq)]
struct Changed([SystemTime; 2]);

impl Changed {
    fn of(root: &Path) -> io::Result<Self> {
        let changed = |part: &str| root.join(part).metadata()?.modified();
        Ok(Self([changed("new")?, changed("cur")?]))
    }

    fn is_fresh(&self) -> bool {
        // A time stamp in the future is no reason to stop looking.
        self.0.iter().any(|changed| changed.elapsed().map_or(true, |age| age < Duration::from_millis(SETTLED_MILLIS)))
    }
}

struct Looker<'a> {
    intake: &'a Intake,
    root: &'a Path,
    /// What the store has, with the file's stamp where this process read it.
    seen: BTreeMap<String, Option<Stamp>>,
    is_first: bool,
}

impl Looker<'_> {
    async fn look(&mut self) -> anyhow::Result<()> {
        let root = self.root.to_owned();
        let found = spawn_blocking(move || file::list(&root)).await?.context("listing the Maildir")?;
        let mut batch = Vec::new();
        let mut bytes = 0_u64;
        for one in found {
            if self.is_settled(&one) {
                continue;
            }
            let size = one.size.min(self.intake.settings.message_bytes_max);
            let is_full = batch.len() >= BATCH_MESSAGES_MAX || bytes.saturating_add(size) > BATCH_BYTES_MAX;
            // A name that is in `new` and in `cur` is two messages, and the second meets the first in the store.
            let is_twin = batch.last().is_some_and(|last: &Found| last.name == one.name);
            if !batch.is_empty() && (is_full || is_twin) {
                self.take(std::mem::take(&mut batch)).await?;
                bytes = 0;
            }
            bytes = bytes.saturating_add(size);
            batch.push(one);
        }
        self.take(batch).await?;
        self.is_first = false;
        Ok(())
    }

    /// Whether nothing is left to do for a file. A name is no promise: people drop a second `question.eml` where the first one was, so
    /// what lies where taken mail does not stay is offered to the store again, which knows the bytes. That also does what an end that
    /// came too early, between commit and flag or move, has left undone.
    fn is_settled(&self, one: &Found) -> bool {
        let Some(stamp) = self.seen.get(&one.name) else { return false };
        let same = stamp.is_none_or(|stamp| stamp == one.stamp);
        if one.size > self.intake.settings.message_bytes_max {
            return same;
        }
        match self.intake.settings.after {
            After::Leave => same,
            After::Flag => same && !one.is_new && (one.is_flagged || !self.is_first),
            After::Move(_) => false,
        }
    }

    async fn take(&mut self, batch: Vec<Found>) -> anyhow::Result<()> {
        let bytes_max = self.intake.settings.message_bytes_max;
        let read = spawn_blocking(move || {
            let read =
                batch.into_iter().filter_map(|one| one.read(bytes_max).map(|arrival| arrival.map(|it| (one, it))).transpose());
            read.collect::<io::Result<Vec<(Found, Arrival)>>>()
        });
        let read = read.await?.context("reading the Maildir")?;
        let mut found = Vec::with_capacity(read.len());
        let mut arrivals = Vec::with_capacity(read.len());
        for (one, mut arrival) in read {
            found.push((one, arrival.quarantine.is_none()));
            if self.is_unknown(&mut arrival).await? {
                arrivals.push(arrival);
            }
        }
        self.intake.receive(&arrivals).await?;
        for (one, is_whole) in found {
            if is_whole {
                self.mark_taken(&one).context("flagging or moving a message")?;
            }
            self.seen.insert(one.name, Some(one.stamp));
        }
        Ok(())
    }

    /// A name that is taken counts by its bytes: other bytes go in under a name of their own, so that two files that share one never
    /// take turns at being news.
    async fn is_unknown(&self, arrival: &mut Arrival) -> anyhow::Result<bool> {
        let Place::Maildir { name } = &arrival.place else { return Ok(true) };
        if !self.seen.contains_key(name) {
            return Ok(true);
        }
        let sha256 = sha256(&arrival.raw);
        arrival.place = Place::Maildir { name: format!("{name}-{sha256}") };
        Ok(!self.intake.store.holds_raw(self.intake.name(), &sha256).await?)
    }

    fn mark_taken(&self, one: &Found) -> io::Result<()> {
        let target: PathBuf = match &self.intake.settings.after {
            After::Leave => return Ok(()),
            After::Flag => return one.flag(self.root),
            After::Move(target) => file::folder(self.root, target)?,
        };
        one.move_to(&target)
    }
}
