//! Tables under a header whose wording and order change over the years: cells by their column's name.

use super::rows::Row;
use super::text::plain;
use super::{Fault, Input};

/// Where the columns of a table stand.
#[derive(Debug, Clone)]
pub struct Header {
    names: Vec<String>,
}

impl Header {
    /// The header, if `cells` holds every one of `wanted`.
    fn find(row: &Row, wanted: &[&str]) -> Option<Self> {
        let header = Self { names: row.iter().map(name).collect() };
        wanted.iter().all(|name| header.has(name)).then_some(header)
    }

    /// The trimmed cell under `column`; empty where the row is short or the file has no such column.
    pub fn cell<'a>(&self, row: &'a Row, column: &str) -> &'a str {
        self.at(column).map(|at| row.get(at)).unwrap_or_default()
    }

    pub fn has(&self, column: &str) -> bool {
        self.at(column).is_some()
    }

    fn at(&self, column: &str) -> Option<usize> {
        let wanted = name(column);
        self.names.iter().position(|name| *name == wanted)
    }
}

/// Column names compare by their letters and digits alone: `HCPCS/` over `CPT Code` is `HCPCS CPT Code`.
fn name(cell: &str) -> String {
    plain(cell).chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Whether one of a head's rows holds every one of `wanted`.
pub fn has_header(rows: &[Vec<String>], wanted: &[&str]) -> bool {
    rows.iter().any(|row| wanted.iter().all(|want| row.iter().any(|cell| name(cell) == name(want))))
}

/// Hands on the rows under the header that holds `wanted`; what stands before it is notice, and a row whose first cell is
/// empty is a footer.
pub fn table(input: &Input, wanted: &[&str], each: &mut dyn FnMut(&Header, &Row) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut header: Option<Header> = None;
    let mut rows = input.rows()?;
    let mut row = Row::default();
    while rows.read(&mut row)? {
        match &header {
            None => header = Header::find(&row, wanted),
            Some(_) if row.get(0).is_empty() => {}
            Some(header) => each(header, &row)?,
        }
    }
    match header {
        Some(_) => Ok(()),
        None => Err(input.unusable(&format!("no header with the columns {}", wanted.join(", ")))),
    }
}
