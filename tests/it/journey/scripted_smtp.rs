//! An SMTP server that does as it is told: takes, defers, refuses, or hangs up after the final dot, by recipient.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Instant;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Take,
    /// 451 to the final dot.
    Defer,
    /// 550 to the final dot.
    Refuse,
    /// Takes the message and hangs up without a word.
    TakeAndHangUp,
}

#[derive(Default)]
struct State {
    /// What to do with the next messages to a recipient; beyond these they are taken.
    script: BTreeMap<String, Vec<Verdict>>,
    taken: Vec<(String, Vec<u8>)>,
    attempts: BTreeMap<String, usize>,
    first_taken: BTreeMap<String, Instant>,
}

#[derive(Clone)]
pub struct ScriptedSmtp {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

impl ScriptedSmtp {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), state: Arc::default() };
        let state = Arc::clone(&server.state);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let state = Arc::clone(&state);
                std::thread::spawn(move || {
                    let _ = serve(client, &state);
                });
            }
        });
        server
    }

    pub fn script(&self, recipient: &str, verdicts: &[Verdict]) {
        self.state.lock().unwrap().script.insert(recipient.to_owned(), verdicts.to_vec());
    }

    /// The messages taken for a recipient.
    pub fn taken(&self, recipient: &str) -> Vec<Vec<u8>> {
        let state = self.state.lock().unwrap();
        state.taken.iter().filter(|(to, _)| to == recipient).map(|(_, raw)| raw.clone()).collect()
    }

    /// When the first message to a recipient was taken.
    pub fn taken_at(&self, recipient: &str) -> Option<Instant> {
        self.state.lock().unwrap().first_taken.get(recipient).copied()
    }

    pub fn attempts(&self, recipient: &str) -> usize {
        self.state.lock().unwrap().attempts.get(recipient).copied().unwrap_or_default()
    }
}

fn serve(client: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let mut out = client.try_clone()?;
    let mut lines = BufReader::new(client);
    let mut recipient = String::new();
    out.write_all(b"220 scripted.test ESMTP\r\n")?;
    let mut line = String::new();
    while {
        line.clear();
        lines.read_line(&mut line)? > 0
    } {
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => out.write_all(b"250-scripted.test\r\n250 8BITMIME\r\n")?,
            "RCPT" => {
                recipient = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                out.write_all(b"250 2.1.5 Ok\r\n")?;
            }
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                let raw = data(&mut lines)?;
                match verdict(state, &recipient, raw) {
                    Verdict::Take => out.write_all(b"250 2.0.0 Ok: taken\r\n")?,
                    Verdict::Defer => out.write_all(b"451 4.3.0 come back later\r\n")?,
                    Verdict::Refuse => out.write_all(b"550 5.7.1 not wanted here\r\n")?,
                    Verdict::TakeAndHangUp => return Ok(()),
                }
            }
            "QUIT" => {
                out.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => out.write_all(b"250 2.0.0 Ok\r\n")?,
        }
    }
    Ok(())
}

fn verdict(state: &Mutex<State>, recipient: &str, raw: Vec<u8>) -> Verdict {
    let mut state = state.lock().unwrap();
    *state.attempts.entry(recipient.to_owned()).or_default() += 1;
    let script = state.script.entry(recipient.to_owned()).or_default();
    let verdict = if script.is_empty() { Verdict::Take } else { script.remove(0) };
    if matches!(verdict, Verdict::Take | Verdict::TakeAndHangUp) {
        state.taken.push((recipient.to_owned(), raw));
        state.first_taken.entry(recipient.to_owned()).or_insert_with(Instant::now);
    }
    verdict
}

/// The lines up to the final dot, dots unstuffed.
fn data(lines: &mut BufReader<TcpStream>) -> std::io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 || line == b".\r\n" {
            return Ok(raw);
        }
        raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
