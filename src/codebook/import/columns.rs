//! Header cells to positions: publishers move, wrap and rename columns from year to year.

use super::Fault;
use super::rows::{Row, Rows};
use super::sink::Sink;

/// A header, its cells compared by letters and digits alone.
#[derive(Debug)]
pub struct Columns(Vec<String>);

impl Columns {
    pub fn new(header: &[String]) -> Self {
        Self(header.iter().map(|cell| key(cell)).collect())
    }

    /// The position of the first of `names` that a cell equals, else that a cell begins with.
    pub fn at(&self, names: &[&str]) -> Option<usize> {
        let keys: Vec<String> = names.iter().map(|name| key(name)).collect();
        let exact = keys.iter().find_map(|key| self.0.iter().position(|cell| cell == key));
        exact.or_else(|| keys.iter().find_map(|key| self.0.iter().position(|cell| cell.starts_with(key.as_str()))))
    }

    /// As [`Self::at`]; a column that the layout can't do without.
    pub fn need(&self, file: &str, names: &[&str]) -> Result<usize, Fault> {
        let why = || format!("no column {} in its header", names.first().unwrap_or(&""));
        self.at(names).ok_or_else(|| Fault::Unusable { file: file.to_owned(), why: why() })
    }
}

fn key(cell: &str) -> String {
    cell.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// A cell of a column that may not be there.
pub fn cell(row: &Row, at: Option<usize>) -> &str {
    at.map_or("", |at| row.get(at))
}

/// Takes every row that is left: `Ok(true)` for a record, `Ok(false)` for a note or a blank between records.
pub fn each(
    rows: &mut Rows,
    sink: &mut Sink,
    mut take: impl FnMut(&Row, &mut Sink) -> Result<bool, String>,
) -> Result<(), Fault> {
    let mut row = Row::default();
    while rows.read(&mut row)? {
        if row.is_empty() {
            continue;
        }
        match take(&row, sink) {
            Ok(true) => sink.saw(),
            Ok(false) => {}
            Err(why) => {
                sink.saw();
                sink.bad(row.line, why);
            }
        }
        if row.line % 4096 == 0 && sink.stopped() {
            return Err(Fault::Stopped);
        }
    }
    Ok(())
}

/// A number with `places` decimals; an empty cell, a lone point or `NA` is none.
pub fn number(cell: &str, places: u32) -> Result<Option<i64>, String> {
    match cell {
        "" | "." | "NA" | "N/A" => Ok(None),
        text => super::text::decimal(text, places).map(Some).ok_or_else(|| format!("\"{text}\" is not a number")),
    }
}

/// A number that has to be there.
pub fn required(cell: &str, places: u32) -> Result<i64, String> {
    number(cell, places)?.ok_or_else(|| "a number is missing".to_owned())
}

/// A code that has to be one. Fee schedules hold placeholders such as `GXXX1` beside the shapes of real codes, and stray bytes.
pub fn procedure(cell: &str) -> Result<&str, String> {
    let code = cell.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let fits = code.len() == 5
        && code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && code.bytes().any(|b| b.is_ascii_digit());
    if fits { Ok(code) } else { Err(format!("\"{cell}\" is not a procedure code")) }
}
