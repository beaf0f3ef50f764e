//! What Medicare's physician fee schedule allows: by setting, by locality, by component, with the arithmetic.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::{Desk, facets, places};
use crate::codebook::edition::{Amount, Locality, NotPaid, Payment, Site};
use crate::domain::code::{CodeRef, CodeSystem, Effect, Source};
use crate::domain::draft::Route;
use crate::domain::finding::{Conclusion, Fact, FindingId};
use crate::domain::question::Intent;
use crate::pattern::{cue, cues};

cues! {
    ASKED = r"\bhow much\b|\ballowable\b|\ballow(?:ed|s|ance)?\b|\bamounts?\b|\brates?\b|\b(?:the|a|what|whats|our|medicare|schedule|national) fees?(?:[?.,;:)]|\s+(?:for|of|is|in|do|does|on|at|with|we|will|would|this|that|amount)\b|\s*$|\s+\d)|\bfee (?:for|of)\b|\bfee schedule (?:amount|rate|price|fee|payment|allow\w*|for|say\w*)\b|\bmpfs\b|\bdollars\b|\bpay(?:s)? (?:for|in|at|us|on|the|when|if)\b|\b(?:would|does|will|did|should) (?:medicare|they|part b|it) pay\b|\bmedicare pay\b|\bpaid at\b|\bcuánto paga\b|\b(?:office|facility),? 20\d\d\b|\b(?:what|how much|the|2\d{3}|medicare) pro fee\b|\bexpected allowed\b|\bwhats? 99\d{3}\b|\breimburs\w*|\bworth\b";
    TOLD = r"\bhow much\b|\ballowable\b|\ballow(?:ed|s)?\b|\bamounts?\b|\b(?:payment|medicare|pay|allowed|lab|the|what|which|current|20\d\d) rates?\b|\brates? (?:for|of|is)\b|\bfee (?:for|of)\b|\bmpfs\b|\bpay(?:s)? for\b|\bwould medicare pay\b|\bmedicare pay\b|\bpaid at\b|\bcuánto paga\b|\b(?:office|facility),? 20\d\d\b|\bpro fee (?:for |of )?\d{5}|\bexpected allowed\b|\bwhats? 99\d{3}\b";
    NOT_THIS = r"\bopps\b|\bapcs?\b|\bclfs\b|\blab (?:fee|rate)|\banesth|\basp\b|\bper unit\b|\blimit\b|\bmedicaid\b|\bwork(?:ers'?)? comp|\bcommercial\b|\bcontract\b|\btheir policy\b|\bASC\b.{0,40}\bpay(?:s)? us\b|\bnot the surgeon\b|\bever pay|\bmonthly fee\b";
    OFFICE = r"\boffice\b|\bnon-?\s?facility\b|\bconsultorio\b|\bPOS 11\b|\bclinic\b";
    FACILITY = r"(?:^|[^-\s]\s|[(/,])\bfacility\b|\bhospital\b|\bhosp\b|\basc\b|\bsurgery center\b|\binpatient\b|\bpos 2[1-4]\b";
    NATIONAL = r"\bnational\w*\b|\bunadjusted\b|\bnationally\b";
    /// Only the reading was done: the professional component is what is paid.
    READS = r"\b(?:only|just) (?:reads?|interprets?|interpreted|reading|the read|the interpretation)\b|\b(?:reads?|interprets?|interpretation|reading)\b[^.?!]{0,40}\b(?:on|at|for) the hospital\b|\bprofessional component\b|\b(?:read|interpretation) only\b";
    COMPONENTS = r"\b26\b.{0,20}\bTC\b|\bTC\b.{0,20}\b26\b|\bcomponents?\b";
    COSURGEONS = r"{cosurgeon}";
    ASSISTANT = r"{assist}";
    BY_PHYSICIAN_ASSISTANT = r"\b(?:PA|PA-C|NP|CNS|APP|APRN|nurse practitioner|physician assistant|AS)\b";
    FIFTY = r"-50\b|\bbilateral\b|\bboth (?:sides|knees|eyes|ears)\b";
}

