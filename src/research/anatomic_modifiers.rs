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
    /// A side, a place and what it is a place of, in the order of English or of Spanish.
    LID = r"(?i)\b(left|right|lt|rt|l|r)\.?\s+(upper|lower)\s+(?:eye)?\s?lids?\b|\b(upper|lower)\s+(left|right)\s+(?:eye)?\s?lids?\b|\b(LUL|LLL|RUL|RLL)\b";
    DIGIT = r"(?i)\b(left|right|lt|rt|l|r)\.?\s+(?:hand['’]?s?\s+|foot['’]?s?\s+)?(thumb|great toe|big toe|hallux|index(?: finger)?|pointer(?: finger)?|middle finger|long finger|ring finger|little finger|pinky(?: finger| toe)?|small finger|(?:2nd|second|3rd|third|4th|fourth|5th|fifth|little) (?:finger|digit|toe))\b";
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
        let (side, height) = match (part(1), part(2), part(3), part(4), part(5)) {
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
    let hits = DIGIT.captures_iter(text).filter_map(|hit| {
        let (side, part) = (hit.get(1)?.as_str().to_lowercase(), hit.get(2)?.as_str().to_lowercase());
        let says = |words: &[&str]| words.iter().any(|word| part.contains(word));
        let toe = says(&["toe", "hallux"]) || says(&["digit"]) && FOOT.is_match(text) && !HAND.is_match(text);
        if says(&["digit"]) && FOOT.is_match(text) == HAND.is_match(text) {
            return None;
        }
        let at = if says(&["thumb", "great", "big", "hallux"]) {
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
        let right = usize::from(side.starts_with('r'));
        let modifier = (if toe { TOES } else { FINGERS }).get(right)?.get(at).copied()?;
        Some((format!("{} {part}", if right == 1 { "right" } else { "left" }), modifier))
    });
    hits.collect()
}
