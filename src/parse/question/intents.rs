//! The kinds of question that the words and codes of a mail point to.

use crate::domain::code::{CodeMention, CodeSystem, MentionRole};
use crate::domain::question::Intent;
use crate::pattern::patterns;

patterns! {
    PAIR = r"(?i)\bncci\b|\bptp\b|\bbundl\w*\b|\bunbundl\w*\b|\bpair\b|\bedits?\b|\bmutually\s+exclusive\b|\bcomponent\s+of\b|\btogether\b|\bsame\s+(?:day|session|visit|time|trip|claim|encounter|dos|date|morning|scope|site|knee|shoulder|lung|side|wrist)\b|\bwith\b|\balong\b|\bmismo\s+d[ií]a\b|\binclu(?:sive|ded\s+in)\b|\b(?:59|x[espu])\b|\bboth\b|\bpaid\s+separately\b|\bcan\s+(?:both|i\s+(?:bill|get)|we\s+bill)\b|&|\+";
    /// Words of the pair edits alone, by which a mail goes on about codes that the thread named.
    PAIR_AGAIN = r"(?i)\bcolumn\s?[12]\b|\bindicator\b|\bptp\b|\bbundl\w*\b|\bunbundl\w*\b|\bthe\s+(?:pair|edit)\b";
    UNITS = r"(?i)\bunits?\b|\bunidades?\b|\bmues?\b|\bmai\b|\bhow\s+many\b|\bcu[aá]ntas\b|\b\d+(?:\.\d+)?\s?(?:mg|mcg|ml|g|gram\w*)\b|\b8[\s-]minute\b|\bmedically\s+unlikely\b|\bmax(?:imum)?\s+(?:per|is|units)\b|\bwast(?:e|age|ed)\b|\bdiscard\w*\b|\bvials?\b|\bx\s?\d{1,3}\b|\bjw\b|\bjz\b|\b\d+\s*min(?:ute)?s?\b|\bqty\b";
    MODIFIER = r"(?i)\bmod(?:ifier|ificador)?s?\b|\b-?(?:22|24|25|26|27|50|51|52|53|54|55|57|58|59|62|76|77|78|79|80|82|91)\s*(?:\?|or\b|vs\b)|\b(?:LT|RT|X[EPSU]|TC|AS|GP|KX|JW|JZ|QW|PT|33)\s*(?:\?|or\b|vs\b)|\bwhich\s+line\b|\bappend\b|\badd\s+(?:a\s+)?(?:25|59)\b";
    VALIDITY = r"(?i)\bvalid\b|\binvalid\b|\bstill\s+(?:good|active|valid|billable|payable|used?)\b|\bdeleted\b|\breplac(?:ed?|ement)\b|\bdiscontinued\b|\bretired\b|\btruncated\b|\bbillable\b|\bcurrent\s+code\b|\bkeeps?\s+(?:rejecting|bouncing)\b|\bnew\s+code\b|\bexpired?\b|\bgood\s+for\s+a?\s*dos\b|\bis\s+\S+\s+right\b|\bdead\b|\bmore\s+(?:specific|digits)\b|\bexist\b|\bterminated\b";
    ORDER = r"(?i)\b(?:which|what)\s+(?:goes|comes|is)\s+(?:first|principal|primary)\b|\bsequenc\w*\b|\border\b|\bfirst[\s-]listed\b|\bprincipal\b|\blisted\s+first\b|\bcode\s+first\b|\bprimary\s+d(?:x|iagnosis)\b|\bsecondary\b|\bfirst\?|\bgo\s+first\b";
    CONFLICT = r"(?i)\bexcludes?\s?[12]?\b|\bsame\s+claim\b|\btogether\b|\bboth\b|\bwith\b|\balong\b|\bcan\s+.{0,30}\bbe\s+coded\b|\+|&|\bconflict\w*\b";
    SEVENTH = r"(?i)\b(?:7th|seventh|s[eé]ptimo)\s+(?:char(?:acter)?|digit|car[aá]cter)|\binitial\s+(?:or|vs)\s+subsequent\b|\bsubsequent\s+encounter\b|\bactive\s+treatment\b|\bsequela\b|\bA\s+or\s+D\b|\bnonunion\b|\bmalunion\b|\b(?:fx|fracture)\b.{0,60}\bheal(?:ing|ed)\b|\bprimera\s+consulta\b";
    EM = r"(?i)\b(?:e/?m|e\s?&\s?m)\b|\bmdm\b|\blevel\b|\b992\d\d\b|\bnew\s+(?:pt|patient)\b|\best(?:ablished|\.)?\s+(?:pt|patient)\b|\bprolonged\b|\bg2212\b|\bg2211\b|\bcritical\s+care\b|\bsplit[\s/-]shared\b|\boffice\s+visit\b|\btotal\s+time\b|\bincident[\s-]to\b";
    GLOBAL = r"(?i)\bglobal\b|\bpost-?\s?op(?:erative)?\b|\breturn\s+to\s+(?:the\s+)?or\b|\bback\s+to\s+(?:the\s+)?or\b|\btaken\s+back\b|\b(?:modifier\s+)?(?:24|54|55|57|58|78|79)\b\s*(?:\?|or\b|,)|\bweeks?\s+(?:after|ago)\b.*\bsurgery\b|\b(?:10|90)[\s-]days?\b|\bpostquir\w+\b";
    ROLE = r"(?i)\bassist(?:ant|ing|ed)?\b.{0,20}\b(?:surg\w+|at)\b|\basst\.?\b|\bco-?\s?surgeons?\b|\bassist\s+on\b|\bassistant\b|\bteam\s+surg\w+\b|\btwo\s+surgeons\b|\bPA\s+(?:assist|as)\w*\b|\b(?:AS|80|81|82|62|66)\b\s*(?:\?|or\b|each)|\bteaching\b|\bresident\b";
    ADDON = r"(?i)\badd-?\s?on\b|\bprimary\s+(?:code|procedure|for)\b|\bby\s+itself\b|\balone\b|\bstand\s+alone\b|\bbase\s+code\b";
    PREVENTIVE = r"(?i)\bpreventive\b|\bwellness\b|\bawv\b|\bscreening\b|\bphysical\b|\bg043[89]\b|\bg0402\b|\bcounsel(?:ing)?\b|\bvaccin\w*\b|\bvacuna\b|\bimmuni[sz]\w+\b|\bcolonoscopy\b.*\bscreen\w*|\bipp?e\b";
    PAYMENT = r"(?i)\bhow\s+much\b|\ballow(?:ed|able)\b|\bfee\s+schedule\b|\bmpfs\b|\brvus?\b|\bpay(?:s|ment|ments|able)?\b|\bpaid\s+for\b|\brate\b|\bdollars?\b|\bgpci\b|\breimburs\w+\b|\bweight\b|\bgmlos\b|\bclfs\b|\basp\b|\blocality\b|\bstatus\b|\bmultiple\s+procedure\b|\breduction\b|\bpaga\w*\b|\$";
    COVERAGE = r"(?i)\bcover(?:ed|age|s)?\b|\blcds?\b|\bncds?\b|\bmedical(?:ly)?\s+necess\w+\b|\babn\b|\bprior\s+auth\w*\b|\bwhat\s+dx\b|\bco-?50\b|\bcubre\b";
    DENIAL = r"(?i)\bden(?:y|ied|ial|ials|ies)\b|\breject(?:ed|ing|s|ion)?\b|\bbounc(?:e|ed|ing)\b|\bkicked\s+back\b|\bappeal\w*\b|\b(?:CO|PR|OA|PI)-?\s?\d{1,3}\b|\bremit\b|\bcarc\b|\brarc\b|\bnot\s+paid\b|\bapelamos\b|\bnegaron\b|\bpaying\s+0\b|\btakebacks?\b|\brecoup\w*\b";
    CROSSWALK = r"(?i)\bicd-?\s?9\b|\bgems?\b|\bcrosswalk\b|\bmaps?\s+to\b|\bconver(?:t|sion)\b|\bequivalent\b";
    SEARCH = r"(?i)\b(?:what|which)(?:'?s|\s+is|\s+are|\s+would\s+be)?\s+(?:the\s+|a\s+)?(?:right\s+|correct\s+|best\s+|full\s+|proper\s+)?(?:\w+\s+){0,3}(?:codes?|dx|icd|cpt|hcpcs|o\s+code)\b|\bcodes?\s+for\b|\bcode\s*\?|\bdx\s*\?|\bhow\s+(?:should|do)\s+(?:this|i|we)\s+(?:be\s+)?(?:bill|code)d?\b|\bc[oó]digo\s+(?:cie|para|es|va)\b|\bcu[aá]l\s+es\s+el\s+c[oó]digo\b|\bwhat\s+do\s+(?:i|we)\s+use\b|\bcpt\s+and\s+dx\b|\bhow\s+to\s+code\b|\bneed\s+(?:a\s+|the\s+)?codes?\b|\bexternal\s+cause\b";
    COMPLIANCE = r"(?i)\bso\s+(?:it|they|we|edits?)\s+(?:all\s+)?(?:gets?|pass(?:es)?|can|don'?t|pays?)\b|\bget\s+around\b|\bchange\s+the\s+(?:date|dos|diagnosis|dx)\b|\bput\s+\S+\s+as\s+the\s+dos\b|\bword\s+it\s+so\b|\bupcod\w*\b|\btemplate\s+paragraph\b|\bseparate\s+claim\s+the\s+next\s+day\b|\bbackdat\w*\b|\bwaive\s+(?:the\s+)?(?:copays?|coinsurance|deductible)\b|\bwhat\s+(?:dx|diagnosis)\s+(?:gets?|do\s+i\s+need\s+to\s+put)\b|\bmake\s+it\s+(?:pay|pass)\b|\bedits\s+dont\s+hit\b|\bunbundle\s+trick\b";
    THANKS = r"(?i)\b(?:wonderful|solved|all\s+set|great\s+news|have\s+a\s+(?:lovely|great|nice|good)|thank(?:s|\s+you)|thx|gracias|cleared\s+it\s+up|settles\s+it|that\s+helps|perfect|got\s+it|appreciate\s+it|just\s+a\s+note|fyi|nothing\s+for\s+you\s+to\s+do|no\s+(?:action|reply|prep)\s+(?:is\s+)?(?:needed|required))\b";
    REQUEST = r"(?i)\b(?:would\s+like|looking\s+for|wondering|requesting|quisiera|necesito|how|what|which|when|why|who|should|could|would|need|pls|confirm|advise|tell\s+(?:me|us)|help|(?:have|got|another|quick|a)\s+question|questions?(?::|\s+(?:about|on|for|regarding|is|are))|cu[aá]l|cu[aá]nt\w+|qu[eé]|puedo|podemos|fix|q:|wrong|can\s+(?:i|we|it|they|this)|is\s+(?:it|this|that|there)|are\s+(?:these|they|there)|do\s+(?:i|we)|does)\b";
    SALES = r"(?i)\bunsubscribe\b|\b\d+\s?%\s+off\b|\bwebinar\b|\bour\s+(?:services|solution|platform)\b|\blimited\s+time\b|\bceu\s+bundle\b|\bseo\b|\bclick\s+here\b|\bschedule\s+a\s+(?:demo|call)\b|\bgift\s+card\b|\bwire\s+transfer\b|\bout\s+of\s+(?:the\s+)?office\b";
    /// Machines, sellers, and people who meant another mailbox: any one of these words settles it.
    STRONG_NOISE = r"(?i)^(?:cancell?ed|accepted|declined|tentative|updated\s+invitation|invitation):|\breply\s+stop\b|\bopt\s+out\b|\bgrab\s+a\s+\d+|\bbank\s+details\b|\bis\s+(?:dr|doctor|nurse)\.?\s+\S+\s+in\b|\bcan\s+(?:she|he)\s+eat\b|\bwhich\s+door\b|\bunsubscribe\b|\bmanage\s+preferences\b|\bforward\s+to\s+(?:a\s+friend|\d+)\b|\bout\s+for\s+delivery\b|\bdo\s+not\s+(?:answer|reply)\b|\bmailbox\s+is\s+not\s+(?:read|monitored)\b|\bout\s+of\s+(?:the\s+)?office\b|\br[eé]ponse\s+automatique\b|\bauto(?:matic)?[\s-]?reply\b|\brespuesta\s+autom[aá]tica\b|\bje\s+suis\s+absente?\b|\bfuera\s+de\s+la\s+oficina\b|\bbin\s+(?:bis|derzeit|im\s+urlaub)\b|\bplease\s+ignore\b|\bminute\s+demo\b|\bremit\s+to\b|\bpast\s+due\b|\bw-?9\b|\bvendor\s+profile\b|\bre-?validate\b|\bverify\s+your\s+(?:account|password|mailbox)\b|\b(?:mailbox|storage)\b.{0,30}\b(?:full|quota)\b|\bcurriculum\s+vitae\b|\bmy\s+(?:resume|résumé|cv)\b|\bapply(?:ing)?\s+for\s+(?:the|a|your)\b.{0,30}\b(?:position|job|role|opening)\b|\bmy\s+app?oint?ment\b|\breschedul\w*\s+my\b|\bnothing\s+for\s+you\s+to\s+do\b|\bfyi\s+(?:all|only)\b|\byou\s+(?:get|got|are\s+receiving)\s+this\s+(?:because|email)\b|\bgift\s+card\b|\bwire\s+transfer\b|\bjoin:\s|\bpasscode\b|\bagenda:\s";
    JOKE = r"(?i)\blol\b|\bfunny\b|\bjoke\b|😂|🤣|\bhaha";
    /// Words of coding and billing in the languages that people write in.
    TRADE = r"(?i)\b(?:cod(?:e|es|ing|er|ers)|bill(?:s|ed|ing)?|claims?|medicare|medicaid|icd|cpt|hcpcs|dx|modifiers?|units?|payer|insur\w+|den(?:y|ied|ial)|patients?|pt|visit|dose|mg|ml|drug|inject\w*|surg\w+|c[oó]digos?|factura\w*|reclamaci[oó]n|paciente|unidades|modificador\w*|modificateur|patiente?|intervention|code|facturer|mã|đơn\s+vị|bệnh\s+nhân|bảo\s+hiểm|drg|fee|rate|allowable|lab|anesth\w+|fx|fractur\w*|edits?|columns?|indicator|abn|g[axyz]|pos|place\s+of\s+service|rvus?|gpci|mac|lcds?|ncds?|cms|ncci|mues?|mai|ptp|telehealth|telemedicine|awv|e/m|em\s+level|mdm|deductible|coinsurance|appeal\w*|remit\w*|eobs?|carc|rarc|prior\s+auth\w*|cover(?:ed|age|s)|reimburs\w*|charges?|superbill|document\w*|diagnos\w*|procedures?|credential\w*|incident[- ]to|split/shared|assistant|resident|infusion\w*|vaccin\w*|immuniz\w*|screening|wellness|preventive|colonoscop\w*|mammogra\w*|therap\w*|dme|oxygen|wheelchair|ambulance|hospice|snf|home\s+health|crosswalk|gems?|excludes?|upcod\w*|bundl\w*|unbundl\w*|add-?on|prolonged|inpatient|outpatient|asc|cobertura|vacuna\w*|diagn[oó]stico\w*|hospital|global|modif\w*|scope|postop)\b";
    ACCOUNT = r"(?i)\b(?:my|our)\s+(?:plan|account|subscription|invoice|password)\b|\bquestions?\s+(?:are\s+)?left\b|\badd\s+my\s+(?:coworker|colleague)\b";
}

