//! How fast a store turns over mails: a figure to watch, with a floor that only a mistake goes under.

use std::sync::Arc;
use std::time::Instant;

use caseconsultant::domain::case::Case;
use caseconsultant::domain::delivery::Outcome;
use caseconsultant::domain::id::OutgoingId;
use caseconsultant::domain::job::{JobKind, LeasedJob, NewJob};
use caseconsultant::ports::{Admitted, Change, DeliveryChange, Disposition, Store};
use jiff::Timestamp;

use super::samples::{INBOX, approved, arrival, at, change, draft, opening, outgoing, sending};
use super::{Postgres, Told};

const WORKERS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let told = Told::on(format!("sqlite:{}", folder.path().join("store.sqlite").display())).await;
    drain(told.store, mails()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    let Some(server) = Postgres::start() else { return };
    drain(Told::on(server.empty("speed").await).await.store, mails()).await;
}

/// `STORE_MAILS=2000` for the long count.
fn mails() -> u32 {
    std::env::var("STORE_MAILS").map_or(200, |count| count.parse().unwrap())
}

/// Each mail in its six transactions: receive (in batches), admit, take, freeze, begin, settle; and the leases.
async fn drain(store: Arc<dyn Store>, mails: u32) {
    let began = Instant::now();
    for batch in (1..=mails).collect::<Vec<_>>().chunks(50) {
        let batch: Vec<_> = batch.iter().map(|uid| arrival(at(1, *uid), &format!("question {uid}"))).collect();
        store.receive(INBOX, &batch, Timestamp::now()).await.unwrap();
    }
    println!("received {mails} in {:?}", began.elapsed());
    let workers: Vec<_> = (0..WORKERS).map(|_| tokio::spawn(work(store.clone()))).collect();
    let mut transactions = 0;
    for worker in workers {
        transactions += worker.await.unwrap();
    }
    let took = began.elapsed();
    let rate = f64::from(transactions) / took.as_secs_f64();
    println!("{mails} mails in {took:?}: {transactions} transactions, {rate:.0}/s");
    let figures = store.figures().await.unwrap();
    assert_eq!(figures.deliveries_by_state, [("accepted".to_owned(), i64::from(mails))]);
    assert!(rate > 20.0, "{rate}");
}

async fn work(store: Arc<dyn Store>) -> u32 {
    let mut transactions = 0;
    let mut idle = 0;
    while idle < 3 {
        let jobs = store.lease(4, 600).await.unwrap();
        transactions += 1;
        idle = if jobs.is_empty() { idle + 1 } else { 0 };
        if jobs.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        for job in jobs {
            transactions += run(&*store, job).await;
        }
    }
    transactions
}

async fn run(store: &dyn Store, job: LeasedJob) -> u32 {
    match job.kind {
        JobKind::Admit { inbound } => {
            store.inbound(inbound).await.unwrap();
            let admitted = store.admit(&opening(inbound, job.lease, &format!("key-{inbound}"))).await.unwrap();
            assert!(matches!(admitted, Admitted::As(Disposition::Opened { .. })));
            1
        }
        JobKind::Draft { case, .. } => {
            let before = store.case(case).await.unwrap();
            store.commit(&change(&before, before.state.clone())).await.unwrap();
            let before = store.case(case).await.unwrap();
            store.commit(&freezing(&before, &job)).await.unwrap();
            2
        }
        JobKind::Send { outgoing } => {
            let (message, _) = store.outgoing(outgoing).await.unwrap();
            let case = store.case(message.outgoing().case).await.unwrap();
            store.commit(&delivering(&case, outgoing, DeliveryChange::Begin)).await.unwrap();
            let case = store.case(case.id).await.unwrap();
            let settle = DeliveryChange::Settle(Outcome::Accepted { answer: "250 ok".to_owned() });
            store.commit(&Change { lease: Some(job.lease), ..delivering(&case, outgoing, settle) }).await.unwrap();
            2
        }
        JobKind::Acknowledge { .. }
        | JobKind::NotifyReviewers { .. }
        | JobKind::Tell { .. }
        | JobKind::Alert { .. }
        | JobKind::Lapse { .. }
        | JobKind::Hook(_) => {
            store.finish(job.lease, &caseconsultant::domain::job::JobEnd::Done).await.unwrap();
            1
        }
    }
}

fn freezing(before: &Case, job: &LeasedJob) -> Change {
    let (draft, message) = (draft(), outgoing(before.id));
    let mut freezing = change(before, sending(&draft, &message));
    freezing.after.current = Some(message.id);
    freezing.jobs = vec![NewJob { kind: JobKind::Send { outgoing: message.id }, run_at: Timestamp::now() }];
    freezing.freeze = Some(approved(message.clone()));
    freezing.draft = Some((draft, message));
    freezing.lease = Some(job.lease);
    freezing
}

fn delivering(case: &Case, outgoing: OutgoingId, moved: DeliveryChange) -> Change {
    Change { delivery: Some((outgoing, moved)), ..change(case, case.state.clone()) }
}
