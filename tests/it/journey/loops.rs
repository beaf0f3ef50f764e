//! The whole service among machines that answer it, on real servers: at most the budget, then silence and an alert.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::mail::{DESK, asker};
use super::servers::MailServers;
use super::service::Service;
use super::transport::Injector;
use super::two_hundred::configuration;
use super::wait::until;
use crate::world::free_ports;

const BUDGET: usize = 3;
/// Who hears of it.
const LEAD: &str = "asker000@clinic.test";
/// As long as nothing may happen before it counts as silence.
const SILENCE: Duration = Duration::from_secs(3);
const QUESTION: &str = "We gave 60 mg of ketorolac IM. How many units of J1885 is that?";

fn policy(metrics: u16) -> String {
    format!(
        "loop_budget_day = {BUDGET}\nalerts_to = [\"{LEAD}\"]\nacknowledge_after_secs = 1\n[metrics]\nlisten = \"127.0.0.1:{metrics}\"\n"
    )
}

/// The configuration of a copy of the service that reads the mailbox of `user` and writes as `address`.
fn copy_of(servers: &MailServers, user: &str, address: &str, metrics: u16) -> String {
    let text = configuration(servers, "").replace("consult@localhost", &format!("{user}@localhost")).replace(DESK, address);
    text.replace("acknowledge_after_secs = 30\n", &policy(metrics))
}

fn address(n: usize) -> String {
    format!("{}@clinic.test", asker(n))
}

/// A gateway that takes off whatever marks a machine's mail, as some do.
fn strip_marks(servers: &MailServers) {
    let etc = servers.postfix.state().join("etc");
    let rules = "/^(Auto-Submitted|X-Auto-Response-Suppress|X-CaseConsultant-[A-Za-z-]+|Precedence|Message-ID|References|In-Reply-To):/ IGNORE\n";
    fs::write(etc.join("marks"), rules).unwrap();
    let mut main = fs::read_to_string(etc.join("main.cf")).unwrap();
    writeln!(main, "header_checks = regexp:{}", etc.join("marks").display()).unwrap();
    fs::write(etc.join("main.cf"), main).unwrap();
}

