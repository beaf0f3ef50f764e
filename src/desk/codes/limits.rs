//! The unit limits of a code in each setting.

use jiff::civil::Date;
use serde::Serialize;

use crate::codebook::Codebook;
use crate::domain::code::CodeRef;
use crate::domain::question::Setting;

#[derive(Debug, Serialize)]
pub struct Limit {
    setting: &'static str,
    units: u32,
    mai: u8,
    meaning: &'static str,
    rationale: String,
    edition: String,
}

/// # Errors
/// Where no limit is loaded.
pub fn limits(codebook: &Codebook, code: &CodeRef, on: Date) -> Result<Vec<Limit>, String> {
    let settings = [
        (Setting::Practitioner, "Practitioner and ambulatory surgical center"),
        (Setting::Hospital, "Outpatient hospital"),
        (Setting::Dme, "Equipment supplier"),
    ];
    let limit = |(setting, name): (Setting, &'static str)| {
        let record = codebook.unit_limit(code, setting, on)?;
        let meaning = match record.mai.digit() {
            1 => "each claim line is judged; units over it deny the line",
            2 => "all units of the day, set by policy; not open to appeal",
            _ => "all units of the day, by clinical benchmark; open to appeal",
        };
        let edition = format!("{} {}", record.source.family, record.source.edition);
        Some(Limit { setting: name, units: record.units, mai: record.mai.digit(), meaning, rationale: record.rationale, edition })
    };
    let found: Vec<Limit> = settings.into_iter().filter_map(limit).collect();
    if found.is_empty() {
        return Err("No published unit limit is loaded for it, which does not mean that there is none.".to_owned());
    }
    Ok(found)
}
