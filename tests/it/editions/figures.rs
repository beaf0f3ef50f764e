//! How long an edition takes to build, how large it is, and how fast it answers; ignored unless asked for.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use caseconsultant::codebook::Codebook;
use caseconsultant::codebook::build;
use caseconsultant::codebook::edition::Edition;
use caseconsultant::domain::code::{CodeRef, CodeSystem};
use caseconsultant::domain::question::Setting;
use jiff::civil::date;

use crate::world::edition::{order, shared};

const LOOK_UPS: usize = 20_000;

#[test]
#[ignore = "a measurement: make prove"]
fn an_edition_is_built_and_asked() {
    let Some(shared) = shared() else { return };
    let dir = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let built = build::build(&order(dir.path(), &[shared.join("data")]), &|_| {}).unwrap();
    let took = begun.elapsed();
    let rows: i64 = built.report.sources.iter().map(|source| source.rows).sum();
    println!(
        "figure: edition: {rows} rows of {} sources built in {:.1} s, {:.0} MB on disk, {} MB peak RSS",
        built.report.sources.len(),
        took.as_secs_f64(),
        bytes(&built.folder) as f64 / 1e6,
        peak_mb()
    );
    let book = Codebook::over(Edition::open(&built.folder).unwrap());
    let codes: Vec<CodeRef> = ["99213", "20610", "29881", "29877", "97530", "97140", "36415", "93000"]
        .map(|code| CodeRef::new(CodeSystem::Cpt, code))
        .into_iter()
        .collect();
    let on = date(2024, 8, 14);
    let nth = |n: usize| &codes[n % codes.len()];
    told("a code", |n| drop(book.record(nth(n), on)));
    told("a pair's edits", |n| drop(book.pair_edits(&[nth(n).clone(), nth(n / 8 + n + 1).clone()], Setting::Practitioner, on)));
    told("a unit limit", |n| drop(book.unit_limit(nth(n), Setting::Practitioner, on)));
}

fn told(what: &str, look_up: impl Fn(usize)) {
    let mut all: Vec<Duration> = (0..LOOK_UPS)
        .map(|n| {
            let begun = Instant::now();
            look_up(n);
            begun.elapsed()
        })
        .collect();
    all.sort_unstable();
    println!("figure: edition look-up of {what}: p50 {:.1?}, p99 {:.1?}", all[LOOK_UPS / 2], all[LOOK_UPS * 99 / 100]);
}

fn bytes(folder: &Path) -> u64 {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { bytes(&path) } else { fs::metadata(path).unwrap().len() })
        .sum()
}

fn peak_mb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}
