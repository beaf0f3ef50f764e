//! Days and ages. A month with its year is no identifier here; a month with its day is, and so is a year of life over 89.

use jiff::civil::Date;

use super::{Found, found};
use crate::domain::message::IdentifierKind;
use crate::parse::limits::floor;
use crate::pattern::patterns;

patterns! {
    NUMERIC = r"\b(\d{1,2})([/.-])(\d{1,2})([/.-])(\d{4}|\d{2})\b";
    ISO = r"(?:\b|_)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:\b|T|_)";
    /// `20250219`, where it is a day of the years that a patient may have lived in.
    EIGHT_DIGITS = r"\b((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\b";
    /// `04OCT1959`.
    MILITARY = r"(?i)\b(\d{2})(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(\d{4}|\d{2})\b";
    COMPACT = r"\b(?i:dob|dos|d0b|svc\s+d(?:t|ate)s?|service\s+dates?)[\s:#=]*(\d{8}|\d{4}\s\d{6}|\d{6})\b";
    MONTH_DAY = r"\b(\d{1,2})/(\d{1,2})\b";
    WORDED = r"\b((?i:jan(?:uary)?|feb(?:ruary)?|march|mar|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)|May)\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(?:of\s+)?(\d{4})\b)?";
    DAY_FIRST = r"(?i)\b(\d{1,2})(?:st|nd|rd|th|\.|[ºª°]|er)?(?:\s+|-)(?:(?:of|de|d['’])\s*)?(jan(?:uary|uar|vier|eiro)?|feb(?:ruary|ruar|braio|rero)?|f[ée]v(?:rier|ereiro)?|mar(?:ch|s|[çz]o)?|m[äa]rz|apr(?:il|ile)?|avril|abr(?:il)?|may|mai|maio|maggio|mayo|jun[ei]?|juin|junio|junho|giugno|jul[iy]?|juillet|julio|julho|luglio|aug(?:ust)?|ao[uû]t|ago(?:sto)?|sept?(?:ember|embre)?|set(?:tembre|embro)?|oct(?:ober|obre|ubre)?|okt(?:ober)?|ottobre|out(?:ubro)?|nov(?:ember|embre|iembre|embro)?|dec(?:ember)?|d[ée]c(?:embre)?|dez(?:ember|embro)?|dic(?:embre|iembre)?|enero|ene|febrero|septiembre|setiembre|gennaio)\b\.?(?:[\s,-]+(?:(?:de|del|of)\s+)?(\d{4}|['’]?\d{2}\b))?";
    AGE = r"(?i)\b((?:9\d|1[0-2]\d))(?:\s*|-)(?:y/?o?\b|y\.o\.|yrs?\b|years?(?:\s+old|-old)?\b|-?year-old|a[nñ]os\b|[mf]\b)|\b(?:aged?|edad(?:\s+de)?)\s*:?\s*((?:9\d|1[0-2]\d))\b|\b(?:she|he|pt|patient|mother|father|mom|dad|husband|wife)(?:\s+is|\s+was|['’]s|\s+(?:just\s+)?turned|,)\s+(?:now\s+)?(9\d|1[0-2]\d)\b(?:\s*[.,;)]|\s+(?:and|now|but|with|w/|lives?|this|today|years?))|\bturn(?:s|ed|ing)\s+(9\d|1[0-2]\d)\b|,\s(9\d|1[0-2]\d),\s(?:who|whose|with|has|had|was|is|lives?|now|widow(?:ed|er)?|retired)\b|\b(?:husband|wife|mother|father|brother|sister|aunt|uncle|grand(?:mother|father|ma|pa)|patient|he|she)\b[^.\n\d]{0,24}\s(?:is|was|aged?)\s+(9\d|1[0-2]\d)\b\s*(?:[.,;)]|$)";
    BIRTH = r"(?i)\b(?:dob|d\.o\.b\.?|d0b|born|birth\w*|nacimiento|nacid[oa])\b[^.\n]{0,12}$";
    WEEKDAY_BEFORE = r"(?i)\b(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+(?:the\s+)?$";
    TIME_AFTER = r"(?i)^(?:,?\s+(?:at\s+|@\s*)?|T)\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?";
    DAY_AFTER = r"(?i)^\s*(?:or|and|to|thru|through|vs\.?|&|,|-|–)\s*\d{1,2}/\d{1,2}\b";
    /// `the ninth of June`, `June the twenty-first`, as a transcript has them.
    SPELLED = r"(?i)\b(?:the\s+)?(?:(?:twenty|thirty)[\s-])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)\s+(?:of\s+)?(?:january|february|march|april|may|june|july|august|september|october|november|december)\b(?:,?\s+\d{4}\b|,?\s+(?:nineteen|twenty|two\s+thousand)(?:[\s-]+(?:and\s+)?(?:oh[\s-]+)?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)){1,2}\b)?|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+(?:the\s+)?(?:(?:twenty|thirty)[\s-])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)\b(?:,?\s+\d{4}\b|,?\s+(?:nineteen|twenty|two\s+thousand)(?:[\s-]+(?:and\s+)?(?:oh[\s-]+)?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)){1,2}\b)?";
    /// What a manual's sections stand behind.
    SECTION_BEFORE = r"(?i)(?:§|\b(?:sec(?:tion|t|s)?|ch(?:ap(?:ter)?)?|iom|manual|version|ver|v|part|rule|cfr|\d{3}-\d{2})\b)[^\n]{0,12}$";
    /// `9.3.77`, which is a section of a manual anywhere else.
    DOTTED_BIRTH = r"(?i)\b(?:dob|d\.o\.b\.?|born|birth\w*|geb\.?|nac\.?|dos|d\.o\.s\.?|seen|visit)[\s:#=]*(?:on\s+)?(\d{1,2}\.\d{1,2}\.\d{2})\b";
    /// What a pair of small numbers is when it is no date.
    FRACTION_AFTER = r"(?i)^\s*(?:pain|scale|strength|of\b|mg|mcg|ml|mm|cm|inch|in\b|dose|tab|vision|motor|edema|murmur|%|split|[-–]?\s?(?:hour|days?\s+a))";
    DAY_BEFORE = r"(?i)(?:\b(?:on|dos|seen|f/u|follow[\s-]?up|fell|visit|date[ds]?|from|to|thru|through|until|till|by|since|before|after|was|is|remit|ended|starts?|started|admit(?:ted)?|discharged?|d/?c|surgery|done|the|and|an?|between|of|line|came|back|for|until|as|put|el|then|or)\s*[:#=]?|[|;,:(]|-)\s*$";
}

