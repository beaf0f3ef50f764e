//! What the findings leave open: each gap is a reason for a person, told to the consultant.

use crate::pattern::Words;
use jiff::civil::Date;

use super::pieces::{Piece, codes_of};
use super::views::conclusions::conclusion;
use crate::codebook::{Codebook, Lookup, rulings};
use crate::domain::code::{CodeRef, CodeSystem, MentionRole};
use crate::domain::finding::{Fact, Finding};
use crate::domain::question::{Intent, Payer, Question};
use crate::pattern::cues;
use crate::render::answer::Answer;
use crate::research::compliance::is_oblique;
use crate::research::pair_edits::{is_named, named_pairs};
use crate::research::visit::is_supply;

cues! {
    // What a word of the mail must say for an intent to be more than noise beside an answered question.
    pub(super) LEVEL = r"\blevels?\b|\bmdm\b|\btotal time\b|\bminutes\b|\bmins\b|\bprolonged\b|\bsplit\b|\bincident\b|\b992\d\d or 992\d\d\b|\bvs\.? 992\d\d|\bg221[12]\b|\bnew or est|\bcritical care\b|\bsupportable\b";
    pub(super) MODIFIER = r"{modifier}|\b(?:2[2-7]|5[0-9]|6[26]|7[3-9]|8[0-2]|9[0-59])\b ?(?:\?|or\b|vs)|\b(?:g[axyzcefkmpqst]|x[epsu]|lt|rt|tc|as|a[ai]|q[kxyzw]|kx|j[wz]|pt|fs)\b";
    pub(super) COVER = r"\bcover(?:ed|age)\b|{payer_name}.{0,40}\bcovers?\b|\blcds?\b|\bncds?\b|\bnecess(?:ary|ity)\b|\babn\b|\bprior auth|\bwhat dx\b|\bcubre";
    pub(super) ANOTHER = r"\b(?:something|anything|someth) else\b|\bother code\b|\binstead\b|\bor what\b";
    pub(super) BESIDE = r"{both}|{bundle}|\bwith\b|\+|&|\band\b";
    pub(super) TOGETHER = r"{both}|{bundle}";
    pub(super) MONEY = r"\bhow much\b|\ballowable\b|\ballowed (?:amount|total|charge)|\b(?:total|expected) allowed\b|\bmedicare allow for\b|\bmedicare allowed\b|\bdo we reduce\b|\bgets? reduced\b|\brates?\b|\bfee\b|\brvus?\b|\bdollars?\b|\breimburs|\bgpci\b|\bstatus\b|\b(?:procedure|payment|fee) reduction\b|\bweight\b|\bamounts?\b|\bcoinsurance\b|\bcopay|\bbalance bill|\bcuánto paga|\bpayable\b.*\bmedicare\b.*\bever\b";
    pub(super) MEDICARE_PAYS = r"\bmedicare(?:.s)? (?:fee|rate|allow\w*|amount|pays?|payment|would|price)|\bmpfs\b|\bwould medicare\b|\b(?:does|will) medicare\b|\bmedicare patient";
    pub(super) PAIR = r"\bbundl|\bunbundl|\bpairs?\b|\bptp\b|\bncci\b|\bcolumn|\b59\b|\bx[epsu]\b|\bseparately\b|\bboth (?:be|go|paid|pay)|\bindicator\b|\baparte\b";
    pub(super) ADD_ON = r"\badd-?on|\bprimary\b|\bstand alone\b|\bby itself\b";
    pub(super) SURGEON = r"\bassistant (?:surgeon|at)|\bassist(?:ing|ed)?\b|\bco-?surgeon|\bteam surg|\bresident\b|\bteaching\b";
    pub(super) VALID = r"\bgood\b|\bdead\b|\bgone\b|\breplac|\bwhat is it now\b|\bcode now\b|\bwhat now\b|\bincomplete\b|\bsince when\b|\bvalid|\binvalid|\bbillable|\bstill good|\bactive\b|\bgood for\b|\bgood code\b|\btruncat|\breject|\bbounc|\breal code\b|\bexist|\bdeleted\b|\bright\?|\bexpired?\b|\bnot a code\b|\bvigente|\bválid";
    pub(super) COUNT = r"\bhow many\b|\bcuánt|\bmues?\b|\bmai\b|\blimits?\b|\bmax\b|\b8[- ]minute|\bunits\?|\bunidades\b|\bunits (?:of|per|can|do|for)\b|\bwhat units\b|\bconfirm units\b|\bqty\b";
    // A count of days is no count of units.
    pub(super) DAYS = r"\bhow many\b(?: [\w-]+){0,3} days\b|\bcu[aá]ntos d[ií]as\b";
    pub(super) GLOBAL = r"\bglobal (?:days|periods?)\b|\bdays for each\b|\bpost-?op (?:days|period)\b|\bglobals\b";
    pub(super) PREVENTIVE = r"\bscreening\b|\bwellness\b|\bpreventive\b|\bawv\b|\bg04\d\d\b";
    pub(super) CHOOSE = r"\b(?:what|which)(?:'?s| is| are)? (?:the )?(?:right |correct |full )?(?:dx|icd|cpt|hcpcs|o|diagnosis) codes?\b|\bcodes? for\b|\bdx ?\?|\bcpt and dx\b|\bwhat do i use\b";
    pub(super) EXISTS = r"\bvalid\b|\binvalid\b|\bbillable code|\bstill (?:good|active)|\breal code\b|\bexist|\bdeleted\b|\bexpired\b|\bnot a code\b";
    pub(super) FORMAL = r"\bok or not\b|{both}|\blos dos\b|\bexcludes?|\bsame claim\b|\btogether\b|\bcoded with\b|\bjuntos\b|\bboth (?:be )?(?:coded|reported|billed|go)\b";
    pub(super) SEEMS_ASKED = r"[?¿]|\b(?:how|what|which|whats|when|why|who|can|could|should|do|does|is|are|need|please|pls|confirm|advise|tell|give|help|fix|denied|rejected|rejects|bounced|truncated|cuál|cuánt|puedo|podemos|want to know|would like|wondering|requesting|i want|we want|quisiera|necesito|looking for|wants? (?:nothing but )?the|qué|legit|lines|bundled)\b";
    pub(super) OVER = r"{nothing_asked}|{scam}|{machine_mail}|\bunsubscribe\b|\b(?:close|resolve|archive) (?:the|this|my) (?:ticket|case|request)\b|\bsettles (?:it|that|this)\b";
    // What a person must read, judge or hold.
    pub(super) NOTE = r"\b(?:from|below|attached|here is|code) (?:the |is )?op(?:erative)? (?:note|report)|\bop(?:erative)? (?:note|report) (?:below|attached|says)|\bsame report\b|\bop report header\b|\bprocedure in detail\b|\bpreop dx\b|\bnota operatoria\b|\bbajo anestesia\b|\bhpi\b|\b(?:exam|a/p|assessment|plan|ros|cc|postop dx|procedure):|\bdictat|\bhe dictated\b|\bconsent\b.*\b(?:report|order)\b|^\s*note:|\bfrom the note\b|\bnote below\b|\bcode (?:this|it|the following)\s*:\s*[\x22“']|{done_to_tissue}.{0,120}{done_to_tissue}.{0,120}{done_to_tissue}.{0,160}{done_to_tissue}";
    pub(super) JUDGEMENT = r"\b(?:nobody|no ?one|never|not|wasn.?t|isn.?t) (?:charted|documented|recorded|written down)\b|\bdoes this support\b|\bdo(?:es)? (?:the|this|my) note\b|\bmedically necessary\b|\bmedical necessity\b|\bclinical(?:ly)? valid|\bvalidation\b|\bdischarge summary\b|\b(?:possible|probable|likely) (?:[a-su-z]\w{3,}|t\w{4,})\b|\bdisagrees?\b|\bagree it was\b";
    pub(super) UNCERTAIN_HISTORY = r"\bhistory of\b|\bno disease\b|\bmastectomy\b|\bmets\b|\bmetasta";
    pub(super) PAPERS = r"\battach(?:ed|ment)\b|\benclosed\b|\badjunt";
    pub(super) LETTER = r"\b(?:write|draft) (?:and sign |us |me |a |an |the )+(?:\w+ )?(?:letter|statement|appeal|reconsideration)|\b(?:expert|court|testi\w+) (?:witness|opinion|report)\b|\btestif\w+|\bdeposition\b|\bsubpoena\w*|\blawsuit\b|\bargument\b.{0,20}\b(?:file|alj|hearing)|\balj\b.{0,30}\b(?:brief|argument)|\bbreach\b|\blegal\b|\boig\b|\bwhistle-?\s?blow\w*|\bqui tam\b|\bretaliat\w*|\b(?:i.?d|i would|we.?d|i will|i.?ll) be fired\b|\bam i (?:protected|liable)\b|\b(?:get|hire|need|talk to) (?:a |our |my )?(?:lawyer|attorney|counsel)\b|\bself-disclosure\b|\bcontract\b|\bagreement\b|\bpersonal exposure\b";
    pub(super) POLICY = r"\blcds?\b|\bncds?\b|\bprior auth|\bauthorization\b|\breimbursement policy\b|\b(?:their|its|payer|plan) (?:own )?(?:current )?(?:\w+ )?policy\b|\bpathology policy\b|\bpolicy say|\b(?:their|its|payer.?s|plan.?s|insurer.?s) (?:own )?(?:[\w/&]+ ){0,3}(?:program|edits?|rules?|guidelines?|manual|algorithm|criteria|logic)\b|\bnot? (?:give (?:me|us) )?(?:the )?medicare (?:rules?|answer|policy|guidance)\b|\b(?:don.?t|do not|no need to) (?:want|give|send|need|quote|tell)\b.{0,16}\bmedicare\b";
    // Between two services what was done decides, which no list of codes tells.
    pub(super) CHOICE = r"\b\d{5}(?:-\w\w)? (?:or|vs\.?|versus|o) \d{5}\b";
    pub(super) STATE = r"\bmedicaid\b|\bmedi-cal\b|\b(?:tenncare|masshealth|badgercare|soonercare|ahcccs|peachcare|mainecare|kancare|familycare|apple health|hoosier healthwise|healthy connections|bluecare|dr\.? dynasaur|denalicare|husky health|oregon health plan|chip)\b|\bworkers'? comp|\bwork comp\b";
    pub(super) RISK = r"\braf\b|\bhccs?\b|\bv2[48]\b|\brisk adjust";
    pub(super) GROUPER = r"\b(?:ms-)?drgs?\b|\bmccs?\b|\bcc or\b|\bgrouper\b|\bgmlos\b";
    pub(super) UNLISTED = r"\bunlisted\b|\bcomparable code\b";
    pub(super) PLACE = r"\bpos \d\d\b|\bplace of service\b";
    pub(super) INFUSION = r"\blumens?\b|\binitials\b";
    pub(super) TELEHEALTH = r"\btelehealth\b";
}

