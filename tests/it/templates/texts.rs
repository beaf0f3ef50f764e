//! Every kind's subject, plain text and HTML, from its sample.

use std::fmt::Write as _;

use caseconsultant::domain::id::CaseId;
use caseconsultant::domain::outgoing::OutgoingKind;
use caseconsultant::render::mail::{Content, Notice};
use caseconsultant::render::message::texts;
use caseconsultant::render::{check_all, flowed, preview};

#[test]
fn every_kind_reads_well() {
    for kind in OutgoingKind::ALL {
        let (subject, text, html) = preview(kind).unwrap();
        insta::assert_snapshot!(format!("{}_text", kind.name()), format!("Subject: {subject}\n\n{text}"));
        insta::assert_snapshot!(format!("{}_html", kind.name()), html);
    }
    assert_eq!(check_all().unwrap().len(), OutgoingKind::ALL.len());
}

#[test]
fn every_notice_reads_well() {
    let mut all = String::new();
    for notice in Notice::samples() {
        let content = Content::Notice(notice);
        let texts = texts(CaseId(42), "Denial of 99213", &content).unwrap();
        writeln!(all, "Subject: {}\n\n{}\n=====", texts.subject, flowed::flow(&texts.text)).unwrap();
    }
    insta::assert_snapshot!(all);
}

#[test]
fn no_mail_loads_anything_from_elsewhere() {
    for kind in OutgoingKind::ALL {
        let (_, _, html) = preview(kind).unwrap();
        for remote in ["http:", "https:", "src=", "url(", "@import", "<link", "<script"] {
            assert!(!html.contains(remote), "{}: {remote}", kind.name());
        }
    }
}
