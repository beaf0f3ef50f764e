//! Builds an edition aside, verifies it, and only then puts it in use.
//!
//! The order of steps is the whole safety of it: everything is written below `building-…`, made durable, renamed to
//! `editions/NAME`, and at last the pointer file `current` is replaced by a rename. Whatever kills a build before that last
//! step leaves the edition in use untouched; the next build sweeps up what is left. One build runs at a time in a folder: a
//! second one waits, and builds upon what the first put in place.

mod read;
mod report;
mod verify;
mod writer;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::edition::{self, RECORDS};
use super::import::input::Licences;
use super::import::{self, container};
use super::search;

pub use report::{FileLine, Report, SourceLine, Unrecognised};

/// What is to be built.
#[derive(Debug, Clone)]
pub struct Order {
    /// Where editions lie.
    pub dir: PathBuf,
    /// Folders or files to read.
    pub from: Vec<PathBuf>,
    /// The edition's name; the day with a number behind it where none is given.
    pub name: Option<String>,
    /// The day that a nameless edition is named after.
    pub today: jiff::civil::Date,
    /// Begins with nothing instead of with the edition in use.
    pub fresh: bool,
    pub licences: Licences,
    pub limits: container::Limits,
}

/// How far a build has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Another build holds the folder; this one goes on when it is done.
    Waiting,
    Files(usize),
    /// Rows written in all.
    Rows(u64),
    Done(String),
    Step(&'static str),
}

/// Whom a build tells how far it has come.
pub type Tell<'a> = &'a (dyn Fn(Progress) + Sync);

/// A finished build.
#[derive(Debug)]
pub struct Built {
    pub name: String,
    pub folder: PathBuf,
    pub report: Report,
}

/// Builds an edition and puts it in use.
///
/// # Errors
/// Where a file can't be used (cut off, a bomb, too many bad rows), nothing is recognised, or the disk refuses. The edition
/// in use stays in use.
pub fn build(order: &Order, tell: Tell<'_>) -> anyhow::Result<Built> {
    let editions = order.dir.join(edition::EDITIONS);
    fs::create_dir_all(&editions).with_context(|| format!("{} can't be made", editions.display()))?;
    let _turn = turn(&order.dir, tell)?;
    sweep(&order.dir);
    if let Some(name) = &order.name {
        edition::check_name(name)?;
        if editions.join(name).exists() {
            bail!("an edition named {name} is there already; choose another name");
        }
    }
    let aside = tempfile::Builder::new().prefix(edition::BUILDING).tempdir_in(&order.dir).context("no room to build in")?;
    let scratch = aside.path().join("scratch");
    let folder = aside.path().join("edition");
    fs::create_dir(&scratch)?;
    fs::create_dir(&folder)?;

    let base = if order.fresh { None } else { edition::current_name(&order.dir)? };
    if let Some(base) = &base {
        let records = editions.join(base).join(RECORDS);
        fs::copy(&records, folder.join(RECORDS)).with_context(|| format!("{} can't be copied", records.display()))?;
    }
    let mut report = read::read(order, &folder, &scratch, base.is_some(), tell)?;
    tell(Progress::Step("verifying"));
    verify::verify(&folder, &mut report)?;
    tell(Progress::Step("writing the search index"));
    search::index(&folder, &order.dir)?;
    fs::write(folder.join(edition::REPORT), serde_json::to_vec_pretty(&report)?)?;
    tell(Progress::Step("putting in place"));
    let name = settle(order, &editions, &folder)?;
    edition::point(&order.dir, &name)?;
    Ok(Built { folder: editions.join(&name), name, report })
}

/// Holds the folder for this build; waits where another has it.
fn turn(dir: &Path, tell: Tell<'_>) -> anyhow::Result<File> {
    let file = File::create(dir.join("build.lock")).context("the codebook's folder can't be written")?;
    if file.try_lock().is_err() {
        tell(Progress::Waiting);
        file.lock().context("the codebook's folder can't be locked")?;
    }
    Ok(file)
}

/// Removes what killed builds left; nobody else builds while the folder is held.
fn sweep(dir: &Path) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(edition::BUILDING) {
            // What can't be removed is in nobody's way.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Makes the edition durable and gives it its place and name.
fn settle(order: &Order, editions: &Path, folder: &Path) -> anyhow::Result<String> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            File::open(&path)?.sync_all()?;
        }
    }
    File::open(folder)?.sync_all()?;
    let name = order.name.clone().unwrap_or_else(|| {
        let day = order.today.to_string();
        let numbered = (2..).map(|number| format!("{day}-{number}"));
        std::iter::once(day.clone()).chain(numbered).find(|name| !editions.join(name).exists()).unwrap_or(day)
    });
    fs::rename(folder, editions.join(&name)).with_context(|| format!("the edition can't take the name {name}"))?;
    File::open(editions)?.sync_all()?;
    Ok(name)
}

/// The licences as importers see them.
fn licences(order: &Order) -> Arc<Licences> {
    Arc::new(order.licences.clone())
}

/// The layouts' tables, each once.
fn tables() -> Vec<&'static import::Table> {
    let mut tables: Vec<&'static import::Table> = Vec::new();
    for table in import::LAYOUTS.iter().flat_map(|layout| layout.tables) {
        if !tables.iter().any(|known| known.name == table.name) {
            tables.push(table);
        }
    }
    tables
}
