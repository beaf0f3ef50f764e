//! The rulebook's rulings: rules that no file holds, each where the mail's codes, words and day meet its conditions.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Desk, negation, visit};
use crate::codebook::{Ruling, rulings};
use crate::domain::code::{CodeRef, CodeSystem, Effect};
use crate::domain::finding::{Conclusion, Fact, FindingId};
use crate::domain::question::Language;
use crate::folding;
use crate::pattern::Words;

/// A ruling with its patterns, each by its place among all.
struct Ready {
    ruling: &'static Ruling,
    words: Vec<usize>,
    asked: Vec<usize>,
    not: Vec<usize>,
    so: Vec<usize>,
    not_so: Vec<usize>,
}

/// The rulings, and the patterns that they have between them: one that several have stands once.
struct Book {
    patterns: Vec<Words>,
    rulings: Vec<Ready>,
}

static BOOK: LazyLock<Book> = LazyLock::new(|| {
    let mut known: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut patterns = Vec::new();
    let mut places = |list: &'static [String]| -> Vec<usize> {
        let place = |text: &'static String| {
            *known.entry(text).or_insert_with(|| {
                patterns.push(Words::new(text));
                patterns.len() - 1
            })
        };
        list.iter().map(place).collect()
    };
    let ready = |ruling: &'static Ruling| Ready {
        ruling,
        words: places(&ruling.when.words),
        asked: places(&ruling.when.asked),
        not: places(&ruling.when.not),
        so: places(&ruling.when.so),
        not_so: places(&ruling.when.not_so),
    };
    let rulings = rulings().iter().map(ready).collect();
    Book { patterns, rulings }
});

/// A text, and what is known of the patterns in it: each is looked for once.
struct Searched<'a> {
    text: &'a str,
    known: Vec<Cell<Option<bool>>>,
}

impl<'a> Searched<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, known: vec![Cell::new(None); BOOK.patterns.len()] }
    }

    fn has(&self, place: usize) -> bool {
        let (Some(known), Some(words)) = (self.known.get(place), BOOK.patterns.get(place)) else { return false };
        let found = known.get().unwrap_or_else(|| words.is_match(self.text));
        known.set(Some(found));
        found
    }
}

/// What a mail says, what it asks, and what it says is so.
struct Mail<'a> {
    said: Searched<'a>,
    asked: Searched<'a>,
    affirmed: Searched<'a>,
}

/// Says which cue of a ruling is no pattern.
pub fn check_cues() -> anyhow::Result<()> {
    BOOK.patterns.iter().try_for_each(Words::check)
}

pub(super) fn look(desk: &mut Desk<'_>) {
    let mut codes: Vec<CodeRef> = Vec::new();
    for mention in &desk.question.codes {
        if !codes.contains(&mention.code) {
            codes.push(mention.code.clone());
        }
    }
    let text = folding::plain(&desk.question.text);
    let affirmed = negation::without(&text);
    let mail =
        Mail { said: Searched::new(&text), asked: Searched::new(desk.question.asking()), affirmed: Searched::new(&affirmed) };
    let met_by = |ready| Some((ready, met(desk, ready, &codes, &mail)?));
    let mut met: Vec<(&Ready, Vec<Vec<CodeRef>>)> = BOOK.rulings.iter().filter_map(met_by).collect();
    let over: Vec<&String> = met.iter().flat_map(|(ready, _)| &ready.ruling.over).collect();
    met.retain(|(ready, _)| !over.contains(&&ready.ruling.key) && !is_said(desk, &ready.ruling.key));
    for (ready, groups) in met {
        lay_down(desk, ready.ruling, &groups);
    }
}

/// Rulings that say less than a tool that read the tables, each with the tool's topic.
const SAID_BY_TOOL: [(&str, &str); 6] = [
    ("adverse_effect_general", "drug_effect"),
    ("poisoning_general", "drug_effect"),
    ("poisoning_first", "drug_effect"),
    ("toe_modifiers_right", "anatomic_modifiers"),
    ("toe_modifiers_left", "anatomic_modifiers"),
    ("finger_modifiers", "anatomic_modifiers"),
];

