//! Values that a looser label explains: record keys, serial numbers, files, places without a street number, numbers in words.

use super::{Found, found};
use crate::domain::message::IdentifierKind;
use crate::pattern::patterns;

patterns! {
    RECORD = r"(?i)\b(?:hrn|empi|mpi|emr|ehr|uhid|(?:pt|patient|person|chart|record)\s+key|unit\s+record)(?:\s*(?:ids?|nos?\.?|numbers?|keys?|is|:|\#|=))*\s*([A-Z0-9][A-Z0-9-]{3,})\b";
    SERIAL = r"(?i)(?:\bser(?:ial)?\.?\s*(?:\#|nos?\.?|numbers?)?|\bs/?n|\blot(?:\s*(?:nos?\.?|numbers?|\#))?)\s*[:#=]?\s+([A-Z0-9][A-Z0-9-]{4,})\b";
    LICENCE = r"(?i)\b(?:licen[sc]e|lic|permit|passport|certificate)(?:\s*(?:ids?|nos?\.?|numbers?|num|copy|card|is|:|\#|=))*\s+([A-Z0-9]{1,6}(?:-[A-Z0-9]{2,}){1,4})\b";
    CAR = r"\b(?i:car|truck|vehicle|van|tag|registration)(?:\s*(?i:no\.?|number|is|:|\#))*\s+([A-Z0-9]{5,8}|[A-Z]{2,4}-\d{3,5})\b";
    PLATE = r"\b(?i:plate)\b[^\n:]{0,50}:\s*((?:[A-Z]{2}[ -])?[A-Z0-9]{2,4}[ -]?[A-Z0-9]{3,4})\b";
    FILE = r"(?i)\b(?:claims?|files?|case|path(?:ology)?|accession|acct|account|invoice|auth|referral|confirmation|ticket)(?:\s*(?:ids?|nos?\.?|numbers?|is|:|\#|=))*\s+([A-Z0-9]{1,6}(?:[-/][A-Z0-9]{1,8}){1,3})\b";
    CARD = r"(?i)\b(?:card|ids?|policy|member|subscriber)(?:\s*(?:says|reads|shows|ids?|nos?\.?|numbers?|is|:|\#|=))*\s+([A-Z]{0,4}[ -]?\d{2,}(?:[ -]\d{1,6}){1,4})\b";
    TEN_DIGITS = r"\b([03-9]\d{9})\b";
    LAST_FOUR = r"(?i)\blast\s+(?:four|4)(?:\s+(?:digits|of|the|his|her|ssn|social|is|are|:))*\s*:?\s*(\d{4})\b";
    IP_SIX = r"(?i)\b([0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7})\b";
    PAGE = r#"(?i)\b((?:[a-z0-9-]{2,}\.)+[a-z]{2,8}/[^\s<>")\]]+)"#;
    PHONE_SLASHED = r"\b(\d{3}/\d{3}[-.]\d{4})\b";
    NINETY = r"(?i)\b(ninety[-\s](?:one|two|three|four|five|six|seven|eight|nine))\b";
    AGED = r"(?i)\b(?:aged?|turn(?:s|ed|ing))\s*:?\s*(ninety|(?:one|a)\s+hundred(?:\s+and)?(?:\s+(?:one|two|three|four|five|six|seven|eight|nine|ten))?)\b";
    AGE_SHORT = r"(?i)\b(9\d|1[0-2]\d)\s?(?:y/o|y\.o\.|yo)\b";
    A_MEASURE = r"(?i)^[-\s]*(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b|days?|minutes?|min|mg|mcg|ml|units?|percent|%|dollars?|hours?|miles?|degrees?|pounds?)\b";
    THE_DAY = r"(?i)\b(the\s+\d{1,2}(?:st|nd|rd|th)\s+of\s+(?:january|february|march|april|may|june|july|august|september|october|november|december))\b";
    ROMAN_MONTH = r"\b(\d{1,2}\.?[ -](?:I{1,3}|IV|V|VI{1,3}|IX|X|XI{1,2})\.?[ -]\d{4})\b";
    /// Of a section of a manual no last number is that high.
    DOTTED_DAY = r"(?:^|[\s(,-])((?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:3[2-9]|[4-9]\d))(?:$|[\s),;-])";
    DUE = r"(?i)\b(?:next|due|appt|appointment|return(?:s|ing)?|recheck|sched(?:uled)?)\b[\s:]*(?:on\s+|for\s+)?((?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01]))\b";
    CLAIM_KEY = r"(?i)\b(?:clm|claim|reclamo|icn|dcn|tcn|encounter|visit|account|acct|cuenta|invoice|auth(?:orization)?|autorizaci[oó]n|referral|req(?:uisition)?|accession)(?:\s*(?:ids?|nos?\.?|n[uú]m\.?|n[uú]mero|numbers?|de|is|es|:|\#|=))*\s+([A-Z0-9][A-Z0-9-]{6,})\b";
    AUTO_POLICY = r"(?i)\b(?:insurance|policy|seguro|p[oó]liza)\b[^.\n\d]{0,20}\bn[uú]m(?:ber|ero)\b[:\s]*([A-Z0-9][A-Z0-9-]{6,})\b";
    LICENCE_ELSEWHERE = r"(?i)\b(?:licencia|dln|driver'?s?\s+lic\w*|c[eé]dula|pasaporte)(?:\s*(?:nos?\.?|n[uú]mero|numbers?|de|is|es|:|\#))*\s+((?:[A-Z]{2}\s)?[A-Z0-9][A-Z0-9-]{5,})\b";
    PLATE_PLAIN = r"\b(?i:placas?|plates?)(?i:\s*(?:is|es|no\.?|number|:|\#))*\s+([A-Z0-9]{2,4}[- ]?[A-Z0-9]{3,4})\b";
    DEVICE_KEY = r"(?i)\b(?:serie|(?:capsule|device|unit|pump|sensor|implant|monitor|generator|machine)\s+(?:id|\#|no\.?))\s*[:#]?\s*([A-Z0-9][A-Z0-9-]{4,})\b";
    UDI = r"(\(01\)\d{14}(?:\(\d{2}\)[A-Za-z0-9-]+)*)";
    SSN_MASKED = r"(?:^|[\s:#(])([xX*]{3}[- ]?[xX*]{2}[- ]?\d{4})\b";
    IS_NINETY = r"(?i)\b(?:he|she|who|patient|mother|father|mom|dad)(?:['’]s|\s+is|\s+turned)\s+(?:now\s+|about\s+|almost\s+)?(ninety|a\s+hundred)\b";
    MONTH_THE_DAY = r"(?i)\b((?:january|february|march|april|may|june|july|august|september|october|november|december)\s+the\s+\d{1,2}(?:st|nd|rd|th)?)\b";
    SPANISH_MONTH = r"(?i)\b(\d{1,2}[/-](?:ene|feb|mar|abr|may|jun|jul|ago|sept?|oct|nov|dic)[a-z]*[/-]\d{2,4})\b";
    SPACED_DAY = r"(?i)\b(?:dates?|dob|dos|thru|through|from)\b[^\n\d]{0,14}(\d{2} \d{2} \d{2}(?:\d{2})?(?:\s*-\s*\d{2} \d{2} \d{2}(?:\d{2})?)?)\b";
    DOTTED_DOS = r"(?i)\b(?:dos|dob|rejected|denied|paid|seen|processed)\s+(?:on\s+)?(\d{1,2}\.\d{1,2}\.\d{2}(?:\d{2})?)\b";
    DAY_BEHIND_CODE = r"\b(?:\d{5}|[A-Z]\d{4})(?:-[A-Z0-9]{2})?\s+((?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01]))\b";
    THREE_TWO_TWO = r"(?:^|[\s#|])(\d{3}-\d{2}-\d{2})(?:$|[\s,;|])";
    /// What this names is nobody's: a drug, a provider, an article, a trial.
    PUBLIC_BEFORE = r"(?i)\b(?:ndc|npi|taxonomy|article|nct|trial|upc|gtin)[\s:#]*$";
    SECTION_BEFORE = r"(?i)(?:§|section|chapter|ch\.?|cpm|bpm|manual|pub\.?)\s*[\d-]*\s*§?\s*$";
    /// Codes with their modifiers, lists of codes, days.
    CODES = r"(?i)^(?:[a-z]?\d{4,5}[a-z]?|[a-z]\d[0-9a-z](?:\.[0-9a-z]{1,4})?)(?:[-/][a-z0-9]{2,7})*$|^\d{1,4}[-/]\d{1,2}[-/]\d{1,4}$|^\d{1,2}/\d{1,4}$|^[a-z]{2,3}[-/][a-z]?\d{1,3}$";
}

