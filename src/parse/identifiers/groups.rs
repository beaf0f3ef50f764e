//! Values behind an identifier's label, as people type them: whole, or in groups with spaces, dots and dashes between (`MRN 7 704 118`,
//! `policy no. KHL 20 88713 B`).

use super::{Found, found};
use crate::domain::message::IdentifierKind;
use crate::pattern::patterns;

patterns! {
    MRN = r"(?i)\b(?:mrn|m\.\s?r\.(?:\s?n\b\.?)?|med(?:ical)?\s+rec(?:ord)?|mr\s+(?:no|nbr|num|number|id)|chart\s+(?:n[o0]|nbr|num|number|id)|patient\s+(?:id|no|nbr|number)|expediente|historia\s+cl[ií]nica|historial)\b";
    PLAN = r"(?i)\b(?:mbi|hicn?|medicare\s+(?:id|card)|medicaid\s+(?:id|card)|members?(?:hip)?|subscriber|beneficiary|insured|policy(?:holder)?|enrollee|recipient|card\s+(?:no|nbr|number|id)|p[oó]liza|afiliad[oa])\b";
    RECORD = r"\bMR\b";
    /// A payer's name, behind which nothing but the number stands.
    PAYER = r"\b(?:Anthem|Aetna|Cigna|Humana|UHC|UnitedHealthcare|BCBS[A-Z]*|Blue\s+Cross|Blue\s+Shield|Molina|Wellcare|Oscar|Kaiser|Tricare|Medicaid|Centene|Ambetter)\b";
    ACCOUNT = r"(?i)\b(?:acc(?:oun)?ts?|acct?|claims?|clm|icn|dcn|tcn|encounter|invoice|auth(?:orization)?|pre-?auth|prior\s+auth|(?:orig(?:inal)?|call|payment)?\s*ref(?:erence)?(?:\s+claim)?|referral|cuenta|reclamo|autorizaci[oó]n|eft|trace|tracking|case\s+(?:no|number|id)|path(?:ology)?(?:\s+(?:no|number|id))?|specimen|accession|insurance\s+(?:of\s+\w+\s+)?(?:no|number))\b|(?i)\bpa\x20?\#";
    LICENCE = r"(?i)\b(?:cdl|dln?|driver'?s?\s+lic\w*|licen[sc]e|licencia|passport|pasaporte|c[eé]dula)\b";
    VEHICLE = r"(?i)\b(?:vin|plates?|tags?|placas?|registration)\b(?:\s+of\s+(?:the|his|her|their)\s+\w+)?";
    DEVICE = r"(?i)\b(?:ser(?:ial)?\.?(?:\s+(?:no|nbr|num|number))?|s/?n|serie|udi|imei)\b";
    UNIT = r"(?i)\b(?:transmitter|pacemaker|defibrillator|pump|implant|generator|sensor|receiver|cpap|monitor)\b";
    SSN = r"(?i)\b(?:ssn|soc(?:ial)?\.?\s*sec(?:urity)?|seguro\s+social)\b";
    /// What may stand between a label and its value.
    BETWEEN = r#"(?i)^(?:\s|[:;#=."“'(,]|\b(?:ids?|card|nos?|nbr|num|numbers?|n[uú]m|n[uú]mero|n\.?[ºo°]|key|is|was|are|es|says|reads|shows|keys?|(?:ends?|ending|starts?|starting|begins|beginning|termina(?:do)?)\s+(?:in|with|en))\b)*"#;
    /// What names a rule, a code or a provider behind such a word.
    PUBLIC = r"(?i)^(?:lcd|lca|ncd|npi|cpt|hcpcs|icd|drg|ms|cms|pos|tob|rev|mod|rarc|carc|co|pr|oa|pi|n|ma)\b|^[la]\d{5}\b";
    GROUP = r"^[A-Za-z0-9]+";
    WHOLE_CODE = r"^(?:[A-Za-z]?\d{4}[A-Za-z0-9]?|[A-TV-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?)$";
}

/// Groups of a value, at most.
const GROUPS_MAX: usize = 6;

/// What a kind's value looks like: digits it has at least, and signs in all.
struct Shape {
    kind: IdentifierKind,
    digits: usize,
    signs: usize,
}