/// Reads the intents; never empty, most telling first.
pub(super) fn read(text: &str, codes: &[CodeMention]) -> Vec<Intent> {
    let own = |system: &[CodeSystem]| {
        codes.iter().filter(|mention| mention.role != MentionRole::Quoted && system.contains(&mention.code.system)).count()
    };
    let all = |system: &[CodeSystem]| codes.iter().filter(|mention| system.contains(&mention.code.system)).count();
    let procedures = distinct(codes, &[CodeSystem::Cpt, CodeSystem::Hcpcs]);
    let diagnoses = distinct(codes, &[CodeSystem::Icd10Cm]);
    let inpatient = distinct(codes, &[CodeSystem::Icd10Pcs, CodeSystem::MsDrg, CodeSystem::Icd9Cm]);
    let question = text.contains('?') || asks(text);
    let mut intents = Vec::new();
    let mut add = |yes: bool, intent: Intent| {
        if yes && !intents.contains(&intent) {
            intents.push(intent);
        }
    };
    add(COMPLIANCE.is_match(text), Intent::Compliance);
    add(DENIAL.is_match(text), Intent::Denial);
    add(procedures >= 2 && PAIR.is_match(text), Intent::PairEdit);
    add(ADDON.is_match(text) && procedures >= 1, Intent::AddOn);
    add(UNITS.is_match(text) && (procedures >= 1 || question), Intent::Units);
    add(MODIFIER.is_match(text) || own(&[CodeSystem::Modifier]) > 0, Intent::ModifierChoice);
    add(GLOBAL.is_match(text), Intent::GlobalPeriod);
    add(ROLE.is_match(text), Intent::SurgeonRole);
    add(SEVENTH.is_match(text), Intent::SeventhCharacter);
    add(diagnoses >= 2 && CONFLICT.is_match(text) && procedures == 0, Intent::DiagnosisConflict);
    add(ORDER.is_match(text) && (diagnoses >= 1 || text.to_lowercase().contains("dx")), Intent::DiagnosisOrder);
    add(VALIDITY.is_match(text) && procedures + diagnoses + inpatient >= 1, Intent::Validity);
    add(EM.is_match(text), Intent::EmLevel);
    add(PREVENTIVE.is_match(text), Intent::Preventive);
    add(PAYMENT.is_match(text) && question, Intent::Payment);
    add(COVERAGE.is_match(text), Intent::Coverage);
    add(CROSSWALK.is_match(text) || all(&[CodeSystem::Icd9Cm]) > 0, Intent::Crosswalk);
    add(SEARCH.is_match(text), Intent::CodeSearch);
    add(procedures == 0 && PAIR_AGAIN.is_match(text), Intent::PairEdit);
    add(procedures >= 2 && question, Intent::PairEdit);
    add(diagnoses >= 2 && question && procedures == 0, Intent::DiagnosisConflict);
    let thanks = !text.contains(['?', '¿']) && THANKS.is_match(text) && !REQUEST.is_match(text);
    let idle = thanks || !question && (text.trim().is_empty() || procedures + diagnoses == 0 && intents.is_empty());
    let joke = JOKE.is_match(text) && !REQUEST.is_match(text);
    let foreign_to_it = procedures + diagnoses == 0 && !TRADE.is_match(text);
    let sales = STRONG_NOISE.is_match(text)
        || joke
        || foreign_to_it
        || SALES.is_match(text) && !(question && procedures + diagnoses > 0)
        || ACCOUNT.is_match(text) && procedures + diagnoses == 0;
    if sales || idle && !intents.contains(&Intent::Compliance) {
        return vec![Intent::NotAQuestion];
    }
    if intents.is_empty() {
        intents.push(if procedures + diagnoses + inpatient > 0 { Intent::Validity } else { Intent::CodeSearch });
    }
    intents
}

fn distinct(codes: &[CodeMention], systems: &[CodeSystem]) -> usize {
    let mut seen: Vec<&str> =
        codes.iter().filter(|mention| systems.contains(&mention.code.system)).map(|mention| mention.code.code.as_str()).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len()
}

patterns! {
    ASKS = r"(?i)\b(?:would\s+like|looking\s+for|want(?:s|ed)?|wondering|request(?:ing)?|requires?|quiero|necesito|quisiera|let\s+(?:me|us)\s+know|how|what|which|when|why|who|can|could|should|do|does|is|are|need|please|pls|confirm|advise|tell|give|help|cu[aá]l|cu[aá]nto|puedo|fix|q:|codes?|coding|dx|icd|cpt|hcpcs|billable|wrong|allowed)\b";
}

/// Many questions come without a question mark.
fn asks(text: &str) -> bool {
    ASKS.is_match(text)
}
