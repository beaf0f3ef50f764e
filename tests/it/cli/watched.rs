//! The running service as those see it who watch it: health, readiness with its reasons, figures of every stage, and logs to be read by a machine.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::program;
use crate::journey::wait::until;
use crate::world::free_ports;

const MAIL: &str = "Return-Path: <anna@clinic.test>\r\nFrom: Anna <anna@clinic.test>\r\nTo: desk@desk.test\r\nSubject: J1885 units\r\nDate: Mon, 16 Nov 2026 09:12:00 -0500\r\nMessage-ID: <watched@clinic.test>\r\n\r\nWe gave 60 mg of ketorolac IM and want to bill J1885. How many units is that, and is there a limit for Medicare?\r\n";
const SOON: Duration = Duration::from_secs(60);

/// A service that runs until it is dropped, its logs as JSON in `log`.
struct Running(Child);

impl Running {
    fn start(folder: &Path, config: &str) -> Self {
        fs::write(folder.join("caseconsultant.toml"), config).unwrap();
        let log = fs::File::create(folder.join("log")).unwrap();
        let child = program(folder).args(["--log-format", "json", "run"]).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        Self(child)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Status and body, where somebody answers.
fn get(port: u16, path: &str) -> Result<(u16, String), String> {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).map_err(|error| error.to_string())?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").map_err(|error| error.to_string())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(|error| error.to_string())?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| answer.clone())?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(|| head.to_owned())?;
    Ok((status, body.to_owned()))
}

#[test]
fn health_readiness_figures_of_every_stage_and_logs_without_an_address() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for part in ["tmp", "new", "cur"] {
        fs::create_dir_all(folder.join("inbox").join(part)).unwrap();
    }
    fs::write(folder.join("inbox/new/mine"), MAIL).unwrap();
    let [desk, metrics] = free_ports();
    let config = format!(
        "[mailbox.main]\nurl = \"maildir:inbox\"\naddress = \"desk@desk.test\"\n[outbox]\nurl = \"maildir:replies\"\nfrom = \"desk@desk.test\"\n\
         [policy]\nauto_send = \"grounded\"\nconfidence_min = 0.5\neditions = \"loaded\"\nunknown_sender = \"guest\"\n\
         [desk]\nlisten = \"127.0.0.1:{desk}\"\n[metrics]\nlisten = \"127.0.0.1:{metrics}\"\n"
    );
    let _running = Running::start(folder, &config);
    until("the service to be ready", SOON, || match get(desk, "/readyz")? {
        (200, _) => Ok(()),
        other => Err(format!("{other:?}")),
    });
    assert_eq!(get(desk, "/healthz").unwrap().0, 200);
    let stages = ["mailbox_received_total", "admitted_total", "drafts_total", "job_seconds", "sent_total", "send_seconds"];
    until("a figure of every stage", SOON, || {
        let (_, figures) = get(metrics, "/metrics")?;
        let missing = stages.iter().find(|stage| !figures.contains(&format!("caseconsultant_{stage}")));
        missing.map_or(Ok(()), |stage| Err(format!("no figure of {stage}:\n{figures}")))
    });
    let log = fs::read_to_string(folder.join("log")).unwrap();
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect();
    assert!(lines.iter().all(|line| line["timestamp"].is_string() && line["level"].is_string()), "{log}");
    assert!(!lines.is_empty() && !log.contains("clinic.test") && !log.contains("ketorolac"), "who asked or what:\n{log}");
}

#[test]
fn a_mailbox_that_does_not_answer_is_the_reason_why_it_is_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let [desk, nobody] = free_ports();
    let config = format!(
        "[mailbox.main]\nurl = \"imap://desk@127.0.0.1:{nobody}/INBOX?plain\"\npassword = \"x\"\naddress = \"desk@desk.test\"\n\
         [outbox]\nurl = \"maildir:replies\"\nfrom = \"desk@desk.test\"\n[desk]\nlisten = \"127.0.0.1:{desk}\"\n"
    );
    let _running = Running::start(folder, &config);
    until("the reason", SOON, || match get(desk, "/readyz")? {
        (503, reasons) if reasons.contains("main") => Ok(()),
        other => Err(format!("{other:?}")),
    });
    assert_eq!(get(desk, "/healthz").unwrap().0, 200, "it is up all the same");
}