/// Everything that such a label or shape makes an identifier.
pub(super) fn find(text: &str) -> Vec<Found> {
    let labelled: [(&regex::Regex, IdentifierKind, usize); 31] = [
        (&RECORD, IdentifierKind::Mrn, 3),
        (&SERIAL, IdentifierKind::Device, 2),
        (&LICENCE, IdentifierKind::License, 3),
        (&CAR, IdentifierKind::Vehicle, 2),
        (&PLATE, IdentifierKind::Vehicle, 2),
        (&FILE, IdentifierKind::Account, 4),
        (&CARD, IdentifierKind::HealthPlanId, 7),
        (&TEN_DIGITS, IdentifierKind::Account, 10),
        (&LAST_FOUR, IdentifierKind::Ssn, 4),
        (&PAGE, IdentifierKind::Url, 0),
        (&PHONE_SLASHED, IdentifierKind::Phone, 10),
        (&NINETY, IdentifierKind::AgeOver89, 0),
        (&AGED, IdentifierKind::AgeOver89, 0),
        (&AGE_SHORT, IdentifierKind::AgeOver89, 2),
        (&THE_DAY, IdentifierKind::Date, 1),
        (&ROMAN_MONTH, IdentifierKind::Date, 5),
        (&DOTTED_DAY, IdentifierKind::Date, 4),
        (&DUE, IdentifierKind::Date, 2),
        (&CLAIM_KEY, IdentifierKind::Account, 5),
        (&AUTO_POLICY, IdentifierKind::Account, 5),
        (&LICENCE_ELSEWHERE, IdentifierKind::License, 5),
        (&PLATE_PLAIN, IdentifierKind::Vehicle, 2),
        (&DEVICE_KEY, IdentifierKind::Device, 2),
        (&UDI, IdentifierKind::Device, 14),
        (&SSN_MASKED, IdentifierKind::Ssn, 4),
        (&IS_NINETY, IdentifierKind::AgeOver89, 0),
        (&MONTH_THE_DAY, IdentifierKind::Date, 1),
        (&SPANISH_MONTH, IdentifierKind::Date, 3),
        (&SPACED_DAY, IdentifierKind::Date, 6),
        (&DOTTED_DOS, IdentifierKind::Date, 4),
        (&DAY_BEHIND_CODE, IdentifierKind::Date, 2),
    ];
    let mut all = Vec::new();
    for (pattern, kind, digits) in labelled {
        for hit in pattern.captures_iter(text).filter_map(|hit| hit.get(1)) {
            if is_sound(text, &hit, kind, digits) {
                all.push(found(kind, hit.range()));
            }
        }
    }
    all.extend(THREE_TWO_TWO.captures_iter(text).filter_map(|hit| Some(found(IdentifierKind::Mrn, hit.get(1)?.range()))));
    let six = IP_SIX.captures_iter(text).filter_map(|hit| hit.get(1));
    let six = six.filter(|hit| hit.as_str().contains("::") || hit.as_str().matches(':').count() >= 4);
    all.extend(six.map(|hit| found(IdentifierKind::Ip, hit.range())));
    all
}

