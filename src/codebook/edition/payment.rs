//! What Medicare's physician fee schedule pays: (work x GPCI + PE x GPCI + MP x GPCI) x conversion factor, in whole decimals.

use jiff::civil::Date;
use serde::Serialize;

use super::super::amount::Amount;
use super::schedule::{Locality, RelativeValues};
use super::{Cited, Edition};
use crate::domain::code::{Family, Source};

/// Whether the practice expense is the practitioner's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    NonFacility,
    Facility,
}

/// A payment under the schedule, before any reduction for multiple procedures or sequestration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payment {
    pub amount: Amount,
    /// The sum of relative values, each times its index.
    pub adjusted: Amount,
    pub conversion_factor: Amount,
    pub site: Site,
    /// `None` for the national amount, every index 1.
    pub locality: Option<Locality>,
    /// The amount is that of the OPPS cap, which is lower.
    pub capped: bool,
    pub status: String,
    /// The amount under the other conversion factor of the year, where that file is loaded.
    pub qualifying: Option<Amount>,
    /// Where the indices stand.
    pub indices: Option<Source>,
}

/// Why there is no amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotPaid {
    /// No fee schedule is loaded.
    NotLoaded,
    /// The schedule has no line of the code with the modifier.
    NoLine(Source),
    /// The status says that the schedule does not pay it: `B`, `C`, `I`, `N`, `X`, …
    Status { status: String, source: Source },
    /// The service is not given in this setting (`NA`).
    NotThere { site: Site, source: Source },
    /// The cost indices of the locality are not loaded.
    NoLocality,
}

/// One: an index where none applies.
const ONE: Amount = Amount::new(1_000, 3);
/// Statuses under which relative values pay: active, restricted, and T (paid where nothing else is payable that day).
const PAYABLE: [&str; 3] = ["A", "R", "T"];

impl Edition {
    /// What the schedule pays for a code with a modifier (empty for none), nationally or in a locality (contractor, number).
    ///
    /// # Errors
    /// [`NotPaid`] with the reason where there is no amount.
    pub fn payment(
        &self,
        code: &str,
        modifier: &str,
        site: Site,
        at: Option<(&str, &str)>,
        on: Date,
    ) -> Result<Cited<Payment>, NotPaid> {
        let schedule = self.in_force(Family::Mpfs, "", on).and_then(|found| found.cite()).ok_or(NotPaid::NotLoaded)?;
        let found = self.relative_values(code, modifier, on).ok_or(NotPaid::NoLine(schedule))?;
        let locality = match at {
            None => None,
            // Indices of another year would not be those that pay.
            Some((carrier, number)) => Some(
                self.locality(carrier, number, on)
                    .filter(|found| found.coverage.from.year() == on.year() || !found.covers)
                    .ok_or(NotPaid::NoLocality)?,
            ),
        };
        let Cited { record: values, source, coverage, mut covers } = found;
        covers &= locality.as_ref().is_none_or(|found| found.covers);
        let indices = locality.as_ref().map(|found| found.source.clone());
        let locality = locality.map(|found| found.record);
        let capped = locality.as_ref().and_then(|locality| self.cap(&values, locality, site, on));
        if capped.is_none() && !PAYABLE.contains(&values.status.as_str()) {
            return Err(NotPaid::Status { status: values.status, source });
        }
        if match site {
            Site::NonFacility => values.na_nonfacility,
            Site::Facility => values.na_facility,
        } {
            return Err(NotPaid::NotThere { site, source });
        }
        let adjusted = adjusted(&values, site, locality.as_ref());
        let computed = adjusted.times(values.conversion_factor).to_cents();
        let qualifying = self.qualifying_values(code, modifier, on).map(|other| {
            super::payment::adjusted(&other.record, site, locality.as_ref()).times(other.record.conversion_factor).to_cents()
        });
        let amount = match capped {
            Some(cap) if computed.is_zero() => cap,
            Some(cap) => cap.least(computed),
            None => computed,
        };
        let payment = Payment {
            amount,
            adjusted,
            conversion_factor: values.conversion_factor,
            site,
            locality,
            capped: capped.is_some() && amount != computed,
            status: values.status,
            qualifying,
            indices,
        };
        Ok(Cited { record: payment, source, coverage, covers })
    }

    /// The cap of the same year; a cap of another year says nothing.
    fn cap(&self, values: &RelativeValues, at: &Locality, site: Site, on: Date) -> Option<Amount> {
        let found = self.opps_cap(&values.code, &values.modifier, at, on)?;
        let [facility, nonfacility] = found.record;
        let price = match site {
            Site::Facility => facility,
            Site::NonFacility => nonfacility,
        };
        price.filter(|_| found.coverage.from.year() == on.year())
    }
}

fn adjusted(values: &RelativeValues, site: Site, at: Option<&Locality>) -> Amount {
    let (work, pe, mp) = at.map_or((ONE, ONE, ONE), |at| (at.work, at.pe, at.mp));
    let expense = match site {
        Site::NonFacility => values.pe_nonfacility,
        Site::Facility => values.pe_facility,
    };
    values.work.times(work).plus(expense.times(pe)).plus(values.mp.times(mp))
}
