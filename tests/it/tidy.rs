//! The rules of the house, held against `src/`: who may import whom, where an outside crate is at home, how long a file and
//! a function may be, and that both stores have the same migrations. Each rule is first seen to fail on a bad snippet.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Production lines a file may have, and the few that may have more.
const FILE_LINES_MAX: usize = 400;
const STORE_BACKEND_LINES_MAX: usize = 450;
/// Lines a function may have, signature and braces included: "under 70".
const FUNCTION_LINES_MAX: usize = 69;

/// Which rooms a room may import. `app`, `cli` and `main` see what they wire or print.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clock", &[]),
    ("sender_check", &["domain", "ports", "parse"]),
    ("telemetry", &[]),
    ("tls", &[]),
    ("seal", &[]),
    ("config", &["domain", "mailbox", "outbox", "webhook"]),
    ("folding", &[]),
    ("thinking", &[]),
    ("pattern", &["folding"]),
    ("parse", &["domain", "pattern"]),
    ("render", &["domain"]),
    ("ports", &["domain"]),
    ("codebook", &["domain", "folding"]),
    ("attachments", &["domain"]),
    ("research", &["domain", "codebook", "folding", "pattern"]),
    ("drafter", &["domain", "ports", "codebook", "research", "render", "pattern", "thinking"]),
    ("flow", &["domain", "clock", "parse", "codebook", "research", "render", "ports", "attachments", "thinking"]),
    ("mailbox", &["domain", "ports", "clock", "tls"]),
    ("outbox", &["domain", "ports", "clock", "tls"]),
    ("store", &["domain", "ports", "clock", "seal"]),
    ("webhook", &["ports", "tls"]),
    ("worker", &["domain", "ports", "clock", "flow"]),
    ("desk", &["domain", "clock", "parse", "render", "ports", "flow", "research", "codebook"]),
];
const MAY_IMPORT_ANYTHING: &[&str] = &["app", "cli", "main", "lib"];

/// Outside crates with one home (a room, or a file of it).
const HOMES: &[(&str, &[&str])] = &[
    ("mail_parser", &["parse"]),
    ("mail_auth", &["sender_check"]),
    ("html2text", &["parse"]),
    ("ammonia", &["parse"]),
    ("tera", &["render"]),
    // Telemetry names its log target, to keep it silent.
    ("async_imap", &["mailbox", "telemetry"]),
    ("lettre", &["render", "outbox"]),
    ("sqlx", &["store"]),
    ("rusqlite", &["codebook"]),
    ("calamine", &["codebook", "attachments"]),
    ("tantivy", &["codebook"]),
    ("strsim", &["codebook", "config"]),
    ("zip", &["codebook", "attachments"]),
    ("pdf_extract", &["attachments"]),
    ("axum", &["desk"]),
    ("argon2", &["desk"]),
    ("reqwest", &["drafter"]),
    ("figment", &["config"]),
    ("clap", &["cli", "main"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("metrics_exporter_prometheus", &["telemetry", "desk"]),
    ("tracing_subscriber", &["telemetry"]),
    ("ring", &["seal"]),
    ("rustls_platform_verifier", &["tls"]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file as (path below `src`, text).
fn sources() -> BTreeMap<String, String> {
    let src = root().join("src");
    let mut found = BTreeMap::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// The room that a file belongs to: its first folder, or its own name.
fn room(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The text without comments; strings stay, since none of ours holds `crate::`.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Names that follow `prefix` directly or in its braces: `crate::a::b`, `use crate::{a::b, c}`.
fn after(prefix: &str, code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        if code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => names.push(std::mem::take(&mut name)),
                    _ if depth == 0 => name.push(c),
                    _ => {}
                }
            }
            names.push(name);
        } else {
            names.push(rest.to_owned());
        }
    }
    names.iter().map(|name| first_word(name)).filter(|name| !name.is_empty()).collect()
}

fn forbidden_imports(file: &str, text: &str) -> Vec<String> {
    let room = room(file);
    if MAY_IMPORT_ANYTHING.contains(&room) {
        return Vec::new();
    }
    let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == room) else {
        return vec![format!("{file}: the room {room} stands in no rule: say in tidy.rs whom it may import")];
    };
    let code = code(text);
    let bad = after("crate::", &code).into_iter().filter(|name| name != room && !allowed.contains(&name.as_str()));
    bad.map(|name| format!("{file}: {room} may not import {name}")).collect()
}

fn strangers(file: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let mut found = Vec::new();
    for (outside, homes) in HOMES {
        let mentioned = code
            .match_indices(&format!("{outside}::"))
            .any(|(at, _)| !code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':'));
        if mentioned && !homes.contains(&room(file)) {
            found.push(format!("{file}: {outside} is at home in {}", homes.join(", ")));
        }
    }
    found
}

