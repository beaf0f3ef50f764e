//! Names of persons, by the words around them.

use std::ops::Range;

use super::words::{
    self, is_ambiguous, is_family, is_given, is_medical, is_no_name, is_organisation, is_place_or_time, is_weighed, makes_eponym,
    may_be_given,
};
use super::{Found, found};
use crate::domain::address::Correspondent;
use crate::domain::message::IdentifierKind;
use crate::parse::limits::floor;
use crate::parse::quote::{Line, Part};
use crate::pattern::patterns;

/// What stands inside a name in small letters.
const PARTICLES: [&str; 12] = ["de", "del", "la", "van", "von", "der", "den", "bin", "al", "el", "da", "dos"];

/// Words that a name may have.
const WORDS_MAX: usize = 4;

patterns! {
    /// Labels behind which a name stands, in capitals or not.
    STRONG = r"(?ix)(?:\b(?:pat[il1]ent(?:'s)?\s+na(?:m|rn)\s?e|narne|pt\.?\s+name|nombre(?:\s+del\s+paciente)?|name|full\s+name|(?:member|subscriber|insured|beneficiary|guarantor)(?:'s)?(?:\s+name)?|patient(?:in|e)?|pt|pte|paciente|baby\s+(?:girl|boy)|driver|passenger|claimant|decedent|resident\s+name)\b\.?\s*(?:is|was|es|:|=|\#|-|\(|,|named|called|llamad[oa])*\s*|\b(?:mr|mrs|ms|miss|mister|sr|sra|srta|don|do[nñ]a|frau|herrn?|mme|madame|monsieur|signora?|sig\.(?:ra)?|fr|father|sister|rev|pastor|capt|sgt|col)\.?\s+)";
    /// Kin and other words behind which only a capitalised name counts.
    KIN = r"(?i)\b(?:husband|wife|son|daughter|mother|father|mom|dad|spouse|partner|brother|sister|next\s+of\s+kin|nok|caregiver|guardian|aunt|uncle|grand(?:mother|father|son|daughter)|hijo|hija|esposa|esposo|madre|padre|niece|nephew|friend|hpi:?|this\s+is|my\s+name\s+is|i\s+am|soy|(?:check|visit|claim|chart|records?|note|results?|op\s+note|surgery|appt|appointment|auth|call|labs?|letter|referral|notes?|transfer\s+center\s+note|bill)\s+(?:for|of|from|about|on|re)|re|regarding|saw|seen|see|treated|spoke\s+(?:with|to)|called\s+by|informed|about|by\s+patient)\b[\s:,(=-]*|\bnote\s+-\s*";
    BEFORE_BIRTH = r"(?i)((?:[\p{L}'’-]+,?\s+){1,3})[(,|]?\s*(?:d\.?o\.?b\.?|d\s?[0o]\s?b|born|birth\s?date|birthda(?:y|te)|b-?day|date\s+of\s+birth|fecha\s+de\s+nacimiento|mrn|mr\s?\#|acct)\b";
    LAST_FIRST = r#"(?:^|[\n|"“(;:/-]\s*|\b(?:note|for|of)\s+)([A-Z][\p{L}'’-]+,\s[A-Z][\p{L}'’-]*(?:\s[A-Z]\b\.?)?)"#;
    /// `this is Thuy, why was I charged`.
    INTRODUCED = r"\b(?i:this\s+is|my\s+name\s+is|it['’]?s\s+me|i['’]m|i\s+am|soy|me\s+llamo)\s+([A-Z][\p{L}'’-]+(?:\s[A-Z][\p{L}'’-]+)?)\s*[,.!\n(]";
    /// A line that is a label and a name, in whatever letters.
    LABELLED_LINE = r"(?im)^[\s>*-]*(?:pat[il1]ent(?:\s+name)?|pt(?:\s+name)?|name|nombre|paciente|member(?:\s+name)?|subscriber(?:\s+name)?|insured(?:\s+name)?)\s*[:=]\s*([\p{L}][\p{L}'’-]+,?\s[\p{L}][\p{L}'’.-]*(?:\s[\p{L}][\p{L}'’.-]*)?)[ \t]*$";
    NAMED_COLUMN = r"(?i)^\s*(?:patient|pt|name|patient\s+name|pt\s+name|member|paciente|nombre)\s*$";
    CELL_NAME = r"^\s*\p{L}[\p{L}'’-]+,?(?:\s\p{L}[\p{L}'’.-]*){1,3}\s*$";
    WORD = r"[\p{L}][\p{L}'’-]*\.?";
    /// A title makes a surname even of an eponym, unless the next word makes it one again.
    TITLED = r"\b(?:Mr|Mrs|Ms|Miss|Sr|Sra|Srta|Mme|Frau|Herr|Rev|Sgt|Cpl|Capt)\.?\s+(\p{Lu}[\p{L}'’-]+)(?:\s+(\p{L}+))?";
    SUFFIX = r"^,?\s(?:Jr|Sr|II|III|IV)\b\.?";
    /// A town of the fee schedules' localities with its state, or a word behind `in` and before a state: where a claim is priced, and no
    /// person's name. What is said of somebody's home is an address, found as such.
    PRICED_TOWN = r"^(?i:miami|seattle|chicago|charlotte|manhattan|columbus|houston|dallas|phoenix|boston|atlanta|denver|detroit|los\s+angeles|san\s+(?:francisco|diego|antonio)|philadelphia|brooklyn|austin|beaumont|galveston|fort\s+worth|cleveland|baltimore|new\s+orleans|portland|brazoria|queens)$";
    STATE_BEHIND = r"^,?[ \t]+(?:(?i:texas|florida|illinois|california|new york|georgia|michigan|massachusetts|washington|colorado|oregon|pennsylvania|ohio|arizona|louisiana|maryland|missouri)|A[KLRZ]|C[AOT]|DE|FL|GA|HI|I[ADLN]|K[SY]|LA|M[EINOST]|N[CDEHJMVY]|O[HKR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|MD|PA|MA)\b";
    IN = r"(?i)\b(?:in|near)\s+$";
    DOCTOR = r"(?i)\b(?:dr|doctor|dra|prof)\.?\s*$";
}

