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

#[test]
fn an_offer_and_thanks_that_name_codes_ask_nothing() {
    for text in [
        "Our scrubber flags 59 on 29881! 30-day trial, no card. Would Monday suit you for a demo? PS ask me about our 20610 bundle deal",
        "20610 paid!! and the 29881 from May as well. We owe you a coffee. Nothing else, just happy.",
        "Hi is this the office of dr Low? my dad (66984 on Monday) lost the drops, can you call the pharmacy",
    ] {
        assert_eq!(read("", text).intents, [Intent::NotAQuestion], "{text}");
    }
    let vendor = "Our software vendor says the 29881/29877 edit is gone. Is he right?";
    assert_ne!(read("", vendor).intents, [Intent::NotAQuestion]);
    assert_ne!(read("0DB64Z3", "valid PCS? what is the last character for").intents, [Intent::NotAQuestion]);
}

#[test]
fn what_must_not_be_done_is_refused_in_other_words() {
    for text in [
        "Survey is tomorrow and the 97110 notes lack minutes. Can you suggest realistic times, we enter them under the original dates?",
        "29881 and 29877 can't go together, so we date 29877 the day after. Would that give it away?",
        "We waive the 20% for everybody with Medicare. How do we book 20610?",
        "¿Qué diagnóstico ponemos con 20610 para que pague?",
    ] {
        let drafted = answer(&read("", text));
        assert_eq!(drafted.route, Route::Refuse, "{text}\n{}", drafted.body);
    }
}

#[test]
fn a_dose_for_each_eye_is_given_twice() {
    let body = answer(&read("", "J1745 100 mg OD and 100 mg OS, a vial each, nothing discarded. Units?")).body;
    assert!(body.contains("J1745 x 20"), "{body}");
}

#[test]
fn a_level_of_the_spine_is_no_level_of_a_visit() {
    assert!(!read("", "64490 both sides one level, 50 or two lines?").intents.contains(&Intent::EmLevel));
    assert!(read("", "What level is a 32 minute established visit?").intents.contains(&Intent::EmLevel));
}

#[test]
fn visits_outside_the_office_have_times_of_their_own() {
    for (text, code) in [
        ("Subsequent nursing facility visit, 33 minutes total on that date, by time. 99309 or 99310?", "99309"),
        ("Discharge day, 25 minutes spent in total. 99238 or 99239, which?", "99238"),
        ("House visit, established patient, 41 minutes total time on the date. Which level?", "99349"),
    ] {
        let body = answer(&read("", text)).body;
        assert!(body.lines().any(|line| line.starts_with(code)), "{text}\n{body}");
    }
}

#[test]
fn each_eye_has_the_code_of_its_stage() {
    let body = answer(&read("", "POAG: right eye moderate, left eye indeterminate. Which codes?")).body;
    assert!(body.contains("H40.1112") && body.contains("H40.1124"), "{body}");
}

#[test]
fn a_state_survives_the_redaction_of_its_town() {
    assert_eq!(read("", "What does Medicare allow for 99213 in Denver Colorado?").state.as_deref(), Some("CO"));
}

#[test]
fn a_visit_on_a_later_day_of_the_global_period_takes_no_25() {
    let body = answer(&read("", "Can we charge 99213 at day 20 after 66984 for a rash that has nothing to do with it?")).body;
    assert!(body.contains("Modifier 24") && !body.contains("99213-25"), "{body}");
}

#[test]
fn without_complications_is_not_coded_beside_one() {
    let body = answer(&read("", "E11.9 and E11.65 on one claim, ok?")).body;
    assert!(!body.contains("Yes"), "{body}");
}

#[test]
fn a_rule_on_two_diagnoses_is_not_spoken_against() {
    let body = answer(&read("", "Seed implant for C61 today, is Z51.0 first?")).body;
    assert!(body.contains("C61 first") && !body.contains("no Excludes note"), "{body}");
}

#[test]
fn a_trimester_that_is_not_said_is_asked_for() {
    let drafted = answer(&read("", "O99.01, which last digit for a prenatal visit?"));
    assert_ne!(drafted.route, Route::Auto, "{}", drafted.body);
}

#[test]
fn prolonged_services_follow_the_level_that_the_time_gives() {
    let body = answer(&read("", "Established patient, 44 minutes total on the date. Can I add G2212?")).body;
    assert!(body.contains("99215 alone") && body.contains("69 minutes"), "{body}");
}
