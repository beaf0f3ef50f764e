//! Places of service, and at which rate of the fee schedule each is paid.

use super::Desk;
use super::facets::{self, Answered};
use crate::domain::finding::FindingId;
use crate::domain::question::Intent;
use crate::pattern::{cues, patterns};

cues! {
    ASKED = r"\bmean|\bwhat is\b|\bwhats?\b|\bvs\b|\bversus\b|\bdifferen|\bfacility\b|\brates?\b|\bwhich\b|\bvalid\b";
}

patterns! {
    NAMED = r"(?is)\b(?:pos|place[- ]of[- ]service)(?: codes?)?[ :#]*(\d{1,2})\b(?:\s*(?:,|/|or|and|vs\.?|versus)\s*(?:pos )?(\d{1,2})\b)?";
}

const SETTLES: &[Intent] = &[Intent::Validity, Intent::Payment, Intent::CodeSearch];

pub(super) fn look(desk: &mut Desk<'_>) {
    let Some(edition) = facets::edition(desk) else { return };
    let text = desk.question.text.clone();
    if !ASKED.is_match(&text) || !desk.question.codes.is_empty() {
        return;
    }
    let mut said = Vec::new();
    let mut rests_on: Vec<FindingId> = Vec::new();
    let mut cited = None;
    for number in NAMED.captures_iter(&text).flat_map(|found| [found.get(1), found.get(2)]).flatten() {
        let Some(place) = edition.place_of_service(number.as_str(), desk.on) else { continue };
        let rate = match place.setting.as_deref() {
            Some(setting) if setting.eq_ignore_ascii_case("facility") => ", paid at the facility rate",
            Some(_) => ", paid at the non-facility rate",
            None => "",
        };
        let line = format!("POS {} is {}{rate}", place.code, place.name);
        rests_on.push(facets::lay_of(desk, "place_of_service", Vec::new(), format!("{line}."), place.source.clone(), place.code));
        said.push(line);
        cited = Some(place.source);
    }
    let Some(source) = cited else { return };
    let answered = Answered {
        topic: "place_of_service",
        codes: Vec::new(),
        rests_on,
        answer: format!("{}.", said.join("; ")),
        show: "The place of service is where the patient met the practitioner, face to face.",
        settles: SETTLES,
        despite: &["place"],
        source,
        record: "places".to_owned(),
        spanish: false,
    };
    facets::conclude(desk, answered);
}
