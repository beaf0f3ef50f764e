//! Critical care by its minutes: what was done beside it and is billed by itself comes off first (CPM 12 §30.6.12).

use std::sync::LazyLock;

use regex::Regex;

use super::Desk;
use crate::domain::code::{CodeRef, CodeSystem, Effect, Family, Source};
use crate::domain::draft::Route;
use crate::domain::finding::{Conclusion, Fact};
use crate::domain::question::{Intent, Payer};
use crate::pattern::cue;

static CARE: LazyLock<Regex> = LazyLock::new(|| cue(r"\bcritical care\b|\bcrit(?:ical)? care\b|\b9929[12]\b"));
static AMOUNT: LazyLock<Regex> = LazyLock::new(|| cue(r"\b(\d{1,3}) ?(?:min\b|mins\b|minutes?\b)"));
static INCLUDING: LazyLock<Regex> =
    LazyLock::new(|| cue(r"\b(?:includ\w*|of which|of that|counting|with)\b[^.;\d]{0,20}(\d{1,3}) ?(?:min\b|mins\b|minutes?\b)"));

/// Procedures that are not part of critical care, so that their time is not critical care time.
const SEPARATE: [&str; 9] = ["92950", "31500", "36555", "36556", "36557", "36558", "32551", "36620", "33210"];

pub(super) fn look(desk: &mut Desk<'_>) {
    let text = desk.question.text.clone();
    if !CARE.is_match(&text) || desk.question.payer.is_some_and(|p| p == Payer::Commercial) {
        return;
    }
    let amounts: Vec<u32> = AMOUNT.captures_iter(&text).filter_map(|c| c.get(1)?.as_str().parse().ok()).collect();
    let off: Option<u32> = INCLUDING.captures(&text).and_then(|c| c.get(1)?.as_str().parse().ok());
    let (total, off) = match (amounts.as_slice(), off) {
        ([total], None) => (*total, 0),
        ([total, part], Some(off)) if part == &off && off < *total => (*total, off),
        _ => return,
    };
    let left = total - off;
    let further = if left < 104 { 0 } else { (left - 74) / 30 };
    let source = Source {
        family: Family::Rulebook,
        edition: "Medicare Claims Processing Manual, Pub. 100-04".to_owned(),
        file: "config/rulebook".to_owned(),
    };
    let rule = "99291 is for the first 30 to 74 minutes of critical care on a date; Medicare pays 99292 for each complete 30 minutes beyond, from 104 minutes; minutes spent on procedures that are billed separately do not count.";
    let section = "12 §30.6.12";
    let said = Fact::Rule { rule: "critical_care".to_owned(), wording: rule.to_owned() };
    let mut rests_on = vec![desk.lay(said, rule.to_owned(), source.clone(), section.to_owned(), Effect::default())];
    if off > 0 {
        let sum = format!("{total} - {off} = {left} minutes of critical care.");
        let fact = Fact::Rule { rule: "critical_care_minutes".to_owned(), wording: sum.clone() };
        rests_on.push(desk.lay(fact, sum, source.clone(), section.to_owned(), Effect::default()));
    }
    let codes = desk.codes_of(&[CodeSystem::Cpt]);
    let separate: Vec<String> = codes.iter().map(|c| c.code.clone()).filter(|c| SEPARATE.contains(&c.as_str())).collect();
    let taken = if off > 0 { format!(" ({total} less {off})") } else { String::new() };
    let answer = match (left, further) {
        (0..=29, _) => {
            format!("Not critical care: {left} minutes{taken} are below the 30 that 99291 needs; bill the visit of the setting.")
        }
        (_, 0) => format!("99291 once for {left} minutes{taken}; 99292 is not met under Medicare, which asks for 104 minutes."),
        _ => format!("99291 once and 99292 x{further} for {left} minutes{taken}."),
    };
    let beside = if separate.is_empty() {
        String::new()
    } else {
        format!(
            " {} is billed separately, with modifier 25 on 99291; ventilator management and the like are included.",
            separate.join(" and ")
        )
    };
    rests_on.extend(super::facets::record(desk, "mue", &CodeRef::new(CodeSystem::Cpt, "99291")));
    // What goes beside it is said here, so that no pair of the mail is told once more.
    let mut of = vec![CodeRef::new(CodeSystem::Cpt, "99291"), CodeRef::new(CodeSystem::Cpt, "99292")];
    of.extend(codes.into_iter().filter(|code| !["99291", "99292"].contains(&code.code.as_str())));
    let conclusion = Conclusion {
        topic: "critical_care".to_owned(),
        codes: of,
        rests_on,
        show: "The note must give the minutes of critical care without separately billed procedures.".to_owned(),
        asks: Vec::new(),
        settles: vec![Intent::EmLevel, Intent::Units, Intent::AddOn, Intent::CodeSearch, Intent::ModifierChoice],
        route: Route::Auto,
        instead_of_pairs: true,
        despite: vec!["note".to_owned()],
        spanish: false,
    };
    desk.find(Fact::Conclusion(conclusion), format!("{answer}{beside}"), source, section.to_owned(), Effect::default());
}
