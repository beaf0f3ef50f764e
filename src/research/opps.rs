//! Addendum B: what a hospital's outpatient claim is paid for a code.

use super::{Desk, facets};
use crate::codebook::edition::{Listed, Opps};
use crate::domain::code::{CodeSystem, Effect, Source};
use crate::domain::draft::Route;
use crate::domain::finding::{Conclusion, Fact, FindingId};
use crate::domain::question::{Intent, Setting};
use crate::pattern::cues;

cues! {
    PAYS = r"\bopps (?:pay|cover)\w*|\b(?:paid|payable|pays?|covered) (?:by|under|on) (?:the )?opps\b";
    pub(super) ASKED = r"\bopps\b|\bapcs?\b|\boutpatient (?:status|hosp)|\boutpt hosp|\binpatient[- ]only\b|\bhospital (?:side|outpatient|bill)";
}

pub(super) fn look(desk: &mut Desk<'_>) {
    let text = desk.question.text.clone();
    let hospital = desk.question.setting == Some(Setting::Hospital) && desk.question.intents.contains(&Intent::Payment);
    let Some(edition) = facets::edition(desk) else { return };
    let pays = desk.question.intents.contains(&Intent::Payment) || PAYS.is_match(&text);
    if !(ASKED.is_match(&text) || hospital) || !pays {
        return;
    }
    let mut lead = Vec::new();
    let mut rests_on = Vec::new();
    let codes = desk.codes_of(&[CodeSystem::Cpt, CodeSystem::Hcpcs]);
    let mut found = Vec::new();
    let on = super::payment::day(desk, &text);
    for code in &codes {
        if let Listed::Yes(record) = edition.opps(&code.code, on) {
            rests_on.push(lay(desk, &code.code, &record.record, record.source.clone()));
            found.push((code.code.clone(), record.record, record.source));
        }
    }
    let Some((_, _, source)) = found.first().cloned() else { return };
    let comprehensive = found.iter().find(|(_, opps, _)| opps.status == "J1");
    if let Some((code, opps, _)) = comprehensive {
        desk.rule("opps_comprehensive");
        rests_on.extend(
            desk.findings
                .iter()
                .find(|f| matches!(&f.fact, Fact::Rule { rule, .. } if rule == "opps_comprehensive"))
                .map(|f| f.id),
        );
        lead.push(format!(
            "OPPS pays {} in all for {code} (status J1, APC {}): one comprehensive payment, and everything else on the claim is packaged into it.",
            money(opps), opps.apc
        ));
    } else {
        for (code, opps, _) in found.iter().filter(|(code, _, _)| !code.starts_with("992")) {
            lead.push(match opps.status.as_str() {
                "C" => format!("No: {code} has status C, inpatient only, so OPPS does not pay it on an outpatient claim."),
                "N" => format!("{code}: status N, packaged, no separate payment."),
                "B" | "E1" | "E2" | "M" => format!("{code}: status {}, not payable under OPPS.", opps.status),
                "" => format!("{code}: APC {}, {} national, before the wage index.", opps.apc, money(opps)),
                "A" => format!("{code}: status A, paid under another fee schedule."),
                status => format!("{code}: status {status}, APC {}, {} national, before the wage index.", opps.apc, money(opps)),
            });
        }
    }
    if lead.is_empty() {
        return;
    }
    let conclusion = Conclusion {
        topic: "opps".to_owned(),
        codes,
        rests_on,
        show: "These are national amounts, before the hospital's wage index.".to_owned(),
        asks: Vec::new(),
        settles: vec![Intent::Payment, Intent::Validity, Intent::Coverage, Intent::PairEdit, Intent::Denial, Intent::Units],
        route: Route::Auto,
        instead_of_pairs: true,
        despite: Vec::new(),
        spanish: false,
    };
    desk.find(Fact::Conclusion(conclusion), lead.join(" "), source, String::from("addendum B"), Effect::default());
}

fn money(opps: &Opps) -> String {
    opps.rate.map(|rate| super::payment::dollars(rate.to_cents())).unwrap_or_default()
}

/// Lays down the addendum's line of a code.
pub(super) fn lay(desk: &mut Desk<'_>, code: &str, opps: &Opps, source: Source) -> FindingId {
    let apc = if opps.apc.is_empty() { String::new() } else { format!(", APC {}", opps.apc) };
    let rate = opps.rate.map(|r| format!(", national rate {}", super::payment::dollars(r.to_cents()))).unwrap_or_default();
    let meaning = match opps.status.as_str() {
        "C" => " (inpatient only, not paid under OPPS)",
        "N" => " (packaged, no separate payment)",
        "J1" => " (comprehensive APC)",
        "B" => " (not paid under OPPS, another code may be)",
        _ => "",
    };
    let text = if opps.status.is_empty() {
        format!("{code} is paid by OPPS{apc}{rate}; the list that is loaded for that day gives no status indicators.")
    } else {
        format!("{code} has OPPS status indicator {}{meaning}{apc}{rate}.", opps.status)
    };
    facets::lay(desk, "opps", &[&code.to_owned()], text, source, code.to_owned())
}
