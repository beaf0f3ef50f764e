//! The fee schedule's indicators, where a mail asks for what they decide: an assistant, co-surgeons, both sides, the
//! parts of a test, a status, a global period, the reduction for several procedures.

use std::sync::LazyLock;

use regex::Regex;

use super::visit::is_visit;
use super::{Desk, facets, indicators_es};
use crate::codebook::edition::RelativeValues;
use crate::domain::code::{CodeRef, CodeSystem, Effect};
use crate::domain::draft::Route;
use crate::domain::finding::{Conclusion, Fact};
use crate::domain::question::{Intent, Language};
use crate::pattern::cue;

static SAME_FOR: LazyLock<Regex> = LazyLock::new(|| {
    cue(r"\b(?:same|ditto|likewise) (?:for|with|on) (?:the |our |my )?(?:second|third|other|next|add-?on|rest|others)\b")
});
static FIFTY: LazyLock<Regex> = LazyLock::new(|| cue(r"\b50\b|\bbilat"));

/// What is asked, the words that ask it, the indicator, and what it settles.
static ASKED: LazyLock<Vec<(&'static str, Regex, &'static [Intent])>> = LazyLock::new(|| {
    let settled_surgeon: &[Intent] =
        &[Intent::SurgeonRole, Intent::ModifierChoice, Intent::Payment, Intent::PairEdit, Intent::Preventive];
    let settled_side: &[Intent] = &[Intent::ModifierChoice, Intent::PairEdit, Intent::Units];
    let settled_parts: &[Intent] = &[Intent::ModifierChoice, Intent::PairEdit, Intent::Validity, Intent::AddOn];
    let settled_status: &[Intent] =
        &[Intent::Payment, Intent::Validity, Intent::Coverage, Intent::PairEdit, Intent::ModifierChoice, Intent::Denial];
    let settled_global: &[Intent] = &[Intent::GlobalPeriod, Intent::PairEdit];
    let settled_multiple: &[Intent] = &[Intent::Payment, Intent::PairEdit];
    vec![
        ("assistant", cue(r"{assist}"), settled_surgeon),
        ("cosurgeon", cue(r"{cosurgeon}"), settled_surgeon),
        (
            "team",
            cue(r"\bteam (?:surg\w*|of (?:\w+ )?surgeons|indicator)|\bteam\b.{0,30}\b(?:66|or|room|surgeons)\b|\b66\b"),
            settled_surgeon,
        ),
        (
            "bilateral",
            cue(
                r"-50\b|\b50\b ?\?|{bilateral}|\b50 or\b|\bor once\b|\b(?:with|w/|use|append|add|need|take|takes|put|pone|lleva|va|con) (?:a |el |modifier |mod )?50\b|\bone line (?:w/|with|or)|\bcode already (?:cover|include)s? both\b|\bincluye (?:ya )?(?:los )?dos\b",
            ),
            settled_side,
        ),
        (
            "pctc",
            cue(
                r"\b26\b|\bTC\b|\bprofessional (?:component|part|read)|\btechnical (?:component|part)|\bcomponents?\b|\b(?:only )?reads\b|\b(?:hospital|facility|they) (?:own|hooked|did the tech)",
            ),
            settled_parts,
        ),
        (
            "status",
            cue(
                r"\bstatus\b|\bever (?:pay|get paid|cover)|\bnever pays?\b|\bwhy (?:is|does|did)?.{0,20}\b(?:zero|nothing|not paid|no payment|no pay)\b|\bworth billing\b|\bpay(?:s|able)? (?:for )?.{0,16}\bmedicare\b|\bmedicare (?:ever )?pay\b|\bpaid by medicare\b|\bno rvus?\b|\bnot payable\b|\bunlisted\b|\banything not payable\b|\bis .{0,12} payable\b",
            ),
            settled_status,
        ),
        (
            "global",
            cue(
                r"\bglobals?\b|\bd[ií]as globales\b|\bhow (?:long|many days)\b.{0,30}\b(?:global|post-?\s?op|follow-?up)|\bpost-?\s?op(?:erative)? (?:days|window|period)\b|\bglobal days\b|\bfollow-?up (?:window|period|days)\b|\bsurgical package\b|\b(?:10|90|ten|ninety)[- ]day (?:or|global|period)\b|\bper[ií]odo global\b",
            ),
            settled_global,
        ),
        ("multiple", cue(r"\bmultiple proc\w*|\bmppr\b|\breduc(?:e|ed|tion)\b"), settled_multiple),
    ]
});