/// Names in a text. The lines of a signature are left to it.
pub(super) fn find(text: &str, lines: &[Line], author: Option<&Correspondent>) -> Vec<Found> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for label in STRONG.find_iter(text) {
        ranges.extend(name_at(text, label.end(), true));
    }
    for label in KIN.find_iter(text) {
        ranges.extend(name_at(text, label.end(), false));
    }
    for hit in BEFORE_BIRTH.captures_iter(text).filter_map(|hit| hit.get(1)) {
        ranges.extend(before_birth(text, hit.range()));
    }
    for hit in LAST_FIRST.captures_iter(text).filter_map(|hit| hit.get(1)) {
        ranges.extend(last_first(text, hit.range()));
    }
    ranges.extend(full_names(text));
    ranges.extend(super::runs::find(text));
    ranges.extend(super::hints::find(text));
    ranges.extend(super::slots::find(text));
    ranges.extend(super::tagger::find(text));
    ranges.extend(named_column(text));
    ranges.extend(
        INTRODUCED
            .captures_iter(text)
            .filter_map(|hit| hit.get(1))
            .filter(|name| !is_no_name(name.as_str()) && !is_medical(name.as_str()) && !is_organisation(name.as_str()))
            .map(|name| name.range()),
    );
    ranges.extend(
        LABELLED_LINE
            .captures_iter(text)
            .filter_map(|hit| hit.get(1))
            .filter(|name| name.as_str().split_whitespace().all(|word| !is_no_name(word)))
            .map(|name| name.range()),
    );
    let titled = TITLED.captures_iter(text).filter(|hit| !hit.get(2).is_some_and(|next| makes_eponym(next.as_str())));
    ranges.extend(titled.filter_map(|hit| hit.get(1)).map(|name| name.range()));
    for range in &mut ranges {
        range.end += super::hints::month_surname(text, range.end);
        range.end += SUFFIX.find(text.get(range.end..).unwrap_or_default()).map_or(0, |suffix| suffix.len());
    }
    ranges
        .retain(|range| !DOCTOR.is_match(text.get(floor(text, range.start.saturating_sub(20))..range.start).unwrap_or_default()));
    ranges.retain(|range| !is_town(text, range));
    let phrases = words::phrases(text);
    ranges.retain(|range| !phrases.iter().any(|phrase| phrase.start < range.end && range.start < phrase.end));
    let known: Vec<&str> = ranges.iter().filter_map(|range| text.get(range.clone())).collect();
    let own: Vec<String> =
        author.and_then(|author| author.name.as_deref()).unwrap_or_default().split_whitespace().map(str::to_lowercase).collect();
    let mut all: Vec<Found> = ranges.iter().cloned().map(|range| found(IdentifierKind::Name, range)).collect();
    all.extend(again(text, &known));
    let signature: Vec<&Line> = lines.iter().filter(|line| line.part == Part::Signature).collect();
    // The asker's own name outside the signature names no patient.
    all.retain(|found| {
        let words: Vec<String> = text
            .get(found.range.clone())
            .unwrap_or_default()
            .split(|c: char| !c.is_alphabetic())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        !words.iter().all(|word| own.contains(word)) && !in_signature(&signature, &found.range)
    });
    all
}

