//! A consultant at a terminal: a held case from the queue to its reply.

use std::path::Path;

use serde_json::Value;

use super::{Ran, program, run};

/// A command over the store that the demo left behind.
fn desk(folder: &Path, args: &[&str], stdin: &str) -> Ran {
    use std::io::Write as _;
    let mut child = program(folder)
        .args(["--config", "desk.toml"])
        .args(args)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

fn show(folder: &Path, case: &str) -> Value {
    desk(folder, &["case", "show", case, "--json"], "").json().remove(0)
}

/// Sample mails dealt with as far as they go by themselves, and a consultant `dana`; a held case's number.
fn held_case(folder: &Path) -> String {
    let demo = run(folder, &["demo", "--dir", "demo", "--once"]);
    assert_eq!(demo.code, Some(0), "{}", demo.err);
    let config = "data_dir = \"demo\"\n[mailbox.demo]\nurl = \"maildir:demo/inbox\"\naddress = \"desk@caseconsultant.example\"\n\
                  [outbox]\nurl = \"maildir:demo/replies\"\n[policy]\nfour_eyes = true\nundo_secs = 600\n";
    std::fs::write(folder.join("desk.toml"), config).unwrap();
    for (handle, name) in [("dana", "Dana Kim"), ("lee", "Lee Ortiz")] {
        let email = format!("{handle}@caseconsultant.example");
        assert_eq!(desk(folder, &["consultant", "add", handle, "--name", name, "--email", &email], "").code, Some(0));
    }
    let held = desk(folder, &["case", "list", "--state", "in_review", "--json"], "").json();
    held.first().expect("one sample waits for an expert")["number"].as_str().unwrap().to_owned()
}

#[test]
fn a_held_case_is_returned_redrafted_approved_taken_back_and_changed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let case = held_case(folder);
    let act = |args: &[&str], stdin: &str| desk(folder, &[&["case"], args].concat(), stdin);
    assert_eq!(act(&["take", &case, "--as", "nobody"], "").code, Some(2));
    assert_eq!(act(&["return", &case, "Look at the note again", "--assign", "dana", "--as", "dana"], "").code, Some(0));
    assert_eq!(show(folder, &case)["assigned_to"], "dana");
    assert_eq!(act(&["take", &case, "--as", "dana"], "").code, Some(0));
    let edited = act(&["edit", &case, "--from", "-", "--as", "dana"], "Report the service once the note is signed.\n");
    assert_eq!(edited.code, Some(0), "{}", edited.err);
    assert_eq!(act(&["submit", &case, "--as", "dana"], "").code, Some(0));

    let shown = show(folder, &case);
    let hash = shown["draft"]["hash"].as_str().unwrap().to_owned();
    assert!(shown["draft"]["text"].as_str().unwrap().contains("once the note is signed"), "{shown}");
    let printed = desk(folder, &["case", "show", &case], "").out;
    assert!(printed.contains(&hash) && printed.contains("once the note is signed"), "{printed}");
    let raw = desk(folder, &["case", "show", &case, "--raw"], "").out;
    assert!(raw.contains("Auto-Submitted: auto-replied"), "{raw}");

    let other = act(&["approve", &case, "--hash", &"0".repeat(64), "--as", "lee"], "");
    assert_eq!(other.code, Some(1), "another mail than the one under review");
    assert!(act(&["approve", &case, "--hash", &hash, "--as", "dana"], "").err.contains("four eyes"));
    assert_eq!(act(&["approve", &case, "--as", "lee"], "").code, Some(2), "no hash and no terminal to ask at");
    assert_eq!(act(&["approve", &case, "--hash", &hash, "--as", "lee"], "").code, Some(0));
    assert_eq!(show(folder, &case)["state"], "sending");
    assert_eq!(act(&["undo", &case, "--as", "lee"], "").code, Some(0));
    assert_eq!(show(folder, &case)["state"], "in_review");
    assert_eq!(act(&["edit", &case, "--from", "-", "--as", "lee"], "Report it with modifier 25.\n").code, Some(0));
    assert_ne!(show(folder, &case)["draft"]["hash"], hash.as_str(), "an edit voids what was approved");
    assert_eq!(act(&["close", &case, "--reason", "out-of-scope", "--as", "lee"], "").code, Some(0));
    let verified = &desk(folder, &["audit", "verify", "--json"], "").json()[0];
    assert_eq!(verified["intact"], true, "{verified}");
}

#[test]
fn the_editor_writes_the_draft() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let case = held_case(folder);
    let edit = |editor: &str| {
        let args = ["--config", "desk.toml", "case", "edit", &case, "--as", "dana"];
        Ran::of(program(folder).env("EDITOR", editor).args(args).output().unwrap())
    };
    assert_eq!(edit("").code, Some(2), "no editor");
    assert_eq!(edit("false").code, Some(1), "the editor failed");
    assert_eq!(edit("echo 'One unit, by the editor.' >").code, Some(0));
    assert_eq!(show(folder, &case)["draft"]["body"], "One unit, by the editor.");
}
