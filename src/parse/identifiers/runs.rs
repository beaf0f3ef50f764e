//! Names that no label announces: runs of capitalised words that are names by the lists, or no words of the language at all.

use std::ops::Range;

use super::words::{
    is_family, is_given, is_medical, is_no_name, is_organisation, is_place_or_time, is_spoken, is_weighed, makes_eponym,
    may_be_family, may_be_given,
};
use crate::parse::limits::floor;
use crate::pattern::patterns;

/// Words that a name may have, particles included.
const RUN_WORDS_MAX: usize = 6;
/// Words of a text that are looked up to learn whether it is English.
const LANGUAGE_WORDS_MAX: usize = 120;
/// A text of fewer words tells nothing about its language.
const LANGUAGE_WORDS_MIN: usize = 2;

patterns! {
    WORD = r"\p{L}[\p{L}\p{M}'’-]*\.?";
    PROVIDER_BEFORE = r"(?i)(?:\b(?:dr|drs|doctor|dra|prof|surgeon|assistant|anesthesiologist|radiologist|pathologist|provider|physician|attending|payer|insurer|carrier|plan|hi|hello|hey|dear|hola|estimad[oa]|hallo|bonjour)\b[\s.:,]*(?:dr\.?\s+)?|@\s?)$";
    CREDENTIAL_AFTER = r"^,?\s*(?:M\.?D|D\.?O|PA(?:-C)?|NP|FNP|CRNA|RN|LPN|CPC|CCS|COC|CPMA|RHIT|RHIA|DPM|DPT|PT|OT|PhD|DDS|DMD|FACS|MBBS|CNM|APRN|ARNP)\b";
    /// What patients do.
    ACTING_AFTER = r"^(?:['’]s\b|,?\s+(?:had|has\s+had|underwent|presented|presents|came|comes|fell|was\s+(?:seen|admitted|discharged|referred|treated|born)|is\s+(?:a|an)\s+\d|\(?(?:the|a|our)\s+patient|,?\s?\d{1,2}\s?(?:yo|y/o|[MF]\b)))";
    OBJECT_BEFORE = r"(?i)(?:^|\b(?:on|for|re|about|of|see|saw|seen|with|put|patient|pt|and))[\s:]+$";
    LOWER_WORD = r"\b\p{Ll}{3,}\b";
}

/// What a word is in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Given,
    Family,
    /// A name that is another word too.
    Either,
    /// A listed name that is a common word first: part of a name only beside a sure one.
    Weak,
    /// In no list at all.
    Stranger,
    Initial,
    /// `de`, `van`, `bin`: inside a name only.
    Particle,
    /// No part of a name.
    Word,
}

struct Token<'t> {
    text: &'t str,
    range: Range<usize>,
    kind: Kind,
}

/// Runs of words that name a person.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let tokens: Vec<Token<'_>> = WORD.find_iter(text).map(|found| token(text, found)).collect();
    let mut english = None;
    let mut ranges = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let run = run(text, &tokens, at);
        if run.is_empty() {
            at += 1;
            continue;
        }
        let own = tokens.get(run.clone()).unwrap_or_default();
        if is_name(text, own, &mut english)
            && let (Some(first), Some(last)) = (own.first(), own.last())
        {
            ranges.push(first.range.start..last.range.end);
        }
        at = run.end;
    }
    ranges.extend(reversed(text, &tokens));
    ranges
}

fn token<'t>(text: &str, found: regex::Match<'t>) -> Token<'t> {
    let whole = found.as_str();
    let initial = whole.trim_end_matches('.').chars().count() == 1;
    let word = if initial { whole } else { whole.trim_end_matches('.') };
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
    // A letter before digits begins a code.
    let coded = text.get(found.end()..).is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()))
        || text.get(..found.start()).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()));
    let kind = if coded { Kind::Word } else { kind(word) };
    Token { text: word, range: found.start()..found.start() + word.len(), kind }
}

