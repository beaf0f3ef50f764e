//! Rows of a table, whatever holds it: delimited text or a workbook's sheets. Every row knows its line.

use std::io::{BufReader, Read};
use std::path::Path;

use csv::{ByteRecord, ErrorKind, StringRecord};

use super::Fault;
use super::text::{decode, plain};
use super::workbook::Stream;

/// One row. A cell that is not there is empty.
#[derive(Debug, Default)]
pub struct Row {
    record: StringRecord,
    pub line: u64,
}

impl Row {
    /// The cell at `at`, from 0, without white space around it.
    pub fn get(&self, at: usize) -> &str {
        self.record.get(at).map_or("", str::trim)
    }

    /// The cell at `at` as it stands: fixed columns need their blanks.
    pub fn raw(&self, at: usize) -> &str {
        self.record.get(at).unwrap_or("")
    }

    /// Characters `from..=to` of a fixed-column line, counted from 1 as the layouts do, without white space around them.
    pub fn columns(&self, from: usize, to: usize) -> &str {
        let line = self.raw(0);
        let end = to.min(line.len());
        line.get(from.saturating_sub(1)..end).map_or("", str::trim)
    }

    pub fn len(&self) -> usize {
        self.record.len()
    }

    /// A row without anything in it; the end mark of old text files counts as nothing.
    pub fn is_empty(&self) -> bool {
        self.record.iter().all(|cell| cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{1a}').is_empty())
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.record.iter().map(str::trim)
    }

    /// The cells as header cells are compared: lower case, single blanks.
    pub fn plain(&self) -> Vec<String> {
        self.record.iter().map(plain).collect()
    }
}

/// A stream of rows.
pub struct Rows {
    path: String,
    kind: Kind,
    bytes: ByteRecord,
    line: u64,
}

enum Kind {
    Text(Box<csv::Reader<BufReader<Box<dyn Read + Send>>>>),
    Workbook(Stream),
}

impl Rows {
    pub(super) fn delimited(path: &str, reader: BufReader<Box<dyn Read + Send>>, delimiter: u8, quoting: bool) -> Self {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .quoting(quoting)
            .buffer_capacity(256 * 1024)
            .from_reader(reader);
        Self { path: path.to_owned(), kind: Kind::Text(Box::new(reader)), bytes: ByteRecord::new(), line: 0 }
    }

    pub(super) fn of_workbook(path: &str, file: &Path) -> Self {
        Self { path: path.to_owned(), kind: Kind::Workbook(Stream::open(file)), bytes: ByteRecord::new(), line: 0 }
    }

    /// Reads the next row into `row`; `false` at the end.
    ///
    /// # Errors
    /// [`Fault::CutOff`] where the bytes end before the file does.
    pub fn read(&mut self, row: &mut Row) -> Result<bool, Fault> {
        match &mut self.kind {
            Kind::Workbook(rows) => {
                let next = rows.next_row().map_err(|why| Fault::CutOff { file: self.path.clone(), line: self.line, why })?;
                let Some((line, cells)) = next else { return Ok(false) };
                (row.line, row.record) = (line, StringRecord::from(cells));
                self.line = line;
                Ok(true)
            }
            Kind::Text(reader) => {
                let more = reader.read_byte_record(&mut self.bytes).map_err(|error| cut_off(&self.path, self.line, &error))?;
                if !more {
                    return Ok(false);
                }
                self.line = self.bytes.position().map_or(self.line, csv::Position::line);
                row.line = self.line;
                let spare = std::mem::take(&mut row.record).into_byte_record();
                let filled = std::mem::replace(&mut self.bytes, spare);
                row.record = StringRecord::from_byte_record(filled)
                    .unwrap_or_else(|error| error.into_byte_record().iter().map(decode).collect());
                Ok(true)
            }
        }
    }

    /// Goes on to the first row that has each of `wanted` as the beginning of a cell and gives it back; `None` where there is none.
    pub fn find(&mut self, wanted: &[&str]) -> Result<Option<Vec<String>>, Fault> {
        let mut row = Row::default();
        while self.read(&mut row)? {
            let cells = row.plain();
            if wanted.iter().all(|want| cells.iter().any(|cell| cell.starts_with(want))) {
                return Ok(Some(cells));
            }
        }
        Ok(None)
    }

    /// The line of the row read last.
    pub fn line(&self) -> u64 {
        self.line
    }
}

fn cut_off(path: &str, line: u64, error: &csv::Error) -> Fault {
    let early = matches!(error.kind(), ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof);
    let why = if early { "the compressed data ends early".to_owned() } else { error.to_string() };
    Fault::CutOff { file: path.to_owned(), line, why }
}
