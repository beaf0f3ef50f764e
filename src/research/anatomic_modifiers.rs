//! Eyelids, fingers and toes: the anatomic modifier of each place that a mail names.

use super::Desk;
use crate::domain::code::{CodeSystem, Modifier};
use crate::domain::draft::Route;
use crate::domain::finding::{Conclusion, Fact};
use crate::domain::question::{Intent, Language};
use crate::pattern::{cues, patterns};

cues! {
    ASKED = r"{modifier}|\be ?(?:ones|1|2|3|4|mods?)\b|\b(?:rt|lt)\b|\bt ?(?:ones|mods?)\b|\bfa\b|\bta\b";
}

patterns! {
    /// A side, a place and what it is a place of, in the order of English or of Spanish. Of two in a row one says what both are of.
    LID = r"(?i)\b(left|right|lt|rt|l|r)\.?\s+(upper|lower)\b(?:\s+(?:eye)?\s?lids?\b)?(\s+(?:lobe|quadrant|extremit\w*|arm|leg|limb|back|abd\w*|lip|jaw|teeth|gi|pole|outer|inner))?|\b(upper|lower)\s+(left|right)\s+(?:eye)?\s?lids?\b|\b(LUL|LLL|RUL|RLL)\b";
    /// A side and the digits that are named with it: "left ring and little fingers".
    DIGITS = r"(?i)\b(left|right|lt|rt|l|r)\.?[ \t]+(?:hand['’]?s?[ \t]+|foot['’]?s?[ \t]+)?((?:(?:thumb|great toe|big toe|hallux|index|pointer|middle|long|ring|little|pinky|small|2nd|second|3rd|third|4th|fourth|5th|fifth)(?:[ \t]+(?:fingers?|digits?|toes?))?)(?:(?:\s*[,&+/]\s*|[ \t]+(?:and|plus)[ \t]+)(?:the[ \t]+)?(?:thumb|great toe|big toe|hallux|index|pointer|middle|long|ring|little|pinky|small|2nd|second|3rd|third|4th|fourth|5th|fifth)(?:[ \t]+(?:fingers?|digits?|toes?))?\b)*)";
    DIGIT = r"(?i)\b(thumb|great toe|big toe|hallux|index|pointer|middle|long|ring|little|pinky|small|2nd|second|3rd|third|4th|fourth|5th|fifth)(?:\s+(fingers?|digits?|toes?))?\b";
    HAND = r"(?i)\b(?:fingers?|hand|thumb|index|pinky|trigger)\b";
    FOOT = r"(?i)\b(?:toes?|foot|feet|nails?|bunion|hammertoe|hallux)\b";
}

/// Places of a mail beyond which a list is for a person.
const PLACES_MAX: usize = 6;

