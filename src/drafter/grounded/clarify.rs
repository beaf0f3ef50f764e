//! What is missing, and what can be said without it.

use super::pieces::{Piece, codes_of, find_rule, rules, rules_like};
use crate::domain::code::CodeSystem;
use crate::domain::finding::{Fact, Finding};
use crate::domain::question::{Intent, Language, Question};
use crate::pattern::cues;
use crate::render::answer::{Answer, Clarify};
use crate::research::seventh_character::is_seventh;

/// The piece that says what follows once the fact is known, and the questions, five at most.
pub(super) fn of(question: &Question, findings: &[Finding], pieces: &[Piece]) -> Option<(Piece, Vec<String>)> {
    let spanish = question.language == Language::Spanish;
    let (lacks, code, unit, why, asks) = lacking(question, findings, pieces)?;
    let asks = asks.iter().map(|(en, es)| (if spanish { *es } else { *en }).to_owned()).collect();
    let answer = Answer::Clarify(Clarify { lacks, code, unit, choices: Vec::new() });
    Some((Piece { answer, why }, asks))
}

cues! {
    TRIMESTER_SAID = r"\btrimest\w*|\b\d{1,2} ?(?:\+ ?\d )?(?:w\b|wks?|weeks?|semanas)";
    // Names something of a mail that is not there.
    POINTS_BACK = r"\b(?:first|second|third|other|same|last|previous|old) (?:one|code|line|thing|claim)\b|\bthe one (?:before|from|we)\b|\b(?:need|needs|take|takes|get|gets) (?:it|that|the thing|one) (?:too|as well|also)\b";
}

/// A longer mail says what it means.
const POINTS_BACK_WORDS_MAX: usize = 30;

type Asks = &'static [(&'static str, &'static str)];
type Lacking = (&'static str, Option<String>, Option<String>, Vec<crate::render::answer::Cited>, Asks);

const DOSE: Asks = &[
    ("What dose was given in all (mg, mcg or units)?", "¿Qué dosis se aplicó en total (mg, mcg o unidades)?"),
    ("Was any of a single-dose container discarded, and how much?", "¿Se desechó algo de un envase de dosis única, y cuánto?"),
];
const DRUG: Asks = &[
    ("Which drug, by its code or its full name?", "¿Qué medicamento, por su código o nombre completo?"),
    ("What dose was given, and of which strength?", "¿Qué dosis se aplicó, y de qué concentración?"),
    ("Was any of a single-dose container discarded?", "¿Se desechó algo de un envase de dosis única?"),
];
const PHASE: Asks = &[(
    "Is this active treatment, routine care while it heals (any delay, nonunion or malunion?), or a late complication?",
    "¿Es tratamiento activo, atención durante la recuperación, o una complicación tardía?",
)];
const TRIMESTER: Asks = &[(
    "Which trimester, or how many weeks, on the date of the visit?",
    "¿Qué trimestre, o cuántas semanas, en la fecha de la visita?",
)];
const MINUTES: Asks = &[("How many minutes of each timed service were given?", "¿Cuántos minutos de cada servicio se dieron?")];
const DENIAL: Asks = &[
    ("Which codes, modifiers and units were billed?", "¿Qué códigos, modificadores y unidades se facturaron?"),
    ("What denial reason and remark codes are on the remittance?", "¿Qué códigos de rechazo aparecen en la remesa?"),
    ("Who is the payer, and what was the date of service?", "¿Quién es el pagador, y cuál fue la fecha del servicio?"),
];
const CODES: Asks = &[
    (
        "Which procedure and diagnosis codes are on the claim?",
        "¿Qué códigos de procedimiento y diagnóstico lleva la reclamación?",
    ),
    ("Who is the payer, and in which setting was the service given?", "¿Quién es el pagador, y en qué lugar se dio el servicio?"),
    ("What was done that day, in a line?", "¿Qué se hizo ese día, en una línea?"),
];

fn lacking(question: &Question, findings: &[Finding], pieces: &[Piece]) -> Option<Lacking> {
    let asks_for = |intent| question.intents.contains(&intent);
    let unit = rules_like(findings, "unit_of ").next();
    if let Some((finding, words)) = unit {
        let unit = finding.text.split(" is ").nth(1).map(|u| u.trim_end_matches('.').to_owned());
        let why = [vec![super::pieces::cite(finding)], rules(findings, &["drug_units"])].concat();
        return Some(("dose", words.first().map(|c| (*c).to_owned()), unit, why, DOSE));
    }
    let open = findings.iter().find_map(|f| {
        if let Fact::NotBillable { code, children, .. } = &f.fact
            && is_seventh(children)
        {
            Some(code)
        } else {
            None
        }
    });
    let chosen = rules_like(findings, "chosen_leaf ").next().is_some();
    if let (Some(code), false) = (open, chosen) {
        let why = rules(findings, &["seventh_injury", "seventh_fracture"]);
        return Some(("phase", Some(code.to_string()), None, why, PHASE));
    }
    let heading = findings.iter().find_map(|f| if let Fact::NotBillable { code, .. } = &f.fact { Some(code) } else { None });
    let by_trimester = |code: &crate::domain::code::CodeRef| {
        findings.iter().any(|f| matches!(&f.fact, Fact::Valid { code: of, title: Some(title), .. } if of.code.starts_with(&code.code) && title.contains("trimester")))
    };
    if let (Some(code), false) = (heading.filter(|code| by_trimester(code)), chosen || TRIMESTER_SAID.is_match(&question.text)) {
        return Some(("trimester", Some(code.to_string()), None, Vec::new(), TRIMESTER));
    }
    let pairs = pieces.iter().any(|p| matches!(p.answer, Answer::Pair(_) | Answer::PairGone(_)));
    if asks_for(Intent::Units)
        && !pairs
        && find_rule(findings, "timed_units").is_some()
        && find_rule(findings, "timed_total").is_none()
    {
        return Some(("minutes", None, None, rules(findings, &["timed_units"]), MINUTES));
    }
    let procedures = codes_of(question, &[CodeSystem::Cpt, CodeSystem::Hcpcs, CodeSystem::Icd10Cm, CodeSystem::Icd10Pcs]);
    if !procedures.is_empty() || !pieces.is_empty() {
        return None;
    }
    let text = question.text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if asks_for(Intent::Units)
        && !asks_for(Intent::EmLevel)
        && says(&["inject", "inyec", "drug", "dose", "vial", "shot", " mg", " ml", "infus"])
    {
        return Some(("drug", None, None, Vec::new(), DRUG));
    }
    if asks_for(Intent::Denial) {
        return Some(("denial", None, None, Vec::new(), DENIAL));
    }
    if asks_for(Intent::Units) && says(&["units", "unidades", "how many"]) && !says(&["minutes", "minutos"]) {
        return Some(("codes", None, None, Vec::new(), CODES));
    }
    if question.codes.is_empty()
        && POINTS_BACK.is_match(&question.text)
        && question.text.split_whitespace().count() <= POINTS_BACK_WORDS_MAX
    {
        return Some(("codes", None, None, Vec::new(), CODES));
    }
    let vague = [Intent::ModifierChoice, Intent::PairEdit, Intent::GlobalPeriod, Intent::AddOn, Intent::SurgeonRole];
    vague.into_iter().any(asks_for).then_some(("codes", None, None, Vec::new(), CODES))
}
