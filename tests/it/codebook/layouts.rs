//! Every published layout, read from a small excerpt in its own bytes; text of CPT and CDT is invented.

use caseconsultant::codebook::import::input::Licences;
use caseconsultant::codebook::{Edition, Lookup, reasons};
use caseconsultant::domain::code::{CodeRef, CodeSystem, Family, Modifier};
use jiff::civil::{Date, date};

use super::shelf::{build, fixtures, published};
use super::{dx, hcpcs, names};

const IN_2025: Date = date(2025, 3, 1);
const IN_2026: Date = date(2026, 5, 1);

fn columns(edition: &Edition, sql: &str) -> Vec<String> {
    edition.query(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn every_fixture_is_recognised_by_its_content_and_read() {
    let shelved = fixtures();
    let known: Vec<(&str, &str)> = shelved.built.report.files.iter().map(|f| (f.file.as_str(), f.layout.as_str())).collect();
    let layout = |name: &str| known.iter().find(|(file, _)| file.ends_with(name)).map_or("none", |(_, layout)| layout);
    for (file, expected) in [
        ("icd10cm_order_2025.txt", "icd10cm_order"),
        ("icd10cm_codes_2026.txt", "icd10cm_codes"),
        ("icd10cm_order_addenda_2025.txt", "icd10_addenda"),
        ("icd-10-cm-conversion-table-FY2025.tsv", "icd10cm_conversion"),
        ("icd10cm_tabular_2025.xml", "icd10cm_tabular"),
        ("icd10cm_index_2026.xml", "icd10cm_index"),
        ("icd10cm-eindex-2026.xml", "icd10cm_index"),
        ("icd10cm-drug-2026.xml", "icd10cm_index"),
        ("icd10cm-neoplasm-2026.xml", "icd10cm_index"),
        ("icd10pcs_tables_2025.xml", "icd10pcs_tables"),
        ("icd10pcs_index_2025.xml", "icd10pcs_index"),
        ("icd10pcs_definitions_2025.xml", "icd10pcs_definitions"),
        ("icd10pcs_conversion_table.txt", "icd10pcs_conversion"),
        ("icd10pcs_codes_2025.txt", "icd10pcs_codes"),
        ("HCPC2025_JAN_ANWEB.txt", "hcpcs_anweb"),
        ("HCPC2026_OCT_ANWEB.csv", "hcpcs_export"),
        ("hcpcs_2025OCT_code_longdesc.tsv", "hcpcs_long_texts"),
        ("hcpcs_level2_codes_only_2026q3.txt", "hcpcs_codes"),
        ("hcpcs_modifiers_2024OCT.tsv", "hcpcs_modifiers"),
        ("HCPC2025_JAN_ANWEB_Corrections.csv", "hcpcs_corrections"),
        ("NOC_codes_JAN2025.csv", "hcpcs_noc"),
        ("proc_notes_JAN2025.txt", "hcpcs_processing_notes"),
        ("2018_I10gem.txt", "gems"),
        ("2018_I9gem.txt", "gems"),
        ("table5_drg_weights_fy2026.txt", "drg_weights"),
        ("table6I_mcc_list.txt", "drg_complications"),
        ("table6J_cc_list.txt", "drg_complications"),
        ("table6K_cc_exclusions.txt", "drg_exclusions"),
        ("pos_codes_2024.csv", "pos"),
        ("mce_dx_edits.tsv", "mce"),
        ("dx_to_hcc_2026.csv", "hcc_mapping"),
        ("hcc_labels_2026_V28.csv", "hcc_labels"),
        ("hcc_hierarchies_2026_V28.csv", "hcc_hierarchies"),
        ("rarc_2024-06.tsv", "rarc"),
        ("carc_numbers_2024-06.tsv", "carc"),
        ("mcd_documents_2025-08.csv", "mcd_documents"),
        ("ncd_trkg.csv", "ncd"),
        ("lcd.csv", "lcd"),
        ("article.csv", "article"),
        ("article_x_hcpc_code.csv", "mcd_codes"),
        ("article_x_icd10_covered.csv", "mcd_codes"),
        ("icd10cm_guidelines_FY2026.txt", "icd10cm_guidelines"),
        ("ncci_policy_manual_2026.txt", "ncci_manual"),
        ("mbpm_ch15_2026-05.txt", "internet_only_manual"),
        ("medical_abbreviations.csv", "abbreviations"),
        ("orange_book_trade_to_ingredient.tsv", "trade_names"),
        ("ConsolidatedCodeList.txt", "cpt_code_list"),
        ("LONGULT.txt", "cpt_texts"),
        ("MEDU.txt", "cpt_texts"),
        ("SHORTU.txt", "cpt_texts"),
        ("MODUL.txt", "cpt_texts"),
        ("ConsumerDescriptor.txt", "cpt_texts"),
        ("ClinicianDescriptor.txt", "cpt_texts"),
        ("cdt_2025.txt", "cdt"),
    ] {
        assert_eq!(layout(file), expected, "{file}");
    }
    assert!(shelved.built.report.unrecognised.is_empty(), "{:?}", shelved.built.report.unrecognised);
    let cut = shelved.line("HCPC2025_JAN_ANWEB.txt");
    assert_eq!((cut.bad, cut.samples.len()), (1, 1), "{cut:?}");
}

#[test]
fn diagnoses_are_judged_by_the_file_of_their_day() {
    let shelved = fixtures();
    let book = &shelved.book;
    assert!(matches!(book.record(&dx("M54.50"), IN_2025), Lookup::Valid(r) if r.source.file == "icd10cm_order_2025.txt"));
    assert!(matches!(book.record(&dx("M54.50"), IN_2026), Lookup::Valid(r) if r.source.file == "icd10cm_codes_2026.txt"));
    let Lookup::NotBillable { children, record } = book.record(&dx("M54.5"), IN_2025) else { panic!() };
    assert_eq!(names(&children), ["M54.50", "M54.51", "M54.59"]);
    assert_eq!(record.effect.terminated, Some(date(2021, 9, 30)));
    assert!(matches!(book.record(&dx("M54.5"), date(2021, 3, 1)), Lookup::Valid(_)));
    assert!(matches!(book.record(&dx("G35"), date(2025, 9, 30)), Lookup::Valid(_)));
    let Lookup::NotBillable { children, .. } = book.record(&dx("G35"), IN_2026) else { panic!() };
    assert!(names(&children).contains(&"G35.D"), "{children:?}");
    let Lookup::NotBillable { children, .. } = book.record(&dx("S93.401"), IN_2025) else { panic!() };
    assert_eq!(names(&children), ["S93.401A", "S93.401D", "S93.401S"]);
    let Lookup::Unknown { nearest, .. } = book.record(&dx("S93.401Z"), IN_2025) else { panic!() };
    assert_eq!(names(&nearest), ["S93.401A", "S93.401D", "S93.401S"]);
    let Lookup::OutOfForce { record, .. } = book.record(&dx("E66.813"), date(2024, 9, 12)) else { panic!() };
    assert_eq!(record.effect.effective, Some(date(2024, 10, 1)));
    let edition = shelved.edition();
    assert_eq!(edition.predecessors(&dx("M54.50")), [(dx("M54.5"), dx("M54.5"))]);
    assert_eq!(names(&edition.successors("M545", IN_2025)), ["M54.50", "M54.51", "M54.59"]);
    // "C56.1 and C56.2" go on beside the code that says both.
    assert!(edition.successors("C561", IN_2025).is_empty());
}

#[test]
fn notes_come_down_the_tree_with_who_said_them() {
    let shelved = fixtures();
    let edition = shelved.edition();
    let notes = edition.tabular_notes(&dx("S93.401A"), IN_2026);
    assert!(notes.iter().any(|note| note.at == dx("S93") && note.note.starts_with("avulsion of joint")), "{notes:?}");
    assert!(notes.iter().any(|note| note.at.code == "S00-T88"), "{notes:?}");
    let sevenths: Vec<char> =
        edition.seventh_characters(&dx("S93.401"), IN_2026).iter().map(|seventh| seventh.character).collect();
    assert_eq!(sevenths, ['A', 'D', 'S']);
    let above: Vec<String> = edition.ancestors(&dx("M54.50"), IN_2026).into_iter().map(|(place, _)| place.code).collect();
    assert_eq!(above, ["M54.5", "M54", "M50-M54", "M00-M99"]);
    let found = shelved.book.excludes(&dx("M54.50"), &dx("S39.012A"), IN_2026);
    assert!(found.iter().any(|note| note.at == dx("M54.5")), "{found:?}");
    let terms = edition.index_terms(&dx("M54.51"), IN_2026);
    assert_eq!(terms[0].path, ["Pain", "low back", "vertebrogenic"]);
    assert_eq!(names(&edition.below(&dx("M54.5"), IN_2026)), ["M54.50", "M54.51", "M54.59"]);
}

#[test]
fn the_drug_and_neoplasm_tables_lead_by_their_columns() {
    let shelved = fixtures();
    let sql = "SELECT index_column.heading || ': ' || target FROM index_term JOIN index_column ON index_column.number = \
        index_term.heading AND index_column.source = index_term.source WHERE path = '1-propanol' ORDER BY index_term.seq";
    assert_eq!(columns(shelved.edition(), sql)[0], "Poisoning Accidental (unintentional): T513X1");
    let partial = "SELECT count(*) FROM index_term WHERE partial = 1 AND target = 'C798'";
    assert!(shelved.count(partial) > 0);
}

#[test]
fn level_two_keeps_its_dates_its_text_and_its_corrections() {
    let shelved = fixtures();
    let book = &shelved.book;
    let Lookup::Valid(record) = book.record(&hcpcs("J1171"), IN_2025) else { panic!() };
    assert_eq!(
        (record.title.as_deref(), record.source.edition.as_str()),
        (Some("Injection, hydromorphone, 0.1 mg"), "2025 January")
    );
    let ab = book.modifier(Modifier::parse("AB").unwrap(), IN_2025).unwrap();
    assert!(ab.meaning.contains("without a physician/npp order for non-acute hearing assessment"), "{}", ab.meaning);
    assert_eq!(shelved.count("SELECT count(*) FROM hcpcs_code WHERE code LIKE 'D%' AND title IS NOT NULL"), 0);
    assert_eq!(shelved.count("SELECT count(*) FROM hcpcs_text WHERE code LIKE 'D____' AND title IS NOT NULL"), 0);
    // The quarter's corrections: ended the day before January 1, 2025.
    let Lookup::OutOfForce { record, .. } = book.record(&hcpcs("E0601"), IN_2025) else { panic!() };
    assert_eq!(record.effect.terminated, Some(date(2024, 12, 31)));
    assert!(matches!(book.record(&hcpcs("J1170"), IN_2025), Lookup::Valid(_)));
    assert_eq!(shelved.edition().not_otherwise_classified(&hcpcs("J3490"), IN_2025), Some(true));
    assert_eq!(shelved.edition().not_otherwise_classified(&hcpcs("J1171"), IN_2025), Some(false));
    assert!(book.hcpcs_unit(&hcpcs("J1171"), IN_2025).is_some_and(|unit| unit.phrase == "0.1 mg"));
    assert_eq!(names(&book.hcpcs_named("hydromorphone", IN_2025)), ["J1170", "J1171"]);
    // 2026's columns, with a byte-order mark.
    let gone = book.modifier(Modifier::parse("CP").unwrap(), IN_2026).unwrap();
    assert_eq!(gone.effect.terminated, Some(date(2017, 12, 31)));
}

#[test]
fn procedures_of_the_inpatient_system_are_built_from_their_tables() {
    let shelved = fixtures();
    let pcs = |code: &str| CodeRef::new(CodeSystem::Icd10Pcs, code);
    let Lookup::Valid(record) = shelved.book.record(&pcs("0016070"), IN_2025) else { panic!() };
    assert!(record.title.is_some_and(|title| title.starts_with("Bypass Cerebral Ventricle to Nasopharynx")));
    assert!(matches!(shelved.book.record(&pcs("00160Z0"), IN_2025), Lookup::Unknown { .. }));
    let values = shelved.edition().pcs_values(&pcs("00160ZB"), IN_2025).unwrap();
    let labels: Vec<&str> = values.iter().map(|value| value.label.as_str()).collect();
    assert_eq!(labels[2..], ["Bypass", "Cerebral Ventricle", "Open", "No Device", "Cerebral Cisterns"]);
}

#[test]
fn lists_answer_for_their_codes() {
    let shelved = fixtures();
    let edition = shelved.edition();
    let nine = |code: &str| CodeRef::new(CodeSystem::Icd9Cm, code);
    let ways = edition.equivalents(&dx("A02.1"));
    assert_eq!(
        ways.iter().map(|way| (way.target.clone().unwrap(), way.choice)).collect::<Vec<_>>(),
        [(nine("0031"), 1), (nine("99591"), 2)]
    );
    assert!(ways.iter().all(|way| way.is_combination && way.is_approximate));
    assert_eq!(edition.equivalents(&nine("0010"))[0].target, Some(dx("A00.0")));
    assert_eq!(edition.drg("1", IN_2026).unwrap().weight, Some(280_239));
    assert_eq!(edition.complication(&dx("A00.0"), IN_2026).map(|found| found.is_major), Some(false));
    assert_eq!(edition.excludes_complication(&dx("A00.9"), &dx("A00.0"), IN_2026), Some(true));
    assert_eq!(edition.excludes_complication(&dx("M54.50"), &dx("A00.0"), IN_2026), Some(false));
    assert_eq!(edition.place_of_service("2", IN_2026).unwrap().setting.as_deref(), Some("Facility"));
    let categories = edition.categories(&dx("E11.311"), IN_2026);
    assert!(categories.iter().all(|found| found.model == "V28"), "{categories:?}");
    let remark = edition.remittance(&CodeRef::new(CodeSystem::Rarc, "M1"), IN_2026).unwrap();
    assert!(remark.text.unwrap().starts_with("X-ray not taken"));
    let reason = edition.remittance(&CodeRef::new(CodeSystem::Carc, "15"), IN_2026).unwrap();
    assert_eq!((reason.text, reason.effect.terminated), (None, Some(date(2018, 5, 1))));
    assert!(reasons::reason("97").is_some_and(|words| words.contains("included")) && reasons::group("pr").is_some());
    assert_eq!(edition.coverage_document("l39995")[0].title, "Invented Local Policy");
    assert_eq!(edition.coverage_naming("20610")[0].id, "59999");
    assert_eq!(edition.coverage_titled("ambulatory esophageal")[0].kind, "NCD");
    assert_eq!(shelved.count("SELECT count(*) FROM coverage_text WHERE text LIKE '%<%' OR text LIKE '%&amp;%'"), 0);
}

#[test]
fn a_manual_is_cut_by_its_own_numbers() {
    let shelved = fixtures();
    let edition = shelved.edition();
    let section = |family, number: &str| edition.section(family, "", number, IN_2026);
    let placeholder = section(Family::Guidelines, "I.A.4").unwrap();
    assert_eq!((placeholder.title.as_str(), placeholder.page.as_str()), ("Placeholder character", "7"));
    assert!(placeholder.text.ends_with("to be considered a valid code."), "{}", placeholder.text);
    assert!(section(Family::Guidelines, "I.A.6.a").is_some());
    let anesthesia = section(Family::NcciManual, "III.A").unwrap();
    assert_eq!(anesthesia.title, "Introduction");
    assert!(!anesthesia.text.contains("Revision Date") && !anesthesia.text.contains("...."), "{}", anesthesia.text);
    let optometrist = section(Family::BenefitManual, "\u{a7}30.4").unwrap();
    assert_eq!(optometrist.title, "Optometrist\u{2019}s Services");
    let long = section(Family::BenefitManual, "30.6.1").unwrap();
    assert!(long.title.ends_with("Certain IHS Hospitals and Clinics"), "{}", long.title);
    assert!(section(Family::BenefitManual, "20.3").is_none(), "a line of the contents is no section");
    assert_eq!(
        edition.sections_holding(Family::Guidelines, "X must be used in order for the code to be considered", IN_2026).len(),
        1
    );
}

#[test]
fn what_others_own_is_kept_only_under_their_licence() {
    let without =
        build(&[published().join("cpt"), published().join("cdt"), published().join("pos_codes_2024.csv")], Licences::default());
    assert_eq!(without.count("SELECT (SELECT count(*) FROM cpt_text) + (SELECT count(*) FROM cdt_text)"), 0);
    assert!(without.line("MEDU.txt").remarks[0].contains("no CPT licence"));
    let licences = Licences { cpt: Some("an invented licence".into()), cdt: Some("an invented licence".into()) };
    let with = build(&[published()], licences);
    assert_eq!(with.count("SELECT count(*) FROM cdt_text"), 3);
    let sql = "SELECT DISTINCT kind FROM cpt_text ORDER BY kind";
    let kinds = ["clinician", "consumer", "consumer es", "long", "medium", "modifier", "short"];
    assert_eq!(columns(with.edition(), sql), kinds);
    let long = "SELECT text FROM cpt_text JOIN source ON source.id = source WHERE code = '90003' AND kind = 'long'";
    assert_eq!(columns(with.edition(), long), ["Invented long words 3 d\u{e9}j\u{e0}"]);
    assert_eq!(with.count("SELECT count(*) FROM hcpcs_code WHERE code = 'D9999' AND title IS NOT NULL"), 1);
}
