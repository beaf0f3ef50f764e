//! A draft that says what no finding says is stopped; the draft itself passes.

use caseconsultant::domain::draft::{Drafted, Route};
use caseconsultant::domain::question::Question;
use caseconsultant::research::ground_check;

use super::{answer, read};

const QUESTIONS: [&str; 9] = [
    "Medicare: 99213 with 20610 RT on the same day, denied. What goes on the claim?",
    "29881 and 29877 same knee, add 59?",
    "Do we still need 59 on 97530 when billed with 97140 for Medicare?",
    "J1745 dose 310 mg, used four 100mg single dose vials so 90 mg tossed. lines and units please?",
    "Billed 11730 x4 for four toenails, all denied for units. Fix?",
    "F32.9 and F33.1 on same claim ok?",
    "M54.5 rejected as invalid, which code?",
    "97110 23 min, 97112 17 min, 97140 5 min. How many units total?",
    "64721 left and 20526 right wrist, can both be paid? 59?",
];

fn cases() -> Vec<(Question, Drafted)> {
    QUESTIONS
        .iter()
        .map(|text| {
            let question = read("", text);
            let drafted = answer(&question);
            (question, drafted)
        })
        .collect()
}

/// Every digit run of the body changed by one, every modifier exchanged, and sentences that stand on nothing.
fn mutants(body: &str) -> Vec<String> {
    let mut mutants = Vec::new();
    let chars: Vec<char> = body.chars().collect();
    let mut line_start = true;
    for (at, c) in chars.iter().enumerate() {
        let list_mark = line_start && chars.get(at + 1) == Some(&'.');
        if c.is_ascii_digit() && !list_mark {
            let digit = c.to_digit(10).unwrap();
            let mut changed = chars.clone();
            changed[at] = char::from_digit((digit + 3) % 10, 10).unwrap();
            mutants.push(changed.into_iter().collect());
        }
        line_start = *c == '\n';
    }
    for (from, to) in [("-25", "-57"), ("JW", "JZ"), (" 59 ", " 91 "), ("XS", "XT"), ("RT", "LT"), ("column 1", "column 2")] {
        if body.contains(from) {
            mutants.push(body.replacen(from, to, 1));
        }
    }
    for added in [
        " Bill 20611 too.",
        " The allowed amount is $72.15.",
        " See LCD L33256.",
        " The edit began on 2021-04-01.",
        " NCCI Policy Manual IV.E.7 says so.",
        " Add modifier KX.",
        " Up to 12 units are fine.",
        " The patient, MRN 00481516, may call 555-867-5309.",
        " [NCCI PTP 2025 Q1, 20610/99213]",
    ] {
        mutants.push(format!("{body}{added}"));
    }
    mutants
}

#[test]
fn a_changed_draft_is_stopped() {
    let mut all = 0_u32;
    let mut passed = Vec::new();
    for (question, drafted) in cases() {
        assert_eq!(drafted.route, Route::Auto, "{}\n{:?}\n{}", question.text, drafted.reservations, drafted.body);
        let check = ground_check(&drafted.body, &drafted.findings, &question);
        assert!(check.passed, "{:?}\n{}", check.problems, drafted.body);
        for mutant in mutants(&drafted.body) {
            all += 1;
            if ground_check(&mutant, &drafted.findings, &question).passed {
                let changed = mutant.lines().zip(drafted.body.lines()).find(|(m, d)| m != d).map(|(m, _)| m.to_owned());
                passed.push(changed.unwrap_or_default());
            }
        }
    }
    let stopped = f64::from(all - u32::try_from(passed.len()).unwrap()) / f64::from(all);
    println!("{all} changed drafts, {} passed", passed.len());
    assert!(all >= 500);
    assert!(stopped >= 0.99, "{all} changed drafts, passed:\n{}", passed.join("\n"));
}

#[test]
fn a_draft_that_says_the_opposite_is_stopped() {
    let opposite = [
        ("29881 and 29877 same knee, add 59?", "Yes, 29877 can be billed with 29881. Append 59 to 29877."),
        ("F32.9 and F33.1 on same claim ok?", "Yes: F32.9 and F33.1 can be reported together."),
        ("Can J43.9 and J44.9 go on the same claim?", "No: J43.9 and J44.9 may not be reported together."),
        ("99213 with 20610 on the same day?", "99213 is column 1 and 20610 is column 2."),
        ("99213 with 20610 on the same day?", "The edit 20610/99213 has indicator 0."),
        ("How many units of 69210 per day?", "69210 has MAI 3."),
        ("J1885 60 mg IM, units?", "Bill 60 units of J1885."),
    ];
    for (text, body) in opposite {
        let question = read("", text);
        let drafted = answer(&question);
        let check = ground_check(body, &drafted.findings, &question);
        assert!(!check.passed, "{body}");
    }
}

#[test]
fn a_body_without_findings_may_name_no_code() {
    let question = read("", "what modifier do i need?");
    assert!(!ground_check("Bill 20610-RT.", &[], &question).passed);
    assert!(ground_check("Which codes are on the claim?", &[], &question).passed);
}
