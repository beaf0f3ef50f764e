//! Random look-ups held against a plain scan of the source file, on three days: an independent reading that shares no code with the
//! importers.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use caseconsultant::codebook::PairState;
use caseconsultant::codebook::edition::{Listed, Site};
use caseconsultant::domain::code::{CodeRef, CodeSystem};
use caseconsultant::domain::question::Setting;
use jiff::civil::{Date, date};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use super::on_disk;
use crate::world::edition::{shared, whole, with_next};

/// Look-ups a family and day; `PLAIN_SCAN_LOOKUPS` asks for more.
fn lookups() -> usize {
    std::env::var("PLAIN_SCAN_LOOKUPS").ok().and_then(|count| count.parse().ok()).unwrap_or(300)
}

fn lines(file: &Path) -> impl Iterator<Item = String> + use<> {
    let open = std::fs::File::open(file).unwrap();
    let reader: Box<dyn Read> =
        if file.extension().unwrap() == "gz" { Box::new(flate2::read::GzDecoder::new(open)) } else { Box::new(open) };
    BufReader::with_capacity(1 << 20, reader).split(b'\n').map(|line| {
        let line = line.unwrap();
        String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line)).into_owned()
    })
}

/// Cells of a csv line, quotes obeyed.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}

/// Whether a line begins a row: a cell may hold a line's end, and what follows it is no row of its own.
fn begins(row: &[String]) -> bool {
    row.len() > 3 && row[0].trim().len() == 5 && row[3].chars().any(|c| c.is_ascii_digit())
}

fn procedure(code: &str) -> CodeRef {
    let letter = code.starts_with(|c: char| c.is_ascii_alphabetic());
    CodeRef::new(if letter { CodeSystem::Hcpcs } else { CodeSystem::Cpt }, code)
}

fn days() -> [Date; 3] {
    [date(2019, 6, 30), date(2024, 8, 15), date(2026, 8, 15)]
}

fn pairs(file: &str, setting: Setting) {
    let (Some(book), Some(folder)) = (whole(), shared()) else { return };
    let mut random = StdRng::seed_from_u64(20_240_701);
    // A sample of rows, and as many pairs that are in no row most of the time; then every row of those pairs.
    let mut wanted: HashMap<(String, String), Vec<(i64, char)>> = HashMap::new();
    let mut codes: Vec<String> = Vec::new();
    for line in lines(&folder.join(file)).skip(6).filter(|_| random.random_ratio(1, 4_000)) {
        let mut parts = line.split('\t').map(str::to_owned);
        let (a, b) = (parts.next().unwrap(), parts.next().unwrap());
        codes.extend([a.clone(), b.clone()]);
        wanted.insert((a, b), Vec::new());
    }
    for _ in 0..lookups() {
        let (a, b) = (codes.choose(&mut random).unwrap(), codes.choose(&mut random).unwrap());
        if a != b {
            wanted.insert((a.clone(), b.clone()), Vec::new());
        }
    }
    for line in lines(&folder.join(file)).skip(6) {
        let parts: Vec<&str> = line.split('\t').collect();
        let row = (parts[4].parse().unwrap_or(99_991_231), parts[5].chars().next().unwrap());
        for key in [(parts[0], parts[1]), (parts[1], parts[0])] {
            if let Some(rows) = wanted.get_mut(&(key.0.to_owned(), key.1.to_owned())) {
                rows.push(row);
            }
        }
    }
    assert!(wanted.len() > lookups());
    for ((a, b), rows) in &wanted {
        for on in days() {
            let day = i64::from(on.year()) * 10_000 + i64::from(on.month()) * 100 + i64::from(on.day());
            let found = book.pair_edits(&[procedure(a), procedure(b)], setting, on).remove(0);
            let live = rows.iter().any(|(until, digit)| *digit != '9' && day <= *until);
            let was = rows.iter().any(|(_, digit)| *digit != '9');
            assert_eq!(found.history.len(), rows.len(), "{a} {b}");
            match found.state {
                PairState::Live(_) => assert!(live, "{a} {b} on {on}"),
                PairState::Deleted(_) => assert!(!live && was, "{a} {b} on {on}"),
                PairState::Absent => assert!(!live && !was, "{a} {b} on {on}"),
                PairState::NotLoaded => panic!("{a} {b}: the file is whole"),
            }
        }
    }
}

#[test]
fn practitioner_pairs() {
    pairs("data/ncci/ccipra-2024Q3.derived.txt.gz", Setting::Practitioner);
}

#[test]
fn hospital_pairs() {
    pairs("data/ncci/ccioph-2024Q3.derived.txt.gz", Setting::Hospital);
}

