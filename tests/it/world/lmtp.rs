//! The sending side of LMTP (RFC 2033) and of SMTP (RFC 5321), as much as it takes to deliver one message.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;

/// By LMTP.
///
/// # Panics
/// Where the server refuses anything.
pub fn deliver(port: u16, from: &str, to: &str, message: &[u8]) {
    converse(port, "LHLO", from, to, message);
}

/// By SMTP.
///
/// # Panics
/// Where the server refuses anything.
pub fn send(port: u16, from: &str, to: &str, message: &[u8]) {
    converse(port, "EHLO", from, to, message);
}

fn converse(port: u16, hello: &str, from: &str, to: &str, message: &[u8]) {
    let mut out = TcpStream::connect(("127.0.0.1", port)).expect("an LMTP server");
    out.set_nodelay(true).expect("a socket");
    let mut answers = BufReader::new(out.try_clone().expect("a socket")).lines();
    let mut expect = |code: char| loop {
        let line = answers.next().expect("an answer").expect("an answer");
        assert!(line.starts_with(code), "{hello}: {line}");
        if line.as_bytes().get(3) == Some(&b' ') {
            break;
        }
    };
    expect('2');
    for (line, code) in [
        (format!("{hello} localhost"), '2'),
        (format!("MAIL FROM:<{from}>"), '2'),
        (format!("RCPT TO:<{to}>"), '2'),
        ("DATA".to_owned(), '3'),
    ] {
        out.write_all(format!("{line}\r\n").as_bytes()).expect("to send");
        expect(code);
    }
    let mut body = Vec::with_capacity(message.len() + 16);
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            body.push(b'.');
        }
        body.extend_from_slice(line);
    }
    if !body.ends_with(b"\r\n") {
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b".\r\n");
    out.write_all(&body).expect("to send");
    expect('2');
    out.write_all(b"QUIT\r\n").expect("to send");
}
