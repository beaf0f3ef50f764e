//! What a layout's reader hands on: rows with the line they start on, and the lines it could not read.

use std::borrow::Cow;
use std::io::BufRead;

use jiff::civil::{Date, date};

use super::text::{self, decode};
use super::{Fault, Input, Sink};

/// A longer line is no line of a published layout.
const LINE_BYTES_MAX: usize = 1 << 20;

/// A row that was read, or why it could not be.
pub type Row<T> = Result<T, BadRow>;

/// Takes the rows of a file, each with the line it starts on.
pub type Each<'a, T> = &'a mut dyn FnMut(u64, Row<T>) -> Result<(), Fault>;

/// Why a row could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow(pub Cow<'static, str>);

/// A bad row in a reader's words.
pub fn bad<T>(why: impl Into<Cow<'static, str>>) -> Row<T> {
    Err(BadRow(why.into()))
}

/// Hands on the lines of the file without their ends, decoded, counted from 1.
pub fn lines(input: &Input, each: &mut dyn FnMut(u64, &str) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut reader = input.buffered()?;
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let read = std::io::Read::take(&mut reader, LINE_BYTES_MAX as u64).read_until(b'\n', &mut line);
        let read = read.map_err(|error| cut_off(input, number, &error))?;
        if read == 0 {
            return Ok(());
        }
        number += 1;
        if read == LINE_BYTES_MAX {
            return Err(input.unusable(&format!("line {number} is longer than {LINE_BYTES_MAX} bytes")));
        }
        let mut bytes = line.as_slice();
        while let Some(shorter) = bytes.strip_suffix(b"\n").or_else(|| bytes.strip_suffix(b"\r")) {
            bytes = shorter;
        }
        each(number, &decode(bytes))?;
    }
}

/// The file's bytes end before it does.
pub fn cut_off(input: &Input, line: u64, error: &dyn std::fmt::Display) -> Fault {
    Fault::CutOff { file: input.path.clone(), line, why: error.to_string() }
}

/// Counts a row and hands it on where it was read; a bad one goes into the report.
pub fn taken<T>(sink: &mut Sink, line: u64, row: Row<T>) -> Option<T> {
    sink.saw();
    match row {
        Ok(row) => Some(row),
        Err(BadRow(why)) => {
            sink.bad(line, why);
            None
        }
    }
}

/// Between rows, from time to time: whether the build goes on.
pub fn goes_on(sink: &Sink) -> Result<(), Fault> {
    if sink.stopped() { Err(Fault::Stopped) } else { Ok(()) }
}

/// The trimmed field of a fixed-width line, columns 1-based and inclusive as the layouts print them; empty past its end.
pub fn columns(line: &str, from: usize, to: usize) -> &str {
    let start = from.saturating_sub(1).min(line.len());
    let end = to.min(line.len());
    if let Some(field) = line.get(start..end) {
        return field.trim();
    }
    let at = |count: usize| line.char_indices().nth(count).map_or(line.len(), |(at, _)| at);
    line.get(at(from.saturating_sub(1))..at(to)).unwrap_or_default().trim()
}

/// One blank between words, none at the ends.
pub fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The ways the published files write a day: `20241001`, `2024-10-01 00:00:00`, `10/1/2024`, `10/01/24`, and a
/// spreadsheet's serial number (`45566`).
pub fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let text = text.split([' ', 'T']).next().unwrap_or(text);
    if text.contains('/') {
        let mut parts = text.split('/').map(|p| p.parse::<i16>().ok());
        let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
        let year = match year {
            0..=69 => year + 2000,
            70..=99 => year + 1900,
            _ => year,
        };
        return Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    }
    if text.len() == 10 && text.contains('-') {
        return text.parse().ok();
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match text.len() {
        8 => {
            let part = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
            Date::new(part(0, 4)?, i8::try_from(part(4, 6)?).ok()?, i8::try_from(part(6, 8)?).ok()?).ok()
        }
        5 => serial_day(text.parse().ok()?),
        _ => None,
    }
}

/// Spreadsheets count days from 1899-12-30.
fn serial_day(serial: i64) -> Option<Date> {
    date(1899, 12, 30).checked_add(jiff::Span::new().try_days(serial).ok()?).ok()
}

/// The same as a number, 20241001.
pub fn day_number(text: &str) -> Option<i64> {
    day(text).map(text::number)
}

/// `A04.71`, with whatever blanks, as the files without dots write it.
pub fn undotted(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace() && *c != '.').map(|c| c.to_ascii_uppercase()).collect()
}

/// Three to seven letters and digits, a letter first: the shape of an ICD-10-CM code without its dot.
pub fn is_icd10cm(code: &str) -> bool {
    (3..=7).contains(&code.len())
        && code.starts_with(|c: char| c.is_ascii_uppercase())
        && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// A letter and four digits: a Level II code. CDT's codes have the same shape and start with D.
pub fn is_level2(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.len() == 5
        && bytes.first().is_some_and(u8::is_ascii_uppercase)
        && bytes.get(1..).is_some_and(|rest| rest.iter().all(u8::is_ascii_digit))
}
