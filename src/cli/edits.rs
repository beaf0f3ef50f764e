//! `edits`: pair edits, unit limits and add-on rules among the codes of a claim.

use std::process::ExitCode;

use clap::ValueEnum;
use jiff::civil::Date;
use serde::Serialize;

use super::Global;
use super::print::{BOLD, DIM, json_line, line, styled};
use crate::codebook::PairRecord;
use crate::codebook::edition::AddOnKind;
use crate::domain::code::{CodeRef, CodeSystem};
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

#[derive(Serialize)]
struct Shown {
    on: Date,
    pairs: Vec<Pair>,
    limits: Vec<Limit>,
    add_ons: Vec<AddOn>,
    /// Pairs of which the loaded edition says nothing.
    not_loaded: Vec<[String; 2]>,
}

#[derive(Serialize)]
struct Pair {
    column1: String,
    column2: String,
    indicator: u8,
    effective: Option<Date>,
    deleted: Option<Date>,
    rationale: String,
    edition: String,
    live: bool,
}

#[derive(Serialize)]
struct Limit {
    code: String,
    value: u32,
    mai: u8,
    rationale: String,
    edition: String,
}

#[derive(Serialize)]
struct AddOn {
    code: String,
    primaries: Vec<String>,
    met: bool,
    kind: AddOnKind,
    edition: String,
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
        let codes: Vec<CodeRef> = self.codes.iter().map(|code| procedure(code)).collect();
        let mut shown = Shown { on, pairs: Vec::new(), limits: Vec::new(), add_ons: Vec::new(), not_loaded: Vec::new() };
        for pair in codebook.pair_edits(&codes, setting, on) {
            if matches!(pair.state, crate::codebook::PairState::NotLoaded) {
                shown.not_loaded.push([pair.a.to_string(), pair.b.to_string()]);
            }
            shown.pairs.extend(pair.history.iter().map(|row| Pair::new(row, &pair.source.edition, on)));
        }
        for code in &codes {
            let limit = codebook.unit_limit(code, setting, on);
            shown.limits.extend(limit.map(|limit| Limit {
                code: code.to_string(),
                value: limit.units,
                mai: limit.mai.digit(),
                rationale: limit.rationale,
                edition: limit.source.edition,
            }));
        }
        for rule in codes.iter().filter_map(|code| codebook.on_disk()?.add_on(&code.code, on)) {
            shown.add_ons.push(AddOn {
                met: rule.record.met_by(&codes),
                code: rule.record.code.to_string(),
                primaries: rule.record.primaries.iter().map(ToString::to_string).collect(),
                kind: rule.record.kind,
                edition: rule.source.edition,
            });
        }
        if global.json {
            json_line(&shown)?;
        } else {
            print(&shown)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Pair {
    fn new(row: &PairRecord, edition: &str, on: Date) -> Self {
        Self {
            column1: row.column1.to_string(),
            column2: row.column2.to_string(),
            indicator: row.indicator.digit(),
            effective: row.effect.effective,
            deleted: row.effect.terminated,
            rationale: row.rationale.clone(),
            edition: edition.to_owned(),
            live: row.live(on),
        }
    }
}

/// CPT or Level II, told by the first character.
fn procedure(code: &str) -> CodeRef {
    let level2 = code.trim().starts_with(|c: char| c.is_ascii_alphabetic());
    CodeRef::new(if level2 { CodeSystem::Hcpcs } else { CodeSystem::Cpt }, code)
}

fn print(shown: &Shown) -> anyhow::Result<()> {
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
