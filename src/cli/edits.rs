//! `edits`: pair edits, unit limits and add-on rules among the codes of a claim.

use std::process::ExitCode;

use clap::ValueEnum;
use jiff::civil::Date;

use super::Global;
use super::print::{BOLD, DIM, json_line, line, styled};
use crate::codebook::Claim;
use crate::domain::question::Setting;

/// Show the pair edits, both ways, and the unit limits of a claim's codes
#[derive(Debug, clap::Args)]
pub struct Edits {
    /// CPT numbers and HCPCS Level II codes
    #[arg(required = true, value_name = "CODE")]
    codes: Vec<String>,
    /// The day of service [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// Whose claim it is; an ambulatory surgical centre uses the practitioner's edits
    #[arg(long, value_enum, default_value_t = SettingArg::Practitioner, value_name = "SETTING")]
    setting: SettingArg,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SettingArg {
    Practitioner,
    Hospital,
    Dme,
}

impl Edits {
    pub fn run(&self, global: &Global) -> anyhow::Result<ExitCode> {
        let codebook = global.codebook()?;
        let on = self.on.unwrap_or_else(|| jiff::Zoned::now().date());
        let setting = match self.setting {
            SettingArg::Practitioner => Setting::Practitioner,
            SettingArg::Hospital => Setting::Hospital,
            SettingArg::Dme => Setting::Dme,
        };
        let shown = Claim::read(&codebook, &self.codes, setting, on);
        if global.json {
            json_line(&shown)?;
        } else {
            print(&shown)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(shown: &Claim) -> anyhow::Result<()> {
    if shown.pairs.is_empty() && shown.not_loaded.is_empty() {
        line(format!("no pair edit among these codes on {}", shown.on))?;
    }
    for pair in &shown.pairs {
        let state = match (pair.live, pair.deleted) {
            (true, _) => "live".to_owned(),
            (false, Some(day)) => format!("deleted {day}"),
            (false, None) => "not in force".to_owned(),
        };
        line(format!(
            "{} column 1, {} column 2: {state}, indicator {} ({}, NCCI PTP {})",
            styled(BOLD, &pair.column1),
            styled(BOLD, &pair.column2),
            pair.indicator,
            pair.rationale,
            pair.edition
        ))?;
    }
    for [a, b] in &shown.not_loaded {
        line(styled(DIM, format!("{a} with {b}: the loaded edition does not say")))?;
    }
    for limit in &shown.limits {
        line(format!(
            "{}: at most {}, MAI {} ({}, MUE {})",
            styled(BOLD, &limit.code),
            limit.value,
            limit.mai,
            limit.rationale,
            limit.edition
        ))?;
    }
    for rule in &shown.add_ons {
        let met = if rule.met { "met" } else { "not met" };
        line(format!("{} is an add-on of {}: {met}", styled(BOLD, &rule.code), rule.primaries.join(", ")))?;
    }
    Ok(())
}
