//! What an account's plan includes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// The plans by name; one that is not named has no limit.
pub type Plans = BTreeMap<String, Plan>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Answers within a period; `None`: no limit.
    #[serde(default)]
    pub questions: Option<u32>,
    #[serde(default)]
    pub period: Period,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Day,
    #[default]
    Month,
    Year,
}

impl Period {
    /// When the period that `now` lies in began, in UTC.
    pub fn began(self, now: Timestamp) -> Timestamp {
        let today = now.to_zoned(TimeZone::UTC).date();
        let first = match self {
            Self::Day => today,
            Self::Month => today.first_of_month(),
            Self::Year => today.first_of_year(),
        };
        first.to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |day| day.timestamp())
    }
}
