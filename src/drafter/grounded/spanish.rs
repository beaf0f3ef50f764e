//! The facts of a Spanish answer in Spanish; titles and notes stay as their publisher wrote them.

use super::pieces::Piece;
use crate::domain::finding::{Fact, Finding};
use crate::research::citation;

/// The piece with its lines in Spanish.
pub(super) fn told(piece: &Piece, findings: &[Finding]) -> Piece {
    let mut piece = piece.clone();
    for line in &mut piece.why {
        let finding = findings.iter().find(|f| f.text == line.text && citation(f) == line.cite);
        if let Some(text) = finding.and_then(text) {
            line.text = text;
        }
    }
    piece
}

/// A fact as a Spanish sentence; `None` where it is a rule, which has a Spanish wording of its own, or has none here.
fn text(finding: &Finding) -> Option<String> {
    let edition = &finding.source.edition;
    let titled = |title: &Option<String>| title.as_ref().map(|t| format!(" ({t})")).unwrap_or_default();
    match &finding.fact {
        Fact::Valid { code, title, .. } => {
            let since = finding.effect.effective.map(|d| format!(", vigente desde {d}")).unwrap_or_default();
            Some(format!("{code}{} es un código válido en {edition}{since}.", titled(title)))
        }
        Fact::OutOfForce { code, .. } => {
            let until = finding.effect.terminated.map(|d| format!(" desde después del {d}")).unwrap_or_default();
            Some(format!("{code} ya no está vigente{until}."))
        }
        Fact::UnitArithmetic { code, dose, per_unit, units, wasted } => {
            let per = per_unit.trim_start_matches("per ").replace("up to", "hasta");
            let rest = wasted
                .as_ref()
                .map(|w| format!("; desechado: {}", w.replace("units", "unidades").replace("unit ", "unidad ")))
                .unwrap_or_default();
            Some(format!("{code} se factura por {per}: {dose} = {units} {}{rest}.", word(*units)))
        }
        Fact::UnitLimit { code, units, mai, .. } => {
            Some(format!("El límite de unidades (MUE) de {code} es {units} {}, MAI {}.", word(*units), mai.digit()))
        }
        Fact::PairEdit { column1, column2, indicator, .. } => Some(format!(
            "{column1} es la columna 1 y {column2} es la columna 2 de una edición NCCI vigente con indicador {}.",
            indicator.digit()
        )),
        Fact::Excludes1 { code, excluded, note_at, note } => {
            Some(format!("La nota Excludes1 en {note_at}, que vale para {code}, nombra {excluded}: \"{note}\"."))
        }
        Fact::Excludes2 { code, other, note_at, note } => {
            Some(format!("La nota Excludes2 en {note_at}, que vale para {code}, nombra {other}: \"{note}\"."))
        }
        Fact::NoExcludes { code, other } => {
            Some(format!("Ninguna nota Excludes de {code}, de {other} ni de lo que está sobre ellos nombra al otro."))
        }
        Fact::NotBillable { .. }
        | Fact::Unknown { .. }
        | Fact::PairEditDeleted { .. }
        | Fact::NoPairEdit { .. }
        | Fact::ModifierMeaning { .. }
        | Fact::Rule { .. }
        | Fact::Record { .. }
        | Fact::Conclusion(_) => None,
    }
}

const fn word(units: u32) -> &'static str {
    if units == 1 { "unidad" } else { "unidades" }
}
