//! Numbers and addresses that name one person, one account, one device.

use super::{Found, found};
use crate::domain::message::IdentifierKind;
use crate::parse::limits::floor;
use crate::pattern::patterns;

patterns! {
    URL = r#"(?i)\b(?:https?://[^\s<>")\]]+|www\.[^\s<>")\]]+)"#;
    EMAIL = r"(?i)\b[\w.+'-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+\b";
    IP = r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b";
    SSN = r"\b(\d{3}[- ]\d{2}[- ]\d{4})\b";
    SSN_LABELLED = r"(?i)\b(?:ssn|s\.s\.n\.|social(?:\s+security)?(?:\s+(?:number|no\.?|num))?|seguro\s+social)\b(?:\s*(?:is|was|ends\s+up\s+being|number|no\.?|es|:|\#|=))*\s*[:#=]?\s*(\d{3}[-\s.]?\d{2}[-\s.]?\d{4}|\d{3}[-\s.]\d{3}[-\s.]\d{3}|[x*]{3}-?[x*]{2}-?\d{4}|\d{4})\b";
    /// With dashes or spaces whatever its letters: a card is copied with errors, too.
    MBI = r"(?i)\b([1-9][ac-hjkmnp-rt-y][0-9ac-hjkmnp-rt-y]\d-?[ac-hjkmnp-rt-y][0-9ac-hjkmnp-rt-y]\d-?[ac-hjkmnp-rt-y]{2}\d{2}|\d[a-z][0-9a-z]\d[- ][a-z][0-9a-z]\d[- ][a-z]{2}\d{2})\b";
    FAX = r"(?i)\bfax(?:\s+(?:from|to|no\.?|number|\w+))?(?:\s+\w+){0,2}\s*[:#]?\s*((?:\+?1[\s.-]?)?(?:\(\d{3}\)\s?|\d{3}[\s.-]?)\d{3}[\s.-]?\d{4})\b";
    PHONE = r"(?:\+?1[\s.-])?(?:\(\d{3}\)\s?|\b\d{3}[\s.-])\d{3}[\s.-]\d{4}\b(?:\s*(?i:x|ext\.?|extension)\s*\d{1,6})?";
    PHONE_SHORT = r"(?i)\b(?:call|phone|tel|cell|ph|mobile|at)\b[\s:.]*(\d{3}-\d{4}(?:\s*(?:x|ext\.?)\s*\d{1,6})?|\d{10})\b";
    MRN = r"(?ix)(?:\b(?:mrn|m\s?r\s?n|m\.r\.n\.|mr\s?\#|med(?:ical)?\s+rec(?:ord)?s?(?:\s+(?:no\.?|number|num|nbr|id|\#))?|chart(?:\s+(?:nos?\.?|numbers?|num|id|\#))|patient\s+(?:id|no\.?|number|\#)|pt\s+(?:id|\#)|expediente|charts?)\b|\bmr\s?\#|\bchart\s?\#|\bpatient\s?\#)
        (?:\s*(?:is|was|are|of(?:\s+(?:the\s+)?(?:baby|pt|patient|mother|child|infant))?|nos?\.?|numbers?|\.{2,}|:|,|\#|=))*\s*([A-Z]{0,4}-?\d[\dA-Z-]{2,}(?:(?:\s*(?:,|and|&|or)\s*)[A-Z]{0,3}\d[\dA-Z-]{3,})*)\b";
    PLAN = r"(?ix)\b(?:mbi|hicn|hic|medicare\s+(?:id|no\.?|number|\#)|medicaid\s+(?:id|no\.?|number|\#)|(?:member|subscriber|beneficiary|insurance(?:\s+card)?|ins|insured|policy|plan|payer|recipient|enrollee|cardholder|health\s*plan|group|bcbs|aetna|cigna|humana|uhc|unitedhealthcare|anthem|gold|texas|blue\s+cross|hmo|ppo|tricare|kaiser|edipi|dod|va)(?:'s)?\s*(?:ids?|i\.d\.|nos?\.?|numbers?|num|card|\#)+|policy|member|subscriber|edipi|versicher\w*nummer|p[oó]liza|n[uú]mero\s+de\s+(?:seguro|p[oó]liza|afiliado|miembro)|num[eé]ro\s+d['’]assur\w+)
        (?:\s*(?:is|was|are|ids?|nos?\.?|numbers?|:|\#|=))*\s*((?:[A-Z]{1,4}[- ]?)?\d[\dA-Z-]{3,}(?:\x20\d{2,5}\b)?(?:\s*(?:,|and|&|or)\s*[A-Z]{0,4}\d[\dA-Z-]{5,})*|[A-Z]{3}\d{6,}[A-Z]?)\b";
    ACCOUNT = r"(?ix)\b(?:acct|account|acc|claims?|clm|icn|dcn|tcn|ccn|accession|encounter|csn|har|fin|specimen|order|visit\s+(?:id|no|number)|ref(?:erence)?(?:\s+claim)?|invoice|cuenta|reclamo|rx|prescription|auth(?:orization)?|referral|case|check|control|ctrl)
        (?:\s*(?:id|nos?\.?|numbers?|num|nbr|is|was|\.{2,}|:|\#|=))*\s*\#?\s*([A-Z]{0,4}-?\d[\d-]{5,}[A-Z]?|[A-Z]{1,4}\d{1,3}[A-Z]{1,3}\d{4,}|[A-Z]\d{2}-\d{4,})\b";
    LICENSE = r"(?ix)\b(?:dl|d\.l\.|driver'?s?\s+lic(?:ense)?|licen[sc]e|lic|dea|passport|licencia)(?:\s*(?:id|nos?\.?|number|num|is|:|\#|=))*\s*([A-Z]{1,3}-?\d{5,}|[A-Z]\d{2,4}-\d{3,4}-\d{3,5}|\d{7,9})\b|\b(?:death|birth|marriage)\s+certificate(?:\s*(?:nos?\.?|number|num|\#|:|is))*\s*([A-Z]{0,2}\d[\d-]{4,})\b";
    PLATE = r"(?ix)\b(?:(?:license\s+)?plates?|placa|tag)(?:\s*(?:nos?\.?|number|is|:|\#|=))*\s*([A-Z0-9]{2,4}[- ]?[A-Z0-9]{3,4})\b";
    VIN = r"(?i)\b(?:vin(?:\s*(?:no\.?|number|is|:|\#|=))*\s*)?([A-HJ-NPR-Z0-9]{17})\b";
    DEVICE = r"(?ix)\b(?:(?:device|pump|pacemaker|transmitter|implant|lead|generator|sensor|monitor|valve|lens|icd\s+unit)?\s*(?:serial(?:\s+(?:no\.?|number|num|\#))?|s/?n|udi|device\s+(?:id|identifier))|lot(?:\s*(?:no\.?|number|\#)))(?:\s*(?:is|was|:|\#|=))*\s*([A-Z0-9][A-Z0-9-]*\d[A-Z0-9-]*)\b";
    /// A number read out over the phone.
    SPELLED = r"(?i)\b(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)[\s,.-]+){6,}(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b";
    /// Letters and digits that no label explains, and no coder's number looks like.
    UNLABELLED = r"\b(?:[A-Z]{1,4}-?\d{6,14}[A-Z]?|[A-Z]{3}\x20(?:\d{3}\x20\d{3}\x20\d{3}|\d{9})|\d{8,9}[A-Z]?|\d{11,18}|\d{2,4}-\d{5,8}(?:-\d{1,4})?)\b";
    /// What makes a long number a public one: a provider's, a drug's, a policy's.
    PUBLIC_BEFORE = r"(?i)(?:npi|ndc|clia|taxonomy|tin|ein|tax\s+id|ptan|lcd|lca|ncd|article|upc|gtin|doi|rfc|phone|tel|fax|cell|isbn|nct|ide|trial|version|edition|\$|mln|transmittal|cr)[\s:#.=]*(?:\w+\s)?$";
}

/// Everything that a label or a shape makes an identifier.
pub(super) fn find(text: &str) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    let whole: [(&regex::Regex, IdentifierKind); 5] = [
        (&URL, IdentifierKind::Url),
        (&EMAIL, IdentifierKind::Email),
        (&IP, IdentifierKind::Ip),
        (&PHONE, IdentifierKind::Phone),
        (&SPELLED, IdentifierKind::Phone),
    ];
    for (pattern, kind) in whole {
        all.extend(
            pattern
                .find_iter(text)
                .map(|hit| found(kind, hit.start()..hit.start() + hit.as_str().trim_end_matches(['.', ',', ';']).len())),
        );
    }
    let labelled: [(&regex::Regex, IdentifierKind); 12] = [
        (&SSN, IdentifierKind::Ssn),
        (&SSN_LABELLED, IdentifierKind::Ssn),
        (&MBI, IdentifierKind::HealthPlanId),
        (&FAX, IdentifierKind::Fax),
        (&PHONE_SHORT, IdentifierKind::Phone),
        (&MRN, IdentifierKind::Mrn),
        (&PLAN, IdentifierKind::HealthPlanId),
        (&ACCOUNT, IdentifierKind::Account),
        (&LICENSE, IdentifierKind::License),
        (&PLATE, IdentifierKind::Vehicle),
        (&VIN, IdentifierKind::Vehicle),
        (&DEVICE, IdentifierKind::Device),
    ];
    for (pattern, kind) in labelled {
        for hit in pattern.captures_iter(text).filter_map(|hit| hit.iter().skip(1).flatten().next()) {
            if !is_code_like(hit.as_str(), kind) {
                all.push(found(kind, hit.range()));
            }
        }
    }
    all.extend(unlabelled(text));
    // A fax number is a phone number by its shape: the label decides.
    let faxes: Vec<usize> = all.iter().filter(|found| found.kind == IdentifierKind::Fax).map(|found| found.range.end).collect();
    all.retain(|found| found.kind != IdentifierKind::Phone || !faxes.contains(&found.range.end));
    all
}

/// Long numbers without a label: somebody's record, claim or card.
fn unlabelled(text: &str) -> Vec<Found> {
    let hits = UNLABELLED.find_iter(text).filter(|hit| {
        let before = text.get(floor(text, hit.start().saturating_sub(24))..hit.start()).unwrap_or_default();
        let drug = hit.as_str().len() == 11 && hit.as_str().bytes().all(|byte| byte.is_ascii_digit());
        !PUBLIC_BEFORE.is_match(before)
            && !before.ends_with(['$', '.', '/', '-'])
            && !drug
            && !CODE_WITH_MODIFIER.is_match(hit.as_str())
    });
    hits.map(|hit| found(IdentifierKind::Account, hit.range())).collect()
}

/// What a label may stand before and is no identifier: `claim 99213-25`, `license plate of`, a word without a digit.
fn is_code_like(text: &str, kind: IdentifierKind) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match kind {
        // A plate of a bone has a code of five digits.
        IdentifierKind::Vehicle => digits < 2 || !text.bytes().any(|byte| byte.is_ascii_alphabetic()),
        IdentifierKind::Account | IdentifierKind::HealthPlanId | IdentifierKind::Mrn | IdentifierKind::License => {
            digits < 4 || CODE_WITH_MODIFIER.is_match(text)
        }
        IdentifierKind::Device => digits < 3 || CODE_WITH_MODIFIER.is_match(text),
        IdentifierKind::Name
        | IdentifierKind::Address
        | IdentifierKind::Date
        | IdentifierKind::Phone
        | IdentifierKind::Fax
        | IdentifierKind::Email
        | IdentifierKind::Ssn
        | IdentifierKind::Url
        | IdentifierKind::Ip
        | IdentifierKind::AgeOver89
        | IdentifierKind::Sender => false,
    }
}

patterns! {
    CODE_WITH_MODIFIER = r"^\d{5}(?:-[A-Z0-9]{2})*$|^[A-Z]\d{4}$|^\d{5}-\d{5}$";
}
