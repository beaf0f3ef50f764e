//! The desk of a house that has had a hundred thousand cases: every page is still quick and small.

use std::time::{Duration, Instant};

use caseconsultant::domain::account::Role;
use caseconsultant::domain::policy::Policy;
use caseconsultant::ports::CaseFilter;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use super::World;
use super::cases::acts;
use crate::store::samples;

const PAGE_BYTES_MAX: usize = 150_000;
/// For a release build; one for development is given more.
const PAGE_MAX: Duration = Duration::from_millis(if cfg!(debug_assertions) { 250 } else { 50 });
const UNITS: &str = "We gave 60 mg of ketorolac IM and want to bill J1885. How many units is that, and is there a limit?";

/// Rows as a year of work leaves them: the first case's own, over and over, of all ages and states.
fn filler(cases: u32) -> Vec<String> {
    let n = format!("WITH RECURSIVE n(n) AS (SELECT 1001 UNION ALL SELECT n + 1 FROM n WHERE n < {cases})");
    let age = "(SELECT max(received) FROM cases WHERE id < 1000) - n * 315000000";
    let state = "CASE WHEN n % 50 = 0 OR n % 89 = 0 THEN 'in_review' WHEN n % 97 = 0 THEN 'queued' ELSE 'closed' END";
    let data = "CASE WHEN n % 50 = 0 OR n % 89 = 0 THEN (SELECT state_data FROM cases WHERE id = 1) \
        WHEN n % 97 = 0 THEN '{\"state\":\"queued\",\"assigned\":null,\"notes\":null}' \
        ELSE '{\"state\":\"closed\",\"reason\":\"withdrawn\",\"at\":\"2026-01-01T00:00:00Z\",\"review\":null}' END";
    vec![
        format!(
            "{n} INSERT INTO accounts (name, plan, status, created) SELECT 'Clinic ' || n, 'registered', 'active', 0 FROM n WHERE n % 50 = 0"
        ),
        "INSERT INTO account_domains (domain, account) SELECT 'clinic' || id || '.example', id FROM accounts".to_owned(),
        format!(
            "{n} INSERT INTO cases (id, version, round, state, state_data, assigned, account, standing, requester, subject, received, \
             changed, current_outgoing, linked) SELECT n, 3, 1, {state}, {data}, NULL, 1 + n % 1000, 'verified', \
             'asker' || (n % 5000) || '@clinic.example', 'A question about codes, number ' || n, {age}, {age}, NULL, NULL FROM n"
        ),
        format!(
            "{n} INSERT INTO inbound (id, mailbox, uid_validity, uid, file_name, sha256, size_bytes, received, disposition, case_id) \
             SELECT n, 'main', 0, 0, 'filler' || n, 'filler' || n, 900, {age}, '{{\"disposition\":\"opened\",\"case\":' || n || '}}', n FROM n"
        ),
        format!("{n} INSERT INTO facts (inbound, facts) SELECT n, (SELECT facts FROM facts LIMIT 1) FROM n"),
        format!(
            "{n} INSERT INTO answers (outgoing, case_id, kind, intent, approved_by, waited, edits, frozen, sampled, finding, checked_by, \
             checked) SELECT printf('%032x', n), n, 'answer', CASE n % 7 WHEN 0 THEN 'units' WHEN 1 THEN 'pair_edit' WHEN 2 THEN \
             'modifier_choice' WHEN 3 THEN 'validity' WHEN 4 THEN 'payment' WHEN 5 THEN 'denial' ELSE 'coverage' END, \
             CASE WHEN n % 4 = 0 THEN 1 + n % 2 END, n * 1000000 % 90000000000, n % 3, {age}, n % 20 = 0, \
             CASE WHEN n % 40 = 0 THEN 'right' WHEN n % 100 = 0 THEN 'wrong' ELSE '' END, NULL, NULL FROM n"
        ),
        format!(
            "{n} INSERT INTO outgoing (id, case_id, kind, envelope_from, envelope_to, to_key, message_id, dated, bytes, approved_by, \
             approved_hash, approved, frozen) SELECT printf('%032x', n), n, 'answer', NULL, 'a@b.example', 'a@b.example', 'filler' || n, {age}, \
             x'00', '{{\"policy\":\"x\"}}', '', {age}, {age} FROM n"
        ),
        format!(
            "{n} INSERT INTO deliveries (outgoing, state, state_data, attempts, unknowns, changed) \
             SELECT printf('%032x', n), 'accepted', '{{}}', 1, 0, {age} FROM n"
        ),
        format!(
            "{n}, k(k) AS (VALUES (0), (1), (2), (3), (4)) INSERT INTO audit (sequence, at, actor, case_id, event, detail, previous, hash) \
             SELECT 10000 + n * 5 + k, {age}, CASE WHEN k = 3 THEN '{{\"consultant\":1}}' ELSE '\"automation\"' END, n, \
             CASE k WHEN 0 THEN 'open' WHEN 1 THEN 'take' WHEN 2 THEN 'submit' WHEN 3 THEN 'approve' ELSE 'delivered' END, \
             '{{\"from\":\"queued\",\"to\":\"drafting\",\"version\":2,\"round\":1}}', '', '' FROM n, k"
        ),
        "DELETE FROM work".to_owned(),
        "INSERT INTO work SELECT frozen / 86400000000, kind, intent, coalesce(approved_by, 0), count(*), sum(waited / 1000000), \
         count(CASE WHEN waited <= 60000000 THEN 1 END), count(CASE WHEN waited <= 3600000000 THEN 1 END), \
         count(CASE WHEN waited <= 86400000000 THEN 1 END), sum(edits), count(CASE WHEN finding = 'right' THEN 1 END), \
         count(CASE WHEN finding = 'could_be_better' THEN 1 END), count(CASE WHEN finding = 'wrong' THEN 1 END) \
         FROM answers GROUP BY 1, 2, 3, 4"
            .to_owned(),
        "ANALYZE".to_owned(),
    ]
}

