//! The date of service, where a mail gives one without a doubt.

use jiff::civil::{Date, date};

use crate::parse::limits::floor;
use crate::pattern::patterns;

patterns! {
    NUMERIC = r"\b(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}|\d{2}))?\b";
    ISO = r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b";
    WORDED = r"(?i)\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(?:of\s+)?(\d{4}))?\b";
    DAY_FIRST = r"(?i)\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:de\s+)?(ene(?:ro)?|enero|feb(?:rero|ruary)?|mar(?:zo|ch)?|abr(?:il)?|apr(?:il)?|mayo?|jun(?:io|e)?|jul(?:io|y)?|ago(?:sto)?|aug(?:ust)?|sept?(?:iembre|ember)?|oct(?:ubre|ober)?|nov(?:iembre|ember)?|dic(?:iembre)?|dec(?:ember)?|jan(?:uary)?)\.?,?(?:\s+(?:de\s+|del\s+)?(\d{4}))?\b";
    /// Words that make a date the day of service.
    SERVICE = r"(?i)(?:\b(?:dos|d\.o\.s\.|date\s*\(?s?\)?\s+of\s+service|service\s+dates?|fecha\s+de(?:l)?\s+servicio|seen|visit(?:ed)?|came(?:\s+in)?|performed|done|surgery|procedure|encounter|treated|injected|given|administered|admitted|on|dated?\s+of\s+visit)\b[\s:=#]*(?:was|is|of|on|in|from|date|the)?[\s:=#]*)$";
    LABEL = r"(?i)\b(?:dos|d\.o\.s\.|dates?\s+of\s+service|service\s+dates?|fecha\s+de(?:l)?\s+servicio)\b[\s:=#|-]*(?:was|is|of|on|in|from)?[\s:=#|-]*(?:\p{L}{1,9}\s+){0,1}$";
    /// Words that make it another day.
    OTHER_DAY = r"(?i)\b(?:dob|d\.o\.b\.|d0b|born|birth(?:\s*date|day)?|nacimiento|nacid[oa]|remit(?:\s+date)?|denial(?:\s+date)?|denied|check|dated|letter|received|paid|processed|appeal\w*|effective|since|until|till|deadline|due|expires?|ended|as\s+of|before|after|eff|retired|updated?|printed|coverage)\b[^.\n]{0,12}$";
}

/// The earliest date that a text gives as the day of service.
pub(in crate::parse) fn of_service(text: &str, today: Date) -> Option<Date> {
    let all = all(text, today);
    let labelled = all.iter().find(|found| found.rank == 3);
    let told = all.iter().find(|found| found.rank == 2);
    labelled.or(told).map(|found| found.date).or_else(|| only(&all))
}

/// Several plain dates could each be the day; one alone is it.
fn only(all: &[Found]) -> Option<Date> {
    let plain: Vec<Date> = all.iter().filter(|found| found.rank == 1).map(|found| found.date).collect();
    match plain.as_slice() {
        [first, rest @ ..] if rest.iter().all(|date| date == first) => Some(*first),
        _ => None,
    }
}

struct Found {
    date: Date,
    /// 3 with the words "date of service", 2 with a verb of service, 1 with nothing, 0 another day.
    rank: u8,
}

