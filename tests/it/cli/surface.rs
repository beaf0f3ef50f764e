//! The command line as an interface: help, exit codes, and what goes to which stream.

use serde_json::Value;

use super::{program, run};

#[test]
fn help_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = String::new();
    let top = run(folder.path(), &["--help"]);
    assert_eq!(top.code, Some(0));
    all.push_str(&top.out);
    let commands = ["demo", "run", "check", "ask", "eval", "code", "inspect", "reconcile", "jobs", "audit", "templates"];
    let groups = ["account", "consultant", "case"];
    for command in commands.iter().chain(&groups) {
        let help = run(folder.path(), &[command, "--help"]);
        assert_eq!(help.code, Some(0), "{command}: {}", help.err);
        all.push_str(&format!("\n======== {command}\n{}", help.out));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn wrong_usage_and_wrong_configuration_end_with_2() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["nonsense"]).code, Some(2));
    assert_eq!(run(folder.path(), &["case", "take", "1"]).code, Some(2), "an act without its consultant");
    assert_eq!(run(folder.path(), &["--log-level", "a=b=c", "man"]).code, Some(2));
    std::fs::write(folder.path().join("caseconsultant.toml"), "[policy]\nauto_sent = \"off\"\n[desk]\nlisten = \"x\"").unwrap();
    let wrong = run(folder.path(), &["account", "list"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""));
    assert!(wrong.err.contains("policy.auto_sent") && wrong.err.contains("policy.auto_send?"), "{}", wrong.err);
    assert!(wrong.err.contains("desk.listen"), "all problems at once: {}", wrong.err);
}

#[test]
fn the_service_names_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let lacking = run(folder.path(), &["run"]);
    assert_eq!(lacking.code, Some(2), "{}", lacking.err);
    assert!(lacking.err.contains("no mailbox") && lacking.err.contains("no outbox"), "{}", lacking.err);
}

#[test]
fn a_code_is_shown_and_an_unknown_one_ends_with_1() {
    let folder = tempfile::tempdir().unwrap();
    let shown = run(folder.path(), &["--json", "code", "m25561", "RT", "20610", "--on", "2025-12-01"]).json();
    let codes: Vec<&str> = shown.iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["M25.561", "RT", "20610"]);
    assert_eq!(shown[0]["status"], "valid");
    assert_eq!(run(folder.path(), &["code", "M99.ZZZ"]).code, Some(1));
}

#[test]
fn ask_answers_and_stores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let question = "We gave 60 mg of ketorolac IM. How many units of J1885 is that?";
    let answered = &run(folder.path(), &["ask", question, "--json", "--today", "2024-08-10"]).json()[0];
    for key in ["id", "route", "confidence", "intents", "codes", "draft_text", "findings", "citations", "asks", "ground_check"] {
        assert!(answered.get(key).is_some(), "{key} is missing");
    }
    assert_eq!(answered["route"], "auto");
    assert!(answered["draft_text"].as_str().unwrap().contains("J1885"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "something was stored");
}

#[test]
fn eval_answers_row_by_row() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        r#"{"id":"a","subject":"20610 and 99213","body":"Which modifier for 99213 with 20610?","thread":[],"date_of_service":"2024-08-05"}"#,
        r#"{"id":"b","subject":null,"body":"Thank you!","thread":[{"frm":"consultant","body":"One unit of J1885."}],"date_of_service":null}"#,
    ];
    std::fs::write(folder.path().join("set.jsonl"), rows.join("\n")).unwrap();
    let answers = run(folder.path(), &["eval", "set.jsonl", "--json"]).json();
    assert_eq!(answers.iter().map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(answers[1]["route"], "not_a_question");
    std::fs::write(folder.path().join("bad.jsonl"), "{\"id\":1}\n").unwrap();
    let bad = run(folder.path(), &["eval", "bad.jsonl"]);
    assert_eq!(bad.code, Some(1));
    assert!(bad.err.contains("line 1"), "{}", bad.err);
}

#[test]
fn check_says_the_mend_for_each_failure() {
    let folder = tempfile::tempdir().unwrap();
    let config = "[mailbox.main]\nurl = \"imap://u@127.0.0.1:1/INBOX?plain\"\naddress = \"desk@clinic.example\"\npassword = \"HUSH\"\n\
                  [outbox]\nurl = \"smtp://127.0.0.1:1?plain\"";
    std::fs::write(folder.path().join("own.toml"), config).unwrap();
    let checked = run(folder.path(), &["check", "--json", "--config", "own.toml"]);
    assert_eq!(checked.code, Some(1), "{}", checked.err);
    assert!(!checked.out.contains("HUSH"));
    let lines: Vec<Value> = checked.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let level =
        |name: &str| lines.iter().find(|line| line["name"] == name).map(|line| line["level"].as_str().unwrap().to_owned());
    assert_eq!(level("store").as_deref(), Some("fail"), "not migrated yet");
    assert_eq!(level("mailbox.main").as_deref(), Some("fail"));
    assert_eq!(level("outbox").as_deref(), Some("fail"));
    assert_eq!(level("templates").as_deref(), Some("ok"));
    assert!(lines.iter().all(|line| line["level"] != "fail" || !line["mend"].as_str().unwrap().is_empty()), "{}", checked.out);
}

#[test]
fn completions_and_manual_are_made() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        assert!(run(folder.path(), &["completions", shell]).out.contains("caseconsultant"));
    }
    assert!(run(folder.path(), &["man"]).out.starts_with(".ie"));
    assert_eq!(run(folder.path(), &["man", "--dir", "pages"]).code, Some(0));
    assert!(folder.path().join("pages/caseconsultant-case-approve.1").is_file());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&["man"][..], &["code", "E11.9", "--json"], &["demo", "--dir", "play", "--once"]] {
        let mut child = program(folder.path()).args(args).stdout(std::process::Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        assert!(child.wait().unwrap().success(), "{args:?}");
    }
}
