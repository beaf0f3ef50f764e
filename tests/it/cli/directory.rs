//! Accounts, consultants, jobs and the audit chain from a terminal.

use std::path::Path;

use super::run;

const TABLE: &str = "name,email,domain,plan,verified\n\
    Lakeside,billing@lakeside.example,,gold,yes\n\
    Lakeside,,lakeside-clinic.example,gold,\n\
    ,dana@solo.example,,,no\n";

fn import(folder: &Path, table: &str) -> super::Ran {
    std::fs::write(folder.join("accounts.csv"), table).unwrap();
    run(folder, &["account", "import", "accounts.csv"])
}

#[test]
fn accounts_are_added_shown_and_changed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(run(folder, &["account", "add", "Midtown Ortho", "--email", "dana@midtown.example"]).code, Some(0));
    assert_eq!(run(folder, &["account", "add", "Nobody"]).code, Some(2), "nothing to be known by");
    let free = run(folder, &["account", "add", "Free", "--domain", "gmail.com"]);
    assert_eq!(free.code, Some(2), "{}", free.err);
    run(folder, &["account", "set", "dana+billing@midtown.example", "--status", "suspended", "--domain", "@Midtown.example"]);
    let shown = &run(folder, &["--json", "account", "show", "midtown ortho"]).json()[0];
    assert_eq!((shown["status"].as_str(), shown["domains"][0].as_str()), (Some("suspended"), Some("midtown.example")));
    let twice = run(folder, &["account", "add", "Other", "--email", "DANA@midtown.example"]);
    assert_eq!(twice.code, Some(1), "{}", twice.out);
    assert_eq!(run(folder, &["account", "list", "--json"]).json().len(), 1);
}

#[test]
fn an_import_is_all_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let bad = import(folder, &format!("{TABLE}Other,not an address,,,\nThird,billing@lakeside.example,,,\n,,,,maybe\n"));
    assert_eq!(bad.code, Some(2));
    for line in ["line 5", "line 6", "line 7"] {
        assert!(bad.err.contains(line), "{line} is not named: {}", bad.err);
    }
    assert!(run(folder, &["account", "list", "--json"]).json().is_empty());
    let good = import(folder, TABLE);
    assert_eq!((good.code, good.out.trim()), (Some(0), "2 accounts added"), "{}", good.err);
    let again = import(folder, TABLE);
    assert!(again.err.contains("line 2"), "{}", again.err);
    let free = import(folder, "name,email,domain\nFree,,gmail.com\n");
    assert!(free.code == Some(2) && free.err.contains("line 2") && free.err.contains("anyone"), "{}", free.err);
    assert!(import(folder, "name,mail\nx,y\n").err.contains("\"mail\" is not known"));
}

#[test]
fn consultants_are_added_and_retired() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, &["consultant", "add", "dana", "--name", "Dana Kim", "--email", "dana@desk.example"]);
    run(folder, &["consultant", "set", "dana", "--active", "false"]);
    let listed = run(folder, &["--json", "consultant", "list"]).json();
    assert_eq!((listed[0]["handle"].as_str(), listed[0]["active"].as_bool()), (Some("dana"), Some(false)));
    assert!(run(folder, &["consultant", "list"]).out.contains("Dana Kim"));
}

#[test]
fn an_empty_store_has_an_intact_chain_and_no_jobs() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_eq!(run(folder, &["migrate"]).code, Some(0));
    assert!(run(folder, &["jobs", "list", "--dead", "--json"]).json().is_empty());
    assert_eq!(run(folder, &["audit", "verify", "--json"]).json()[0]["intact"], true);
    assert_eq!(run(folder, &["jobs", "retry", "17"]).code, Some(1));
    assert!(run(folder, &["case", "list", "--json"]).json().is_empty());
    assert_eq!(run(folder, &["reconcile"]).out.trim(), "0 missing");
}
