//! Names that a turn of phrase gives away: initials, nicknames, kin by a single name, names typed in small letters.

use std::ops::Range;

use super::words::{is_family, is_given, is_medical, is_no_name, is_organisation, is_spoken, is_weighed};
use crate::pattern::patterns;

patterns! {
    INITIALS = r"\b(?i:initials)(?i:\s+(?:are|is))?\s*:?\s*((?:[A-Z]\.?){2,4})(?:[\s,;)]|$)";
    GOES_BY = r#"(?i:\b(?:goes\s+by|nickname[d]?|known\s+as|a\.?k\.?a\.?|prefers\s+to\s+be\s+called|called)\b)[\s:]+["“]?(\p{Lu}[\p{L}'’-]{2,})"#;
    KIN_ALONE = r"\b(?i:husband|wife|son|daughter|mother|father|mom|dad|spouse|brother|sister|aunt|uncle|niece|nephew|grandson|granddaughter|caregiver|guardian|abuel(?:a|o|ita|ito)|t[ií]a|t[ií]o|herman[oa]|mam[áa]|pap[áa]|hij[oa]|espos[oa]|niet[oa]|(?:son|daughter|mother|father|brother|sister)-in-law)[\s:,(]+(?:(?:Dr|Dra)\.?\s+)?(\p{Lu}\p{Ll}[\p{L}'’-]+)\b";
    /// `thibault, m.`, `first names Jun and Do`.
    SMALL_LAST_INITIAL = r"(?:^|[\s(])(\p{Ll}{4,}, \p{Ll}\.)(?:[\s,;)]|$)";
    NAMES = r"\b(?i:(?:first|last|given|family)\s+names?)(?i:\s+(?:are|is))?\s*:?\s*(\p{Lu}\p{Ll}+)\s+(?:and|&)\s+(\p{Lu}\p{Ll}+)";
    /// A child that has no name yet: `Okafor, Baby Girl`.
    BABY = r"\b(\p{Lu}[\p{L}'’-]+, (?i:baby(?:\s+(?:girl|boy))?|infant|newborn|twin)(?:\s+[AB]\b)?)";
    /// `friend of Deb W.`, `remember June Park, the one who`.
    OF_A_FRIEND = r"\b(?i:friend|cousin|neighbou?r|roommate|sister|brother|son|daughter|wife|husband|mother|father)\s+(?i:of)\s+(\p{Lu}\p{Ll}+ \p{Lu}\b\.?)";
    REMEMBERED = r"\b(?i:remember|recall|(?:ask|call|phone|email|tell|bill|refund)(?:ed|ing)?)\s+(\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+), (?i:the\s+(?:one|lady|guy|man|woman|patient)|who|our|my|a\s)";
    /// A title and a letter: `Mrs. O, as we call her`.
    TITLED_LETTER = r"\b(?:Mr|Mrs|Ms|Miss|Sra?)\.?\s(\p{Lu})(?:\.|,|\s|['’]s)";
    SMALL_INITIALS = r"\b((\p{Ll})\.\s?(\p{Ll})\.\s+\p{Ll}{4,})\b";
    LAST_INITIAL = r"(?m)(?:^\s*|[|;:)]\s+)(\p{Lu}[\p{L}'’-]{3,},\s\p{Lu}\.)";
    DOTTED_LABEL = r"(?im)^[\s>*-]*(?:patient|pt|member|full)?\s*name[ .…_]*[:=][ ]*(\p{L}[\p{L}'’-]+,?(?: \p{L}[\p{L}'’.-]*){1,3})[ \t]*$";
    LINE_HEAD = r"(?m)^[\s>*-]*(\p{Lu}[\p{L}'’-]{3,},\s?\p{Lu}(?:\.|[\p{L}'’-]+)?)[ \t]+(?:\d|(?i:dob|mbi|mrn|acct)\b)";
    BEFORE_LABEL = r"\b(\p{Lu}\p{Ll}[\p{L}'’-]+),?\s+(?:mbi|dob|mrn|acct|MBI|DOB|MRN)\b";
    COLUMN_INITIAL = r"(?:\s{2}|\|\s)(\p{Lu}\. (?:\p{Lu}\p{Ll}{0,3}\.? )?\p{Lu}[\p{L}'’-]{2,})(?:\s{2}|\s\|)";
    THREE_INITIALS = r"(?:^|[\s(:,])((?:\p{Lu}\.){3,})(?:$|[\s),;:])";
    PATIENT_INITIALS = r"\b(?i:pt|patient|paciente|client|resident|member|kid|child)\.?:?\s+((?:\p{Lu}\.\s?){2,3})(?:$|[\s,;:(])";
    /// `the last name is "Null", first "Iris"`.
    NAME_PART = r#"\b(?i:(?:first|last|given|family|middle|maiden|legal|birth|married|sur)[\s-]?names?|first|last)(?i:\s+(?:is|was|reads|says))?\s*(?::\s*|,\s*)?["“]?(\p{Lu}[\p{L}'’-]+)["”]?"#;
    NAME_PART_QUOTED = r#"\b(?i:first|last|middle|maiden)\s+["“](\p{Lu}[\p{L}'’-]+)["”]"#;
    /// A nickname inside a name.
    NICKNAMED = r#"\b(\p{Lu}[\p{L}'’-]+ (?:["“]\p{Lu}[\p{L}.]*["”]|\(\p{Lu}\p{Ll}+\)) \p{Lu}[\p{L}'’-]+(?:,? (?:Jr|Sr|II|III|IV)\b\.?)?)"#;
    /// A line of a schedule: a day, a surname, a code.
    SCHEDULED = r"(?m)\d{1,2}/\d{1,2}(?:/\d{2,4})?[ \t|,:-]+(\p{Lu}[\p{L}'’]+)[ \t|,:-]+(?:\d{5}\b|[A-Z]\d{4}\b)";
    SPANISH = r"(?i)\b(?:el|la|los|las|de|que|para|con|por|una|pero|está)\b";
    /// A list of rooms: `rm 412 Castellanos –`.
    ROOM_LIST = r"\b(?i:rm|room|bed)\.?\s*\d{1,4}-?[A-Z]?[:,]?\s+((?:(?i:van|von|de|del|de\s+la|van\s+der|st\.?)\s+)?\p{Lu}[\p{L}'’-]{2,}(?:,\s\p{Lu}\.?)?)\s*(?:[–—|:(-]|\d)";
    /// `Ivanchenko_Oleksandr_ED_2025-02-11.pdf`.
    FILE_NAME = r"(?:\b|_)(\p{Lu}\p{Ll}[\p{L}'’-]+_\p{Lu}\p{Ll}[\p{L}'’-]+)_?[\w.-]*\.(?i:pdf|docx?|xlsx?|jpe?g|png|tiff?|csv|txt|zip|hl7|edi)\b";
    /// The name in full behind a nickname, in whatever letters.
    IN_FULL = r"(?i)\(\s*(?:full|legal|real|chart)(?:\s+name)?(?:\s+is)?\s*:?\s+(\p{L}[\p{L}'’-]+(?:\s\p{L}[\p{L}'’.-]*){1,3})\s*\)";
    /// In small letters, with an initial in the middle or a title before: `jolene t. mcclanahan`, `mister pradeep khatri`.
    SMALL_MIDDLE = r"\b(\p{Ll}{3,} \p{Ll}\. \p{Ll}{3,})\b";
    SMALL_TITLED = r"\b(?i:mister|missus|mr|mrs|ms)\.?\s(\p{Ll}{3,}(?:\s\p{Ll}{3,}){0,2})\b";
    SMALL_WORD = r"\b\p{Ll}[\p{Ll}'’-]{2,}\b";
    MONTH_SURNAME = r"^ (?:January|March|April|May|June|July|August|Winter|Summer)\b";
}

