//! Days as bars of a drawing that the server makes.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::domain::check::Work;

/// The drawing is a thousand units wide and a hundred high.
const WIDTH: i64 = 1000;
const HEIGHT: i64 = 100;
/// More bars than this melt into each other on a phone: then each is a week.
const BARS_MAX: i64 = 90;
const DAY_SECS: i64 = 86_400;

/// One day, or one week: what left by policy stands below what a person approved.
#[derive(Debug, Default, Serialize)]
pub struct Bar {
    pub day: String,
    pub answers: i64,
    pub automatic: i64,
    x: i64,
    width: i64,
    automatic_y: i64,
    automatic_height: i64,
    reviewed_y: i64,
    reviewed_height: i64,
}

/// A day as people write it.
pub fn date(day: i64) -> String {
    let at = Timestamp::from_second(day.saturating_mul(DAY_SECS)).unwrap_or_default();
    at.to_zoned(TimeZone::UTC).date().to_string()
}

/// The bars of so many days from `first` on.
pub fn days(work: &[Work], first: i64, days: i64) -> Vec<Bar> {
    let each = if days > BARS_MAX { 7 } else { 1 };
    let count = (days + each - 1) / each;
    let mut bars: Vec<Bar> = (0..count).map(|n| Bar { day: date(first + n * each), ..Bar::default() }).collect();
    for one in work {
        let at = usize::try_from((one.day - first) / each).unwrap_or(usize::MAX);
        let Some(bar) = bars.get_mut(at) else { continue };
        bar.answers += one.answers;
        bar.automatic += if one.approved_by.is_none() { one.answers } else { 0 };
    }
    let most = bars.iter().map(|bar| bar.answers).max().unwrap_or_default().max(1);
    for (n, bar) in (0..).zip(&mut bars) {
        bar.x = n * WIDTH / count;
        bar.width = (WIDTH / count - 1).max(1);
        bar.automatic_height = bar.automatic * HEIGHT / most;
        bar.reviewed_height = bar.answers * HEIGHT / most - bar.automatic_height;
        bar.automatic_y = HEIGHT - bar.automatic_height;
        bar.reviewed_y = bar.automatic_y - bar.reviewed_height;
    }
    bars
}
