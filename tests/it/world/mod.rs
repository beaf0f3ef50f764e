//! The world around the program: private servers on loopback, a line to them that breaks on demand, and patience with a limit.

pub mod dovecot;
pub mod edition;
pub mod intake;
pub mod lmtp;
pub mod postfix;
pub mod postgres;
pub mod proxy;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use caseconsultant::flow::Flow;
use caseconsultant::worker::{WorkerSettings, drain};

/// How often a long story does what it does: `CASECONSULTANT_PROVE=1`, which `make prove` sets, asks for the long count; a greater
/// number is the count itself.
pub fn long_count(usual: usize, to_prove: usize) -> usize {
    match std::env::var("CASECONSULTANT_PROVE").as_deref() {
        Err(_) => usual,
        Ok("1") => to_prove,
        Ok(count) => count.parse().expect("CASECONSULTANT_PROVE is a number"),
    }
}

/// Ports that nobody listened on a moment ago.
pub fn free_ports<const N: usize>() -> [u16; N] {
    // All are held until all are chosen, so that no two are the same.
    let held: [TcpListener; N] = std::array::from_fn(|_| TcpListener::bind(("127.0.0.1", 0)).expect("a free port"));
    held.map(|listener| listener.local_addr().expect("a bound socket").port())
}

/// Waits for `condition`, looking again every few milliseconds.
pub async fn eventually<F: Future<Output = bool>>(what: &str, limit: Duration, mut condition: impl FnMut() -> F) {
    let begun = Instant::now();
    while !condition().await {
        assert!(begun.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Works until nothing is due, nor will be `soon`.
pub async fn work_off(flow: &Arc<Flow>, soon: Duration) {
    loop {
        drain(flow, WorkerSettings { concurrency: 2, lease_secs: 30 }).await;
        match flow.store.next_due_secs().await.unwrap() {
            // The store's clock counts milliseconds: what is due at this very moment may be due in the next.
            Some(secs) if secs < soon.as_secs_f64() => tokio::time::sleep(Duration::from_secs_f64(secs.max(0.002))).await,
            Some(_) | None => return,
        }
    }
}

/// The body of a page, as text.
///
/// # Panics
/// Where nobody listens.
pub fn http_get(port: u16, path: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).expect("a listener");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("to ask");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// A script of `tests/servers`.
pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers").join(name)
}

/// A program that a test needs: where it is missing the test says so in one line and is skipped.
pub fn installed(program: &str, package: &str) -> bool {
    let found =
        ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"].iter().any(|dir| Path::new(dir).join(program).exists());
    if !found {
        eprintln!("skipped: {program} is missing (apt-get install {package})");
    }
    found
}

/// A server that ends with the test.
#[derive(Debug)]
pub struct Process(u32);

impl Process {
    /// Runs a script that starts a daemon and prints its pid.
    pub fn start(script: &Path, arguments: &[String]) -> Result<Self, String> {
        let output = Command::new(script).args(arguments).output().map_err(|error| error.to_string())?;
        let printed = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        printed.parse().map(Self).map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.to_string()).status();
    }
}