const NO_PAPERS: &str = "an attachment has to be read";
const NO_LETTER: &str =
    "a letter, a contract or a legal question needs a person; legal and expert-witness statements are not given";

/// The reasons for which a person must answer; empty where the pieces answer everything.
pub(super) fn of(question: &Question, findings: &[Finding], pieces: &[Piece], lacking: bool, codebook: &Codebook) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    for intent in question.intents.iter().filter(|intent| !is_settled(**intent, findings)) {
        reasons.extend(uncovered(*intent, question, pieces, lacking).map(str::to_owned));
    }
    let ruled = findings.iter().filter_map(conclusion).any(|c| c.instead_of_pairs)
        || is_settled(Intent::PairEdit, findings) && !PAIR.is_match(&question.text);
    if question.intents.is_empty() {
        reasons.push("what is asked could not be told".to_owned());
    }
    reasons.extend(missing_pairs(question, findings).into_iter().filter(|_| !ruled));
    reasons.extend(unknown_codes(question, findings, codebook));
    reasons.extend(other_payer(question, pieces));
    reasons.extend(drugs_left(question, findings, lacking));
    let ordered = is_settled(Intent::DiagnosisOrder, findings);
    reasons.extend(several_diagnoses(question).filter(|_| !ordered).map(str::to_owned));
    let asked_for = lacking && question.codes.is_empty();
    reasons.extend(beyond(question, findings).filter(|why| *why != NO_PAPERS || !asked_for).map(str::to_owned));
    reasons.extend(left_out(question, findings, pieces).filter(|_| !lacking));
    let concluded = findings.iter().any(|f| conclusion(f).is_some());
    if !SEEMS_ASKED.is_match(&question.text) && !lacking && !concluded || OVER.is_match(&question.text) {
        reasons.push("the mail may ask nothing".to_owned());
    }
    if is_oblique(&question.text) {
        reasons.push("the mail may ask for what the rules do not allow".to_owned());
    }
    let by_record =
        pieces.iter().all(|p| matches!(p.answer, Answer::Stated(_) | Answer::Pair(_) | Answer::Limit(_) | Answer::Units(_)));
    let pairs = pieces.iter().filter(|p| matches!(p.answer, Answer::Pair(_))).count();
    if pieces.len() > if by_record && pairs < 4 { 9 } else { 5 } {
        reasons.push("many answers in one mail should be weighed together".to_owned());
    }
    // What is not given at all is told before what is not at hand.
    if LETTER.is_match(&question.text)
        && let Some(at) = reasons.iter().position(|reason| reason == NO_LETTER)
    {
        reasons.swap(0, at);
    }
    reasons
}

