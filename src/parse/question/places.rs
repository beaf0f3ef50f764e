//! Payer, setting and state.

use std::sync::LazyLock;

use regex::Regex;

use crate::domain::code::{CodeMention, CodeSystem};
use crate::domain::question::{Payer, Setting};
use crate::pattern::{pattern, patterns};

patterns! {
    ADVANTAGE = r"(?i)\bmedicare\s+advantage\b|\bMA\s+plan\b|\bmapd?\s+plan\b|\b(?:humana|uhc|aetna|cigna|bcbs|wellcare)\s+(?:gold|medicare|MA)\b|\bpart\s+c\b";
    MEDICARE = r"(?i)\bm(?:edi)?-?care\b|\bmcr\b|\bpart\s+b\b|\bcms\b|\bnoridian\b|\bnovitas\b|\bpalmetto\b|\bcgs\b|\bngs\b|\bwps\b|\bfirst\s+coast\b";
    MEDICAID = r"(?i)\bmedicaid\b|\bmedi-cal\b|\bmcd\b|\bahcccs\b|\bmasshealth\b|\btenncare\b";
    COMMERCIAL = r"(?i)\bcommercial\b|\bbcbs\w*\b|\bblue\s*cross\b|\bblue\s*shield\b|\baetna\b|\bcigna\b|\bunited\s*health\s*care\b|\buhc\b|\bhumana\b|\banthem\b|\bppo\b|\bhmo\b|\bkaiser\b|\bprivate\s+(?:insurance|payer)\b|\boxford\b|\bhealth\s*net\b|\baseguradora\b|\bseguro\s+(?:privado|comercial)\b|\boscar\s+health\b|\btufts\b";
    COMPENSATION = r"(?i)\bworkers?['’]?\s*comp(?:ensation)?\b|\bwork\s*comp\b|\bwcb\b";
    TRICARE = r"(?i)\btri-?care\b|\bchampva\b|\bva\s+(?:community\s+care|claim)\b";
    SELF_PAY = r"(?i)\bself[\s-]?pay\b|\bcash\s+(?:pay|price|patient)\b|\buninsured\b";
    HOSPITAL = r"(?i)\b(?:outpatient|outpt|op)\s+(?:hosp(?:ital)?|facility)\b|\bhosp(?:ital)?\s+(?:outpatient|outpt|claim|bill(?:ing|s)?|side)\b|\bfacility\s+(?:side|claim|coding|billing|ed|er)\b|\bopps\b|\bub-?04\b|\bhopd\b|\bprovider[\s-]based\b|\bpos\s*(?:19|22|23)\b.{0,20}facility|\bapcs?\b|\bcah\b|\bhospital\s+does\s+(?:the\s+)?billing\b";
    DME = r"(?i)\bdme(?:pos)?\b|\bdurable\s+medical\b|\bdme\s*mac\b|\bsupplier\b|\bpos\s*12\b.{0,20}rental";
    PRACTITIONER = r"(?i)\bprofessional\s+(?:claim|side|fee|component)\b|\bpro\s*fee\b|\bpractitioner\b|\bcms-?1500\b|\boffice\b|\bphysician\b|\basc\b|\bambulatory\s+surg\w+\b|\bsurgeon\b|\bclinic\b|\bour\s+(?:group|practice|doctor|provider)\b";
    STATE = r"\b(?:in|for|of|from)\s+(?:the\s+state\s+of\s+)?(A[KRZ]|CT|DC|FL|GA|I[AL]|K[SY]|M[AINST]|N[CDEHJMVY]|S[CD]|T[NX]|UT|V[AT]|W[AIVY])(?:[\s,.;:?)]|$)|\b[A-Z][a-z]+,?\s(A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])(?:\s+\d{5}|[,.;:?)]|$)";
    /// Who said no.
    REFUSED = r"(?i)\b(?:den(?:ied|ies|y|ial)|bounc(?:ed|ing)|reject(?:ed|s|ing)?|refused|kicked|negaron)\b";
}

static STATE_NAME: LazyLock<Regex> = LazyLock::new(|| any_of(&STATE_NAMES));
static CITY: LazyLock<Regex> = LazyLock::new(|| any_of(&CITIES));

const STATE_NAMES: [(&str, &str); 50] = [
    ("alabama", "AL"),
    ("alaska", "AK"),
    ("arizona", "AZ"),
    ("arkansas", "AR"),
    ("california", "CA"),
    ("colorado", "CO"),
    ("connecticut", "CT"),
    ("delaware", "DE"),
    ("florida", "FL"),
    ("georgia", "GA"),
    ("hawaii", "HI"),
    ("idaho", "ID"),
    ("illinois", "IL"),
    ("indiana", "IN"),
    ("iowa", "IA"),
    ("kansas", "KS"),
    ("kentucky", "KY"),
    ("louisiana", "LA"),
    ("maine", "ME"),
    ("maryland", "MD"),
    ("massachusetts", "MA"),
    ("michigan", "MI"),
    ("minnesota", "MN"),
    ("mississippi", "MS"),
    ("missouri", "MO"),
    ("montana", "MT"),
    ("nebraska", "NE"),
    ("nevada", "NV"),
    ("new hampshire", "NH"),
    ("new jersey", "NJ"),
    ("new mexico", "NM"),
    ("new york", "NY"),
    ("north carolina", "NC"),
    ("north dakota", "ND"),
    ("ohio", "OH"),
    ("oklahoma", "OK"),
    ("oregon", "OR"),
    ("pennsylvania", "PA"),
    ("rhode island", "RI"),
    ("south carolina", "SC"),
    ("south dakota", "SD"),
    ("tennessee", "TN"),
    ("texas", "TX"),
    ("utah", "UT"),
    ("vermont", "VT"),
    ("west virginia", "WV"),
    ("virginia", "VA"),
    ("washington", "WA"),
    ("wisconsin", "WI"),
    ("wyoming", "WY"),
];