#[test]
fn unit_limits() {
    let (Some(book), Some(folder)) = (with_next(), shared()) else { return };
    let read = |file: &str| -> HashMap<String, (u32, u8)> {
        let rows = lines(&folder.join(file)).map(|line| cells(&line)).filter(|cells| cells.len() == 4);
        rows.filter_map(|cells| Some((cells[0].clone(), (cells[1].parse().ok()?, cells[2].get(..1)?.parse().ok()?)))).collect()
    };
    let old = read("data/ncci/MCR_MUE_PractitionerServices_Eff_07-01-2024.derived.csv");
    let new = read("data-next/ncci/MCR_MUE_PractitionerServices_Eff_04-01-2026.derived.csv");
    let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
    keys.sort();
    let mut random = StdRng::seed_from_u64(1);
    for (on, file) in [(date(2024, 7, 1), &old), (date(2024, 9, 30), &old), (date(2026, 4, 1), &new)] {
        for _ in 0..lookups() {
            let code = keys.choose(&mut random).unwrap();
            let found =
                book.unit_limit(&procedure(code), Setting::Practitioner, on).map(|limit| (limit.units, limit.mai.digit()));
            assert_eq!(found, file.get(*code).copied(), "{code} on {on}");
        }
    }
}

#[test]
fn relative_values() {
    let (Some(book), Some(folder)) = (with_next(), shared()) else { return };
    // Positions of work, the two practice expenses, MP, global, conversion factor: 2026 has one column more before the last.
    let files = [
        (date(2025, 10, 1), "data/mpfs/PPRRVU2025_Oct.nodesc.csv.gz", [5, 6, 8, 10, 14, 24]),
        (date(2025, 12, 31), "data/mpfs/PPRRVU2025_Oct.nodesc.csv.gz", [5, 6, 8, 10, 14, 24]),
        (date(2026, 9, 30), "data-next/mpfs/PPRRVU2026_Jul_nonQPP.nodesc.csv.gz", [5, 6, 8, 10, 14, 25]),
    ];
    let mut random = StdRng::seed_from_u64(2);
    for (on, file, positions) in files {
        let rows: Vec<Vec<String>> = lines(&folder.join(file)).skip(10).map(|line| cells(&line)).collect();
        for _ in 0..lookups() {
            let row = rows.choose(&mut random).unwrap();
            let found =
                on_disk(&book).relative_values(&row[0], &row[1], on).unwrap_or_else(|| panic!("{} on {on}", row[0])).record;
            let shown = [found.work, found.pe_nonfacility, found.pe_facility, found.mp].map(|amount| amount.to_string());
            let expected = [0, 1, 2, 3].map(|at| row[positions[at]].clone());
            assert_eq!(shown, expected, "{} {}", row[0], row[1]);
            assert_eq!((&found.status, &found.global), (&row[3], &row[positions[4]]), "{}", row[0]);
            assert_eq!(found.conversion_factor.to_string(), row[positions[5]], "{}", row[0]);
        }
    }
}

#[test]
fn payments_agree_with_floating_point_to_the_cent() {
    let (Some(book), Some(folder)) = (whole(), shared()) else { return };
    let rows: Vec<Vec<String>> = lines(&folder.join("data/mpfs/PPRRVU2025_Oct.nodesc.csv.gz"))
        .skip(10)
        .map(|line| cells(&line))
        .filter(|row| row[3] == "A")
        .collect();
    let places: Vec<Vec<String>> = lines(&folder.join("data/mpfs/GPCI2025.csv"))
        .map(|line| cells(&line))
        .filter(|cells| cells.len() == 7 && cells[0].len() == 5)
        .collect();
    assert_eq!(places.len(), 109);
    let mut random = StdRng::seed_from_u64(3);
    let number = |text: &str| text.parse::<f64>().unwrap();
    let mut paid = 0;
    for _ in 0..lookups() {
        let (row, at) = (rows.choose(&mut random).unwrap(), places.choose(&mut random).unwrap());
        for (site, expense, absent) in [(Site::NonFacility, 6, 7), (Site::Facility, 8, 9)] {
            let found = on_disk(&book).payment(&row[0], &row[1], site, Some((&at[0], &at[2])), date(2025, 11, 3));
            if row[absent] == "NA" {
                assert!(found.is_err(), "{}", row[0]);
                continue;
            }
            let found = found.unwrap().record;
            let sum =
                number(&row[5]) * number(&at[4]) + number(&row[expense]) * number(&at[5]) + number(&row[10]) * number(&at[6]);
            let expected = sum * number(&row[24]);
            let shown = number(&found.amount.to_string());
            if found.capped {
                assert!(shown < expected + 0.005, "{}", row[0]);
            } else {
                assert!((shown - expected).abs() < 0.005_000_1, "{} {}: {shown} {expected}", row[0], at[3]);
            }
            paid += 1;
        }
    }
    assert!(paid > lookups());
}

