//! The real binary as a process of its own: started, stopped, killed, and asked by its command line.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::wait::until;

/// The program under test: the one built beside this test, or, for a measurement, the one that `CASECONSULTANT_BIN` names.
fn binary() -> std::ffi::OsString {
    std::env::var_os("CASECONSULTANT_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_caseconsultant").into())
}

/// One installation of the product: a folder with its configuration and data, and perhaps a running process.
pub struct Service {
    dir: PathBuf,
    config: PathBuf,
    child: Option<Child>,
    /// How often it was started.
    pub lives: u32,
}

impl Service {
    /// Writes the configuration into `dir`; nothing runs yet. `data_dir` is set here.
    pub fn new(dir: &Path, config: &str) -> Self {
        fs::create_dir_all(dir).unwrap();
        let path = dir.join("caseconsultant.toml");
        let data = dir.join("data");
        fs::write(&path, format!("data_dir = {:?}\n{config}", data.to_str().unwrap())).unwrap();
        Self { dir: dir.to_owned(), config: path, child: None, lives: 0 }
    }

    pub fn data_dir(&self) -> PathBuf {
        self.dir.join("data")
    }

    pub fn start(&mut self) {
        self.start_with(&[]);
    }

    /// Starts with more environment, as an operator would set a key for one run.
    pub fn start_with(&mut self, env: &[(&str, &str)]) {
        assert!(self.child.is_none(), "it runs already");
        let log = OpenOptions::new().create(true).append(true).open(self.log()).unwrap();
        let mut command = Command::new(binary());
        command.arg("run").arg("--config").arg(&self.config).envs(env.iter().copied());
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        self.child = Some(command.spawn().unwrap());
        self.lives += 1;
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// SIGKILL: no handler runs, no buffer is flushed.
    pub fn kill9(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// SIGTERM, and waits for the end; true where it ended with exit code 0.
    pub fn terminate(&mut self, deadline: Duration) -> bool {
        let mut child = self.child.take().unwrap();
        let sent = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap();
        assert!(sent.success());
        let status = until("the service to stop after SIGTERM", deadline, || {
            child.try_wait().unwrap().ok_or_else(|| "still running".to_owned())
        });
        status.success()
    }

    /// Fails where the process has ended by itself.
    pub fn assert_running(&mut self) {
        let ended = self.child.as_mut().unwrap().try_wait().unwrap();
        assert!(ended.is_none(), "the service ended by itself: {ended:?}\n{}", self.log_tail());
    }

    pub fn log(&self) -> PathBuf {
        self.dir.join("service.log")
    }

    pub fn log_tail(&self) -> String {
        let text = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    /// Runs another command on the same installation.
    pub fn cli(&self, args: &[&str]) -> Output {
        Command::new(binary()).args(args).arg("--config").arg(&self.config).stdin(Stdio::null()).output().unwrap()
    }

    /// As [`Self::cli`], which must succeed; gives its standard output.
    pub fn ok(&self, args: &[&str]) -> String {
        let output = self.cli(args);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?} failed ({}): {stderr}", output.status);
        String::from_utf8(output.stdout).unwrap()
    }

    /// The JSON objects that a command prints, one a line.
    pub fn json(&self, args: &[&str]) -> Vec<Value> {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        self.ok(&args).lines().filter(|line| !line.trim().is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub fn cases(&self) -> Vec<Value> {
        self.json(&["case", "list"])
    }

    /// Jobs that fall due within a minute: empty once everything that came in is dealt with.
    pub fn owed(&self) -> Vec<String> {
        let soon = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_secs(60)).unwrap();
        let pressing = |job: &&Value| {
            let run_at: jiff::Timestamp = job["run_at"].as_str().unwrap().parse().unwrap();
            job["state"] != "done" && run_at < soon
        };
        self.json(&["jobs", "list"]).iter().filter(pressing).map(Value::to_string).collect()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            eprintln!("--- the service's last words\n{}", self.log_tail());
        }
    }
}