fn too_long(file: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let max = if matches!(room(file), "store") && (file.contains("sqlite") || file.contains("postgres")) {
        STORE_BACKEND_LINES_MAX
    } else {
        FILE_LINES_MAX
    };
    if lines.len() > max {
        found.push(format!("{file}: {} lines, {max} are allowed", lines.len()));
    }
    // Formatted code closes a function at the indent it began with.
    for (start, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_function =
            words.iter().take_while(|word| !word.contains('(') || word.starts_with("pub(")).any(|word| *word == "fn");
        if !is_function || line.trim_start().starts_with("//") || line.trim_end().ends_with(['}', ';']) {
            continue;
        }
        let at_indent = |line: &str| line.len() - line.trim_start().len() == indent && !line.trim().is_empty();
        let close = format!("{}}}", " ".repeat(indent));
        // A declaration in a trait ends with `;` where a body would begin.
        let declared = lines[start + 1..].iter().find(|line| at_indent(line)).is_some_and(|line| line.ends_with(';'));
        let Some(length) = lines[start..].iter().position(|line| *line == close).map(|at| at + 1) else { continue };
        if declared {
            continue;
        }
        if length > FUNCTION_LINES_MAX {
            found.push(format!("{file}:{}: a function of {length} lines, {FUNCTION_LINES_MAX} are allowed", start + 1));
        }
    }
    found
}

fn unequal(sqlite: &[String], postgres: &[String]) -> Vec<String> {
    let lacking = |has: &[String], other: &[String], name: &str| {
        has.iter().filter(|file| !other.contains(file)).map(|file| format!("{name} lacks {file}")).collect::<Vec<_>>()
    };
    [lacking(sqlite, postgres, "migrations/postgres"), lacking(postgres, sqlite, "migrations/sqlite")].concat()
}

fn migrations(engine: &str) -> Vec<String> {
    let folder = root().join("migrations").join(engine);
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn hold(rule: impl Fn(&str, &str) -> Vec<String>) {
    let broken: Vec<String> = sources().iter().flat_map(|(file, text)| rule(file, text)).collect();
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn rooms_import_only_whom_they_may() {
    hold(forbidden_imports);
}

#[test]
fn a_forbidden_import_is_seen() {
    let bad = "use std::fmt;\nuse crate::store::Sqlite;\n// crate::app in a comment\nuse crate::{domain::id::CaseId, outbox::{self, x}};\n";
    assert_eq!(
        forbidden_imports("mailbox/watch.rs", bad),
        ["mailbox/watch.rs: mailbox may not import store", "mailbox/watch.rs: mailbox may not import outbox"]
    );
    assert_eq!(
        forbidden_imports("domain/case.rs", "fn f() { crate::clock::now() }"),
        ["domain/case.rs: domain may not import clock"]
    );
    assert_eq!(forbidden_imports("cellar/a.rs", "").len(), 1, "a room without a rule");
    assert!(forbidden_imports("flow/admit.rs", "use crate::{domain::id, ports::Store};\nuse super::Flow;").is_empty());
}

#[test]
fn outside_crates_stay_at_home() {
    hold(strangers);
}

#[test]
fn a_stray_outside_crate_is_seen() {
    assert_eq!(strangers("flow/send.rs", "use lettre::Message;"), ["flow/send.rs: lettre is at home in render, outbox"]);
    assert_eq!(strangers("desk/mod.rs", "fn f() -> sqlx::Result<()> {}").len(), 1);
    assert!(strangers("store/sqlite.rs", "use sqlx::SqlitePool; // axum::x").is_empty());
}

#[test]
fn files_and_functions_are_short() {
    hold(too_long);
}

#[test]
fn a_long_file_and_a_long_function_are_seen() {
    let body = "        step();\n".repeat(FUNCTION_LINES_MAX - 1);
    let long = format!("impl X {{\n    pub(crate) async fn long(&self) {{\n{body}    }}\n}}\n");
    assert_eq!(too_long("flow/a.rs", &long), ["flow/a.rs:2: a function of 70 lines, 69 are allowed"]);
    let spread = format!("fn spread(\n    a: u8,\n) -> u8 {{\n{body}}}\n");
    assert_eq!(too_long("flow/a.rs", &spread).len(), 1);
    assert!(too_long("flow/a.rs", &format!("fn short() {{\n{}}}\n", "    step();\n".repeat(60))).is_empty());
    assert!(too_long("ports.rs", &format!("trait T {{\n    fn wide(\n        &self,\n    ) -> u8;\n{body}    }}\n")).is_empty());
    assert_eq!(too_long("flow/b.rs", &"x\n".repeat(401)).len(), 1);
    assert!(too_long("store/sqlite.rs", &"x\n".repeat(450)).is_empty());
}

#[test]
fn both_stores_have_the_same_migrations() {
    let broken = unequal(&migrations("sqlite"), &migrations("postgres"));
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn a_missing_migration_is_seen() {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        unequal(&names(&["0001_start.sql", "0002_more.sql"]), &names(&["0001_start.sql", "0002_else.sql"])),
        ["migrations/postgres lacks 0002_more.sql", "migrations/sqlite lacks 0002_else.sql"]
    );
}

/// Two of these in one program would be two ways to speak TLS, to run, to store.
const ONE_OF_EACH: &[&str] = &["rustls", "ring", "libsqlite3-sys", "tokio"];
const NONE_OF_THESE: &[&str] =
    &["aws-lc-rs", "aws-lc-sys", "openssl-sys", "native-tls", "boring-sys", "async-std", "smol", "chacha20poly1305"];

fn doubled(lock: &str) -> Vec<String> {
    let count = |name: &str| lock.lines().filter(|line| *line == format!("name = \"{name}\"")).count();
    let one = ONE_OF_EACH.iter().filter(|name| count(name) != 1).map(|name| format!("{} of {name}, one is allowed", count(name)));
    let none =
        NONE_OF_THESE.iter().filter(|name| count(name) != 0).map(|name| format!("{name} came in: see cargo tree -i {name}"));
    one.chain(none).collect()
}

#[test]
fn one_tls_stack_one_sqlite_one_runtime() {
    assert_eq!(doubled(&std::fs::read_to_string(root().join("Cargo.lock")).unwrap()), Vec::<String>::new());
}

#[test]
fn a_second_stack_is_seen() {
    let lock = |names: &[&str]| {
        names.iter().map(|name| format!("[[package]]\nname = \"{name}\"\nversion = \"1\"\n")).collect::<String>()
    };
    assert_eq!(doubled(&lock(ONE_OF_EACH)), Vec::<String>::new());
    assert_eq!(doubled(&lock(&["rustls", "rustls", "ring", "libsqlite3-sys", "tokio"])), ["2 of rustls, one is allowed"]);
    assert_eq!(
        doubled(&lock(&["rustls", "ring", "libsqlite3-sys", "tokio", "native-tls"])),
        ["native-tls came in: see cargo tree -i native-tls"]
    );
}

/// Every function below `tests/it`, as `room::file::name`.
fn told() -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![root().join("tests/it")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Some(module) = path.to_str().unwrap().split("tests/it/").last().unwrap().strip_suffix(".rs") else { continue };
            let module = module.trim_end_matches("/mod").replace('/', "::");
            let text = std::fs::read_to_string(&path).unwrap();
            let functions = text.lines().filter_map(|line| line.split_once("fn ")).map(|(_, rest)| rest);
            for name in functions.map(first_word) {
                // A story of the store's is run by this name, and on PostgreSQL within one test.
                if module.starts_with("store::") {
                    names.push(format!("store::on_sqlite::{name}"));
                }
                names.push(format!("{module}::{name}"));
            }
        }
    }
    names
}

