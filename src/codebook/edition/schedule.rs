//! The physician fee schedule: relative values with their indicators, localities, and what a service pays.

use jiff::civil::Date;
use rusqlite::Row;
use serde::Serialize;

use super::super::amount::Amount;
use super::super::import::{opps_cap, pprrvu, zip5};
use super::{Cited, Edition};
use crate::domain::code::Family;

/// A line of the schedule. Indicators are as published; their meanings stand in CPM 23, addendum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RelativeValues {
    pub code: String,
    /// Empty for the service as a whole, `26`, `TC`, `53`.
    pub modifier: String,
    /// `A` active, `R` restricted, `T` injection, `B` bundled, `C` priced by the contractor, `I`, `N`, `X` not paid, …
    pub status: String,
    pub work: Amount,
    pub pe_nonfacility: Amount,
    /// Not given outside a facility.
    pub na_nonfacility: bool,
    pub pe_facility: Amount,
    pub na_facility: bool,
    pub mp: Amount,
    pub pctc: String,
    /// `000`, `010`, `090`, `MMM`, `XXX`, `YYY`, `ZZZ`.
    pub global: String,
    pub preoperative: Amount,
    pub intraoperative: Amount,
    pub postoperative: Amount,
    pub multiple: String,
    pub bilateral: String,
    pub assistant: String,
    pub cosurgeon: String,
    pub team: String,
    pub endoscopic_base: String,
    pub conversion_factor: Amount,
    pub supervision: String,
}

/// A payment locality and its cost indices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Locality {
    /// The contractor's number, five digits.
    pub carrier: String,
    /// Two digits; only with the contractor it names a locality.
    pub number: String,
    pub state: String,
    pub name: String,
    pub work: Amount,
    pub pe: Amount,
    pub mp: Amount,
}

/// Where a ZIP code lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ZipPlace {
    pub carrier: String,
    pub locality: String,
    pub state: String,
    /// `R` rural, `B` super rural; empty for urban.
    pub rural: String,
    /// Parts of the ZIP code lie in other localities: the nine-digit file decides.
    pub split: bool,
}

/// Counties of a locality, in the publisher's prose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counties {
    pub carrier: String,
    pub locality: String,
    pub state: String,
    pub area: String,
    pub counties: String,
}

const VALUES: &str = "SELECT code, modifier, status, work, pe_nonfacility, na_nonfacility, pe_facility, na_facility, mp, pctc, global, \
    preoperative, intraoperative, postoperative, multiple, bilateral, assistant, cosurgeon, team, endoscopic_base, \
    conversion_factor, supervision FROM relative_value WHERE source = ?1 AND code = ?2 AND modifier = ?3";
const ALL_VALUES: &str = "SELECT code, modifier, status, work, pe_nonfacility, na_nonfacility, pe_facility, na_facility, mp, pctc, \
    global, preoperative, intraoperative, postoperative, multiple, bilateral, assistant, cosurgeon, team, endoscopic_base, \
    conversion_factor, supervision FROM relative_value WHERE source = ?1 AND code = ?2 ORDER BY modifier";
const LOCALITY: &str =
    "SELECT carrier, locality, state, name, work, pe, mp FROM gpci WHERE source = ?1 AND carrier = ?2 AND locality = ?3";
const LOCALITIES: &str = "SELECT carrier, locality, state, name, work, pe, mp FROM gpci WHERE source = ?1 ORDER BY state, name";
const ZIP: &str = "SELECT carrier, locality, state, rural, split FROM zip WHERE source = ?1 AND zip = ?2";
const COUNTIES: &str =
    "SELECT carrier, locality, state, area, counties FROM county WHERE source = ?1 AND carrier = ?2 AND locality = ?3";
const CAP: &str = "SELECT facility, nonfacility FROM opps_cap WHERE source = ?1 AND code = ?2 AND modifier = ?3 AND carrier = ?4 \
    AND locality = ?5";

