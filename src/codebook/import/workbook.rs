//! Workbooks row by row: a thread reads the cells, so that a sheet of half a million rows takes no more memory than a text.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calamine::{Data, Reader as _, Xlsx, open_workbook};

/// Rows of all sheets, one after another, with their numbers in their sheet. Rows without a cell are left out.
pub type Numbered = (u64, Vec<String>);
type Sent = Result<Vec<Numbered>, String>;

const ROWS_SENT: usize = 256;
const WAITING_MAX: usize = 8;
/// Columns beyond this hold nothing that is published.
const COLUMNS_MAX: usize = 1_024;

/// A stream of a workbook's rows.
pub struct Stream {
    received: Receiver<Sent>,
    ready: std::vec::IntoIter<Numbered>,
}

impl Stream {
    pub fn open(file: &Path) -> Self {
        let (sender, received) = sync_channel(WAITING_MAX);
        let file = file.to_owned();
        std::thread::spawn(move || {
            if let Err(why) = send(&file, u64::MAX, &sender) {
                // Nobody listens any more where this fails.
                let _ = sender.send(Err(why));
            }
        });
        Self { received, ready: Vec::new().into_iter() }
    }

    /// The next row; `None` at the end.
    pub fn next_row(&mut self) -> Result<Option<Numbered>, String> {
        loop {
            if let Some(row) = self.ready.next() {
                return Ok(Some(row));
            }
            match self.received.recv() {
                Ok(rows) => self.ready = rows?.into_iter(),
                Err(_) => return Ok(None),
            }
        }
    }
}

/// The first rows of every sheet.
pub fn top(file: &Path, rows_max: u64) -> Result<Vec<Vec<String>>, String> {
    let (sender, received) = sync_channel(1024);
    send(file, rows_max, &sender)?;
    drop(sender);
    Ok(received.into_iter().filter_map(Result::ok).flatten().map(|(_, cells)| cells).collect())
}

/// Sends the rows of all sheets, up to `rows_max` of each; stops where nobody listens.
fn send(file: &Path, rows_max: u64, sender: &SyncSender<Sent>) -> Result<(), String> {
    let mut book: Xlsx<_> = open_workbook(file).map_err(|error: calamine::XlsxError| error.to_string())?;
    for name in book.sheet_names() {
        let mut cells = book.worksheet_cells_reader(&name).map_err(|error| error.to_string())?;
        let mut rows: Vec<Numbered> = Vec::with_capacity(ROWS_SENT);
        while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
            let (row, column) = cell.get_position();
            let (row, column) = (u64::from(row) + 1, usize::try_from(column).unwrap_or(COLUMNS_MAX));
            if row > rows_max {
                break;
            }
            let text = text(&Data::from(cell.get_value().clone()));
            if text.is_empty() || column >= COLUMNS_MAX {
                continue;
            }
            if rows.last().is_none_or(|(last, _)| *last != row) {
                if rows.len() == ROWS_SENT && sender.send(Ok(std::mem::take(&mut rows))).is_err() {
                    return Ok(());
                }
                rows.push((row, Vec::new()));
            }
            if let Some((_, cells)) = rows.last_mut() {
                cells.resize(cells.len().max(column), String::new());
                cells.push(text);
            }
        }
        if sender.send(Ok(rows)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// A cell as its published csv would write it: whole numbers without a point, days as `2013-04-01`.
fn text(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Bool(truth) => truth.to_string(),
        Data::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
    }
}
