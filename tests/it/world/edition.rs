//! Editions of the code records for tests, each built once and kept below `target/`.
//!
//! [`whole`] is built from `../shared/data` beside the repository (or `CASECONSULTANT_SHARED`), [`with_next`] from that and
//! `../shared/data-next`: `None` where the folder is not there, and the test that asked says so and is skipped. They are built again
//! when a file of theirs or the importers' code changes; a lock keeps test processes from building at the same time.
//! [`Room`] is a folder of a test's own, for editions of a few files.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use caseconsultant::codebook::Codebook;
use caseconsultant::codebook::build::{self, Built, Order, Progress};
use caseconsultant::codebook::edition::{self, EDITIONS, Edition};
use caseconsultant::codebook::import::container::Limits;
use caseconsultant::codebook::import::input::Licences;
use jiff::civil::date;
use sha2::{Digest as _, Sha256};

/// The folder of large test data, where it is there.
pub fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("CASECONSULTANT_SHARED").map_or(beside, PathBuf::from);
    if folder.join("data").is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: {} holds no data", folder.display());
    None
}

/// The codebook over all of `data`.
pub fn whole() -> Option<Codebook> {
    let data = shared()?.join("data");
    Some(Codebook::over(kept("whole", &[data], None)))
}

/// The codebook over `data` and the newer editions of `data-next`.
pub fn with_next() -> Option<Codebook> {
    let shared = shared()?;
    whole()?;
    Some(Codebook::over(kept("with-next", &[shared.join("data"), shared.join("data-next")], Some("whole"))))
}

/// The folder in which [`whole`] lies, as a codebook's folder with its pointer, for tests that run the program over it.
pub fn whole_dir() -> Option<PathBuf> {
    whole()?;
    Some(place("whole"))
}

fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("codebook").join(name)
}

/// Opens the edition of these folders, building it first where it is not there. `upon` names a kept edition of the first folders,
/// to which only the last is added.
fn kept(name: &str, from: &[PathBuf], upon: Option<&str>) -> Edition {
    let dir = place(name);
    fs::create_dir_all(&dir).unwrap();
    let lock = File::create(dir.join("test.lock")).unwrap();
    lock.lock().unwrap();
    let hash = fingerprint(from);
    let folder = dir.join(EDITIONS).join(&hash);
    if !folder.exists() {
        let _ = fs::remove_dir_all(dir.join(EDITIONS));
        let _ = fs::remove_file(dir.join(edition::CURRENT));
        let mut order = order(&dir, from);
        order.name = Some(hash);
        if let Some(base) = upon {
            let base = place(base);
            let current = edition::current_name(&base).unwrap().unwrap();
            let target = dir.join(EDITIONS).join("base");
            fs::create_dir_all(&target).unwrap();
            fs::copy(base.join(EDITIONS).join(&current).join(edition::RECORDS), target.join(edition::RECORDS)).unwrap();
            edition::point(&dir, "base").unwrap();
            order.from = from[from.len() - 1..].to_vec();
        }
        build::build(&order, &|_: Progress| {}).unwrap();
        let _ = fs::remove_dir_all(dir.join(EDITIONS).join("base"));
    }
    Edition::open(&folder).unwrap()
}

/// What to build from these folders, nothing else in it.
pub fn order(dir: &Path, from: &[PathBuf]) -> Order {
    Order {
        dir: dir.to_owned(),
        from: from.to_vec(),
        name: None,
        today: date(2026, 11, 22),
        fresh: false,
        licences: Licences::default(),
        limits: Limits::default(),
    }
}

/// A hash of every input's path and size and of the code that reads them.
fn fingerprint(from: &[PathBuf]) -> String {
    let mut hash = Sha256::new();
    for folder in from {
        for file in files(folder) {
            let size = fs::metadata(&file).unwrap().len();
            hash.update(format!("{} {size}\n", file.strip_prefix(folder).unwrap().display()));
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in files(&root.join("src/codebook/import")).into_iter().chain(files(&root.join("src/codebook/build"))) {
        hash.update(fs::read(file).unwrap());
    }
    hash.update(fs::read(root.join("config/families.toml")).unwrap());
    hash.update(edition::FORMAT);
    format!("{:x}", hash.finalize())[..16].to_owned()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// A codebook's folder of a test's own, and a folder of published files to read.
pub struct Room {
    pub files: PathBuf,
    pub dir: PathBuf,
    _held: tempfile::TempDir,
}

impl Room {
    pub fn new() -> Self {
        let held = tempfile::tempdir().unwrap();
        let (files, dir) = (held.path().join("files"), held.path().join("codebook"));
        fs::create_dir(&files).unwrap();
        fs::create_dir(&dir).unwrap();
        Self { files, dir, _held: held }
    }

    /// A room with some of `tests/fixtures/published`.
    pub fn with(fixtures: &[&str]) -> Self {
        let room = Self::new();
        for name in fixtures {
            fs::copy(fixture(name), room.files.join(name)).unwrap();
        }
        room
    }

    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let file = self.files.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
        self
    }

    pub fn order(&self) -> Order {
        order(&self.dir, std::slice::from_ref(&self.files))
    }

    pub fn build(&self) -> anyhow::Result<Built> {
        build::build(&self.order(), &|_| {})
    }

    /// Builds and opens.
    pub fn codebook(&self) -> Codebook {
        let built = self.build().unwrap();
        Codebook::over(Edition::open(&built.folder).unwrap())
    }
}

/// A file of `tests/fixtures/published`: a few rows in a published layout.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/published").join(name)
}