/// A reason as the asker may read it.
pub(super) fn told(reason: &str) -> &str {
    if reason.starts_with("ground check") || reason.starts_with("template") { "it needs a person's judgement" } else { reason }
}

/// What the mail brings along that no record can weigh, unless a conclusion stands despite it.
fn beyond(question: &Question, findings: &[Finding]) -> Option<&'static str> {
    let cues: [(&str, &Words, &str); 15] = [
        ("choice", &CHOICE, "the choice between two services rests on what was done"),
        ("note", &NOTE, "a note has to be read"),
        ("judgement", &JUDGEMENT, "documentation has to be judged"),
        ("history", &UNCERTAIN_HISTORY, "the course of the disease has to be weighed"),
        ("papers", &PAPERS, NO_PAPERS),
        ("letter", &LETTER, NO_LETTER),
        ("policy", &POLICY, "no coverage or payer policy is loaded"),
        ("state", &STATE, "no state or workers' compensation rules are loaded"),
        ("risk", &RISK, "no risk adjustment models are loaded"),
        ("grouper", &GROUPER, "no inpatient grouping is loaded"),
        ("unlisted", &UNLISTED, "an unlisted code needs a comparator chosen by a person"),
        ("place", &PLACE, "no place-of-service rules are loaded"),
        ("infusion", &INFUSION, "the order of infusions has to be weighed"),
        ("telehealth", &TELEHEALTH, "no telehealth rules are loaded"),
        ("over", &OVER, "the mail may ask nothing"),
    ];
    let stands = |name: &str| {
        let mut conclusions = findings.iter().filter_map(conclusion);
        conclusions.any(|c| name == "choice" || c.despite.iter().any(|d| d == name))
    };
    cues.into_iter().find(|(name, cue, _)| cue.is_match(&question.text) && !stands(name)).map(|(_, _, why)| why)
}

