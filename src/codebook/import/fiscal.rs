//! The federal fiscal year that a file is for: it begins on October 1 before, and most classifications have an April update.

use super::text::number;
use super::{Fault, Input};

use jiff::civil::{Date, date};

/// An edition as a coder cites it, and the first day it answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fiscal {
    pub edition: String,
    pub from: i64,
}

/// The year by what the document itself says, else by the file's name; whether it is an update of that year by the name.
///
/// # Errors
/// [`Fault::Unusable`] where neither tells a year.
pub fn fiscal(input: &Input, told: Option<&str>) -> Result<Fiscal, Fault> {
    let told = told.and_then(|text| text.trim().parse::<i16>().ok());
    let words = words(&input.path);
    let in_name = words.iter().rev().filter_map(|word| word.parse::<i16>().ok()).find(|year| is_year(*year));
    let Some(year) = told.or(in_name).filter(|year| is_year(*year)) else {
        return Err(input.unusable("neither the document nor its name tells the fiscal year; keep the published name"));
    };
    let update = words.iter().find_map(|word| match word.as_str() {
        "april" | "apr" => Some(date(year, 4, 1)),
        "january" | "jan" => Some(date(year, 1, 1)),
        _ => None,
    });
    let from = update.unwrap_or(date(year - 1, 10, 1));
    Ok(Fiscal { edition: format!("FY{year} ({})", long_day(from)), from: number(from) })
}

/// "October 1, 2024".
pub fn long_day(day: Date) -> String {
    day.strftime("%B %-d, %Y").to_string()
}

/// "FY2025" for a day from October 2024 on.
pub fn year_of(day: Date) -> String {
    let year = if day.month() >= 10 { day.year() + 1 } else { day.year() };
    format!("FY{year}")
}

fn is_year(year: i16) -> bool {
    (2010..2100).contains(&year)
}

/// The runs of letters and of digits in a name.
fn words(path: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in path.chars().map(|c| c.to_ascii_lowercase()) {
        let goes_on = (c.is_ascii_digit() && last.is_ascii_digit()) || (c.is_alphabetic() && last.is_alphabetic());
        match words.last_mut() {
            Some(word) if goes_on => word.push(c),
            _ if c.is_alphanumeric() => words.push(c.to_string()),
            _ => {}
        }
        last = c;
    }
    words
}
