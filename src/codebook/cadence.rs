//! How often each family is published, and so which days an edition of it answers for: `config/families.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::civil::{Date, date};
use serde::Deserialize;

use crate::domain::code::Family;

/// The rhythm in which a family's editions follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cadence {
    Month,
    Quarter,
    /// October to March, April to September: the two updates of a fiscal year.
    Half,
    CalendarYear,
    /// To the end of September.
    FiscalYear,
    /// Until another edition follows.
    Standing,
}

impl Cadence {
    /// The cadence of `family`.
    pub fn of(family: Family) -> Self {
        families().get(family.label()).map_or(Self::Standing, |row| row.cadence)
    }

    /// The last day for which an edition that took effect on `from` answers.
    pub fn last_day(self, from: Date) -> Date {
        let (year, month) = (from.year(), from.month());
        let end = |year: i16, month: i8| Date::new(year, month, 1).map_or(Date::MAX, Date::last_of_month);
        match self {
            Self::Month => from.last_of_month(),
            Self::Quarter => end(year, (month - 1) / 3 * 3 + 3),
            Self::Half if month <= 3 => end(year, 3),
            Self::Half if month <= 9 => end(year, 9),
            Self::Half => end(year.saturating_add(1), 3),
            Self::CalendarYear => end(year, 12),
            Self::FiscalYear => end(fiscal_year(from), 9),
            Self::Standing => Date::MAX,
        }
    }

    /// The year of the family's own count that `day` lies in, so that an edition of the same year is preferred where none
    /// covers the day.
    pub fn year(self, day: Date) -> i16 {
        match self {
            Self::Month | Self::Quarter | Self::CalendarYear | Self::Standing => day.year(),
            Self::Half | Self::FiscalYear => fiscal_year(day),
        }
    }
}

/// The federal fiscal year, which begins in October of the year before.
fn fiscal_year(day: Date) -> i16 {
    if day >= date(day.year(), 10, 1) { day.year().saturating_add(1) } else { day.year() }
}

/// What can't be answered where `family` is missing.
pub fn answers(family: Family) -> &'static str {
    families().get(family.label()).map_or("", |row| &row.answers)
}

#[derive(Debug, Deserialize)]
struct Row {
    cadence: Cadence,
    answers: String,
}

#[derive(Deserialize)]
struct File {
    families: BTreeMap<String, Row>,
}

#[expect(clippy::expect_used, reason = "the table is part of the binary, and a test reads it")]
fn families() -> &'static BTreeMap<String, Row> {
    static FAMILIES: OnceLock<BTreeMap<String, Row>> = OnceLock::new();
    FAMILIES.get_or_init(|| {
        let file: File = toml::from_str(include_str!("../../config/families.toml")).expect("families.toml is readable");
        file.families
    })
}
