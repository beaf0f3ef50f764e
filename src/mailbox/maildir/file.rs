//! Files of a Maildir, which others may rename or take away at any moment: what vanishes is no error.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::ports::{Arrival, Place};

/// A header larger than this is cut.
const HEADER_BYTES_MAX: u64 = 256 * 1024;

/// A message that was there a moment ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The part of the file's name that stays when flags change: up to the colon.
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) size: u64,
    pub(super) stamp: Stamp,
    /// It lies in `new`.
    pub(super) is_new: bool,
    pub(super) is_flagged: bool,
}

/// What changes when other bytes come under the same name: when they were written, and how many they are.
pub(super) type Stamp = (SystemTime, u64);

/// The folders of a Maildir, made where they are missing.
pub(super) fn make(root: &Path) -> io::Result<()> {
    ["tmp", "new", "cur"].iter().try_for_each(|part| fs::create_dir_all(root.join(part)))
}

/// Every message in `new` and `cur`, by name: names begin with the time of delivery.
pub(super) fn list(root: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for part in ["new", "cur"] {
        for entry in fs::read_dir(root.join(part))? {
            let entry = entry?;
            let Ok(file) = entry.file_name().into_string() else { continue };
            // A link could lead anywhere; a dot begins what is no message.
            let Ok(metadata) = entry.path().symlink_metadata() else { continue };
            if metadata.is_file() && !file.starts_with('.') {
                found.push(Found {
                    name: file.split(':').next().unwrap_or_default().to_owned(),
                    path: entry.path(),
                    size: metadata.len(),
                    stamp: (metadata.modified()?, metadata.len()),
                    is_new: part == "new",
                    is_flagged: flags(&file).contains('F'),
                });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

impl Found {
    /// The message as the store takes it; `None` where it is gone.
    pub(super) fn read(&self, bytes_max: u64) -> io::Result<Option<Arrival>> {
        let file = match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        let size = file.metadata()?.len();
        let too_large = size > bytes_max;
        let mut raw = Vec::new();
        file.take(if too_large { HEADER_BYTES_MAX } else { bytes_max }).read_to_end(&mut raw)?;
        let quarantine = too_large.then(|| {
            raw.truncate(header_bytes(&raw));
            format!("{size} bytes: larger than the {bytes_max} that are taken; the header alone was read and the message was left in the mailbox")
        });
        Ok(Some(Arrival { place: Place::Maildir { name: self.name.clone() }, raw, size, quarantine }))
    }

    /// To `cur` with `F`, keeping the flags it has.
    pub(super) fn flag(&self, root: &Path) -> io::Result<()> {
        let file = self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if self.is_flagged {
            return Ok(());
        }
        // Flags stand in ASCII order.
        let mut flags: Vec<char> = flags(&file).chars().chain(['F']).collect();
        flags.sort_unstable();
        let flags: String = flags.into_iter().collect();
        let to = root.join("cur").join(format!("{}:2,{flags}", self.name));
        // A file of that name is another message: it is not overwritten, and this one stays where it is.
        if to.try_exists()? { Ok(()) } else { renamed(&self.path, &to) }
    }

    /// Into another folder's `cur`, as seen.
    pub(super) fn move_to(&self, target: &Path) -> io::Result<()> {
        make(target)?;
        let cur = target.join("cur");
        let free = |number: u32| {
            let name = if number == 0 { self.name.clone() } else { format!("{}-{number}", self.name) };
            cur.join(format!("{name}:2,S"))
        };
        let to = (0..1_000).map(free).find(|to| !to.exists()).unwrap_or_else(|| free(0));
        renamed(&self.path, &to)
    }
}

/// The letters after `:2,`.
fn flags(file: &str) -> &str {
    file.split_once(":2,").map_or("", |(_, flags)| flags)
}

fn renamed(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Up to and with the empty line.
fn header_bytes(raw: &[u8]) -> usize {
    let ends = |end: &[u8]| raw.windows(end.len()).position(|window| window == end).map(|at| at + end.len());
    match (ends(b"\n\n"), ends(b"\n\r\n")) {
        (Some(a), Some(b)) => a.min(b),
        (Some(at), None) | (None, Some(at)) => at,
        (None, None) => raw.len(),
    }
}

/// The Maildir++ folder `FOLDER` below a Maildir: `root/.A.B` for `A/B`.
pub(super) fn folder(root: &Path, folder: &str) -> io::Result<PathBuf> {
    let name = folder.replace('/', ".");
    let sound = !name.is_empty() && name.split('.').all(|part| !part.is_empty()) && !name.contains('\0');
    if sound {
        Ok(root.join(format!(".{name}")))
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "no name for a Maildir folder"))
    }
}
