//! Pair edits between the codes of a claim, and the rules that say what may be done about them.

use super::Desk;
use super::visit::{is_supply, is_visit};
use crate::codebook::{PairLookup, PairRecord, PairState};
use crate::domain::code::{CodeRef, CodeSystem, Effect, Modifier};
use crate::domain::finding::{Fact, ModifierIndicator};
use crate::domain::question::Setting;
use crate::pattern::cues;

cues! {
    BOTH_SIDES = r"{bilateral}";
}

pub(super) fn look(desk: &mut Desk<'_>) {
    let codes: Vec<CodeRef> =
        desk.codes_of(&[CodeSystem::Cpt, CodeSystem::Hcpcs]).into_iter().filter(|c| !is_supply(c)).collect();
    let codes = one_wellness(codes);
    let named = named_pairs(&desk.question.text);
    hold(desk, &codes, &named);
}

/// Lays down what the edits say of these codes, whatever the mail names.
pub(super) fn of(desk: &mut Desk<'_>, codes: &[CodeRef]) {
    hold(desk, codes, &[]);
}

fn hold(desk: &mut Desk<'_>, codes: &[CodeRef], named: &[(String, String)]) {
    for pair in desk.codebook.pair_edits(codes, desk.setting, desk.on) {
        if !named.is_empty() && !is_named(named, &pair.a, &pair.b) {
            continue;
        }
        match pair.state.clone() {
            PairState::Live(row) => live(desk, &pair, row),
            PairState::Deleted(row) => deleted(desk, &pair, row),
            PairState::Absent => absent(desk, &pair),
            PairState::NotLoaded => {}
        }
    }
}

/// Two wellness visits are alternatives: the later kind stands for both beside other services.
fn one_wellness(mut codes: Vec<CodeRef>) -> Vec<CodeRef> {
    let wellness = ["G0402", "G0438", "G0439"];
    if codes.len() > 2 && codes.iter().filter(|c| wellness.contains(&c.code.as_str())).count() > 1 {
        let last = codes.iter().filter(|c| wellness.contains(&c.code.as_str())).max().cloned();
        codes.retain(|c| !wellness.contains(&c.code.as_str()) || Some(c) == last.as_ref());
    }
    codes
}

/// Pairs that a mail writes as such: "47562/49320 and 45385/45380" asks for two pairs, not for six.
pub fn named_pairs(text: &str) -> Vec<(String, String)> {
    let code = |word: &str| {
        (word.len() == 5
            && word.chars().all(|c| c.is_ascii_alphanumeric())
            && word.chars().skip(1).take(3).all(|c| c.is_ascii_digit()))
        .then(|| word.to_ascii_uppercase())
    };
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '/');
    words.filter_map(|word| word.split_once('/')).filter_map(|(a, b)| Some((code(a)?, code(b)?))).collect()
}

pub fn is_named(named: &[(String, String)], a: &CodeRef, b: &CodeRef) -> bool {
    named.iter().any(|(x, y)| (*x == a.code && *y == b.code) || (*x == b.code && *y == a.code))
}

