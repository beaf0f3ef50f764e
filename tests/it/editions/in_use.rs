//! An edition in use: added to, switched under load, kept through kills and through two builds at once.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use caseconsultant::codebook::build;
use caseconsultant::codebook::edition::{self, EDITIONS, Edition, RECORDS, REPORT, Shelf};
use caseconsultant::domain::code::{CodeRef, CodeSystem, Family};
use caseconsultant::domain::question::Setting;
use jiff::civil::date;

use super::sources;
use crate::world::edition::Room;

#[test]
fn a_second_build_adds_to_the_edition_in_use() {
    let room = Room::with(&["MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"]);
    let first = room.build().unwrap();
    assert!(first.folder.join(REPORT).exists());
    // The same file again, and a new one beside it.
    std::fs::copy(crate::world::edition::fixture("aoc_2026Q3.tsv"), room.files.join("aoc_2026Q3.tsv")).unwrap();
    let second = room.build().unwrap();
    assert_eq!((first.name.as_str(), second.name.as_str()), ("2026-11-22", "2026-11-22-2"));
    let known: Vec<(&str, bool)> = second.report.files.iter().map(|file| (file.file.as_str(), file.known)).collect();
    assert!(
        known.contains(&("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", true)) && known.contains(&("aoc_2026Q3.tsv", false))
    );
    let book = Shelf::open(&room.dir).unwrap().codebook();
    assert_eq!(sources(&book, Family::Mue, "practitioner").len(), 1, "a file that is in already is not read twice");
    assert_eq!(sources(&book, Family::AddOn, "").len(), 1);
    // `fresh` forgets what was there.
    std::fs::remove_file(room.files.join("aoc_2026Q3.tsv")).unwrap();
    let mut order = room.order();
    order.fresh = true;
    build::build(&order, &|_| {}).unwrap();
    let book = Shelf::open(&room.dir).unwrap().codebook();
    assert!(sources(&book, Family::AddOn, "").is_empty());
}

#[test]
fn two_builds_at_once_take_turns_and_lose_nothing() {
    let room = Room::new();
    let names = ["MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", "aoc_2026Q3.tsv", "GPCI2026.csv", "PPRRVU2025_Oct.csv"];
    std::thread::scope(|scope| {
        for name in names {
            let mut order = room.order();
            order.from = vec![crate::world::edition::fixture(name)];
            scope.spawn(move || build::build(&order, &|_| {}).unwrap());
        }
    });
    assert_eq!(edition::names(&room.dir).unwrap().len(), 4);
    let book = Shelf::open(&room.dir).unwrap().codebook();
    for family in [Family::Mue, Family::AddOn, Family::Gpci, Family::Mpfs] {
        assert!(book.coverage(family, date(2026, 8, 1)).is_some(), "{family}");
    }
}

#[test]
fn a_build_killed_at_any_moment_leaves_the_edition_in_use() {
    let room = Room::with(&["MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"]);
    room.build().unwrap();
    let head = "notice,,,\n\"HCPCS/\nCPT Code\",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n";
    let rows: String =
        (10_000..60_000).map(|n| format!("{n},{},3 Date of Service Edit: Clinical,Clinical: Data\n", n % 9)).collect();
    room.put("MUE_04-01-2026.csv", head.to_owned() + &rows);
    let (mut killed, mut finished) = (0, 0);
    for round in 0..14_u64 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_caseconsultant"))
            .args(["codebook", "build", "--edition", &format!("round-{round}"), "--from"])
            .arg(&room.files)
            .env("CASECONSULTANT__CODEBOOK__DIR", &room.dir)
            .current_dir(&room.files)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // From at once to about the time a whole build takes.
        std::thread::sleep(Duration::from_millis(5 + round * round * 11));
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            finished += 1
        } else {
            killed += 1
        }
        let name = edition::current_name(&room.dir).unwrap().unwrap();
        let edition = Edition::open(&room.dir.join(EDITIONS).join(&name)).unwrap();
        assert!(edition.limit("0009U", Setting::Practitioner, date(2026, 8, 1)).is_some(), "{name}");
        for name in edition::names(&room.dir).unwrap() {
            assert!(Edition::open(&room.dir.join(EDITIONS).join(&name)).is_ok(), "{name} has its place but can't be opened");
        }
    }
    assert!(killed >= 3, "{killed} killed, {finished} finished");
    room.build().unwrap();
    let left: Vec<_> = std::fs::read_dir(&room.dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(edition::BUILDING))
        .collect();
    assert!(left.is_empty(), "what killed builds left is swept up: {left:?}");
}

