//! The words around an answer: what it assumes, how sure it is, how it is laid out.

use jiff::civil::Date;

use super::pieces::Piece;
use crate::codebook::Codebook;
use crate::domain::code::Family;
use crate::domain::finding::Finding;
use crate::domain::question::{Intent, Language, Payer, Question, Setting};
use crate::render::answer::Answer;

/// What was taken for granted, a clause each.
pub(super) fn assumptions(
    question: &Question,
    pieces: &[Piece],
    findings: &[Finding],
    codebook: &Codebook,
    today: Date,
) -> Vec<String> {
    let spanish = question.language == Language::Spanish;
    let say = |en: &str, es: &str| (if spanish { es } else { en }).to_owned();
    let mut clauses = Vec::new();
    let edits = pieces.iter().any(|p| matches!(p.answer, Answer::Pair(_) | Answer::PairGone(_) | Answer::Limit(_)));
    let units = pieces.iter().any(|p| matches!(p.answer, Answer::Units(_) | Answer::Timed(_)));
    match question.payer {
        None if edits || units => clauses.push(say("Medicare, as no payer is named", "Medicare, porque no se nombra el pagador")),
        Some(Payer::MedicareAdvantage) if edits => {
            clauses.push(say(
                "the Medicare Advantage plan follows Medicare's edits",
                "el plan Medicare Advantage sigue las ediciones de Medicare",
            ));
        }
        Some(Payer::Commercial) if edits => clauses.push(say(
            "Medicare's edits; a commercial plan may have its own",
            "las ediciones de Medicare; un plan comercial puede tener otras",
        )),
        _ => {}
    }
    if edits && question.setting.is_none() {
        clauses.push(say("a professional claim", "reclamación profesional"));
    }
    if edits && question.setting == Some(Setting::Hospital) {
        clauses.push(say("an outpatient hospital claim", "reclamación de hospital ambulatorio"));
    }
    clauses.extend(dated(question, pieces, findings, codebook, today));
    clauses
}

/// Which edition was read, where it is not the one of the day of service, or of today where no day is given.
fn dated(question: &Question, pieces: &[Piece], findings: &[Finding], codebook: &Codebook, today: Date) -> Option<String> {
    let spanish = question.language == Language::Spanish;
    let families = used(pieces, findings);
    if families.is_empty() {
        return None;
    }
    let day = question.date_of_service.unwrap_or(today);
    let read =
        |family: Family| findings.iter().find(|f| f.source.family == family).map(|f| format!("{family} {}", f.source.edition));
    let outside: Vec<String> = families.into_iter().filter(|family| !codebook.covers(*family, day)).filter_map(read).collect();
    let list = outside.join(", ");
    Some(match (question.date_of_service.is_some(), outside.is_empty(), spanish) {
        (true, true, false) => "the editions cited are those of your date of service".to_owned(),
        (true, true, true) => "las ediciones citadas rigen en su fecha de servicio".to_owned(),
        (true, false, false) => {
            format!("your date of service lies outside the edition loaded here ({list}), so check the one in force")
        }
        (true, false, true) => format!("su fecha de servicio queda fuera de la edición cargada ({list}): verifique la vigente"),
        (false, true, false) => "no date of service is given, so the editions cited decide".to_owned(),
        (false, true, true) => "sin fecha de servicio: deciden las ediciones citadas".to_owned(),
        (false, false, false) => {
            format!("no date of service is given; the editions loaded here decide, and a later one than {list} may differ")
        }
        (false, false, true) => {
            format!("sin fecha de servicio: deciden las ediciones cargadas, y una posterior a {list} puede diferir")
        }
    })
}

/// The families of published files that the pieces' lines cite.
pub(super) fn used(pieces: &[Piece], findings: &[Finding]) -> Vec<Family> {
    let mut families = Vec::new();
    for finding in findings {
        let cite = crate::research::citation(finding);
        let file =
            matches!(finding.source.family, Family::NcciPtp | Family::Mue | Family::Hcpcs | Family::Icd10Cm | Family::Modifiers);
        if file && pieces.iter().any(|p| p.why.iter().any(|w| w.cite == cite)) && !families.contains(&finding.source.family) {
            families.push(finding.source.family);
        }
    }
    families
}

/// How sure: less where an edition is not of the day, where an answer leaves the mend open, and for each further piece.
pub(super) fn confidence(base: f64, question: &Question, findings: &[Finding], codebook: &Codebook, pieces: &[Piece]) -> f64 {
    let outside = |day| used(pieces, findings).into_iter().any(|family| !codebook.covers(family, day));
    let open =
        question.intents.contains(&Intent::Denial) && pieces.iter().any(|p| matches!(&p.answer, Answer::Limit(l) if l.over));
    let further = u32::try_from(pieces.len().saturating_sub(1)).unwrap_or(u32::MAX).min(5);
    let less = if question.date_of_service.is_some_and(outside) { 0.06 } else { 0.0 } + if open { 0.15 } else { 0.0 };
    (base - less - 0.02 * f64::from(further)).max(0.3)
}

/// One blank line between paragraphs, none at the ends.
pub(super) fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() && lines.last().is_none_or(|l| l.is_empty()) {
            continue;
        }
        lines.push(line);
    }
    while lines.last().is_some_and(|l| l.is_empty()) {
        lines.pop();
    }
    lines.join("\n")
}
