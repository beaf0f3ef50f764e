//! First figures of the whole service beside what other programs need for the same work. Measurements, not tests: they run by
//! `make prove`, against the binary that `CASECONSULTANT_BIN` names.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::judge::judge_reconciled;
use super::ledger::Ledger;
use super::mail::{ASKERS, DESK, answered_question};
use super::scripted_smtp::ScriptedSmtp;
use super::servers::{MailServers, PASSWORD};
use super::service::Service;
use super::transport::Injector;
use super::wait::until;
use crate::world::free_ports;

const WAITING: usize = 2_000;
/// Connections at once, the service's default and the baseline's.
const CONNECTIONS: usize = 4;
const LATENCY_MAILS: usize = 120;
/// Two mails a second.
const LATENCY_GAP: Duration = Duration::from_millis(500);

/// A question that the records answer, from an asker of its own.
fn question(n: usize) -> (String, Vec<u8>) {
    let (about, text) = answered_question(n);
    let from = format!("bench{n:04}@{ASKERS}");
    let raw = format!(
        "From: Billing office <{from}>\r\nTo: {DESK}\r\nSubject: {about}\r\nDate: Mon, 16 Nov 2026 09:12:00 -0500\r\nMessage-ID: <bench.{n}@{ASKERS}>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello,\r\n\r\n{text}\r\n\r\nKind regards\r\nThe billing office\r\n"
    );
    (from, raw.into_bytes())
}

#[test]
#[ignore = "a measurement: make prove"]
fn draining_two_thousand_waiting_mails() {
    let Some(servers) = MailServers::start(0) else { return };
    let mut lmtp = Injector::lmtp(servers.dovecot.lmtp);
    for n in 0..WAITING {
        let (from, raw) = question(n);
        lmtp.deliver(Some(&from), DESK, &raw);
    }
    let sink = Sink::start();
    let dir = TempDir::new().unwrap();
    let mut service = Service::new(dir.path(), &configuration(&servers, sink.port));
    let ledger = Ledger::sqlite(&service.data_dir().join("caseconsultant.db"));
    let begun = Instant::now();
    service.start();
    until("every answer to be taken by the sink", Duration::from_secs(600), || match ledger.accepted() {
        WAITING => Ok(()),
        n => Err(format!("{n} accepted of {} received", ledger.received())),
    });
    let ours = begun.elapsed();
    let (cpu, rss_mb) = usage(service.pid());
    judge_reconciled(&service);
    assert!(service.terminate(Duration::from_secs(30)));
    let bytes = ledger.outgoing_bytes() / WAITING;

    let fetched = mbsync(&servers, dir.path());
    let sent = smtp_source(sink.port, bytes);
    let baseline = fetched + sent;
    let rate = f64::from(u32::try_from(WAITING).unwrap()) / ours.as_secs_f64();
    println!(
        "figure: drain: {WAITING} mails in {:.2} s, {rate:.0} messages/s, {cpu:.2} CPU s, {rss_mb} MB peak RSS (replies of {bytes} bytes)",
        ours.as_secs_f64()
    );
    println!(
        "figure: drain baseline: mbsync {:.2} s + smtp-source {:.2} s = {:.2} s; ours is {:.1}x (aim: at most 8x, 60 MB)",
        fetched.as_secs_f64(),
        sent.as_secs_f64(),
        baseline.as_secs_f64(),
        ours.as_secs_f64() / baseline.as_secs_f64()
    );
}

