//! The word tables: each reads, is wide enough to be worth its name, and can be extended by an operator.

use caseconsultant::codebook::Codebook;
use caseconsultant::codebook::search::{Query, Search, SearchDoc, Words};
use caseconsultant::domain::code::Effect;

#[test]
fn the_embedded_tables_read() {
    let words = Words::embedded(&[]).unwrap();
    assert!(words.synonyms.len() > 2_000, "{}", words.synonyms.len());
}

#[test]
fn a_table_that_does_not_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ours.toml"), "[read]\nfoo = 3\n").unwrap();
    let told = format!("{:#}", Words::default().with_folder(folder.path()).unwrap_err());
    assert!(told.contains("ours.toml"), "{told}");
}

#[test]
fn an_operators_own_table_adds_readings_and_phrases() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("ours.toml"),
        "[read]\nzq = \"essential hypertension\"\n[codes.icd10cm]\n\"I10\" = \"the squeeze\"\n",
    )
    .unwrap();
    let doc = SearchDoc {
        system: "icd10cm",
        code: "I10".to_owned(),
        title: "Essential (primary) hypertension".to_owned(),
        billable: true,
        effect: Effect::default(),
        terms: Vec::new(),
    };
    let words = Words::default().with_folder(folder.path()).unwrap();
    let search = Search::in_memory([doc].into_iter(), words).unwrap();
    for text in ["ZQ", "the squeeze"] {
        let found = search.find(&Query { text, system: None, limit: 3, on: None });
        assert_eq!(found[0].code, "I10", "{text}");
    }
}

#[test]
fn the_embedded_records_can_be_searched() {
    let search = Codebook::starter().search().unwrap();
    let first = |text| search.find(&Query { text, system: None, limit: 5, on: None }).first().map(|hit| hit.code.clone());
    assert_eq!(first("essential hypertension").as_deref(), Some("I10"));
    assert_eq!(first("E0143").as_deref(), Some("E0143"));
}
