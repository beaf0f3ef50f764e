//! Which rule a request for something that is not allowed runs against.

use std::sync::LazyLock;

use super::Desk;
use crate::pattern::Words;

/// A request and the rule it runs against; the first that speaks decides.
static REQUESTS: LazyLock<Vec<(&'static str, Words)>> = LazyLock::new(|| {
    [
        ("refuse_identity", r"(?:número|numero|number|card|medicare) (?:de|of) (?:la|el|su|her|his|the) (?:herman[ao]|sister|brother|mother|cousin)|(?:sister|brother|cousin|mother)'?s (?:number|card|medicare|insurance)"),
        ("refuse_identity", r"(?:isn't|is not|not yet|aren't|not) (?:enrolled|credentialed)[^.?!]{0,60}(?:under|visits go out)[^?!]{0,80}\bnpi\b"),
        ("refuse_identity", r"\b(?:no|without an?|doesn'?t have an?|not have an?|lacks an?) (?:medicare|provider|npi|ptan|billing)\b[^.?!]{0,20}(?:number|id|enrol\w*)?\b[^!]{0,160}\b(?:under (?:dr|doctor)|rendering)|\bso (?:nobody|no ?one|they (?:won'?t|don'?t)) notices?\b"),
        ("refuse_units", r"\b(?:can|could|may|should) (?:we|i) (?:just )?bill \d+[^.?!]{0,40}\b(?:evens? out|make up|instead|anyway|deductible)|\bprepaid\b[^.?!]{0,60}\bbill \d+"),
        ("refuse_units", r"\bchart \d+[^.?!]{0,20}so (?:we|it)|\bdocument \d+ (?:minutes|min)[^.?!]{0,30}so (?:we|it)|\bbill \d+ to both\b|\beach chart shows a full\b|\bround up the (?:minutes|time)\b"),
        ("refuse_record", r"\b(?:type|write|add|put) (?:one|it|something|an exam)[^.?!]{0,40}(?:original date|looks? like it was)|\bback-?dat(?:e|ed|ing)\b[^?!]{0,60}(?:entry|note|addendum|record|chart)|\bmake the note (?:say|look)"),
        ("refuse_record", r"\bcomo si (?:siempre )?(?:hubiera|estuviera)|\bcon la fecha (?:de aquel|original|de ese|anterior)|\bas if (?:it|he|she|they) (?:had|always|were|was)\b[^.?!]{0,30}\b(?:all along|always|been there|signed|then)|\b(?:sign|date|write|add)\b[^.?!]{0,40}\b(?:today|now)\b[^.?!]{0,20}\b(?:put|date|with)\b[^?!]{0,40}\b(?:on it|original|old date|like (?:he|she|they) would)"),
        ("refuse_record", r"\b(?:enter|add|put|fill|write|sign)\b[^.?!]{0,60}\b(?:under|with|on) the original dates?\b|\b(?:suggest|make up|invent|think up|realistic|plausible)\b[^.?!]{0,40}\b(?:numbers|minutes|times|values|entries|vitals|findings)\b"),
        ("refuse_waiver", r"\bwaiv\w+ (?:the )?(?:20|copay\w*|coinsurance|deductible)[^.?!]{0,40}\b(?:everybody|everyone|all|any(?:one|body))\b|\bcosts? (?:you|them|seniors) nothing\b|\bhides?\b[^.?!]{0,40}\b(?:supplement|payer|medicare|auditors?|insurance)\b"),
        ("refuse_waiver", r"\bnever pay a cent\b|\b(?:write|writing) off the (?:20 ?%|copays?|coinsurance)[^.?!]{0,30}(?:everyone|all|every)|\bwaiv(?:e|ing)\b[^.?!]{0,30}(?:copays?|coinsurance|deductibles?)[^.?!]{0,40}(?:every|all|routine|notice|for our patients)|\bnotice the write-?off\b"),
        ("refuse_bypass", r"\b(?:own|separate|different|another) claim\b[^?!]{0,60}(?:next day|day after|edits? (?:don'?t|never|won'?t)|dated)|\bedits? (?:dont|don't|never|won't) (?:hit|see|sees)|\bputs? 59 on every\b|\b59 on (?:all|everything|every)\b|\bget (?:around|past) the edit|\bunbundle trick\b|\blooks like another session\b|\bno matter what the note\b"),
        ("refuse_bypass", r"\bdat(?:e|ed|ing)\b[^.?!]{0,60}\b(?:one|a|the) day (?:earlier|before|later|after)\b|\bother fields\b[^.?!]{0,30}\b(?:match|change|look)"),
        ("refuse_bypass", r"\bdat(?:e|ed|ing) (?:it|them|that|one|the (?:second|other)|\d{5})\b[^.?!]{0,40}\b(?:morning|day|night|week) (?:after|before)\b|\bgives? (?:it|us|this|that) away\b"),
        ("refuse_date", r"\b(?:put|use|enter|bill|list)\b[^.?!]{0,30}\bas (?:the )?(?:dos|date of service)\b|\bword it so we can put\b|\b(?:change|move|switch|adjust|cambiar)\b[^.?!]{0,20}\b(?:dos|date of service|service date|fecha de servicio)\b[^.?!]{0,60}(?:so|to get|pay|cover|plan|effective|go(?:es)?\s+through)"),
        ("refuse_diagnosis", r"\b(?:what|which|any|give me an?|need an?|qué|que)\s(?:other )?(?:dx|diagnosis|diagnoses|icd(?:-10)?(?: code)?|diagnóstico)\b[^.?!]{0,40}(?:gets? (?:it|this|that|them|us)? ?paid|get it through|that pays|will pay|pays?\b|they pay|makes? it pay|pase|paguen)|\bdx off the list that pays\b|\bmã bệnh nào[^?]{0,30}(?:trả|chi)|\bđể bảo hiểm trả\b"),
        ("refuse_diagnosis", r"\b(?:which|what|any) (?:dx|diagnosis|icd)\b[^.?!]{0,40}\b(?:covered list|from the (?:list|lcd|policy)|on the (?:list|lcd))\b|\bneeds? a better (?:dx|diagnosis)\b|\b(?:dx|diagnosis) (?:do|should|can) we put so\b"),
        ("refuse_record", r"{no_record}[^?!]{0,160}(?:{invent}|\b(?:add|type|write|enter|put|agregar\w*|poner\w*|pon(?:go|emos))\b)[^?!]{0,80}{old_date}|{no_record}[^?!]{0,120}{invent}|{invent}[^?!]{0,80}{old_date}"),
        ("refuse_identity", r"{not_enrolled}[^?!]{0,160}\bunder (?:dr|doctor|md|the (?:doctor|physician|supervis\w+|owner))\b|\bunder (?:dr|doctor)\b[^?!]{0,40}\b(?:number|npi|name)\b[^?!]{0,120}(?:{conceal}|{not_enrolled})"),
        ("refuse_bypass", r"\b(?:we|i|can|could|should|just|lets|let's) (?:just |simply )?date (?:the )?(?:second |other |first )?[a-z]?\d{4,5}\b[^?!]{0,60}\b(?:after|before|later|earlier|next|previous|morning|tomorrow|yesterday)\b|\bdate (?:it|them|one|that one) (?:to |on |for )?(?:the )?(?:morning|day|week|next|previous)[^?!]{0,80}(?:59|edit|bundl|separate)"),
        ("refuse_diagnosis", r"\b(?:dx|diagn[oó]stic\w+|diagnos[ei]s|icd\w*|c[oó]digo)\b[^.?!]{0,60}\b(?:put|use|pick|swap|switch|ponemos|pongo|poner|ponga|usamos)\b[^.?!]{0,40}\b(?:so|para que|that (?:pays|gets)|to get)\b[^.?!]{0,30}\b(?:pays?|paid|go(?:es)? through|cover\w*|pass\w*|pagu\w+|pas[ea]\w*|cubr\w+)"),
        ("refuse_waiver", r"\b(?:waiv\w+|forgiv\w+|writ\w+ off|skip\w*|no cobr\w+)\b[^.?!]{0,40}(?:20 ?%|copays?|co-?insurance|deductibles?|patient share|copagos?|coaseguro)[^.?!]{0,60}\b(?:everyone|everybody|all|every|always|any|todos|siempre)\b|\b(?:everyone|everybody|all|every)\b[^.?!]{0,40}\b(?:no|free|waived|without) (?:copays?|co-?insurance|20 ?%)"),
        ("refuse_units", r"\b(?:nobody|no ?one|never|not|n't)\b[^.?!]{0,12}\b(?:chart\w*|document\w*|record\w*|wrote|written)\b[^.?!]{0,30}\b(?:wast\w*|discard\w*|minutes|time|dose|units)\b[^?!]{0,40}\bjust (?:bill|put|claim|charge)\b"),
        ("refuse_diagnosis", r"\bdiagn[oó]stico\b[^.?!]{0,60}\bpara que (?:lo |nos |la )?(?:pagu?en?|pase|acepten)\b"),
        ("refuse_date", r"\b(?:put|move|bill|dat(?:e|ed)|report|list|enter|submit|run)\b[^.?!]{0,40}\b(?:on|to|for) (?:a |an |the )?(?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|next (?:day|week|month)|another (?:day|date)|different (?:day|date)|other (?:day|date)|day (?:after|before)|tomorrow|yesterday)\b[^.?!]{0,40}\b(?:so|to get|and then|that way)\b[^.?!]{0,40}\b(?:both|it|they|that|them|we|each)?\b[^.?!]{0,16}\b(?:pays?|paid|go(?:es)? through|pass(?:es)?|bundl\w*|clears?)\b"),
        ("refuse_record", r"\b(?:word(?:ed|ing)?|phras\w+|written|write|adds?|added|adding|put in)\b[^.?!]{0,100}(?:{old_date}|\b(?:with|under|on|as of) (?:the|its|that|her|his) (?:old|original|earlier|first) (?:date|day)\b)"),
        ("refuse_diagnosis", r"\b(?:deme|dame|d[ií]game|dime|ponga|busque|necesito)\b[^.?!]{0,30}\bdiagn[oó]stico\b[^.?!]{0,20}\bque (?:s[ií] )?(?:nos |lo |la )?(?:pagu?en?|pase|cubran?|acepten)\b"),
        ("refuse_upcoding", r"\b(?:sentences?|wording|phrases?|language|line|words)\b[^.?!]{0,40}\b(?:for|in) (?:the|her|his|their|our) (?:notes?|chart|record)\b[^?!]{0,80}\b(?:holds? up|passes|survives?|if they look|audit)\b"),
        ("refuse_upcoding", r"\b(?:template|paragraph|sentences?|wording|phrases?|macro|statement)\b[^?!]{0,120}(?:every note|all (?:pass|qualify)|pass as|higher level|stand up to)|\bupcod(?:e|ing) (?:it|this|them|to)\b|\bbump (?:it|them|these) (?:up )?to 992\d\d|\bwhatever was actually done\b"),
        ("refuse_date", r"\b(?:move|shift|slide|push|pull|roll)\b[^.?!]{0,30}\b(?:note|entry|record|visit|consult|service|surgery|[a-z]?\d{4,5})\b[^.?!]{0,40}\b(?:back|forward|ahead|up)\b[^.?!]{0,24}\b(?:days?|weeks?|months?|hours?)\b"),
        ("refuse_record", r"\b(?:re-?write|re-?word|re-?phrase|alter|doctor up)\b[^.?!]{0,20}\b(?:the |this |her |his |their |our )?(?:op(?:erative)? |clinic |progress |visit )?(?:notes?|reports?|charts?|records?|documentation)\b[^.?!]{0,16}\b(?:so|to say|to show|as if|such that)\b"),
        ("refuse_upcoding", r"\b(?:wording|words?|phras\w+|language|sentences?)\b[^.?!]{0,24}\bmakes? (?:it|this|them|that|us|the \w+)\b[^.?!]{0,12}\b(?:look|seem|sound|appear|read)\b"),
        ("refuse_kickback", r"{referral_money}[^!]{0,160}\b(?:code|invoice|bill|label|call|book|paper|look|write|consulting)\b"),
        ("refuse_identity", r"{not_enrolled}[^!]{0,160}\b(?:with|under|using|on) [\w'’. ]{0,24}\b(?:npi|provider number|ptan)\b"),
    ]
    .into_iter()
    .map(|(rule, words)| (rule, Words::new(words)))
    .collect()
});

/// Words of someone who asks how to keep the rule, or to be backed in keeping it.
static UPRIGHT: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        r"\bi said no\b|\bam i right\b|\bas compliance officer\b|\bcompliance officer of\b|\bstop billers\b|\bhard-?block|\bdo this right\b|\bimproper\b|\bcorrectly\b|\bis (?:it|that|this) (?:legal|allowed|fraud|ok to)|\bi refused\b|\bwhich rule\b",
    )
});

/// Words of one who would rather not be seen: no refusal alone, and nothing that goes out by itself.
pub fn is_oblique(text: &str) -> bool {
    static CONCEAL: LazyLock<Words> = LazyLock::new(|| Words::new("{conceal}"));
    CONCEAL.is_match(text) && !UPRIGHT.is_match(text)
}

pub(super) fn look(desk: &mut Desk<'_>) {
    let text = &desk.question.text;
    if UPRIGHT.is_match(text) {
        return;
    }
    let rule = REQUESTS.iter().find(|(_, words)| words.is_match(text)).map(|(rule, _)| *rule);
    if let Some(rule) = rule {
        desk.rule(rule);
    }
}
