//! What the index finds for the sentences of a mail.

use super::{Desk, facets};
use crate::codebook::Lookup;
use crate::codebook::search::{Hit, Query};
use crate::domain::code::{CodeRef, CodeSystem};
use crate::pattern::{cues, patterns};

cues! {
    PRESCRIBED = r"\bas (?:prescribed|directed|ordered)\b|\badverse\b|\bside effect|\breaction to\b|\bcorrectly\b|\bproperly (?:given|taken|administered)\b|\btaken right\b|\bcomo (?:se )?recet";
    POISONED = r"\bover-?dos|\bingest|\bswallow|\bhandful\b|\btook too (?:many|much)\b|\bwrong (?:drug|dose|medication)\b|\bpoison|\bsobredosis\b";
    CAUSED = r"\b(?:from|due to|d/t|caused by|because of|after taking|taking|took|por|debido a)\b|\bprescrib|\bover-?dos|\bingest|\bswallow|\badverse|\bpoison|\bside effect|\breaction\b";
    ORAL = r"\b(?:metformin\w*|glipizide|glyburide|glimepiride|glibenclamid\w*|pioglitazone|sitagliptin|linagliptin|saxagliptin|alogliptin|empagliflozin|dapagliflozin|canagliflozin|ertugliflozin|repaglinide|nateglinide|acarbose|januvia|jardiance|farxiga|invokana|tradjenta|glucophage|glucotrol|amaryl|oral (?:anti)?(?:diabetic|hypoglycemic)\w*)\b";
    INSULIN = r"\b(?:insulin\w*|lantus|humalog|novolog|levemir|tresiba|basaglar|toujeo)\b";
    INJECTED = r"\b(?:semaglutide|ozempic|liraglutide|victoza|dulaglutide|trulicity|exenatide|byetta|bydureon|tirzepatide|mounjaro|pramlintide|glp-?1\w*)\b";
}

patterns! {
    SENTENCE = r"(?is)[.;:\n?!]+(?:\s|$)";
    // What asks, and says nothing of the patient.
    REQUEST = r"(?is)\b(?:what(?:'?s| is| are)?|which|whats|how|can|could|would|should|do|does|is|are|we|i|you|us|me|need|want|please|pls|the|a|an|our|full|right|correct|proper|best|exact|icd-?(?:9|10)?(?:-?cm)?|cie-?(?:10)?(?:-?cm)?|codes?|coding|code it|dx|diagnos[ei]s|diagn[oó]stico|c[oó]digos?|cu[aá]l(?:es)?|es|el|la|los|las|para|uso|usar|use|for|external causes?|causas? externas?|seventh characters?|7th characters?|[a-z][ -]codes?|thanks|thank you|routine(?:ly)? healing|healing(?: \w+)?|healed|cast off|follow-?\s?up|f/?u|recheck|subsequent|aftercare|active treatment|\d+ ?(?:weeks?|wks?|days?|months?|mos?|years?|yrs?|yo|y/o|semanas|días|meses|años)(?: (?:out|ago|old|later))?|weeks|first time|new|today|hoy|note says|documented|chart|hi|hello|hola|buen[oa]s(?: d[ií]as| tardes| noches)?|patient|patients|pt|paciente|visit|encounter|he|she|his|her|here|has|have|had|with|was|seen|first|initial|medicare|medicaid)\b";
}

/// Sentences that are read, the words up to which they are looked up together, and the hits that are kept.
const SENTENCES_MAX: usize = 8;
const WORDS_MAX: usize = 14;
const HITS_MAX: usize = 40;

/// Whether a mail says that a drug was taken as it should be.
pub(super) fn is_prescribed(text: &str) -> bool {
    PRESCRIBED.is_match(text) && !POISONED.is_match(text)
}

/// What the index finds, best first; `letters` are those that a code may begin with, any where empty.
pub(super) fn hits(desk: &Desk<'_>, text: &str, letters: &[char]) -> Vec<Hit> {
    if facets::edition(desk).is_none() {
        return Vec::new();
    }
    let Ok(search) = desk.codebook.search() else { return Vec::new() };
    let before = match (PRESCRIBED.is_match(text), POISONED.is_match(text)) {
        (true, _) if letters.contains(&'T') || letters.is_empty() => "adverse effect of ",
        (false, true) => "poisoning by ",
        _ => "",
    };
    // The sentence that says most; a subject or a remark of two words must not outweigh it.
    let content = |kept: &str| kept.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    let sentences: Vec<(String, bool)> = SENTENCE
        .split(text)
        .take(SENTENCES_MAX)
        .map(|sentence| (REQUEST.replace_all(sentence, " ").into_owned(), CAUSED.is_match(sentence)))
        .filter(|(kept, _)| content(kept) > 0)
        .collect();
    let all: String = sentences.iter().map(|(kept, _)| kept.as_str()).collect::<Vec<_>>().join(" ");
    let longest = sentences.iter().max_by_key(|(kept, _)| content(kept));
    let Some((kept, caused)) = longest else { return Vec::new() };
    let short = content(&all) <= WORDS_MAX;
    let (kept, caused) = if short { (&all, sentences.iter().any(|(_, caused)| *caused)) } else { (kept, *caused) };
    let text = format!("{}{kept}", if caused { before } else { "" });
    let query = Query { text: &text, system: Some("icd10cm"), limit: HITS_MAX, on: Some(desk.on) };
    let mut found = search.find(&query);
    found.retain(|hit| letters.is_empty() || hit.code.starts_with(letters));
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.code.cmp(&b.code)));
    found
}

/// What a diabetic patient takes for a long time, by the name of the drug.
pub(super) fn drugs_taken(desk: &Desk<'_>, code: &CodeRef, text: &str) -> Vec<CodeRef> {
    let diabetes = ["E08", "E09", "E11", "E13"].iter().any(|category| code.code.starts_with(category));
    let taken = [(&*INSULIN, "Z79.4"), (&*ORAL, "Z79.84"), (&*INJECTED, "Z79.85")];
    let named = taken.into_iter().filter(|(drugs, _)| diabetes && drugs.is_match(text));
    let codes = named.map(|(_, code)| CodeRef::new(CodeSystem::Icd10Cm, code));
    codes.filter(|code| matches!(desk.codebook.record(code, desk.on), Lookup::Valid(_))).collect()
}

/// The leaves beside a code, which differ by its last character.
pub(super) fn siblings(desk: &Desk<'_>, code: &CodeRef) -> Vec<CodeRef> {
    let bare = code.undotted();
    let above = CodeRef::new(CodeSystem::Icd10Cm, bare.get(..bare.len().saturating_sub(1)).unwrap_or_default());
    match desk.codebook.record(&above, desk.on) {
        Lookup::NotBillable { children, .. } if children.len() <= 6 => children,
        Lookup::NotBillable { .. }
        | Lookup::Valid(_)
        | Lookup::OutOfForce { .. }
        | Lookup::Unknown { .. }
        | Lookup::NumberOnly { .. }
        | Lookup::NotLoaded => vec![code.clone()],
    }
}
