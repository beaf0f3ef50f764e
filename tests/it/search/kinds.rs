//! One story a kind of query, over a handful of records.

use caseconsultant::codebook::search::{Hit, Query, Search, SearchDoc, TermKind, Words};
use caseconsultant::domain::code::Effect;
use jiff::civil::{Date, date};

fn doc(system: &'static str, code: &str, title: &str) -> SearchDoc {
    SearchDoc {
        system,
        code: code.to_owned(),
        title: title.to_owned(),
        billable: true,
        effect: Effect::default(),
        terms: Vec::new(),
    }
}

fn heading(code: &str, title: &str) -> SearchDoc {
    SearchDoc { billable: false, ..doc("icd10cm", code, title) }
}

fn records() -> Vec<SearchDoc> {
    let with = |mut doc: SearchDoc, kind: TermKind, text: &str| {
        doc.terms.push((kind, text.to_owned()));
        doc
    };
    vec![
        heading("N20", "Calculus of kidney and ureter"),
        doc("icd10cm", "N20.0", "Calculus of kidney"),
        doc("icd10cm", "N20.1", "Calculus of ureter"),
        heading("M17", "Osteoarthritis of knee"),
        doc("icd10cm", "M17.11", "Unilateral primary osteoarthritis, right knee"),
        doc("icd10cm", "M17.12", "Unilateral primary osteoarthritis, left knee"),
        doc("icd10cm", "M17.9", "Osteoarthritis of knee, unspecified"),
        heading("J45", "Asthma"),
        doc("icd10cm", "J45.901", "Unspecified asthma with (acute) exacerbation"),
        doc("icd10cm", "J45.909", "Unspecified asthma, uncomplicated"),
        heading("W55.0", "Contact with cat"),
        with(heading("W55.01", "Bitten by cat"), TermKind::External, "Bite, cat"),
        doc("icd10cm", "W55.01XA", "Bitten by cat, initial encounter"),
        doc("icd10cm", "W55.01XD", "Bitten by cat, subsequent encounter"),
        with(
            doc("icd10cm", "T45.511A", "Poisoning by anticoagulants, accidental (unintentional), initial encounter"),
            TermKind::Drug,
            "Warfarin",
        ),
        with(doc("icd10cm", "T45.515A", "Adverse effect of anticoagulants, initial encounter"), TermKind::Drug, "Warfarin"),
        doc("icd10cm", "O24.911", "Unspecified diabetes mellitus in pregnancy, first trimester"),
        doc("icd10cm", "O24.913", "Unspecified diabetes mellitus in pregnancy, third trimester"),
        doc("icd10cm", "C18.9", "Malignant neoplasm of colon, unspecified"),
        doc("icd10cm", "I10", "Essential (primary) hypertension"),
        doc("icd10cm", "R51.9", "Headache, unspecified"),
        doc("hcpcs", "J1885", "Injection, ketorolac tromethamine, per 15 mg"),
        doc("hcpcs", "E0143", "Walker, folding, wheeled, adjustable or fixed height"),
        doc("hcpcs", "K0001", "Standard wheelchair"),
        SearchDoc {
            effect: Effect { effective: Some(date(2001, 1, 1)), terminated: Some(date(2020, 12, 31)) },
            ..doc("hcpcs", "J9999", "Injection, invented substance, per 1 mg")
        },
        doc("modifier", "LT", "Left side (used to identify procedures performed on the left side of the body)"),
        doc("pos", "23", "Emergency Room - Hospital"),
        doc("icd10pcs", "0FT44ZZ", "Resection of Gallbladder, Percutaneous Endoscopic Approach"),
        doc("icd10pcs", "0FT40ZZ", "Resection of Gallbladder, Open Approach"),
        doc("cpt", "99213", ""),
        doc("manual", "NCCI Policy Manual IV.E", "Arthroscopy"),
    ]
}

fn search() -> Search {
    static SEARCH: std::sync::OnceLock<Search> = std::sync::OnceLock::new();
    SEARCH.get_or_init(|| Search::in_memory(records().into_iter(), Words::embedded(&[]).unwrap()).unwrap()).clone()
}

fn hits(text: &str, system: Option<&str>, on: Option<Date>) -> Vec<Hit> {
    search().find(&Query { text, system, limit: 10, on })
}

fn first(text: &str) -> String {
    hits(text, None, None).first().map(|hit| hit.code.clone()).unwrap_or_default()
}