/// `DESK_CASES=100000` for the long count.
fn cases() -> u32 {
    std::env::var("DESK_CASES").map_or(20_000, |count| count.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement: run it alone"]
async fn every_page_is_quick_and_small_at_size() {
    let world = World::under(Policy { check_share: 1.0, confidence_min: 0.5, ..samples::policy() }).await;
    world.hires("dana", Role::Consultant).await;
    world.hires("ada", Role::Admin).await;
    let case = world.asked().await;
    world.mailed("q2", "", UNITS).await;
    let mut dana = world.signed_in("dana").await;
    for n in 0..20 {
        acts(&mut dana, &case, "edit", &[("text", &format!("Report the service once the note is signed, say we for time {n}."))])
            .await
            .is(303);
        acts(&mut dana, &case, "note", &[("text", "Lee knows this surgeon: ask before you answer.")]).await.is(303);
    }
    let mut anna = world.comes_by_link("anna@clinic.test").await;
    let mut ada = world.signed_in("ada").await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(world.database()).foreign_keys(false);
    let mut behind = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    for statement in filler(cases()) {
        behind.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    // What was filled in is what the store would have written.
    world.store.cases(&CaseFilter { limit: Some(2000), ..CaseFilter::default() }).await.unwrap();
    world.store.cases(&CaseFilter { states: vec!["in_review".to_owned()], ..CaseFilter::default() }).await.unwrap();
    world.store.accounts().await.unwrap();
    world.store.unchecked(50).await.unwrap();
    let number = case.number();
    let of_consultant = ["review", "mine", "queued", "held", "answered", "closed"].map(|view| format!("/cases?view={view}"));
    let of_consultant = of_consultant.into_iter().chain([format!("/cases/{number}"), "/checks".to_owned(), "/codes".to_owned()]);
    let of_admin = [
        "/figures",
        "/figures?days=7",
        "/figures?days=365",
        "/figures.csv?days=365",
        "/admin",
        "/admin/accounts",
        "/admin/accounts?find=clinic7",
        "/admin/accounts/7",
        "/admin/consultants",
        "/admin/audit",
        "/admin/audit?who=ada",
        "/admin/audit?event=forget",
        "/admin/audit?event=approve&who=dana",
        "/admin/audit?case=CC-050000",
        "/admin/codebook",
        "/admin/templates",
    ];
    let mut slow = Vec::new();
    let pages = of_consultant.map(|path| ("dana", path));
    let pages = pages.chain(of_admin.map(|path| ("ada", path.to_owned()))).chain([("anna", "/my".to_owned())]);
    for (who, path) in pages {
        let browser = match who {
            "dana" => &mut dana,
            "ada" => &mut ada,
            _ => &mut anna,
        };
        let mut times = Vec::new();
        let mut bytes = 0;
        for _ in 0..9 {
            let began = Instant::now();
            let reply = browser.get(&path).await.is(200);
            times.push(began.elapsed());
            bytes = reply.body.len();
        }
        times.sort();
        println!(
            "figure: desk at {} cases, {path}: {:.1} ms median, {:.1} ms at most, {} kB",
            cases(),
            millis(times[4]),
            millis(times[8]),
            bytes / 1000
        );
        let csv = path.contains(".csv");
        if times[4] > PAGE_MAX || (bytes > PAGE_BYTES_MAX && !csv) {
            slow.push(format!("{path}: {:?}, {bytes} bytes", times[4]));
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
