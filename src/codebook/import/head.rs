//! The top of a file, as layouts look at it to say whether it is theirs.

use super::text::{decode, plain};

/// Bytes of a file that are looked at.
pub const HEAD_BYTES: usize = 64 * 1024;
const ROWS_MAX: usize = 60;

/// The first lines of a file, decoded, and the same cut into cells.
#[derive(Debug, Default)]
pub struct Head {
    /// Where the file lies below the folder, members of an archive behind its name: `quarter.zip/ccipra-v302r0-f1.txt`.
    pub path: String,
    /// What separates the cells; `\0` where there is nothing of the kind (fixed columns, prose, XML).
    pub delimiter: u8,
    pub text: String,
    /// Header cells as [`plain`] writes them.
    pub rows: Vec<Vec<String>>,
    /// A workbook, its first sheet with rows standing for the text.
    pub is_sheet: bool,
}

impl Head {
    /// Reads the beginning of a text file.
    pub fn of_text(path: &str, bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut text = decode(bytes).into_owned();
        if !text.contains('\n') {
            text = text.replace('\r', "\n");
        }
        let delimiter = delimiter(&text);
        let rows = if delimiter == 0 { Vec::new() } else { cells(&text, delimiter) };
        Self { path: path.to_owned(), delimiter, text, rows, is_sheet: false }
    }

    /// Reads the first rows of a workbook.
    pub fn of_sheet(path: &str, rows: &[Vec<String>]) -> Self {
        let text = rows.iter().map(|row| row.join("\t") + "\n").collect();
        let rows = rows.iter().take(ROWS_MAX).map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
        Self { path: path.to_owned(), delimiter: b'\t', text, rows, is_sheet: true }
    }

    /// The first row that has each of `wanted` as the beginning of a cell of its own.
    pub fn row_with(&self, wanted: &[&str]) -> Option<&Vec<String>> {
        self.rows.iter().find(|row| wanted.iter().all(|want| row.iter().any(|cell| cell.starts_with(want))))
    }

    /// Whether a word or phrase occurs, case aside.
    pub fn holds(&self, phrase: &str) -> bool {
        self.text.to_lowercase().contains(&phrase.to_lowercase())
    }

    /// The lines of the text, without line ends.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// Whether the name, folders and archives above it included, holds a word, case aside.
    pub fn named(&self, word: &str) -> bool {
        self.path.to_lowercase().contains(word)
    }
}

/// Tab, comma, semicolon or bar, whichever most lines have most of.
fn delimiter(text: &str) -> u8 {
    let lines: Vec<&str> = text.lines().take(ROWS_MAX).collect();
    let weight = |mark: u8| lines.iter().filter(|line| line.bytes().any(|b| b == mark)).count();
    let found = [b'\t', b',', b'|', b';'].into_iter().map(|mark| (weight(mark), mark)).rev().max_by_key(|(weight, _)| *weight);
    found.filter(|(weight, _)| *weight > 0).map_or(0, |(_, mark)| mark)
}

fn cells(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    reader.records().take(ROWS_MAX).filter_map(Result::ok).map(|record| record.iter().map(plain).collect()).collect()
}