pub(super) fn look(desk: &mut Desk<'_>) {
    let text = desk.question.text.clone();
    let asks = desk.question.intents.contains(&Intent::ModifierChoice);
    if !asks || !ASKED.is_match(&text) || desk.question.language != Language::English {
        return;
    }
    let mut places: Vec<(String, &'static str)> = lids(&text);
    places.extend(digits(&text));
    places.dedup();
    if places.is_empty() || places.len() > PLACES_MAX {
        return;
    }
    let mut rests_on = Vec::new();
    let mut said = Vec::new();
    for (place, modifier) in &places {
        let Some(record) = Modifier::parse(modifier).ok().and_then(|of| desk.codebook.modifier(of, desk.on)) else { return };
        let meaning = format!("Modifier {modifier}: {}.", record.meaning.trim_end_matches('.'));
        let fact = Fact::Record { topic: format!("anatomic {modifier}"), codes: Vec::new() };
        rests_on.push(desk.lay(fact, meaning, record.source, (*modifier).to_owned(), record.effect));
        said.push(format!("{modifier} for the {place}"));
    }
    let procedures = desk.codes_of(&[CodeSystem::Cpt, CodeSystem::Hcpcs]);
    let line = match (procedures.as_slice(), places.len()) {
        ([code], 2..) => format!(", {code} on a line of its own for each"),
        (_, 2..) => ", on a line of its own for each".to_owned(),
        _ => String::new(),
    };
    let sides = "RT and LT are for paired parts that have no modifier of their own, so they are not used here.";
    let Some(record) = places.first().and_then(|(_, m)| desk.codebook.modifier(Modifier::parse(m).ok()?, desk.on)) else {
        return;
    };
    let conclusion = Conclusion {
        topic: "anatomic_modifiers".to_owned(),
        codes: procedures,
        rests_on,
        show: "The note must name each place; a modifier of place says where, and does not by itself make two services separate."
            .to_owned(),
        asks: Vec::new(),
        settles: vec![Intent::ModifierChoice],
        route: Route::Auto,
        instead_of_pairs: false,
        despite: Vec::new(),
        spanish: false,
    };
    let text = format!("Use {}{line}. {sides}", listed(&said));
    let name = places.first().map_or("", |(_, modifier)| modifier).to_owned();
    desk.find(Fact::Conclusion(conclusion), text, record.source, name, record.effect);
}

fn listed(said: &[String]) -> String {
    match said {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => said.join(", "),
    }
}

/// HCPCS Level II modifiers E1 to E4.
fn lids(text: &str) -> Vec<(String, &'static str)> {
    let hits = LID.captures_iter(text).filter_map(|hit| {
        let part = |at: usize| hit.get(at).map(|part| part.as_str().to_lowercase());
        // Of a lung, a leg or a lip.
        if hit.get(3).is_some() {
            return None;
        }
        let (side, height) = match (part(1), part(2), part(4), part(5), part(6)) {
            (Some(side), Some(height), ..) | (_, _, Some(height), Some(side), _) => (side, height),
            (.., Some(short)) => {
                let mut letters = short.chars().map(|letter| letter.to_string());
                (letters.next()?, letters.next()?)
            }
            _ => return None,
        };
        let (left, upper) = (side.starts_with('l'), height.starts_with('u'));
        let modifier = match (left, upper) {
            (true, true) => "E1",
            (true, false) => "E2",
            (false, true) => "E3",
            (false, false) => "E4",
        };
        let side = if left { "left" } else { "right" };
        Some((format!("{side} {} lid", if upper { "upper" } else { "lower" }), modifier))
    });
    // Lobes of a lung are shortened as lids are.
    let eyes = text.to_lowercase().contains("lid") || text.to_lowercase().contains("eye");
    hits.filter(|_| eyes).collect()
}

/// HCPCS Level II modifiers FA to F9 and TA to T9.
fn digits(text: &str) -> Vec<(String, &'static str)> {
    const FINGERS: [[&str; 5]; 2] = [["FA", "F1", "F2", "F3", "F4"], ["F5", "F6", "F7", "F8", "F9"]];
    const TOES: [[&str; 5]; 2] = [["TA", "T1", "T2", "T3", "T4"], ["T5", "T6", "T7", "T8", "T9"]];
    let (hand, foot) = (HAND.is_match(text), FOOT.is_match(text));
    let mut places = Vec::new();
    for row in DIGITS.captures_iter(text) {
        let (Some(side), Some(row)) = (row.get(1), row.get(2)) else { continue };
        let right = side.as_str().to_lowercase().starts_with('r');
        for digit in DIGIT.captures_iter(row.as_str()) {
            let name = digit.get(1).map_or_else(String::new, |name| name.as_str().to_lowercase());
            let of = digit.get(2).map_or_else(String::new, |of| of.as_str().to_lowercase());
            let says = |words: &[&str]| words.contains(&name.as_str());
            // A digit without a word of its own is of what the mail is about, where that is one thing.
            let toe = match of.as_str() {
                _ if of.starts_with("toe") || says(&["great toe", "big toe", "hallux"]) => true,
                _ if of.starts_with("finger") || says(&["thumb", "index", "pointer", "ring", "middle", "long"]) => false,
                _ if hand != foot => foot,
                _ => return Vec::new(),
            };
            let at = if says(&["thumb", "great toe", "big toe", "hallux"]) {
                0
            } else if says(&["index", "pointer", "2nd", "second"]) {
                1
            } else if says(&["middle", "long", "3rd", "third"]) {
                2
            } else if says(&["ring", "4th", "fourth"]) {
                3
            } else {
                4
            };
            let Some(modifier) =
                (if toe { TOES } else { FINGERS }).get(usize::from(right)).and_then(|side| side.get(at)).copied()
            else {
                continue;
            };
            let noun = match (toe, at) {
                (false, 0) => "",
                (true, _) => " toe",
                (false, _) => " finger",
            };
            let noun = if name == "hallux" || name == "pinky" || name.ends_with("toe") { "" } else { noun };
            places.push((format!("{} {name}{noun}", if right { "right" } else { "left" }), modifier));
        }
    }
    places
}