/// Whether what looks like a name is the town that the fee schedule is asked for.
fn is_town(text: &str, range: &Range<usize>) -> bool {
    let (name, after) = (text.get(range.clone()).unwrap_or_default(), text.get(range.end..).unwrap_or_default());
    let before = text.get(floor(text, range.start.saturating_sub(12))..range.start).unwrap_or_default();
    let (priced, state, inside) = (PRICED_TOWN.is_match(name), STATE_BEHIND.is_match(after), IN.is_match(before));
    priced && (state || inside) || inside && state && name.split_whitespace().count() == 1
}

fn in_signature(signature: &[&Line], range: &Range<usize>) -> bool {
    signature.iter().any(|line| line.range.start <= range.start && range.end <= line.range.end)
}

/// The name that starts at `at`, right behind a label.
fn name_at(text: &str, at: usize, strong: bool) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let line = rest.split('\n').next()?;
    let words: Vec<regex::Match<'_>> = WORD.find_iter(line).take(WORDS_MAX + 1).collect();
    let first = words
        .first()
        .filter(|word| word.start() <= 1 && word.as_str().split(['\'', '’']).any(|piece| piece.chars().count() > 1))?;
    if line.get(first.end()..).is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit())) {
        return None;
    }
    let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let mut end = 0;
    let mut count = 0;
    let mut given = false;
    for (index, word) in words.iter().enumerate().take(WORDS_MAX) {
        let token = word.as_str().trim_end_matches('.');
        if line.get(word.end()..).is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit())) {
            break;
        }
        let gap = if index == 0 { "" } else { line.get(end..word.start()).unwrap_or("|") };
        let joined = index == 0
            || matches!(gap, " " | ", " | "  ") && !(gap == ", " && index > 1)
            || gap.trim().is_empty() && gap.len() <= 2;
        let acronym = token.len() > 1
            && token.chars().all(char::is_uppercase)
            && token.len() <= 4
            && !may_be_given(token)
            && index > 0
            && !all_capitals(line, first.as_str());
        let initial = token.chars().count() == 1 && index > 0;
        let particle = PARTICLES.contains(&token) && strong && words.get(index + 1).is_some();
        let fits = particle
            || (capital(token) || strong && lower_fits(token, index, given)) && !is_no_name(token)
            || initial && capital(token)
            || initial && given && strong;
        if !joined || acronym || !fits {
            break;
        }
        given |= may_be_given(token);
        if particle {
            // A particle belongs to the name that follows it.
            end = word.end();
            continue;
        }
        end = word.start() + word.as_str().len() - usize::from(word.as_str().ends_with('.') && !initial);
        count += 1;
        // A sentence ends here.
        if word.as_str().ends_with('.') && !initial {
            break;
        }
    }
    let particles = PARTICLES.contains(&first.as_str());
    let lower = first.as_str().chars().next().is_some_and(char::is_lowercase) && !particles;
    let enough = if lower {
        count >= 2 && given
    } else if strong {
        count >= 1
    } else {
        count >= 2 || given
    };
    (count > 0 && enough).then_some(at + first.start()..at + end)
}

/// In small letters a name needs a given name in it, at either end: `john washington`, `stone, faith f`.
fn lower_fits(token: &str, index: usize, given: bool) -> bool {
    let small = token.chars().all(|c| c.is_lowercase() || "'’-".contains(c));
    small && !is_no_name(token) && token.chars().count() > 1 && (index > 0 || given || token.chars().count() > 2)
}

fn all_capitals(line: &str, first: &str) -> bool {
    !line.is_empty() && first.len() > 2 && first.chars().all(|c| !c.is_lowercase())
}