fn values(row: &Row<'_>) -> rusqlite::Result<RelativeValues> {
    let rvu = |at| row.get(at).map(|value| Amount::new(value, 2));
    Ok(RelativeValues {
        code: row.get(0)?,
        modifier: row.get(1)?,
        status: row.get(2)?,
        work: rvu(3)?,
        pe_nonfacility: rvu(4)?,
        na_nonfacility: row.get(5)?,
        pe_facility: rvu(6)?,
        na_facility: row.get(7)?,
        mp: rvu(8)?,
        pctc: row.get(9)?,
        global: row.get(10)?,
        preoperative: rvu(11)?,
        intraoperative: rvu(12)?,
        postoperative: rvu(13)?,
        multiple: row.get(14)?,
        bilateral: row.get(15)?,
        assistant: row.get(16)?,
        cosurgeon: row.get(17)?,
        team: row.get(18)?,
        endoscopic_base: row.get(19)?,
        conversion_factor: Amount::new(row.get(20)?, 4),
        supervision: row.get(21)?,
    })
}

fn locality(row: &Row<'_>) -> rusqlite::Result<Locality> {
    let index = |at| row.get(at).map(|value| Amount::new(value, 3));
    Ok(Locality {
        carrier: row.get(0)?,
        number: row.get(1)?,
        state: row.get(2)?,
        name: row.get(3)?,
        work: index(4)?,
        pe: index(5)?,
        mp: index(6)?,
    })
}

impl Edition {
    /// The schedule's line of a code with a modifier (empty for none).
    pub fn relative_values(&self, code: &str, modifier: &str, on: Date) -> Option<Cited<RelativeValues>> {
        self.cited((Family::Mpfs, ""), on, VALUES, &[code, modifier], values).into_iter().next()
    }

    /// Every line of a code: the whole service, then its parts.
    pub fn all_relative_values(&self, code: &str, on: Date) -> Vec<Cited<RelativeValues>> {
        self.cited((Family::Mpfs, ""), on, ALL_VALUES, &[code], values)
    }

    /// The line under the conversion factor of qualifying participants (from 2026), where that file is loaded for the year.
    pub fn qualifying_values(&self, code: &str, modifier: &str, on: Date) -> Option<Cited<RelativeValues>> {
        let found = self.cited((Family::Mpfs, pprrvu::QPP), on, VALUES, &[code, modifier], values).into_iter().next()?;
        (found.coverage.from.year() == on.year()).then_some(found)
    }

    pub fn locality(&self, carrier: &str, number: &str, on: Date) -> Option<Cited<Locality>> {
        self.cited((Family::Gpci, ""), on, LOCALITY, &[carrier, number], locality).into_iter().next()
    }

    /// Every locality, by state and name.
    pub fn localities(&self, on: Date) -> Vec<Cited<Locality>> {
        self.cited((Family::Gpci, ""), on, LOCALITIES, &[], locality)
    }

    /// The contractor and locality of a ZIP code.
    pub fn zip(&self, zip: &str, on: Date) -> Vec<Cited<ZipPlace>> {
        self.cited((Family::Localities, zip5::PART), on, ZIP, &[zip], |row| {
            let split: Option<i64> = row.get(4)?;
            let place = ZipPlace {
                carrier: row.get(0)?,
                locality: row.get(1)?,
                state: row.get(2)?,
                rural: row.get(3)?,
                split: split == Some(1),
            };
            Ok(place)
        })
    }

    /// The counties of a locality.
    pub fn counties(&self, carrier: &str, number: &str, on: Date) -> Vec<Cited<Counties>> {
        self.cited((Family::Localities, "counties"), on, COUNTIES, &[carrier, number], |row| {
            let (carrier, locality, state) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(Counties { carrier, locality, state, area: row.get(3)?, counties: row.get(4)? })
        })
    }

    /// The capped amounts in and outside a facility, where the code is capped in the locality.
    pub(super) fn opps_cap(&self, code: &str, modifier: &str, at: &Locality, on: Date) -> Option<Cited<[Option<Amount>; 2]>> {
        let keys = [code, modifier, at.carrier.as_str(), at.number.as_str()];
        let found = self.cited((Family::Mpfs, opps_cap::PART), on, CAP, &keys, |row| {
            let price = |at| row.get(at).map(|cents: Option<i64>| cents.map(Amount::cents));
            Ok([price(0)?, price(1)?])
        });
        found.into_iter().next()
    }
}
