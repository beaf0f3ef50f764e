//! Attached files on their way to a question.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use caseconsultant::domain::code::CodeSystem;
use caseconsultant::domain::question::Intent;

use super::desk::{Desk, policy};
use crate::attachments::files::{REMITTANCE, docx, pdf_saying};

pub fn with_files(text: &str, files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut mail = format!(
        "From: Somebody <nurse@elsewhere.test>\r\nTo: ask@desk.test\r\nSubject: Denied\r\nMessage-ID: <f{}@elsewhere.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n",
        files.len() * 100 + text.len()
    );
    for (name, kind, bytes) in files {
        let lines = STANDARD
            .encode(bytes)
            .as_bytes()
            .chunks(76)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect::<Vec<_>>()
            .join("\r\n");
        mail.push_str(&format!(
            "--b\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}\r\n"
        ));
    }
    mail.push_str("--b--\r\n");
    mail.into_bytes()
}

#[tokio::test]
async fn a_remittance_brings_its_denial_into_the_question_and_no_patient() {
    let desk = Desk::open("ask@desk.test", policy()).await;
    let mail = with_files(
        "Why was the second line denied, and can we appeal?",
        &[("era_vossberg.835", "application/octet-stream", REMITTANCE.as_bytes())],
    );
    let case = desk.comes(&mail).await.case.unwrap();
    let file = desk.store.case_file(case.id).await.unwrap();
    let facts = &file.messages[0].facts;
    let has = |system: CodeSystem, code: &str| {
        facts.question.codes.iter().any(|one| one.code.system == system && one.code.code == code)
    };
    assert!(has(CodeSystem::Carc, "97") && has(CodeSystem::Rarc, "N20"), "{:?}", facts.question.codes);
    assert!(facts.question.codes.iter().any(|one| one.code.code == "20610"));
    assert!(facts.question.intents.contains(&Intent::Denial), "{:?}", facts.question.intents);
    assert_eq!(facts.question.date_of_service.unwrap().to_string(), "2025-02-12");
    // What the remittance says reaches the answer with its record.
    let findings = &file.drafts[0].0.drafted.findings;
    assert!(findings.iter().any(|finding| finding.text.contains("20610")), "{findings:#?}");
    let kept = serde_json::to_string(&file.drafts[0].0).unwrap() + &serde_json::to_string(facts).unwrap();
    let kept = kept.to_uppercase();
    for secret in ["VOSSBERG", "HENRIETTA", "XQK882930114", "PATACCT99812"] {
        assert!(!kept.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn what_a_document_says_is_redacted_and_a_picture_waits_for_a_person() {
    let desk = Desk::open("ask@desk.test", policy()).await;
    let letter = docx(&["Patient: Henrietta Vossberg, DOB 11/07/1949", "Denied: 29881 with 29877"]);
    let page = pdf_saying(&["Member ID XQK882930114, claim 88112233445566"]);
    let files: [(&str, &str, &[u8]); 3] = [
        ("Henrietta Vossberg.docx", "application/msword", &letter),
        ("letter.pdf", "application/pdf", &page),
        ("scan.png", "image/png", b"\x89PNG\r\n\x1a\n0000"),
    ];
    let became = desk.comes(&with_files(super::ANSWERED, &files)).await;
    let case = became.case.unwrap();
    assert_eq!(case.state.name(), "in_review", "the picture may hold what decides");
    let file = desk.store.case_file(case.id).await.unwrap();
    let facts = &file.messages[0].facts;
    assert!(facts.question.quoted.contains("29881 with 29877"), "{}", facts.question.quoted);
    assert!(
        facts.problems.iter().any(|problem| problem.contains("picture") && problem.contains("person")),
        "{:?}",
        facts.problems
    );
    let kept = serde_json::to_string(facts).unwrap();
    for secret in ["Vossberg", "Henrietta", "1949", "XQK882930114", "88112233445566"] {
        assert!(!kept.contains(secret), "{secret} in {kept}");
    }
}