fn kind(word: &str) -> Kind {
    const PARTICLES: [&str; 26] = [
        "de", "del", "dela", "la", "las", "los", "da", "do", "dos", "di", "van", "von", "der", "den", "ter", "ten", "bin",
        "bint", "ibn", "al", "el", "le", "y", "e", "vda", "zu",
    ];
    // `al-Khalidi`, `d'Angelo`: the name is behind the particle.
    if let Some((particle, name)) = word.split_once(['-', '\'', '’'])
        && name.starts_with(char::is_uppercase)
        && (PARTICLES.contains(&particle) || particle == "d")
    {
        return kind(name);
    }
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    if PARTICLES.contains(&word.to_lowercase().as_str()) {
        return Kind::Particle;
    }
    if !word.starts_with(char::is_uppercase) {
        return Kind::Word;
    }
    if letters == 1 {
        return Kind::Initial;
    }
    if is_no_name(word) || is_organisation(word) || is_medical(word) || is_place_or_time(word) {
        // `Mr. Baker`, `Parkinson`: their own labels find them.
        return Kind::Word;
    }
    let shouted = word.chars().all(|c| !c.is_lowercase());
    match (is_given(word), is_family(word)) {
        (true, _) => Kind::Given,
        (false, true) => Kind::Family,
        (false, false) if is_weighed(word) => Kind::Either,
        (false, false) if may_be_given(word) || may_be_family(word) => Kind::Weak,
        (false, false) if is_spoken(word) || shouted && letters <= 4 => Kind::Word,
        (false, false) => Kind::Stranger,
    }
}

