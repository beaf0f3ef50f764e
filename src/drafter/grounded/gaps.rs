//! What the findings leave open: each gap is a reason for a person, told to the consultant.

use super::pieces::{Piece, codes_of};
use crate::codebook::Codebook;
use crate::domain::code::{CodeRef, CodeSystem, MentionRole};
use crate::domain::finding::{Fact, Finding};
use crate::domain::question::{Intent, Payer, Question};
use crate::render::answer::Answer;
use crate::research::visit::is_supply;

/// Words of a mail that a person must read: a note to be judged, a contract, a policy, a letter.
const NEEDS_A_PERSON: &[(&str, &str)] = &[
    ("op note", "an operative note has to be read"),
    ("operative note", "an operative note has to be read"),
    ("op report", "an operative note has to be read"),
    ("procedure in detail", "an operative note has to be read"),
    ("nota operatoria", "an operative note has to be read"),
    ("hpi:", "a clinic note has to be read"),
    ("support the", "a note has to be judged"),
    ("does this support", "a note has to be judged"),
    ("medically necessary", "medical necessity has to be judged"),
    ("medical necessity", "medical necessity has to be judged"),
    ("attached", "an attachment has to be read"),
    ("expert witness", "legal statements are not ours to make"),
    ("draft the", "a letter has to be written"),
    ("our contract", "a private contract is not in the records"),
    ("agreement", "a private contract is not in the records"),
    ("lcd", "no coverage policy is loaded"),
    ("ncd", "no coverage policy is loaded"),
    ("prior auth", "no payer policy is loaded"),
    ("medicaid", "no state Medicaid rules are loaded"),
    ("medi-cal", "no state Medicaid rules are loaded"),
    ("workers comp", "no workers' compensation rules are loaded"),
    ("unlisted", "an unlisted code needs a comparator chosen by a person"),
];

/// The reasons for which a person must answer; empty where the pieces answer everything.
pub(super) fn of(question: &Question, findings: &[Finding], pieces: &[Piece], lacking: bool, codebook: &Codebook) -> Vec<String> {
    let mut reasons = Vec::new();
    for intent in &question.intents {
        if let Some(reason) = uncovered(*intent, pieces, lacking) {
            reasons.push(reason.to_owned());
        }
    }
    if question.intents.is_empty() {
        reasons.push("what is asked could not be told".to_owned());
    }
    reasons.extend(missing_pairs(question, findings));
    reasons.extend(unknown_codes(question, codebook));
    if question.intents.contains(&Intent::Validity) {
        reasons
            .extend(codes_of(question, &[CodeSystem::Cpt]).into_iter().map(|c| format!("the records hold no validity of {c}")));
    }
    reasons.extend(other_payer(question, pieces));
    let text = question.text.to_lowercase();
    reasons.extend(NEEDS_A_PERSON.iter().find(|(words, _)| contains_word(&text, words)).map(|(_, why)| (*why).to_owned()));
    if pieces.len() > 5 {
        reasons.push("many answers in one mail: a person should weigh them together".to_owned());
    }
    reasons
}

/// A reason as the asker may read it.
pub(super) fn told(reason: &str) -> &str {
    if reason.starts_with("ground check") || reason.starts_with("template") { "it needs a person's judgement" } else { reason }
}

fn contains_word(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        !text.get(..at).unwrap_or_default().ends_with(|c: char| c.is_alphanumeric())
            && !text.get(at + words.len()..).unwrap_or_default().starts_with(|c: char| c.is_alphanumeric())
    })
}