/// Whether a conclusion says all that an intent asks for.
fn is_settled(intent: Intent, findings: &[Finding]) -> bool {
    findings.iter().filter_map(conclusion).any(|c| c.settles.contains(&intent))
}

/// Why an intent is not answered by the pieces; `None` where it is, where the missing fact is asked for, or where
/// nothing but a stray word points to it beside an answered question.
fn uncovered(intent: Intent, question: &Question, pieces: &[Piece], lacking: bool) -> Option<&'static str> {
    let any = |test: fn(&Answer) -> bool| pieces.iter().any(|p| test(&p.answer));
    let says = |cue: &Words| cue.is_match(question.asking());
    let pair = any(|a| matches!(a, Answer::Pair(_) | Answer::PairGone(_)));
    let units = any(|a| matches!(a, Answer::Units(_) | Answer::Timed(_) | Answer::Limit(_)));
    let code = any(|a| matches!(a, Answer::Code(_)));
    let excludes = any(|a| matches!(a, Answer::Excludes(_)));
    let sequence = any(|a| matches!(a, Answer::Sequence(_)));
    let modifiers = any(|a| matches!(a, Answer::Modifiers(_)));
    let wrong_code = any(|a| matches!(a, Answer::Code(c) if c.state != "valid"));
    let stated = any(|a| matches!(a, Answer::Stated(_)));
    let something = pair || units || code || excludes || sequence || modifiers || stated;
    let (covered, reason) = match intent {
        Intent::PairEdit => (
            pair || procedures(question).len() < 2 || ((units || stated) && !says(&PAIR)),
            "the pair asked about is not in the loaded records",
        ),
        Intent::Units => (
            units || (something && (!says(&COUNT) || says(&DAYS) && stated)),
            "the units asked about are not in the loaded records",
        ),
        Intent::ModifierChoice => (
            pair || units || modifiers || something && !says(&MODIFIER),
            "the choice of a modifier rests on facts that the records do not hold",
        ),
        Intent::Validity => (
            wrong_code
                || (stated && !says(&EXISTS))
                || (code && says(&VALID) && !says(&ANOTHER))
                || (units && !pieces.is_empty())
                || ((pair || excludes || sequence) && (!says(&VALID) || says(&BESIDE))),
            "the records do not settle what is asked about the code",
        ),
        Intent::DiagnosisOrder => (sequence, "no sequencing note settles the order"),
        Intent::DiagnosisConflict => (
            excludes && conflict_settled(question, pieces) || sequence || (wrong_code && !says(&FORMAL)),
            "no Excludes note settles it",
        ),
        Intent::SeventhCharacter => (code, "the seventh character could not be looked up"),
        Intent::Denial => (stated || pair || units || wrong_code || excludes || sequence, "the denial needs a person's reading"),
        Intent::EmLevel => (something && !says(&LEVEL), "the level of a visit has to be judged"),
        Intent::Payment => (something && !says(&MONEY), "no fee schedule is loaded"),
        Intent::CodeSearch => (
            wrong_code || modifiers || (stated && !says(&CHOOSE)) || any(|a| matches!(a, Answer::Units(_) | Answer::Timed(_))),
            "a code has to be chosen from a description",
        ),
        Intent::Crosswalk => {
            (wrong_code || any(|a| matches!(a, Answer::Units(u) if u.instead_of.is_some())), "no crosswalk is loaded")
        }
        Intent::GlobalPeriod => (stated && !says(&GLOBAL), "no global periods are loaded"),
        Intent::SurgeonRole => (something && !says(&SURGEON), "no surgeon indicators are loaded"),
        Intent::AddOn => (something && !says(&ADD_ON), "no add-on rules are loaded"),
        Intent::Preventive => (stated && !says(&PREVENTIVE), "no preventive rules are loaded"),
        Intent::Coverage => (something && !says(&COVER), "no coverage policy is loaded"),
        Intent::Compliance => (false, "what is asked may not be compliant, and no rule here names it"),
        Intent::NotAQuestion => (true, ""),
    };
    let settled = covered || (lacking && asking_settles(intent, says(&MONEY), says(&LEVEL)));
    (!settled).then_some(reason)
}

