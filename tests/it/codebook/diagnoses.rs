use caseconsultant::codebook::{ExcludesKind, Lookup, Order};
use jiff::civil::{Date, date};

use super::{book, dx, names};

const NOW: Date = date(2026, 3, 1);

#[test]
fn a_leaf_is_valid_and_a_heading_names_its_leaves() {
    assert!(
        matches!(book().record(&dx("m5450"), NOW), Lookup::Valid(r) if r.title.as_deref() == Some("Low back pain, unspecified"))
    );
    let Lookup::NotBillable { record, children } = book().record(&dx("M54.5"), NOW) else { panic!() };
    assert_eq!(names(&children), ["M54.50", "M54.51", "M54.59"]);
    assert_eq!(record.effect.terminated, Some(date(2021, 9, 30)));
    assert!(matches!(book().record(&dx("M54.5"), date(2021, 3, 1)), Lookup::Valid(_)));
    let Lookup::NotBillable { children, .. } = book().record(&dx("G20"), NOW) else { panic!() };
    assert_eq!(names(&children), ["G20.A1", "G20.A2", "G20.B1", "G20.B2", "G20.C"]);
}

#[test]
fn a_seventh_character_is_required_padded_and_named() {
    let Lookup::NotBillable { children, .. } = book().record(&dx("S93.401"), NOW) else { panic!() };
    assert_eq!(names(&children), ["S93.401A", "S93.401D", "S93.401S"]);
    let Lookup::Valid(record) = book().record(&dx("S82.841K"), NOW) else { panic!() };
    let title = "Displaced bimalleolar fracture of right lower leg, subsequent encounter for closed fracture with nonunion";
    assert_eq!(record.title.as_deref(), Some(title));
    assert!(matches!(book().record(&dx("T39.1X2A"), NOW), Lookup::Valid(_)));
    assert!(matches!(book().record(&dx("S61.001A"), NOW), Lookup::Valid(_)));
    let Lookup::Unknown { nearest, .. } = book().record(&dx("S93.401Z"), NOW) else { panic!() };
    assert_eq!(names(&nearest), ["S93.401A", "S93.401D", "S93.401S"]);
    let Lookup::NotBillable { children, .. } = book().record(&dx("T15.0"), NOW) else { panic!() };
    assert!(names(&children).contains(&"T15.00XA"));
}

#[test]
fn a_code_is_judged_on_the_day() {
    assert!(matches!(book().record(&dx("E66.813"), date(2024, 9, 12)), Lookup::OutOfForce { .. }));
    assert!(matches!(book().record(&dx("E66.813"), date(2024, 10, 1)), Lookup::Valid(_)));
    assert!(matches!(book().record(&dx("G35"), date(2025, 9, 30)), Lookup::Valid(_)));
    let Lookup::NotBillable { children, .. } = book().record(&dx("G35"), date(2025, 10, 1)) else { panic!() };
    assert!(names(&children).contains(&"G35.D"));
}

#[test]
fn a_code_of_no_edition_names_the_nearest() {
    let Lookup::Unknown { nearest, .. } = book().record(&dx("M54.500"), NOW) else { panic!() };
    assert_eq!(names(&nearest), ["M54.50"]);
}

#[test]
fn excludes_are_inherited_and_found_from_both_sides() {
    let found = book().excludes(&dx("N13.2"), &dx("N20.0"), date(2026, 1, 15));
    assert!(found.iter().any(|n| n.kind == ExcludesKind::One && n.at == dx("N20") && n.code == dx("N20.0")), "{found:?}");
    let found = book().excludes(&dx("F33.1"), &dx("F32.9"), date(2026, 1, 15));
    assert!(found.iter().any(|n| n.kind == ExcludesKind::One && n.at == dx("F32")), "{found:?}");
    let found = book().excludes(&dx("M17.11"), &dx("S83.241A"), date(2026, 1, 15));
    assert!(found.iter().any(|n| n.kind == ExcludesKind::Two && n.at.code == "M00-M99"), "{found:?}");
    assert!(book().excludes(&dx("E11.9"), &dx("Z79.4"), date(2026, 1, 15)).is_empty());
    let found = book().excludes(&dx("J43.9"), &dx("J44.9"), date(2026, 1, 15));
    assert!(found.iter().all(|n| n.kind == ExcludesKind::Two), "{found:?}");
}

#[test]
fn sequencing_notes_come_with_the_record() {
    let Lookup::Valid(record) = book().record(&dx("D63.1"), NOW) else { panic!() };
    assert!(
        record.order.iter().any(|(kind, at, note)| *kind == Order::CodeFirst && *at == dx("D63.1") && note.contains("N18.-"))
    );
}
