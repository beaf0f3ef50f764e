//! The schema: brought up to date once, known for what it is, searched by index.

use caseconsultant::store::connect;

use super::samples::{frozen, opened, received};
use super::{Told, seal};

pub async fn migrating_again_changes_nothing(told: Told) {
    let case = opened(&*told.store, 1).await;
    let second = told.another().await;
    let (one, two) = tokio::join!(told.store.migrate(), second.migrate());
    one.unwrap();
    two.unwrap();
    assert_eq!(second.case(case.id).await.unwrap(), case);
    second.ready().await.unwrap();
}

pub async fn another_schema_than_the_programs_is_not_ready(told: Told) {
    let why = async || told.store.ready().await.unwrap_err().to_string();
    told.store.ready().await.unwrap();
    told.behind_its_back("UPDATE _sqlx_migrations SET version = version + 1000").await;
    assert!(why().await.contains("run the newer program"), "{}", why().await);
    told.behind_its_back("DELETE FROM _sqlx_migrations").await;
    assert!(why().await.contains("caseconsultant migrate"), "{}", why().await);
    told.behind_its_back("DROP TABLE _sqlx_migrations").await;
    assert!(why().await.contains("caseconsultant migrate"), "{}", why().await);
}

pub async fn figures_count_what_is_there(told: Told) {
    let store = told.store;
    frozen(&*store, 1).await;
    opened(&*store, 2).await;
    received(&*store, 3).await;
    let figures = store.figures().await.unwrap();
    assert_eq!((figures.inbound, figures.unadmitted), (3, 1));
    assert_eq!(figures.cases_by_state, [("queued".to_owned(), 1), ("sending".to_owned(), 1)]);
    assert_eq!(figures.deliveries_by_state, [("frozen".to_owned(), 1)]);
    assert_eq!((figures.jobs_ready, figures.jobs_dead), (0, 0), "leased, all of them");
}

pub async fn due_jobs_and_threads_are_searched_by_index(told: Told) {
    // A store of some age: many cases, each with a job that is due in two weeks, and some that died.
    told.behind_its_back(if told.url.starts_with("sqlite:") {
        "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000)
         INSERT INTO jobs (job, state, run_at, due)
         SELECT '{\"job\":\"lapse\",\"case\":1,\"round\":1}', CASE WHEN n % 3 = 0 THEN 'dead' ELSE 'ready' END, 9e15, 9e15 FROM n"
    } else {
        "INSERT INTO jobs (job, state, run_at, due)
         SELECT '{\"job\":\"lapse\",\"case\":1,\"round\":1}', CASE WHEN n % 3 = 0 THEN 'dead' ELSE 'ready' END, 9e15, 9e15
         FROM generate_series(1, 100000) n; ANALYZE jobs"
    })
    .await;
    opened(&*told.store, 1).await;
    let began = std::time::Instant::now();
    for _ in 0..50 {
        assert!(told.store.lease(10, 60).await.unwrap().len() <= 2);
        told.store.next_due_secs().await.unwrap();
    }
    let each = began.elapsed() / 50;
    println!("lease and next_due_secs beside 100,000 jobs: {each:?}");
    assert!(each.as_millis() < 20, "a scan of the table takes longer: {each:?}");
}

#[tokio::test]
async fn a_store_that_cannot_be_opened_says_so_without_its_password() {
    for url in
        ["mysql://root@localhost/x", "postgres://desk:hush%zz@[::1/x", "postgres://desk:hushhush@127.0.0.1:1/x?sslmode=wat"]
    {
        let Err(error) = connect(url, seal()).await else { panic!("opened {url}") };
        let said = format!("{error:#} {error:?}");
        assert!(!said.contains("hush"), "{said}");
    }
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().display());
    assert!(connect(&url, seal()).await.is_err(), "a folder is no store");
}
