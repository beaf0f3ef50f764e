//! What reading costs, beside the MIME parser alone. Run with optimised code of ours:
//! `cargo nextest run --config profile.dev.opt-level=2 --run-ignored only corpus::figures --no-capture`.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use caseconsultant::parse::{ReadOptions, read};
use jiff::civil::date;
use mail_parser::MessageParser;
use serde_json::Value;

const RUNS: usize = 300;

/// Each of the invented patients' mails, as long as such mails are.
fn patients() -> Vec<Vec<u8>> {
    let mut files: Vec<_> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/patients")).unwrap().collect();
    files.sort_by_key(|file| file.as_ref().unwrap().path());
    let all: Vec<String> = files.into_iter().map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    let texts = all.iter().flat_map(|file| file.lines()).map(|line| serde_json::from_str::<Value>(line).unwrap());
    texts
        .map(|row| {
            let text = row["text"].as_str().unwrap().replace('\n', "\r\n");
            format!("Received: from a (a [192.0.2.1]) by b; Mon, 2 Mar 2026 09:00:00 +0000\r\nAuthentication-Results: mx.test; dkim=pass header.d=clinic.test; dmarc=pass header.from=clinic.test\r\nFrom: Dana Feld <dana@clinic.test>\r\nTo: ask@desk.test\r\nSubject: A question\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\nMessage-ID: <1@clinic.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n").into_bytes()
        })
        .collect()
}

/// Real mails of many clients, where the larger test data are there.
fn replies() -> Vec<Vec<u8>> {
    let folder = crate::world::edition::shared().map(|shared| shared.join("mail/replies"));
    let files = folder.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten();
    files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

fn long_reply() -> Vec<u8> {
    let quoted: String =
        (0..25).map(|line| format!("> line {line} of what was written before about 99214 and its modifier\r\n")).collect();
    format!(
        "Received: from a (a [192.0.2.1]) by b; Mon, 2 Mar 2026 09:00:00 +0000\r\nAuthentication-Results: mx.test; dkim=pass header.d=clinic.test; dmarc=pass header.from=clinic.test\r\nFrom: Dana Feld <dana@clinic.test>\r\nTo: ask@desk.test\r\nSubject: Denial for Mrs. Vossberg\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\nMessage-ID: <1@clinic.test>\r\nReferences: <a@b.test> <c@d.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello,\r\n\r\nour patient Henrietta Vossberg (DOB 11/07/1949, MRN 8837261, member ID XQK882930114) was seen on 2/12/2025 for her right knee. We billed 20610-RT and 99213-25 with M17.11 and E11.22, and Medicare denied the visit as bundled (CO-97, N20). May both be billed on one day, and which modifier goes on which line? She is 76 years old and lives at 221 Birch Hollow Rd, Duluth, MN 55802; her number is (218) 555-0143.\r\n\r\nThank you,\r\n\r\nDana Feld, CPC\r\nLakeside Clinic\r\n218-555-0190\r\n\r\nOn Fri, Feb 27, 2026 at 4:12 PM Coding desk <ask@desk.test> wrote:\r\n{quoted}"
    )
    .into_bytes()
}

fn hundred_kilobytes_of_html() -> Vec<u8> {
    let row = "<tr style=\"font-family:Arial\"><td class=\"x\">We billed <b>20610</b> with 99213-25 on 2/12/2025</td><td>denied as bundled &amp; appealed</td></tr>\r\n";
    let head = "From: Dana <dana@clinic.test>\r\nTo: ask@desk.test\r\nSubject: A table\r\nMessage-ID: <2@clinic.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><table>";
    let rows = row.repeat(100_000 / row.len());
    format!("{head}{rows}</table></body></html>\r\n").into_bytes()
}

fn median(runs: usize, mut step: impl FnMut()) -> Duration {
    let mut took: Vec<Duration> = (0..runs)
        .map(|_| {
            let begun = Instant::now();
            step();
            begun.elapsed()
        })
        .collect();
    took.sort();
    took[runs / 2]
}

/// The figure of one mail, each the middle of several readings, beside the MIME parser alone.
fn reading(what: &str, mails: &[Vec<u8>], runs: usize, limit: Option<Duration>) {
    let options = ReadOptions::new(date(2026, 3, 2));
    let mut own: Vec<Duration> = mails
        .iter()
        .map(|raw| {
            // The patterns are compiled by the first mail of a process.
            read(raw, &options);
            median(runs, || drop(black_box(read(black_box(raw), &options))))
        })
        .collect();
    let mut parser: Vec<Duration> =
        mails.iter().map(|raw| median(runs, || drop(black_box(MessageParser::default().parse(black_box(&raw[..])))))).collect();
    own.sort();
    parser.sort();
    let Some((middle, last)) = own.get(own.len() / 2).zip(own.get(own.len() * 99 / 100)) else { return };
    let bytes: usize = mails.iter().map(Vec::len).sum();
    println!(
        "figure: {what} ({} mails, {} bytes each) read and redacted in {middle:.2?} (99 of 100 in {last:.2?}); mail-parser alone {:.2?}; ratio {:.0}",
        mails.len(),
        bytes / mails.len(),
        parser[parser.len() / 2],
        middle.as_secs_f64() / parser[parser.len() / 2].as_secs_f64()
    );
    if let Some(limit) = limit
        && (!cfg!(debug_assertions) || std::env::var_os("FIGURES_JUDGE").is_some())
    {
        assert!(*middle <= limit, "{what}: {middle:?}, at most {limit:?}");
    }
}

#[test]
#[ignore = "a figure: needs optimised code and a quiet machine"]
fn reading_and_redacting_beside_the_parser_alone() {
    reading("a typical mail, the middle one of the invented patients", &patients(), 9, Some(Duration::from_millis(1)));
    reading("the middle one of real replies", &replies(), 3, None);
    reading("a reply over 25 quoted lines that name a code each", &[long_reply()], RUNS, None);
    reading("100 kB of HTML", &[hundred_kilobytes_of_html()], RUNS / 10, Some(Duration::from_millis(20)));
}
