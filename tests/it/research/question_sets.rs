//! The question sets beside the repository, where they are: what is answered without a person must hold.

use std::fmt::Write as _;
use std::path::PathBuf;

use caseconsultant::domain::draft::Route;
use caseconsultant::domain::question::Question;
use caseconsultant::parse::{ReadOptions, read_text};
use caseconsultant::research::ground_check;
use serde_json::{Value, json};

use super::{TODAY, answer};

fn shared() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned();
    let folder = PathBuf::from(std::env::var("CASECONSULTANT_SHARED").unwrap_or(beside));
    folder.join("questions").is_dir().then(|| folder.join("questions"))
}

fn rows(name: &str) -> Vec<Value> {
    let Some(folder) = shared() else { return Vec::new() };
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    text.lines().filter(|l| !l.trim().is_empty()).map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn question_of(row: &Value) -> Question {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let thread: Vec<String> = row["thread"].as_array().into_iter().flatten().map(|m| text(&m["body"])).collect();
    let mut question = read_text(&text(&row["subject"]), &text(&row["body"]), &thread, &ReadOptions::new(TODAY));
    if let Some(day) = row["date_of_service"].as_str() {
        question.date_of_service = Some(day.parse().unwrap());
    }
    question
}

/// Answers a set and leaves the answers where the sets' own scorer can read them.
fn answers(name: &str) -> Vec<(Value, caseconsultant::domain::draft::Drafted)> {
    let mut lines = String::new();
    let mut all = Vec::new();
    for row in rows(name) {
        let question = question_of(&row);
        let drafted = answer(&question);
        if drafted.route == Route::Auto {
            let check = ground_check(&drafted.body, &drafted.findings, &question);
            assert!(check.passed, "{}: {:?}\n{}", row["id"], check.problems, drafted.body);
        }
        let codes: Vec<Value> = question
            .codes
            .iter()
            .map(|m| json!({"system": m.code.system, "code": m.code.code, "modifiers": m.modifiers}))
            .collect();
        let line = json!({
            "id": row["id"], "route": drafted.route, "confidence": drafted.confidence, "draft_text": drafted.body, "codes": codes,
            "citations": drafted.citations, "intents": drafted.intents, "reservations": drafted.reservations, "asks": drafted.asks,
        });
        writeln!(lines, "{line}").unwrap();
        all.push((row, drafted));
    }
    std::fs::write(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("answers-{name}")), lines).unwrap();
    all
}

/// A forbidden pattern of the sets, where this regex engine can read it: the sentences it hits and no exception excuses.
fn forbidden(row: &Value, body: &str) -> Vec<String> {
    let mut hits = Vec::new();
    for rule in row["forbidden"].as_array().into_iter().flatten() {
        let pattern = |key: &str| rule[key].as_str().map(|p| regex::Regex::new(&format!("(?i){p}")));
        let Some(Ok(bad)) = pattern("regex") else { continue };
        let excuse = match pattern("unless") {
            Some(Ok(unless)) => Some(unless),
            Some(Err(_)) => continue,
            None => None,
        };
        let flat = body.replace('\n', " ");
        let sentences: Vec<&str> = match excuse {
            Some(_) => {
                body.split('\n').flat_map(|line| line.split_inclusive([';', '!', '?'])).flat_map(|s| s.split(". ")).collect()
            }
            None => vec![flat.as_str()],
        };
        if sentences.iter().any(|s| bad.is_match(s) && excuse.as_ref().is_none_or(|unless| !unless.is_match(s))) {
            hits.push(rule["name"].as_str().unwrap_or_default().to_owned());
        }
    }
    hits
}

#[test]
fn what_is_answered_without_a_person_says_nothing_forbidden() {
    for (set, least) in [("dev.jsonl", 40), ("dev_rules.jsonl", 25)] {
        let all = answers(set);
        let automatic: Vec<_> = all.iter().filter(|(_, d)| d.route == Route::Auto).collect();
        for (row, drafted) in &automatic {
            let hits = forbidden(row, &drafted.body);
            assert!(hits.is_empty(), "{}: {hits:?}\n{}", row["id"], drafted.body);
        }
        println!("{set}: {} of {} answered without a person", automatic.len(), all.len());
        // The floor with the embedded records alone; an edition on disk answers more.
        assert!(automatic.len() * 100 >= all.len() * least, "{set}: {} of {} only", automatic.len(), all.len());
    }
}

#[test]
fn what_needs_a_person_is_not_answered_without_one() {
    let all = answers("routes_dev.jsonl");
    for (row, drafted) in &all {
        let never = row["never_auto"].as_bool().unwrap_or_default();
        assert!(!(never && drafted.route == Route::Auto), "{}\n{}", row["id"], drafted.body);
    }
}
