//! Which Medicare contractor serves a place, and in which payment locality it lies.

use super::{Desk, facets, places};
use crate::domain::code::Effect;
use crate::domain::draft::Route;
use crate::domain::finding::{Conclusion, Fact};
use crate::domain::question::Intent;
use crate::pattern::cues;

cues! {
    ASKED = r"\b(?:part [ab]|medicare|dme|a/b|our|local|right|correct) (?:contractor|carrier|macs?)\b|\bwho (?:is|'s) (?:our|the|my)\b.{0,40}\b(?:contractor|carrier|mac)\b|\b(?:contractor|carrier)\b.{0,30}\b(?:locality|who|which)\b|\bwhat(?:'s| is)? (?:our |the |my )?(?:locality|jurisdiction|mac)\b|\bwho (?:do|should) (?:we|i) (?:bill|send|file)\b|\bwhere (?:do|should) (?:we|i|it|this) (?:send|file|submit|go)\b.{0,30}\bclaims?\b|\bwhich mac\b|\bname of (?:the )?mac\b|\bour mac\b|\bmac\?|\bwrong jurisdiction\b|\bwho is ours\b|\bwhich (?:contractor|carrier|locality)\b|\bjurisdiction\b";
}

pub(super) fn look(desk: &mut Desk<'_>) {
    let Some(edition) = facets::edition(desk) else { return };
    let text = desk.question.text.clone();
    if !ASKED.is_match(&text) || text.to_lowercase().contains("dme") {
        return;
    }
    let places::Place::At(at) = places::of(desk, &text, desk.on) else { return };
    let found = edition.contractors(&at.state, desk.on);
    let mine: Vec<_> = found.into_iter().filter(|c| c.record.kind.contains("A/B")).collect();
    let serving = mine.iter().find(|c| c.record.carriers.contains(&at.carrier)).or(mine.first());
    let Some(serving) = serving else { return };
    let (name, jurisdiction) = (&serving.record.name, &serving.record.jurisdiction);
    let jurisdiction = if jurisdiction.starts_with('J') { jurisdiction.clone() } else { format!("J{jurisdiction}") };
    let locality = format!("{}-{}", at.carrier, at.number);
    let text = format!("{name} ({jurisdiction}) is the A/B MAC for {} with carrier {}.", places::title(&at.name), at.carrier);
    let rests_on = vec![facets::lay(desk, "contractor", &[], text, serving.source.clone(), at.state.clone())];
    let answer = format!("Your MAC is {name} ({jurisdiction}); the payment locality is {locality}, {}.", places::title(&at.name));
    let source = serving.source.clone();
    let conclusion = Conclusion {
        topic: "contractor".to_owned(),
        codes: Vec::new(),
        rests_on,
        show: String::new(),
        asks: Vec::new(),
        settles: vec![Intent::Denial, Intent::Coverage, Intent::CodeSearch, Intent::Validity],
        route: Route::Auto,
        instead_of_pairs: false,
        despite: Vec::new(),
        spanish: false,
    };
    desk.find(Fact::Conclusion(conclusion), answer, source, at.state, Effect::default());
}
