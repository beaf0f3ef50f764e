//! Rulings: rules that no file holds, with the conditions under which they answer a question, as data.
//!
//! Each names its sources, the days between which it holds, and a mail that it answers; a test sends that mail.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::code::{CodeRef, CodeSystem, Effect, Source};
use crate::domain::draft::Route;
use crate::domain::question::{Intent, Payer};

/// A rule with its conditions and the short answer it gives.
#[derive(Debug, Clone)]
pub struct Ruling {
    pub key: String,
    pub when: When,
    /// The short answer; `{1}` stands for the mail's codes of the first group, `{2}` for those of the second.
    pub answer: String,
    pub answer_es: Option<String>,
    /// The rules it stands on, each with its place.
    pub says: Vec<Says>,
    pub show: String,
    pub asks: Vec<String>,
    pub settles: Vec<Intent>,
    pub route: Route,
    pub instead_of_pairs: bool,
    pub despite: Vec<String>,
    /// Records that the answer brings along: `global 1` is the global period of the first group's codes.
    pub records: Vec<(String, usize)>,
    /// Another ruling that says less where this one speaks.
    pub over: Vec<String>,
    /// A mail that it answers.
    pub mail: String,
}

/// A sentence and where it stands.
#[derive(Debug, Clone)]
pub struct Says {
    pub text: String,
    pub text_es: Option<String>,
    pub source: Source,
    pub section: String,
    pub effect: Effect,
}

/// What must hold of a mail.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Groups of codes; the mail names a code of each.
    #[serde(default)]
    pub codes: Vec<Vec<String>>,
    /// Groups of codes of which the mail names none.
    #[serde(default)]
    pub without: Vec<String>,
    /// Patterns that the mail's words all match.
    #[serde(default)]
    pub words: Vec<String>,
    /// Patterns that the sentences that ask all match.
    #[serde(default)]
    pub asked: Vec<String>,
    /// Patterns that none of its words match.
    #[serde(default)]
    pub not: Vec<String>,
    /// Patterns that all match what the mail says is so, and none that do: "no insulin" says nothing of insulin.
    #[serde(default)]
    pub so: Vec<String>,
    #[serde(default)]
    pub not_so: Vec<String>,
    pub payer: Option<Vec<Payer>>,
    pub intents: Option<Vec<Intent>>,
    /// The days of service for which it holds, both included.
    pub from: Option<Date>,
    pub until: Option<Date>,
    /// Only where the mail's codes are at most this many.
    pub codes_max: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    sources: BTreeMap<String, super::rules::SourceRow>,
    #[serde(default)]
    rulings: Vec<toml::Table>,
    /// What a ruling written once is written for: `each = ["drug"]` makes one of it for every row of `[[tables.drug]]`,
    /// with `<drug.code>` standing for the row's `code`; `alike` and `unlike` hold two texts that must be one, or two.
    #[serde(default)]
    tables: BTreeMap<String, Vec<BTreeMap<String, String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    key: String,
    when: When,
    answer: String,
    answer_es: Option<String>,
    says: Vec<SaysRow>,
    #[serde(default)]
    show: String,
    #[serde(default)]
    asks: Vec<String>,
    #[serde(default)]
    settles: Vec<Intent>,
    #[serde(default = "auto")]
    route: Route,
    #[serde(default)]
    instead_of_pairs: bool,
    #[serde(default)]
    despite: Vec<String>,
    #[serde(default)]
    records: Vec<(String, usize)>,
    #[serde(default)]
    over: Vec<String>,
    mail: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SaysRow {
    /// `ncci IV.E`: the source's key and the section.
    at: String,
    text: String,
    es: Option<String>,
    effective: Option<Date>,
}

const fn auto() -> Route {
    Route::Auto
}

const FILES: &[(&str, &str)] = &[
    ("sources.toml", include_str!("../../config/rulebook/sources.toml")),
    ("edits.toml", include_str!("../../config/rulebook/edits.toml")),
    ("modifiers.toml", include_str!("../../config/rulebook/modifiers.toml")),
    ("visits.toml", include_str!("../../config/rulebook/visits.toml")),
    ("frequencies.toml", include_str!("../../config/rulebook/frequencies.toml")),
    ("guidelines.toml", include_str!("../../config/rulebook/guidelines.toml")),
    ("diabetes.toml", include_str!("../../config/rulebook/diabetes.toml")),
    ("diagnoses.toml", include_str!("../../config/rulebook/diagnoses.toml")),
    ("denials.toml", include_str!("../../config/rulebook/denials.toml")),
    ("facility.toml", include_str!("../../config/rulebook/facility.toml")),
    ("clarify.toml", include_str!("../../config/rulebook/clarify.toml")),
];

static RULINGS: LazyLock<Vec<Ruling>> = LazyLock::new(|| read(FILES).unwrap_or_default());

/// The rulings of the rulebook, read once.
pub fn rulings() -> &'static [Ruling] {
    &RULINGS
}

