//! Mail in an envelope of its own: signed, encrypted, Outlook's container, a mail inside a mail.

use caseconsultant::domain::case::{CaseState, CloseReason};
use caseconsultant::parse::{ReadOptions, contents, read};

use super::desk::{ANSWERED, Desk, policy};
use super::files::with_files;

fn read_plainly(raw: &[u8]) -> caseconsultant::domain::message::InboundMessage {
    read(raw, &ReadOptions::new(jiff::civil::date(2026, 3, 2)))
}

/// An OpenSSL-made message: opaque signed (whole and streamed) and encrypted.
const OPAQUE: &[u8] = include_bytes!("../../fixtures/mail/smime-opaque.eml");
const STREAMED: &[u8] = include_bytes!("../../fixtures/mail/smime-opaque-streamed.eml");
const ENCRYPTED: &[u8] = include_bytes!("../../fixtures/mail/smime-encrypted.eml");

#[test]
fn what_is_signed_is_read() {
    for raw in [OPAQUE, STREAMED] {
        let message = read_plainly(raw);
        assert_eq!(message.text.trim(), "May 20610 be billed with 99213?");
        assert!(!message.encrypted && message.attachments.is_empty() && contents(raw).is_empty());
        assert_eq!(message.subject, "opaque");
        for end in (0..raw.len()).step_by(7) {
            read_plainly(&raw[..end]);
        }
    }
    let detached = "From: a@b.test\r\nTo: ask@desk.test\r\nSubject: s\r\nContent-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nMay 20610 be billed with 99213?\r\n--b\r\nContent-Type: application/pgp-signature; name=signature.asc\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n=abcd\r\n-----END PGP SIGNATURE-----\r\n--b--\r\n";
    assert_eq!(read_plainly(detached.as_bytes()).new_text.trim(), "May 20610 be billed with 99213?");
    assert!(contents(detached.as_bytes()).is_empty(), "the signature is no file of anybody's");
    let inline = "From: a@b.test\r\nTo: ask@desk.test\r\nSubject: s\r\n\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nMay 20610 be billed with 99213?\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\n=abcd\r\n-----END PGP SIGNATURE-----\r\n";
    assert_eq!(read_plainly(inline.as_bytes()).new_text.trim(), "May 20610 be billed with 99213?");
}

#[tokio::test]
async fn what_is_encrypted_is_told_so_once_and_politely() {
    let pgp = "From: Nurse <nurse@elsewhere.test>\r\nTo: ask@desk.test\r\nSubject: A question\r\nMessage-ID: <p@elsewhere.test>\r\nContent-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream; name=e.asc\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQ==\r\n-----END PGP MESSAGE-----\r\n--b--\r\n";
    let inline = "From: Nurse <nurse@elsewhere.test>\r\nTo: ask@desk.test\r\nSubject: A question\r\nMessage-ID: <i@elsewhere.test>\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQ==\r\n-----END PGP MESSAGE-----\r\n";
    for raw in [ENCRYPTED, pgp.as_bytes(), inline.as_bytes()] {
        let desk = Desk::open("ask@desk.test", policy()).await;
        let became = desk.comes(raw).await;
        let CaseState::Closed { reason, .. } = became.case.as_ref().unwrap().state else { panic!("{}", became.told()) };
        assert_eq!((reason, became.sent.len()), (CloseReason::Encrypted, 1), "{}", became.told());
        let letter = String::from_utf8_lossy(&became.sent[0].bytes).into_owned();
        assert!(letter.contains("encrypted") && letter.contains("Auto-Submitted: auto-replied"), "{letter}");
    }
    // In the thread of an answered question: the case stays as it is.
    let desk = Desk::open("ask@desk.test", policy()).await;
    let first = desk.writes("nurse@elsewhere.test", "A question", "", ANSWERED).await;
    let reply = pgp
        .replace("Content-Type: multipart", &format!("In-Reply-To: <{}>\r\nContent-Type: multipart", first.sent[0].message_id));
    let became = desk.comes(reply.as_bytes()).await;
    let case = became.case.unwrap();
    assert_eq!(case.linked, Some(first.case.as_ref().unwrap().id));
    assert_eq!(desk.store.case(case.linked.unwrap()).await.unwrap().state.name(), "answered");
}

/// MS-OXTNEF: a signature, a key, and attributes of level, id, length, content and checksum.
fn winmail(attributes: &[(u8, u32, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0x78, 0x9F, 0x3E, 0x22, 1, 0];
    for (level, id, content) in attributes {
        bytes.push(*level);
        bytes.extend_from_slice(&id.to_le_bytes());
        bytes.extend_from_slice(&u32::try_from(content.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(content);
        bytes.extend_from_slice(&[0, 0]);
    }
    bytes
}

#[tokio::test]
async fn outlooks_container_and_a_mail_inside_a_mail_are_read() {
    let desk = Desk::open("ask@desk.test", policy()).await;
    let container = winmail(&[
        (2, 0x0006_9002, b"x"),
        (2, 0x0001_8010, b"denial.csv\0"),
        (2, 0x0006_800F, b"code,reason\n29881,97\n29877,97\n"),
    ]);
    let inner =
        b"From: Payer <p@payer.test>\r\nSubject: Denied\r\n\r\nPatient Henrietta Vossberg: 29881 with 29877 was denied.\r\n";
    let files: [(&str, &str, &[u8]); 2] =
        [("winmail.dat", "application/ms-tnef", &container), ("denied.eml", "message/rfc822", inner)];
    let raw = with_files("Why was this denied?", &files[..1]);
    let case = desk.comes(&raw).await.case.unwrap();
    let file = desk.store.case_file(case.id).await.unwrap();
    let facts = &file.messages[0].facts;
    assert!(facts.question.quoted.contains("29881,97"), "{:?}", facts.question.quoted);
    assert_eq!(facts.files[0].name.as_deref(), Some("denial.csv"));
    // RFC 2046, 5.2.1: a message is never in base64.
    let text = String::from_utf8(with_files("And why was this one denied?", &[])).unwrap();
    let nested = text.replace(
        "--b--",
        &format!("--b\r\nContent-Type: message/rfc822\r\n\r\n{}\r\n--b--", String::from_utf8_lossy(files[1].2)),
    );
    let case = desk.comes(nested.as_bytes()).await.case.unwrap();
    let file = desk.store.case_file(case.id).await.unwrap();
    let facts = &file.messages[0].facts;
    assert!(facts.question.quoted.contains("29881 with 29877"), "{:?}", facts.question.quoted);
    assert!(!serde_json::to_string(facts).unwrap().contains("Vossberg"));
    // Cut anywhere, it costs nothing and tells nobody anything wrong.
    for end in 0..container.len() {
        contents(&with_files("x", &[("winmail.dat", "application/ms-tnef", &container[..end])]));
    }
}
