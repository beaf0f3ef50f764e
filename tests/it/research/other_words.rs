//! The same kinds of question in other people's words, and words that look like one kind and are another.

use caseconsultant::domain::draft::Route;
use caseconsultant::domain::question::Intent;

use super::{answer, read};

#[test]
fn an_order_of_diagnoses_without_codes_is_a_question() {
    for text in [
        "Septic from a kidney stone infection with organ failure. How is it sequenced?",
        "Admitted for chemotherapy of a lung primary that has spread to bone. Order?",
        "Is R05 billable? What are the choices if not?",
    ] {
        let question = read("", text);
        assert_ne!(question.intents, [Intent::NotAQuestion], "{text}");
    }
}

#[test]
fn a_limit_is_asked_for_in_many_words() {
    for text in [
        "Is there a ceiling on 20610 for one date, Medicare?",
        "Daily maximum for 20610?",
        "How many times may 20610 go on a claim before Part B cuts it off, and is that a date edit or a line edit?",
    ] {
        let drafted = answer(&read("", text));
        assert_eq!(drafted.route, Route::Auto, "{text}\n{:?}", drafted.reservations);
        assert!(drafted.body.contains("MUE 2"), "{text}\n{}", drafted.body);
    }
}

#[test]
fn an_attending_who_was_there_is_paid() {
    let body =
        answer(&read("", "Attending examined the patient herself with the resident and wrote an own note, 99223. Modifier?"))
            .body;
    assert!(body.contains("GC") && !body.contains("Not payable"), "{body}");
    let body = answer(&read("", "Resident saw him alone, the attending only cosigned the note next morning. 99223-GC?")).body;
    assert!(body.contains("Not payable"), "{body}");
}

#[test]
fn versus_is_no_uncertain_diagnosis() {
    for text in [
        "What does Medicare pay in the office vs the hospital for 20610?",
        "Is it possible to bill an office visit with 20610 the same day?",
    ] {
        let body = answer(&read("", text)).body;
        assert!(!body.contains("uncertain"), "{text}\n{body}");
    }
}

#[test]
fn an_age_a_state_and_a_patient_are_no_modifiers() {
    let body =
        answer(&read("", "55 y/o pt here for follow-up in Macon, GA after a screening: which code and what else do we need?"))
            .body;
    for wrong in ["GX", "written transfer of care", "under the ACA"] {
        assert!(!body.contains(wrong), "{wrong}\n{body}");
    }
}

#[test]
fn an_accident_is_no_intent() {
    let body = answer(&read("", "Toddler overdose, swallowed grandma's Tylenol by accident. Which poisoning code?")).body;
    assert!(!body.contains("T39.1X2A: poisoning"), "{body}");
}

#[test]
fn what_a_person_takes_over_brings_the_records_along() {
    let drafted =
        answer(&read("", "20610: the payer's medical director wants a word about our technique. What do we tell them?"));
    assert_eq!(drafted.route, Route::Expert);
    assert!(
        drafted.body.contains("Records of the codes") && drafted.body.contains("unit limit (MUE) of 20610"),
        "{}",
        drafted.body
    );
}