fn is_sound(text: &str, hit: &regex::Match<'_>, kind: IdentifierKind, digits: usize) -> bool {
    let said = hit.as_str();
    let enough = said.bytes().filter(u8::is_ascii_digit).count() >= digits;
    let value = match kind {
        IdentifierKind::Account if PUBLIC_BEFORE.is_match(text.get(..hit.start()).unwrap_or_default()) => false,
        IdentifierKind::Account
        | IdentifierKind::Mrn
        | IdentifierKind::Device
        | IdentifierKind::License
        | IdentifierKind::Vehicle
        | IdentifierKind::HealthPlanId => !CODES.is_match(said),
        IdentifierKind::AgeOver89 => !A_MEASURE.is_match(text.get(hit.end()..).unwrap_or_default()),
        IdentifierKind::Date => !SECTION_BEFORE.is_match(text.get(..hit.start()).unwrap_or_default()),
        IdentifierKind::Name
        | IdentifierKind::Address
        | IdentifierKind::Phone
        | IdentifierKind::Fax
        | IdentifierKind::Email
        | IdentifierKind::Ssn
        | IdentifierKind::Url
        | IdentifierKind::Ip
        | IdentifierKind::Sender => true,
    };
    // A plate or a plain number of five is as likely a code.
    let plate = kind != IdentifierKind::Vehicle || said.bytes().any(|byte| byte.is_ascii_alphabetic());
    enough && value && plate
}