const CITIES: [(&str, &str); 38] = [
    ("miami", "FL"),
    ("seattle", "WA"),
    ("chicago", "IL"),
    ("charlotte", "NC"),
    ("manhattan", "NY"),
    ("columbus", "OH"),
    ("houston", "TX"),
    ("dallas", "TX"),
    ("phoenix", "AZ"),
    ("tucson", "AZ"),
    ("st. louis", "MO"),
    ("st louis", "MO"),
    ("boston", "MA"),
    ("atlanta", "GA"),
    ("denver", "CO"),
    ("detroit", "MI"),
    ("los angeles", "CA"),
    ("san francisco", "CA"),
    ("san diego", "CA"),
    ("philadelphia", "PA"),
    ("brooklyn", "NY"),
    ("nashville", "TN"),
    ("memphis", "TN"),
    ("orlando", "FL"),
    ("tampa", "FL"),
    ("cleveland", "OH"),
    ("cincinnati", "OH"),
    ("las vegas", "NV"),
    ("plano", "TX"),
    ("austin", "TX"),
    ("san antonio", "TX"),
    ("minneapolis", "MN"),
    ("milwaukee", "WI"),
    ("indianapolis", "IN"),
    ("baltimore", "MD"),
    ("new orleans", "LA"),
    ("honolulu", "HI"),
    ("anchorage", "AK"),
];

/// The payer, where one is named. Where several are, it is the one named last before a refusal, else the first:
/// people name their claim's payer before they compare.
pub(super) fn payer(text: &str) -> Option<Payer> {
    let kinds: [(&Regex, Payer); 7] = [
        (&ADVANTAGE, Payer::MedicareAdvantage),
        (&MEDICARE, Payer::Medicare),
        (&MEDICAID, Payer::Medicaid),
        (&COMMERCIAL, Payer::Commercial),
        (&COMPENSATION, Payer::WorkersCompensation),
        (&TRICARE, Payer::Tricare),
        (&SELF_PAY, Payer::SelfPay),
    ];
    let mut found: Vec<(usize, Payer)> = Vec::new();
    for (pattern, payer) in kinds {
        // "Medicare Advantage" names both: the first kind of the list at a place stands.
        let starts = pattern
            .find_iter(text)
            .map(|hit| hit.start())
            .filter(|start| !found.iter().any(|(known, _)| known.abs_diff(*start) < 12));
        let starts: Vec<usize> = starts.collect();
        found.extend(starts.into_iter().map(|start| (start, payer)));
    }
    let refusal = REFUSED.find(text).map(|refusal| refusal.start());
    let refusing =
        refusal.and_then(|at| found.iter().filter(|(start, _)| *start < at && at - *start < 60).max_by_key(|(start, _)| *start));
    refusing.or_else(|| found.iter().min_by_key(|(start, _)| *start)).map(|(_, payer)| *payer)
}

/// The setting, where the words or the codes say so.
pub(super) fn setting(text: &str, codes: &[CodeMention]) -> Option<Setting> {
    if HOSPITAL.is_match(text) && !text.to_lowercase().contains("professional") && !text.to_lowercase().contains("our group") {
        return Some(Setting::Hospital);
    }
    let procedures: Vec<&CodeMention> =
        codes.iter().filter(|mention| matches!(mention.code.system, CodeSystem::Cpt | CodeSystem::Hcpcs)).collect();
    let equipment = !procedures.is_empty() && procedures.iter().all(|mention| mention.code.code.starts_with(['E', 'K', 'L']));
    if DME.is_match(text) || equipment {
        return Some(Setting::Dme);
    }
    PRACTITIONER.is_match(text).then_some(Setting::Practitioner)
}

/// The state, by its name, by its abbreviation behind a comma or a preposition, or by a large city: of several, the first that is named.
pub(super) fn state(text: &str) -> Option<String> {
    let named = |pattern: &Regex, of: &[(&'static str, &'static str)]| {
        let name = pattern.find(text)?.as_str().split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        of.iter().find(|(known, _)| *known == name).map(|(_, code)| (*code).to_owned())
    };
    let abbreviated = || STATE.captures(text).and_then(|found| Some(found.get(1).or(found.get(2))?.as_str().to_owned()));
    named(&STATE_NAME, &STATE_NAMES).or_else(abbreviated).or_else(|| named(&CITY, &CITIES))
}

/// Any of the names, as a word of its own.
fn any_of(names: &[(&str, &str)]) -> Regex {
    // Of two that begin at one place the longer is listed first, as "west virginia" is.
    let names: Vec<String> = names.iter().map(|(name, _)| regex::escape(name).replace(' ', r"\s+")).collect();
    pattern(&format!(r"(?i)\b(?:{})\b", names.join("|")))
}
