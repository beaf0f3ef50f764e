//! Files that are cut, damaged, hostile or not ours: each is told by name and line, and none gets into an edition unseen.

use std::io::Write as _;

use caseconsultant::codebook::build;
use caseconsultant::codebook::edition;
use caseconsultant::codebook::import::container::Limits;

use super::layouts::zipped;
use crate::world::edition::{Room, fixture};

fn mue() -> String {
    std::fs::read_to_string(fixture("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv")).unwrap()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_truncated_gzip_is_told_with_its_line_and_nothing_is_put_in_use() {
    let rows: String = (0..3_000)
        .map(|n| format!("{:05},{},2 Date of Service Edit: Policy,CMS Policy {}\n", n + 10_000, n % 7, n * 7919))
        .collect();
    let packed = gzipped((mue() + &rows).as_bytes());
    let room = Room::with(&["aoc_2026Q3.tsv"]);
    room.build().unwrap();
    room.put("MUE_07-01-2026.csv.gz", &packed[..packed.len() / 2]);
    let error = format!("{:#}", room.build().unwrap_err());
    assert!(error.contains("MUE_07-01-2026.csv.gz is cut off at line"), "{error}");
    assert_eq!(edition::current_name(&room.dir).unwrap().as_deref(), Some("2026-11-22"), "the edition before stays in use");
    assert_eq!(edition::names(&room.dir).unwrap().len(), 1);
}

#[test]
fn a_row_cut_in_the_middle_is_counted_with_its_line() {
    let room = Room::new();
    let whole = mue();
    room.put("MUE_07-01-2026.csv", &whole[..whole.trim_end().len() - 60]);
    let built = room.build().unwrap();
    let file = &built.report.files[0];
    assert_eq!((file.read, file.bad), (5, 1));
    assert!(file.samples[0].starts_with("line 14: ") || file.samples[0].starts_with("line 1"), "{:?}", file.samples);
}

#[test]
fn too_many_bad_rows_end_the_build() {
    let rows: String = (0..200).map(|n| format!("{:05},many,2 Date of Service Edit: Policy,CMS Policy\n", n + 10_000)).collect();
    let room = Room::new();
    room.put("MUE_07-01-2026.csv", mue() + &rows);
    let error = format!("{:#}", room.build().unwrap_err());
    assert!(error.contains("200 of 205 rows can't be read") && error.contains("\"many\" is not a number of units"), "{error}");
    assert!(edition::current_name(&room.dir).unwrap().is_none());
}

#[test]
fn a_zip_bomb_is_refused() {
    let zeros = vec![b'0'; 3 << 20];
    let room = Room::new();
    room.put("quarter.zip", zipped(&[("bomb.txt", &zeros)]));
    let mut order = room.order();
    order.limits = Limits { unpacked_bytes_free: 1 << 20, ..Limits::default() };
    let error = format!("{:#}", build::build(&order, &|_| {}).unwrap_err());
    assert!(error.contains("quarter.zip/bomb.txt: it unpacks to more"), "{error}");
    // The same as gzip.
    let room = Room::new();
    room.put("MUE_07-01-2026.csv.gz", gzipped(&[mue().as_bytes(), &zeros].concat()));
    let mut order = room.order();
    order.limits = Limits { unpacked_bytes_free: 1 << 20, ratio_max: 20, ..Limits::default() };
    let error = format!("{:#}", build::build(&order, &|_| {}).unwrap_err());
    assert!(error.contains("unpacks to more"), "{error}");
}

#[test]
fn archives_nested_too_deep_are_refused() {
    let mut nested = zipped(&[("a.csv", mue().as_bytes())]);
    for _ in 0..6 {
        nested = zipped(&[("inner.zip", &nested)]);
    }
    let room = Room::new();
    room.put("russian doll.zip", nested);
    assert!(format!("{:#}", room.build().unwrap_err()).contains("within archives"));
}

#[test]
fn what_nobody_recognises_is_named_with_the_nearest_guess() {
    let room = Room::with(&["aoc_2026Q3.tsv"]);
    room.put("notes.txt", "Remember the milk.\n").put("empty.csv", "").put("scan.pdf", "%PDF-1.7 …");
    room.put(
        "MUE overview.csv",
        "Code,Practitioner Services,MUE Values explained,MUE Rationale,MUE Adjudication Indicator\nx,y,z,a,b\n",
    );
    let built = room.build().unwrap();
    let why = |name: &str| built.report.unrecognised.iter().find(|file| file.file == name).map(|file| file.why.clone()).unwrap();
    assert_eq!(why("notes.txt"), "no layout fits");
    assert_eq!(why("empty.csv"), "it is empty");
    assert!(why("scan.pdf").contains("PDF"));
    assert_eq!(why("MUE overview.csv"), "no layout fits; the nearest is NCCI unit limits (MUE)");
}

#[test]
fn a_folder_without_anything_known_builds_nothing() {
    let room = Room::new();
    room.put("notes.txt", "Remember the milk.\n");
    assert!(format!("{:#}", room.build().unwrap_err()).contains("no published file was recognised"));
    assert!(edition::names(&room.dir).unwrap().is_empty());
}

#[test]
fn a_pair_file_without_a_setting_in_its_name_says_what_it_lacks() {
    let room = Room::new();
    room.put("download.txt", std::fs::read(fixture("ccipra-v322r0-f1.txt")).unwrap());
    let error = format!("{:#}", room.build().unwrap_err());
    assert!(error.contains("practitioner (ccipra) or hospital (ccioph)"), "{error}");
}
