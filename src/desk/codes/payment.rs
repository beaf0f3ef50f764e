//! Relative values and what Medicare's schedule pays, nationally or in a locality.

use jiff::civil::Date;
use serde::Serialize;

use super::Asked;
use crate::codebook::edition::{NotPaid, RelativeValues, Site};
use crate::codebook::{Codebook, Edition};
use crate::domain::code::{CodeRef, CodeSystem};

#[derive(Debug, Serialize)]
pub struct Payment {
    /// `contractor-number`, or empty for the national amounts.
    at: String,
    localities: Vec<Place>,
    lines: Vec<Line>,
    edition: String,
    covers: bool,
}

#[derive(Debug, Serialize)]
struct Place {
    key: String,
    name: String,
}

/// One line of the schedule: the code whole, or its part with 26, TC or 53.
#[derive(Debug, Serialize)]
struct Line {
    modifier: String,
    status: String,
    global: String,
    work: String,
    mp: String,
    office: Column,
    facility: Column,
}

#[derive(Debug, Serialize)]
struct Column {
    pe: String,
    /// The amount, or why there is none.
    amount: Option<String>,
    why: Option<String>,
}

impl Payment {
    /// # Errors
    /// Where no fee schedule is loaded, or it has no line of the code.
    pub fn of(codebook: &Codebook, code: &CodeRef, on: Date, asked: &Asked) -> Result<Self, String> {
        if !matches!(code.system, CodeSystem::Cpt | CodeSystem::Hcpcs) {
            return Err(format!("The fee schedule is for procedure codes; {} has none.", code.system.name()));
        }
        let edition = codebook.on_disk().ok_or("No fee schedule is loaded.")?;
        let values = edition.all_relative_values(&code.code, on);
        let Some(first) = values.first() else {
            return Err(format!("No loaded fee schedule has a line of {}.", code.code));
        };
        let places = edition.localities(on);
        let key = |carrier: &str, number: &str| format!("{carrier}-{number}");
        let asked_at = asked.at.as_deref().unwrap_or_default();
        let chosen = places.iter().map(|place| &place.record).find(|place| key(&place.carrier, &place.number) == asked_at);
        let at = chosen.map(|place| (place.carrier.as_str(), place.number.as_str()));
        Ok(Self {
            at: at.map(|(carrier, number)| key(carrier, number)).unwrap_or_default(),
            edition: format!("{} {}", first.source.family, first.source.edition),
            covers: first.covers,
            lines: values.iter().map(|line| Line::of(edition, &line.record, at, on)).collect(),
            localities: places
                .iter()
                .map(|place| Place {
                    key: key(&place.record.carrier, &place.record.number),
                    name: format!("{} {}", place.record.state, place.record.name),
                })
                .collect(),
        })
    }
}

impl Line {
    fn of(edition: &Edition, values: &RelativeValues, at: Option<(&str, &str)>, on: Date) -> Self {
        let column = |site: Site, pe: String| match edition.payment(&values.code, &values.modifier, site, at, on) {
            Ok(paid) => {
                let capped = if paid.record.capped { ", OPPS cap" } else { "" };
                Column { pe, amount: Some(format!("${}{capped}", paid.record.amount.to_cents())), why: None }
            }
            Err(why) => Column { pe, amount: None, why: Some(unpaid(&why)) },
        };
        Self {
            modifier: values.modifier.clone(),
            status: values.status.clone(),
            global: values.global.clone(),
            work: values.work.to_string(),
            mp: values.mp.to_string(),
            office: column(Site::NonFacility, values.pe_nonfacility.to_string()),
            facility: column(Site::Facility, values.pe_facility.to_string()),
        }
    }
}

fn unpaid(why: &NotPaid) -> String {
    match why {
        NotPaid::NotLoaded => "not loaded".to_owned(),
        NotPaid::NoLine(_) => "no line".to_owned(),
        NotPaid::Status { status, .. } => format!("not paid by this schedule (status {status})"),
        NotPaid::NotThere { .. } => "NA: not given in this setting".to_owned(),
        NotPaid::NoLocality => "indices of this locality are not loaded".to_owned(),
    }
}
