//! Every layout read from a few published rows, in the shapes that publishers really send.

use std::io::Write as _;

use caseconsultant::codebook::PairState;
use caseconsultant::codebook::edition::{AddOnKind, Listed, part};
use caseconsultant::domain::code::{CodeRef, CodeSystem, Family};
use caseconsultant::domain::finding::ModifierIndicator;
use caseconsultant::domain::question::Setting;
use jiff::civil::date;

use super::{on_disk, sources};
use crate::world::edition::{Room, fixture};

fn cpt(code: &str) -> CodeRef {
    CodeRef::new(CodeSystem::Cpt, code)
}

#[test]
fn pair_edits_keep_their_history_and_say_what_an_excerpt_can_not_know() {
    let book = Room::with(&["ccipra-v322r0-f1.txt"]).codebook();
    let source = &sources(&book, Family::NcciPtp, "practitioner")[0];
    assert_eq!(
        (source.edition.as_str(), source.from, source.to, source.rows),
        ("2026 Q3", date(2026, 7, 1), date(2026, 9, 30), 18)
    );
    let look = |a: &str, b: &str, on| book.pair_edits(&[cpt(a), cpt(b)], Setting::Practitioner, on).remove(0);
    let live = look("0030U", "0001U", date(2026, 7, 15));
    assert!(
        matches!(&live.state, PairState::Live(row) if row.column1.code == "0001U" && row.effect.effective == Some(date(2018, 7, 1)))
    );
    // Deleted as of the last day of June: live on it, gone after it.
    assert!(matches!(look("0001U", "0029U", date(2026, 6, 30)).state, PairState::Live(_)));
    assert!(matches!(look("0001U", "0029U", date(2026, 7, 1)).state, PairState::Deleted(_)));
    // Before its first day there was no edit.
    assert!(matches!(look("0001U", "0030U", date(2018, 6, 30)).state, PairState::Absent));
    // Two rows of one pair: indicator 9 never was live, the other has stood since 1996.
    let pair = look("13120", "13121", date(2026, 7, 1));
    assert_eq!(pair.history.len(), 2);
    assert!(matches!(pair.state, PairState::Live(row) if row.indicator == ModifierIndicator::Never));
    // An excerpt says nothing of what it does not hold.
    assert!(matches!(look("99213", "20610", date(2026, 7, 1)).state, PairState::NotLoaded));
    // Hospital edits are not loaded from this file: the embedded records answer.
    assert!(!on_disk(&book).holds(Family::NcciPtp, part(Setting::Hospital)));
}

#[test]
fn four_pieces_of_an_edition_are_whole_only_together() {
    let rows = |from: u32, count: u32| -> String {
        let head = "notice\t\t\t\t\t\t\r\nColumn1/Column2 Edits\t\t\t\t\t\t\r\nColumn 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n";
        let row = |n: u32| format!("{n:05}\t99999\t\t20200101\t*\t1\tMore extensive procedure\r\n");
        head.to_owned() + &(from..from + count).map(row).collect::<String>()
    };
    let last = "Q9999\tQ9998\t\t20200101\t*\t1\tMore extensive procedure\r\n";
    let room = Room::new();
    // A piece of less than a published size is taken for an excerpt; the second makes it to the letters.
    room.put("ccipra-v322r0-f1.txt", rows(0, 100_000))
        .put("ccipra-v322r0-f2.txt", rows(200_000, 0) + &rows_small(100_000) + last);
    let book = room.codebook();
    let look = |a: &str, b: &str| book.pair_edits(&[cpt(a), cpt(b)], Setting::Practitioner, date(2026, 8, 1)).remove(0).state;
    assert!(matches!(look("00007", "99999"), PairState::Live(_)));
    assert!(matches!(look("00007", "00008"), PairState::Absent));
}

fn rows_small(count: u32) -> String {
    let row = |n: u32| {
        let letter = char::from(b'A' + u8::try_from(n / 10_000).unwrap());
        format!("{:04}{letter}\t99998\t\t20200101\t*\t1\tMore extensive procedure\r\n", n % 10_000)
    };
    (0..count).map(row).collect()
}

