//! Each tool over three questions; one of them must leave it silent.

use std::fmt::Write as _;

use caseconsultant::codebook::Codebook;
use caseconsultant::domain::finding::Fact;
use caseconsultant::research::{citation, research};

use super::{TODAY, read};

fn kind(fact: &Fact) -> &'static str {
    match fact {
        Fact::Valid { .. } => "valid",
        Fact::NotBillable { .. } => "not_billable",
        Fact::Unknown { .. } => "unknown",
        Fact::OutOfForce { .. } => "out_of_force",
        Fact::Excludes1 { .. } => "excludes1",
        Fact::Excludes2 { .. } => "excludes2",
        Fact::NoExcludes { .. } => "no_excludes",
        Fact::PairEdit { .. } => "pair_edit",
        Fact::PairEditDeleted { .. } => "pair_edit_deleted",
        Fact::NoPairEdit { .. } => "no_pair_edit",
        Fact::UnitLimit { .. } => "unit_limit",
        Fact::UnitArithmetic { .. } => "unit_arithmetic",
        Fact::ModifierMeaning { .. } => "modifier_meaning",
        Fact::Rule { rule, .. } if rule.starts_with("refuse_") => "refusal",
        Fact::Rule { rule, .. } if rule.starts_with("code_first") => "code_first",
        Fact::Rule { rule, .. } if rule.starts_with("chosen_leaf") => "chosen_leaf",
        Fact::Rule { .. } => "rule",
        Fact::Record { .. } => "record",
        Fact::Conclusion(_) => "conclusion",
    }
}

/// The findings of the kinds that a tool lays down, a line each.
fn table(kinds: &[&str], questions: &[&str]) -> String {
    let book = Codebook::starter();
    let mut out = String::new();
    for question in questions {
        writeln!(out, "> {question}").unwrap();
        let findings = research(&read("", question), &book, TODAY);
        let mut told = findings.iter().filter(|f| kinds.contains(&kind(&f.fact))).peekable();
        if told.peek().is_none() {
            writeln!(out, "  (silent)").unwrap();
        }
        for finding in told {
            writeln!(out, "  {}: {} {}", kind(&finding.fact), finding.text, citation(finding)).unwrap();
        }
    }
    out
}

#[test]
fn validity() {
    let kinds = ["valid", "not_billable", "unknown", "out_of_force", "chosen_leaf"];
    insta::assert_snapshot!(table(
        &kinds,
        &[
            "Is M54.5 still valid?",
            "Is J2930 good for a DOS of 5/2/2024?",
            "Is 61510 still valid?",
            "Dx I48.2 rejected, the note says permanent atrial fibrillation",
            "7th character for S93.401, first visit, active treatment?",
            "the EHR picks M54.500, is it valid?",
        ]
    ));
}

#[test]
fn diagnosis_conflict() {
    let kinds = ["excludes1", "excludes2", "no_excludes", "code_first"];
    insta::assert_snapshot!(table(
        &kinds,
        &[
            "F32.9 and F33.1 on same claim ok?",
            "Can J43.9 and J44.9 go on the same claim?",
            "d63.1 listed first w/ n18.4 second, rejected. what is the order?",
            "Is M54.50 valid?",
        ]
    ));
}

#[test]
fn pair_edits() {
    let kinds = ["pair_edit", "pair_edit_deleted", "no_pair_edit"];
    insta::assert_snapshot!(table(
        &kinds,
        &[
            "99213 with 20610 on the same day, DOS 8/14/2024?",
            "Do we need 59 on 97530 with 97140?",
            "does Medicare NCCI bundle 30140 into 30520?",
            "for 47562/49320 and for 45385/45380, is the indicator 0 or 1?",
            "61510 with 99213 same day?",
        ]
    ));
}

#[test]
fn unit_limits() {
    insta::assert_snapshot!(table(
        &["unit_limit"],
        &["Billed 11730 x4, denied for units. Fix?", "How many units of 69210 per day?", "Is M54.50 valid?",]
    ));
}

#[test]
fn unit_arithmetic() {
    insta::assert_snapshot!(table(
        &["unit_arithmetic", "out_of_force"],
        &[
            "J1885 60 mg IM, units?",
            "dose 310 mg infliximab (J1745), used four 100mg single dose vials so 90 mg tossed. units?",
            "155 units onabotulinumtoxinA from a 200 unit vial, rest discarded. J0585 units?",
            "1) dexamethasone 8mg IM J1100  2) vit b12 1000 mcg J3420. units?",
            "J2930 bounces after March 2024. We gave 125 mg IV, one vial, nothing left over. units?",
            "40 mg in each knee, J3301, units?",
            "how many units of J3301 for the shot?",
            "J3301 40 mg left and 20 mg right or 30 mg, units?",
        ]
    ));
}

#[test]
fn timed_units() {
    insta::assert_snapshot!(table(
        &["unit_arithmetic"],
        &[
            "97110 23 min, 97112 17 min, 97140 5 min. How many units total?",
            "97530 33 minutes, 97110 7 minutes and G0283 for 15 min. units?",
            "40 minutes total for 97110 and 97140 together. units of each?",
        ]
    ));
}

#[test]
fn modifiers() {
    insta::assert_snapshot!(table(
        &["modifier_meaning"],
        &["whats modifier XU vs XS?", "what is the difference between GA GX GY and GZ", "Is M54.50 valid?",]
    ));
}

#[test]
fn compliance() {
    insta::assert_snapshot!(table(
        &["refusal"],
        &[
            "82306 denied CO-50 with Z00.00. What dx gets it paid?",
            "Coverage ended 9/30. visit was 10/2. can you tell me how to word it so we can put 9/30 as the DOS?",
            "Can we bill it on a separate claim the next day so edits dont hit?",
            "A patient wants us to change the date of service so her plan pays. I said no. Am I right?",
            "99213 with 20610 on the same day?",
        ]
    ));
}
