//! Puts raw bytes into the world's mail servers, and reads what lies in a Maildir.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

/// Longest wait for one answer of a server.
const ANSWER_SECS: u64 = 60;

/// A client's side of an SMTP or LMTP session that keeps every byte of a message as it is given.
pub struct Injector {
    stream: TcpStream,
    lines: BufReader<TcpStream>,
}

impl Injector {
    pub fn lmtp(port: u16) -> Self {
        Self::open(port, "LHLO test.invalid")
    }

    pub fn smtp(port: u16) -> Self {
        Self::open(port, "EHLO test.invalid")
    }

    fn open(port: u16, hello: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(ANSWER_SECS))).unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap());
        let mut injector = Self { stream, lines };
        injector.expect('2');
        injector.command(hello, '2');
        injector
    }

    /// Delivers one message to one recipient; returns once the server has taken it.
    pub fn deliver(&mut self, from: Option<&str>, to: &str, raw: &[u8]) {
        self.command(&format!("MAIL FROM:<{}>", from.unwrap_or_default()), '2');
        self.command(&format!("RCPT TO:<{to}>"), '2');
        self.command("DATA", '3');
        let mut stuffed = Vec::with_capacity(raw.len() + 8);
        for line in raw.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") {
                stuffed.push(b'.');
            }
            stuffed.extend_from_slice(line);
        }
        if !stuffed.ends_with(b"\r\n") {
            stuffed.extend_from_slice(b"\r\n");
        }
        stuffed.extend_from_slice(b".\r\n");
        self.stream.write_all(&stuffed).unwrap();
        self.expect('2');
    }

    fn command(&mut self, line: &str, expected: char) {
        self.stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        self.expect(expected);
    }

    fn expect(&mut self, expected: char) {
        loop {
            let mut line = String::new();
            assert!(self.lines.read_line(&mut line).unwrap() > 0, "the server hung up");
            assert!(line.starts_with(expected), "expected {expected}xx, got {line}");
            if line.as_bytes().get(3) != Some(&b'-') {
                return;
            }
        }
    }
}

/// The messages of a Maildir, in `new` and in `cur`.
pub fn maildir(path: &Path) -> Vec<Vec<u8>> {
    let mut files: Vec<_> = ["new", "cur"]
        .iter()
        .filter_map(|part| fs::read_dir(path.join(part)).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    files.iter().filter_map(|file| fs::read(file).ok()).collect()
}
