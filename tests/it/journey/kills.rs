//! `kill -9` at the four moments where something could get lost or doubled, and at any other moment, while mail keeps coming.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::judge::{judge_people, judge_reconciled, settled};
use super::ledger::{Ledger, Step};
use super::mail::{Asked, DESK, people_with_an_answer};
use super::servers::{MailServers, PASSWORD};
use super::service::Service;
use super::smtp_proxy::{Moment, SmtpProxy};
use super::transport::Injector;
use super::wait::until;
use crate::world::long_count;
use crate::world::postgres::Postgres;

/// Kills on each of the two stores.
const KILLS: usize = 10;
/// By `make prove`.
const KILLS_TO_PROVE: usize = 150;
/// A restarted intake waits until the lease of the killed one has lapsed.
const SOON: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Point {
    RawCommittedAndMarkNotMoved,
    FrozenAndNotBegun,
    BetweenDataAndAnswer,
    AfterAnswerAndBeforeCommit,
    /// Some milliseconds after mail came in.
    Anytime {
        millis: u64,
    },
}

/// Every second kill at a named point; the others wherever the service happens to be.
fn point(n: usize) -> Point {
    match n % 8 {
        0 => Point::RawCommittedAndMarkNotMoved,
        2 => Point::AfterAnswerAndBeforeCommit,
        4 => Point::FrozenAndNotBegun,
        6 => Point::BetweenDataAndAnswer,
        // A spread that never repeats within a run and is the same in every run.
        _ => Point::Anytime { millis: (n as u64 * 7919) % 250 },
    }
}

#[test]
fn kill_9_on_sqlite() {
    kills(false);
}

#[test]
fn kill_9_on_postgresql() {
    kills(true);
}

fn kills(on_postgres: bool) {
    let kills = long_count(KILLS, KILLS_TO_PROVE);
    let people = people_with_an_answer(3 * kills + 2);
    let Some(servers) = MailServers::start(people.len()) else { return };
    let postgres = if on_postgres {
        let Some(postgres) = Postgres::start() else { return };
        Some(postgres)
    } else {
        None
    };
    let dir = TempDir::new().unwrap();
    let proxy = SmtpProxy::start(servers.postfix.smtp);
    let database = dir.path().join("cases.sqlite");
    let (url, ledger) = match &postgres {
        Some(postgres) => (postgres.url(), Ledger::postgres(&postgres.url())),
        None => (format!("sqlite:{}", database.display()), Ledger::sqlite(&database)),
    };
    let mut service = Service::new(dir.path(), &configuration(&servers, &proxy, &url));
    let mut run = Run {
        service: &mut service,
        ledger,
        proxy,
        lmtp: Injector::lmtp(servers.dovecot.lmtp),
        hits: BTreeMap::new(),
        named: BTreeMap::new(),
    };
    let started = Instant::now();
    let mut waiting = people.iter();
    run.first_life(&mut waiting);
    for n in 0..kills {
        run.kill_at(point(n), &mut waiting);
    }
    let (hits, named) = (std::mem::take(&mut run.hits), std::mem::take(&mut run.named));
    drop(run);
    let cases = settled(&service, &servers, people.len(), SOON + SOON);
    let ends = judge_people(&people, &cases, &servers, |id| 1 + hits.get(id).copied().unwrap_or_default());
    assert_eq!(ends.answered, people.len(), "every question here has an answer in the records");
    judge_reconciled(&service);
    let store = if on_postgres { "PostgreSQL" } else { "SQLite" };
    println!(
        "figure: {kills} kills -9 on {store} ({named:?}) over {} mails in {:.0?}: {} deliveries hit, {} copies arrived",
        people.len(),
        started.elapsed(),
        hits.values().sum::<usize>(),
        ends.copies,
    );
}

struct Run<'a> {
    service: &'a mut Service,
    ledger: Ledger,
    proxy: SmtpProxy,
    lmtp: Injector,
    /// By Message-ID: kills while an attempt at this message was on record without a verdict.
    hits: BTreeMap<String, usize>,
    named: BTreeMap<&'static str, usize>,
}

