//! The whole published files, where they lie beside the repository: counts, and look-ups held against a plain reading of the
//! file and against the embedded records.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use caseconsultant::codebook::import::input::Licences;
use caseconsultant::codebook::{Codebook, Lookup};
use caseconsultant::domain::code::{CodeRef, CodeSystem, Family, Modifier};
use jiff::civil::{Date, date};

use super::shelf::{Shelved, build, shared};
use super::{dx, hcpcs, names};

fn text(file: &Path) -> String {
    let mut bytes = Vec::new();
    let packed = std::fs::File::open(file).unwrap();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Two thousand of many, the same ones in every run.
fn some<T>(all: Vec<T>) -> Vec<T> {
    let step = (all.len() / 2_000).max(1);
    all.into_iter().step_by(step).collect()
}

#[derive(Debug, PartialEq)]
enum Kind {
    Valid,
    Heading,
    OutOfForce,
    Unknown,
}

fn kind(lookup: &Lookup) -> Kind {
    match lookup {
        Lookup::Valid(_) => Kind::Valid,
        Lookup::NotBillable { .. } => Kind::Heading,
        Lookup::OutOfForce { .. } => Kind::OutOfForce,
        Lookup::Unknown { .. } | Lookup::NumberOnly { .. } | Lookup::NotLoaded => Kind::Unknown,
    }
}

#[test]
fn whole_files_agree_with_a_plain_reading_and_with_the_embedded_records() {
    let Some(shared) = shared() else { return };
    let data = shared.join("data");
    let folders = ["icd10cm", "icd10pcs", "hcpcs", "gems", "drg", "hcc", "mce", "remit", "mcd", "manuals", "terms"];
    let mut from: Vec<_> = folders.iter().map(|folder| data.join(folder)).collect();
    from.push(data.join("misc/pos_codes_2024.csv"));
    let shelved = build(&from, Licences::default());
    counts(&shelved);
    orders(&shelved, &data);
    level_two(&shelved, &data);
    parity(&shelved.book);
    sections(&shelved);
}

fn counts(shelved: &Shelved) {
    let rows =
        |file: &str| shelved.built.report.sources.iter().filter(|s| s.file.ends_with(file)).map(|s| s.rows).collect::<Vec<_>>();
    assert_eq!(rows("icd10cm_order_2025.txt.gz"), [97_584]);
    let billable = "SELECT count(*) FROM icd10_code JOIN source ON source.id = source WHERE billable = 1 AND file LIKE ";
    assert_eq!(shelved.count(&format!("{billable} '%order_2025%'")), 74_260);
    assert_eq!(rows("icd10cm_codes_2025.txt.gz"), [74_260]);
    assert_eq!(rows("icd10cm_codes_2026.derived.txt.gz"), [74_719]);
    let products = "SELECT sum(length(fourth) * length(fifth) * length(sixth) * length(seventh)) FROM pcs_row";
    assert_eq!(shelved.count(products), 78_948);
    assert_eq!(rows("icd10pcs_codes_2025.derived.txt.gz"), [78_577]);
    assert_eq!(rows("icd10pcs_conversion_table.txt.gz"), [16_993]);
    let mut anweb = rows("HCPC2025_JAN_ANWEB_12172024.txt.gz");
    anweb.sort_unstable();
    assert_eq!(anweb, [383, 8_259]);
    assert_eq!(shelved.count("SELECT count(*) FROM hcpcs_code WHERE terminated IS NOT NULL"), 1_145);
    assert_eq!((rows("2018_I10gem.txt"), rows("2018_I9gem.txt")), (vec![81_593], vec![24_860]));
    assert_eq!(shelved.line("icd-10-cm-conversion-table-FY2025.derived.tsv").read, 5_405);
    assert_eq!(shelved.count("SELECT count(DISTINCT current) FROM icd10cm_conversion"), 5_397);
    assert_eq!(shelved.count("SELECT count(*) FROM hcc_diagnosis JOIN source ON source.id = source WHERE part = 'V28'"), 8_317);
    assert_eq!((rows("mce_dx_edits.derived.tsv"), rows("pos_codes_2024.csv")), (vec![6_645], vec![99]));
    assert_eq!((rows("rarc_2024-06.derived.tsv"), rows("carc_numbers_2024-06.derived.tsv")), (vec![1_171], vec![405]));
    assert_eq!(rows("mcd_documents_2025-08.derived.csv.gz"), [3_133]);
    assert_eq!(rows("medical_abbreviations.MIT.csv"), [4_438]);
    assert_eq!(rows("orange_book_trade_to_ingredient.derived.tsv"), [2_036]);
    let bad: Vec<_> = shelved.built.report.files.iter().filter(|file| file.bad > 0).collect();
    assert!(bad.is_empty(), "{bad:?}");
}

/// Two thousand codes of the order file by the plain columns of their lines, on three days.
fn orders(shelved: &Shelved, data: &Path) {
    let order = text(&data.join("icd10cm/icd10cm_order_2025.txt.gz"));
    let next: BTreeMap<String, String> = text(&data.join("icd10cm/icd10cm_codes_2026.derived.txt.gz"))
        .lines()
        .map(|line| (line[..7].trim().to_owned(), line[8..].trim().to_owned()))
        .collect();
    for line in some(order.lines().collect()) {
        let (code, billable, title) = (line[6..13].trim(), &line[14..15] == "1", line[77..].trim());
        let now = shelved.book.record(&dx(code), date(2025, 3, 1));
        if billable {
            let Lookup::Valid(record) = now else { panic!("{code}: {now:?}") };
            assert_eq!(record.title.as_deref(), Some(title), "{code}");
        } else {
            assert_eq!(kind(&now), Kind::Heading, "{code}");
        }
        let later = shelved.book.record(&dx(code), date(2026, 3, 1));
        match next.get(code) {
            Some(title) => assert!(matches!(&later, Lookup::Valid(r) if r.title.as_deref() == Some(title)), "{code}: {later:?}"),
            None => assert_ne!(kind(&later), Kind::Valid, "{code}: {later:?}"),
        }
    }
}

fn level_two(shelved: &Shelved, data: &Path) {
    let anweb = text(&data.join("hcpcs/HCPC2025_JAN_ANWEB_12172024.txt.gz"));
    let day = |text: &str| text.trim().parse::<i64>().ok();
    let records: Vec<&str> = anweb.lines().filter(|line| line.len() > 292 && &line[10..11] == "3").collect();
    for line in some(records) {
        let (code, added, ended) = (&line[..5], day(&line[268..276]), day(&line[284..292]));
        for on in [date(2025, 1, 15), date(2019, 6, 1), date(2010, 6, 1)] {
            let number = i64::from(on.year()) * 10_000 + i64::from(on.month()) * 100 + i64::from(on.day());
            let valid = added.is_none_or(|added| added <= number) && ended.is_none_or(|ended| number <= ended);
            let found = shelved.book.record(&hcpcs(code), on);
            assert_eq!(kind(&found) == Kind::Valid, valid, "{code} on {on}: {found:?}");
        }
    }
}

/// The embedded records are cut from the same files: both say the same of a code on a day.
fn parity(book: &Codebook) {
    let starter = Codebook::starter();
    let sql = "SELECT DISTINCT code FROM icd10_code WHERE length(code) < 8 ORDER BY code";
    let codes: Vec<String> = book.on_disk().unwrap().query(sql, [], |row| row.get(0)).unwrap();
    let mut differing = Vec::new();
    for code in some(codes.into_iter().filter(|code| code.starts_with(char::is_alphabetic)).collect()) {
        let code = dx(&code);
        for on in [date(2025, 3, 1), date(2026, 3, 1), date(2021, 3, 1)] {
            let (ours, theirs) = (book.record(&code, on), starter.record(&code, on));
            if kind(&theirs) != Kind::Unknown && kind(&ours) != kind(&theirs) {
                differing.push((code.clone(), on, kind(&ours), kind(&theirs)));
            }
        }
    }
    assert!(differing.is_empty(), "{}: {:?}", differing.len(), differing.iter().take(20).collect::<Vec<_>>());
    for (a, b) in
        [("N13.2", "N20.0"), ("F33.1", "F32.9"), ("M17.11", "S83.241A"), ("E11.9", "Z79.4"), ("J43.9", "J44.9"), ("I10", "I11.9")]
    {
        let pairs = |book: &Codebook| {
            let mut found: Vec<(String, String)> = book
                .excludes(&dx(a), &dx(b), date(2026, 6, 1))
                .into_iter()
                .map(|note| (format!("{:?}", note.kind), note.at.code))
                .collect();
            found.sort();
            found
        };
        assert_eq!(pairs(book), pairs(&starter), "{a} {b}");
    }
    for modifier in ["59", "XS", "LT", "QW", "CP", "MA"] {
        let of = |book: &Codebook| {
            book.modifier(Modifier::parse(modifier).unwrap(), date(2026, 6, 1)).map(|record| (record.meaning, record.effect))
        };
        assert_eq!(of(book), of(&starter), "{modifier}");
    }
    for code in ["J1171", "J3490", "J1885", "G0463", "J9271", "Q5101"] {
        assert_eq!(book.hcpcs_unit(&hcpcs(code), date(2025, 2, 1)), starter.hcpcs_unit(&hcpcs(code), date(2025, 2, 1)), "{code}");
    }
    assert_eq!(book.hcpcs_named("hydromorphone", date(2025, 2, 1)), starter.hcpcs_named("hydromorphone", date(2025, 2, 1)));
}

fn sections(shelved: &Shelved) {
    let edition = shelved.edition();
    let on = date(2026, 6, 1);
    let section = |family, number: &str| edition.section(family, "", number, on).unwrap_or_else(|| panic!("{number}"));
    assert_eq!(section(Family::Guidelines, "I.A.12.a").title, "Excludes1");
    assert!(section(Family::Guidelines, "IV.H").title.starts_with("Uncertain"));
    assert!(section(Family::Guidelines, "I.C.9.a").title.starts_with("Hypertension"));
    assert!(section(Family::Guidelines, "I.C.19.e.5").title.starts_with("The occurrence of drug toxicity"));
    assert_eq!(section(Family::NcciManual, "I.E").title, "Modifiers and Modifier Indicators");
    assert!(section(Family::NcciManual, "IV.E").title.starts_with("Arthroscopy"));
    assert!(section(Family::NcciManual, "I.V").title.starts_with("Medically Unlikely Edits"));
    assert!(section(Family::NcciManual, "VIII.I.1").text.starts_with("1. "));
    assert!(section(Family::BenefitManual, "60").title.starts_with("Services and Supplies"));
    assert!(section(Family::BenefitManual, "290").title.starts_with("Foot Care"));
    let chapters = "SELECT count(DISTINCT number) FROM manual_section JOIN source ON source.id = source \
        WHERE family = 'NCCI Policy Manual' AND number GLOB '[IVX]*' AND instr(number, '.') = 0";
    assert_eq!(shelved.count(chapters), 13);
    let doubled = "SELECT count(*) FROM (SELECT 1 FROM manual_section GROUP BY source, number HAVING count(*) > 1)";
    assert_eq!(shelved.count(doubled), 0);
    let footers = "SELECT count(*) FROM manual_section WHERE text LIKE '%Revision Date (Medicare)%' OR text LIKE '%.....%'";
    assert_eq!(shelved.count(footers), 0);
    let pcs = CodeRef::new(CodeSystem::Icd10Pcs, "0SRC0J9");
    assert!(matches!(shelved.book.record(&pcs, Date::constant(2025, 3, 1)), Lookup::Valid(_)));
    assert_eq!(names(&edition.successors("M545", on)), ["M54.50", "M54.51", "M54.59"]);
    assert_eq!(edition.categories(&dx("E11.9"), on)[0].hcc, 38);
}