/// Whether a missing fact that is asked for stands for the answer: not for a fee, a policy or a level.
const fn asking_settles(intent: Intent, money: bool, level: bool) -> bool {
    match intent {
        Intent::Payment => !money,
        Intent::EmLevel => !level,
        Intent::Coverage | Intent::Preventive | Intent::Compliance => false,
        Intent::PairEdit
        | Intent::Units
        | Intent::ModifierChoice
        | Intent::Validity
        | Intent::DiagnosisOrder
        | Intent::DiagnosisConflict
        | Intent::SeventhCharacter
        | Intent::GlobalPeriod
        | Intent::SurgeonRole
        | Intent::AddOn
        | Intent::Denial
        | Intent::Crosswalk
        | Intent::CodeSearch
        | Intent::NotAQuestion => true,
    }
}

/// An Excludes1 note settles a pair whatever the words; anything softer only where the mail asks for just that.
fn conflict_settled(question: &Question, pieces: &[Piece]) -> bool {
    let two = codes_of(question, &[CodeSystem::Icd10Cm]).len() == 2;
    pieces.iter().any(|p| matches!(&p.answer, Answer::Excludes(e) if e.kind == "one" || (two && FORMAL.is_match(&question.text))))
}

fn procedures(question: &Question) -> Vec<CodeRef> {
    codes_of(question, &[CodeSystem::Cpt, CodeSystem::Hcpcs]).into_iter().filter(|c| !is_supply(c)).collect()
}

