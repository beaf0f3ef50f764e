//! Rows of a table, whatever holds it: delimited text or a workbook's sheets. Every row knows its line.

use std::io::{BufReader, Read};
use std::path::Path;

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use csv::{ByteRecord, ErrorKind, StringRecord};

use super::Fault;
use super::text::{decode, plain};

/// A sheet as text, rows from the sheet's first.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub name: String,
    pub rows: Vec<Vec<String>>,
}

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
    Sheets(std::vec::IntoIter<(u64, Vec<String>)>),
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

    pub(super) fn of_sheets(path: &str, sheets: Vec<Sheet>) -> Self {
        let rows: Vec<_> = sheets.into_iter().flat_map(|sheet| (1..).zip(sheet.rows)).collect();
        Self { path: path.to_owned(), kind: Kind::Sheets(rows.into_iter()), bytes: ByteRecord::new(), line: 0 }
    }

    /// Reads the next row into `row`; `false` at the end.
    ///
    /// # Errors
    /// [`Fault::CutOff`] where the bytes end before the file does.
    pub fn read(&mut self, row: &mut Row) -> Result<bool, Fault> {
        match &mut self.kind {
            Kind::Sheets(rows) => {
                let Some((line, cells)) = rows.next() else { return Ok(false) };
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
    let why = match error.kind() {
        ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => "the compressed data ends early".to_owned(),
        _ => error.to_string(),
    };
    Fault::CutOff { file: path.to_owned(), line, why }
}

/// The sheets of a workbook that have rows.
pub(super) fn sheets(file: &Path) -> Result<Vec<Sheet>, String> {
    let mut book: Xlsx<_> = open_workbook(file).map_err(|error: calamine::XlsxError| error.to_string())?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(|error| error.to_string())?;
        let skipped = range.start().map_or(0, |(row, _)| row as usize);
        let left = range.start().map_or(0, |(_, column)| column as usize);
        let cells = |row: &[Data]| std::iter::repeat_n(String::new(), left).chain(row.iter().map(cell)).collect();
        let rows: Vec<Vec<String>> = std::iter::repeat_n(Vec::new(), skipped).chain(range.rows().map(cells)).collect();
        if !range.is_empty() {
            sheets.push(Sheet { name, rows });
        }
    }
    Ok(sheets)
}

/// A cell as its published csv would write it: whole numbers without a point, days as `2013-04-01`.
fn cell(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Bool(truth) => truth.to_string(),
        Data::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::Error(_) => String::new(),
    }
}
