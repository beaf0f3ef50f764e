//! Two hundred mails in every form, and what machines send, through a real Dovecot and a real Postfix and back.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::judge::{Ends, judge_machines, judge_people, judge_reconciled, settled};
use super::mail::{Asked, DESK, Machine, machines, people};
use super::servers::{MailServers, PASSWORD};
use super::service::Service;
use super::transport::Injector;
use crate::world::postgres::Postgres;

const PEOPLE: usize = 200;

#[test]
fn two_hundred_mails_on_sqlite() {
    let Some(servers) = MailServers::start(PEOPLE) else { return };
    everyone_is_served("SQLite", &servers, "");
}

#[test]
fn two_hundred_mails_on_postgresql() {
    let Some(postgres) = Postgres::start() else { return };
    let Some(servers) = MailServers::start(PEOPLE) else { return };
    everyone_is_served("PostgreSQL", &servers, &format!("[store]\nurl = {:?}\n", postgres.url()));
}

fn everyone_is_served(engine: &str, servers: &MailServers, store: &str) {
    let (people, machines) = (people(0, PEOPLE), machines());
    let dir = TempDir::new().unwrap();
    let mut service = Service::new(dir.path(), &configuration(servers, store));
    // Half waits when the service starts, half comes while it works.
    let (before, after) = people.split_at(PEOPLE / 2);
    deliver(servers, before, &machines);
    let started = Instant::now();
    service.start();
    deliver(servers, after, &[]);
    let cases = settled(&service, servers, PEOPLE, Duration::from_secs(120));
    let took = started.elapsed();
    service.assert_running();
    let ends = judge_people(&people, &cases, servers, |_| 1);
    judge_machines(&machines, &cases, servers);
    assert_eq!(
        cases.len(),
        PEOPLE,
        "somebody else has a case: {:?}",
        cases.keys().filter(|who| !who.starts_with("asker")).collect::<Vec<_>>()
    );
    judge_reconciled(&service);
    assert!(service.terminate(Duration::from_secs(20)), "SIGTERM must end with exit code 0");
    // The sample has questions for the records and questions for a person: both ends must be seen.
    let Ends { answered, held, copies } = ends;
    assert!(answered >= PEOPLE / 2 && held > 0 && copies == 0, "{answered} answered, {held} held, {copies} copies");
    println!(
        "figure: {engine}: {PEOPLE} people, {} machines: {answered} answered, {held} acknowledged and held, in {took:.1?}",
        machines.len()
    );
}

/// Most mail is put straight into the mailbox, its bytes kept; some comes by SMTP as the world's does.
pub fn deliver(servers: &MailServers, people: &[Asked], machines: &[Machine]) {
    let (mut lmtp, mut smtp) = (Injector::lmtp(servers.dovecot.lmtp), Injector::smtp(servers.postfix.smtp));
    for one in people {
        for _ in 0..one.times {
            let injector = if one.by_smtp { &mut smtp } else { &mut lmtp };
            injector.deliver(Some(&one.from), DESK, &one.raw);
        }
    }
    for machine in machines {
        lmtp.deliver(machine.envelope_from.as_deref(), DESK, &machine.raw);
    }
}

/// The desk's configuration over TLS on both sides; `more` are further sections.
pub fn configuration(servers: &MailServers, more: &str) -> String {
    let ca = servers.ca_file();
    let ca = ca.to_str().unwrap();
    let mut text = String::new();
    write!(
        text,
        r#"
[mailbox.main]
url = "imaps://consult@localhost:{imaps}/INBOX"
password = "{PASSWORD}"
ca_file = "{ca}"
address = "{DESK}"

[outbox]
url = "smtp://consult@localhost:{submission}?starttls"
password = "{PASSWORD}"
ca_file = "{ca}"
from = "{DESK}"
retry_secs_first = 1

[policy]
auto_send = "grounded"
confidence_min = 0.5
editions = "loaded"
unknown_sender = "guest"
acknowledge_after_secs = 30

{more}"#,
        imaps = servers.dovecot.imaps,
        submission = servers.postfix.submission,
    )
    .unwrap();
    text
}
