//! Where a service was given, as the fee schedules divide the country: a locality by ZIP code, by name, or by its state.

use jiff::civil::Date;

use super::{Desk, facets};
use crate::codebook::edition::Locality;
use crate::pattern::patterns;

/// What a mail says of the place.
pub(super) enum Place {
    At(Locality),
    /// None is named.
    National,
    /// A state with several localities, and nothing that tells which.
    Unclear,
}

patterns! {
    /// Called a ZIP code, or behind a state: what stands behind any other word may be an account or a ticket.
    ZIP = r"(?is)\bzip(?: ?code)?s?(?: is|:|#)? ?(\d{5})\b";
    STATE_ZIP = r"(?is)(?-i:\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])),? (\d{5})(?:-\d{4})?\b";
    WORD_ZIP = r"(?is)(?:[a-z]+|\]),? \(?(\d{5})(?:-\d{4})?\b";
    NUMBERED = r"(?is)\b(?:statements?|acc(?:oun)?t|tickets?|claims?|invoices?|ref\w*|po|cases?|orders?|deposit|suite|ste|ext|id|number|no|mrn|chart|room|unit|batch|line|code|cpt|page|phone|fax|box|gate|is|with|and|or|of|for|for a|to|in)\W*\d{5}$";
}

/// The locality of the mail's place.
pub(super) fn of(desk: &Desk<'_>, text: &str, on: Date) -> Place {
    let Some(edition) = facets::edition(desk) else { return Place::National };
    let is_code = |zip: &str| desk.question.codes.iter().any(|m| m.code.code == zip);
    let stated = desk.question.state.as_deref();
    for (pattern, sure) in [(&*ZIP, true), (&*STATE_ZIP, true), (&*WORD_ZIP, false)] {
        for found in pattern.captures_iter(text).filter_map(|c| c.get(1)).filter(|zip| !is_code(zip.as_str())) {
            if let [place] = edition.zip(found.as_str(), on).as_slice()
                && let Some(at) = edition.locality(&place.record.carrier, &place.record.locality, on)
                && (sure
                    || stated.is_none_or(|state| state == at.record.state)
                        && !NUMBERED.is_match(text.get(..found.end()).unwrap_or_default()))
            {
                return Place::At(at.record);
            }
        }
    }
    let lower = text.to_lowercase();
    let all: Vec<Locality> = edition.localities(on).into_iter().map(|found| found.record).collect();
    let state = desk.question.state.as_deref();
    let in_state = |l: &&Locality| state.is_none_or(|state| l.state == state);
    let named: Vec<&Locality> = all.iter().filter(in_state).filter(|l| is_named(&lower, &l.name)).collect();
    if let [one] = named.as_slice() {
        return Place::At((*one).clone());
    }
    let Some(state) = state else { return Place::National };
    let rest = lower.contains("rest of") || lower.contains("elsewhere in");
    let remainder = all.iter().find(|l| l.state == state && l.name.to_lowercase().contains("rest of"));
    if let (true, Some(remainder)) = (rest, remainder) {
        return Place::At(remainder.clone());
    }
    let mine: Vec<&Locality> = all.iter().filter(|l| l.state == state).collect();
    match mine.as_slice() {
        [one] => Place::At((*one).clone()),
        _ => Place::Unclear,
    }
}

/// Whether the text names the main town or area of a locality: "SEATTLE (KING CNTY)" by Seattle.
fn is_named(lower: &str, name: &str) -> bool {
    let main = name.split(['(', ',', '/', '-']).next().unwrap_or(name).to_lowercase();
    let main = main.replace("metropolitan ", "").replace(" suburbs", "").replace('*', "");
    let main = main.trim().to_owned();
    if main.is_empty() || main.starts_with("rest of") {
        return false;
    }
    let word = |at: usize, len: usize| {
        let before = lower.get(..at).and_then(|t| t.chars().next_back());
        let after = lower.get(at + len..).and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    };
    lower.match_indices(&main).any(|(at, found)| word(at, found.len()))
}

/// A locality's name as people write it.
pub(super) fn title(name: &str) -> String {
    let lower = name.trim_matches(['*', ' ']).to_lowercase();
    lower
        .split(' ')
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
        })
        .collect::<Vec<_>>()
        .join(" ")
}
