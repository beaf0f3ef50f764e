//! An edition on disk: one SQLite file, opened read-only and immutable, and how the one in use is named.
//!
//! `rusqlite` rather than `sqlx`, because look-ups are synchronous and pure in `research`; both share one SQLite. A look-up that
//! meets a damaged file logs it and finds nothing: a missing record makes an answer poorer, never wrong.

mod add_ons;
mod cited;
mod conversion;
mod diagnoses;
mod fees;
mod inpatient;
mod level2;
mod limits;
mod lists;
mod manuals;
mod pairs;
mod payment;
mod pool;
mod schedule;
mod shelf;
mod sources;
mod tabular;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use rusqlite::{Params, Row};

pub use super::amount::Amount;
use super::search::Search;
pub use add_ons::{AddOnKind, AddOnRule};
pub use cited::{Cited, Listed};
pub use fees::{Asc, Contractor, DmeFee, DrugLimit, DrugPackage, LabFee, Opps, TelehealthService};
pub use inpatient::{ComplicationRecord, DrgRecord, PcsValue};
pub use lists::{GemRecord, HccRecord, IndexLead, PlaceRecord, RemittanceRecord};
pub use manuals::{CoverageRecord, CoverageUse, SectionRecord};
pub use pairs::part;
pub use payment::{NotPaid, Payment, Site};
pub use schedule::{Counties, Locality, RelativeValues, ZipPlace};
pub use shelf::Shelf;
pub use sources::{InForce, SourceRow};
pub use tabular::{SeventhMeaning, TabularNote, TabularNoteKind};

/// Folder of the editions, below the codebook's.
pub const EDITIONS: &str = "editions";
/// The pointer file: the name of the edition in use.
pub const CURRENT: &str = "current";
/// How the folders of unfinished builds begin.
pub const BUILDING: &str = "building-";
pub const RECORDS: &str = "records.sqlite";
pub const REPORT: &str = "report.json";
/// The folder for whatever is searched, inside an edition.
pub const SEARCH: &str = "search";
/// Raised whenever a table changes its meaning: editions of another format are not read.
pub const FORMAT: &str = "1";

/// A read-only edition.
#[derive(Debug)]
pub struct Edition {
    name: String,
    folder: PathBuf,
    pool: pool::Pool,
    sources: Vec<SourceRow>,
    /// Opened by the first search.
    pub(super) search: std::sync::OnceLock<Search>,
}

impl Edition {
    /// Opens the edition in `folder`.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        Self::over(folder, pool::Pool::open(&folder.join(RECORDS), pool::MAPPED_BYTES_MAX)?)
    }

    /// As [`Self::open`] for a build, which reads every row once: none of the file is mapped, so that memory stays flat.
    pub fn open_unmapped(folder: &Path) -> anyhow::Result<Self> {
        Self::over(folder, pool::Pool::open(&folder.join(RECORDS), 0)?)
    }

    fn over(folder: &Path, pool: pool::Pool) -> anyhow::Result<Self> {
        let format: String = pool.read(|c| c.query_row("SELECT value FROM meta WHERE key = 'format'", [], |row| row.get(0)))?;
        ensure!(
            format == FORMAT,
            "the edition in {} was built by another version of this program; build it anew",
            folder.display()
        );
        let sources = pool.read(sources::load)?;
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { name, folder: folder.to_owned(), pool, sources, search: std::sync::OnceLock::new() })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every source, in the order in which they were read.
    pub fn sources(&self) -> &[SourceRow] {
        &self.sources
    }

    /// Rows of a query, through a statement that is prepared once a connection.
    pub fn query<T>(
        &self,
        sql: &str,
        with: impl Params,
        row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        self.pool.read(|connection| connection.prepare_cached(sql)?.query_map(with, row)?.collect())
    }

    /// Hands every row of a query to `row`, holding none.
    pub fn each(&self, sql: &str, mut row: impl FnMut(&Row<'_>) -> rusqlite::Result<()>) -> rusqlite::Result<()> {
        self.pool.read(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            while let Some(found) = rows.next()? {
                row(found)?;
            }
            Ok(())
        })
    }

    /// As [`Self::query`] for look-ups, which find nothing where the file can't be read.
    pub(super) fn look<T>(&self, sql: &str, with: impl Params, row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
        self.query(sql, with, row).unwrap_or_else(|error| {
            tracing::error!(edition = %self.name, %error, "the codebook can't be read");
            Vec::new()
        })
    }
}

/// A name that is one plain folder.
pub fn check_name(name: &str) -> anyhow::Result<()> {
    let plain = !name.is_empty() && name.len() <= 80 && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    ensure!(plain && !name.starts_with('.'), "\"{name}\" can't be an edition's name: use letters, digits, -, _ and .");
    Ok(())
}

/// The name of the edition in use; `None` where there is none yet.
pub fn current_name(dir: &Path) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(dir.join(CURRENT)) {
        Ok(text) => {
            let name = text.trim().to_owned();
            check_name(&name)
                .with_context(|| format!("{} is damaged; run `codebook use EDITION`", dir.join(CURRENT).display()))?;
            Ok(Some(name))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} can't be read", dir.join(CURRENT).display())),
    }
}

/// The names of the editions that are there, in order of name.
pub fn names(dir: &Path) -> anyhow::Result<Vec<String>> {
    let folder = dir.join(EDITIONS);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("{} can't be read", folder.display()))? {
        let entry = entry?;
        if entry.path().join(RECORDS).exists() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Puts an edition in use: whoever looks next reads it.
pub fn point(dir: &Path, name: &str) -> anyhow::Result<()> {
    check_name(name)?;
    let folder = dir.join(EDITIONS).join(name);
    if !folder.join(RECORDS).exists() {
        bail!("there is no edition named {name}; `codebook list` names those there are");
    }
    let mut file = tempfile::Builder::new().prefix("current-").tempfile_in(dir)?;
    writeln!(file, "{name}")?;
    file.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Several services may read what one operator builds.
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644))?;
    }
    file.persist(dir.join(CURRENT))?;
    File::open(dir)?.sync_all()?;
    Ok(())
}