fn quoted(question: &Question, code: &CodeRef) -> bool {
    question.codes.iter().filter(|m| m.code == *code).all(|m| m.role == MentionRole::Quoted)
}

/// Pairs of procedures that the records do not hold, where pairs are asked about.
fn missing_pairs(question: &Question, findings: &[Finding]) -> Vec<String> {
    if ![Intent::PairEdit, Intent::ModifierChoice].iter().any(|i| question.intents.contains(i)) {
        return Vec::new();
    }
    if findings.iter().any(|f| matches!(f.fact, Fact::UnitArithmetic { .. } | Fact::UnitLimit { .. }))
        && !PAIR.is_match(&question.text)
    {
        return Vec::new();
    }
    let named = named_pairs(&question.text);
    let held = |a: &CodeRef, b: &CodeRef| {
        findings.iter().filter_map(|f| pair_of(&f.fact)).any(|(x, y)| (x == a && y == b) || (x == b && y == a))
    };
    let codes = procedures(question);
    let mut missing = Vec::new();
    for (at, a) in codes.iter().enumerate() {
        for b in codes.iter().skip(at + 1) {
            let meant = named.is_empty() || is_named(&named, a, b);
            if meant && !held(a, b) && !(quoted(question, a) && quoted(question, b)) {
                missing.push(format!("the pair {a} and {b} is not in the loaded records"));
            }
        }
    }
    missing
}

const fn pair_of(fact: &Fact) -> Option<(&CodeRef, &CodeRef)> {
    match fact {
        Fact::PairEdit { column1: a, column2: b, .. }
        | Fact::PairEditDeleted { column1: a, column2: b, .. }
        | Fact::NoPairEdit { code: a, other: b } => Some((a, b)),
        Fact::Valid { .. }
        | Fact::NotBillable { .. }
        | Fact::Unknown { .. }
        | Fact::OutOfForce { .. }
        | Fact::Excludes1 { .. }
        | Fact::Excludes2 { .. }
        | Fact::NoExcludes { .. }
        | Fact::UnitLimit { .. }
        | Fact::UnitArithmetic { .. }
        | Fact::ModifierMeaning { .. }
        | Fact::Rule { .. }
        | Fact::Record { .. }
        | Fact::Conclusion(_) => None,
    }
}

/// Codes of the mail that the loaded edition does not hold at all.
fn unknown_codes(question: &Question, findings: &[Finding], codebook: &Codebook) -> Vec<String> {
    let day = question.date_of_service.unwrap_or(Date::MAX);
    let systems = [CodeSystem::Cpt, CodeSystem::Icd10Pcs, CodeSystem::Icd9Cm, CodeSystem::Cdt, CodeSystem::MsDrg];
    let on_record =
        |code: &CodeRef| findings.iter().any(|f| matches!(&f.fact, Fact::Record { codes, .. } if codes.contains(code)));
    let codes = codes_of(question, &systems).into_iter().filter(|c| !quoted(question, c) && !on_record(c));
    codes.filter(|c| codebook.record(c, day) == Lookup::NotLoaded).map(|c| format!("{c} is not in the loaded edition")).collect()
}

