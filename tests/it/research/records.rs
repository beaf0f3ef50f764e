//! Tools over the smaller published lists, each over three mails, one of which must leave it silent; and diagnoses that a mail
//! describes in words.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use caseconsultant::codebook::Codebook;
use caseconsultant::domain::draft::Route;
use caseconsultant::domain::finding::Fact;
use caseconsultant::drafter::grounded::draft;
use caseconsultant::research::{citation, ground_check, research};

use super::{TODAY, read};
use crate::world::edition::{Room, fixture};

/// An edition of a few rows of each list.
fn book() -> Codebook {
    let room = Room::new();
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published");
    for name in [
        "2018_I9gem.txt",
        "2018_I10gem.txt",
        "HCPC2025_JAN_ANWEB.txt",
        "dx_to_hcc_2026.csv",
        "hcc_labels_2026_V28.csv",
        "icd10cm_codes_2026.txt",
        "icd10cm_order_2025.txt",
        "icd10cm-tabular-April-1-2026.xml",
        "icd10pcs_codes_2025.txt",
        "icd10pcs_tables_2025.xml",
        "mce_dx_edits.tsv",
        "pos_codes_2024.csv",
        "table5_drg_weights_fy2026.txt",
        "table6I_mcc_list.txt",
        "table6J_cc_list.txt",
        "table6K_cc_exclusions.txt",
    ] {
        room.put(name, fs::read(published.join(name)).unwrap());
    }
    for name in ["DMEPOS26_JAN.csv", "October2025_ASP_NDC_HCPCS_Crosswalk.csv", "October2025_ASP_Pricing.csv"] {
        room.put(name, fs::read(fixture(name)).unwrap());
    }
    room.codebook()
}

/// What a tool concludes and lays down for each mail.
fn table(book: &Codebook, topics: &[&str], mails: &[&str]) -> String {
    let mut out = String::new();
    for mail in mails {
        writeln!(out, "> {mail}").unwrap();
        let question = read("", mail);
        let findings = research(&question, book, TODAY);
        let of = |fact: &Fact| {
            if let Fact::Record { topic, .. } = fact {
                topics.contains(&topic.as_str())
            } else {
                matches!(fact, Fact::Conclusion(conclusion) if topics.contains(&conclusion.topic.as_str()))
            }
        };
        let told: Vec<_> = findings.iter().filter(|finding| of(&finding.fact)).collect();
        if told.is_empty() {
            writeln!(out, "  (silent)").unwrap();
        }
        for finding in &told {
            let mark = if matches!(finding.fact, Fact::Conclusion(_)) { "=" } else { "-" };
            writeln!(out, "  {mark} {} {}", finding.text, citation(finding)).unwrap();
        }
        let drafted = draft(&question, findings, book, TODAY);
        let check = ground_check(&drafted.body, &drafted.findings, &question);
        assert!(check.passed, "{mail}: {:?}\n{}", check.problems, drafted.body);
        writeln!(out, "  {:?}", drafted.route).unwrap();
    }
    out
}

#[test]
fn smaller_lists() {
    let book = book();
    let cases: [(&str, &[&str], [&str; 3]); 8] = [
        (
            "equivalents",
            &["equivalence"],
            [
                "What does ICD-9 001.0 map to in ICD-10-CM?",
                "old chart: ICD-9 codes 001.9 and 002.0, which ICD-10?",
                "Is A00.9 valid?",
            ],
        ),
        (
            "complications",
            &["complication", "complication_exclusion"],
            ["Is A00.1 a CC or an MCC?", "A02.1 secondary with A00.0 as principal diagnosis, CC or MCC?", "Is A00.1 valid?"],
        ),
        ("groups", &["drg"], ["weight and GMLOS of MS-DRG 001?", "what is the relative weight of DRG 2?", "Is A00.1 billable?"]),
        (
            "risk adjustment",
            &["hcc", "hcc_hierarchy"],
            ["Does E11.311 risk adjust in V28?", "which HCC is A01.03 in V24", "calculate the V28 RAF score for E11.311, age 70"],
        ),
        (
            "code editor",
            &["code_editor"],
            [
                "Inpatient claim: D63.0 as principal diagnosis came back from the code editor. Why?",
                "hospital admission, can D63.1 be principal?",
                "Office visit, is D63.0 valid?",
            ],
        ),
        ("places", &["place_of_service"], ["What does POS 02 mean?", "POS 03 vs 04, which rate is paid?", "Is A00.9 valid?"]),
        (
            "equipment",
            &["dme_fee", "dme_category"],
            ["What is the fee for A4216 in Texas in 2026?", "A4216 in Ohio, how much does Medicare pay?", "How much for A4216?"],
        ),
        (
            "packages",
            &["ndc", "drug_limit"],
            [
                "NDC 13533-0636-01, which code is that billed with?",
                "which hcpcs for ndc 65219-0824-01?",
                "NDC 99999-9999-99, which code?",
            ],
        ),
    ];
    let mut out = String::new();
    for (name, topics, mails) in cases {
        writeln!(out, "## {name}\n{}", table(&book, topics, &mails)).unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn what_the_words_do_not_name_fully_is_never_asserted() {
    let Some(book) = crate::world::edition::whole() else { return };
    for mail in [
        "What's the full ICD-10?",
        "ICD-10 code for pain?",
        "dx for a fracture of the arm",
        "diagnosis code for ear infection",
        "which dx for the mass",
        "what is the diagnosis code for a fall at work with injury to hand and head and back",
    ] {
        let question = read("", mail);
        let findings = research(&question, &book, TODAY);
        let drafted = draft(&question, findings, &book, TODAY);
        assert_ne!(drafted.route, Route::Auto, "{mail}\n{}", drafted.body);
    }
}

#[test]
fn what_the_words_name_fully_is_answered() {
    let Some(book) = crate::world::edition::whole() else { return };
    for (mail, code) in [
        ("What is the ICD-10-CM code for acute appendicitis with generalized peritonitis and abscess?", "K35.21"),
        (
            "Closed displaced spiral fracture of shaft of left tibia, healing as expected, week 7 follow-up. Full ICD-10 code?",
            "S82.242D",
        ),
        ("¿Cuál es el código CIE-10 para fractura cerrada desplazada del cuello del fémur izquierdo, primera consulta?", ""),
        ("external cause code for bitten by cat, first visit", "W55.01XA"),
        ("dx code for primary osteoarthritis of the right knee?", "M17.11"),
    ] {
        let question = read("", mail);
        let findings = research(&question, &book, TODAY);
        let drafted = draft(&question, findings, &book, TODAY);
        println!("{mail}: {:?} {:?}\n{}\n", drafted.route, drafted.reservations, drafted.body.lines().next().unwrap_or_default());
        if drafted.route == Route::Auto {
            assert!(drafted.body.contains(code), "{mail}\n{}", drafted.body);
        }
    }
}
