//! Attached files: read in a child that can be killed. Each kind sound, broken, as a bomb, and hanging.

mod fates;
pub mod files;

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use caseconsultant::attachments::{Limits, Reader};
use caseconsultant::domain::attachment::{FileKind, FileReading, Unread};
use jiff::civil::date;

use files::{ACKNOWLEDGEMENT, CLAIM, CLAIM_STATUS, REMITTANCE, docx, packed, pdf, pdf_bomb, pdf_saying, xlsx};

pub fn reader() -> Reader {
    Reader { program: PathBuf::from(env!("CARGO_BIN_EXE_caseconsultant")), limits: Limits::default() }
}

async fn read(bytes: &[u8]) -> FileReading {
    reader().read(bytes).await
}

const RTF: &[u8] =
    br"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\info{\author Somebody}}\f0 We billed 20610\'2dRT.\par Caf\'e9 \u8211? denied.}";

#[tokio::test]
async fn each_kind_gives_its_text() {
    let page = read(&pdf_saying(&["We billed 20610 and 99213.", "The claim was denied."])).await;
    assert_eq!((page.kind, page.unread), (FileKind::Pdf, None));
    assert!(page.text.contains("20610 and 99213"), "{}", page.text);
    let letter = read(&docx(&["Denied: 29881 &amp; 29877", "Why?"])).await;
    assert_eq!((letter.kind, letter.text.as_str()), (FileKind::Docx, "Denied: 29881 & 29877\nWhy?\n"));
    let sheet = read(&xlsx(&[&["CPT", "Units"], &["J3301", "8"]])).await;
    assert_eq!((sheet.kind, sheet.text.as_str()), (FileKind::Xlsx, "CPT\tUnits\nJ3301\t8\n"));
    let table = read(b"CPT,Units\nJ3301,8\n").await;
    assert_eq!((table.kind, table.text.as_str()), (FileKind::Csv, "CPT,Units\nJ3301,8\n"));
    let rich = read(RTF).await;
    assert_eq!((rich.kind, rich.text.trim()), (FileKind::Rtf, "We billed 20610-RT.\nCafé – denied."));
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain("Código 20610".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(read(&wide).await.text, "Código 20610");
    let page = read(b"<html><style>p{}</style><body><p>20610 &amp; 99213</p></body></html>").await;
    assert_eq!((page.kind, page.text.trim()), (FileKind::Html, "20610 & 99213"));
}

#[tokio::test]
async fn a_remittance_gives_its_denials_and_nothing_of_the_patient() {
    let reading = read(REMITTANCE.as_bytes()).await;
    assert_eq!((reading.kind, reading.unread, reading.date_of_service), (FileKind::X12, None, Some(date(2025, 2, 12))));
    assert_eq!(
        reading.claims,
        [
            "Remittance, claim 1: processed; charged $250.00, paid $80.00",
            "Line 99213-25: charged $150.00, paid $80.00; CO-45 $50.00; PR-2 $20.00",
            "Line 20610-RT: charged $100.00, paid $0.00; CO-97 $100.00; remark code N20",
        ]
    );
    let claim = read(CLAIM.as_bytes()).await.claims;
    assert_eq!(
        claim,
        [
            "Claim 1: charged $250.00, POS 11; diagnoses M17.11, E11.22",
            "Line 99213-25: charged $150.00",
            "Line J3301 x8: charged $40.00",
        ]
    );
    let acknowledged = read(ACKNOWLEDGEMENT.as_bytes()).await.claims;
    assert_eq!(acknowledged.last().unwrap(), "Implementation acknowledgement: rejected");
    let status = read(CLAIM_STATUS.as_bytes()).await.claims;
    assert_eq!(status.first().unwrap(), "Claim acknowledgement: category A7, claim status 562: not accepted");
    for lines in [reading.claims, claim, acknowledged, status] {
        let said = lines.join("\n").to_uppercase();
        for secret in ["VOSSBERG", "HENRIETTA", "XQK882930114", "PATACCT99812", "88112233445566", "BIRCH", "19491107"] {
            assert!(!said.contains(secret), "{secret} in {said}");
        }
    }
}

#[tokio::test]
async fn broken_files_are_named_broken() {
    let whole = docx(&["text"]);
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    assert_eq!(read(&half(&pdf_saying(&["Some text on a page"]))).await.unread, Some(Unread::Broken));
    assert!(read(&half(&whole)).await.unread.is_some());
    assert_eq!(read(&packed(&[("word/document.xml", b"<w:document><w:p></w:wrong>")])).await.unread, Some(Unread::Broken));
    assert_eq!(read(&packed(&[("xl/workbook.xml", b"<workbook")])).await.unread, Some(Unread::Broken));
    assert_eq!(read(b"ISA*00*short~GS*HP~").await.unread, Some(Unread::Broken));
    // What has no grammar to break gives what can be read of it.
    assert_eq!(read(br"{\rtf1 {\b 20610 {\i").await.text, "20610 ");
    assert_eq!(read(b"CPT,Units\n20610\xFF,1\n").await.unread, None);
    assert_eq!(read(b"\x00\x01\x02\x03\x04").await.unread, Some(Unread::NotText));
}

#[tokio::test]
async fn bombs_cost_their_limits_and_no_more() {
    let begun = Instant::now();
    let zeros = vec![b' '; 120 * 1024 * 1024];
    let bomb = packed(&[("word/document.xml", &zeros)]);
    assert!(bomb.len() < 1024 * 1024);
    assert_eq!(read(&bomb).await.unread, Some(Unread::TooLarge));
    assert_eq!(
        read(&packed(&[("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &zeros)])).await.unread,
        Some(Unread::TooLarge)
    );
    let tight = Reader { limits: Limits { memory_mebibytes_max: 128, ..Limits::default() }, ..reader() };
    let blown = tight.read(&pdf_bomb(600)).await;
    assert_eq!(blown.unread, Some(Unread::TooCostly));
    let small = Reader { limits: Limits { file_bytes_max: 1_000, ..Limits::default() }, ..reader() };
    for file in
        [vec![b'a'; 2_000], [b"a,b\n".repeat(600)].concat(), [RTF, &[b' '; 2_000]].concat(), REMITTANCE.repeat(3).into_bytes()]
    {
        assert_eq!(small.read(&file).await.unread, Some(Unread::TooLarge));
    }
    let deep = format!("{}20610", "{".repeat(100_000));
    assert!(read(format!("{{\\rtf1 {deep}").as_bytes()).await.text.len() < 100);
    let long = read(&[b"word ".repeat(100_000)].concat()).await;
    assert_eq!(long.text.chars().count(), Limits::default().text_chars_max);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn what_hangs_is_killed_at_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let hanging = folder.path().join("hangs");
    std::fs::write(&hanging, "#!/bin/sh\nexec sleep 60\n").unwrap();
    std::fs::set_permissions(&hanging, std::fs::Permissions::from_mode(0o755)).unwrap();
    let reader = Reader { program: hanging, limits: Limits { secs_max: 1, ..Limits::default() } };
    let table = b"a,b\n1,2\n".to_vec();
    let all =
        [pdf_saying(&["text"]), docx(&["text"]), xlsx(&[&["text"]]), table, RTF.to_vec(), b"text".to_vec(), REMITTANCE.into()];
    let begun = Instant::now();
    let read = futures::future::join_all(all.iter().map(|file| reader.read(file))).await;
    assert!(read.iter().all(|reading| reading.unread == Some(Unread::TooCostly)), "{read:?}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    // A page that draws for minutes, in the real reader.
    let busy = pdf(format!("BT /F1 12 Tf\n{}ET", "1 0 0 1 72 720 Tm (a) Tj\n".repeat(700_000)).as_bytes(), "");
    let reader = Reader { limits: Limits { secs_max: 1, ..Limits::default() }, ..self::reader() };
    assert_eq!(reader.read(&busy).await.unread, Some(Unread::TooCostly));
}

#[tokio::test]
async fn what_is_locked_or_runs_code_is_named() {
    let wide = |word: &str| word.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let ole = |word: &str| [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), vec![0; 600], wide(word)].concat();
    assert_eq!(read(&ole("EncryptedPackage")).await.unread, Some(Unread::Encrypted));
    let old = read(&ole("_VBA_PROJECT_CUR")).await;
    assert_eq!((old.kind, old.unread, old.macros), (FileKind::OldOffice, Some(Unread::NotText), true));
    let locked = pdf(b"BT ET", "").iter().copied().chain(*b"\ntrailer << /Encrypt 9 0 R >>").collect::<Vec<u8>>();
    assert_eq!(read(&locked).await.unread, Some(Unread::Encrypted));
    let document = b"<w:document xmlns:w=\"w\"><w:p><w:r><w:t>20610</w:t></w:r></w:p></w:document>";
    let macros = read(&packed(&[("word/document.xml", document), ("word/vbaProject.bin", b"code")])).await;
    assert_eq!((macros.unread, macros.macros, macros.text.as_str()), (None, true, "20610\n"));
    assert_eq!(read(&packed(&[("a.txt", b"text")])).await.kind, FileKind::Archive);
    let picture = read(b"\x89PNG\r\n\x1a\n0000").await;
    assert_eq!((picture.kind, picture.unread), (FileKind::Image, Some(Unread::NotText)));
    // A scan: pages without a word.
    assert_eq!(read(&pdf(b"q 1 0 0 1 0 0 cm Q", "")).await.unread, Some(Unread::NotText));
}