fn all(text: &str, today: Date) -> Vec<Found> {
    let mut found: Vec<(usize, Found)> = Vec::new();
    let told = told_year(text);
    let mut push = |start: usize, end: usize, year: Option<&str>, month: Option<u8>, day: &str| {
        let Some(date) = month.and_then(|month| completed(year, told, month, day, today)) else { return };
        found.push((start, Found { date, rank: rank(text, start, end) }));
    };
    for iso in ISO.captures_iter(text) {
        let part = |at| iso.get(at).map_or("", |part| part.as_str());
        let range = iso.get(0).map_or(0..0, |whole| whole.range());
        push(range.start, range.end, Some(part(1)), part(2).parse().ok(), part(3));
    }
    for numeric in NUMERIC.captures_iter(text) {
        let part = |at| numeric.get(at).map_or("", |part| part.as_str());
        let range = numeric.get(0).map_or(0..0, |whole| whole.range());
        let year = numeric.get(3).map(|year| year.as_str());
        if year.is_none() && !is_plain_fraction(text, range.start, range.end, part(0)) {
            continue;
        }
        push(range.start, range.end, year, part(1).parse().ok(), part(2));
    }
    for worded in WORDED.captures_iter(text) {
        let part = |at| worded.get(at).map_or("", |part| part.as_str());
        let range = worded.get(0).map_or(0..0, |whole| whole.range());
        push(range.start, range.end, worded.get(3).map(|year| year.as_str()), month(part(1)), part(2));
    }
    for worded in DAY_FIRST.captures_iter(text) {
        let part = |at| worded.get(at).map_or("", |part| part.as_str());
        let range = worded.get(0).map_or(0..0, |whole| whole.range());
        push(range.start, range.end, worded.get(3).map(|year| year.as_str()), month(part(2)), part(1));
    }
    found.sort_by_key(|(start, _)| *start);
    found.into_iter().map(|(_, found)| found).collect()
}

/// `10/2` is a date only with a slash and nothing that measures around it.
fn is_plain_fraction(text: &str, start: usize, end: usize, whole: &str) -> bool {
    let before = text.get(..start).unwrap_or_default().chars().next_back();
    let after = text.get(end..).unwrap_or_default();
    whole.contains('/')
        && !before.is_some_and(|c| "/-.:$".contains(c))
        && !after.starts_with(['/', '-', '.', '%'])
        && !after.trim_start().starts_with("mg")
}

fn rank(text: &str, start: usize, end: usize) -> u8 {
    let before = text.get(..start).unwrap_or_default();
    let window = before.get(floor(before, before.len().saturating_sub(50))..).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default().trim_start().to_lowercase();
    if LABEL.is_match(window) || after.starts_with("dos") || after.starts_with("date of service") {
        return 3;
    }
    if OTHER_DAY.is_match(window) {
        return 0;
    }
    if SERVICE.is_match(window) { 2 } else { 1 }
}

/// Puts a date together. A day without its year has the one year that the text names, or is not known: a guess would pick
/// the wrong edition of every record. Dates of service lie between 2000 and the year after today.
fn completed(year: Option<&str>, told: Option<i16>, month: u8, day: &str, today: Date) -> Option<Date> {
    let month = i8::try_from(month).ok()?;
    let day: i8 = day.parse().ok()?;
    let year = match year {
        Some(text) if text.len() == 2 => 2_000 + text.parse::<i16>().ok()?,
        Some(text) => text.parse().ok()?,
        None => told?,
    };
    let found = Date::new(year, month, day).ok()?;
    let last = date(today.year().saturating_add(1).min(9_998), 12, 31);
    (found >= date(2000, 1, 1) && found <= last).then_some(found)
}

/// The year, where a text names exactly one.
fn told_year(text: &str) -> Option<i16> {
    let mut years = YEAR.captures_iter(text).filter_map(|year| year.get(1)?.as_str().parse::<i16>().ok());
    let first = years.next()?;
    years.all(|year| year == first).then_some(first)
}

patterns! {
    YEAR = r"(?:^|[^\w$.,/-])(20[0-4]\d)\b";
}

fn month(name: &str) -> Option<u8> {
    let names: [&[&str]; 12] = [
        &["jan", "ene"],
        &["feb"],
        &["mar"],
        &["apr", "abr"],
        &["may"],
        &["jun"],
        &["jul"],
        &["aug", "ago"],
        &["sep"],
        &["oct"],
        &["nov"],
        &["dec", "dic"],
    ];
    let name = name.to_lowercase();
    names.iter().position(|starts| starts.iter().any(|start| name.starts_with(start))).and_then(|at| u8::try_from(at + 1).ok())
}
