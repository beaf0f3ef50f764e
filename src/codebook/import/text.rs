//! Small readings that most layouts share: text of any of three encodings, dates, numbers, quarters in a name.

use std::borrow::Cow;

use jiff::civil::Date;

/// UTF-8 where it is UTF-8, else Windows-1252, whose printable part is Latin-1's.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()),
    }
}

/// Lower case, every run of white space one blank, ends trimmed: how header cells are compared.
pub fn plain(cell: &str) -> String {
    let words: Vec<&str> = cell.split(|c: char| c.is_whitespace() || c == '\u{feff}').filter(|word| !word.is_empty()).collect();
    words.join(" ").to_lowercase()
}

/// `20240331` as the number 20240331 where it is a day of the calendar.
pub fn day(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    date(number).map(|_| number)
}

/// `2013-04-01` or `04/01/2013` or `20130401` as 20130401.
pub fn any_day(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.trim().split(['-', '/']).collect();
    match parts.as_slice() {
        [one] => day(one),
        [y, m, d] if y.len() == 4 => day(&format!("{y}{m:0>2}{d:0>2}")),
        [m, d, y] if y.len() == 4 => day(&format!("{y}{m:0>2}{d:0>2}")),
        _ => None,
    }
}

/// 20240331 as a date.
pub fn date(number: i64) -> Option<Date> {
    let part = |n: i64| i8::try_from(n % 100).ok();
    Date::new(i16::try_from(number / 10_000).ok()?, part(number / 100)?, part(number)?).ok()
}