/// The tokens from `at` that could be one name, all of one line.
fn run(text: &str, tokens: &[Token<'_>], at: usize) -> Range<usize> {
    let mut end = at;
    while let Some(token) = tokens.get(end).filter(|_| end - at < RUN_WORDS_MAX) {
        let before = end.checked_sub(1).and_then(|before| tokens.get(before)).filter(|_| end > at);
        let joined = before.is_none_or(|before| joins(before, text.get(before.range.end..token.range.start).unwrap_or_default()));
        if !joined
            || token.kind == Kind::Word
            || end == at && token.kind == Kind::Particle && token.text.starts_with(char::is_lowercase)
        {
            break;
        }
        end += 1;
    }
    while end > at
        && tokens.get(end - 1).is_some_and(|last| last.kind == Kind::Particle || last.kind == Kind::Initial && end - at == 1)
    {
        end -= 1;
    }
    at..end
}

/// Whether what stands behind a word lets a name go on: a blank, the dot of an initial, the mark of a nickname.
fn joins(before: &Token<'_>, gap: &str) -> bool {
    match gap {
        " " | "  " | " \"" | "\" " | " “" | "” " => true,
        ". " => matches!(before.kind, Kind::Initial | Kind::Particle),
        _ => false,
    }
}

fn is_name(text: &str, run: &[Token<'_>], english: &mut Option<bool>) -> bool {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return false };
    let count = |kind: Kind| run.iter().filter(|token| token.kind == kind).count();
    let (given, family, either, strangers) =
        (count(Kind::Given), count(Kind::Family), count(Kind::Either), count(Kind::Stranger));
    let weak = count(Kind::Weak);
    let shouted = run.iter().all(|token| !token.text.chars().any(char::is_lowercase));
    let long = given + family + either + strangers + weak;
    let likely = match long {
        0 => false,
        1 => {
            let initials = count(Kind::Initial) > 0;
            given == 1 && !shouted
                || initials && family + given == 1
                || strangers == 1 && (initials || is_acting(text, last.range.end)) && !shouted && is_english(text, english)
        }
        _ => {
            given > 0
                || family > 0 && (!shouted || family > 1)
                || !shouted && strangers > 0 && is_english(text, english)
                || !shouted && either == long && (is_inside(text, first.range.start) || is_acting(text, last.range.end))
        }
    };
    likely && !is_provider(text, first.range.start, last.range.end) && !is_other(text, last.range.end)
}

/// Whether a sentence is under way before `at`, so that a capital means something.
fn is_inside(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.ends_with(' ') && before.trim_end().ends_with(|c: char| c.is_lowercase() || c.is_ascii_digit() || c == ',')
}

fn is_acting(text: &str, end: usize) -> bool {
    ACTING_AFTER.is_match(text.get(end..).unwrap_or_default())
}

/// Providers' names are no patients': a title before, or letters behind.
fn is_provider(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(floor(text, start.saturating_sub(30))..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    PROVIDER_BEFORE.is_match(before) || CREDENTIAL_AFTER.is_match(after)
}

/// An organisation's name, a place's, or an eponym's: the next word says so.
fn is_other(text: &str, end: usize) -> bool {
    let after = text.get(end..).unwrap_or_default();
    let after = after.strip_prefix("'s").or_else(|| after.strip_prefix("’s")).unwrap_or(after);
    let Some(next) = after.strip_prefix([' ', '-']).and_then(|rest| WORD.find(rest).filter(|word| word.start() == 0)) else {
        return false;
    };
    makes_eponym(next.as_str()) || next.as_str().starts_with(char::is_uppercase) && is_organisation(next.as_str())
}

/// `Tanaka, Yuki`, `DELACROIX, REMY`.
fn reversed(text: &str, tokens: &[Token<'_>]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    for (index, pair) in tokens.windows(2).enumerate() {
        let [last, first] = pair else { continue };
        let closing = last.text.eq_ignore_ascii_case("best") || last.text.eq_ignore_ascii_case("cheers");
        let surname = matches!(last.kind, Kind::Family | Kind::Stranger | Kind::Given | Kind::Either | Kind::Weak) && !closing;
        let start = with_particles(text, tokens, index);
        let unheard = last.kind == Kind::Stranger && first.kind == Kind::Stranger && heads_a_phrase(text, start);
        let weighed = last.kind == Kind::Either && first.kind == Kind::Either && is_object(text, start);
        let small = (start < last.range.start || last.kind == Kind::Family) && is_given_in_small(first.text);
        let given = matches!(first.kind, Kind::Given) || first.kind == Kind::Either && last.kind == Kind::Family;
        let sound = given || unheard || weighed || small;
        let gap = text.get(last.range.end..first.range.start).unwrap_or_default();
        if !matches!(gap, ", " | ",") || !surname || !sound {
            continue;
        }
        if is_provider(text, last.range.start, first.range.end) || is_other(text, first.range.end) {
            continue;
        }
        let mut end = first.range.end;
        for more in tokens.iter().skip(index + 2).take(2) {
            let joined = text.get(end..more.range.start) == Some(" ");
            if !joined || !matches!(more.kind, Kind::Initial | Kind::Given | Kind::Family) {
                break;
            }
            end = more.range.end;
        }
        ranges.push(start..end);
    }
    ranges
}

/// Where a surname begins whose particles stand before it: `van der Meer, Pieter`.
fn with_particles(text: &str, tokens: &[Token<'_>], surname: usize) -> usize {
    let mut start = tokens.get(surname).map_or(0, |token| token.range.start);
    for token in tokens.get(..surname).unwrap_or_default().iter().rev() {
        if token.kind != Kind::Particle || text.get(token.range.end..start) != Some(" ") {
            break;
        }
        start = token.range.start;
    }
    start
}

/// Whether a line, a bracket or what follows a colon begins here.
fn heads_a_phrase(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.is_empty()
        || before.ends_with(['\n', '(', '"', '“', '\t'])
        || before.trim_end_matches(' ').ends_with([':', ';', '|', '-', '\n'])
}

/// Whether it is what a question is about: behind such a word even `Price, Will` is a name.
fn is_object(text: &str, at: usize) -> bool {
    OBJECT_BEFORE.is_match(text.get(floor(text, at.saturating_sub(16))..at).unwrap_or_default())
}

fn is_given_in_small(word: &str) -> bool {
    let mut letters = word.chars();
    let first = letters.next().filter(|first| first.is_lowercase());
    first.is_some_and(|first| is_given(&first.to_uppercase().chain(letters).collect::<String>()) && !is_spoken(word))
}

/// Whether the words in small letters are mostly English or medical: only then does a stranger among them say anything.
fn is_english(text: &str, known: &mut Option<bool>) -> bool {
    *known.get_or_insert_with(|| {
        let words: Vec<&str> = LOWER_WORD.find_iter(text).take(LANGUAGE_WORDS_MAX).map(|word| word.as_str()).collect();
        let spoken = words.iter().filter(|word| is_spoken(word)).count();
        words.len() >= LANGUAGE_WORDS_MIN && spoken * 10 >= words.len() * 7
    })
}
