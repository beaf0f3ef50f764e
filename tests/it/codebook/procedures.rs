use caseconsultant::codebook::{Lookup, PairState};
use caseconsultant::domain::code::{Family, Modifier};
use caseconsultant::domain::finding::{AdjudicationIndicator, ModifierIndicator};
use caseconsultant::domain::question::Setting;
use jiff::civil::date;

use super::{book, cpt, hcpcs, names};

#[test]
fn a_pair_is_found_both_ways_and_as_of_the_day() {
    for codes in [[cpt("99213"), cpt("20610")], [cpt("20610"), cpt("99213")]] {
        let found = book().pair_edits(&codes, Setting::Practitioner, date(2024, 8, 14));
        let PairState::Live(row) = &found[0].state else { panic!("{found:?}") };
        assert_eq!((row.column1.code.as_str(), row.column2.code.as_str()), ("20610", "99213"));
        assert_eq!(row.indicator, ModifierIndicator::Allowed);
    }
    let pair = [cpt("97530"), cpt("97140")];
    let state = |on| book().pair_edits(&pair, Setting::Practitioner, on).remove(0).state;
    assert!(matches!(state(date(2024, 8, 14)), PairState::Deleted(row) if row.effect.terminated == Some(date(2019, 12, 31))));
    assert!(matches!(state(date(2019, 12, 31)), PairState::Live(_)));
}

#[test]
fn absence_is_only_said_of_pairs_that_were_looked_up() {
    let state = |a, b| book().pair_edits(&[cpt(a), cpt(b)], Setting::Practitioner, date(2024, 8, 14)).remove(0).state;
    assert_eq!(state("30520", "30140"), PairState::Absent);
    assert_eq!(state("61510", "99213"), PairState::NotLoaded);
    assert!(matches!(state("29827", "29823"), PairState::Deleted(row) if row.effect.terminated == Some(date(2016, 6, 30))));
    let dme = book().pair_edits(&[cpt("20610"), cpt("99213")], Setting::Dme, date(2024, 8, 14)).remove(0).state;
    assert_eq!(dme, PairState::NotLoaded);
}

#[test]
fn a_unit_limit_has_its_indicator() {
    let limit = book().unit_limit(&cpt("69210"), Setting::Practitioner, date(2024, 8, 1)).unwrap();
    assert_eq!((limit.units, limit.mai), (1, AdjudicationIndicator::DayPolicy));
    assert!(book().unit_limit(&cpt("61510"), Setting::Practitioner, date(2024, 8, 1)).is_none());
}

#[test]
fn a_unit_is_read_out_of_the_long_text() {
    for (code, phrase) in [
        ("J1885", "per 15 mg"),
        ("J0696", "per 250 mg"),
        ("J3420", "up to 1000 mcg"),
        ("J0585", "1 unit"),
        ("J1171", "0.1 mg"),
        ("G0151", "each 15 minutes"),
        ("J7050", "250 cc"),
        ("J1745", "10 mg"),
    ] {
        assert_eq!(book().hcpcs_unit(&hcpcs(code), date(2025, 2, 1)).map(|u| u.phrase).as_deref(), Some(phrase), "{code}");
    }
    for code in ["E0570", "G0283", "J7321"] {
        assert!(book().hcpcs_unit(&hcpcs(code), date(2025, 2, 1)).is_none(), "{code}");
    }
}

#[test]
fn a_level_two_code_ends_and_names_its_successor() {
    assert!(matches!(book().record(&hcpcs("J2930"), date(2024, 3, 31)), Lookup::Valid(_)));
    let Lookup::OutOfForce { record, replaced_by } = book().record(&hcpcs("J2930"), date(2024, 4, 1)) else { panic!() };
    assert_eq!(record.effect.terminated, Some(date(2024, 3, 31)));
    assert_eq!(names(&replaced_by), ["J2919"]);
    let Lookup::OutOfForce { replaced_by, .. } = book().record(&hcpcs("J1040"), date(2025, 2, 1)) else { panic!() };
    assert_eq!(names(&replaced_by), ["J1010"]);
}

#[test]
fn a_cpt_number_outside_the_starter_is_not_called_invalid() {
    assert_eq!(book().record(&cpt("61510"), date(2025, 2, 1)), Lookup::NotLoaded);
    assert!(matches!(book().record(&cpt("20610"), date(2025, 2, 1)), Lookup::NumberOnly { .. }));
}

#[test]
fn modifiers_and_coverage() {
    assert_eq!(book().modifier(Modifier::parse("RT").unwrap(), date(2025, 2, 1)).unwrap().source.family, Family::Modifiers);
    assert_eq!(book().modifier(Modifier::parse("25").unwrap(), date(2025, 2, 1)).unwrap().source.family, Family::Rulebook);
    assert!(book().modifier(Modifier::parse("Z9").unwrap(), date(2025, 2, 1)).is_none());
    assert!(book().covers(Family::NcciPtp, date(2024, 9, 30)) && !book().covers(Family::NcciPtp, date(2024, 10, 1)));
    assert!(book().covers(Family::Icd10Cm, date(2025, 1, 1)) && !book().covers(Family::Mpfs, date(2025, 1, 1)));
}