#[test]
fn the_general_leaf_comes_before_its_heading_and_its_siblings() {
    assert_eq!(first("osteoarthritis of knee"), "M17.9");
    assert_eq!(first("asthma"), "J45.909");
}

#[test]
fn sides_are_told_apart_however_they_are_written() {
    assert_eq!(first("primary osteoarthritis of the right knee"), "M17.11");
    assert_eq!(first("knee osteoarthritis primary, unilateral, L"), "M17.12");
}

#[test]
fn word_order_slips_and_beginnings_do_not_matter() {
    assert_eq!(first("ureter calculus"), "N20.1");
    assert_eq!(first("calculsu of the ureter"), "N20.1");
    assert_eq!(first("osteoarthr knee"), "M17.9");
}

#[test]
fn shorthand_lay_words_and_spanish_lead_to_the_publishers_words() {
    assert_eq!(first("HTN"), "I10");
    assert_eq!(first("kidney stones"), "N20.0");
    assert_eq!(first("colon ca"), "C18.9");
    assert_eq!(first("dolor de cabeza muy fuerte"), "R51.9");
    assert_eq!(first("asthma exac"), "J45.901");
}

#[test]
fn a_trade_name_leads_to_the_ingredient_and_says_so() {
    let found = hits("toradol im", Some("hcpcs"), None);
    assert_eq!(found[0].code, "J1885");
    assert!(found[0].why.contains("toradol"), "{}", found[0].why);
}

#[test]
fn pieces_of_codes_are_found_with_and_without_their_dot() {
    for text in ["m1711", "M17.11", " m17.11 ", "M17.1"] {
        assert_eq!(first(text), "M17.11", "{text}");
    }
    assert_eq!(first("99213"), "99213");
    assert_eq!(hits("lt", Some("modifier"), None)[0].code, "LT");
}

#[test]
fn what_a_drug_did_decides_among_its_codes() {
    assert_eq!(first("warfarin overdose, accidental"), "T45.511A");
    assert_eq!(first("warfarin side effect"), "T45.515A");
}

#[test]
fn trimesters_are_told_apart() {
    assert_eq!(first("diabetes in pregnancy 3rd tri"), "O24.913");
    assert_eq!(first("diabetes in pregnancy first trimester"), "O24.911");
}

#[test]
fn an_external_cause_means_the_first_visit_where_nothing_is_said() {
    assert_eq!(first("bitten by a cat"), "W55.01XA");
    assert_eq!(first("cat bite, subsequent"), "W55.01XD");
}

#[test]
fn names_of_operations_are_read_for_procedures_only() {
    assert_eq!(hits("lap chole", Some("icd10pcs"), None)[0].code, "0FT44ZZ");
    assert_eq!(hits("open cholecystectomy", Some("icd10pcs"), None)[0].code, "0FT40ZZ");
}

#[test]
fn a_system_narrows_and_a_day_leaves_out_what_has_ended() {
    assert!(hits("wheelchair", Some("icd10cm"), None).iter().all(|hit| hit.system == "icd10cm"));
    assert_eq!(first("walker with wheels"), "E0143");
    assert_eq!(hits("invented substance injection", None, Some(date(2019, 6, 1)))[0].code, "J9999");
    assert!(hits("invented substance", None, Some(date(2026, 6, 1))).iter().all(|hit| hit.code != "J9999"));
}

#[test]
fn places_and_manual_sections_are_found() {
    assert_eq!(hits("er", Some("pos"), None)[0].code, "23");
    assert_eq!(hits("arthroscopy", Some("manual"), None)[0].code, "NCCI Policy Manual IV.E");
}

#[test]
fn nothing_and_nonsense_find_nothing_and_long_texts_are_cut() {
    for text in ["", "   ", "???", "\u{1F600}", "the of and"] {
        assert_eq!(hits(text, None, None), Vec::new(), "{text:?}");
    }
    let long = "knee ".repeat(5_000);
    assert!(!hits(&long, None, None).is_empty());
}

#[test]
fn an_index_on_disk_finds_what_one_in_memory_finds() {
    let folder = tempfile::tempdir().unwrap();
    let words = || Words::embedded(&[]).unwrap();
    Search::build(records().into_iter(), &words(), folder.path()).unwrap();
    let disk = Search::open(folder.path(), words()).unwrap();
    for text in ["kidney stones", "HTN", "m1711", "walker with wheels"] {
        let query = Query { text, system: None, limit: 10, on: None };
        assert_eq!(disk.find(&query), search().find(&query), "{text}");
    }
}
