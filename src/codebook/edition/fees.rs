//! The other fee schedules and lists: anesthesia, OPPS, ASC, laboratory, drugs, equipment, telehealth, waived tests, contractors.

use jiff::civil::Date;
use rusqlite::Row;
use serde::Serialize;

use super::super::amount::Amount;
use super::super::import::{anesthesia, asp};
use super::{Cited, Edition, Listed};
use crate::domain::code::Family;

/// Addendum B's line of a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opps {
    /// Empty where only the rate is loaded.
    pub status: String,
    /// Four digits; empty where the code has none.
    pub apc: String,
    pub weight: Option<Amount>,
    pub rate: Option<Amount>,
    pub copayment: Option<Amount>,
    pub minimum_copayment: Option<Amount>,
}

/// An ASC addendum's line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asc {
    /// `AA` surgical, `BB` ancillary.
    pub addendum: &'static str,
    pub indicator: String,
    /// Whether multiple-procedure discounting applies, where the addendum says.
    pub discounted: Option<bool>,
    pub weight: Option<Amount>,
    pub rate: Option<Amount>,
}

/// A rate of the clinical laboratory fee schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabFee {
    /// Empty or `QW`.
    pub modifier: String,
    /// `N` national, `L` set by the contractor.
    pub indicator: String,
    pub rate: Option<Amount>,
}

/// A drug's payment limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrugLimit {
    /// What the limit is for: `10 MG`.
    pub dosage: String,
    pub limit: Option<Amount>,
    pub notes: String,
}

/// A package of a drug and the code it is billed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrugPackage {
    pub code: String,
    /// Digits alone, 5-4-2.
    pub ndc: String,
    pub labeler: String,
    pub drug: String,
    pub dosage: String,
    pub package_size: String,
    pub package_quantity: String,
    /// Billing units in one unit of the package, and in the package.
    pub bill_units: String,
    pub bill_units_package: String,
}

/// A fee of equipment or supplies in a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DmeFee {
    /// `NU`, `RR`, `UE`, …; empty where none is needed.
    pub modifiers: Vec<String>,
    /// `D` the DME contractor, `L` the local one, `J` either.
    pub jurisdiction: String,
    pub category: String,
    pub nonrural: Amount,
    /// Zero where rural areas pay the same.
    pub rural: Amount,
}

/// A service on the telehealth list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TelehealthService {
    /// `None` where the list does not say.
    pub audio_only: Option<bool>,
    pub remark: String,
}

/// A contractor that serves a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contractor {
    /// `A/B` or `DME`.
    pub kind: String,
    pub jurisdiction: String,
    pub name: String,
    pub state: String,
    /// The contractor numbers of Part B in the state.
    pub carriers: Vec<String>,
}

fn amount(row: &Row<'_>, at: usize, places: u8) -> rusqlite::Result<Option<Amount>> {
    row.get(at).map(|value: Option<i64>| value.map(|value| Amount::new(value, places)))
}

impl Edition {
    pub fn opps(&self, code: &str, on: Date) -> Listed<Opps> {
        let sql = "SELECT status, apc, weight, rate, copayment, minimum_copayment FROM opps WHERE source = ?1 AND code = ?2";
        self.listed((Family::Opps, ""), on, sql, &[code], |row| {
            Ok(Opps {
                status: row.get(0)?,
                apc: row.get(1)?,
                weight: amount(row, 2, 4)?,
                rate: amount(row, 3, 4)?,
                copayment: amount(row, 4, 2)?,
                minimum_copayment: amount(row, 5, 2)?,
            })
        })
    }

    /// The line of addendum AA, else of BB.
    pub fn asc(&self, code: &str, on: Date) -> Option<Cited<Asc>> {
        let sql = "SELECT indicator, discounted, weight, rate FROM asc WHERE source = ?1 AND code = ?2";
        ["AA", "BB"].into_iter().find_map(|addendum| {
            let found = self.cited((Family::Asc, addendum), on, sql, &[code], |row| {
                let (weight, rate) = (amount(row, 2, 4)?, amount(row, 3, 2)?);
                Ok(Asc { addendum, indicator: row.get(0)?, discounted: row.get(1)?, weight, rate })
            });
            found.into_iter().next()
        })
    }

    /// The laboratory rates of a code, in order of modifier.
    pub fn lab_fees(&self, code: &str, on: Date) -> Vec<Cited<LabFee>> {
        let sql = "SELECT modifier, indicator, rate FROM lab_fee WHERE source = ?1 AND code = ?2 ORDER BY modifier, line";
        self.cited((Family::Clfs, ""), on, sql, &[code], |row| {
            Ok(LabFee { modifier: row.get(0)?, indicator: row.get(1)?, rate: amount(row, 2, 2)? })
        })
    }

    pub fn drug_limit(&self, code: &str, on: Date) -> Option<Cited<DrugLimit>> {
        let sql = "SELECT dosage, payment_limit, notes FROM asp_price WHERE source = ?1 AND code = ?2";
        let found = self.cited((Family::Asp, asp::PRICES_PART), on, sql, &[code], |row| {
            Ok(DrugLimit { dosage: row.get(0)?, limit: amount(row, 1, 3)?, notes: row.get(2)? })
        });
        found.into_iter().next()
    }