pub(super) fn look(desk: &mut Desk<'_>) {
    if facets::edition(desk).is_none() {
        return;
    }
    let systems = [CodeSystem::Cpt, CodeSystem::Hcpcs];
    let all = desk.codes_of(&systems);
    if all.is_empty() || all.len() > 8 {
        return;
    }
    let mut asked_any = false;
    let asking = desk.question.asking().to_owned();
    let of_surgeons = desk.question.intents.contains(&Intent::SurgeonRole);
    // What a hospital's claim is paid is not the fee schedule's status.
    let of_hospital = super::opps::ASKED.is_match(&desk.question.text);
    let fits = |kind: &str| (kind != "assistant" || of_surgeons) && (kind != "status" || !of_hospital);
    for (kind, words, settles) in ASKED.iter().filter(|(kind, ..)| fits(kind)) {
        let mut codes: Vec<CodeRef> = Vec::new();
        for sentence in asking.lines().filter(|sentence| words.is_match(sentence)) {
            for code in desk.codes_near(sentence, &systems) {
                let apart = *kind == "bilateral" && one_on_each_side(desk, &code, sentence);
                if !apart && !codes.contains(&code) {
                    codes.push(code);
                }
            }
        }
        if !codes.is_empty() {
            asked_any = true;
            if SAME_FOR.is_match(&asking) && all.len() <= 4 {
                codes.extend(all.iter().filter(|code| !codes.contains(code)).cloned().collect::<Vec<_>>());
            }
            each(desk, kind, &codes, settles);
        }
    }
    // "What is wrong with it?" asks for whatever the rest of the mail points to.
    if !asked_any && all.len() <= 2 {
        let text = desk.question.text.clone();
        let spoken_of = |(kind, words, _): &&(&str, Regex, &[Intent])| words.is_match(&text) && fits(kind);
        for (kind, _, settles) in ASKED.iter().filter(spoken_of) {
            let codes: Vec<CodeRef> =
                all.iter().filter(|code| *kind != "bilateral" || !one_on_each_side(desk, code, &text)).cloned().collect();
            each(desk, kind, &codes, settles);
        }
    }
}

/// Two procedures of one edit, one on each side: their pair is what is asked, not the two sides of either.
fn one_on_each_side(desk: &Desk<'_>, code: &CodeRef, sentence: &str) -> bool {
    let paired = desk.findings.iter().any(|f| matches!(&f.fact, Fact::PairEdit { column1, column2, .. } if (column1 == code || column2 == code) && !is_visit(column1) && !is_visit(column2)));
    paired && !FIFTY.is_match(sentence)
}

fn each(desk: &mut Desk<'_>, kind: &str, codes: &[CodeRef], settles: &[Intent]) {
    for code in codes {
        let Some((values, source)) = facets::values(desk, code) else { continue };
        let Some(answer) = answer(desk, kind, &values) else { continue };
        let spanish = (desk.question.language == Language::Spanish)
            .then(|| indicators_es::answer(kind, digit(kind, &values), &code.code))
            .flatten();
        let id = match &spanish {
            Some((_, text)) => Some(facets::lay(
                desk,
                &format!("{kind}_indicator"),
                &[&code.code],
                text.clone(),
                source.clone(),
                code.code.clone(),
            )),
            None => facets::indicator(desk, kind, &values, &source),
        };
        let Some(id) = id else { continue };
        let answer = spanish.as_ref().map_or(answer, |(said, _)| said.clone());
        let spanish = spanish.is_some();
        let mut rests_on = vec![id];
        let limited = kind == "bilateral" || kind == "pctc";
        if limited
            && !spanish
            && let Some(limit) = facets::record(desk, "mue", code)
        {
            rests_on.push(limit);
        }
        if kind == "cosurgeon" {
            rests_on.extend(facets::record(desk, "global", code));
            rests_on.extend(facets::record(desk, "assistant", code));
        }
        let conclusion = Conclusion {
            topic: format!("{kind}_indicator"),
            codes: vec![code.clone()],
            rests_on,
            show: String::new(),
            asks: Vec::new(),
            settles: settles.to_vec(),
            route: Route::Auto,
            instead_of_pairs: false,
            despite: Vec::new(),
            spanish,
        };
        desk.find(Fact::Conclusion(conclusion), answer, source, code.code.clone(), Effect::default());
    }
}

