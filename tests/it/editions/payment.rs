//! What the fee schedule pays, worked out by hand beside it.

use caseconsultant::codebook::Amount;
use caseconsultant::codebook::edition::{NotPaid, Site};
use jiff::civil::date;

use super::on_disk;
use crate::world::edition::Room;

#[test]
fn amounts_are_exact_and_round_half_away_from_zero() {
    assert_eq!(Amount::new(130, 2).times(Amount::new(1_500, 3)).to_string(), "1.95");
    assert_eq!(Amount::new(125, 3).to_cents().to_string(), "0.13");
    assert_eq!(Amount::new(-125, 3).to_cents().to_string(), "-0.13");
    assert_eq!(Amount::new(323_465, 4).to_string(), "32.3465");
    assert_eq!(Amount::new(5, 0).to_string(), "5.00");
    assert_eq!(Amount::cents(-7).to_string(), "-0.07");
    assert_eq!(Amount::cents(100).least(Amount::new(9_999, 4)).to_string(), "0.9999");
}

#[test]
fn payment_by_setting_and_locality() {
    let names = ["PPRRVU2025_Oct.csv", "PPRRVU2026_Jul_nonQPP.csv", "PPRRVU2026_Jul_QPP.csv", "GPCI2025.csv", "GPCI2026.csv"];
    let book = Room::with(&names).codebook();
    let edition = on_disk(&book);
    let amount = |code: &str, site, at, on| edition.payment(code, "", site, at, on).map(|found| found.record.amount.to_string());
    let (autumn, summer) = (date(2025, 11, 3), date(2026, 8, 3));
    // (1.30 + 1.35 + 0.10) x 32.3465 = 88.952875; in a facility (1.30 + 0.57 + 0.10) x 32.3465 = 63.722605.
    assert_eq!(amount("99213", Site::NonFacility, None, autumn).unwrap(), "88.95");
    assert_eq!(amount("99213", Site::Facility, None, autumn).unwrap(), "63.72");
    // Alabama: (1.30 x 1 + 1.35 x 0.869 + 0.10 x 0.575) x 32.3465 = 81.857...
    assert_eq!(amount("99213", Site::NonFacility, Some(("10112", "00")), autumn).unwrap(), "81.86");
    // 2026, both conversion factors: 2.85 x 33.4009 and 2.85 x 33.5675.
    let found = edition.payment("99213", "", Site::NonFacility, None, summer).unwrap().record;
    assert_eq!((found.amount.to_string(), found.qualifying.unwrap().to_string()), ("95.19".to_owned(), "95.67".to_owned()));
    // A knee replacement is not done in an office.
    assert!(matches!(amount("27447", Site::NonFacility, None, autumn), Err(NotPaid::NotThere { .. })));
    assert!(amount("27447", Site::Facility, None, autumn).is_ok());
    // Statuses that the schedule does not pay, codes it does not hold, places it does not know.
    assert!(matches!(amount("G0008", Site::NonFacility, None, autumn), Err(NotPaid::Status { status, .. }) if status == "X"));
    assert!(matches!(amount("00001", Site::NonFacility, None, autumn), Err(NotPaid::NoLine(_))));
    assert!(matches!(amount("99213", Site::NonFacility, Some(("99999", "00")), autumn), Err(NotPaid::NoLocality)));
    let empty = Room::with(&["GPCI2025.csv"]).codebook();
    assert!(matches!(on_disk(&empty).payment("99213", "", Site::NonFacility, None, autumn), Err(NotPaid::NotLoaded)));
}

#[test]
fn the_opps_cap_holds_where_it_is_lower() {
    let room = Room::with(&["PPRRVU2025_Oct.csv", "GPCI2025.csv"]);
    let head = "HCPCS,MOD,PROCSTAT,CARRIER,LOCALITY,FACILITY PRICE,NON-FACILTY PRICE\n";
    room.put("OPPSCAP_Oct.csv", head.to_owned() + "71046,TC,A,10112,00,15.00,15.00\n71046,TC,A,02102,01,99.00,99.00\n");
    let book = room.codebook();
    let pays = |at| on_disk(&book).payment("71046", "TC", Site::NonFacility, Some(at), date(2025, 11, 3)).unwrap().record;
    let (low, high) = (pays(("10112", "00")), pays(("02102", "01")));
    assert_eq!((low.amount.to_string(), low.capped), ("15.00".to_owned(), true));
    assert!(!high.capped && high.amount.to_string() != "99.00");
}