impl Run<'_> {
    /// Undisturbed: the schema is made, the first mails are answered.
    fn first_life<'m>(&mut self, waiting: &mut impl Iterator<Item = &'m Asked>) {
        self.service.start();
        self.mail(2, waiting);
        until("the first answers", SOON, || match self.proxy.answers() {
            2.. => Ok(()),
            n => Err(format!("{n} answers")),
        });
    }

    fn mail<'m>(&mut self, count: usize, waiting: &mut impl Iterator<Item = &'m Asked>) {
        for _ in 0..count {
            let one = waiting.next().expect("enough people");
            self.lmtp.deliver(Some(&one.from), DESK, &one.raw);
        }
    }

    /// Mails come, the moment is reached, the process is gone, and another takes its place.
    fn kill_at<'m>(&mut self, point: Point, waiting: &mut impl Iterator<Item = &'m Asked>) {
        self.service.assert_running();
        let before = self.ledger.received();
        match point {
            Point::RawCommittedAndMarkNotMoved => {
                self.ledger.fence(Step::Advance);
                self.mail(3, waiting);
                self.wait("mail in the store past the mark", |run| run.ledger.past_the_mark());
                self.kill();
                self.ledger.open(Step::Advance);
            }
            Point::FrozenAndNotBegun => {
                self.ledger.fence(Step::Begin);
                self.mail(3, waiting);
                self.wait("an answer frozen and not begun", |run| run.ledger.frozen());
                self.kill();
                self.ledger.open(Step::Begin);
            }
            Point::BetweenDataAndAnswer => {
                self.proxy.hold_next(Moment::BeforeAnswer);
                self.mail(3, waiting);
                assert!(self.proxy.wait_held(SOON), "no delivery came to its final dot");
                self.kill();
                self.proxy.release();
            }
            Point::AfterAnswerAndBeforeCommit => {
                self.proxy.hold_next(Moment::BeforeAnswer);
                self.mail(3, waiting);
                assert!(self.proxy.wait_held(SOON), "no delivery came to its final dot");
                let held = self.ledger.hold_commits();
                let answers = self.proxy.answers();
                self.proxy.release();
                self.wait("the answer to reach the service", |run| run.proxy.answers().saturating_sub(answers));
                self.kill();
                self.ledger.let_commit(held);
            }
            Point::Anytime { millis } => {
                self.mail(3, waiting);
                self.wait("mail to come in", |run| run.ledger.received().saturating_sub(before));
                // The moment is the experiment here: nothing waits for it.
                std::thread::sleep(Duration::from_millis(millis));
                self.kill();
            }
        }
        let name = match point {
            Point::RawCommittedAndMarkNotMoved => "raw committed, mark not moved",
            Point::FrozenAndNotBegun => "frozen, not begun",
            Point::BetweenDataAndAnswer => "between DATA and 250",
            Point::AfterAnswerAndBeforeCommit => "after 250, before the commit",
            Point::Anytime { .. } => "anytime",
        };
        *self.named.entry(name).or_default() += 1;
        self.service.start();
    }

    fn wait(&self, what: &str, count: impl Fn(&Self) -> usize) {
        until(what, SOON, || match count(self) {
            0 => Err(format!(
                "{} received, {} frozen, begun {:?}",
                self.ledger.received(),
                self.ledger.frozen(),
                self.ledger.begun()
            )),
            _ => Ok(()),
        });
    }

    fn kill(&mut self) {
        self.service.kill9();
        for id in self.ledger.begun() {
            *self.hits.entry(id).or_default() += 1;
        }
    }
}

fn configuration(servers: &MailServers, proxy: &SmtpProxy, store: &str) -> String {
    format!(
        r#"
[store]
url = "{store}"

[mailbox.main]
url = "imaps://consult@localhost:{imaps}/INBOX"
password = "{PASSWORD}"
ca_file = "{ca}"
address = "{DESK}"
reconnect_secs_max = 1

[outbox]
url = "smtp://127.0.0.1:{port}?plain"
from = "{DESK}"
retry_secs_first = 1
retry_secs_max = 2

[worker]
lease_secs = 5

[policy]
auto_send = "grounded"
confidence_min = 0.5
editions = "loaded"
unknown_sender = "guest"
acknowledge_after_secs = 86400
unknown_resends_max = 10
"#,
        imaps = servers.dovecot.imaps,
        ca = servers.ca_file().display(),
        port = proxy.port,
    )
}