#[test]
#[ignore = "a measurement: make prove"]
fn latency_from_delivery_to_reply() {
    let Some(servers) = MailServers::start(0) else { return };
    let smtp = ScriptedSmtp::start();
    let dir = TempDir::new().unwrap();
    let mut service = Service::new(dir.path(), &configuration(&servers, smtp.port));
    service.start();
    let mut lmtp = Injector::lmtp(servers.dovecot.lmtp);
    let (first, raw) = question(9_999);
    lmtp.deliver(Some(&first), DESK, &raw);
    until("the first answer", Duration::from_secs(60), || smtp.taken_at(&first).map(|_| ()).ok_or_else(|| "none".to_owned()));
    let notices = notices(&servers);
    let mut delivered = Vec::new();
    for n in 0..LATENCY_MAILS {
        let (from, raw) = question(n);
        let due = Instant::now() + LATENCY_GAP;
        lmtp.deliver(Some(&from), DESK, &raw);
        delivered.push((from, Instant::now()));
        // The pace of the measurement, not a wait for anything.
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    until("the last answer", Duration::from_secs(60), || {
        smtp.taken_at(&delivered[LATENCY_MAILS - 1].0).map(|_| ()).ok_or_else(|| "none".to_owned())
    });
    let notices = notices.lock().unwrap();
    let (mut latency, mut notice, mut beyond) = (Vec::new(), Vec::new(), Vec::new());
    for (n, (from, at)) in delivered.iter().enumerate() {
        let answered = smtp.taken_at(from).unwrap_or_else(|| panic!("no answer to {from}")).saturating_duration_since(*at);
        latency.push(answered);
        // One message was there before.
        if let Some((_, seen)) = notices.iter().find(|(count, _)| *count >= n + 2) {
            let noticed = seen.saturating_duration_since(*at);
            notice.push(noticed);
            beyond.push(answered.saturating_sub(noticed));
        }
    }
    let (cpu, rss_mb) = usage(service.pid());
    println!(
        "figure: latency at 2 mails/s over {LATENCY_MAILS}: delivery to reply {}; Dovecot's own IDLE notice {}; beyond the notice {} (aim: 200 ms); {cpu:.2} CPU s, {rss_mb} MB peak RSS",
        spread(&mut latency),
        spread(&mut notice),
        spread(&mut beyond)
    );
}

fn spread(all: &mut [Duration]) -> String {
    all.sort();
    let at =
        |percent: usize| all.get((all.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default().as_millis();
    format!("p50 {} ms, p99 {} ms", at(50), at(99))
}

/// CPU seconds and peak resident megabytes of a process so far.
fn usage(pid: u32) -> (f64, u64) {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name may hold blanks: fields count from behind its bracket (proc(5)).
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u32 = fields[11].parse::<u32>().unwrap() + fields[12].parse::<u32>().unwrap();
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    (f64::from(ticks) / 100.0, kilobytes / 1024)
}

/// Postfix's own sink: takes whatever comes as fast as it can.
struct Sink {
    port: u16,
    child: Child,
}

impl Sink {
    fn start() -> Self {
        let [port] = free_ports();
        let child = Command::new("/usr/sbin/smtp-sink")
            .args(["-u", "postfix", &format!("127.0.0.1:{port}"), "100"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        until("smtp-sink to listen", Duration::from_secs(10), || {
            TcpStream::connect(("127.0.0.1", port)).map(|_| ()).map_err(|error| error.to_string())
        });
        Self { port, child }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The same mails fetched into a Maildir by mbsync, over TLS as ours are.
fn mbsync(servers: &MailServers, dir: &Path) -> Duration {
    let (config, target) = (dir.join("mbsyncrc"), dir.join("fetched"));
    fs::create_dir_all(&target).unwrap();
    let text = format!(
        "IMAPAccount desk\nHost localhost\nPort {}\nUser consult\nPass {PASSWORD}\nSSLType IMAPS\nCertificateFile {}\n\nIMAPStore far\nAccount desk\n\nMaildirStore near\nPath {target}/\nInbox {target}/INBOX\n\nChannel desk\nFar :far:\nNear :near:\nPatterns INBOX\nSync Pull\nCreate Near\nSyncState *\n",
        servers.dovecot.imaps,
        servers.ca_file().display(),
        target = target.display(),
    );
    fs::write(&config, text).unwrap();
    let begun = Instant::now();
    let output = Command::new("mbsync").arg("-c").arg(&config).arg("desk").output().unwrap();
    let took = begun.elapsed();
    assert!(output.status.success(), "mbsync: {}", String::from_utf8_lossy(&output.stderr));
    let fetched = super::transport::maildir(&target.join("INBOX")).len();
    assert_eq!(fetched, WAITING, "mbsync must have done the same work");
    took
}

/// As many messages of the replies' mean size into the same sink, over as many connections, each kept.
fn smtp_source(port: u16, bytes: usize) -> Duration {
    let begun = Instant::now();
    let status = Command::new("/usr/sbin/smtp-source")
        .args(["-d", "-s", &CONNECTIONS.to_string(), "-m", &WAITING.to_string(), "-l", &bytes.to_string()])
        .args(["-f", DESK, "-t", "asker@clinic.test", &format!("127.0.0.1:{port}")])
        .status()
        .unwrap();
    assert!(status.success());
    begun.elapsed()
}

/// A second client in IDLE: when the server told it of how many messages.
fn notices(servers: &MailServers) -> Arc<Mutex<Vec<(usize, Instant)>>> {
    let mut stream = TcpStream::connect(("127.0.0.1", servers.dovecot.imap)).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let commands = [format!("a LOGIN consult {PASSWORD}"), "b SELECT INBOX".to_owned(), "c IDLE".to_owned()];
    for (command, done) in commands.iter().zip(["a OK", "b OK", "+"]) {
        stream.write_all(format!("{command}\r\n").as_bytes()).unwrap();
        while !lines.next().unwrap().unwrap().starts_with(done) {}
    }
    let seen = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&seen);
    std::thread::spawn(move || {
        // Held for as long as the thread reads: dropping it would end the session.
        let _stream = stream;
        for line in lines.map_while(Result::ok) {
            if let Some(count) = line.strip_prefix("* ").and_then(|rest| rest.strip_suffix(" EXISTS")) {
                into.lock().unwrap().push((count.parse().unwrap(), Instant::now()));
            }
        }
    });
    seen
}

fn configuration(servers: &MailServers, smtp: u16) -> String {
    format!(
        r#"
[mailbox.main]
url = "imaps://consult@localhost:{imaps}/INBOX"
password = "{PASSWORD}"
ca_file = "{ca}"
address = "{DESK}"

[outbox]
url = "smtp://127.0.0.1:{smtp}?plain"
from = "{DESK}"
connections_max = {CONNECTIONS}

[policy]
auto_send = "grounded"
confidence_min = 0.5
editions = "loaded"
unknown_sender = "guest"
acknowledge_after_secs = 86400
"#,
        imaps = servers.dovecot.imaps,
        ca = servers.ca_file().display(),
    )
}
