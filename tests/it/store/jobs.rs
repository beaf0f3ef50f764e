//! Work is leased to one worker at a time, on the store's own clock.

use std::collections::BTreeSet;
use std::time::Duration;

use caseconsultant::domain::job::{JobEnd, JobKind, JobState};
use caseconsultant::ports::StoreError;
use jiff::{SignedDuration, Timestamp};

use super::Told;
use super::samples::{INBOX, arrival, at, noon};

pub async fn eight_workers_lease_every_job_once(told: Told) {
    let batch: Vec<_> = (1..=200).map(|uid| arrival(at(1, uid), &format!("question {uid}"))).collect();
    told.store.receive(INBOX, &batch, noon()).await.unwrap();
    let stores = [told.store.clone(), told.another().await, told.another().await];
    let workers: Vec<_> = (0..8)
        .map(|n| {
            let store = stores[n % 3].clone();
            tokio::spawn(async move {
                let mut done = Vec::new();
                loop {
                    let jobs = store.lease(3, 600).await.unwrap();
                    if jobs.is_empty() {
                        return done;
                    }
                    for job in jobs {
                        assert_eq!(job.leases, 1);
                        store.finish(job.lease, &JobEnd::Done).await.unwrap();
                        done.push(job.lease.job);
                    }
                }
            })
        })
        .collect();
    let mut done = Vec::new();
    for worker in workers {
        done.extend(worker.await.unwrap());
    }
    assert_eq!(done.len(), 200);
    assert_eq!(done.into_iter().collect::<BTreeSet<_>>().len(), 200, "none twice");
    assert!(told.store.jobs(false).await.unwrap().is_empty());
}

pub async fn a_lapsed_lease_is_due_again_and_its_worker_has_lost_it(told: Told) {
    let store = told.store;
    store.receive(INBOX, &[arrival(at(1, 1), "one")], noon()).await.unwrap();
    let first = store.lease(10, 1).await.unwrap();
    assert_eq!(first.len(), 1);
    assert!(store.lease(10, 1).await.unwrap().is_empty(), "it is taken");
    let wait = store.next_due_secs().await.unwrap().unwrap();
    assert!(wait > 0.0 && wait <= 1.0, "{wait}");
    tokio::time::sleep(Duration::from_secs_f64(wait) + Duration::from_millis(20)).await;

    assert!(store.next_due_secs().await.unwrap().unwrap() <= 0.0);
    let second = store.lease(10, 60).await.unwrap();
    assert_eq!((second[0].lease.job, second[0].leases), (first[0].lease.job, 2));
    assert_ne!(second[0].lease.token, first[0].lease.token);
    let ends = [JobEnd::Done, JobEnd::Dead { why: String::new() }, JobEnd::Later { run_at: noon(), why: String::new() }];
    for end in ends {
        assert!(matches!(store.finish(first[0].lease, &end).await, Err(StoreError::LeaseLost)));
    }
    assert!(matches!(store.renew(first[0].lease, 60).await, Err(StoreError::LeaseLost)));
    store.finish(second[0].lease, &JobEnd::Done).await.unwrap();
}

pub async fn a_renewed_lease_holds(told: Told) {
    let store = told.store;
    store.receive(INBOX, &[arrival(at(1, 1), "one")], noon()).await.unwrap();
    let job = store.lease(10, 1).await.unwrap().remove(0);
    store.renew(job.lease, 600).await.unwrap();
    let wait = store.next_due_secs().await.unwrap().unwrap();
    assert!(wait > 590.0 && wait <= 600.0, "{wait}");
    store.finish(job.lease, &JobEnd::Done).await.unwrap();
    assert!(matches!(store.renew(job.lease, 600).await, Err(StoreError::LeaseLost)));
}

pub async fn a_job_ends_done_later_or_dead_and_a_dead_one_is_retried(told: Told) {
    let store = told.store;
    let batch = [arrival(at(1, 1), "one"), arrival(at(1, 2), "two"), arrival(at(1, 3), "three")];
    store.receive(INBOX, &batch, noon()).await.unwrap();
    let jobs = store.lease(10, 60).await.unwrap();
    let kinds: Vec<JobKind> = jobs.iter().map(|job| job.kind.clone()).collect();
    store.finish(jobs[0].lease, &JobEnd::Done).await.unwrap();
    let tomorrow = Timestamp::now().checked_add(SignedDuration::from_hours(24)).unwrap();
    store.finish(jobs[1].lease, &JobEnd::Later { run_at: tomorrow, why: "no connection".to_owned() }).await.unwrap();
    store.finish(jobs[2].lease, &JobEnd::Dead { why: "unreadable".to_owned() }).await.unwrap();

    assert!(store.lease(10, 60).await.unwrap().is_empty());
    let views = store.jobs(false).await.unwrap();
    assert_eq!(views.iter().map(|view| view.state).collect::<Vec<_>>(), [JobState::Ready, JobState::Dead]);
    assert_eq!(views[0].last_error.as_deref(), Some("no connection"));
    let dead = store.jobs(true).await.unwrap();
    assert_eq!((dead.len(), &dead[0].kind, dead[0].last_error.as_deref()), (1, &kinds[2], Some("unreadable")));

    assert!(matches!(store.retry(views[0].id, noon()).await, Err(StoreError::Missing(_))), "only what is dead");
    assert_eq!(store.retry(dead[0].id, noon()).await.unwrap(), kinds[2]);
    let again = store.lease(10, 60).await.unwrap();
    assert_eq!((again.len(), &again[0].kind, again[0].leases), (1, &kinds[2], 1), "with all its leases anew");
}

pub async fn the_next_due_time_is_told(told: Told) {
    let store = told.store;
    assert_eq!(store.next_due_secs().await.unwrap(), None);
    let soon = Timestamp::now().checked_add(SignedDuration::from_secs(100)).unwrap();
    store.receive(INBOX, &[arrival(at(1, 1), "one")], soon).await.unwrap();
    let wait = store.next_due_secs().await.unwrap().unwrap();
    assert!(wait > 90.0 && wait <= 100.0, "{wait}");
    assert!(store.lease(10, 60).await.unwrap().is_empty());
    store.receive(INBOX, &[arrival(at(1, 2), "two")], noon()).await.unwrap();
    assert!(store.next_due_secs().await.unwrap().unwrap() <= 0.0);
    let dead = store.lease(10, 60).await.unwrap().remove(0);
    store.finish(dead.lease, &JobEnd::Dead { why: "broken".to_owned() }).await.unwrap();
    assert!(store.next_due_secs().await.unwrap().unwrap() > 60.0, "the dead are never due");
}
