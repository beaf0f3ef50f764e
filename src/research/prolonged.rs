//! Prolonged services on the day of a visit: from which minute they start, by whose rule, and how many units the minutes give.

use super::Desk;
use super::facets;
use crate::domain::code::{CodeRef, CodeSystem, Effect, Family, Source};
use crate::domain::draft::Route;
use crate::domain::finding::{Conclusion, Fact};
use crate::domain::question::{Intent, Payer};
use crate::pattern::{cues, patterns};

cues! {
    ASKED = r"\bprolong\w*|\b(?:G2212|G0316|G0318|99417|99418|99354|99355)\b|\bextra time\b|\btime beyond\b|\bprolongad\w*";
    NEW_PATIENT = r"\bnew (?:\w+ )?(?:pt|patient)\b";
    KNOWN_PATIENT = r"\best(?:ablished|ab|\.)?\s+(?:\w+ )?(?:pt|patient)\b";
    // Time of another person, of another day or of another service does not count as the visit's.
    // Minutes over the level's own, whose sum depends on how the level was chosen.
    OVER = r"\b(?:min|mins|minutes?) (?:over|past|beyond|extra|longer|above)\b";
    MIXED = r"\bnurse\b.{0,20}\bmin|\bof which\b|\binclud\w+\b.{0,20}\bmin|\bday before\b|\bpsychother|\bcritical care\b|\bstaff\b";
}

patterns! {
    MINUTES = r"(?is)\b(\d{2,3}) ?-?(?:min\b|mins\b|minutes?\b|minutos?\b)";
    HOURS = r"(?is)\b(\d)(?:\.(\d))? ?(?:hours?|hrs?)\b(?: ?(?:and )?(\d{1,2}) ?min\w*)?";
}