/// The words right before a birthday or a record number.
fn before_birth(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let piece = text.get(range.clone())?;
    let words: Vec<regex::Match<'_>> = WORD.find_iter(piece).collect();
    let start = words.iter().rposition(|word| is_no_name(word.as_str()) && !is_weighed(word.as_str())).map_or(0, |at| at + 1);
    let own = words.get(start..)?;
    let first = own.first()?;
    let last = own.last()?;
    let named = own.iter().any(|word| may_be_given(word.as_str()))
        || own.len() >= 2 && own.iter().all(|word| word.as_str().starts_with(char::is_uppercase));
    named.then_some(range.start + first.start()..range.start + last.end())
}

/// `Smith, John A`, with a given name in it.
fn last_first(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let piece = text.get(range.clone())?;
    let (last, first) = piece.split_once(", ")?;
    let given = first.split_whitespace().next()?;
    let initial = given.trim_end_matches('.').chars().count() == 1;
    let labelled = text.get(..range.start).is_some_and(|before| before.trim_end().to_lowercase().ends_with("re:"));
    let sound = may_be_given(given) || initial && labelled || is_given(last);
    (sound && !is_no_name(last)).then_some(range)
}

/// The cells below a column that a table calls by patients.
fn named_column(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut column: Option<(char, usize)> = None;
    let mut start = 0;
    for line in text.split('\n') {
        let here = start;
        start += line.len() + 1;
        let Some(mark) = ['|', '\t', ';'].into_iter().find(|mark| line.matches(*mark).count() >= 1) else {
            column = None;
            continue;
        };
        if let Some(at) = line.split(mark).position(|cell| NAMED_COLUMN.is_match(cell)) {
            column = Some((mark, at));
            continue;
        }
        let Some((_, at)) = column.filter(|(of, _)| *of == mark) else { continue };
        let before: usize = line.split(mark).take(at).map(|cell| cell.len() + 1).sum();
        let Some(cell) = line.split(mark).nth(at).filter(|cell| CELL_NAME.is_match(cell)) else { continue };
        let from = here + before + (cell.len() - cell.trim_start().len());
        ranges.push(from..from + cell.trim().len());
    }
    ranges
}

/// A given name with a capitalised word behind it, or a capitalised word with a surname behind it, anywhere.
fn full_names(text: &str) -> Vec<Range<usize>> {
    let words: Vec<regex::Match<'_>> = WORD.find_iter(text).collect();
    let mut ranges = Vec::new();
    for pair in words.windows(2) {
        let [first, second] = pair else { continue };
        let (given, family) = (first.as_str(), second.as_str().trim_end_matches('.'));
        let apart = text.get(first.end()..second.start()).unwrap_or("|");
        let capitals =
            given.starts_with(char::is_uppercase) && family.starts_with(char::is_uppercase) && given.chars().count() > 2;
        let shout = family.len() <= 4 && family.chars().all(char::is_uppercase) && given.chars().any(char::is_lowercase);
        if capitals
            && apart == " "
            && !given.ends_with('.')
            && !is_place_or_time(given)
            && !makes_eponym(family)
            && (is_given(given) || is_family(family) && !is_no_name(given))
            && !is_no_name(family)
            && family.chars().count() > 1
            && !shout
        {
            ranges.push(first.start()..second.start() + family.len());
        }
    }
    ranges
}

/// Where the words of known names stand again.
pub(super) fn again(text: &str, known: &[&str]) -> Vec<Found> {
    let words = known.iter().flat_map(|name| WORD.find_iter(name)).map(|word| word.as_str().trim_end_matches('.'));
    let mut words: Vec<&str> =
        words.filter(|word| word.chars().count() > 2 && !is_ambiguous(word) && !is_no_name(word)).collect();
    words.sort_unstable();
    words.dedup();
    let hits = WORD.find_iter(text).filter_map(|hit| {
        let token = hit.as_str().trim_end_matches('.');
        let token = token.strip_suffix("'s").or_else(|| token.strip_suffix("’s")).unwrap_or(token);
        let same = token.starts_with(char::is_uppercase) && words.iter().any(|word| word.eq_ignore_ascii_case(token));
        same.then(|| found(IdentifierKind::Name, hit.start()..hit.start() + token.len()))
    });
    hits.collect()
}
