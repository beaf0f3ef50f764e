//! Identifiers that a layout gives away: segments of HL7 and X12, columns of a table under their heads, and values shaped as one that was found.

use std::ops::Range;

use super::{Found, found};
use crate::domain::message::IdentifierKind;
use crate::pattern::patterns;

/// Fields of an HL7 PID segment (HL7 v2.5.1, 3.4.2): which one holds what.
const PID: [(usize, IdentifierKind); 8] = [
    (3, IdentifierKind::Mrn),
    (5, IdentifierKind::Name),
    (7, IdentifierKind::Date),
    (11, IdentifierKind::Address),
    (13, IdentifierKind::Phone),
    (14, IdentifierKind::Phone),
    (18, IdentifierKind::Account),
    (19, IdentifierKind::Ssn),
];
/// Elements of X12 segments of a claim (ASC X12 837 and 835): the segment, its qualifier where it needs one, first and last element.
const X12: [(&str, &str, usize, usize, IdentifierKind); 13] = [
    ("NM1", "IL", 3, 5, IdentifierKind::Name),
    ("NM1", "QC", 3, 5, IdentifierKind::Name),
    ("NM1", "IL", 9, 9, IdentifierKind::HealthPlanId),
    ("NM1", "QC", 9, 9, IdentifierKind::HealthPlanId),
    // Quoted by hand, with an element too many.
    ("NM1", "IL", 10, 10, IdentifierKind::HealthPlanId),
    ("NM1", "QC", 10, 10, IdentifierKind::HealthPlanId),
    ("CLM", "", 1, 1, IdentifierKind::Account),
    ("CLP", "", 1, 1, IdentifierKind::Account),
    ("TRN", "", 2, 2, IdentifierKind::Account),
    ("REF", "EJ", 2, 2, IdentifierKind::Account),
    ("N3", "", 1, 2, IdentifierKind::Address),
    ("N4", "", 1, 3, IdentifierKind::Address),
    ("DMG", "", 2, 2, IdentifierKind::Date),
];

patterns! {
    /// The head of a column, and what stands below it.
    OF_OTHERS = r"(?i)payer|provider|plan\b|drug|facility|physician|doctor|proced|service|carrier";
    NAME_HEAD = r"(?i)\bname\b|\bpatient\b|\bpt\b|\bnombre\b|\bpaciente\b";
    MRN_HEAD = r"(?i)\bmrn\b|\bchart\b|\brecord\b|\bexpediente\b";
    PLAN_HEAD = r"(?i)\bins(?:urance)?\.? ?id\b|\bmember\b|\bpolicy\b|\bsubscriber\b|\bmbi\b|\bhicn\b|\bp[oó]liza\b";
    ACCOUNT_HEAD = r"(?i)\bacc(?:oun)?t\b|\bclaim\b|\bclm\b|\bicn\b|\bencounter\b|\bauth\b|\bcuenta\b";
    DATE_HEAD = r"(?i)\bdob\b|\bbirth\b|\bdos\b|\bdate\b|\bfecha\b";
    X12_BEGINS = r"\b(?:NM1|CLM|CLP|N3|N4|DMG|TRN|REF)\*";
    TOKEN = r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*";
    CODE = r"(?i)^(?:[a-z]?\d{4,5}[a-z]?|[a-z]\d[0-9a-z]{1,5})(?:-[a-z0-9]{2})*$";
}

pub(super) fn find(text: &str) -> Vec<Found> {
    let mut all = Vec::new();
    let mut head: Vec<Option<IdentifierKind>> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        hl7(line, start, &mut all);
        for (segment, range) in cut(line, start..start + line.len(), '~') {
            // Quoted in a sentence, a segment begins behind its words.
            let at = X12_BEGINS.find(segment).map_or(0, |begins| begins.start());
            x12(segment.get(at..).unwrap_or_default(), range.start + at, &mut all);
        }
        let delimiter = if line.contains('\t') { '\t' } else { '|' };
        let cells = cut(line, start..start + line.len(), delimiter);
        if cells.len() < 3 {
            head.clear();
        } else if head.len() == cells.len() {
            all.extend(cells.iter().zip(&head).filter_map(|((cell, range), kind)| below(cell, range, (*kind)?)));
        } else {
            head = cells.iter().map(|(cell, _)| kind_of(cell)).collect();
        }
        start += line.len();
    }
    all
}