/// A procedure of the mail that no line names, where lines name others: a part of what was asked may be dropped. A ruling speaks of
/// the case as a whole and need not name each code.
fn left_out(question: &Question, findings: &[Finding], pieces: &[Piece]) -> Option<String> {
    let ruled = findings.iter().filter_map(conclusion).any(|c| rulings().iter().any(|ruling| ruling.key == c.topic));
    let asking = question.asking();
    let asked_itself = |code: &CodeRef| asking.lines().any(|line| line.contains('?') && line.contains(&code.code));
    let codes: Vec<CodeRef> = codes_of(question, &[CodeSystem::Cpt, CodeSystem::Hcpcs, CodeSystem::MsDrg])
        .into_iter()
        .filter(|code| !quoted(question, code))
        .collect();
    let named = |code: &CodeRef| {
        let said = |text: &str| text.contains(&code.code);
        pieces.iter().any(|piece| piece.why.iter().any(|line| said(&line.text)) || piece.answer.names(&code.code))
    };
    let left = codes.iter().find(|code| !named(code) && (!ruled || asked_itself(code)))?;
    (ruled || codes.iter().any(named)).then(|| format!("nothing is said of {left}"))
}

/// Drugs whose units are asked and were not worked out: a limit alone does not answer that.
fn drugs_left(question: &Question, findings: &[Finding], lacking: bool) -> Option<String> {
    let text = question.text.to_lowercase();
    let limit_asked = ["mue", "limit", "max"].iter().any(|w| text.contains(w));
    if lacking || limit_asked || !question.intents.contains(&Intent::Units) {
        return None;
    }
    let worked_out = |code: &CodeRef| {
        findings.iter().any(|f| match &f.fact {
            Fact::UnitArithmetic { code: of, .. } => of == code,
            Fact::OutOfForce { code: of, replaced_by, .. } => of == code && !replaced_by.is_empty(),
            Fact::Valid { .. }
            | Fact::NotBillable { .. }
            | Fact::Unknown { .. }
            | Fact::Excludes1 { .. }
            | Fact::Excludes2 { .. }
            | Fact::NoExcludes { .. }
            | Fact::PairEdit { .. }
            | Fact::PairEditDeleted { .. }
            | Fact::NoPairEdit { .. }
            | Fact::UnitLimit { .. }
            | Fact::ModifierMeaning { .. }
            | Fact::Rule { .. }
            | Fact::Record { .. }
            | Fact::Conclusion(_) => false,
        })
    };
    let drugs =
        codes_of(question, &[CodeSystem::Hcpcs]).into_iter().filter(|c| c.code.starts_with(['J', 'Q']) && !quoted(question, c));
    drugs.into_iter().find(|c| !worked_out(c)).map(|c| format!("the units of {c} could not be worked out"))
}

/// Orders and combinations of diagnoses that no single note settles.
fn several_diagnoses(question: &Question) -> Option<&'static str> {
    let codes: Vec<CodeRef> = codes_of(question, &[CodeSystem::Icd10Cm]).into_iter().filter(|c| !quoted(question, c)).collect();
    let has = |stems: &[&str]| codes.iter().any(|c| stems.iter().any(|s| c.code.starts_with(s)));
    if has(&["I10"]) && has(&["N18", "I50", "I51"]) {
        return Some("hypertension beside heart or kidney disease has combination codes");
    }
    (question.intents.contains(&Intent::DiagnosisOrder) && codes.len() > 2)
        .then_some("the order of several diagnoses has to be weighed")
}

/// Medicare's edits do not decide a claim of another payer.
fn other_payer(question: &Question, pieces: &[Piece]) -> Option<String> {
    let ncci =
        pieces.iter().any(|p| matches!(p.answer, Answer::Pair(_) | Answer::PairGone(_) | Answer::Limit(_) | Answer::Timed(_)));
    let payer = match question.payer? {
        Payer::Medicare | Payer::MedicareAdvantage => return None,
        Payer::Medicaid => "Medicaid",
        Payer::Commercial => "a commercial plan",
        Payer::WorkersCompensation => "workers' compensation",
        Payer::Tricare => "TRICARE",
        Payer::SelfPay => "a self-pay patient",
    };
    let text = question.text.to_lowercase();
    let names_medicare = ["medicare", "ncci"].iter().any(|w| text.contains(w));
    if question.intents.contains(&Intent::Payment) && MONEY.is_match(&question.text) && !MEDICARE_PAYS.is_match(&question.text) {
        return Some(format!("what {payer} pays is not loaded"));
    }
    (ncci && !names_medicare).then(|| format!("the claim is for {payer}, whose own edits are not loaded"))
}
