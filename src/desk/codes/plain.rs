//! A code in common words: those written in `config/words/plain.toml`, else words made from the record's structure.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::systems::slug;
use crate::codebook::{Codebook, Node, Role};
use crate::domain::code::{CodeRef, CodeSystem, Modifier};

const WRITTEN: &str = include_str!("../../../config/words/plain.toml");

/// By system, then by code.
static WORDS: LazyLock<BTreeMap<String, BTreeMap<String, String>>> =
    LazyLock::new(|| toml::from_str(WRITTEN).unwrap_or_default());

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plain {
    pub text: String,
    /// Made from the record's structure rather than written by a person.
    pub generated: bool,
}

pub fn plain(codebook: &Codebook, code: &CodeRef, on: Date, title: Option<&str>, leaf: bool, above: &[Node]) -> Plain {
    if let Some(text) = WORDS.get(slug(code.system)).and_then(|of| of.get(&code.code)) {
        return Plain { text: text.clone(), generated: false };
    }
    Plain { text: generated(codebook, code, on, title, leaf, above), generated: true }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "systems without a structure to read share one sentence")]
fn generated(codebook: &Codebook, code: &CodeRef, on: Date, title: Option<&str>, leaf: bool, above: &[Node]) -> String {
    match code.system {
        CodeSystem::Icd10Cm => diagnosis(title, leaf, above),
        CodeSystem::Hcpcs => level2(codebook, code, on),
        CodeSystem::Cpt => format!("A CPT code: {}.", cpt_range(&code.code)),
        CodeSystem::Modifier => modifier(codebook, code, on),
        CodeSystem::Icd10Pcs => operation(codebook, code, on),
        other => format!("A code of {}.", other.name()),
    }
}

fn diagnosis(title: Option<&str>, leaf: bool, above: &[Node]) -> String {
    let mut text = if leaf {
        "A diagnosis that can be reported as it stands".to_owned()
    } else {
        "A heading for several diagnoses; a code below it is reported".to_owned()
    };
    let places: Vec<String> = above
        .iter()
        .rev()
        .filter_map(|node| Some(format!("{} ({})", node.title.as_deref()?.trim_end_matches('.'), node.code)))
        .take(3)
        .collect();
    if !places.is_empty() {
        text.push_str(", found under ");
        text.push_str(&places.join(", which belongs to "));
    }
    text.push('.');
    for sentence in title.map(particulars).unwrap_or_default() {
        text.push(' ');
        text.push_str(sentence);
    }
    text
}

/// What the fixed words of a title say (Guidelines I.B.13, I.A.9, I.C.19.a).
fn particulars(title: &str) -> Vec<&'static str> {
    let title = title.to_lowercase();
    let has = |words: &str| title.contains(words);
    let side = if has("bilateral") {
        Some("It is for both sides.")
    } else if has("unspecified side") || has("unspecified knee") || has("unspecified limb") {
        Some("The side is not on record.")
    } else if has("right ") && !has("left ") {
        Some("It is for the right side.")
    } else if has("left ") && !has("right ") {
        Some("It is for the left side.")
    } else {
        None
    };
    let care = if has("initial encounter") {
        Some("It is for the time of active treatment.")
    } else if has("subsequent encounter") {
        Some("It is for care while the injury heals.")
    } else if has("sequela") {
        Some("It is for a condition that an earlier one left behind.")
    } else {
        None
    };
    let detail = if has("other specified") || title.starts_with("other ") {
        Some("It is for conditions that the record names and no code of their own covers.")
    } else if has("unspecified") {
        Some("It is for records that say no more.")
    } else {
        None
    };
    [side, care, detail].into_iter().flatten().collect()
}