/// Reads the rulebook's files as they are embedded, for the test that nothing in them is at fault.
///
/// # Errors
/// The first file at fault, with what is wrong.
pub fn check() -> anyhow::Result<usize> {
    Ok(read(FILES)?.len())
}

fn read(files: &[(&str, &str)]) -> anyhow::Result<Vec<Ruling>> {
    let mut sources = BTreeMap::new();
    let mut rulings: Vec<Ruling> = Vec::new();
    for (name, text) in files {
        let file: File = toml::from_str(text).map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
        sources.extend(file.sources);
        let rows =
            file.rulings.into_iter().map(|row| super::each::written(row, &file.tables)).collect::<anyhow::Result<Vec<_>>>();
        for row in rows.map_err(|error| anyhow::anyhow!("{name}: {error}"))?.into_iter().flatten() {
            let row: Row = row.try_into().map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
            let key = row.key.clone();
            anyhow::ensure!(rulings.iter().all(|r| r.key != key), "{name}: {key} stands twice");
            rulings.push(ruling(row, &sources).map_err(|error| anyhow::anyhow!("{name}, {key}: {error}"))?);
        }
    }
    Ok(rulings)
}

fn ruling(row: Row, sources: &BTreeMap<String, super::rules::SourceRow>) -> anyhow::Result<Ruling> {
    let mut says = Vec::new();
    for line in row.says {
        let (source, section) = line.at.split_once(' ').ok_or_else(|| anyhow::anyhow!("{} names no section", line.at))?;
        let source = sources.get(source).ok_or_else(|| anyhow::anyhow!("{source} is no source"))?.source();
        let effect = Effect { effective: line.effective, terminated: None };
        says.push(Says { text: line.text, text_es: line.es, source, section: section.to_owned(), effect });
    }
    anyhow::ensure!(!says.is_empty(), "it stands on nothing");
    Ok(Ruling {
        key: row.key,
        when: row.when,
        answer: row.answer,
        answer_es: row.answer_es,
        says,
        show: row.show,
        asks: row.asks,
        settles: row.settles,
        route: row.route,
        instead_of_pairs: row.instead_of_pairs,
        despite: row.despite,
        records: row.records,
        over: row.over,
        mail: row.mail,
    })
}

impl When {
    /// The mail's codes of each group, in order; `None` where a group has none or the codes or days do not fit.
    pub fn groups(&self, codes: &[CodeRef], on: Date) -> Option<Vec<Vec<CodeRef>>> {
        if self.from.is_some_and(|from| on < from) || self.until.is_some_and(|until| until < on) {
            return None;
        }
        let none = |class: &String| codes.iter().all(|code| !is_of(code, class));
        if !self.without.iter().all(none) || self.codes_max.is_some_and(|max| counted(codes) > max) {
            return None;
        }
        let of = |group: &Vec<String>| -> Option<Vec<CodeRef>> {
            let found: Vec<CodeRef> = codes.iter().filter(|c| group.iter().any(|class| is_of(c, class))).cloned().collect();
            (!found.is_empty()).then_some(found)
        };
        self.codes.iter().map(of).collect()
    }
}

/// Codes of services and diagnoses; what a remittance says is not counted.
fn counted(codes: &[CodeRef]) -> usize {
    let remark = [CodeSystem::Carc, CodeSystem::Rarc, CodeSystem::Modifier];
    codes.iter().filter(|code| !remark.contains(&code.system)).count()
}

/// Whether a code is of a class: itself (`29881`), a range (`29880-29889`), a beginning (`S72*`), `visit`, `procedure`,
/// `surgery`, `drug`, `dx`.
fn is_of(code: &CodeRef, class: &str) -> bool {
    let procedure = matches!(code.system, CodeSystem::Cpt | CodeSystem::Hcpcs);
    let number = || code.code.parse::<u32>().unwrap_or_default();
    match class {
        "visit" => code.system == CodeSystem::Cpt && ((99_202..=99_499).contains(&number()) || is_eye_visit(&code.code)),
        "office" => code.system == CodeSystem::Cpt && (99_202..=99_215).contains(&number()),
        "procedure" => procedure && !is_of(code, "visit") && !is_of(code, "drug"),
        "surgery" => code.system == CodeSystem::Cpt && (10_004..=69_990).contains(&number()),
        "drug" => code.system == CodeSystem::Hcpcs && code.code.starts_with(['J', 'Q']),
        "dx" => code.system == CodeSystem::Icd10Cm,
        _ => {
            if let Some(stem) = class.strip_suffix('*') {
                return code.code.starts_with(stem);
            }
            match class.split_once('-') {
                Some((from, to)) => code.code.len() == from.len() && *from <= *code.code && *code.code <= *to,
                None => code.code == class,
            }
        }
    }
}

fn is_eye_visit(code: &str) -> bool {
    ["92002", "92004", "92012", "92014"].contains(&code)
}
