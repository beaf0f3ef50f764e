//! The own check of a sender, from bytes: an own signed mail, a name server on loopback.

use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use caseconsultant::domain::account::Standing;
use caseconsultant::parse::{ReadOptions, read};
use caseconsultant::ports::SenderCheck;
use caseconsultant::sender_check::OwnCheck;
use mail_auth::common::crypto::Ed25519Key;
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::DkimSigner;

/// Answers TXT questions from a table; any other name does not exist.
fn name_server(texts: BTreeMap<String, String>) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut buffer = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let query = &buffer[..length];
            let (mut at, mut labels) = (12, Vec::new());
            while query[at] != 0 {
                let end = at + 1 + usize::from(query[at]);
                labels.push(String::from_utf8_lossy(&query[at + 1..end]).to_lowercase());
                at = end;
            }
            let question = &query[12..at + 5];
            let text = texts.get(&labels.join(".")).filter(|_| question[question.len() - 3] == 16);
            let mut answer = query[..2].to_vec();
            // A response, recursion available; without the name NXDOMAIN (RFC 1035, 4.1.1).
            answer.extend_from_slice(if text.is_some() { &[0x81, 0x80] } else { &[0x81, 0x83] });
            answer.extend_from_slice(&[0, 1, 0, u8::from(text.is_some()), 0, 0, 0, 0]);
            answer.extend_from_slice(question);
            if let Some(text) = text {
                answer.extend_from_slice(&[0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60]);
                answer.extend_from_slice(&u16::try_from(text.len() + 1).unwrap().to_be_bytes());
                answer.push(u8::try_from(text.len()).unwrap());
                answer.extend_from_slice(text.as_bytes());
            }
            let _ = socket.send_to(&answer, from);
        }
    });
    address
}

const BODY: &str = "May 20610 be billed with 99213?\r\n";

fn mail(before: &str, from: &str, body: &str) -> String {
    format!(
        "{before}From: Nurse <nurse@{from}>\r\nTo: ask@desk.test\r\nSubject: A question\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\nMessage-ID: <1@{from}>\r\n\r\n{body}"
    )
}

fn signed(key: &[u8], by: &str, from: &str) -> String {
    let signer = DkimSigner::from_key(Ed25519Key::from_pkcs8_der(key).unwrap()).domain(by).selector("s").headers([
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
    ]);
    let mail = mail("", from, BODY);
    format!("{}{mail}", signer.sign(mail.as_bytes()).unwrap().to_header())
}

fn arrived(by: &str, address: &str, from: &str) -> String {
    format!(
        "Return-Path: <nurse@{from}>\r\nReceived: from out.{from} (out.{from} [{address}])\r\n\tby {by} (Mail) with ESMTPS id 1; Mon, 2 Mar 2026 09:00:01 +0000\r\n"
    )
}

#[tokio::test]
async fn the_own_check_says_who_wrote_and_a_mail_says_nothing_of_itself() {
    let key = Ed25519Key::generate_pkcs8().unwrap();
    let public = STANDARD.encode(Ed25519Key::from_pkcs8_der(&key).unwrap().public_key());
    let mut texts = BTreeMap::new();
    for domain in ["strict.test", "open.test", "plain.test", "elsewhere.test"] {
        texts.insert(format!("s._domainkey.{domain}"), format!("v=DKIM1; k=ed25519; p={public}"));
        texts.insert(domain.to_owned(), "v=spf1 ip4:192.0.2.7 -all".to_owned());
    }
    texts.insert("_dmarc.strict.test".to_owned(), "v=DMARC1; p=reject".to_owned());
    texts.insert("_dmarc.open.test".to_owned(), "v=DMARC1; p=none".to_owned());
    let check = OwnCheck::new(Some(name_server(texts)), vec!["mx.desk.test".to_owned()]).unwrap();
    let received = "mx.desk.test";
    let altered = |mail: String| mail.replace("20610", "20611");
    let claims =
        "Authentication-Results: own-check.invalid; dkim=pass header.d=strict.test; dmarc=pass header.from=strict.test\r\n";
    let two = |mail: String| mail.replace("To: ask", "From: other@elsewhere.test\r\nTo: ask");
    let mut table = Vec::new();
    for (what, raw) in [
        ("signed by the author's domain, which asks to reject", signed(&key, "strict.test", "strict.test")),
        ("the same with another word in the body", altered(signed(&key, "strict.test", "strict.test"))),
        ("signed by somebody else in its name", signed(&key, "elsewhere.test", "strict.test")),
        ("unsigned in its name", mail("", "strict.test", BODY)),
        ("unsigned, from its own host", mail(&arrived(received, "192.0.2.7", "strict.test"), "strict.test", BODY)),
        ("unsigned, from another host", mail(&arrived(received, "192.0.2.8", "strict.test"), "strict.test", BODY)),
        (
            "the same by the word of a host that is not ours",
            mail(&arrived("mx.liar.test", "192.0.2.7", "strict.test"), "strict.test", BODY),
        ),
        ("with a field that claims to be our own finding", mail(claims, "strict.test", BODY)),
        ("signed by a domain that asks for nothing", signed(&key, "open.test", "open.test")),
        ("altered there", altered(signed(&key, "open.test", "open.test"))),
        ("signed by a domain without DMARC", signed(&key, "plain.test", "plain.test")),
        ("signed by the domain above the author's", signed(&key, "plain.test", "lab.plain.test")),
        ("signed by somebody else, no DMARC", signed(&key, "elsewhere.test", "plain.test")),
        ("two authors, one of them signed", two(signed(&key, "plain.test", "plain.test"))),
        ("a domain that says nothing", mail("", "nothing.test", BODY)),
        ("no author at all", "Subject: x\r\n\r\nx\r\n".to_owned()),
    ] {
        let message = read(raw.as_bytes(), &ReadOptions::new(jiff::civil::date(2026, 3, 2)));
        let found = check.check(raw.as_bytes(), &message).await;
        let said = [("dkim", &found.dkim), ("spf", &found.spf), ("dmarc", &found.dmarc)]
            .iter()
            .filter_map(|(method, word)| word.as_ref().map(|word| format!("{method}={word}")))
            .collect::<Vec<_>>()
            .join(" ");
        table.push(format!("{what}: {} ({said})", Standing::of(&found).name()));
    }
    insta::assert_snapshot!(table.join("\n"));
}

#[tokio::test]
async fn a_trusted_receivers_word_goes_first_and_silence_of_the_names_accuses_nobody() {
    let key = Ed25519Key::generate_pkcs8().unwrap();
    // Nobody answers here.
    let nobody = UdpSocket::bind("127.0.0.1:0").unwrap();
    let check = OwnCheck::new(Some(nobody.local_addr().unwrap()), Vec::new()).unwrap();
    let mut options = ReadOptions::new(jiff::civil::date(2026, 3, 2));
    options.trusted_authserv = vec!["mx.desk.test".to_owned()];
    let told = mail("Authentication-Results: mx.desk.test; dmarc=fail header.from=strict.test\r\n", "strict.test", BODY);
    let message = read(told.as_bytes(), &options);
    assert_eq!(Standing::of(&check.check(told.as_bytes(), &message).await), Standing::Forged);
    let silent = signed(&key, "strict.test", "strict.test");
    let message = read(silent.as_bytes(), &options);
    assert_eq!(Standing::of(&check.check(silent.as_bytes(), &message).await), Standing::Unknown);
}
