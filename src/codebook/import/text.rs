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

/// The first day that a name tells: `…_Eff_07-01-2024`, `2024-06-03`, `2024Q3`, `2025_Oct`, `JAN2026`, `2026`.
pub fn day_in_name(name: &str) -> Option<i64> {
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let full = words.windows(3).find_map(|w| match w {
        [a, b, c] => any_day(&format!("{a}-{b}-{c}")),
        _ => None,
    });
    full.or_else(|| words.iter().find_map(|word| day(word)))
        .or_else(|| words.iter().find_map(|word| quarter(word)))
        .or_else(|| month_in(&words))
        .or_else(|| words.iter().find_map(|word| year_in(word)).map(|year| year * 10_000 + 101))
}

/// `2024q3` or `v302r0` (the third quarter of NCCI's thirtieth year, 2024) as the quarter's first day.
fn quarter(word: &str) -> Option<i64> {
    let first_day = |year: i64, quarter: i64| {
        ((1990..2100).contains(&year) && (0..4).contains(&quarter)).then_some(year * 10_000 + (quarter * 3 + 1) * 100 + 1)
    };
    if let Some((year, digit)) = word.split_once('q')
        && year.len() == 4
        && digit.len() == 1
    {
        return first_day(year.parse().ok()?, digit.parse::<i64>().ok()? - 1);
    }
    let version = word.strip_prefix('v')?.split('r').next()?;
    if version.len() != 3 {
        return None;
    }
    let version: i64 = version.parse().ok()?;
    first_day(1994 + version / 10, version % 10)
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A month's name beside a year, in one word or two.
fn month_in(words: &[&str]) -> Option<i64> {
    let month_of = |word: &str| {
        let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect();
        let at = MONTHS.iter().position(|month| letters.ends_with(month) || (letters.len() > 3 && letters.starts_with(month)))?;
        i64::try_from(at + 1).ok()
    };
    let together = words.iter().find_map(|word| Some((month_of(word)?, year_in(word)?)));
    let apart = words.windows(2).find_map(|pair| match pair {
        [a, b] => month_of(a).zip(year_in(b)).or_else(|| month_of(b).zip(year_in(a))),
        _ => None,
    });
    together.or(apart).map(|(month, year)| year * 10_000 + month * 100 + 1)
}

/// Four digits in a word that are a year of our time.
fn year_in(word: &str) -> Option<i64> {
    let digits: Vec<&str> = word.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 4).collect();
    digits.iter().filter_map(|run| run.parse().ok()).find(|year| (1990..2100).contains(year))
}