struct Day {
    found: Found,
    date: Option<Date>,
    birth: bool,
}

/// Days and ages over 89. A later day says how far it lies from the first, since a global period is counted in days.
pub(super) fn find(text: &str) -> Vec<Found> {
    let mut days = days(text);
    days.sort_by_key(|day| day.found.range.start);
    let first = days.iter().find(|day| !day.birth && day.date.is_some()).and_then(|day| day.date);
    for day in &mut days {
        if day.birth {
            continue;
        }
        if let (Some(first), Some(date)) = (first, day.date)
            && let Ok(apart) = date.since(first)
            && apart.get_days() != 0
            && apart.get_days().abs() <= 400
        {
            let count = apart.get_days();
            day.found.placeholder = format!("[DATE {count:+} days]");
        }
    }
    let ages = AGE.captures_iter(text).filter_map(|age| age.iter().skip(1).flatten().next());
    let ages = ages.map(|age| found(IdentifierKind::AgeOver89, age.range()));
    days.into_iter().map(|day| day.found).chain(ages).collect()
}

fn days(text: &str) -> Vec<Day> {
    let mut days = Vec::new();
    let mut push = |range: std::ops::Range<usize>, date: Option<Date>| {
        let before = text.get(..range.start).unwrap_or_default();
        let window = before.get(floor(before, before.len().saturating_sub(40))..).unwrap_or_default();
        let day = before.len()
            - WEEKDAY_BEFORE
                .find(before.get(floor(before, before.len().saturating_sub(16))..).unwrap_or_default())
                .map_or(0, |day| day.len());
        let time = TIME_AFTER.find(text.get(range.end..).unwrap_or_default()).map_or(0, |time| time.len());
        days.push(Day { found: found(IdentifierKind::Date, day..range.end + time), date, birth: BIRTH.is_match(window) });
    };
    let number = |part: Option<regex::Match<'_>>| part.and_then(|part| part.as_str().parse::<i16>().ok()).unwrap_or(0);
    for hit in ISO.captures_iter(text) {
        let date = civil(number(hit.get(1)), number(hit.get(2)), number(hit.get(3)));
        if let (Some(first), Some(last), Some(date)) = (hit.get(1), hit.get(3), date) {
            push(first.start()..last.end(), Some(date));
        }
    }
    for (range, date) in unmarked(text) {
        push(range, date);
    }
    for hit in NUMERIC.captures_iter(text) {
        let marks = hit.get(2).map(|mark| mark.as_str()) == hit.get(4).map(|mark| mark.as_str());
        let dotted = hit.get(2).is_some_and(|mark| mark.as_str() == ".");
        let year = hit.get(5).map_or("", |year| year.as_str());
        let full = if year.len() == 2 { 2_000 + number(hit.get(5)) } else { number(hit.get(5)) };
        // `30.6.6` is a section of a manual, not a day.
        let date = civil(full, number(hit.get(1)), number(hit.get(3)));
        let european = civil(full, number(hit.get(3)), number(hit.get(1)));
        if let (Some(whole), true) = (
            hit.get(0),
            marks && date.or(european).is_some() && !(dotted && year.len() != 4 && is_section(text, &hit, number(hit.get(3)))),
        ) {
            push(whole.range(), date.or(european));
        }
    }
    for hit in MONTH_DAY.captures_iter(text) {
        if let Some(whole) =
            hit.get(0).filter(|whole| is_day(text, whole.start(), whole.end(), number(hit.get(1)), number(hit.get(2))))
        {
            push(whole.range(), None);
        }
    }
    for hit in WORDED.captures_iter(text) {
        let day = number(hit.get(2));
        if let Some(whole) = hit.get(0).filter(|_| (1..=31).contains(&day)) {
            let date =
                hit.get(3).and_then(|_| civil(number(hit.get(3)), month(hit.get(1).map_or("", |name| name.as_str())), day));
            push(
                whole.range(),
                date.or_else(|| civil(2_000, month(hit.get(1).map_or("", |name| name.as_str())), day)).filter(|_| true),
            );
        }
    }
    for (range, date) in day_first(text) {
        push(range, date);
    }
    let labelled = DOTTED_BIRTH.captures_iter(text).chain(COMPACT.captures_iter(text)).filter_map(|hit| hit.get(1));
    for hit in labelled.chain(SPELLED.find_iter(text)) {
        push(hit.range(), None);
    }
    days
}