/// Values of the same shape as one that was found: the next chart of the pair, the other claim of the two.
pub(super) fn alike(text: &str, known: &[Found]) -> Vec<Found> {
    let shapes: Vec<(String, IdentifierKind)> = known
        .iter()
        .filter(|one| {
            matches!(
                one.kind,
                IdentifierKind::Mrn
                    | IdentifierKind::Account
                    | IdentifierKind::HealthPlanId
                    | IdentifierKind::Device
                    | IdentifierKind::License
            )
        })
        .filter_map(|one| Some((text.get(one.range.clone())?, one.kind)))
        .filter(|(value, _)| value.len() >= 6 && !value.contains(' ') && !CODE.is_match(value))
        .map(|(value, kind)| (shape(value), kind))
        .collect();
    let tokens = TOKEN.find_iter(text).filter(|token| token.len() >= 6 && !CODE.is_match(token.as_str()));
    let alike = tokens.filter_map(|token| {
        let own = shape(token.as_str());
        // Eight digits alone are as likely a day, ten a provider's number, and letters alone a word.
        let telling = own.contains('9') && own != "99999999" && own != "9999999999";
        let kind = shapes.iter().find(|(other, _)| *other == own && telling)?.1;
        Some(found(kind, token.range()))
    });
    alike.collect()
}

fn shape(value: &str) -> String {
    let sign = |c: char| {
        if c.is_ascii_digit() {
            '9'
        } else if c.is_alphabetic() {
            'A'
        } else {
            c
        }
    };
    value.chars().map(sign).collect()
}

/// The pieces between delimiters, each with its place; the frame of a table is none.
fn cut(line: &str, place: Range<usize>, delimiter: char) -> Vec<(&str, Range<usize>)> {
    let framed = line.trim_end();
    let inner = framed.strip_suffix(delimiter).unwrap_or(framed);
    let skipped = usize::from(delimiter == '|' && inner.starts_with(delimiter));
    let mut at = place.start + skipped;
    let mut pieces = Vec::new();
    for piece in inner.get(skipped..).unwrap_or_default().split(delimiter) {
        pieces.push((piece, at..at + piece.len()));
        at += piece.len() + delimiter.len_utf8();
    }
    pieces
}

fn hl7(line: &str, start: usize, all: &mut Vec<Found>) {
    let Some(at) = line.find("PID|") else { return };
    let segment = line.get(at..).unwrap_or_default();
    let fields = cut(segment, start + at..start + line.len(), '|');
    for (index, kind) in PID {
        let Some((field, range)) = fields.get(index) else { continue };
        // Behind the first component of an identifier stands who gave it.
        let len = if kind == IdentifierKind::Mrn { field.find('^').unwrap_or(field.len()) } else { field.len() };
        all.extend(below(field.get(..len).unwrap_or(field), &(range.start..range.start + len), kind));
    }
}

fn x12(segment: &str, start: usize, all: &mut Vec<Found>) {
    let lead = segment.len() - segment.trim_start().len();
    let elements = cut(segment.trim_start(), start + lead..start + segment.len(), '*');
    let of = |index: usize| elements.get(index).map_or("", |(element, _)| *element);
    for (name, qualifier, first, last, kind) in X12 {
        if of(0) != name || !qualifier.is_empty() && of(1) != qualifier {
            continue;
        }
        let filled = |at: &usize| !of(*at).trim().is_empty();
        let wordless = kind == IdentifierKind::HealthPlanId && !of(first).bytes().any(|byte| byte.is_ascii_digit());
        if wordless {
            continue;
        }
        if let (Some(from), Some(to)) = ((first..=last).find(filled), (first..=last).rev().find(filled))
            && let (Some((_, from)), Some((_, to))) = (elements.get(from), elements.get(to))
        {
            all.push(found(kind, from.start..to.end));
        }
    }
}

fn kind_of(head: &str) -> Option<IdentifierKind> {
    let kinds = [
        (&MRN_HEAD, IdentifierKind::Mrn),
        (&PLAN_HEAD, IdentifierKind::HealthPlanId),
        (&ACCOUNT_HEAD, IdentifierKind::Account),
        (&DATE_HEAD, IdentifierKind::Date),
        (&NAME_HEAD, IdentifierKind::Name),
    ];
    if OF_OTHERS.is_match(head) || head.trim().len() > 24 {
        return None;
    }
    kinds.into_iter().find(|(pattern, _)| pattern.is_match(head)).map(|(_, kind)| kind)
}

/// A cell that holds something.
fn below(cell: &str, range: &Range<usize>, kind: IdentifierKind) -> Option<Found> {
    let value = cell.trim();
    let needs_digit = !matches!(kind, IdentifierKind::Name | IdentifierKind::Address);
    let sound = value.chars().any(char::is_alphanumeric) && (!needs_digit || value.bytes().any(|byte| byte.is_ascii_digit()));
    let start = range.start + (cell.len() - cell.trim_start().len());
    (sound && value.len() <= 80).then(|| found(kind, start..start + value.len()))
}