fn is_said(desk: &Desk<'_>, key: &str) -> bool {
    let says = |topic: &str| desk.findings.iter().any(|f| matches!(&f.fact, Fact::Conclusion(c) if c.topic == topic));
    SAID_BY_TOOL.iter().any(|(ruling, topic)| *ruling == key && says(topic))
}

fn met(desk: &Desk<'_>, ready: &Ready, codes: &[CodeRef], mail: &Mail<'_>) -> Option<Vec<Vec<CodeRef>>> {
    let when = &ready.ruling.when;
    let groups = when.groups(codes, desk.on)?;
    let question = desk.question;
    let payer = when.payer.as_ref().is_none_or(|wanted| question.payer.is_some_and(|payer| wanted.contains(&payer)));
    let intents = when.intents.as_ref().is_none_or(|wanted| wanted.iter().any(|intent| question.intents.contains(intent)));
    if !payer || !intents {
        return None;
    }
    let all = |places: &[usize], text: &Searched<'_>| places.iter().all(|&place| text.has(place));
    let none = |places: &[usize], text: &Searched<'_>| !places.iter().any(|&place| text.has(place));
    let said = all(&ready.words, &mail.said) && none(&ready.not, &mail.said) && all(&ready.asked, &mail.asked);
    (said && all(&ready.so, &mail.affirmed) && none(&ready.not_so, &mail.affirmed)).then_some(groups)
}

fn lay_down(desk: &mut Desk<'_>, ruling: &Ruling, groups: &[Vec<CodeRef>]) {
    let spanish = desk.question.language == Language::Spanish;
    let mut rests_on: Vec<FindingId> = Vec::new();
    let mut all_spanish = spanish && ruling.answer_es.is_some();
    for line in &ruling.says {
        let text = match (&line.text_es, all_spanish) {
            (Some(text), true) => text,
            (None, true) => {
                all_spanish = false;
                &line.text
            }
            (_, false) => &line.text,
        };
        let wording = filled(text, groups, all_spanish);
        let fact = Fact::Rule { rule: ruling.key.clone(), wording: wording.clone() };
        rests_on.push(desk.lay(fact, wording, line.source.clone(), line.section.clone(), line.effect));
    }
    for (kind, group) in &ruling.records {
        let codes = groups.get(group.saturating_sub(1)).cloned().unwrap_or_default();
        let kind = filled(kind, groups, false);
        rests_on.extend(codes.iter().filter_map(|code| super::facets::record(desk, &kind, code)));
    }
    let answer = match (&ruling.answer_es, all_spanish) {
        (Some(answer), true) => answer,
        _ => &ruling.answer,
    };
    let answer = filled(answer, groups, all_spanish);
    let Some(first) = ruling.says.first() else { return };
    let mut codes = groups.concat();
    if ruling.instead_of_pairs {
        // A ruling on the visits of a mail need not name each of them.
        codes.extend(desk.codes_of(&[CodeSystem::Cpt]).into_iter().filter(visit::is_visit));
    }
    let conclusion = Conclusion {
        topic: ruling.key.clone(),
        codes,
        rests_on,
        show: filled(&ruling.show, groups, all_spanish),
        asks: ruling.asks.clone(),
        settles: ruling.settles.clone(),
        route: ruling.route,
        instead_of_pairs: ruling.instead_of_pairs,
        despite: ruling.despite.clone(),
        spanish: all_spanish,
    };
    desk.find(Fact::Conclusion(conclusion), answer, first.source.clone(), first.section.clone(), Effect::default());
}

/// Puts the codes of each group in its place.
fn filled(text: &str, groups: &[Vec<CodeRef>], spanish: bool) -> String {
    let mut text = text.to_owned();
    for (at, group) in groups.iter().enumerate() {
        let place = format!("{{{}}}", at + 1);
        if text.contains(&place) {
            let codes: Vec<&str> = group.iter().map(|code| code.code.as_str()).collect();
            text = text.replace(&place, &codes.join(if spanish { " y " } else { " and " }));
        }
    }
    text
}