#[test]
fn unit_limits_follow_the_day_of_service() {
    let book = Room::with(&["MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", "MCR_MUE_DMESupplierServices_Eff_07-01-2024.csv"])
        .codebook();
    let limit = book.unit_limit(&cpt("0009U"), Setting::Practitioner, date(2026, 8, 1)).unwrap();
    assert_eq!((limit.units, limit.mai.digit(), limit.rationale.as_str()), (2, 3, "Nature of Analyte"));
    assert_eq!(limit.source.edition, "2026 Q3");
    let needle = CodeRef::new(CodeSystem::Hcpcs, "A4206");
    let zero = book.unit_limit(&needle, Setting::Dme, date(2024, 8, 1)).unwrap();
    assert_eq!((zero.units, zero.mai.digit()), (0, 3), "0 is a value");
    assert!(book.covers(Family::Mue, date(2026, 8, 1)));
    assert!(!book.covers(Family::Mue, date(2026, 10, 1)));
    let nearest = book.coverage(Family::Mue, date(2026, 10, 1)).unwrap();
    assert_eq!(nearest.edition, "2026 Q3");
}

#[test]
fn add_on_codes_name_their_primaries_both_ways() {
    let book = Room::with(&["aoc_2024-06-03.tsv", "aoc_2026Q3.tsv"]).codebook();
    let edition = on_disk(&book);
    let rule = edition.add_on("0071U", date(2026, 8, 1)).unwrap();
    assert_eq!((rule.record.kind, rule.record.primaries.as_slice()), (AddOnKind::Complete, &[cpt("0070U")][..]));
    assert!(rule.record.met_by(&[cpt("0070U")]) && !rule.record.met_by(&[cpt("99213")]));
    assert_eq!(rule.source.edition, "2026 Q3");
    let contractor = edition.add_on("0054T", date(2024, 6, 10)).unwrap();
    assert_eq!((contractor.record.kind, contractor.record.primaries.len()), (AddOnKind::Contractor, 0));
    let of: Vec<String> = edition.add_ons_of("0070U", date(2026, 8, 1)).into_iter().map(|found| found.record.code).collect();
    assert!(of.contains(&"0071U".to_owned()), "{of:?}");
    assert!(edition.add_on("0071U", date(2018, 1, 1)).is_some_and(|rule| !rule.covers), "no edition of 2018 is loaded");
}

#[test]
fn the_fixed_width_add_on_file_reads_as_the_table_does() {
    let text = "0071U 0070U 1 20181001\r\n0054T CCCCC 2 20130401\r\n0095T 22864 1 20130401 20241231\r\n0098T 22861 1 20130401\r\n0130U 0101U 1 20191001\r\n";
    let room = Room::new();
    room.put("AOC_V2026Q3-F-MCR.txt", text);
    let book = room.codebook();
    assert_eq!(sources(&book, Family::AddOn, "")[0].edition, "2026 Q3");
    let edition = on_disk(&book);
    assert_eq!(edition.add_on("0130U", date(2026, 8, 1)).unwrap().record.primaries, [cpt("0101U")]);
    assert!(edition.add_on("0095T", date(2026, 8, 1)).is_none(), "deleted");
}

#[test]
fn relative_values_read_by_their_wrapped_header_in_both_years() {
    let names = ["PPRRVU2025_Oct.csv", "PPRRVU2026_Jul_nonQPP.csv", "PPRRVU2026_Jul_QPP.csv"];
    let book = Room::with(&names).codebook();
    let edition = on_disk(&book);
    let shown = |code: &str, modifier: &str, on| {
        let found = edition.relative_values(code, modifier, on).unwrap();
        let values = found.record;
        format!(
            "{} {} {} | {} {} {} | {} {} {} | {} | {} | {}",
            found.source.edition,
            values.status,
            values.global,
            values.work,
            values.pe_nonfacility,
            values.pe_facility,
            values.na_nonfacility,
            values.na_facility,
            values.mp,
            [values.multiple, values.bilateral, values.assistant, values.cosurgeon, values.team].join(""),
            values.conversion_factor,
            values.supervision
        )
    };
    assert_eq!(
        shown("99213", "", date(2025, 11, 3)),
        "2025 October A XXX | 1.30 1.35 0.57 | false false 0.10 | 00000 | 32.3465 | 09"
    );
    assert_eq!(
        shown("99213", "", date(2026, 8, 3)),
        "2026 July A XXX | 1.30 1.46 0.33 | false false 0.09 | 00000 | 33.4009 | 09"
    );
    assert!(shown("27447", "", date(2026, 8, 3)).contains("A 090"));
    assert!(edition.relative_values("27447", "", date(2026, 8, 3)).unwrap().record.na_nonfacility);
    assert_eq!(edition.all_relative_values("71046", date(2025, 11, 3)).len(), 3);
    assert_eq!(edition.qualifying_values("99213", "", date(2026, 8, 3)).unwrap().record.conversion_factor.to_string(), "33.5675");
    assert!(edition.qualifying_values("99213", "", date(2025, 11, 3)).is_none(), "2025 has one conversion factor");
    // A day of a year that is loaded is read from that year, and told not to be covered.
    let early = edition.relative_values("99213", "", date(2026, 2, 1)).unwrap();
    assert_eq!((early.source.edition.as_str(), early.covers), ("2026 July", false));
}

