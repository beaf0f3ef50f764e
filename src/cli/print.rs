//! What commands share in printing: JSON lines, aligned tables, and colours where a terminal shows them.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();
pub const GREEN: Style = AnsiColor::Green.on_default();
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
pub const RED: Style = AnsiColor::Red.on_default();

/// One object, one line.
pub fn json_line(value: &impl Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string(value)?;
    Ok(writeln!(std::io::stdout().lock(), "{text}")?)
}

/// Plain text; styles in it go where there is no terminal, or where `NO_COLOR` asks for it.
pub fn line(text: impl std::fmt::Display) -> anyhow::Result<()> {
    Ok(writeln!(anstream::stdout().lock(), "{text}")?)
}

pub fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Columns as wide as their widest cell; the last one is as long as it is.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> anyhow::Result<()> {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let padded = |cells: Vec<&str>| {
        let last = cells.len().saturating_sub(1);
        let cells = cells.iter().zip(&widths).enumerate();
        cells
            .map(|(at, (cell, width))| if at == last { (*cell).to_owned() } else { format!("{cell:width$}  ") })
            .collect::<String>()
    };
    line(styled(DIM, padded(head.to_vec()).trim_end()))?;
    for row in rows {
        line(padded(row.iter().map(String::as_str).collect()).trim_end())?;
    }
    Ok(())
}

/// `3 d`, `5 h`, `12 min`, `40 s`: how long ago, for a person.
pub fn age(secs: i64) -> String {
    match secs.max(0) {
        secs if secs >= 2 * 86_400 => format!("{} d", secs / 86_400),
        secs if secs >= 2 * 3600 => format!("{} h", secs / 3600),
        secs if secs >= 120 => format!("{} min", secs / 60),
        secs => format!("{secs} s"),
    }
}
