//! The shelf hands out the codebook in use: a running service reads a new edition as soon as the pointer names it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::super::Codebook;
use super::{EDITIONS, Edition, current_name};

/// Where editions lie, and the one that was read last. Cheap to clone; every clone sees the same.
#[derive(Debug, Clone)]
pub struct Shelf {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// `None` for a shelf that holds one codebook for good.
    dir: Option<PathBuf>,
    held: RwLock<Codebook>,
}

impl Shelf {
    /// The shelf over the codebook's folder; the embedded records stand on it where the folder holds no edition.
    pub fn open(dir: &Path) -> anyhow::Result<Self> {
        let held = open_current(dir)?;
        Ok(Self { inner: Arc::new(Inner { dir: Some(dir.to_owned()), held: RwLock::new(held) }) })
    }

    /// A shelf that always hands out `codebook`.
    pub fn of(codebook: Codebook) -> Self {
        Self { inner: Arc::new(Inner { dir: None, held: RwLock::new(codebook) }) }
    }

    /// The editions that are there, in order of name, and whether each is the one in use.
    pub fn editions(&self) -> anyhow::Result<Vec<(String, bool)>> {
        let Some(dir) = &self.inner.dir else { return Ok(Vec::new()) };
        let current = current_name(dir)?;
        Ok(super::names(dir)?.into_iter().map(|name| (name.clone(), current.as_deref() == Some(name.as_str()))).collect())
    }

    /// Puts an edition in use that can be read.
    pub fn put_in_use(&self, name: &str) -> anyhow::Result<()> {
        super::check_name(name)?;
        let Some(dir) = &self.inner.dir else { anyhow::bail!("there is no folder of editions") };
        super::Edition::open(&dir.join(super::EDITIONS).join(name))?;
        super::point(dir, name)
    }

    /// The codebook in use. An edition that can't be opened is told of in the log, and the one before stays in use.
    pub fn codebook(&self) -> Codebook {
        let held = self.inner.held.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(dir) = &self.inner.dir else { return held };
        let named = current_name(dir);
        match named {
            Ok(name) if name.as_deref() == held.edition_on_disk() => held,
            Ok(_) => self.turn_to(dir, held),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the codebook's pointer can't be read");
                held
            }
        }
    }

    fn turn_to(&self, dir: &Path, held: Codebook) -> Codebook {
        match open_current(dir) {
            Ok(codebook) => {
                tracing::info!(edition = codebook.edition(), before = held.edition(), "the codebook's edition changed");
                codebook.clone_into(&mut self.inner.held.write().unwrap_or_else(PoisonError::into_inner));
                codebook
            }
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "the new edition can't be opened; the one before stays in use");
                held
            }
        }
    }
}

fn open_current(dir: &Path) -> anyhow::Result<Codebook> {
    Ok(match current_name(dir)? {
        Some(name) => Codebook::over(Edition::open(&dir.join(EDITIONS).join(name))?),
        None => Codebook::starter(),
    })
}