#[test]
fn the_fixed_column_text_reads_as_the_csv_does() {
    let (csv, text) = (Room::with(&["PPRRVU2025_Oct.csv"]).codebook(), Room::with(&["PPRRVU2025_Oct.txt"]).codebook());
    let on = date(2025, 11, 3);
    for code in ["99213", "27447", "45378", "71046", "00100"] {
        let (a, b) = (on_disk(&csv).all_relative_values(code, on), on_disk(&text).all_relative_values(code, on));
        assert!(!a.is_empty());
        let records = |found: Vec<caseconsultant::codebook::Cited<_>>| found.into_iter().map(|f| f.record).collect::<Vec<_>>();
        assert_eq!(records(a), records(b), "{code}");
    }
    // Both at once: the csv, which holds more, is read.
    let both = Room::with(&["PPRRVU2025_Oct.csv", "PPRRVU2025_Oct.txt"]).codebook();
    assert_eq!(on_disk(&both).relative_values("99213", "", on).unwrap().source.file, "PPRRVU2025_Oct.csv");
}

#[test]
fn localities_read_from_table_and_text() {
    for name in ["GPCI2025.csv", "GPCI2025.txt"] {
        let book = Room::with(&[name]).codebook();
        let found = on_disk(&book).locality("02102", "01", date(2025, 5, 1)).unwrap();
        let at = found.record;
        assert_eq!((at.state.as_str(), at.name.as_str()), ("AK", "ALASKA"), "{name}");
        assert_eq!((at.work.to_string(), at.pe.to_string(), at.mp.to_string()), ("1.50".into(), "1.081".into(), "0.592".into()));
        assert!(found.covers);
    }
    for name in ["25LOCCO.csv", "25LOCCO.txt"] {
        let book = Room::with(&[name]).codebook();
        let found = on_disk(&book).counties("01112", "52", date(2025, 5, 1));
        assert_eq!(found[0].record.counties, "MARIN", "{name}");
        assert!(on_disk(&book).counties("02102", "01", date(2025, 5, 1))[0].record.state.starts_with("ALASKA"), "{name}");
    }
    let book = Room::with(&["ZIP5_JAN2026.csv"]).codebook();
    let place = &on_disk(&book).zip("90210", date(2026, 2, 1))[0];
    assert_eq!((place.record.carrier.as_str(), place.record.locality.as_str()), ("01182", "18"));
    assert_eq!(sources(&book, Family::Localities, "ZIP codes")[0].to, date(2026, 3, 31));
}

#[test]
fn anesthesia_factors_and_base_units() {
    for name in ["ANES2025.csv", "ANES2025.txt"] {
        let book = Room::with(&[name]).codebook();
        let factor = on_disk(&book).anesthesia_factor(Some(("10112", "00")), date(2025, 3, 1)).unwrap();
        assert_eq!(factor.record.to_string(), "19.31", "{name}");
    }
    let book = Room::with(&["ANES2025.csv"]).codebook();
    assert_eq!(on_disk(&book).anesthesia_factor(None, date(2025, 3, 1)).unwrap().record.to_string(), "20.3178");
}

#[test]
fn hospital_and_ambulatory_surgery_rates() {
    let names = ["2025_January_Addendum_B.csv", "opps_2026_January_apc_rates.csv", "ASC_Oct2025_Addendum_AA.csv"];
    let book = Room::with(&names).codebook();
    let edition = on_disk(&book);
    let Listed::Yes(clinic) = edition.opps("G0463", date(2025, 2, 1)) else { panic!() };
    assert_eq!((clinic.record.status.as_str(), clinic.record.apc.as_str()), ("J2", "5012"));
    assert_eq!(clinic.record.rate.unwrap().to_string(), "128.87");
    assert_eq!(clinic.record.minimum_copayment.unwrap().to_string(), "25.78");
    let Listed::Yes(packaged) = edition.opps("A4341", date(2025, 2, 1)) else { panic!() };
    assert_eq!((packaged.record.status.as_str(), packaged.record.rate), ("N", None), "a blank after the code and in the rate");
    let Listed::Yes(rate) = edition.opps("A9517", date(2026, 2, 1)) else { panic!() };
    assert_eq!((rate.record.apc.as_str(), rate.record.rate.unwrap().to_string()), ("1064", "24.07".to_owned()));
    assert!(matches!(edition.opps("99213", date(2026, 2, 1)), Listed::NotLoaded), "an excerpt does not say what is absent");
    let asc = edition.asc("29881", date(2025, 11, 1)).unwrap();
    assert_eq!((asc.record.indicator.as_str(), asc.record.discounted), ("A2", Some(true)));
    assert_eq!(asc.record.rate.unwrap().to_string(), "1683.06");
}

