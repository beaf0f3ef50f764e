//! Each kind of file in four fates: sound, broken, a bomb, and over its time.

use std::os::unix::fs::PermissionsExt as _;

use caseconsultant::attachments::{Limits, Reader};
use caseconsultant::domain::attachment::FileReading;

use super::files::{REMITTANCE, docx, packed, pdf_bomb, pdf_saying, xlsx};
use super::reader;

const RTF: &[u8] = br"{\rtf1\ansi We billed 20610-RT.}";
const HTML: &[u8] = b"<html><body><p>20610 &amp; 99213</p></body></html>";

/// Its name; sound, broken, a bomb.
type Kind = (&'static str, Vec<u8>, Vec<u8>, Vec<u8>);

fn fate(reading: &FileReading) -> String {
    match reading.unread {
        Some(why) => format!("{why:?}"),
        None if reading.claims.is_empty() => format!("read, {} characters", reading.text.chars().count()),
        None => format!("read, {} lines of claims", reading.claims.len()),
    }
}

fn half(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len() / 2].to_vec()
}

#[tokio::test]
async fn each_kind_has_its_four_fates() {
    let blanks = vec![b' '; 120 * 1024 * 1024];
    let folder = tempfile::tempdir().unwrap();
    let hanging = folder.path().join("hangs");
    std::fs::write(&hanging, "#!/bin/sh\nexec sleep 60\n").unwrap();
    std::fs::set_permissions(&hanging, std::fs::Permissions::from_mode(0o755)).unwrap();
    let hangs = Reader { program: hanging, limits: Limits { secs_max: 1, ..Limits::default() } };
    let tight =
        Reader { limits: Limits { memory_mebibytes_max: 128, file_bytes_max: 2 * 1024 * 1024, ..Limits::default() }, ..reader() };
    let long = |text: &[u8]| text.repeat(3 * 1024 * 1024 / text.len());
    let (letter, sheet, page) = (docx(&["20610"]), xlsx(&[&["20610"]]), pdf_saying(&["We billed 20610 and 99213."]));
    let kinds: [Kind; 8] = [
        ("text", b"20610 and 99213".to_vec(), b"20610 \xFF\xFE and".to_vec(), long(b"20610 and ")),
        ("CSV", b"CPT,Units\n20610,1\n".to_vec(), b"CPT,\"Units\n20610,1\n".to_vec(), long(b"20610,1\n")),
        ("HTML", HTML.to_vec(), half(HTML), [b"<html><body>".to_vec(), long(b"<div>")].concat()),
        ("RTF", RTF.to_vec(), half(RTF), [b"{\\rtf1 ".to_vec(), long(b"{\\b ")].concat()),
        ("PDF", page.clone(), half(&page), pdf_bomb(600)),
        ("Word", letter.clone(), half(&letter), packed(&[("word/document.xml", &blanks)])),
        (
            "Excel",
            sheet.clone(),
            half(&sheet),
            packed(&[("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &blanks)]),
        ),
        ("X12", REMITTANCE.into(), half(REMITTANCE.as_bytes()), long(REMITTANCE.as_bytes())),
    ];
    let mut table = Vec::new();
    for (name, sound, broken, bomb) in &kinds {
        let (sound, broken, bomb, slow) =
            tokio::join!(tight.read(sound), tight.read(broken), tight.read(bomb), hangs.read(sound));
        table.push(format!(
            "{name}: sound {}; broken {}; a bomb {}; over its time {}",
            fate(&sound),
            fate(&broken),
            fate(&bomb),
            fate(&slow)
        ));
    }
    insta::assert_snapshot!(table.join("\n"));
}