fn first_word(text: &str) -> String {
    text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Lines of `tests/proof.tsv` that name a test which is nowhere.
fn unproved(table: &str, told: &[String]) -> Vec<String> {
    let mut broken = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let Some((part, tests)) = line.split_once('\t') else {
            broken.push(format!("no tab in: {line}"));
            continue;
        };
        if part.trim().is_empty() || tests.trim().is_empty() {
            broken.push(format!("nothing shows: {line}"));
        }
        for test in tests.split_whitespace() {
            if !told.iter().any(|name| name == test || name.starts_with(&format!("{test}::"))) {
                broken.push(format!("{part}: there is no test {test}"));
            }
        }
    }
    broken
}

#[test]
fn what_is_delivered_is_shown_by_tests_that_exist() {
    let table = std::fs::read_to_string(root().join("tests/proof.tsv")).unwrap();
    let broken = unproved(&table, &told());
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn a_test_that_is_gone_is_seen() {
    let told = ["tidy::a".to_owned(), "store::seal::b".to_owned()];
    assert_eq!(unproved("# part\ttest\nseal\tstore::seal::b store::seal\n", &told), Vec::<String>::new());
    assert_eq!(unproved("seal\tstore::sea", &told), ["seal: there is no test store::sea"]);
    assert_eq!(unproved("seal\ttidy::a tidy::gone", &told), ["seal: there is no test tidy::gone"]);
    assert_eq!(unproved("seal", &told).len(), 1);
}

/// Words that would tell of the workshop rather than of the product.
#[test]
fn no_mark_of_unfinished_work_is_left() {
    // Not XXX: the fee schedule writes a global period so.

    let marks = ["TODO", "FIXME", "todo!(", "unimplemented!("];
    let marked: Vec<String> = sources()
        .iter()
        .filter(|(file, _)| Path::new(file).extension().is_some())
        .flat_map(|(file, text)| marks.into_iter().filter(|mark| text.contains(mark)).map(move |mark| format!("{file}: {mark}")))
        .collect();
    assert!(marked.is_empty(), "\n{}\n", marked.join("\n"));
}
