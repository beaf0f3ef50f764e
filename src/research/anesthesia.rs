//! Anesthesia: base units and time units times the factor of the locality.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::{Desk, facets, places};
use crate::codebook::edition::Amount;
use crate::domain::code::{CodeRef, CodeSystem, Effect};
use crate::domain::draft::Route;
use crate::domain::finding::{Conclusion, Fact};
use crate::domain::question::Intent;
use crate::pattern::cue;

static ASKED: LazyLock<Regex> = LazyLock::new(|| {
    cue(r"{fee}|\bbase\b|\bunits?\b|\bexpected\b|\bexpect\b|\bwhat (?:do|should|would) (?:we|i|they) (?:get|see)\b|\bunidades\b")
});
static MINUTES: LazyLock<Regex> = LazyLock::new(|| {
    cue(
        r"\b(\d{1,3}) ?-?(?:min\b|mins\b|minutes?\b|minutos?\b)|\b(\d{1,2}) ?(?:hours?|hrs?|h)\b(?: ?(?:and )?(\d{1,2}) ?(?:min\w*|m\b)?)?|\b(\d{1,2}):(\d\d) ?(?:am|pm)?\b.{0,12}(?:-|–|to|until|till|a)\W{0,3}(\d{1,2}):(\d\d)",
    )
});
static DIRECTED: LazyLock<Regex> = LazyLock::new(|| cue(r"\b(?:QK|QX|QY)\b"));

pub(super) fn look(desk: &mut Desk<'_>) {
    let Some(edition) = facets::edition(desk) else { return };
    let text = desk.question.text.clone();
    let is_anesthesia = |c: &CodeRef| c.code.parse::<u32>().is_ok_and(|n| (100..=1_999).contains(&n));
    let codes: Vec<CodeRef> = desk.codes_of(&[CodeSystem::Cpt]).into_iter().filter(is_anesthesia).collect();
    let ([code], true) = (codes.as_slice(), ASKED.is_match(&text)) else { return };
    let [minutes] = *minutes(&text) else { return };
    let year = desk.question.date_of_service.map_or(2025, jiff::civil::Date::year);
    let on = desk.question.date_of_service.or_else(|| Date::new(year, 12, 1).ok()).unwrap_or(desk.on);
    let at = match places::of(desk, &text, on) {
        places::Place::At(locality) => Some(locality),
        places::Place::National => None,
        places::Place::Unclear => return,
    };
    let place = at.as_ref().map(|l| (l.carrier.as_str(), l.number.as_str()));
    let (Some(base), Some(factor)) = (edition.anesthesia_base_units(&code.code, on), edition.anesthesia_factor(place, on)) else {
        return;
    };
    // Tenths of a unit: 15 minutes are ten of them.
    let tenths = (minutes * 10 + 7) / 15;
    let total = Amount::new(base.record * 10 + tenths, 1);
    let amount = factor.record.times(total).to_cents();
    let (units, time) = (plain(base.record * 10 + tenths), plain(tenths));
    let where_at = at.as_ref().map_or_else(|| "national".to_owned(), |l| format!("{}, {}", places::title(&l.name), l.state));
    let (code_text, b, f) = (&code.code, base.record, factor.record);
    let mut rests_on = vec![facets::lay(
        desk,
        "anesthesia_base",
        &[code_text],
        format!("{code_text} has {b} base units."),
        base.source.clone(),
        code_text.clone(),
    )];
    let sum = format!(
        "{code_text}: base {b} + time {time} ({minutes} minutes / 15) = {units} units x {f} (anesthesia conversion factor, {where_at}) = {}.",
        super::payment::dollars(amount)
    );
    rests_on.push(facets::lay(desk, "anesthesia_payment", &[code_text], sum, factor.source.clone(), where_at.clone()));
    rests_on.extend(desk.ruled("anesthesia_units"));
    let full = super::payment::dollars(amount);
    let answer = if DIRECTED.is_match(&text) {
        let half = super::payment::dollars(amount.times(Amount::new(5, 1)).to_cents());
        let sum = format!("{code_text}, medically directed: {full} x 50 percent = {half} to each.");
        rests_on.push(facets::lay(desk, "anesthesia_half", &[code_text], sum, factor.source.clone(), where_at.clone()));
        format!(
            "{half} each for the QK line and the QX line: {b} base units + {time} time units = {units} units x {f} = {full}, of which each is paid 50 percent ({where_at}, {year})."
        )
    } else {
        format!(
            "{full}: {b} base units + {time} time units = {units} units x {f}, the conversion factor of {where_at} in {year}."
        )
    };
    let conclusion = Conclusion {
        topic: "anesthesia".to_owned(),
        codes: vec![code.clone()],
        rests_on,
        show: "The record must show the anesthesia start and stop times. AA is the anesthesiologist personally, QZ a CRNA without direction.".to_owned(),
        asks: Vec::new(),
        settles: vec![Intent::Payment, Intent::Units, Intent::EmLevel, Intent::SurgeonRole, Intent::ModifierChoice],
        route: Route::Auto,
        instead_of_pairs: false,
        despite: Vec::new(),
        spanish: false,
    };
    desk.find(Fact::Conclusion(conclusion), answer, factor.source, code.code.clone(), Effect::default());
}

/// The lengths of time that the mail names, each once: 84 min, 1 hr 24 min, 9:05 to 10:29.
fn minutes(text: &str) -> Box<[i64]> {
    let mut found: Vec<i64> = Vec::new();
    for captured in MINUTES.captures_iter(text) {
        let number = |at: usize| captured.get(at).and_then(|part| part.as_str().parse::<i64>().ok());
        let length = match (number(1), number(2), (number(4), number(5), number(6), number(7))) {
            (Some(minutes), ..) => minutes,
            (None, Some(hours), _) => hours * 60 + number(3).unwrap_or(0),
            (None, None, (Some(from), Some(at), Some(to), Some(until))) => (to * 60 + until - from * 60 - at).rem_euclid(720),
            _ => continue,
        };
        if !found.contains(&length) {
            found.push(length);
        }
    }
    found.into_boxed_slice()
}

/// Tenths as people write them: 60 is 6, 27 is 2.7.
fn plain(tenths: i64) -> String {
    if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}