pub(super) fn look(desk: &mut Desk<'_>) {
    let text = desk.question.text.clone();
    if facets::edition(desk).is_none()
        || !(ASKED.is_match(desk.question.asking()) || TOLD.is_match(&text))
        || NOT_THIS.is_match(&text)
    {
        return;
    }
    let on = day(desk, &text);
    let codes: Vec<CodeRef> =
        desk.codes_of(&[CodeSystem::Cpt, CodeSystem::Hcpcs]).into_iter().filter(|c| scheduled(desk, c, on)).collect();
    if codes.is_empty() || codes.len() > 4 {
        return;
    }
    let place = if NATIONAL.is_match(&text) { places::Place::National } else { places::of(desk, &text, on) };
    let at = match place {
        places::Place::At(locality) => Some(locality),
        places::Place::National => None,
        places::Place::Unclear => return,
    };
    let (office, facility) = (OFFICE.is_match(&text), FACILITY.is_match(&text));
    let sites: &[Site] = match (office, facility) {
        (true, false) => &[Site::NonFacility],
        (false, true) => &[Site::Facility],
        _ => &[Site::NonFacility, Site::Facility],
    };
    let modifiers: &[&str] = match (COMPONENTS.is_match(&text), READS.is_match(&text)) {
        (true, _) => &["", "26", "TC"],
        (false, true) => &["26", ""],
        (false, false) => &[""],
    };
    for code in &codes {
        one(desk, code, modifiers, sites, at.as_ref(), on, FIFTY.is_match(&text));
    }
}

fn scheduled(desk: &Desk<'_>, code: &CodeRef, on: Date) -> bool {
    facets::edition(desk).is_some_and(|edition| edition.relative_values(&code.code, "", on).is_some())
}

/// The day of the service; a year that the mail names stands for its middle.
pub(super) fn day(desk: &Desk<'_>, text: &str) -> Date {
    static YEAR: LazyLock<Regex> = LazyLock::new(|| cue(r"\b(?:cy ?)?(20[2-4]\d)\b"));
    let named = YEAR.captures(text).and_then(|c| c.get(1)?.as_str().parse::<i16>().ok());
    match (desk.question.date_of_service, named) {
        (Some(day), _) => day,
        (None, Some(year)) => Date::new(year, 12, 1).unwrap_or(desk.on),
        (None, None) => desk.on,
    }
}

fn one(desk: &mut Desk<'_>, code: &CodeRef, modifiers: &[&str], sites: &[Site], at: Option<&Locality>, on: Date, fifty: bool) {
    let Some(edition) = facets::edition(desk) else { return };
    let place = at.map(|l| (l.carrier.as_str(), l.number.as_str()));
    let mut amounts = Vec::new();
    let mut rests_on = Vec::new();
    let mut cited: Option<Source> = None;
    for modifier in modifiers {
        for site in sites {
            match edition.payment(&code.code, modifier, *site, place, on) {
                Ok(found) => {
                    if found.coverage.from.year() != on.year() && desk.question.date_of_service.is_some() {
                        return;
                    }
                    rests_on.extend(arithmetic(desk, code, modifier, &found.record, &found.source, on));
                    amounts.push(said(code, modifier, *site, &found.record));
                    if fifty && modifier.is_empty() {
                        amounts.extend(both_sides(desk, code, &found.record, &found.source, &mut rests_on));
                    }
                    if modifier.is_empty() {
                        amounts.extend(shares(desk, code, &found.record, &found.source, &mut rests_on));
                    }
                    cited = Some(found.source);
                }
                Err(NotPaid::Status { .. } | NotPaid::NotLoaded | NotPaid::NoLine(_) | NotPaid::NoLocality) => {}
                Err(NotPaid::NotThere { .. }) => amounts.push(format!("{code} is not given in that setting (NA)")),
            }
        }
    }
    let Some(source) = cited else { return };
    let name = at.map_or_else(
        || "national, unadjusted".to_owned(),
        |l| format!("{}, {} (locality {}-{})", places::title(&l.name), l.state, l.carrier, l.number),
    );
    let answer = format!("Medicare's physician fee schedule ({}; {name}): {}.", source.edition, amounts.join("; "));
    desk.rule("locality");
    rests_on
        .extend(desk.findings.iter().find(|f| matches!(&f.fact, Fact::Rule { rule, .. } if rule == "locality")).map(|f| f.id));
    let conclusion = Conclusion {
        topic: "payment".to_owned(),
        codes: vec![code.clone()],
        rests_on,
        show: "This is the allowed amount before deductible, coinsurance, sequestration and reductions for several procedures; charges play no part.".to_owned(),
        asks: Vec::new(),
        settles: vec![Intent::Payment, Intent::EmLevel, Intent::GlobalPeriod, Intent::Validity, Intent::PairEdit, Intent::ModifierChoice, Intent::AddOn, Intent::Units, Intent::Denial],
        route: Route::Auto,
        instead_of_pairs: false,
        despite: Vec::new(),
        spanish: false,
    };
    desk.find(Fact::Conclusion(conclusion), answer, source, code.code.clone(), Effect::default());
}

/// Money as people write it: $1,156.13.
pub(super) fn dollars(amount: Amount) -> String {
    let text = amount.to_string();
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("${grouped}.{cents}")
}

fn lined(code: &CodeRef, modifier: &str) -> String {
    if modifier.is_empty() { code.code.clone() } else { format!("{code}-{modifier}") }
}

const fn setting(site: Site) -> &'static str {
    match site {
        Site::NonFacility => "non-facility (office)",
        Site::Facility => "facility",
    }
}

