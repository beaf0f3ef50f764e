//! Scores entries by how much of the query they cover and how much of them the query covers, then records by their entries,
//! facets and standing.

use std::collections::HashMap;
use std::sync::Mutex;

use super::facets::Facets;
use super::opened::{Meta, Opened, spoken};
use super::text::told;
use super::understand::Variant;

/// Entries whose records are looked at, and records of one entry.
const ENTRIES_MAX: usize = 220;
const RECORDS_MAX: usize = 96;
/// The weight of a word that no record holds.
const UNKNOWN_WEIGHT: f32 = 3.0;

/// What is asked for beside the words.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    pub system: Option<u8>,
    /// The day as a number; 0 for any.
    pub on: u64,
}

/// A record found, with the entry and the reading that found it best.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    pub score: f32,
    pub entry: usize,
    pub variant: usize,
    /// The share of the entry that the query says.
    pub said: f32,
    /// The share of the query that the entry says.
    pub asked: f32,
    covered: u32,
}

/// What a query has gathered about one entry.
#[derive(Debug, Default, Clone, Copy)]
struct Sum {
    turn: u32,
    covered: u32,
    asked: f32,
    said: f32,
}

/// Sums per entry, kept from query to query.
#[derive(Debug, Default)]
pub struct Sums {
    turn: u32,
    all: Vec<Sum>,
    touched: Vec<u32>,
}

impl Sums {
    fn of(&self, entry: u32) -> Sum {
        usize::try_from(entry).ok().and_then(|at| self.all.get(at)).copied().unwrap_or_default()
    }
}

/// Sums at rest, one for each query that runs at a time.
#[derive(Debug, Default)]
pub struct Desk(Mutex<Vec<Sums>>);

impl Desk {
    pub fn with<T>(&self, entries: usize, work: impl FnOnce(&mut Sums) -> T) -> T {
        let mut sums = self.0.lock().ok().and_then(|mut all| all.pop()).unwrap_or_default();
        if sums.all.len() != entries {
            sums = Sums { all: vec![Sum::default(); entries], ..Sums::default() };
        }
        let out = work(&mut sums);
        if let Ok(mut all) = self.0.lock() {
            all.push(sums);
        }
        out
    }
}

/// Runs one reading of a query and keeps what it finds in `best`.
pub fn run(index: &Opened, sums: &mut Sums, variant: &Variant, number: usize, wish: Wish, best: &mut HashMap<u32, Found>) {
    let weights = gather(index, sums, variant);
    let all: f32 = weights.iter().sum();
    if all <= 0.0 {
        return;
    }
    let share = |sum: &Sum, place: usize| {
        let norm = index.norms.get(place).copied().unwrap_or(1.0);
        [(sum.said / norm.max(0.01)).min(1.0), (sum.asked / all).min(1.0)]
    };
    let system = wish.system.map_or(u16::MAX, |system| 1_u16.checked_shl(u32::from(system)).unwrap_or(0));
    let mut ranked: Vec<(f32, u32)> = Vec::with_capacity(sums.touched.len());
    for at in &sums.touched {
        let Some(place) = usize::try_from(*at).ok() else { continue };
        let (Some(sum), Some(norm), Some(kind), Some(leads)) =
            (sums.all.get(place), index.norms.get(place), index.kinds.get(place), index.systems.get(place))
        else {
            continue;
        };
        if leads & system != 0 {
            ranked.push((text_score(sum.asked / all, sum.said / norm.max(0.01)) * kind.worth(), *at));
        }
    }
    let kept = pick(&mut ranked);
    for (score, at) in kept {
        let Some(entry) = usize::try_from(*at).ok() else { continue };
        let sum = sums.of(*at);
        let shares = share(&sum, entry);
        for record in index.records_of(entry).iter().take(RECORDS_MAX) {
            offer(index, (entry, number, sum.covered, shares), score * variant.trust, *record, variant.facets, wish, best);
        }
    }
    // What several texts of a record cover together counts a little.
    for found in best.values_mut().filter(|found| found.variant == number) {
        let covered = sums.all.get(found.entry).map_or(0, |sum| sum.covered);
        let more: f32 =
            weights.iter().enumerate().filter(|(at, _)| (found.covered & !covered) >> at & 1 == 1).map(|(_, w)| w).sum();
        found.score *= 1.0 + 0.35 * more / all;
    }
}

