//! NCCI: pair edits (PTP) and unit limits (MUE), as facts on code numbers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::code::{CodeRef, CodeSystem, Effect, Family, Source};
use crate::domain::finding::{AdjudicationIndicator, ModifierIndicator};
use crate::domain::question::Setting;

/// One row of the pair edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairRecord {
    pub column1: CodeRef,
    pub column2: CodeRef,
    pub indicator: ModifierIndicator,
    pub effect: Effect,
    pub rationale: String,
}

impl PairRecord {
    /// Whether the edit is live on `on`. A row with indicator 9 was deleted as of its own start and never was.
    pub fn live(&self, on: Date) -> bool {
        self.indicator != ModifierIndicator::NotApplicable && self.effect.covers(on)
    }
}

/// What the edition says of a pair on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PairState {
    Live(PairRecord),
    /// Once live, deleted before the day: the row that was in force last.
    Deleted(PairRecord),
    /// Looked up in the whole published file and not there, or there only as rows that never were live.
    Absent,
    /// The loaded records do not hold this pair, which says nothing about it.
    NotLoaded,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairLookup {
    pub a: CodeRef,
    pub b: CodeRef,
    pub state: PairState,
    /// Every row of the pair, either way.
    pub history: Vec<PairRecord>,
    pub source: Source,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitRecord {
    pub units: u32,
    pub mai: AdjudicationIndicator,
    pub rationale: String,
    pub source: Source,
}

#[derive(Debug)]
pub(super) struct Edits {
    practitioner: PairSet,
    hospital: PairSet,
    limits: BTreeMap<&'static str, BTreeMap<String, (u32, AdjudicationIndicator, String)>>,
    names: BTreeSet<String>,
    pair_source: Source,
    limit_source: Source,
}

#[derive(Debug, Default)]
struct PairSet {
    rows: BTreeMap<(String, String), Vec<PairRecord>>,
    absent: BTreeSet<(String, String)>,
}

#[derive(Deserialize)]
struct File {
    pair_edits: PairFile,
    unit_limits: LimitFile,
}

#[derive(Deserialize)]
struct PairFile {
    edition: String,
    file: String,
    practitioner: Pairs,
    hospital: Pairs,
}

#[derive(Deserialize)]
struct Pairs {
    edits: Vec<Row>,
    absent: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Row {
    column1: String,
    column2: String,
    indicator: u8,
    deleted: Option<toml::value::Datetime>,
    rationale: String,
}

#[derive(Deserialize)]
struct LimitFile {
    edition: String,
    file: String,
    practitioner: Limits,
    hospital: Limits,
    dme: Limits,
}

#[derive(Deserialize)]
struct Limits {
    limits: Vec<Limit>,
}

#[derive(Deserialize)]
struct Limit {
    code: String,
    units: u32,
    mai: u8,
    rationale: String,
}

impl Edits {
    pub fn new(text: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(text)?;
        let pair_source = Source { family: Family::NcciPtp, edition: file.pair_edits.edition, file: file.pair_edits.file };
        let limit_source = Source { family: Family::Mue, edition: file.unit_limits.edition, file: file.unit_limits.file };
        let practitioner = PairSet::new(file.pair_edits.practitioner);
        let hospital = PairSet::new(file.pair_edits.hospital);
        let mut limits = BTreeMap::new();
        for (setting, list) in [
            (Setting::Practitioner, file.unit_limits.practitioner),
            (Setting::Hospital, file.unit_limits.hospital),
            (Setting::Dme, file.unit_limits.dme),
        ] {
            let of = list.limits.into_iter().filter_map(|l| Some((l.code, (l.units, mai(l.mai)?, l.rationale)))).collect();
            limits.insert(key(setting), of);
        }
        let mut edits = Self { practitioner, hospital, limits, names: BTreeSet::new(), pair_source, limit_source };
        edits.names = edits.all_names();
        Ok(edits)
    }

    pub fn pair_source(&self) -> Source {
        self.pair_source.clone()
    }

    /// Whether any edit or limit names the number.
    pub fn names(&self, code: &str) -> bool {
        self.names.contains(code)
    }

    /// Every row that names the number in either column, in order of the other code.
    pub fn partners(&self, code: &str, setting: Setting) -> Vec<PairRecord> {
        let set = match setting {
            Setting::Practitioner => &self.practitioner,
            Setting::Hospital => &self.hospital,
            Setting::Dme => return Vec::new(),
        };
        let with = set.rows.iter().filter(|((a, b), _)| a == code || b == code);
        with.flat_map(|(_, rows)| rows.iter().cloned()).collect()
    }

    pub fn limit(&self, code: &str, setting: Setting) -> Option<LimitRecord> {
        let (units, mai, rationale) = self.limits.get(key(setting))?.get(code)?.clone();
        Some(LimitRecord { units, mai, rationale, source: self.limit_source.clone() })
    }

    pub fn pair(&self, a: &CodeRef, b: &CodeRef, setting: Setting, on: Date) -> PairLookup {
        let set = match setting {
            Setting::Practitioner => Some(&self.practitioner),
            Setting::Hospital => Some(&self.hospital),
            // Medicare publishes no pair edits for supplier claims.
            Setting::Dme => None,
        };
        let history = set.and_then(|s| s.rows.get(&sorted(&a.code, &b.code))).cloned().unwrap_or_default();
        let absent = set.is_some_and(|s| s.absent.contains(&sorted(&a.code, &b.code)));
        let live = history.iter().find(|row| row.live(on)).cloned();
        let was = || {
            history.iter().filter(|row| row.indicator != ModifierIndicator::NotApplicable).max_by_key(|row| row.effect.terminated)
        };
        let state = match (live, was()) {
            (Some(row), _) => PairState::Live(row),
            (None, Some(row)) => PairState::Deleted(row.clone()),
            (None, None) if absent || !history.is_empty() => PairState::Absent,
            (None, None) => PairState::NotLoaded,
        };
        PairLookup { a: a.clone(), b: b.clone(), state, history, source: self.pair_source.clone() }
    }

    fn all_names(&self) -> BTreeSet<String> {
        let sets = [&self.practitioner, &self.hospital];
        let pairs = sets.into_iter().flat_map(|set| set.rows.keys().chain(&set.absent));
        let mut names: BTreeSet<String> = pairs.flat_map(|(a, b)| [a.clone(), b.clone()]).collect();
        names.extend(self.limits.values().flat_map(|of| of.keys().cloned()));
        names
    }
}

impl PairSet {
    fn new(file: Pairs) -> Self {
        let mut set = Self::default();
        for row in file.edits {
            let Some(indicator) = indicator(row.indicator) else { continue };
            let terminated = row.deleted.and_then(|d| d.to_string().parse().ok());
            set.rows.entry(sorted(&row.column1, &row.column2)).or_default().push(PairRecord {
                column1: procedure(&row.column1),
                column2: procedure(&row.column2),
                indicator,
                effect: Effect { effective: None, terminated },
                rationale: row.rationale,
            });
        }
        set.absent = file.absent.iter().map(|(a, b)| sorted(a, b)).collect();
        set
    }
}

/// Every pair of distinct procedure codes of a claim, looked up.
pub(super) fn pairs(codes: &[CodeRef], mut look: impl FnMut(&CodeRef, &CodeRef) -> PairLookup) -> Vec<PairLookup> {
    let mut distinct: Vec<&CodeRef> = Vec::new();
    for code in codes.iter().filter(|c| matches!(c.system, CodeSystem::Cpt | CodeSystem::Hcpcs)) {
        if !distinct.contains(&code) {
            distinct.push(code);
        }
    }
    let mut found = Vec::new();
    for (at, a) in distinct.iter().enumerate() {
        for b in distinct.iter().skip(at + 1) {
            found.push(look(a, b));
        }
    }
    found
}

/// CPT or Level II, told by the first character (`0001U` and `0591T` are CPT).
pub(super) fn procedure(code: &str) -> CodeRef {
    let level2 = code.starts_with(|c: char| c.is_ascii_alphabetic());
    CodeRef::new(if level2 { CodeSystem::Hcpcs } else { CodeSystem::Cpt }, code)
}

fn sorted(a: &str, b: &str) -> (String, String) {
    if a <= b { (a.to_owned(), b.to_owned()) } else { (b.to_owned(), a.to_owned()) }
}

const fn key(setting: Setting) -> &'static str {
    match setting {
        Setting::Practitioner => "practitioner",
        Setting::Hospital => "hospital",
        Setting::Dme => "dme",
    }
}

pub(super) const fn indicator(digit: u8) -> Option<ModifierIndicator> {
    match digit {
        0 => Some(ModifierIndicator::Never),
        1 => Some(ModifierIndicator::Allowed),
        9 => Some(ModifierIndicator::NotApplicable),
        _ => None,
    }
}

pub(super) const fn mai(digit: u8) -> Option<AdjudicationIndicator> {
    match digit {
        1 => Some(AdjudicationIndicator::Line),
        2 => Some(AdjudicationIndicator::DayPolicy),
        3 => Some(AdjudicationIndicator::DayClinical),
        _ => None,
    }
}
