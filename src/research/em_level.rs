//! The level of an office or hospital visit from its total time and its medical decision making, where the mail gives
//! them (CPT's E/M guidelines since 2023). The higher of the two that the mail supports is the level.

use jiff::civil::Date;

use super::Desk;
use crate::domain::code::{CodeRef, CodeSystem, Effect, Family, Source};
use crate::domain::draft::Route;
use crate::domain::finding::{Conclusion, Fact};
use crate::domain::question::Intent;
use crate::pattern::{Words, cues, patterns};

/// A family of visits: straightforward to high, each with the minutes that its time asks for.
struct Visits {
    name: &'static str,
    levels: [(&'static str, u32); 4],
}

const NEW: Visits =
    Visits { name: "a new patient in the office", levels: [("99202", 15), ("99203", 30), ("99204", 45), ("99205", 60)] };
const KNOWN: Visits =
    Visits { name: "an established patient in the office", levels: [("99212", 10), ("99213", 20), ("99214", 30), ("99215", 40)] };
const ADMISSION: Visits =
    Visits { name: "an initial hospital day", levels: [("99221", 40), ("99221", 40), ("99222", 55), ("99223", 75)] };
const WARD: Visits =
    Visits { name: "a subsequent hospital day", levels: [("99231", 25), ("99231", 25), ("99232", 35), ("99233", 50)] };
const NURSING_FIRST: Visits =
    Visits { name: "an initial nursing facility visit", levels: [("99304", 25), ("99304", 25), ("99305", 35), ("99306", 50)] };
const NURSING_LATER: Visits =
    Visits { name: "a subsequent nursing facility visit", levels: [("99307", 10), ("99308", 20), ("99309", 30), ("99310", 45)] };
/// Until 2023 the two had less time: CPT 2024 raised 99306 from 45 to 50 minutes and 99308 from 15 to 20.
const NURSING_FIRST_2023: Visits =
    Visits { name: "an initial nursing facility visit", levels: [("99304", 25), ("99304", 25), ("99305", 35), ("99306", 45)] };
const NURSING_LATER_2023: Visits =
    Visits { name: "a subsequent nursing facility visit", levels: [("99307", 10), ("99308", 15), ("99309", 30), ("99310", 45)] };
const HOME_NEW: Visits =
    Visits { name: "a new patient at home", levels: [("99341", 15), ("99342", 30), ("99344", 60), ("99345", 75)] };
const HOME_KNOWN: Visits =
    Visits { name: "an established patient at home", levels: [("99347", 20), ("99348", 30), ("99349", 40), ("99350", 60)] };
const DISCHARGE: Visits =
    Visits { name: "a hospital discharge day", levels: [("99238", 1), ("99238", 1), ("99239", 31), ("99239", 31)] };
const NAMES: [&str; 4] = ["straightforward", "low", "moderate", "high"];

cues! {
    ASKED = r"\bthoughts\b|\bright\?|\bcorrect\b|\bwhich (?:e/?m|level|visit)|\bwhat (?:e/?m|level)|\bcircled\b|\boverc\w+|\btoo (?:high|low)\b|\bgood enough\b|\bor not\b|\blevel\b|\bagree\b|\bwhich code\b|\bright code\b|\bcode\?|\bsupport\w*|\b992\d\d\b\s*(?:\?|or\b|vs)|\bhighest\b|\bwants 992\d\d|\bpicked\b|\btime only\b|\bmdm\b|\balways\b|\bok\?|\bwhich\b|\b99(?:2\d\d|3[0145]\d)\b.{0,60}\?|\bhow do (?:i|we)\b";
    NEW_PATIENT = r"\bnew (?:\w+ )?(?:pt|patient)\b|\b9920[2-5]\b";
    KNOWN_PATIENT = r"\best(?:ablished|ab|\.)?\s+(?:\w+ )?(?:pt|patient)\b|\b9921[2-5]\b|\bfollow-?up\b|\bf/u\b";
    INITIAL_DAY = r"\binitial hosp\w*|\badmit\b|\badmission day\b|\bh&p\b|\b9922[1-3]\b";
    LATER_DAY = r"\bsubsequent hosp\w*|\bfloor visit\b|\b9923[1-3]\b";
    DISCHARGE_DAY = r"\b9923[89]\b";
    NURSING_DAY_ONE = r"\b9930[4-6]\b|\b(?:initial|first|admission)\b.{0,30}\b(?:nursing (?:facility|home)|snf)\b|\b(?:nursing (?:facility|home)|snf)\b.{0,30}\b(?:admission|initial|first visit)\b";
    NURSING_DAY = r"\b993(?:0[7-9]|10)\b|\bsubsequent\b.{0,40}\b(?:nursing (?:facility|home)|snf)\b|\b(?:nursing (?:facility|home)|snf)\b.{0,40}\b(?:subsequent|follow-?up|round\w*)\b";
    HOME_FIRST = r"\b9934[1-5]\b|\bnew (?:pt|patient)\b.{0,40}\b(?:home|house) visit\b|\b(?:home|house) visit\b.{0,40}\bnew (?:pt|patient)\b";
    HOME_LATER = r"\b993(?:4[7-9]|50)\b|\b(?:home|house) visit\b";
    TOTAL = r"\btotal\b|\bby time\b|\btime on\b|\btime only\b|\bspent\b|\bon (?:the|that|this) (?:date|day)\b";
    OTHER = r"\bnew or est|\best(?:ablished)? or new\b|\b(?:denied|rejected) (?:as )?not new\b|\blast seen\b.{0,20}\b(?:years?|yrs?)\b|\bprolonged\b|\bg221[12]\b|\bg0316\b|\bcritical\b|\bhpi\b|\ba/p\b|\bexam:|\bassessment (?:and|&) plan\b|\bdoes (?:this|the note)|\bscrib|\btelehealth\b|\bunder (?:dr|the)\b|\bresident\b|\bNP\b";
    HIGH_PROBLEM = r"\bsevere exacerbation\b|\blife[- ]threat\w*|\bthreat to life\b|\brespiratory failure\b|\bacute (?:mi|stroke)\b|\bsats? \d\d";
    HIGH_RISK = r"\b(?:direct )?admi(?:ssion|t)\b|\bhospitali[sz]\w*|\bdnr\b|\bemergency (?:major )?surgery\b|\btoxicity monitoring\b";
    MODERATE_PROBLEM = r"\bnot well controlled\b|\bpoorly controlled\b|\bflar\w+|\babove goal\b|\bout of control\b|\bworse\b|\bdecompensat\w*|\bexacerbat\w*|\bgetting worse\b|\bworsening\b|\buncontrolled\b|\bprogress(?:ing|ion)\b|\bnot (?:at goal|controlled)\b|\btwo (?:or more )?(?:stable )?chronic\b|\b2 (?:stable )?chronic\b|\bundiagnosed new problem\b|\bsystemic symptoms\b";
    MODERATE_RISK = r"\b(?:refill\w*|renew\w*|continu\w*|start\w*|stopp?\w*|adjust\w*|increas\w*|decreas\w*|chang\w*|switch\w*|titrat\w*|prescri\w*|doubl\w*)\b[^.;]{0,30}\b(?:rx|meds?|medications?|dose|inhaler|insulin|prescriptions?|\w+(?:pril|sartan|statin|olol|cillin|mycin|formin|oxetine|azole|dipine|prazole|thyroxine|gliptin|gliflozin|tidine|pam|lam|sone|semide|thiazide|xaban|warfarin|setron|triptan))\b|\b(?:start(?:ed)?|prescri\w+|rx|refill\w*|adjust\w*|increas\w+|changed?|new)\b[^.;]{0,40}\b(?:prednisone|azithro\w*|antibiotic\w*|\w+(?:pril|sartan|statin|olol|cillin|mycin|formin|oxetine|azole|dipine|prazole))\b|\bprescription drug\b|\bprescribed\b|\bmed(?:ication)? change\b";
    STABLE = r"\bstable\b|\bat goal\b|\bcontrolled\b|\bdoing well\b|\bsame dose\b|\bunchanged\b|\bno change\b";
    LOW_PROBLEM = r"\bacute uncomplicated\b|\buncomplicated injury\b|\b(?:ankle )?sprain\b|\bone stable chronic\b|\btwo (?:minor|self-limited)";
    LOW_RISK = r"\botc\b|\bover[- ]the[- ]counter\b|\bibuprofen\b|\bphysical therapy\b|\brest\b";
}

patterns! {
    MINUTES = r"(?is)\b(?:total(?: time)?|spent|documented|time|visit)?[^.;\d]{0,40}?\b(\d{1,3}) ?min(?:ute)?s?\b";
    SAID = r"(?is)\bmdm\b[^.;]{0,20}\b(straightforward|low|moderate|mod|high)\b|\b(straightforward|low|moderate|high)\s+(?:level\s+)?(?:of\s+)?(?:mdm|medical decision)";
    CHRONIC = r"(?is)\b(?:htn|hypertension|high blood pressure|diabetes|t2dm|t1dm|dm2?|copd|asthma|(?:hypo|hyper)thyroid\w*|hyperlipid\w*|hld|cholesterol|ckd|chf|heart failure|gerd|depression|anxiety|a-?fib|atrial fibrillation|cad|migraines?|osteoarthritis|arthritis|gout|epilepsy|psoriasis|osteoporosis|bph|glaucoma|parkinson\w*)\b";
}

pub(super) fn look(desk: &mut Desk<'_>) {
    let text = desk.question.text.clone();
    if !desk.question.intents.contains(&Intent::EmLevel) || !ASKED.is_match(&text) || OTHER.is_match(&text) {
        return;
    }
    let Some(visits) = visits(&text).map(|visits| on_the_day(visits, desk.on)) else { return };
    let time = minutes(&text);
    let mdm = said(&text).or_else(|| read(&text));
    // Time alone is a floor: it answers only where the mail says that it is the total, or that time is what counts.
    if mdm.is_none() && (time.is_none() || !TOTAL.is_match(&text)) {
        return;
    }
    conclude(desk, visits, time, mdm);
}

/// The minutes as they were on the day of service.
fn on_the_day(visits: &'static Visits, on: Date) -> &'static Visits {
    match visits.name {
        name if on.year() >= 2024 || name != NURSING_FIRST.name && name != NURSING_LATER.name => visits,
        name if name == NURSING_FIRST.name => &NURSING_FIRST_2023,
        _ => &NURSING_LATER_2023,
    }
}

fn visits(text: &str) -> Option<&'static Visits> {
    let elsewhere: [(&Words, &Visits); 5] = [
        (&DISCHARGE_DAY, &DISCHARGE),
        (&NURSING_DAY_ONE, &NURSING_FIRST),
        (&NURSING_DAY, &NURSING_LATER),
        (&HOME_FIRST, &HOME_NEW),
        (&HOME_LATER, &HOME_KNOWN),
    ];
    if let Some((_, found)) = elsewhere.into_iter().find(|(words, _)| words.is_match(text)) {
        return Some(found);
    }
    let kinds: [(&Words, &Visits); 4] =
        [(&LATER_DAY, &WARD), (&INITIAL_DAY, &ADMISSION), (&NEW_PATIENT, &NEW), (&KNOWN_PATIENT, &KNOWN)];
    // "est pt … send for direct admission" is an office visit: what the patient is called goes before where they go.
    let office = pattern_office(text);
    kinds
        .into_iter()
        .filter(|(_, v)| !office || matches!(v.levels[0].0, "99202" | "99212"))
        .find(|(k, _)| k.is_match(text))
        .map(|(_, v)| v)
}

fn pattern_office(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["in office", "in the office", "est pt", "established patient", "est patient", "new pt", "new patient", "clinic"]
        .iter()
        .any(|words| lower.contains(words))
}

fn minutes(text: &str) -> Option<u32> {
    let found: Vec<u32> = MINUTES.captures_iter(text).filter_map(|c| c.get(1)?.as_str().parse().ok()).collect();
    // Several amounts: which one is the total must be asked.
    if let [only] = found.as_slice() { Some(*only) } else { None }
}

/// What the mail calls the decision making: 0 straightforward to 3 high.
fn said(text: &str) -> Option<usize> {
    let found = SAID.captures(text)?;
    let word = found.get(1).or(found.get(2))?.as_str().to_lowercase();
    NAMES.iter().position(|name| name.starts_with(&word))
}

/// Problem and risk, where the mail's words give both: two of the three elements decide, and these two agree.
fn read(text: &str) -> Option<usize> {
    let problem = if HIGH_PROBLEM.is_match(text) {
        3
    } else if MODERATE_PROBLEM.is_match(text) || chronic(text) > 1 && STABLE.is_match(text) {
        2
    } else if LOW_PROBLEM.is_match(text) || chronic(text) == 1 && STABLE.is_match(text) {
        1
    } else {
        return None;
    };
    let risk = if HIGH_RISK.is_match(text) {
        3
    } else if MODERATE_RISK.is_match(text) {
        2
    } else if LOW_RISK.is_match(text) {
        1
    } else {
        return None;
    };
    (problem == risk).then_some(problem)
}

/// How many chronic illnesses the mail names.
fn chronic(text: &str) -> usize {
    let mut named: Vec<String> = CHRONIC.find_iter(text).map(|hit| hit.as_str().to_lowercase()).collect();
    named.sort_unstable();
    named.dedup();
    named.len()
}

const RULE: &str = "The level of a visit follows from medical decision making or from the total time on the date of the visit, whichever supports more; MDM needs two of its three elements (problems, data, risk).";

fn conclude(desk: &mut Desk<'_>, visits: &Visits, time: Option<u32>, mdm: Option<usize>) {
    let by_time = time.and_then(|minutes| visits.levels.iter().rposition(|(_, from)| *from <= minutes));
    let Some(level) = by_time.max(mdm) else { return };
    let Some((code, from)) = visits.levels.get(level).copied() else { return };
    let source = Source {
        family: Family::Cpt,
        edition: "E/M guidelines since 2023".to_owned(),
        file: "CPT guidelines, in our own words".to_owned(),
    };
    let section = "levels of E/M services";
    let lay = |desk: &mut Desk<'_>, text: String| {
        let fact = Fact::Rule { rule: "em_level".to_owned(), wording: text.clone() };
        desk.lay(fact, text, source.clone(), section.to_owned(), Effect::default())
    };
    let mut rests_on = vec![lay(desk, RULE.to_owned())];
    if visits.name == DISCHARGE.name {
        rests_on.push(lay(desk, "99238 is a discharge day of 30 minutes or less, 99239 needs more than 30 minutes of the physician's own time, which the note must state; a nurse's time does not count.".to_owned()));
    }
    let table: Vec<String> = visits.levels.iter().map(|(code, from)| format!("{code} from {from} minutes")).collect();
    if visits.name != DISCHARGE.name {
        rests_on.push(lay(desk, format!("Time for {}: {}.", visits.name, table.join(", "))));
    }
    if mdm == Some(2) {
        rests_on.push(lay(desk, "Moderate MDM: a moderate problem such as a chronic illness with exacerbation or progression, or two stable chronic illnesses; moderate risk such as prescription drug management.".to_owned()));
    }
    if mdm == Some(3) {
        rests_on.push(lay(desk, "High MDM: a problem with severe exacerbation or a threat to life or bodily function; high risk such as a decision on hospitalization.".to_owned()));
    }
    let higher: Vec<&str> = visits.levels.iter().skip(level + 1).map(|(code, _)| *code).collect();
    let named = desk.codes_of(&[CodeSystem::Cpt]);
    let too_high = higher.iter().filter(|code| named.iter().any(|c| c.code == **code) && !code.eq(&&code_of(visits, level)));
    let mut over: Vec<&str> = too_high.copied().collect();
    over.dedup();
    let mut answer = answer(visits, (code, from), by_time, time, mdm);
    if !over.is_empty() {
        answer = format!("{answer} {} is not supported by what the mail gives.", over.join(" and "));
    }
    let conclusion = Conclusion {
        topic: "em_level".to_owned(),
        codes: visits_of(desk, code),
        rests_on,
        show: "The note must show the elements or the total time of that date; time of staff and of separately billed services does not count.".to_owned(),
        asks: Vec::new(),
        settles: vec![Intent::EmLevel, Intent::CodeSearch, Intent::Units, Intent::Validity, Intent::PairEdit, Intent::ModifierChoice],
        route: Route::Auto,
        instead_of_pairs: true,
        despite: vec!["judgement".to_owned()],
        spanish: false,
    };
    desk.find(Fact::Conclusion(conclusion), answer, source.clone(), section.to_owned(), Effect::default());
}

fn code_of(visits: &Visits, level: usize) -> &'static str {
    visits.levels.get(level).map_or("", |(code, _)| *code)
}