/// Waits until no mailbox has grown for a while; `between` runs each time and may send.
fn until_silent(servers: &MailServers, who: &[String], limit: Duration, mut between: impl FnMut()) {
    let (begun, mut since, mut seen) = (Instant::now(), Instant::now(), Vec::new());
    while since.elapsed() < SILENCE {
        assert!(begun.elapsed() < limit, "they never stop: {seen:?}");
        between();
        let now: Vec<usize> = who.iter().map(|one| servers.mail_of(one).len()).collect();
        if now != seen || servers.in_transit() > 0 {
            (seen, since) = (now, Instant::now());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn figure(port: u16, name: &str) -> f64 {
    let text = crate::world::http_get(port, "/metrics");
    let lines = text.lines().filter(|line| line.starts_with(name) && !line.starts_with('#'));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}

fn alerts(servers: &MailServers) -> usize {
    let mails = servers.mail_of(LEAD);
    mails.iter().filter(|mail| String::from_utf8_lossy(mail).contains("loop budget")).count()
}

#[test]
fn two_copies_of_the_service_answer_each_other_not_even_once() {
    let Some(servers) = MailServers::start(4) else { return };
    let (one, two) = (DESK.to_owned(), address(1));
    let dir = TempDir::new().unwrap();
    let [first, second] = free_ports();
    let mut services = [
        Service::new(&dir.path().join("one"), &copy_of(&servers, "consult", &one, first)),
        Service::new(&dir.path().join("two"), &copy_of(&servers, &asker(1), &two, second)),
    ];
    for service in &mut services {
        service.start();
    }
    // Somebody writes to the first in the second one's name; the answer goes to the second.
    let kick = format!("From: {two}\r\nTo: {one}\r\nSubject: Units\r\nMessage-ID: <kick@clinic.test>\r\n\r\n{QUESTION}\r\n");
    Injector::smtp(servers.postfix.smtp).deliver(Some(&two), &one, kick.as_bytes());
    until("the second copy to have the first one's answer", Duration::from_secs(20), || {
        if servers.mail_of(&two).is_empty() { Err("nothing".to_owned()) } else { Ok(()) }
    });
    until_silent(&servers, &[one.clone(), two.clone()], Duration::from_secs(25), || {});
    assert_eq!(servers.mail_of(&one).len(), 1, "the first has the question alone");
    assert!(services[1].cases().is_empty(), "the second opened no case");
    println!("figure: two copies of the service: {} messages after the first", servers.mail_of(&two).len());
}

#[test]
fn two_copies_behind_a_gateway_that_takes_every_mark_off_end_by_the_budget() {
    let Some(servers) = MailServers::start(4) else { return };
    strip_marks(&servers);
    let (one, two) = (DESK.to_owned(), address(1));
    let dir = TempDir::new().unwrap();
    let ports: [u16; 2] = free_ports();
    let mut services = [
        Service::new(&dir.path().join("one"), &copy_of(&servers, "consult", &one, ports[0])),
        Service::new(&dir.path().join("two"), &copy_of(&servers, &asker(1), &two, ports[1])),
    ];
    for service in &mut services {
        service.start();
    }
    let mut smtp = Injector::smtp(servers.postfix.smtp);
    // As many at once as start a loop each: those are in flight together when the budget strikes.
    for n in 0..BUDGET * 2 {
        let kick = format!("From: {two}\r\nTo: {one}\r\nSubject: Units {n}\r\n\r\n{QUESTION} Case {n}.\r\n");
        smtp.deliver(Some(&two), &one, kick.as_bytes());
    }
    until("an alert", Duration::from_secs(20), || if alerts(&servers) > 0 { Ok(()) } else { Err("none".to_owned()) });
    until_silent(&servers, &[one.clone(), two.clone()], Duration::from_secs(25), || {});
    let (to_one, to_two) = (servers.mail_of(&one).len() - BUDGET * 2, servers.mail_of(&two).len());
    assert!(to_one <= BUDGET && to_two == BUDGET, "{to_one} and {to_two} messages, a budget of {BUDGET}");
    assert!(figure(ports[0], "caseconsultant_loop_budget_spent_total") > 0.0);
    assert!(figure(ports[0], "caseconsultant_alerts_total") > 0.0);
    assert!(services[0].cases().iter().all(|case| case["state"] != "queued"), "nothing is left to go out later");
    println!("figure: two copies behind such a gateway: {to_two} and {to_one} messages, {} alerts", alerts(&servers));
}

/// A machine that does with each mail that it gets what such a machine does.
struct Robot {
    address: String,
    answered: usize,
    answer: fn(n: usize, robot: &str, got: &[u8]) -> String,
}

/// A vacation responder of the worst kind: no mark, and words that a person might write.
fn vacation(n: usize, robot: &str, _got: &[u8]) -> String {
    format!(
        "From: Front office <{robot}>\r\nTo: {DESK}\r\nSubject: Units, again\r\nMessage-ID: <v{n}@clinic.test>\r\n\r\n{QUESTION} ({n})\r\n"
    )
}

/// A list that sends back what it gets, in its own name and without a list's header.
fn reflector(n: usize, robot: &str, got: &[u8]) -> String {
    let text = String::from_utf8_lossy(got).into_owned();
    let body = text.split_once("\n\n").map_or("", |(_, body)| body);
    format!(
        "From: Coders <{robot}>\r\nTo: {DESK}\r\nSubject: [coders] Units\r\nMessage-ID: <l{n}@clinic.test>\r\n\r\nHow many units is it in number {n}?\n{body}"
    )
}

/// Somebody's rule that forwards everything to the desk.
fn forwarder(n: usize, robot: &str, got: &[u8]) -> String {
    let text = String::from_utf8_lossy(got).into_owned();
    let body = text.split_once("\n\n").map_or("", |(_, body)| body);
    format!(
        "From: Forwarder <{robot}>\r\nTo: {DESK}\r\nSubject: Fwd: Units {n}\r\nMessage-ID: <f{n}@clinic.test>\r\n\r\n{QUESTION}\r\n\r\n---------- Forwarded message ---------\r\nFrom: Somebody <x@elsewhere.test>\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\nSubject: Units\r\nTo: <{robot}>\r\n\r\n{body}"
    )
}

#[test]
fn a_responder_a_reflecting_list_and_a_forwarder_get_the_budget_and_a_person_hears_of_it() {
    let Some(servers) = MailServers::start(5) else { return };
    let mut robots: Vec<Robot> = [vacation as fn(usize, &str, &[u8]) -> String, reflector, forwarder]
        .into_iter()
        .enumerate()
        .map(|(n, answer)| Robot { address: address(n + 1), answered: 0, answer })
        .collect();
    let dir = TempDir::new().unwrap();
    let [metrics] = free_ports();
    let mut service = Service::new(dir.path(), &copy_of(&servers, "consult", DESK, metrics));
    service.start();
    let mut smtp = Injector::smtp(servers.postfix.smtp);
    for robot in &robots {
        let kick = (robot.answer)(1_000, &robot.address, QUESTION.as_bytes());
        smtp.deliver(Some(&robot.address), DESK, kick.as_bytes());
    }
    let who: Vec<String> = robots.iter().map(|robot| robot.address.clone()).chain([LEAD.to_owned()]).collect();
    until_silent(&servers, &who, Duration::from_secs(28), || {
        for robot in &mut robots {
            for got in servers.mail_of(&robot.address).into_iter().skip(robot.answered) {
                robot.answered += 1;
                smtp.deliver(Some(&robot.address), DESK, (robot.answer)(robot.answered, &robot.address, &got).as_bytes());
            }
        }
    });
    service.assert_running();
    let got: BTreeMap<&str, usize> = who.iter().map(|one| (one.as_str(), servers.mail_of(one).len())).collect();
    assert!(robots.iter().all(|robot| got[robot.address.as_str()] <= BUDGET), "{got:?}, a budget of {BUDGET}");
    let spent = robots.iter().filter(|robot| got[robot.address.as_str()] == BUDGET).count();
    assert!(spent >= 2, "machines that nothing gives away run into the budget: {got:?}");
    assert_eq!(alerts(&servers), spent, "one alert for each that ran into it");
    assert!(figure(metrics, "caseconsultant_loop_budget_spent_total") >= 1.0);
    println!("figure: responder, reflector, forwarder: {got:?}, {} alerts", alerts(&servers));
}