#[test]
fn an_edition_is_switched_under_load_without_a_failed_look_up() {
    let room = Room::with(&["MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"]);
    room.build().unwrap();
    let mut order = room.order();
    order.name = Some("other".to_owned());
    build::build(&order, &|_| {}).unwrap();
    let shelf = Shelf::open(&room.dir).unwrap();
    let (stop, asked, seen) =
        (AtomicBool::new(false), AtomicUsize::new(0), std::sync::Mutex::new(std::collections::BTreeSet::new()));
    let code = CodeRef::new(CodeSystem::Cpt, "0009U");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let book = shelf.codebook();
                    let limit = book.unit_limit(&code, Setting::Practitioner, date(2026, 8, 1));
                    assert_eq!(limit.map(|limit| limit.units), Some(2));
                    seen.lock().unwrap().insert(book.edition().to_owned());
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for round in 0..60 {
            edition::point(&room.dir, if round % 2 == 0 { "2026-11-22" } else { "other" }).unwrap();
            // Each edition is read for a while; a reader that fails ends the story by its own word.
            let (before, turned) = (asked.load(Ordering::Relaxed), std::time::Instant::now());
            while asked.load(Ordering::Relaxed) < before + 8 && turned.elapsed() < Duration::from_secs(5) {
                std::thread::yield_now();
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(seen.into_inner().unwrap().len(), 2, "both editions were read");
    assert!(asked.into_inner() > 100);
}

#[test]
fn an_edition_that_can_not_be_opened_is_not_turned_to() {
    let room = Room::with(&["aoc_2026Q3.tsv"]);
    room.build().unwrap();
    let shelf = Shelf::open(&room.dir).unwrap();
    let damaged = room.dir.join(EDITIONS).join("damaged");
    std::fs::create_dir(&damaged).unwrap();
    std::fs::write(damaged.join(RECORDS), "not a database").unwrap();
    edition::point(&room.dir, "damaged").unwrap();
    assert_eq!(shelf.codebook().edition(), "2026-11-22");
    assert!(edition::point(&room.dir, "missing").is_err());
    assert!(edition::point(&room.dir, "../elsewhere").is_err());
}

#[test]
fn the_commands_read_the_edition_in_use() {
    let Some(dir) = crate::world::edition::whole_dir() else { return };
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_caseconsultant"))
            .args(arguments)
            .arg("--json")
            .env("CASECONSULTANT__CODEBOOK__DIR", &dir)
            .current_dir(&dir)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8(output.stdout).unwrap();
        lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()).collect::<Vec<_>>()
    };
    let edits = &run(&["edits", "99213", "20610", "22552", "22551", "--on", "2024-08-14"])[0];
    assert!(edits["pairs"].as_array().unwrap().iter().any(|pair| pair["column1"] == "20610" && pair["live"] == true));
    assert_eq!(
        edits["limits"][1],
        serde_json::json!({"code": "20610", "value": 2, "mai": 3, "rationale": "Clinical: Data", "edition": "2024 Q3"})
    );
    assert_eq!(edits["add_ons"][0]["code"], "22552");
    let status = run(&["codebook", "status"]);
    assert!(status.iter().any(|line| line["family"] == "NCCI PTP" && line["part"] == "hospital" && line["rows"] == 1_775_818));
    assert!(status.iter().any(|line| line["family"] == "ASC" && line["source"].is_null() && line["answers"] != ""));
    assert_eq!(run(&["codebook", "list"])[0]["in_use"], true);
}
