//! Diabetes: its complication, its drugs, and what a mail says is not so.

use super::{answer, read};

fn codes(text: &str, given: &[&str], not: &[&str]) {
    let body = answer(&read("", text)).body;
    for code in given {
        assert!(body.contains(code), "{text}\nlacks {code}:\n{body}");
    }
    for code in not {
        assert!(!body.contains(code), "{text}\nhas {code}:\n{body}");
    }
}

#[test]
fn a_drug_that_is_denied_takes_no_code() {
    codes(
        "Adult-onset DM2 with gastroparesis on Trulicity, not taking insulin. Which dx, what order?",
        &["E11.43", "K31.84", "Z79.85"],
        &["Z79.4 "],
    );
    codes("DM type 2 and peripheral neuropathy, no pills, on insulin. ICD codes?", &["E11.42", "Z79.4"], &["Z79.84"]);
}

#[test]
fn two_kinds_of_drugs_take_a_code_each() {
    codes(
        "Uncomplicated type 2 diabetic takes glipizide and Lantus. Which Z codes go with it?",
        &["E11.9", "Z79.4", "Z79.84"],
        &["Z79.85"],
    );
}

#[test]
fn the_type_that_is_documented_decides() {
    codes("Type 1 diabetic with hyperglycemia, what is the code?", &["E10.65"], &["E11"]);
}

#[test]
fn other_causes_of_diabetes_are_no_type_2() {
    codes("Steroid-induced diabetes with hyperglycemia on insulin, which code first?", &[], &["E11.65"]);
    codes("Gestational diabetes with hyperglycemia on insulin, which code?", &[], &["E11.65"]);
}
