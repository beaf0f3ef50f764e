//! From the number on a package (NDC) to the code it is billed with, and to the units and limit of what was given.

use super::Desk;
use super::facets::{self, Answered};
use crate::codebook::edition::DrugPackage;
use crate::domain::code::{CodeRef, CodeSystem, Source};
use crate::domain::finding::FindingId;
use crate::domain::question::Intent;
use crate::pattern::patterns;

patterns! {
    NUMBER = r"(?is)\b(\d{4,5}-\d{3,4}-\d{1,2})\b|\bndc[ :#]*(\d{11})\b";
}

const SETTLES: &[Intent] = &[Intent::CodeSearch, Intent::Crosswalk, Intent::Validity, Intent::PairEdit];

pub(super) fn look(desk: &mut Desk<'_>) {
    let Some(edition) = facets::edition(desk) else { return };
    let text = desk.question.text.clone();
    let numbers: Vec<&str> =
        NUMBER.captures_iter(&text).filter_map(|found| found.get(1).or(found.get(2))).map(|n| n.as_str()).collect();
    let mut codes: Vec<CodeRef> = Vec::new();
    let mut said: Vec<String> = Vec::new();
    let mut rests_on: Vec<FindingId> = Vec::new();
    let mut cited: Option<Source> = None;
    for number in numbers {
        let found = edition.ndc(number, desk.on);
        let Some(first) = found.first() else { continue };
        let package = &first.record;
        let code = facets::procedure(&package.code);
        let text = format!(
            "NDC {number} ({}) is billed with {code}, {}; a package of {} holds {} billing units.",
            package.drug, package.dosage, package.package_size, package.bill_units_package
        );
        rests_on.push(facets::lay(desk, "ndc", &[&package.code], text, first.source.clone(), number.to_owned()));
        said.push(format!("NDC {number} is billed with {code} ({})", package.dosage));
        cited = Some(first.source.clone());
        if !codes.contains(&code) {
            rests_on.extend(limit(desk, package));
            codes.push(code);
        }
    }
    let Some(source) = cited else { return };
    let only = if let [only] = codes.as_slice() { Some(only.clone()) } else { None };
    if let Some(code) = only.filter(|_| desk.codes_of(&[CodeSystem::Hcpcs]).is_empty()) {
        super::unit_arithmetic::of(desk, &code);
    }
    let answered = Answered {
        topic: "ndc",
        codes,
        rests_on,
        answer: format!("{}.", said.join("; ")),
        show: "",
        settles: SETTLES,
        despite: &[],
        source,
        record: "packages".to_owned(),
        spanish: false,
    };
    facets::conclude(desk, answered);
}

fn limit(desk: &mut Desk<'_>, package: &DrugPackage) -> Option<FindingId> {
    let found = facets::edition(desk)?.drug_limit(&package.code, desk.on)?;
    let limit = found.record.limit?;
    let text = format!(
        "The payment limit of {} is ${limit} per billing unit of {} ({}).",
        package.code, found.record.dosage, found.source.edition
    );
    Some(facets::lay(desk, "drug_limit", &[&package.code], text, found.source, package.code.clone()))
}
