//! The rulebook's rulings: rules that no file holds, each where the mail's codes, words and day meet its conditions.

use std::sync::LazyLock;

use super::Desk;
use crate::codebook::{Ruling, rulings};
use crate::domain::code::{CodeRef, Effect};
use crate::domain::finding::{Conclusion, Fact, FindingId};
use crate::domain::question::Language;
use crate::folding;
use crate::pattern::Words;

/// A ruling with its patterns ready.
struct Ready {
    ruling: &'static Ruling,
    words: Vec<Words>,
    asked: Vec<Words>,
    not: Vec<Words>,
}

static READY: LazyLock<Vec<Ready>> = LazyLock::new(|| {
    let compile = |list: &[String]| list.iter().map(|text| Words::new(text)).collect();
    let ready = |ruling: &'static Ruling| Ready {
        ruling,
        words: compile(&ruling.when.words),
        asked: compile(&ruling.when.asked),
        not: compile(&ruling.when.not),
    };
    rulings().iter().map(ready).collect()
});

/// Says which cue of a ruling is no pattern.
pub fn check_cues() -> anyhow::Result<()> {
    READY.iter().flat_map(|ready| ready.words.iter().chain(&ready.asked).chain(&ready.not)).try_for_each(Words::check)
}

pub(super) fn look(desk: &mut Desk<'_>) {
    let mut codes: Vec<CodeRef> = Vec::new();
    for mention in &desk.question.codes {
        if !codes.contains(&mention.code) {
            codes.push(mention.code.clone());
        }
    }
    let mut met: Vec<(&Ready, Vec<Vec<CodeRef>>)> =
        READY.iter().filter_map(|ready| Some((ready, met(desk, ready, &codes)?))).collect();
    let over: Vec<&String> = met.iter().flat_map(|(ready, _)| &ready.ruling.over).collect();
    met.retain(|(ready, _)| !over.contains(&&ready.ruling.key));
    for (ready, groups) in met {
        lay_down(desk, ready.ruling, &groups);
    }
}

fn met(desk: &Desk<'_>, ready: &Ready, codes: &[CodeRef]) -> Option<Vec<Vec<CodeRef>>> {
    let when = &ready.ruling.when;
    let groups = when.groups(codes, desk.on)?;
    let question = desk.question;
    let payer = when.payer.as_ref().is_none_or(|wanted| question.payer.is_some_and(|payer| wanted.contains(&payer)));
    let intents = when.intents.as_ref().is_none_or(|wanted| wanted.iter().any(|intent| question.intents.contains(intent)));
    if !payer || !intents {
        return None;
    }
    let text = folding::plain(&question.text);
    let words = ready.words.iter().all(|word| word.is_match(&text)) && !ready.not.iter().any(|word| word.is_match(&text));
    let asked = ready.asked.iter().all(|word| word.is_match(question.asking()));
    (words && asked).then_some(groups)
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
        rests_on.extend(codes.iter().filter_map(|code| super::facets::record(desk, kind, code)));
    }
    let answer = match (&ruling.answer_es, all_spanish) {
        (Some(answer), true) => answer,
        _ => &ruling.answer,
    };
    let answer = filled(answer, groups, all_spanish);
    let Some(first) = ruling.says.first() else { return };
    let conclusion = Conclusion {
        topic: ruling.key.clone(),
        codes: groups.concat(),
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