fn live(desk: &mut Desk<'_>, pair: &PairLookup, row: PairRecord) {
    let PairRecord { column1, column2, indicator, effect, rationale } = row;
    let modifiers = modifiers_on(desk, &[&column1, &column2]);
    let claims = claims(desk.setting);
    let text = format!(
        "{column1} is column 1 and {column2} is column 2 of a live {claims} pair edit with modifier indicator {} (rationale: {rationale}).",
        indicator.digit()
    );
    let record = format!("{column1}/{column2}");
    let reversed = pair.history.iter().filter(|row| row.column1 == column2 && row.indicator != ModifierIndicator::NotApplicable);
    if let Some(gone) = reversed.filter_map(|row| row.effect.terminated).max() {
        let text = format!("The edit the other way round ({column2} in column 1, {column1} in column 2) was deleted on {gone}.");
        let of = vec![column1.clone(), column2.clone()];
        super::facets::lay_of(desk, "pair_reversed", of, text, pair.source.clone(), format!("{column2}/{column1}"));
    }
    desk.rule("pair_columns");
    match indicator {
        ModifierIndicator::Never => desk.rule("indicator_0"),
        ModifierIndicator::Allowed => allowed(desk, &column1, &column2),
        ModifierIndicator::NotApplicable => desk.rule("indicator_9"),
    }
    let main = if is_visit(&column1) { column2.clone() } else { column1.clone() };
    let sides = BOTH_SIDES.is_match(&desk.question.text).then(|| [column1.clone(), column2.clone()]);
    let fact = Fact::PairEdit { column1, column2, indicator, rationale: Some(rationale), modifiers };
    desk.find(fact, text, pair.source.clone(), record, effect);
    for code in sides.iter().flatten() {
        super::facets::record(desk, "bilateral", code);
    }
    // Which modifier a later visit or operation takes follows from the global period.
    for days in ["000", "010", "090"] {
        super::facets::record(desk, &format!("global {days}"), &main);
    }
}

/// The rules that an edit with indicator 1 brings along.
fn allowed(desk: &mut Desk<'_>, column1: &CodeRef, column2: &CodeRef) {
    desk.rule("indicator_1");
    if is_visit(column1) || is_visit(column2) {
        desk.rule("modifier_25");
        desk.rule("decision_is_included");
        return;
    }
    desk.rule("modifier_59");
    desk.rule("modifier_x");
    desk.rule("either_line");
    desk.rule("anatomic");
}

fn deleted(desk: &mut Desk<'_>, pair: &PairLookup, row: PairRecord) {
    let Some(deleted) = row.effect.terminated else { return };
    let PairRecord { column1, column2, indicator, effect, .. } = row;
    let never = pair.history.iter().filter(|row| row.indicator == ModifierIndicator::NotApplicable);
    let never: Vec<String> = never
        .filter_map(|row| Some(format!("{}/{} with indicator 9, ended {}", row.column1, row.column2, row.effect.terminated?)))
        .collect();
    let rest = if never.is_empty() {
        format!("no later edit of the pair is in {}", pair.source.edition)
    } else {
        format!(
            "{} holds a further row ({}), which never bundled anything, and no edit in force",
            pair.source.edition,
            never.join("; ")
        )
    };
    let text = format!(
        "The {} pair edit {column1} (column 1) with {column2} (column 2), indicator {}, was deleted on {deleted}; {rest}.",
        claims(desk.setting),
        indicator.digit(),
    );
    let record = format!("{column1}/{column2}");
    desk.find(Fact::PairEditDeleted { column1, column2, deleted }, text, pair.source.clone(), record, effect);
    if pair.history.iter().any(|row| row.indicator == ModifierIndicator::NotApplicable) {
        desk.rule("indicator_9");
    }
}

fn absent(desk: &mut Desk<'_>, pair: &PairLookup) {
    let (code, other) = (pair.a.clone(), pair.b.clone());
    let text = format!(
        "The {} file of {} holds no active pair edit of {code} with {other}, either way.",
        claims(desk.setting),
        pair.source.edition
    );
    let record = format!("{code}/{other}");
    desk.find(Fact::NoPairEdit { code, other }, text, pair.source.clone(), record, Effect::default());
    if !pair.history.is_empty() {
        desk.rule("indicator_9");
    }
}

/// What the mail already put on either line.
fn modifiers_on(desk: &Desk<'_>, codes: &[&CodeRef]) -> Vec<Modifier> {
    let mut modifiers: Vec<Modifier> = Vec::new();
    for mention in desk.question.codes.iter().filter(|m| codes.contains(&&m.code)) {
        for modifier in &mention.modifiers {
            if !modifiers.contains(modifier) {
                modifiers.push(*modifier);
            }
        }
    }
    modifiers
}

const fn claims(setting: Setting) -> &'static str {
    match setting {
        Setting::Practitioner => "practitioner",
        Setting::Hospital => "outpatient hospital",
        Setting::Dme => "supplier",
    }
}