/// Two letters with dots that are no initials.
const ABBREVIATIONS: [&str; 16] =
    ["ie", "eg", "am", "pm", "po", "do", "md", "us", "vs", "id", "od", "os", "ou", "im", "iv", "pa"];

pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut take = |pattern: &regex::Regex, sound: &dyn Fn(&str) -> bool| {
        let hits = pattern.captures_iter(text).filter_map(|hit| hit.get(1));
        ranges.extend(hits.filter(|name| sound(name.as_str())).map(|name| name.range()));
    };
    take(&INITIALS, &|_| true);
    take(&THREE_INITIALS, &|name| !is_abbreviation(name));
    take(&PATIENT_INITIALS, &|name| !is_abbreviation(name));
    take(&NAME_PART, &|name| !is_no_name(name));
    take(&NAME_PART_QUOTED, &|_| true);
    take(&NICKNAMED, &|name| name.split_whitespace().next().is_some_and(|first| !is_no_name(first) && !is_organisation(first)));
    take(&SCHEDULED, &|name| is_stranger(name) || is_family(name) || is_given(name));
    take(&GOES_BY, &is_stranger);
    take(&KIN_ALONE, &is_stranger);
    take(&LINE_HEAD, &|name| name.split(',').next().is_some_and(is_stranger));
    take(&BEFORE_LABEL, &is_stranger);
    take(&COLUMN_INITIAL, &|name| name.split_whitespace().last().is_some_and(is_stranger));
    take(&LAST_INITIAL, &|name| name.split(',').next().is_some_and(is_stranger));
    take(&DOTTED_LABEL, &|name| {
        name.split_whitespace().all(|word| word.chars().count() == 1 || !is_no_name(word.trim_end_matches(',')))
    });
    take(&BABY, &|name| name.split(',').next().is_some_and(|last| !is_no_name(last) && !is_spoken(last)));
    take(&OF_A_FRIEND, &|_| true);
    take(&REMEMBERED, &|name| {
        name.split(' ').all(|word| is_weighed(word) || is_given(word) || is_family(word) || is_stranger(word))
    });
    take(&ROOM_LIST, &|name| name.split([' ', ',']).any(|word| is_family(word) || is_given(word) || is_stranger(word)));
    take(&FILE_NAME, &|name| name.split('_').any(|word| is_family(word) || is_given(word)));
    take(&IN_FULL, &|name| name.split(' ').any(|word| is_given(word) || is_family(word) || is_stranger(word)));
    take(&SMALL_MIDDLE, &|name| {
        let (first, last) = (name.split(' ').next().unwrap_or_default(), name.split(' ').next_back().unwrap_or_default());
        is_stranger(last) && (is_given(first) || is_stranger(first)) || is_given(first) && is_family(last)
    });
    take(&TITLED_LETTER, &|_| true);
    take(&SMALL_LAST_INITIAL, &|name| name.split(',').next().is_some_and(is_stranger));
    for hit in NAMES.captures_iter(text) {
        ranges.extend(hit.iter().skip(1).flatten().map(|name| name.range()));
    }
    for hit in SMALL_INITIALS.captures_iter(text) {
        let letters = format!("{}{}", hit.get(2).map_or("", |one| one.as_str()), hit.get(3).map_or("", |one| one.as_str()));
        if let Some(name) = hit.get(1)
            && !ABBREVIATIONS.contains(&letters.as_str())
            && name.as_str().split_whitespace().last().is_some_and(|word| !is_spoken(word) && !is_medical(word))
        {
            ranges.push(name.range());
        }
    }
    for hit in SMALL_TITLED.captures_iter(text).filter_map(|hit| hit.get(1)) {
        let strange = hit.as_str().split(' ').take_while(|word| is_stranger(word) || is_given(word) || is_family(word));
        let length = strange.map(|word| word.len() + 1).sum::<usize>();
        if length > 0 {
            ranges.push(hit.start()..hit.start() + length - 1);
        }
    }
    // In a Spanish sentence a small word beside a given name is mostly just a word.
    if SPANISH.find_iter(text).count() < 4 {
        ranges.extend(small(text));
    }
    ranges
}

