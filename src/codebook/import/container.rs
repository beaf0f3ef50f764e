//! Finds the files below a folder, through zip archives (nested too) and gzip, within limits.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zip::ZipArchive;

use super::input::{Input, Licences, Wrapping};
use super::{Fault, text};

/// What an archive may unpack to. Published archives stay far below: the largest text shrinks to a twentieth.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Below this nothing is looked at.
    pub unpacked_bytes_free: u64,
    /// Unpacked bytes for each packed one, beyond `unpacked_bytes_free`.
    pub ratio_max: u64,
    pub file_bytes_max: u64,
    /// All members of all archives together.
    pub total_bytes_max: u64,
    /// Archives within archives.
    pub depth_max: usize,
    pub members_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            unpacked_bytes_free: 64 << 20,
            ratio_max: 200,
            file_bytes_max: 4 << 30,
            total_bytes_max: 16 << 30,
            depth_max: 4,
            members_max: 20_000,
        }
    }
}

impl Limits {
    fn unpacked(&self, packed: u64) -> u64 {
        packed.saturating_mul(self.ratio_max).max(self.unpacked_bytes_free).min(self.file_bytes_max)
    }
}

/// What lies below a folder.
#[derive(Debug, Default)]
pub struct Found {
    pub inputs: Vec<Input>,
    /// Files that were not opened, with the reason.
    pub refused: Vec<(String, String)>,
}

struct Walk<'a> {
    scratch: &'a Path,
    limits: Limits,
    licences: Arc<Licences>,
    found: Found,
    unpacked_bytes: u64,
    members: usize,
}

/// Lists every file below `folder`, archives opened; members are unpacked into `scratch`.
///
/// # Errors
/// Where the folder can't be read, or an archive is a bomb or nested too deep: nothing of it is trusted then.
pub fn walk(folder: &Path, scratch: &Path, limits: Limits, licences: Arc<Licences>) -> Result<Found, Fault> {
    let mut walk = Walk { scratch, limits, licences, found: Found::default(), unpacked_bytes: 0, members: 0 };
    if folder.is_file() {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        walk.file(&name, folder, 0)?;
    } else {
        walk.folder("", folder)?;
    }
    years_beside(&mut walk.found.inputs);
    Ok(walk.found)
}

/// Tells each file the year that most names in its folder or archive tell.
fn years_beside(inputs: &mut [Input]) {
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    let mut years: BTreeMap<String, BTreeMap<i64, usize>> = BTreeMap::new();
    for input in inputs.iter() {
        if let Some(day) = text::day_in_name(input.stem()) {
            *years.entry(folder(&input.path)).or_default().entry(day / 10_000).or_default() += 1;
        }
    }
    for input in inputs {
        let beside = years.get(&folder(&input.path));
        input.year_beside = beside.and_then(|years| years.iter().max_by_key(|(_, count)| **count).map(|(year, _)| *year));
    }
}

impl Walk<'_> {
    fn folder(&mut self, below: &str, folder: &Path) -> Result<(), Fault> {
        let unusable = |error: std::io::Error| Fault::Unusable { file: folder.display().to_string(), why: error.to_string() };
        let mut entries: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unusable)? {
            entries.push(entry.map_err(unusable)?.path());
        }
        entries.sort();
        for path in entries {
            let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { continue };
            if name.starts_with('.') || name == "__MACOSX" {
                continue;
            }
            let below = if below.is_empty() { name } else { format!("{below}/{name}") };
            if path.is_dir() {
                self.folder(&below, &path)?;
            } else {
                self.file(&below, &path, 0)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &str, file: &Path, depth: usize) -> Result<(), Fault> {
        let unusable = |error: std::io::Error| Fault::Unusable { file: path.to_owned(), why: error.to_string() };
        let packed = std::fs::metadata(file).map_err(unusable)?.len();
        let mut magic = [0_u8; 4];
        let read = File::open(file).and_then(|mut file| file.read(&mut magic)).map_err(unusable)?;
        let wrapping = match magic.get(..read).unwrap_or_default() {
            [] => {
                self.found.refused.push((path.to_owned(), "it is empty".to_owned()));
                return Ok(());
            }
            [0x1f, 0x8b, ..] => Wrapping::Gzip,
            [b'P', b'K', 3, 4] => return self.archive(path, file, packed, depth),
            _ => Wrapping::Plain,
        };
        self.input(path, file, wrapping, packed);
        Ok(())
    }

    fn input(&mut self, path: &str, file: &Path, wrapping: Wrapping, packed: u64) {
        self.found.inputs.push(Input {
            path: path.to_owned(),
            file: file.to_owned(),
            wrapping,
            delimiter: 0,
            year_beside: None,
            licences: Arc::clone(&self.licences),
            unpacked_bytes_max: self.limits.unpacked(packed),
        });
    }

    fn archive(&mut self, path: &str, file: &Path, packed: u64, depth: usize) -> Result<(), Fault> {
        let unusable = |why: String| Fault::Unusable { file: path.to_owned(), why };
        if depth >= self.limits.depth_max {
            return Err(unusable(format!("archives lie within archives more than {} deep", self.limits.depth_max)));
        }
        let opened = File::open(file).map_err(|error| unusable(error.to_string()))?;
        let mut archive = ZipArchive::new(opened).map_err(|error| unusable(format!("not a sound archive: {error}")))?;
        if archive.index_for_name("xl/workbook.xml").is_some() {
            let unpacked: u64 = (0..archive.len()).filter_map(|at| archive.by_index_raw(at).ok().map(|m| m.size())).sum();
            if unpacked > self.limits.unpacked(packed) {
                return Err(unusable("it unpacks to more than a published workbook ever does".to_owned()));
            }
            self.input(path, file, Wrapping::Workbook, packed);
            return Ok(());
        }
        for at in 0..archive.len() {
            self.members += 1;
            if self.members > self.limits.members_max {
                return Err(unusable(format!("more than {} files lie in the archives", self.limits.members_max)));
            }
            let mut member = archive.by_index(at).map_err(|error| unusable(error.to_string()))?;
            let inner = member.name().map_err(|error| unusable(error.to_string()))?.into_owned();
            if member.is_dir() || inner.starts_with("__MACOSX") {
                continue;
            }
            let name = format!("{path}/{inner}");
            let target = self.scratch.join(format!("member-{}", self.members));
            let limit = self.limits.unpacked(member.compressed_size()).min(self.limits.total_bytes_max - self.unpacked_bytes);
            self.unpacked_bytes +=
                unpack(&mut member, &target, limit).map_err(|why| Fault::Unusable { file: name.clone(), why })?;
            drop(member);
            self.file(&name, &target, depth + 1)?;
        }
        Ok(())
    }
}

/// Writes a member to `target`, no more than `limit` bytes of it, whatever the archive says its size is.
fn unpack(member: &mut impl Read, target: &Path, limit: u64) -> Result<u64, String> {
    let mut file = File::create(target).map_err(|error| error.to_string())?;
    let copied = std::io::copy(&mut member.take(limit.saturating_add(1)), &mut file).map_err(|error| error.to_string())?;
    if copied > limit {
        return Err("it unpacks to more than a published file ever does".to_owned());
    }
    file.flush().map_err(|error| error.to_string())?;
    Ok(copied)
}
