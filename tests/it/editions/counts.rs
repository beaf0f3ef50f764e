//! Row counts of the published files, where the large data is there.

use caseconsultant::codebook::Codebook;
use caseconsultant::domain::code::Family;
use jiff::civil::date;

use super::{on_disk, sources};
use crate::world::edition::{whole, with_next};

fn count(book: &Codebook, sql: &str) -> i64 {
    on_disk(book).query(sql, [], |row| row.get(0)).unwrap()[0]
}

#[test]
fn every_family_has_the_rows_that_its_files_hold() {
    let Some(book) = whole() else { return };
    let rows = |family, part| sources(&book, family, part).iter().map(|source| source.rows).collect::<Vec<_>>();
    assert_eq!(rows(Family::NcciPtp, "practitioner"), [2_546_017]);
    assert_eq!(rows(Family::NcciPtp, "hospital"), [1_775_818]);
    let active = |part| {
        let id = sources(&book, Family::NcciPtp, part)[0].id;
        count(&book, &format!("SELECT count(*) FROM pair WHERE source = {id} AND deleted = 0"))
    };
    assert_eq!((active("practitioner"), active("hospital")), (1_669_820, 1_335_857));
    assert_eq!(rows(Family::Mue, "practitioner"), [14_677]);
    assert_eq!(rows(Family::Mue, "hospital"), [14_628]);
    assert_eq!(rows(Family::Mue, "dme"), [2_928]);
    assert_eq!(rows(Family::AddOn, ""), [7_465]);
    assert_eq!(rows(Family::Mpfs, ""), [19_090, 19_090], "csv and text");
    assert_eq!(rows(Family::Mpfs, "OPPS cap"), [16_100]);
    assert_eq!(rows(Family::Gpci, ""), [109, 109]);
    assert_eq!(on_disk(&book).localities(date(2025, 11, 1)).len(), 109);
    assert_eq!(rows(Family::Anesthesia, "factors"), [110, 109], "the csv names the national one too");
    assert_eq!(rows(Family::Anesthesia, "base units"), [276]);
    assert_eq!(rows(Family::Localities, "ZIP codes"), [42_956]);
    assert_eq!(rows(Family::Clfs, ""), [2_179]);
    assert_eq!(rows(Family::Opps, ""), [18_562]);
    assert_eq!(rows(Family::Asp, "payment limits"), [1_012]);
    assert_eq!(rows(Family::Asp, "NDC crosswalk"), [8_245]);
    assert_eq!(count(&book, "SELECT count(*) FROM dme_item"), 3_515);
    assert_eq!(rows(Family::Mac, ""), [111]);
    assert_eq!(rows(Family::CliaWaived, ""), [124]);
}

#[test]
fn newer_editions_stand_beside_the_older_ones() {
    let Some(book) = with_next() else { return };
    let rows = |family, part| sources(&book, family, part).iter().map(|source| source.rows).collect::<Vec<_>>();
    assert_eq!(rows(Family::Mpfs, ""), [19_090, 19_090, 19_356]);
    assert_eq!(rows(Family::Mue, "practitioner"), [14_677, 15_095]);
    assert_eq!(rows(Family::AddOn, ""), [7_465, 7_743]);
    assert_eq!(rows(Family::Opps, ""), [18_562, 7_312]);
    assert_eq!(rows(Family::Asp, "payment limits"), [1_012, 890]);
    assert_eq!(sources(&book, Family::Gpci, "").last().unwrap().rows, 109);
    let edition = on_disk(&book);
    let of = |code: &str, on| edition.relative_values(code, "", on).unwrap();
    assert_eq!(of("99213", date(2025, 12, 1)).record.conversion_factor.to_string(), "32.3465");
    assert_eq!(of("99213", date(2026, 8, 1)).record.conversion_factor.to_string(), "33.4009");
    assert!(of("99213", date(2026, 8, 1)).covers && !of("99213", date(2026, 11, 1)).covers);
    assert_eq!(of("99213", date(2026, 11, 1)).source.edition, "2026 July");
}
