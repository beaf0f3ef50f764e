//! The child process that reads one file, and what its parent does when it runs wild.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use super::{Limits, is_readable, sniff};
use crate::domain::attachment::{FileReading, Unread};

/// Bytes of the answer that are read back, for each character of text.
const ANSWER_BYTES_A_CHAR: usize = 8;
/// Limits are set by the shell, which then becomes the program: setting them by ourselves takes code that Rust calls unsafe.
/// `-d` counts what a process takes for its data, not the program that is mapped.
const LIMITED: &str = r#"ulimit -d "$1" && ulimit -t "$2" && ulimit -c 0; shift 2; exec "$@""#;

/// Starts a child a file.
#[derive(Debug, Clone)]
pub struct Reader {
    /// This very program.
    pub program: PathBuf,
    pub limits: Limits,
}

impl Reader {
    /// Reads one file. Total: a child that dies, hangs or speaks nonsense gives a reason.
    pub async fn read(&self, bytes: &[u8]) -> FileReading {
        let kind = sniff::kind(bytes);
        if bytes.len() > self.limits.file_bytes_max {
            return FileReading::unread(kind, Unread::TooLarge);
        }
        if !is_readable(kind) {
            // Nothing to parse: a look at the first bytes is safe here.
            return super::read(bytes, &self.limits);
        }
        let wait = Duration::from_secs(self.limits.secs_max.into());
        match tokio::time::timeout(wait, self.asked(bytes)).await {
            Ok(Ok(reading)) => reading,
            Ok(Err(_)) => FileReading::unread(kind, Unread::Broken),
            Err(_) => FileReading::unread(kind, Unread::TooCostly),
        }
        .known_as(kind)
    }

    async fn asked(&self, bytes: &[u8]) -> anyhow::Result<FileReading> {
        let limits = &self.limits;
        let mut child = Command::new("/bin/sh")
            .args(["-c", LIMITED, "sh"])
            .arg((u64::from(limits.memory_mebibytes_max) * 1024).to_string())
            .arg(limits.secs_max.to_string())
            .arg(&self.program)
            .arg("read-attachment")
            .args(["--pages-max", &limits.pages_max.to_string()])
            .args(["--unpacked-bytes-max", &limits.unpacked_bytes_max.to_string()])
            .args(["--text-chars-max", &limits.text_chars_max.to_string()])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let hand_over = async {
            if let Some(mut stdin) = stdin {
                // A child that died early has closed its end: its exit says more.
                let _ = stdin.write_all(bytes).await;
                let _ = stdin.shutdown().await;
            }
        };
        let answer = async {
            let mut answer = Vec::new();
            if let Some(stdout) = stdout {
                let max = limits.text_chars_max.saturating_mul(ANSWER_BYTES_A_CHAR).saturating_add(100_000);
                let _ = stdout.take(max as u64).read_to_end(&mut answer).await;
            }
            answer
        };
        let ((), answer) = tokio::join!(hand_over, answer);
        let status = child.wait().await?;
        if !status.success() {
            let kind = sniff::kind(bytes);
            // 134: aborted, as a program that gets no more memory is; no code at all: killed, as for its time.
            let costly = status.code().is_none_or(|code| code == 134 || code == 137);
            return Ok(FileReading::unread(kind, if costly { Unread::TooCostly } else { Unread::Broken }));
        }
        Ok(serde_json::from_slice(&answer)?)
    }
}

impl FileReading {
    /// The kind is what the parent saw.
    fn known_as(mut self, kind: crate::domain::attachment::FileKind) -> Self {
        self.kind = kind;
        self
    }
}