#[test]
fn add_ons_laboratory_fees_drugs_and_hospital_rates() {
    let (Some(book), Some(folder)) = (with_next(), shared()) else { return };
    let edition = on_disk(&book);
    let mut random = StdRng::seed_from_u64(4);
    let table = |file: &str, skip: usize, tab: bool| -> Vec<Vec<String>> {
        let split = |line: String| if tab { line.split('\t').map(str::to_owned).collect() } else { cells(&line) };
        lines(&folder.join(file)).skip(skip).map(split).collect()
    };
    for (on, file) in
        [(date(2024, 6, 15), "data/ncci/aoc_2024-06-03.derived.tsv"), (date(2026, 9, 1), "data-next/ncci/aoc_2026Q3.derived.tsv")]
    {
        let rows = table(file, 1, true);
        for _ in 0..lookups() {
            let row = rows.choose(&mut random).unwrap();
            let mut expected: Vec<&str> =
                rows.iter().filter(|other| other[0] == row[0] && other[1] != "CCCCC").map(|other| other[1].as_str()).collect();
            expected.sort_unstable();
            expected.dedup();
            let rule = edition.add_on(&row[0], on).unwrap().record;
            let found: Vec<&str> = rule.primaries.iter().map(|primary| primary.code.as_str()).collect();
            assert_eq!(found, expected, "{} on {on}", row[0]);
            let back = edition.add_ons_of(&row[1], on);
            assert!(row[1] == "CCCCC" || back.iter().any(|found| found.record.code == row[0]), "{} of {}", row[0], row[1]);
        }
    }
    let lab = table("data/misc/PUF_CLFS_CY2026_Q2V1.nodesc.csv", 5, false);
    let mut asp = table("data/asp/October2025_ASP_Pricing.nodesc.csv", 9, false);
    asp.retain(|row| begins(row));
    let opps = table("data/opps/2025_January_Addendum_B.nodesc.csv.gz", 5, false);
    for _ in 0..lookups() {
        let row = lab.choose(&mut random).unwrap();
        let fees = edition.lab_fees(&row[1], date(2026, 6, 30));
        let fee = fees.iter().find(|fee| fee.record.modifier == row[2]).unwrap();
        assert_eq!(fee.record.rate.unwrap().to_string().parse::<f64>().unwrap(), row[5].parse::<f64>().unwrap(), "{}", row[1]);
        let row = asp.choose(&mut random).unwrap();
        let limit = edition.drug_limit(&row[0], date(2025, 12, 31)).unwrap().record.limit.unwrap();
        assert_eq!(limit.to_string().parse::<f64>().unwrap(), row[3].parse::<f64>().unwrap(), "{}", row[0]);
        let row = opps.choose(&mut random).unwrap();
        let Listed::Yes(found) = edition.opps(row[0].trim(), date(2025, 3, 31)) else { panic!("{}", row[0]) };
        assert_eq!((found.record.status.as_str(), found.record.apc.as_str()), (row[2].as_str(), row[3].as_str()), "{}", row[0]);
        let rate = found.record.rate.map(|rate| rate.to_string().parse::<f64>().unwrap());
        assert_eq!(rate, row[5].trim().parse::<f64>().ok(), "{}", row[0]);
    }
}

#[test]
fn equipment_fees_packages_and_places() {
    let (Some(book), Some(folder)) = (whole(), shared()) else { return };
    let edition = on_disk(&book);
    let mut random = StdRng::seed_from_u64(5);
    let rows: Vec<Vec<String>> = lines(&folder.join("data/dme/DMEPOS26_JAN.csv.gz")).skip(6).map(|line| cells(&line)).collect();
    let (head, rows) = rows.split_first().unwrap();
    let zips: Vec<Vec<String>> = lines(&folder.join("data/mpfs/ZIP5_JAN2026.csv.gz")).skip(1).map(|line| cells(&line)).collect();
    let packages: Vec<Vec<String>> = lines(&folder.join("data/asp/October2025_ASP_NDC_HCPCS_Crosswalk.nodesc.csv.gz"))
        .skip(9)
        .map(|line| cells(&line))
        .filter(|row| begins(row))
        .collect();
    for _ in 0..lookups() {
        let row = rows.choose(&mut random).unwrap();
        let at = (7..head.len() - 1).step_by(2).collect::<Vec<_>>().choose(&mut random).copied().unwrap();
        let state = head[at].trim_end_matches(" (NR)");
        let fees = edition.dme_fees(&row[0], state, date(2026, 1, 31));
        let modifiers: Vec<&String> = row[1..3].iter().filter(|modifier| !modifier.is_empty()).collect();
        let fee = fees.iter().find(|fee| fee.record.modifiers.iter().collect::<Vec<_>>() == modifiers);
        let expected = [&row[at], &row[at + 1]].map(|cell| cell.parse::<f64>().unwrap_or(0.0));
        let found =
            fee.map_or([0.0, 0.0], |fee| [fee.record.nonrural, fee.record.rural].map(|fee| fee.to_string().parse().unwrap()));
        assert_eq!(found, expected, "{} {state}", row[0]);
        let row = zips.choose(&mut random).unwrap();
        let found = edition.zip(&row[1], date(2026, 3, 31));
        assert!(
            found
                .iter()
                .any(|place| place.record.carrier == row[2] && place.record.locality == row[3] && place.record.state == row[0]),
            "{row:?}"
        );
        let row = packages.choose(&mut random).unwrap();
        let found = edition.ndc(row[3].trim(), date(2025, 10, 1));
        assert!(found.iter().any(|package| package.record.code == row[0]), "{} {}", row[0], row[3]);
    }
}
