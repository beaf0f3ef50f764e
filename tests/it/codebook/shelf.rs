//! Editions built in a test from files of the published layouts.

use std::path::{Path, PathBuf};

use caseconsultant::codebook::build::{self, Built, Order, Progress};
use caseconsultant::codebook::import::container::Limits;
use caseconsultant::codebook::import::input::Licences;
use caseconsultant::codebook::{Codebook, Edition};
use jiff::civil::date;

/// A built edition and where it lies.
pub struct Shelved {
    pub built: Built,
    pub book: Codebook,
    _dir: tempfile::TempDir,
}

impl Shelved {
    pub fn edition(&self) -> &Edition {
        self.book.on_disk().unwrap()
    }

    /// What the report says of a file: rows read, bad rows, remarks.
    pub fn line(&self, name: &str) -> &build::FileLine {
        self.built.report.files.iter().find(|file| file.file.ends_with(name)).unwrap_or_else(|| panic!("{name} is in no report"))
    }

    pub fn count(&self, sql: &str) -> i64 {
        self.edition().query(sql, [], |row| row.get(0)).unwrap()[0]
    }
}

pub fn published() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published")
}

/// The folder of larger sets, where it is beside the repository.
pub fn shared() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let dir = std::env::var_os("CASECONSULTANT_SHARED").map_or_else(beside, PathBuf::from);
    dir.join("data").is_dir().then_some(dir)
}

pub fn build(from: &[PathBuf], licences: Licences) -> Shelved {
    let dir = tempfile::tempdir().unwrap();
    let order = Order {
        dir: dir.path().to_owned(),
        from: from.to_vec(),
        name: None,
        today: date(2026, 11, 22),
        fresh: true,
        licences,
        limits: Limits::default(),
    };
    let built = build::build(&order, &|_: Progress| {}).unwrap();
    let book = Codebook::over(Edition::open(&built.folder).unwrap());
    Shelved { built, book, _dir: dir }
}

/// An edition of every fixture, without a licence for what others own.
pub fn fixtures() -> Shelved {
    build(&[published()], Licences::default())
}