/// The visit and those that the mail weighs it against.
fn visits_of(desk: &Desk<'_>, code: &str) -> Vec<CodeRef> {
    let mut codes: Vec<CodeRef> = desk.codes_of(&[CodeSystem::Cpt]).into_iter().filter(super::visit::is_visit).collect();
    codes.push(CodeRef::new(CodeSystem::Cpt, code));
    codes
}

fn answer(visits: &Visits, (code, from): (&str, u32), by_time: Option<usize>, time: Option<u32>, mdm: Option<usize>) -> String {
    let mdm_name = mdm.and_then(|m| NAMES.get(m)).copied();
    let mdm_code = mdm.and_then(|m| visits.levels.get(m)).map(|(code, _)| *code);
    let next = visits.levels.iter().find(|(_, minutes)| time.is_some_and(|t| t < *minutes));
    let short = next.map(|(code, minutes)| format!("{code} by time needs {minutes} minutes")).unwrap_or_default();
    match (by_time, time, mdm_name) {
        (Some(by), Some(minutes), Some(name)) if Some(by) == mdm => {
            format!("{code}: the total time of {minutes} minutes and the {name} MDM both give it{}.", joined("; ", &short))
        }
        (Some(by), Some(minutes), Some(name)) if mdm.is_none_or(|m| by > m) => format!(
            "{code} by time: {minutes} minutes reach its {from} minutes, and time may be used although the {name} MDM alone would give {}{}.",
            mdm_code.unwrap_or_default(),
            joined("; ", &short)
        ),
        (_, Some(minutes), Some(name)) => format!(
            "{code} by MDM: the {name} MDM supports it, and with it the time is not needed; {minutes} minutes alone are below the {from} minutes of {code}.",
        ),
        (_, Some(minutes), None) if visits.name == DISCHARGE.name => format!(
            "{code}: {minutes} minutes are {}, so the discharge day is {code}.",
            if minutes > 30 { "more than 30" } else { "30 or less, and 99239 needs more than 30" }
        ),
        (_, Some(minutes), None) => {
            format!("{code} by time: {minutes} minutes reach its {from} minutes{}.", joined("; ", &short))
        }
        (_, None, Some(name)) => {
            format!("{code}: two of the three elements, problem and risk, are {name}, and two of three decide the MDM.")
        }
        (_, None, None) => String::new(),
    }
}

fn joined(before: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{before}{text}") }
}
