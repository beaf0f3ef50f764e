//! HCPCS Level II: validity and what one unit stands for.

use jiff::civil::Date;

use super::quantity::{Measure, Quantity, quantities};
use super::record::{Lookup, Record};
use super::table::Table;
use crate::domain::code::{CodeRef, CodeSystem, Effect, Family, Source};

/// The HCPCS record layout as the starter packs it: code, added, ended, coverage, cross references, long text.
#[derive(Debug)]
pub(super) struct Level2 {
    table: Table,
}

/// What one unit of a code stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingUnit {
    pub amount: Quantity,
    /// "up to 1000 mcg": anything up to the amount is one unit.
    pub up_to: bool,
    /// The whole phrase as the code's text has it: "per 250 mg".
    pub phrase: String,
    /// The code's own text.
    pub title: String,
}

struct Fields<'a> {
    effect: Effect,
    refs: Vec<&'a str>,
    title: &'a str,
}

impl Level2 {
    pub fn new(text: String) -> Self {
        Self { table: Table::new(text, |line| !line.is_empty()) }
    }

    pub fn source() -> Source {
        Source { family: Family::Hcpcs, edition: "2025 January".to_owned(), file: "HCPC2025_JAN_ANWEB_12172024.txt".to_owned() }
    }

    pub fn lookup(&self, code: &CodeRef, on: Date) -> Lookup {
        let Some(fields) = self.fields(&code.code) else {
            let nearest = code.code.get(..4).map(|stem| self.keys_under(stem, on)).unwrap_or_default();
            return Lookup::Unknown { source: Self::source(), nearest };
        };
        let record = Record {
            code: code.clone(),
            title: Some(fields.title.to_owned()),
            effect: fields.effect,
            source: Self::source(),
            inclusions: Vec::new(),
            order: Vec::new(),
        };
        if fields.effect.covers(on) {
            return Lookup::Valid(record);
        }
        let replaced_by = if fields.refs.is_empty() { self.successors(&fields, on) } else { level2_refs(&fields.refs) };
        Lookup::OutOfForce { record, replaced_by }
    }

    /// Every code with its title and effect.
    pub fn all(&self) -> impl Iterator<Item = (String, String, Effect)> {
        self.table.iter().filter_map(|line| {
            let fields = read(line)?;
            Some((line.split('\t').next()?.to_owned(), fields.title.to_owned(), fields.effect))
        })
    }

    pub fn unit(&self, code: &CodeRef) -> Option<BillingUnit> {
        billing_unit(self.fields(&code.code)?.title)
    }

    pub fn named(&self, word: &str, on: Date) -> Vec<CodeRef> {
        let word = word.to_lowercase();
        self.table
            .iter()
            .filter_map(|line| Some((line.split('\t').next()?, read(line)?)))
            .filter(|(_, fields)| {
                fields.effect.covers(on) && fields.title.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|w| w == word)
            })
            .map(|(code, _)| CodeRef::new(CodeSystem::Hcpcs, code))
            .collect()
    }

    /// Codes with the same substance that came in the day after this one ended.
    fn successors(&self, gone: &Fields<'_>, on: Date) -> Vec<CodeRef> {
        let (Some(ended), Some(stem)) = (gone.effect.terminated, substance(gone.title)) else { return Vec::new() };
        let Ok(next) = ended.tomorrow() else { return Vec::new() };
        self.table
            .iter()
            .filter_map(|line| Some((line.split('\t').next()?, read(line)?)))
            .filter(|(_, fields)| {
                fields.effect.effective == Some(next) && fields.effect.covers(on) && substance(fields.title) == Some(stem)
            })
            .map(|(code, _)| CodeRef::new(CodeSystem::Hcpcs, code))
            .take(4)
            .collect()
    }

    fn keys_under(&self, stem: &str, on: Date) -> Vec<CodeRef> {
        self.table
            .under(stem)
            .filter(|line| read(line).is_some_and(|fields| fields.effect.covers(on)))
            .filter_map(|line| line.split('\t').next())
            .map(|code| CodeRef::new(CodeSystem::Hcpcs, code))
            .take(5)
            .collect()
    }

    fn fields(&self, code: &str) -> Option<Fields<'_>> {
        read(self.table.get(code)?)
    }
}

fn read(line: &str) -> Option<Fields<'_>> {
    let mut parts = line.split('\t').skip(1);
    let effective = date(parts.next()?);
    let terminated = date(parts.next()?);
    let _coverage = parts.next()?;
    let refs = parts.next()?.split_whitespace().collect();
    Some(Fields { effect: Effect { effective, terminated }, refs, title: parts.next()? })
}

/// `20240331`, or nothing.
pub(super) fn date(text: &str) -> Option<Date> {
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    Date::new(part(0, 4)?, i8::try_from(part(4, 6)?).ok()?, i8::try_from(part(6, 8)?).ok()?).ok()
}

pub(super) fn level2_refs(refs: &[&str]) -> Vec<CodeRef> {
    refs.iter().filter(|r| r.len() == 5).map(|r| CodeRef::new(CodeSystem::Hcpcs, r)).collect()
}

/// "Injection, hydromorphone, up to 4 mg" and "Injection, hydromorphone, 0.1 mg" name the same substance.
pub(super) fn substance(title: &str) -> Option<&str> {
    title.strip_prefix("Injection, ")?.split(',').next()
}

/// The drug that a text begins with, where its first word is a drug of its own: "lidocaine hcl for intravenous infusion" and
/// "Injection, lidocaine hydrochloride" are one.
pub(super) fn drug(title: &str) -> Option<String> {
    const SHARED: [&str; 16] = [
        "factor",
        "interferon",
        "immune",
        "sodium",
        "vitamin",
        "human",
        "insulin",
        "testosterone",
        "estradiol",
        "unclassified",
        "calcium",
        "potassium",
        "magnesium",
        "hepatitis",
        "other",
        "supply",
    ];
    let lower = title.to_lowercase();
    let rest = lower.strip_prefix("injection, ").unwrap_or(&lower);
    let word = rest.split([',', ' ', '(']).next().unwrap_or_default();
    (word.len() > 5 && word.chars().all(char::is_alphabetic) && !SHARED.contains(&word)).then(|| word.to_owned())
}

/// Reads the unit from a long text: the last amount in it that "per", "each", "up to" or a comma leads in, or that
/// ends it. Text such as "100 mg tablet" in the middle is not a unit.
pub(super) fn billing_unit(title: &str) -> Option<BillingUnit> {
    let lower = title.to_lowercase();
    let amount = quantities(&lower).into_iter().rev().find(|q| {
        let before = lower.get(..q.at).unwrap_or_default().trim_end();
        let behind = lower.get(q.at + q.words.len()..).unwrap_or_default();
        let led = ["per", "each", "up to", ",", "each additional"].iter().any(|word| before.ends_with(word));
        led && (behind.is_empty() || behind.starts_with([',', ' ', '.', ';', ')']))
    })?;
    if matches!(amount.measure, Measure::Volume) && lower.contains(" mg/") {
        return None;
    }
    let before = lower.get(..amount.at).unwrap_or_default().trim_end();
    let up_to = before.ends_with("up to");
    let lead = ["per", "each", "up to"].into_iter().find(|word| before.ends_with(word)).unwrap_or_default();
    let phrase = if lead.is_empty() { amount.words.clone() } else { format!("{lead} {}", amount.words) };
    Some(BillingUnit { amount, up_to, phrase, title: title.to_owned() })
}