/// Why an intent is not answered by the pieces; `None` where it is, or where the missing fact is asked for.
fn uncovered(intent: Intent, pieces: &[Piece], lacking: bool) -> Option<&'static str> {
    let any = |test: fn(&Answer) -> bool| pieces.iter().any(|p| test(&p.answer));
    let pair = any(|a| matches!(a, Answer::Pair(_) | Answer::PairGone(_)));
    let units = any(|a| matches!(a, Answer::Units(_) | Answer::Timed(_) | Answer::Limit(_)));
    let code = any(|a| matches!(a, Answer::Code(_)));
    let excludes = any(|a| matches!(a, Answer::Excludes(_)));
    let (covered, reason) = match intent {
        Intent::PairEdit => (pair, "the pair asked about is not in the loaded records"),
        Intent::Units => (units, "the units asked about are not in the loaded records"),
        Intent::ModifierChoice => (
            pair || units || any(|a| matches!(a, Answer::Modifiers(_))),
            "the choice of a modifier rests on facts that the records do not hold",
        ),
        Intent::Validity => (code || units, "the code asked about is not in the loaded records"),
        Intent::DiagnosisOrder => (any(|a| matches!(a, Answer::Sequence(_))), "no sequencing note settles the order"),
        Intent::DiagnosisConflict => (excludes, "no Excludes note could be looked up"),
        Intent::SeventhCharacter => (code, "the seventh character could not be looked up"),
        Intent::Denial => (pair || units || code || excludes, "the denial needs a person's reading"),
        Intent::EmLevel => (false, "the level of a visit has to be judged"),
        Intent::GlobalPeriod => (false, "no global periods are loaded"),
        Intent::SurgeonRole => (false, "no surgeon indicators are loaded"),
        Intent::AddOn => (false, "no add-on rules are loaded"),
        Intent::Preventive => (false, "no preventive rules are loaded"),
        Intent::Payment => (false, "no fee schedule is loaded"),
        Intent::Coverage => (false, "no coverage policy is loaded"),
        Intent::Crosswalk => (code, "no crosswalk is loaded"),
        Intent::CodeSearch => (false, "choosing a code from a description needs a person"),
        Intent::Compliance => (false, "what is asked may not be compliant and no rule here names it"),
        Intent::NotAQuestion => (true, ""),
    };
    (!covered && !lacking).then_some(reason)
}

/// Pairs of procedures that the records do not hold, where pairs are asked about.
fn missing_pairs(question: &Question, findings: &[Finding]) -> Vec<String> {
    if ![Intent::PairEdit, Intent::ModifierChoice].iter().any(|i| question.intents.contains(i)) {
        return Vec::new();
    }
    let codes: Vec<CodeRef> =
        codes_of(question, &[CodeSystem::Cpt, CodeSystem::Hcpcs]).into_iter().filter(|c| !is_supply(c)).collect();
    let quoted = |code: &CodeRef| question.codes.iter().filter(|m| m.code == *code).all(|m| m.role == MentionRole::Quoted);
    let held = |a: &CodeRef, b: &CodeRef| {
        findings.iter().any(|f| match &f.fact {
            Fact::PairEdit { column1: x, column2: y, .. }
            | Fact::PairEditDeleted { column1: x, column2: y, .. }
            | Fact::NoPairEdit { code: x, other: y } => (x == a && y == b) || (x == b && y == a),
            _ => false,
        })
    };
    let mut missing = Vec::new();
    for (at, a) in codes.iter().enumerate() {
        for b in codes.iter().skip(at + 1) {
            if !held(a, b) && !(quoted(a) && quoted(b)) {
                missing.push(format!("the pair {a} and {b} is not in the loaded records"));
            }
        }
    }
    missing
}

/// Codes of systems that the records do not hold at all.
fn unknown_codes(question: &Question, codebook: &Codebook) -> Vec<String> {
    use crate::codebook::Lookup;
    let day = question.date_of_service.unwrap_or(Date::MAX);
    let quoted = |code: &CodeRef| question.codes.iter().filter(|m| m.code == *code).all(|m| m.role == MentionRole::Quoted);
    let systems = [CodeSystem::Cpt, CodeSystem::Icd10Pcs, CodeSystem::Icd9Cm, CodeSystem::Cdt, CodeSystem::MsDrg];
    let codes = codes_of(question, &systems).into_iter().filter(|c| !quoted(c));
    codes.filter(|c| codebook.record(c, day) == Lookup::NotLoaded).map(|c| format!("{c} is not in the loaded edition")).collect()
}

use jiff::civil::Date;

/// Medicare's edits do not decide a claim of another payer.
fn other_payer(question: &Question, pieces: &[Piece]) -> Option<String> {
    let ncci =
        pieces.iter().any(|p| matches!(p.answer, Answer::Pair(_) | Answer::PairGone(_) | Answer::Limit(_) | Answer::Timed(_)));
    let payer = match question.payer? {
        Payer::Medicare | Payer::MedicareAdvantage => return None,
        Payer::Medicaid => "Medicaid",
        Payer::Commercial => "a commercial plan",
        Payer::WorkersCompensation => "workers' compensation",
        Payer::Tricare => "TRICARE",
        Payer::SelfPay => "a self-pay patient",
    };
    let names_medicare = ["medicare", "ncci"].iter().any(|w| question.text.to_lowercase().contains(w));
    (ncci && !names_medicare).then(|| format!("the claim is for {payer}, whose own edits are not loaded"))
}