pub(super) fn find(text: &str) -> Vec<Found> {
    let labels: [(&regex::Regex, Shape); 10] = [
        (&MRN, Shape { kind: IdentifierKind::Mrn, digits: 4, signs: 4 }),
        (&RECORD, Shape { kind: IdentifierKind::Mrn, digits: 6, signs: 6 }),
        (&UNIT, Shape { kind: IdentifierKind::Device, digits: 3, signs: 6 }),
        (&PLAN, Shape { kind: IdentifierKind::HealthPlanId, digits: 4, signs: 6 }),
        (&PAYER, Shape { kind: IdentifierKind::HealthPlanId, digits: 6, signs: 8 }),
        (&ACCOUNT, Shape { kind: IdentifierKind::Account, digits: 5, signs: 6 }),
        (&LICENCE, Shape { kind: IdentifierKind::License, digits: 4, signs: 6 }),
        (&VEHICLE, Shape { kind: IdentifierKind::Vehicle, digits: 1, signs: 5 }),
        (&DEVICE, Shape { kind: IdentifierKind::Device, digits: 4, signs: 5 }),
        (&SSN, Shape { kind: IdentifierKind::Ssn, digits: 4, signs: 4 }),
    ];
    let mut all = Vec::new();
    for (label, shape) in labels {
        for hit in label.find_iter(text) {
            let rest = text.get(hit.end()..).unwrap_or_default();
            let skipped = BETWEEN.find(rest).map_or(0, |between| between.len());
            let start = hit.end() + skipped;
            let len = value(rest.get(skipped..).unwrap_or_default(), &shape);
            if skipped > 0 && len > 0 {
                all.push(found(shape.kind, start..start + len));
            }
        }
    }
    all
}

/// How many bytes of the text are one value of this shape; 0 where it begins with none.
fn value(text: &str, shape: &Shape) -> usize {
    let (mut end, mut digits, mut signs, mut groups) = (0, 0, 0, 0);
    let mut at = 0;
    while groups < GROUPS_MAX {
        let Some(group) = text.get(at..).and_then(|rest| GROUP.find(rest)) else { break };
        let said = group.as_str();
        let own = said.bytes().filter(u8::is_ascii_digit).count();
        let letters = said.len() - own;
        // In a value letters are capitals; and where enough is said, five digits more are the procedure that follows.
        let fits = if own == 0 { letters <= 4 && said.bytes().all(|b| b.is_ascii_uppercase()) } else { is_one(said) };
        let joined_by = text.get(end..at).unwrap_or_default();
        let next_is_code = groups > 0 && joined_by == " " && digits >= shape.digits && is_followed_as_code(text, at, said);
        if !fits || next_is_code {
            break;
        }
        (digits, signs, groups) = (digits + own, signs + said.len(), groups + 1);
        if own > 0
            || groups == 1
            || joined_by != " "
            || letters == 1
            || shape.kind == IdentifierKind::Vehicle && is_between(text, at + said.len())
        {
            end = at + said.len();
        } else {
            break;
        }
        let Some(gap) = text.get(end..).and_then(|rest| rest.chars().next()).filter(|gap| " -./·".contains(*gap)) else { break };
        at = end + gap.len_utf8();
    }
    let first = text.get(..end).unwrap_or_default();
    let whole = end > 0 && digits >= shape.digits && signs >= shape.signs;
    let public = PUBLIC.is_match(first) && !first.contains('-');
    if whole && !public && !WHOLE_CODE.is_match(first) && !is_day(first) { end } else { 0 }
}

/// Whether digits go on behind letters that stand alone, as on a plate: `7 KHA 903`.
fn is_between(text: &str, end: usize) -> bool {
    text.get(end..).is_some_and(|after| {
        after.starts_with(' ') && after.get(1..).is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()))
    })
}

/// Letters and digits of one group: not a word with a digit behind it.
fn is_one(said: &str) -> bool {
    let small = said.bytes().filter(u8::is_ascii_lowercase).count();
    small == 0 || small <= 2 && said.len() >= 5
}

/// Five digits alone, or a letter and four, and behind them no further group of the value.
fn is_followed_as_code(text: &str, at: usize, said: &str) -> bool {
    let after = text.get(at + said.len()..).unwrap_or_default();
    let group = after.strip_prefix(' ').and_then(|rest| GROUP.find(rest)).map_or("", |next| next.as_str());
    let more = (1..=3).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    let plain = said.len() == 5 && said.bytes().skip(1).all(|b| b.is_ascii_digit());
    plain && !(more && said.bytes().all(|b| b.is_ascii_digit()))
}

/// `3-25-2025`, `7/1/25`: the label's value stands elsewhere.
fn is_day(said: &str) -> bool {
    let parts: Vec<&str> = said.split(['-', '/', '.']).collect();
    matches!(parts.as_slice(), [a, b, c] if a.len() <= 2 && b.len() <= 2 && (c.len() == 2 || c.len() == 4)
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit())))
}