#[test]
fn laboratory_drugs_and_equipment() {
    let names = [
        "PUF_CLFS_CY2026_Q2V1.csv",
        "October2025_ASP_Pricing.csv",
        "October2025_ASP_NDC_HCPCS_Crosswalk.csv",
        "asp_payment_limits_2026-07.tsv",
        "DMEPOS26_JAN.csv",
    ];
    let book = Room::with(&names).codebook();
    let edition = on_disk(&book);
    let lab: Vec<String> = edition
        .lab_fees("80047", date(2026, 5, 1))
        .into_iter()
        .map(|fee| format!("{}:{}", fee.record.modifier, fee.record.rate.unwrap()))
        .collect();
    assert_eq!(lab, [":13.73", "QW:13.73"]);
    let limit = edition.drug_limit("90371", date(2025, 11, 1)).unwrap();
    assert_eq!((limit.record.limit.unwrap().to_string(), limit.source.edition.as_str()), ("134.194".to_owned(), "2025 Q4"));
    assert_eq!(edition.drug_limit("90371", date(2026, 8, 1)).unwrap().record.limit.unwrap().to_string(), "136.952");
    let package = &edition.ndc("65219-824-01", date(2025, 11, 1))[0];
    assert_eq!((package.record.code.as_str(), package.record.drug.as_str()), ("Q9999", "Otulfi"));
    assert_eq!(edition.drug_packages("90371", date(2025, 11, 1)).len(), 3);
    let fee = &edition.dme_fees("A4221", "AL", date(2026, 2, 1))[0];
    assert_eq!((fee.record.nonrural.to_string(), fee.record.rural.to_string()), ("25.87".to_owned(), "29.07".to_owned()));
    let both = edition.dme_fees("A4217", "AL", date(2026, 2, 1));
    assert_eq!(both[1].record.modifiers, ["AU"]);
}

#[test]
fn lists_say_yes_and_an_excerpt_never_says_no() {
    let book =
        Room::with(&["telehealth_cy2026_list_508.txt", "clfs_QW_codes_2026Q2.txt", "mac_jurisdictions_2026.tsv"]).codebook();
    let edition = on_disk(&book);
    assert!(matches!(edition.telehealth("90791", date(2026, 3, 1)), Listed::Yes(found) if found.record.audio_only.is_none()));
    assert!(matches!(edition.telehealth("27447", date(2026, 3, 1)), Listed::NotLoaded));
    assert!(edition.waived_test("80047", date(2026, 5, 1)).is_some());
    assert_eq!(edition.contractors("CA", date(2026, 5, 1))[0].record.carriers, ["01112", "01182"]);
}

#[test]
fn a_file_is_known_by_its_content_through_every_wrapping() {
    let mue = std::fs::read(fixture("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&mue).unwrap();
    let inner = zipped(&[("anything.dat", &gzip.finish().unwrap())]);
    let outer = zipped(&[("readme.txt", b"nothing of use"), ("deeper/2026Q3.zip", &inner)]);
    let room = Room::new();
    room.put("download (3).zip", outer);
    let book = room.codebook();
    let source = &sources(&book, Family::Mue, "practitioner")[0];
    assert_eq!((source.edition.as_str(), source.rows), ("2026 Q3", 5));
    assert_eq!(source.file, "download (3).zip/deeper/2026Q3.zip/anything.dat");
}

#[test]
fn marks_line_ends_and_encodings_of_all_kinds() {
    let text = std::fs::read_to_string(fixture("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv")).unwrap();
    let plain = text.replace("\r\n", "\n");
    let (cr, crlf) = (plain.replace('\n', "\r"), plain.replace('\n', "\r\n"));
    let latin = encoding_rs::WINDOWS_1252.encode(&plain).0.into_owned();
    let marked = [b"\xef\xbb\xbf".as_slice(), plain.trim_end().as_bytes()].concat();
    for (name, bytes) in
        [("cr", cr.into_bytes()), ("crlf", crlf.into_bytes()), ("cp1252", latin), ("bom, no last newline", marked)]
    {
        let room = Room::new();
        room.put("MUE_07-01-2026.csv", bytes);
        let book = room.codebook();
        assert_eq!(sources(&book, Family::Mue, "practitioner")[0].rows, 5, "{name}");
        assert!(book.unit_limit(&cpt("0022U"), Setting::Practitioner, date(2026, 7, 1)).is_some(), "{name}");
    }
}

pub(super) fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
