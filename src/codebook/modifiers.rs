//! Modifiers: Level II by their published text, CPT's numeric ones in our own words.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::level2::date;
use super::table::Table;
use crate::domain::code::{Effect, Family, Modifier, Source};

/// What a modifier does to a pair edit (NCCI Policy Manual I.E).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// RT, LT, fingers, toes, eyelids, coronary arteries: may separate two procedures at different sites.
    Anatomic,
    /// 59 and XE, XP, XS, XU.
    Distinct,
    /// 24, 25, 57: on an E/M service.
    Visit,
    /// 27, 58, 78, 79, 91: other modifiers that NCCI takes.
    OtherPair,
    None,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModifierRecord {
    pub modifier: Modifier,
    pub meaning: String,
    pub effect: Effect,
    pub source: Source,
    pub role: Role,
}

#[derive(Debug)]
pub(super) struct Modifiers {
    level2: Table,
    numeric: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Numeric {
    modifiers: BTreeMap<String, String>,
}

const ANATOMIC: &str = "E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 LT RT LC LD RC LM RI";

impl Modifiers {
    pub fn new(level2: String, numeric: &str) -> Result<Self, toml::de::Error> {
        let numeric: Numeric = toml::from_str(numeric)?;
        Ok(Self { level2: Table::new(level2, |line| !line.is_empty()), numeric: numeric.modifiers })
    }

    pub fn all(&self) -> impl Iterator<Item = ModifierRecord> {
        let keys = self.numeric.keys().map(String::as_str).chain(self.level2.iter().filter_map(|line| line.split('\t').next()));
        keys.filter_map(|key| self.get(Modifier::parse(key).ok()?))
    }

    pub fn get(&self, modifier: Modifier) -> Option<ModifierRecord> {
        let role = role(modifier.as_str());
        if let Some(meaning) = self.numeric.get(modifier.as_str()) {
            let source = Source {
                family: Family::Rulebook,
                edition: "CPT modifiers, own words".to_owned(),
                file: "modifiers.toml".to_owned(),
            };
            return Some(ModifierRecord { modifier, meaning: meaning.clone(), effect: Effect::default(), source, role });
        }
        let mut fields = self.level2.get(modifier.as_str())?.split('\t').skip(1);
        let effect = Effect { effective: date(fields.next()?), terminated: date(fields.next()?) };
        let source = Source {
            family: Family::Modifiers,
            edition: "2025 January".to_owned(),
            file: "HCPC2025_JAN_ANWEB_12172024.txt".to_owned(),
        };
        Some(ModifierRecord { modifier, meaning: fields.next()?.to_owned(), effect, source, role })
    }
}

pub(super) fn role(modifier: &str) -> Role {
    match modifier {
        "59" | "XE" | "XP" | "XS" | "XU" => Role::Distinct,
        "24" | "25" | "57" => Role::Visit,
        "27" | "58" | "78" | "79" | "91" => Role::OtherPair,
        other if ANATOMIC.split(' ').any(|m| m == other) => Role::Anatomic,
        _ => Role::None,
    }
}
