//! What an operator sees: the configuration's complaints, help, exit codes, and the directory and queue at a terminal.

mod config;
mod demo;
mod directory;
mod queue;
mod surface;
mod watched;

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// What a run of the program left behind.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Its standard output as JSON lines, where it ended well.
    fn json(&self) -> Vec<Value> {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The program in a folder of its own, so that no file and no variable of the machine's says anything.
fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caseconsultant"));
    command.current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

fn run(folder: &Path, args: &[&str]) -> Ran {
    Ran::of(program(folder).args(args).output().unwrap())
}
