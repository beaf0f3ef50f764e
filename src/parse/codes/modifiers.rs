//! The modifiers and units that stand with a code.

use super::shapes::{is_modifier, is_modifier_number};
use crate::domain::code::Modifier;
use crate::pattern::patterns;

patterns! {
    /// `-25`, `-RT-59`, ` - 25`, `/RT`, `|RT`, and in a table `| 59 |`.
    JOINED = r"^\s?[-–/|]\s?([A-Za-z0-9]{2})\b";
    /// ` RT`, ` 59`, `,59`: only what is a modifier and nothing else.
    SPACED = r"^(?:\s+|,\s?)\(?([A-Z0-9]{2})\b";
    /// ` with modifier 25`, ` mod 59`, ` w/ 25`, ` con 25`, ` with 62 each`.
    WORDED = r"(?i)^\s*,?\s*\(?(?:(?:with|w/|w|and|plus|con|y|billed|using|,|\+)\s*)*(?:(?:a|the|el)\s+)?(?:modifiers?|mods?\.?|modificador(?:es)?)\s*(?:-|:|\s)?\s*([A-Za-z0-9]{2})\b";
    WITH = r"(?i)^\s+(?:with|w/|w|con)\s+(?:a\s+)?-?([A-Za-z0-9]{2})\b";
    ALSO = r"(?i)^(?:\s*(?:,|&|\+|/|and|y)\s*|\s+)-?([A-Za-z0-9]{2})\b";
    /// `59 on 97530`, `modifier 25 to the 99213`, `50 for 20610`.
    BEFORE = r"(?i)(?:^|[^\w.$#/-])-?([A-Z0-9]{2})\s+(?:(?:is|was|goes|go)\s+)?(?:modifier\s+)?(?:on|to|onto|for)\s+(?:the\s+|our\s+|line\s+)?$";
    /// What makes two digits a count or a quantity.
    COUNTED = r"(?i)^\s*(?:[.:/%x×,]?\d|%|mins?\b|minutes?\b|min\.|mg\b|mcg\b|ml\b|cc\b|units?\b|unidades\b|u\b|cm\b|mm\b|kg\b|lbs?\b|hrs?\b|hours?\b|days?\b|d\b|weeks?\b|wks?\b|months?\b|mos?\b|years?\b|yrs?\b|yo\b|y/o|a[nñ]os|mile|times\b|of\b|st\b|nd\b|rd\b|th\b|iu\b|meq\b|sq|lesions?\b|nails?\b|levels?\b|sites?\b|views?\b|patients?\b|pts?\b|visits?\b|claims?\b|on\s+\d{5}|(?:am|pm)\b)";
    TIMES = r"(?i)^[\s,;:(]*(?:x|×|\*)\s?(\d{1,4})(?:\s*(?:units?|u)\b)?|^[\s,;:(|-]*(\d{1,4})\s*(?:units?|unidades|u)\b|^[\s,;:(]*(?:qty|quantity|units?|unidades)\s*(?:of|:|=)?\s*(\d{1,4})\b";
    UNITS_OF = r"(?i)\b(\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)\s*(?:units?|unidades|u)\s*(?:of|de|for|on)?\s*(?:code\s*|cpt\s*|hcpcs\s*)?$|\b(\d{1,3})\s?[x×]\s?$";
    /// Not a count of units: `x 3 days`, `x2 wks`.
    DURATION = r"(?i)^\s*(?:days?|weeks?|wks?|months?|mos?|years?|yrs?|hours?|hrs?|min|d\b|mg|mcg|ml|cm|mm|lesions?)";
}

/// The modifiers around a code, and how many bytes behind it they take.
pub(super) fn around(text: &str, start: usize, end: usize) -> (Vec<Modifier>, usize) {
    let mut modifiers: Vec<Modifier> = Vec::new();
    let mut at = end;
    while let Some((modifier, length)) = next(text.get(at..).unwrap_or_default(), !modifiers.is_empty()) {
        if !modifiers.contains(&modifier) {
            modifiers.push(modifier);
        }
        at += length;
        if modifiers.len() >= 4 {
            break;
        }
    }
    let before = text.get(..start).unwrap_or_default();
    let window = before.get(crate::parse::limits::floor(before, before.len().saturating_sub(40))..).unwrap_or_default();
    if modifiers.is_empty()
        && let Some(found) = BEFORE.captures(window).and_then(|found| found.get(1))
        && let Some(modifier) = known(found.as_str(), true)
    {
        modifiers.push(modifier);
    }
    (modifiers, at - end)
}

fn next(rest: &str, already: bool) -> Option<(Modifier, usize)> {
    let read = |pattern: &regex::Regex, firm: bool| {
        let found = pattern.captures(rest)?;
        let token = found.get(1)?;
        let after = rest.get(token.end()..).unwrap_or_default();
        // A quantity, or the start of a date or a longer number.
        let quantity = COUNTED.is_match(after)
            || after.starts_with(['.', '-']) && after.chars().nth(1).is_some_and(|c| c.is_ascii_digit()) && !firm;
        let modifier = known(token.as_str(), firm)?;
        (!quantity || !is_modifier_number(token.as_str()) && !after.starts_with('.')).then_some((modifier, token.end()))
    };
    read(&JOINED, true)
        .or_else(|| read(&WORDED, true))
        .or_else(|| read(&SPACED, false))
        .or_else(|| read(&WITH, false))
        .or_else(|| already.then(|| read(&ALSO, false)).flatten())
}

/// Two characters that are a modifier; in small letters only behind a mark.
fn known(token: &str, firm: bool) -> Option<Modifier> {
    let upper = token.to_ascii_uppercase();
    let small = token != upper;
    (is_modifier(&upper)
        && (firm || !small)
        && !(small && ["as", "at", "an", "no", "or", "on", "in", "is", "do"].contains(&token)))
    .then(|| Modifier::parse(&upper).ok())
    .flatten()
}

/// The units that the text bills with the code, behind it or before it.
pub(super) fn units(text: &str, start: usize, end: usize) -> Option<u32> {
    let rest = text.get(end..).unwrap_or_default();
    if let Some(found) = TIMES.captures(rest) {
        let number = found.iter().skip(1).flatten().next()?;
        let after = rest.get(found.get(0)?.end()..).unwrap_or_default();
        let after_number = rest.get(number.end()..).unwrap_or_default();
        if !DURATION.is_match(after) && !after_number.starts_with(['/', '.']) {
            return number.as_str().parse().ok();
        }
    }
    let before = text.get(..start).unwrap_or_default();
    let window = before.get(crate::parse::limits::floor(before, before.len().saturating_sub(30))..).unwrap_or_default();
    let found = UNITS_OF.captures(window)?;
    let number = found.iter().skip(1).flatten().next()?.as_str();
    number.parse().ok().or_else(|| {
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
            .iter()
            .position(|word| number.eq_ignore_ascii_case(word))
            .and_then(|at| u32::try_from(at + 1).ok())
    })
}