    /// The packages of a code.
    pub fn drug_packages(&self, code: &str, on: Date) -> Vec<Cited<DrugPackage>> {
        self.packages("code", code, on)
    }

    /// The packages with an NDC, dashes or none: 10 digits in any of their shapes need their dashes to be padded to 5-4-2.
    pub fn ndc(&self, ndc: &str, on: Date) -> Vec<Cited<DrugPackage>> {
        let parts: Vec<&str> = ndc.split('-').collect();
        let padded = match parts.as_slice() {
            [labeler, product, package] if parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit())) => {
                format!("{labeler:0>5}{product:0>4}{package:0>2}")
            }
            _ => ndc.chars().filter(char::is_ascii_alphanumeric).collect(),
        };
        self.packages("ndc", &padded, on)
    }

    fn packages(&self, by: &str, key: &str, on: Date) -> Vec<Cited<DrugPackage>> {
        let sql = format!(
            "SELECT code, ndc, labeler, drug, dosage, package_size, package_quantity, bill_units, bill_units_package \
             FROM asp_ndc WHERE source = ?1 AND {by} = ?2 ORDER BY line"
        );
        self.cited((Family::Asp, asp::CROSSWALK_PART), on, &sql, &[key], |row| {
            Ok(DrugPackage {
                code: row.get(0)?,
                ndc: row.get(1)?,
                labeler: row.get(2)?,
                drug: row.get(3)?,
                dosage: row.get(4)?,
                package_size: row.get(5)?,
                package_quantity: row.get(6)?,
                bill_units: row.get(7)?,
                bill_units_package: row.get(8)?,
            })
        })
    }

    /// The fees of a code in a state (`TX`), one for each set of modifiers.
    pub fn dme_fees(&self, code: &str, state: &str, on: Date) -> Vec<Cited<DmeFee>> {
        let sql = "SELECT fee.modifier, fee.modifier2, jurisdiction, category, nonrural, rural FROM dme_fee fee \
            JOIN dme_item item USING (source, code, modifier, modifier2) WHERE fee.source = ?1 AND fee.code = ?2 AND state = ?3 \
            ORDER BY fee.modifier, fee.modifier2";
        self.cited((Family::Dmepos, ""), on, sql, &[code, state], |row| {
            let modifiers: [String; 2] = [row.get(0)?, row.get(1)?];
            Ok(DmeFee {
                modifiers: modifiers.into_iter().filter(|modifier| !modifier.is_empty()).collect(),
                jurisdiction: row.get(2)?,
                category: row.get(3)?,
                nonrural: Amount::cents(row.get(4)?),
                rural: Amount::cents(row.get(5)?),
            })
        })
    }

    /// Whether Medicare takes the service by telehealth.
    pub fn telehealth(&self, code: &str, on: Date) -> Listed<TelehealthService> {
        let sql = "SELECT audio_only, remark FROM telehealth_service WHERE source = ?1 AND code = ?2";
        self.listed((Family::Telehealth, ""), on, sql, &[code], |row| {
            Ok(TelehealthService { audio_only: row.get(0)?, remark: row.get(1)? })
        })
    }

    /// Whether the test is on the loaded list of waived tests that are billed with QW.
    pub fn waived_test(&self, code: &str, on: Date) -> Option<Cited<()>> {
        let sql = "SELECT 1 FROM waived_test WHERE source = ?1 AND code = ?2";
        self.cited((Family::CliaWaived, ""), on, sql, &[code], |_| Ok(())).into_iter().next()
    }

    /// The contractors of a state (`TX`).
    pub fn contractors(&self, state: &str, on: Date) -> Vec<Cited<Contractor>> {
        let sql =
            "SELECT kind, jurisdiction, name, state, carriers FROM contractor WHERE source = ?1 AND state = ?2 ORDER BY line";
        self.cited((Family::Mac, ""), on, sql, &[state], |row| {
            let carriers: String = row.get(4)?;
            Ok(Contractor {
                kind: row.get(0)?,
                jurisdiction: row.get(1)?,
                name: row.get(2)?,
                state: row.get(3)?,
                carriers: carriers.split(';').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect(),
            })
        })
    }

    /// The base units of an anesthesia code.
    pub fn anesthesia_base_units(&self, code: &str, on: Date) -> Option<Cited<i64>> {
        let sql = "SELECT units FROM anesthesia_base_unit WHERE source = ?1 AND code = ?2";
        self.cited((Family::Anesthesia, anesthesia::UNITS_PART), on, sql, &[code], |row| row.get(0)).into_iter().next()
    }

    /// The anesthesia conversion factor in a locality (contractor, number), or the national one.
    pub fn anesthesia_factor(&self, at: Option<(&str, &str)>, on: Date) -> Option<Cited<Amount>> {
        let sql = "SELECT factor FROM anesthesia_factor WHERE source = ?1 AND carrier = ?2 AND locality = ?3";
        let (carrier, locality) = at.unwrap_or(("00000", "00"));
        // The nation's factor has four decimals, a locality's two.
        let places = if at.is_some() { 2 } else { 4 };
        let found = self.cited((Family::Anesthesia, anesthesia::FACTORS_PART), on, sql, &[carrier, locality], |row| {
            Ok(Amount::new(row.get(0)?, places))
        });
        found.into_iter().next()
    }
}