fn level2(codebook: &Codebook, code: &CodeRef, on: Date) -> String {
    let kind = match code.code.chars().next() {
        Some('A') => "transport, medical and surgical supplies",
        Some('B') => "feeding by tube or vein",
        Some('C') => "services and products of outpatient hospitals",
        Some('E') => "durable medical equipment",
        Some('G') => "procedures and professional services that Medicare names itself",
        Some('H') => "behavioral health and substance use services of state agencies",
        Some('J') => "drugs given other than by mouth, and chemotherapy",
        Some('K') => "equipment and supplies for the equipment contractors",
        Some('L') => "braces, supports and artificial limbs",
        Some('M') => "services measured for quality",
        Some('P') => "laboratory and pathology services",
        Some('Q') => "products and services with a code for the time being",
        Some('R') => "transport of X-ray equipment",
        Some('S') => "services that commercial payers name; Medicare does not pay by them",
        Some('T') => "services that state Medicaid programs name",
        Some('U') => "laboratory tests for one disease",
        Some('V') => "vision, hearing and speech",
        Some(_) | None => "products and services",
    };
    let unit = codebook.hcpcs_unit(code, on).map(|unit| format!(" One unit stands for {}.", unit.phrase)).unwrap_or_default();
    format!("A national (Level II) code for {kind}.{unit}")
}

/// The parts of the CPT numbering, in words of our own.
fn cpt_range(code: &str) -> &'static str {
    match (code.chars().last(), code.get(..5).and_then(|number| number.parse::<u32>().ok())) {
        (Some('F'), _) => "tracking of quality, without payment",
        (Some('T'), _) => "new technology, counted before it may get a code of its own",
        (Some('U' | 'M'), _) => "one laboratory's own test",
        (Some('A'), _) => "administration of a new product",
        (_, Some(100..=1999)) => "anesthesia",
        (_, Some(10004..=19499)) => "surgery of the skin and the breast",
        (_, Some(20000..=29999)) => "surgery of bones, joints and muscles",
        (_, Some(30000..=32999)) => "surgery of the airways and lungs",
        (_, Some(33000..=37799)) => "surgery of the heart and vessels",
        (_, Some(38100..=38999)) => "surgery of blood and lymph",
        (_, Some(39000..=39599)) => "surgery between the lungs and of the diaphragm",
        (_, Some(40000..=49999)) => "surgery of the digestive system",
        (_, Some(50000..=53899)) => "surgery of the urinary system",
        (_, Some(54000..=59899)) => "surgery of the genital system, and childbirth",
        (_, Some(60000..=60699)) => "surgery of the glands",
        (_, Some(61000..=64999)) => "surgery of the nervous system",
        (_, Some(65000..=69999)) => "surgery of the eye and the ear",
        (_, Some(70000..=79999)) => "imaging, radiation treatment and nuclear medicine",
        (_, Some(80000..=89999)) => "laboratory and pathology",
        (_, Some(99202..=99499)) => "visits, consultations and other evaluation and management",
        (_, Some(90000..=99999)) => "medical services, injections, tests and therapies",
        _ => "its part of the numbering is not known here",
    }
}

/// A procedure of hospitals by what each of its seven characters says.
fn operation(codebook: &Codebook, code: &CodeRef, on: Date) -> String {
    let values = codebook.on_disk().and_then(|edition| edition.pcs_values(code, on)).unwrap_or_default();
    let said: Vec<String> = values.iter().map(|value| format!("{} {}: {}", value.axis, value.value, value.label)).collect();
    if said.is_empty() { "A procedure code of hospital stays.".to_owned() } else { format!("{}.", said.join("; ")) }
}

fn modifier(codebook: &Codebook, code: &CodeRef, on: Date) -> String {
    let record = Modifier::parse(&code.code).ok().and_then(|modifier| codebook.modifier(modifier, on));
    let role = record.map_or(Role::None, |m| m.role);
    let does = match role {
        Role::Anatomic => "It names the place on the body, and may tell two procedures at different places apart.",
        Role::Distinct => "It says that two procedures were distinct, where the record shows that they were.",
        Role::Visit => "It goes on a visit.",
        Role::OtherPair => "The pair edits take it where the record supports it.",
        Role::None => "The pair edits do not take it.",
    };
    format!("A modifier: two characters behind a procedure code that say more about the service. {does}")
}