/// `30.6.6` is a section of a manual where nothing says that it is a day; `8.8.25` is one of the years that claims are about.
fn is_section(text: &str, hit: &regex::Captures<'_>, second: i16) -> bool {
    let start = hit.get(0).map_or(0, |whole| whole.start());
    let window = text.get(floor(text, start.saturating_sub(24))..start).unwrap_or_default();
    let recent = hit.get(5).is_some_and(|year| ("23".."30").contains(&year.as_str()));
    second <= 12 && (!recent || SECTION_BEFORE.is_match(window))
}

/// `20250219`, `04OCT1959`: no mark between day, month and year.
fn unmarked(text: &str) -> Vec<(std::ops::Range<usize>, Option<Date>)> {
    let number = |hit: &regex::Captures<'_>, at| hit.get(at).and_then(|part| part.as_str().parse::<i16>().ok()).unwrap_or(0);
    let digits = EIGHT_DIGITS.captures_iter(text).map(|hit| {
        let date = civil(number(&hit, 1), number(&hit, 2), number(&hit, 3));
        (hit, date)
    });
    let military = MILITARY.captures_iter(text).map(|hit| {
        let date = civil(full_year(number(&hit, 3)), month(hit.get(2).map_or("", |name| name.as_str())), number(&hit, 1));
        (hit, date)
    });
    let days = digits.chain(military).filter(|(_, date)| date.is_some());
    days.filter_map(|(hit, date)| Some((hit.get(0)?.range(), date))).collect()
}

/// `14-Mar-2025`, `3. März 2025`, `23 de mayo`.
fn day_first(text: &str) -> Vec<(std::ops::Range<usize>, Option<Date>)> {
    let mut days = Vec::new();
    for hit in DAY_FIRST.captures_iter(text) {
        let Some(whole) = hit.get(0) else { continue };
        let name = hit.get(2).map_or("", |name| name.as_str());
        let year: Option<i16> = hit.get(3).and_then(|year| year.as_str().trim_start_matches(['\'', '’']).parse().ok());
        let day: i16 = hit.get(1).and_then(|day| day.as_str().parse().ok()).unwrap_or(0);
        let before = text.get(..whole.start()).unwrap_or_default();
        // `$447.09. may we`, `Z12.11 may`.
        let verb = ["may", "mar", "dec", "set", "out", "mai"].contains(&name) && year.is_none();
        if !before.ends_with(['.', '$', ',']) && !verb && (1..=31).contains(&day) {
            days.push((whole.range(), year.and_then(|year| civil(full_year(year), month(name), day))));
        }
    }
    days
}

fn is_day(text: &str, start: usize, end: usize, month: i16, day: i16) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let joined = before.ends_with(|c: char| c.is_alphanumeric() || "/.-$".contains(c))
        || after.starts_with(['/', '%'])
        || after.starts_with('-') && after.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    if joined || !(1..=12).contains(&month) || !(1..=31).contains(&day) || FRACTION_AFTER.is_match(after) {
        return false;
    }
    let window = before.get(floor(before, before.len().saturating_sub(30))..).unwrap_or_default();
    let led = window.trim().is_empty() || window.ends_with('\n') || DAY_BEFORE.is_match(window);
    led || DAY_AFTER.is_match(after) || day > 5 && month != day
}

/// `25` is 2025.
const fn full_year(year: i16) -> i16 {
    if year < 100 { 2_000 + year } else { year }
}

fn civil(year: i16, month: i16, day: i16) -> Option<Date> {
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (1880..=2100).contains(&year).then_some(date)
}

fn month(name: &str) -> i16 {
    const STARTS: [&[&str]; 12] = [
        &["jan", "ene", "gen"],
        &["feb", "fév", "fev"],
        &["mar", "mär"],
        &["apr", "abr", "avr"],
        &["may", "mai", "mag"],
        &["jun", "juin", "giu"],
        &["jul", "juil", "lug"],
        &["aug", "ago", "aoû", "aou"],
        &["sep", "set"],
        &["oct", "okt", "ott", "out"],
        &["nov"],
        &["dec", "déc", "dic", "dez"],
    ];
    let name = name.to_lowercase();
    STARTS
        .iter()
        .position(|starts| starts.iter().any(|start| name.starts_with(start)))
        .and_then(|at| i16::try_from(at + 1).ok())
        .unwrap_or(0)
}
