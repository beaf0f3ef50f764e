//! The rulebook: every ruling is readable, stands on a source, and answers the mail that it names.

use caseconsultant::codebook::{Codebook, check_rulings, rulings};
use caseconsultant::domain::finding::{Conclusion, Fact};
use caseconsultant::research::{check_cues, research};

use super::{TODAY, read};

#[test]
fn the_rulebook_is_readable() {
    assert!(check_rulings().unwrap() > 100);
    check_cues().unwrap();
}

#[test]
fn each_ruling_answers_a_mail() {
    let book = Codebook::starter();
    let mut silent = Vec::new();
    for ruling in rulings() {
        let question = read("", &ruling.mail);
        let findings = research(&question, &book, TODAY);
        let speaks =
            findings.iter().any(|f| matches!(&f.fact, Fact::Conclusion(Conclusion { topic, .. }) if *topic == ruling.key));
        if !speaks {
            silent.push(ruling.key.as_str());
        }
    }
    assert!(silent.is_empty(), "no mail reaches {silent:?}");
}

#[test]
fn each_place_of_an_answer_is_filled() {
    let book = Codebook::starter();
    for ruling in rulings() {
        for finding in research(&read("", &ruling.mail), &book, TODAY) {
            assert!(!finding.text.contains(['{', '}']), "{}: {}", ruling.key, finding.text);
        }
    }
}
