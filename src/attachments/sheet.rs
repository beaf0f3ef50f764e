//! Excel sheets: cells of every sheet, a line a row, tabs between.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use zip::ZipArchive;

use super::{Limits, docx};
use crate::domain::attachment::{FileKind, FileReading, Unread};

const SHEETS_MAX: usize = 50;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<FileReading, Unread> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unread::Broken)?;
    let macros = docx::has_macros(&archive);
    docx::fits(&mut archive, limits)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Unread::Broken)?;
    let mut text = String::new();
    for name in book.sheet_names().into_iter().take(SHEETS_MAX) {
        let Ok(range) = book.worksheet_range(&name) else { continue };
        for row in range.rows() {
            let cells: Vec<String> = row.iter().map(cell).collect();
            let line = cells.join("\t");
            if !line.trim().is_empty() {
                text.push_str(line.trim_end());
                text.push('\n');
            }
            if text.len() > limits.text_chars_max * 4 {
                return Ok(FileReading { macros, ..FileReading::text(FileKind::Xlsx, text) });
            }
        }
    }
    Ok(FileReading { macros, ..FileReading::text(FileKind::Xlsx, text) })
}

fn cell(data: &Data) -> String {
    if let Data::DateTime(moment) = data {
        let (year, month, day, ..) = moment.to_ymd_hms_milli();
        return format!("{month:02}/{day:02}/{year}");
    }
    data.to_string().replace(['\n', '\t'], " ")
}