/// How well an entry suits, by the share of the query it covers and the share of it that the query covers.
fn text_score(asked: f32, said: f32) -> f32 {
    // To the power of 11/8 by roots: `powf` would be a third of a query's time.
    let fourth = asked.sqrt().sqrt();
    asked * fourth * fourth.sqrt() * (0.45 + 0.55 * said.min(1.0))
}

/// Walks the postings of every concept; gives the weight of each.
fn gather(index: &Opened, sums: &mut Sums, variant: &Variant) -> Vec<f32> {
    sums.turn = sums.turn.wrapping_add(1);
    sums.touched.clear();
    let turn = sums.turn;
    let mut weights = Vec::with_capacity(variant.concepts.len());
    for (bit, concept) in variant.concepts.iter().enumerate().take(31) {
        let weight = concept.choices.iter().map(|(term, _)| index.weight_of(term)).fold(0.0_f32, f32::max);
        let negative = concept.choices.first().is_some_and(|(term, _)| term.starts_with("no_"));
        let said = concept.choices.first().map_or(1.0, |(term, _)| told(term));
        let weight = if weight <= 0.0 { UNKNOWN_WEIGHT * said } else { weight } * if negative { 0.3 } else { 1.0 };
        weights.push(weight);
        let mask = 1_u32 << bit;
        for (term, suits) in &concept.choices {
            let Some((own, postings)) = index.postings(term) else { continue };
            let said = own * spoken(term);
            for at in postings {
                note(sums, turn, *at, mask, weight * suits, said);
            }
        }
    }
    weights
}

fn note(sums: &mut Sums, turn: u32, at: u32, mask: u32, asked: f32, said: f32) {
    let Some(sum) = usize::try_from(at).ok().and_then(|place| sums.all.get_mut(place)) else { return };
    if sum.turn != turn {
        *sum = Sum { turn, ..Sum::default() };
        sums.touched.push(at);
    }
    if sum.covered & mask == 0 {
        sum.asked += asked;
        sum.covered |= mask;
    }
    sum.said += said;
}

/// The best entries.
fn pick(ranked: &mut Vec<(f32, u32)>) -> &[(f32, u32)] {
    let floor = ranked.iter().map(|(score, _)| *score).fold(0.0_f32, f32::max) * 0.12;
    ranked.retain(|(score, _)| *score >= floor);
    if ranked.len() > ENTRIES_MAX {
        ranked.select_nth_unstable_by(ENTRIES_MAX, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(ENTRIES_MAX);
    }
    ranked
}

fn offer(
    index: &Opened,
    (entry, variant, covered, [said, asked_share]): (usize, usize, u32, [f32; 2]),
    score: f32,
    record: u32,
    asked: Facets,
    wish: Wish,
    best: &mut HashMap<u32, Found>,
) {
    let mut give = |record: u32, meta: &Meta| {
        if wish.system.is_some_and(|system| system != meta.system) || !in_force(meta, wish.on) {
            return;
        }
        let score = score * meta.facets.suits(asked) * standing(meta, wish);
        let found = best.entry(record).or_insert(Found { score, entry, variant, said, asked: asked_share, covered });
        if found.variant == variant {
            found.covered |= covered;
        }
        if score > found.score {
            let covered = if found.variant == variant { found.covered } else { covered };
            *found = Found { score, entry, variant, said, asked: asked_share, covered };
        }
    };
    let Some(meta) = index.meta(record) else { return };
    give(record, meta);
    if asked.side.is_some() && meta.facets.side != asked.side
        || asked.trimester.is_some() && meta.facets.trimester != asked.trimester
    {
        for sibling in index.families.get(&meta.family).into_iter().flatten().take(32) {
            if let Some(meta) = index.meta(*sibling) {
                give(*sibling, meta);
            }
        }
    }
}

fn in_force(meta: &Meta, on: u64) -> bool {
    on == 0 || (meta.from <= on && (meta.to == 0 || on <= meta.to))
}

/// Leaves before headings, the general before the specified.
fn standing(meta: &Meta, wish: Wish) -> f32 {
    let heading = if meta.billable { 1.0 } else { 0.8 };
    let general = if meta.unspecified { 1.0 } else { 0.985 };
    let other = if meta.other { 0.95 } else { 1.0 };
    let system = if wish.system.is_some() {
        1.0
    } else {
        [1.0, 0.86, 0.97, 0.9, 0.95].get(usize::from(meta.system)).copied().unwrap_or(0.8)
    };
    heading * general * other * system
}
