//! Fees of equipment and supplies: bought new or used, or rented by the month, in the state of the mail.

use super::facets::{self, Answered};
use super::{Desk, payment};
use crate::codebook::edition::DmeFee;
use crate::domain::code::{CodeRef, CodeSystem, Source};
use crate::domain::finding::FindingId;
use crate::domain::question::Intent;
use crate::pattern::cues;

cues! {
    ASKED = r"\bfees?\b|\bhow much\b|\bpay|\brates?\b|\bmonthly\b|\brent|\bbuy\b|\bpurchas|\bamount\b|\ballow|\bmonth\b|\bnu\b|\brr\b";
    RURAL = r"\brural\b";
    NOT_RURAL = r"\b(?:not|non|no|isn'?t|aren'?t|never|neither)\b[- ]?(?:\w+ ){0,4}rural\b|\burban\b|\bmetro\w*";
}

const SETTLES: &[Intent] = &[Intent::Payment, Intent::ModifierChoice, Intent::Validity];

pub(super) fn look(desk: &mut Desk<'_>) {
    let Some(edition) = facets::edition(desk) else { return };
    let text = desk.question.text.clone();
    let Some(state) = desk.question.state.clone().filter(|_| ASKED.is_match(&text)) else { return };
    let equipment: Vec<CodeRef> =
        desk.codes_of(&[CodeSystem::Hcpcs]).into_iter().filter(|c| c.code.starts_with(['A', 'B', 'E', 'K', 'L'])).collect();
    for code in equipment {
        let fees = edition.dme_fees(&code.code, &state, desk.on);
        let Some(source) = fees.first().map(|fee| fee.source.clone()) else { continue };
        let fees: Vec<DmeFee> = fees.into_iter().map(|fee| fee.record).collect();
        one(desk, &code, &fees, &state, source, &text);
    }
}

fn one(desk: &mut Desk<'_>, code: &CodeRef, fees: &[DmeFee], state: &str, source: Source, text: &str) {
    let rural = match (NOT_RURAL.is_match(text), RURAL.is_match(text)) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    };
    let mut said = Vec::new();
    let mut rests_on: Vec<FindingId> = Vec::new();
    for fee in fees {
        let line = if fee.modifiers.is_empty() { code.code.clone() } else { format!("{code}-{}", fee.modifiers.join("-")) };
        let means = fee.modifiers.first().map_or("", |first| kind(first));
        let everywhere = fee.rural.is_zero() || fee.rural == fee.nonrural;
        let (plain, far) = (payment::dollars(fee.nonrural), payment::dollars(fee.rural));
        let amount = match rural {
            _ if everywhere => plain,
            Some(true) => format!("{far} (rural)"),
            Some(false) => format!("{plain} (non-rural)"),
            None => format!("{plain} non-rural, {far} rural"),
        };
        rests_on.push(facets::lay(
            desk,
            "dme_fee",
            &[&code.code],
            format!("{line} in {state}{means}: {amount}."),
            source.clone(),
            line.clone(),
        ));
        said.push(format!("{line}{means} {amount}"));
    }
    let capped = fees.iter().any(|fee| fee.category == "CR");
    if capped {
        let text = format!("{code} is in the payment category of capped rental (CR): it is rented by the month.");
        rests_on.push(facets::lay(desk, "dme_category", &[&code.code], text, source.clone(), code.code.clone()));
    }
    let capped = if capped { " It is a capped rental item, paid by the month and not sold at the start." } else { "" };
    let answered = Answered {
        topic: "dme_fee",
        codes: vec![code.clone()],
        rests_on,
        answer: format!("DMEPOS fee schedule, {}, {state}: {}.{capped}", source.edition, said.join("; ")),
        show: "Before deductible and coinsurance; competitive bidding areas and the supplier's documentation are judged apart.",
        settles: SETTLES,
        despite: &[],
        source,
        record: code.code.clone(),
        spanish: false,
    };
    facets::conclude(desk, answered);
}

fn kind(modifier: &str) -> &'static str {
    match modifier {
        "NU" => " (new, purchase)",
        "UE" => " (used, purchase)",
        "RR" => " (rental, a month)",
        _ => "",
    }
}