/// The short answer of an indicator; `None` where it says nothing about the question.
fn answer(desk: &Desk<'_>, kind: &str, values: &RelativeValues) -> Option<String> {
    let code = &values.code;
    let surgery = code.parse::<u32>().is_ok_and(|n| (10_004..=69_990).contains(&n));
    Some(match (kind, digit(kind, values)) {
        ("assistant", "2") => format!("Assistant for {code}: yes, payable by Medicare (indicator 2)."),
        ("assistant", "1") => {
            format!("Assistant for {code}: no, Medicare never pays one (indicator 1), with or without documents.")
        }
        ("assistant", "0") => format!(
            "Assistant for {code}: only with documents that establish medical necessity (indicator 0); not paid otherwise."
        ),
        ("cosurgeon", "2") => {
            format!("Co-surgeons for {code}: yes, of different specialties, each with modifier 62 (indicator 2).")
        }
        ("cosurgeon", "1") => format!(
            "Co-surgeons for {code}: only with documents that support the need for two, each with modifier 62 (indicator 1)."
        ),
        ("cosurgeon", "0") => format!("Co-surgeons for {code}: no, not permitted (indicator 0)."),
        ("team", "0") => format!("Team surgery (modifier 66) for {code}: no, not permitted (indicator 0)."),
        ("team", "1") => format!(
            "Team surgery (modifier 66) for {code}: only with documents that establish the need, paid by report (indicator 1)."
        ),
        ("team", "2") => format!("Team surgery (modifier 66) for {code}: yes, permitted and paid by report (indicator 2)."),
        ("bilateral", "1") => {
            format!("Both sides of {code}: {code}-50 on one line with one unit, paid at 150 percent (bilateral indicator 1).")
        }
        ("bilateral", "0") if surgery => {
            format!("Both sides of {code}: no modifier 50, the 150 percent adjustment does not apply (bilateral indicator 0).")
        }
        ("bilateral", "2") => format!(
            "Both sides of {code}: once, without modifier 50 and with no extra payment, because the code already covers both sides (bilateral indicator 2)."
        ),
        ("bilateral", "3") => format!(
            "Both sides of {code}: each side is paid in full, with RT and LT or 50; the 150 percent adjustment does not apply (bilateral indicator 3)."
        ),
        ("pctc", "1") => format!(
            "{code}: bill {code}-26 where you only interpret and the facility owns the equipment, {code} without a modifier where the practice owns it and reads (PC/TC indicator 1)."
        ),
        ("pctc", "2") => format!(
            "{code}: yes, it stands alone for the interpretation, without 26, because it is the professional component by itself; drop 26 if it is on the line (PC/TC indicator 2)."
        ),
        ("pctc", "3") => format!("{code} is the technical component by itself and takes neither 26 nor TC (PC/TC indicator 3)."),
        ("status", "A" | "R" | "T") if !desk.question.text.to_lowercase().contains("status") => return None,
        ("status", "N") => format!(
            "{code}: no, Medicare does not cover it (status N); the patient is responsible, and GY marks it where a denial is wanted."
        ),
        ("status", "B") => format!("{code}: no, it is bundled and never paid separately (status B)."),
        ("status", "I") => {
            format!("{code}: no, it is not valid for Medicare (status I), which uses another code for the service.")
        }
        ("status", "X") => format!("{code}: it is not paid under the physician fee schedule (status X)."),
        ("status", digit) => format!("{code}: status {digit}, {}.", facets::status(digit)),
        ("global", "000") => format!("{code}: 0 days (indicator 000)."),
        ("global", "010") => format!("{code}: 10 days (indicator 010)."),
        ("global", "090") => format!("{code}: 90 days (indicator 090)."),
        ("global", digit) if surgery => format!("{code}: no days of its own (indicator {digit})."),
        ("multiple", "0") => format!("{code}: exempt, not reduced (multiple procedure indicator 0)."),
        ("multiple", "2") => format!("{code}: subject to the multiple procedure reduction (indicator 2)."),
        ("multiple", "3") => format!("{code}: subject to the endoscopy rule of its family (multiple procedure indicator 3)."),
        _ => return None,
    })
}

fn digit<'a>(kind: &str, values: &'a RelativeValues) -> &'a str {
    match kind {
        "assistant" => &values.assistant,
        "cosurgeon" => &values.cosurgeon,
        "team" => &values.team,
        "bilateral" => &values.bilateral,
        "pctc" => &values.pctc,
        "status" => &values.status,
        "global" => &values.global,
        _ => &values.multiple,
    }
}
