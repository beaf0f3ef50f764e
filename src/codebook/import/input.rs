//! One file to read, wherever it lay: plain, gzip, a member of an archive, or a workbook.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;

use super::head::{HEAD_BYTES, Head};
use super::rows::Rows;
use super::{Fault, text};

/// Rows of each sheet that are looked at.
const SHEET_ROWS: u64 = 40;

/// What the bytes on disk are wrapped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    Plain,
    Gzip,
    Workbook,
}

/// A file that can be opened again and again.
#[derive(Debug, Clone)]
pub struct Input {
    /// As a person finds it: the path below the folder, members of archives behind the archive's name.
    pub path: String,
    /// Where the bytes lie now; a member of an archive lies unpacked in the building folder.
    pub file: PathBuf,
    pub wrapping: Wrapping,
    pub delimiter: u8,
    /// The year that most names beside it tell, for names that tell none (`OPPSCAP_Oct` beside `PPRRVU2025_Oct`).
    pub year_beside: Option<i64>,
    /// The licences stated, for layouts whose text is somebody's property.
    pub licences: Arc<Licences>,
    /// Bytes that a compressed file may unpack to.
    pub unpacked_bytes_max: u64,
}

/// The licence texts that let descriptors be imported; none, and they are dropped.
#[derive(Debug, Clone, Default)]
pub struct Licences {
    pub cpt: Option<String>,
    pub cdt: Option<String>,
}

impl Input {
    /// The bytes, unpacked. Reading fails where a compressed file ends too early or unpacks to more than the limit.
    pub fn reader(&self) -> Result<Box<dyn Read + Send>, Fault> {
        let file = File::open(&self.file).map_err(|error| self.unusable(&error.to_string()))?;
        let file = BufReader::with_capacity(256 * 1024, file);
        Ok(match self.wrapping {
            Wrapping::Plain | Wrapping::Workbook => Box::new(file),
            Wrapping::Gzip => Box::new(Bounded { inner: MultiGzDecoder::new(file), left: self.unpacked_bytes_max }),
        })
    }

    /// The bytes without a byte-order mark, for readers that go by line or by element.
    pub fn buffered(&self) -> Result<BufReader<Box<dyn Read + Send>>, Fault> {
        let mut reader = BufReader::with_capacity(256 * 1024, self.reader()?);
        let starts_with_mark = std::io::BufRead::fill_buf(&mut reader).is_ok_and(|bytes| bytes.starts_with(b"\xef\xbb\xbf"));
        if starts_with_mark {
            std::io::BufRead::consume(&mut reader, 3);
        }
        Ok(reader)
    }

    /// The rows of a table by its own delimiter with quotes obeyed, or of a workbook's sheets one after another.
    pub fn rows(&self) -> Result<Rows, Fault> {
        match self.wrapping {
            Wrapping::Workbook => Ok(Rows::of_workbook(&self.path, &self.file)),
            Wrapping::Plain | Wrapping::Gzip => Ok(Rows::delimited(&self.path, self.buffered()?, self.delimiter, true)),
        }
    }

    /// The rows of a tab-separated file in which quotes mean nothing, or of a workbook.
    pub fn tabbed(&self) -> Result<Rows, Fault> {
        match self.wrapping {
            Wrapping::Workbook => self.rows(),
            Wrapping::Plain | Wrapping::Gzip => Ok(Rows::delimited(&self.path, self.buffered()?, b'\t', false)),
        }
    }

    /// Whole lines as single cells, for files of fixed columns.
    pub fn lines(&self) -> Result<Rows, Fault> {
        // No published text holds this byte.
        Ok(Rows::delimited(&self.path, self.buffered()?, 0x1f, false))
    }

    /// The top of the file.
    pub fn head(&self) -> Result<Head, Fault> {
        if self.wrapping == Wrapping::Workbook {
            let first = super::workbook::top(&self.file, SHEET_ROWS).map_err(|why| self.unusable(&why))?;
            return Ok(Head::of_sheet(&self.path, &first));
        }
        let mut bytes = Vec::new();
        // A compressed file that ends early still has a top; its importer says where it ends.
        let _ = self.reader()?.take(HEAD_BYTES as u64).read_to_end(&mut bytes);
        Ok(Head::of_text(&self.path, &bytes))
    }

    /// The day that its name, or an archive or folder above it, says it takes effect on.
    pub fn day(&self) -> Option<i64> {
        text::day_in_path(&self.path).or_else(|| Some(self.year_beside? * 10_000 + text::month_in_name(self.stem())? * 100 + 1))
    }

    /// The name without folders, archives and endings.
    pub fn stem(&self) -> &str {
        let name = Path::new(&self.path).file_name().and_then(|name| name.to_str()).unwrap_or(&self.path);
        name.split('.').next().unwrap_or(name)
    }

    pub fn unusable(&self, why: &str) -> Fault {
        Fault::Unusable { file: self.path.clone(), why: why.to_owned() }
    }
}

/// A reader that refuses to go past a limit.
#[derive(Debug)]
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| {
            std::io::Error::new(std::io::ErrorKind::FileTooLarge, "it unpacks to more than a published file ever does")
        })?;
        Ok(count)
    }
}
