//! Medicare's payment limits for drugs (ASP), for the units that were worked out.

use super::{Desk, facets};
use crate::codebook::edition::Amount;
use crate::domain::code::Effect;
use crate::domain::draft::Route;
use crate::domain::finding::{Conclusion, Fact};
use crate::domain::question::Intent;
use crate::pattern::cues;

cues! {
    ASKED = r"\blimit\b|\ballow\w*|\basp\b|\bpays?\b|\bpaying\b|\bcoinsurance\b|\bhow much\b";
}

pub(super) fn look(desk: &mut Desk<'_>) {
    let Some(edition) = facets::edition(desk) else { return };
    if !ASKED.is_match(&desk.question.text) || !desk.question.text.to_lowercase().contains('m') {
        return;
    }
    let worked: Vec<_> = desk
        .findings
        .iter()
        .filter_map(|f| {
            let Fact::UnitArithmetic { code, units, wasted, .. } = &f.fact else { return None };
            (f.record == code.code).then(|| (f.id, code.clone(), *units, wasted.clone()))
        })
        .collect();
    let vials = desk.question.text.to_lowercase().contains("vial");
    let whole = desk.findings.iter().any(|f| matches!(&f.fact, Fact::Rule { rule, .. } if rule == "jz"));
    for (id, code, units, wasted) in worked {
        // Vials without a word on what was left: a total without the waste would be wrong.
        if vials && wasted.is_none() && !whole {
            continue;
        }
        let Some(found) = edition.drug_limit(&code.code, desk.on) else { continue };
        let Some(limit) = found.record.limit else { continue };
        let waste: u32 = wasted.and_then(|w| w.split("= ").nth(1)?.split(' ').next()?.parse().ok()).unwrap_or(0);
        let all = units + waste;
        let total = limit.times(Amount::new(i64::from(all), 0)).to_cents();
        let (code_text, total) = (&code.code, super::payment::dollars(total));
        let text = format!(
            "The payment limit of {code_text} is ${limit} per billing unit of {} ({}).",
            found.record.dosage, found.source.edition
        );
        let mut rests_on = vec![id, facets::lay(desk, "drug_limit", &[code_text], text, found.source.clone(), code_text.clone())];
        let parts = if waste > 0 { format!("{units} units and {waste} units with JW") } else { format!("{all} units") };
        let sum = format!("{code_text}: {parts} x ${limit} = {total}.");
        rests_on.push(facets::lay(desk, "drug_total", &[code_text], sum, found.source.clone(), code_text.clone()));
        desk.rule("asp_payment");
        rests_on.extend(
            desk.findings.iter().find(|f| matches!(&f.fact, Fact::Rule { rule, .. } if rule == "asp_payment")).map(|f| f.id),
        );
        let answer = format!("Medicare allows {total} for {code_text}: {parts} at the limit of ${limit} each.");
        let conclusion = Conclusion {
            topic: "drug_limit".to_owned(),
            codes: vec![code.clone()],
            rests_on,
            show: "Before deductible, coinsurance and sequestration.".to_owned(),
            asks: Vec::new(),
            settles: vec![Intent::Payment, Intent::Denial, Intent::Coverage],
            route: Route::Auto,
            instead_of_pairs: false,
            despite: Vec::new(),
            spanish: false,
        };
        desk.find(Fact::Conclusion(conclusion), answer, found.source, code.code.clone(), Effect::default());
    }
}