/// The highest level of a family: Medicare's code and first minute, CPT's code and first minute.
struct Top {
    visit: &'static str,
    below: &'static [&'static str],
    medicare: (&'static str, u32),
    cpt: (&'static str, u32),
}

const TOPS: [Top; 5] = [
    Top { visit: "99205", below: &["99202", "99203", "99204"], medicare: ("G2212", 89), cpt: ("99417", 75) },
    Top { visit: "99215", below: &["99212", "99213", "99214"], medicare: ("G2212", 69), cpt: ("99417", 55) },
    Top { visit: "99223", below: &["99221", "99222"], medicare: ("G0316", 105), cpt: ("99418", 90) },
    Top { visit: "99233", below: &["99231", "99232"], medicare: ("G0316", 80), cpt: ("99418", 65) },
    Top { visit: "99236", below: &["99234", "99235"], medicare: ("G0316", 125), cpt: ("99418", 100) },
];

pub(super) fn look(desk: &mut Desk<'_>) {
    let text = desk.question.text.clone();
    if !ASKED.is_match(&text) || MIXED.is_match(&text) || OVER.is_match(&text) {
        return;
    }
    let codes = desk.codes_of(&[CodeSystem::Cpt, CodeSystem::Hcpcs]);
    let names = |code: &str| codes.iter().any(|c| c.code == code);
    let mut tops = TOPS.iter().filter(|top| names(top.visit) || top.below.iter().any(|code| names(code)));
    // Without a level the time gives the highest, or nothing can be said of prolonged services.
    let by_time = || {
        let visit = if NEW_PATIENT.is_match(&text) { ("99205", 60) } else { ("99215", 40) };
        let stands = (NEW_PATIENT.is_match(&text) || KNOWN_PATIENT.is_match(&text)) && minutes(&text)? >= visit.1;
        TOPS.iter().find(|top| stands && top.visit == visit.0)
    };
    let (first, None) = (tops.next(), tops.next()) else { return };
    let unnamed = first.is_none();
    let Some(top) = first.or_else(by_time) else { return };
    let commercial = desk.question.payer.is_some_and(|payer| payer == Payer::Commercial);
    let ((code, from), book) = if commercial { (top.cpt, "CPT") } else { (top.medicare, "Medicare") };
    let other = if commercial { top.medicare.0 } else { top.cpt.0 };
    let Some(minutes) = minutes(&text) else { return };
    let visit = top.visit;
    let units = if minutes < from { 0 } else { (minutes - from) / 15 + 1 };
    let lower = !unnamed && !names(visit);
    let answer = match (lower, units) {
        (true, _) => format!(
            "No: {code} is an add-on to {visit} alone, the highest level of its family chosen by time, and not to the level named; {minutes} minutes{}.",
            if units == 0 {
                format!(" do not reach the {from} at which it starts")
            } else {
                format!(" support {visit} by time with {code} x{units}")
            }
        ),
        (false, 0) => {
            format!(
                "{visit} alone: {minutes} minutes do not reach the {from} minutes at which {code} starts with {visit} for {book}."
            )
        }
        (false, _) => format!(
            "{visit} with {code} x{units} ({units} {}): {minutes} minutes reach the {from} at which {code} starts with {visit}, and each further full 15 minutes is one unit more (x2 from {}).",
            if units == 1 { "unit" } else { "units" },
            from + 15
        ),
    };
    let whose = if commercial {
        format!(" {other} is Medicare's code; the plan's policy decides which of the two it takes.")
    } else {
        format!(" {other} is CPT's code with a threshold of {} minutes; Medicare does not take it.", top.cpt.1)
    };
    conclude(desk, (code, visit, from, commercial), format!("{answer}{whose}"));
}

/// The one length of time that the mail names.
fn minutes(text: &str) -> Option<u32> {
    let mut found: Vec<u32> = MINUTES.captures_iter(text).filter_map(|c| c.get(1)?.as_str().parse().ok()).collect();
    if found.is_empty() {
        found.extend(HOURS.captures_iter(text).filter_map(|c| {
            let number = |at: usize| c.get(at).and_then(|part| part.as_str().parse::<u32>().ok());
            Some(number(1)? * 60 + number(2).unwrap_or(0) * 6 + number(3).unwrap_or(0))
        }));
    }
    found.retain(|minutes| *minutes > 15);
    found.dedup();
    if let [only] = found.as_slice() { Some(*only) } else { None }
}

fn conclude(desk: &mut Desk<'_>, (code, visit, from, commercial): (&str, &str, u32, bool), answer: String) {
    let (source, section, rule) = if commercial {
        let source = Source {
            family: Family::Cpt,
            edition: "E/M guidelines since 2023".to_owned(),
            file: "CPT guidelines, in our own words".to_owned(),
        };
        (
            source,
            "prolonged services",
            format!(
                "By CPT's rule {code} is added to {visit} for each full 15 minutes past its time, from {from} minutes in all on that date."
            ),
        )
    } else {
        let source = Source {
            family: Family::Rulebook,
            edition: "Medicare Claims Processing Manual, Pub. 100-04".to_owned(),
            file: "config/rulebook".to_owned(),
        };
        (
            source,
            "12 §30.6.15",
            format!(
                "{code} is an add-on code to the primary {visit} for each full 15 minutes beyond the longest time of the level: with {visit} the threshold is {from} minutes."
            ),
        )
    };
    let fact = Fact::Rule { rule: "prolonged".to_owned(), wording: rule.clone() };
    let mut rests_on = vec![desk.lay(fact, rule, source.clone(), section.to_owned(), Effect::default())];
    rests_on.extend(facets::record(desk, "add-on", &facets::procedure(code)));
    rests_on.extend(facets::record(desk, "mue", &facets::procedure(code)));
    let conclusion = Conclusion {
        topic: "prolonged".to_owned(),
        codes: vec![CodeRef::new(CodeSystem::Cpt, visit), facets::procedure(code)],
        rests_on,
        show: "The note must give the total time of the physician on that date, and the level must have been chosen by time."
            .to_owned(),
        asks: Vec::new(),
        settles: vec![
            Intent::Units,
            Intent::EmLevel,
            Intent::AddOn,
            Intent::CodeSearch,
            Intent::PairEdit,
            Intent::ModifierChoice,
            Intent::Payment,
        ],
        route: Route::Auto,
        instead_of_pairs: true,
        despite: Vec::new(),
        spanish: false,
    };
    desk.find(Fact::Conclusion(conclusion), answer, source, section.to_owned(), Effect::default());
}