fn said(code: &CodeRef, modifier: &str, site: Site, payment: &Payment) -> String {
    format!("{} {} {}", lined(code, modifier), setting(site), dollars(payment.amount))
}

fn arithmetic(
    desk: &mut Desk<'_>,
    code: &CodeRef,
    modifier: &str,
    payment: &Payment,
    source: &Source,
    on: Date,
) -> Vec<FindingId> {
    let Some(edition) = facets::edition(desk) else { return Vec::new() };
    let Some(found) = edition.relative_values(&code.code, modifier, on) else { return Vec::new() };
    let values = found.record;
    let expense = match payment.site {
        Site::NonFacility => values.pe_nonfacility,
        Site::Facility => values.pe_facility,
    };
    let line = lined(code, modifier);
    let (sum, factor, amount) = (payment.adjusted, payment.conversion_factor, dollars(payment.amount));
    let capped = if payment.capped { " (the OPPS cap, which is lower)" } else { "" };
    let text = match &payment.locality {
        None => format!(
            "{line}, {}: work {} + practice expense {expense} + malpractice {} = {sum} relative value units x {factor} (conversion factor) = {amount}{capped}.",
            setting(payment.site),
            values.work,
            values.mp
        ),
        Some(at) => format!(
            "{line}, {}: ({} x {} work GPCI) + ({expense} x {} PE GPCI) + ({} x {} MP GPCI) = {sum} x {factor} (conversion factor) = {amount}{capped}.",
            setting(payment.site),
            values.work,
            at.work,
            at.pe,
            values.mp,
            at.mp
        ),
    };
    let mut ids = vec![facets::lay(desk, "payment", &[&code.code], text, source.clone(), line)];
    if let (Some(at), Some(indices)) = (&payment.locality, &payment.indices) {
        let floor = if at.state == "AK" { " (Alaska has a work GPCI floor of 1.5 by law)" } else { "" };
        let text = format!(
            "Locality {}-{} {}: work GPCI {}{floor}, PE GPCI {}, MP GPCI {}.",
            at.carrier,
            at.number,
            places::title(&at.name),
            at.work,
            at.pe,
            at.mp
        );
        ids.push(facets::lay(desk, "locality", &[&code.code], text, indices.clone(), format!("{}-{}", at.carrier, at.number)));
    }
    ids
}

/// What each of two surgeons, or an assistant, gets of the amount, where the mail speaks of them.
fn shares(desk: &mut Desk<'_>, code: &CodeRef, payment: &Payment, source: &Source, rests_on: &mut Vec<FindingId>) -> Vec<String> {
    let Some((values, _)) = facets::values(desk, code) else { return Vec::new() };
    let text = desk.question.text.clone();
    let payable = |digit: &str| matches!(digit, "1" | "2");
    let mut said = Vec::new();
    let mut share = |desk: &mut Desk<'_>, line: String, percent: &str, of: Amount| {
        let part = payment.amount.times(of).to_cents();
        let text =
            format!("{line}, {}: {} x {percent} percent = {}.", setting(payment.site), dollars(payment.amount), dollars(part));
        rests_on.push(facets::lay(desk, "payment", &[&code.code], text, source.clone(), line.clone()));
        said.push(format!("{line} at {percent} percent = {}", dollars(part)));
    };
    if COSURGEONS.is_match(&text) && payable(&values.cosurgeon) {
        share(desk, format!("{code}-62"), "62.5", Amount::new(625, 3));
    }
    if ASSISTANT.is_match(&text) && matches!(values.assistant.as_str(), "0" | "2") {
        if BY_PHYSICIAN_ASSISTANT.is_match(&text) {
            share(desk, format!("{code}-AS"), "13.6", Amount::new(136, 3));
        } else {
            share(desk, format!("{code}-80"), "16", Amount::new(16, 2));
        }
    }
    said
}

/// 150 percent of the amount, where the bilateral indicator is 1.
fn both_sides(
    desk: &mut Desk<'_>,
    code: &CodeRef,
    payment: &Payment,
    source: &Source,
    rests_on: &mut Vec<FindingId>,
) -> Option<String> {
    let (values, _) = facets::values(desk, code)?;
    if values.bilateral != "1" {
        return None;
    }
    rests_on.extend(facets::indicator(desk, "bilateral", &values, source));
    let half_more = payment.amount.times(Amount::new(15, 1)).to_cents();
    let text =
        format!("{code}-50, {}: {} x 150 percent = {}.", setting(payment.site), dollars(payment.amount), dollars(half_more));
    rests_on.push(facets::lay(desk, "payment", &[&code.code], text, source.clone(), format!("{code}-50")));
    Some(format!("{code}-50 at 150% = {}", dollars(half_more)))
}