/// A date as 20240331.
pub fn number(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// `12.345` as 12345 with `places` 3; more places than that, or anything but a plain number, is refused.
pub fn decimal(text: &str, places: u32) -> Option<i64> {
    let text = text.trim().trim_start_matches('$').replace(',', "");
    let (negative, text) = text.strip_prefix('-').map_or((false, text.as_str()), |rest| (true, rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let places = usize::try_from(places).ok()?;
    if fraction.len() > places || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits = format!("{whole}{fraction:0<places$}");
    let value: i64 = digits.parse().ok()?;
    Some(if negative { -value } else { value })
}

/// A five-character procedure code: four digits and a digit or letter, or a letter and four digits.
pub fn is_procedure(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.len() == 5
        && bytes.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && bytes.get(1..4).is_some_and(|middle| middle.iter().all(u8::is_ascii_digit))
}

/// The first day that a path tells, the file's own name before the archives and folders above it.
pub fn day_in_path(path: &str) -> Option<i64> {
    path.rsplit('/').find_map(day_in_name)
}

/// The first day that a name or a title tells: `…_Eff_07-01-2024`, `2024-06-03`, `2024Q3`, `RVU25D`, `CY2026_Q2V1`, `2026-07`,
/// `2025_Oct`, `January 2026`, `2026`.
pub fn day_in_name(name: &str) -> Option<i64> {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let full = words.windows(3).find_map(|w| match w {
        [a, b, c] => any_day(&format!("{a}-{b}-{c}")),
        _ => None,
    });
    full.or_else(|| words.iter().find_map(|word| day(word)))
        .or_else(|| words.iter().find_map(|word| quarter(word)))
        .or_else(|| year_and_quarter(&words))
        .or_else(|| words.windows(2).find_map(year_month))
        .or_else(|| month_in(&words))
        .or_else(|| words.iter().find_map(|word| year_in(word)).map(|year| year * 10_000 + 101))
}

/// `2024q3` or `v302r0` (the third quarter of NCCI's thirtieth year, 2024) as the quarter's first day.
fn quarter(word: &str) -> Option<i64> {
    let first_day = |year: i64, quarter: i64| {
        ((1990..2100).contains(&year) && (0..4).contains(&quarter)).then_some(year * 10_000 + (quarter * 3 + 1) * 100 + 1)
    };
    if let Some((year, digit)) = word.strip_prefix('v').unwrap_or(word).split_once('q')
        && year.len() == 4
        && digit.len() == 1
    {
        return first_day(year.parse().ok()?, digit.parse::<i64>().ok()? - 1);
    }
    if let Some(release) = word.strip_prefix("rvu")
        && let (Some(year), Some(letter)) = (release.get(..2), release.as_bytes().get(2))
    {
        return first_day(2000 + year.parse::<i64>().ok()?, i64::from(*letter) - i64::from(b'a'));
    }
    if let Some((year, digit)) = word.split_once("clabq") {
        return first_day(2000 + year.parse::<i64>().ok()?, digit.get(..1)?.parse::<i64>().ok()? - 1);
    }
    let version = word.strip_prefix('v')?.split('r').next()?;
    if version.len() != 3 {
        return None;
    }
    let version: i64 = version.parse().ok()?;
    first_day(1994 + version / 10, version % 10)
}

/// A year in one word and `q2` or `q2v1` in another.
fn year_and_quarter(words: &[&str]) -> Option<i64> {
    let quarter = words.iter().find_map(|word| {
        let rest = word.strip_prefix('q')?;
        let digit = rest.get(..1)?.parse::<i64>().ok().filter(|digit| (1..=4).contains(digit))?;
        rest.get(1..).is_some_and(|tail| tail.is_empty() || tail.starts_with('v')).then_some(digit)
    })?;
    let year = words.iter().find_map(|word| year_in(word))?;
    Some(year * 10_000 + (quarter * 3 - 2) * 100 + 1)
}

/// `2026-07`.
fn year_month(pair: &[&str]) -> Option<i64> {
    let (year, month) = match pair {
        [year, month] if year.len() == 4 && month.len() == 2 => (year_in(year)?, month.parse::<i64>().ok()?),
        _ => return None,
    };
    (1..=12).contains(&month).then_some(year * 10_000 + month * 100 + 1)
}

/// The first day of a month that a name tells without its year: `OPPSCAP_Oct`.
pub fn month_in_name(name: &str) -> Option<i64> {
    let lower = name.to_lowercase();
    let found = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find_map(|word| MONTHS.iter().position(|month| word.starts_with(month)))?;
    i64::try_from(found + 1).ok()
}

/// `2024 Q3` of 20240701.
pub fn quarter_label(from: i64) -> String {
    format!("{} Q{}", from / 10_000, (from / 100 % 100 - 1) / 3 + 1)
}

/// `2025 October` of 20251001.
pub fn month_label(from: i64) -> String {
    date(from).map_or_else(String::new, |day| day.strftime("%Y %B").to_string())
}

/// `2025` of 20251001.
pub fn year_label(from: i64) -> String {
    (from / 10_000).to_string()
}

const FULL_MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A month's name beside a year, in one word or two.
fn month_in(words: &[&str]) -> Option<i64> {
    let month_of = |word: &str| {
        let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect();
        let at = MONTHS.iter().position(|month| {
            letters.ends_with(month) || FULL_MONTHS.iter().any(|full| *full == letters && full.starts_with(month))
        })?;
        i64::try_from(at + 1).ok()
    };
    let together = words.iter().find_map(|word| Some((month_of(word)?, year_in(word)?)));
    let apart = words.windows(2).find_map(|pair| match pair {
        [a, b] => month_of(a).zip(year_in(b)).or_else(|| month_of(b).zip(year_in(a))),
        _ => None,
    });
    // In a title the two may stand apart: `2025 … Value File October Release`, `October 1, 2025`.
    let named = |word: &&&str| word.len() >= 3 && MONTHS.iter().any(|month| word.starts_with(month)) && month_of(word).is_some();
    let anywhere = || Some((month_of(words.iter().find(named)?)?, words.iter().find_map(|word| year_in(word))?));
    together.or(apart).or_else(anywhere).map(|(month, year)| year * 10_000 + month * 100 + 1)
}

/// Four digits in a word that are a year of our time.
fn year_in(word: &str) -> Option<i64> {
    let digits: Vec<&str> = word.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 4).collect();
    digits.iter().filter_map(|run| run.parse().ok()).find(|year| (1990..2100).contains(year))
}
