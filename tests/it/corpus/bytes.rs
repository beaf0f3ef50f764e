//! Whatever the bytes are, reading them gives a value.

use std::time::Duration;

use caseconsultant::parse;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{options, worked};

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_a_value(bytes in vec(any::<u8>(), 0..2_000)) {
        let message = parse::read(&bytes, &options());
        prop_assert_eq!(message.bytes, bytes.len());
    }

    #[test]
    fn any_text_gives_a_question(subject in ".{0,80}", body in "(?s).{0,600}") {
        let question = parse::read_text(&subject, &body, std::slice::from_ref(&body), &options());
        prop_assert!(!question.intents.is_empty());
    }
}

/// Mails made to exhaust a reader: deep, many, long. Each takes about a second of an optimised build; the limit leaves room for the
/// one that is tested and would still show a cost that grows with the square of the size.
#[test]
fn mails_made_to_hurt_are_read_in_time() {
    let head = "From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n";
    let html = format!("{head}Content-Type: text/html\r\n\r\n{}text{}", "<div>".repeat(20_000), "</div>".repeat(20_000));
    let tables = format!("{head}Content-Type: text/html\r\n\r\n{}text", "<table><tr><td>".repeat(20_000));
    let nested = format!("{head}{}", "Content-Type: message/rfc822\r\n\r\n".repeat(20_000));
    let multiparts: String =
        (0..3_000).fold(String::new(), |all, n| all + &format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"));
    let multiparts = format!("{head}{multiparts}");
    let parts = format!("{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n\r\nx\r\n".repeat(20_000));
    let recipients = format!("From: a@b.example\r\nTo: {}\r\n\r\nx", "c@d.example, ".repeat(20_000));
    let header = format!("From: a@b.example\r\nX-Long: {}\r\n\r\nx", "y".repeat(3_000_000));
    let digits = format!("{head}\r\n{}", "99213 ".repeat(100_000));
    let words = format!("{head}\r\n{}", "word ".repeat(100_000));
    let quotes = format!("{head}\r\n{}", "On Mon, 2 Mar 2026\r\n".repeat(20_000));
    let brackets = format!("{head}\r\n{}", "<".repeat(200_000));
    for (name, mail) in [
        ("html", html),
        ("tables", tables),
        ("nested", nested),
        ("multiparts", multiparts),
        ("parts", parts),
        ("recipients", recipients),
        ("header", header),
        ("digits", digits),
        ("words", words),
        ("quotes", quotes),
        ("brackets", brackets),
    ] {
        let start = worked();
        let message = parse::read(mail.as_bytes(), &options());
        assert_eq!(message.bytes, mail.len());
        assert!(worked() - start < Duration::from_secs(10), "{name} took {:?}", worked() - start);
    }
}