/// A name that ends with a given name goes on with a surname that is a month: `Rosalind March`.
pub(super) fn month_surname(text: &str, end: usize) -> usize {
    let after = text.get(end..).unwrap_or_default();
    let Some(month) = MONTH_SURNAME.find(after) else { return 0 };
    let next = after.get(month.end()..).unwrap_or_default().trim_start_matches([' ', '.']);
    if next.starts_with(|c: char| c.is_ascii_digit()) { 0 } else { month.len() }
}

fn is_abbreviation(dotted: &str) -> bool {
    const LONGER: [&str; 12] = ["dob", "dos", "mrn", "ssn", "usa", "aka", "fyi", "asap", "icd", "cpt", "bid", "tid"];
    let letters: String = dotted.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    ABBREVIATIONS.contains(&letters.as_str()) || LONGER.contains(&letters.as_str())
}

/// No word of the language or of medicine, and no firm's.
fn is_stranger(word: &str) -> bool {
    !is_no_name(word) && !is_spoken(word) && !is_medical(word) && !is_organisation(word)
}

/// `maria dlugosz`, `dlugosz, maria`: a given name beside a word that is none, both in small letters; and that word again.
fn small(text: &str) -> Vec<Range<usize>> {
    let words: Vec<regex::Match<'_>> = SMALL_WORD.find_iter(text).collect();
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    let given = |word: &str| is_given(&capital(word)) && !is_spoken(word);
    let strange = |word: &str| word.chars().count() >= 4 && is_stranger(word) && is_stranger(&capital(word));
    let mut ranges = Vec::new();
    let mut surnames = Vec::new();
    for pair in words.windows(2) {
        let [one, two] = pair else { continue };
        let gap = text.get(one.end()..two.start()).unwrap_or("|");
        if gap == " " && given(one.as_str()) && strange(two.as_str()) && !given(two.as_str()) {
            surnames.push(two.as_str());
            ranges.push(one.start()..two.end());
        } else if gap == ", " && given(two.as_str()) && strange(one.as_str()) {
            surnames.push(one.as_str());
            ranges.push(one.start()..two.end());
        }
    }
    ranges.extend(words.iter().filter(|word| surnames.contains(&word.as_str())).map(regex::Match::range));
    ranges
}
