//! The kinds of question that the words and codes of a mail point to.

use crate::domain::code::{CodeMention, CodeSystem, MentionRole};
use crate::domain::question::Intent;
use crate::pattern::patterns;

patterns! {
    PAIR = r"(?i){bundle}|{same_session}|{both}|\bwith\b|\balong\b|\binclu\w+\b|\b(?:59|x[espu])\b|\bcan\s+(?:both|i\s+(?:bill|get)|we\s+bill)\b|&|\+";
    /// Words of the pair edits alone, by which a mail goes on about codes that the thread named.
    PAIR_AGAIN = r"(?i)\bcolumn\s?[12]\b|\bindicator\b|\bptp\b|\bbundl\w*\b|\bunbundl\w*\b|\bthe\s+(?:pair|edit)\b";
    UNITS = r"(?i)\bunits?\b|\bunidades?\b|\bmues?\b|\bmai\b|\bhow\s+many\b|\bcu[aá]nt[ao]s\b|\b\d+(?:\.\d+)?\s?(?:mg|mcg|ml|g|gram\w*)\b|\b8[\s-]minute\b|\bmedically\s+unlikely\b|\bmax(?:imum)?\s+(?:per|is|units|daily|a day)\b|\bdaily (?:limit|max\w*|cap)\b|\b(?:ceiling|cap|limit) (?:on|of|for|per)\b|{wasted}|\bvials?\b|\bx\s?\d{1,3}\b|\bjw\b|\bjz\b|\b\d+\s*min(?:ute)?s?\b|\bqty\b";
    MODIFIER = r"(?i){modifier}|\b-?(?:22|24|25|26|27|50|51|52|53|54|55|57|58|59|62|76|77|78|79|80|82|91)\s*(?:\?|or\b|vs\b)|\b(?:LT|RT|X[EPSU]|TC|AS|GP|KX|JW|JZ|QW|PT|33)\s*(?:\?|or\b|vs\b)|\bwhich\s+line\b|\badd\s+(?:a\s+)?(?:25|59)\b";
    VALIDITY = r"(?i)\bvalid\b|\binvalid\b|\bstill\s+(?:good|active|valid|billable|payable|used?|alive|ok|around)\b|\bdeleted\b|\breplac(?:ed?|ement|es|ing)\b|\bdiscontinued\b|\bretired\b|\btruncated\b|\bbillable\b|\bcurrent\s+code\b|\bkeeps?\s+(?:rejecting|bouncing|getting)\b|\bnew\s+code\b|\bexpired?\b|\bgood\s+(?:for\s+a?\s*dos|code|\w+\s+code)\b|\bis\s+\S+\s+right\b|\bdead\b|\bmore\s+(?:specific|digits)\b|\bspecificity\b|\bincomplete\b|\bexists?\b|\bterminated\b|\bv[aá]lid[oa]\b|\bvigente\b";
    ORDER = r"(?i)\b(?:which|what)\s+(?:one\s+|dx\s+|diagnosis\s+)?(?:goes|comes|is)\s+(?:first|principal|primary)\b|\bsequenc\w*\b|\border\b|\bfirst[\s-]listed\b|\bprincipal\b|\b(?:listed|goes|go|put|puts|placed|coded|comes?)\b.{0,20}\b(?:first|1st|before|on top)\b|\bcode\s+first\b|\bprimary\s+d(?:x|iagnosis)\b|\bsecondary\b|\bfirst\?|\bprimero\b|\borden\b";
    CONFLICT = r"(?i)\bexcludes?\s?[12]?\b|\bsame\s+claim\b|{both}|\bwith\b|\balong\b|\bcan\s+.{0,30}\bbe\s+coded\b|\+|&|\bconflict\w*\b";
    SEVENTH = r"(?i)\b(?:7th|seventh|s[eé]ptimo|last|final)\s+(?:char(?:acter)?|digit|car[aá]cter|letter)|\binitial\s+(?:or|vs)\s+subsequent\b|\bsubsequent\s+encounter\b|\bactive\s+treatment\b|\bsequela\b|\bA\s+or\s+D\b|\bnon-?union\b|\bmal-?union\b|\bdelayed\s+(?:union|healing)\b|{fracture}.{0,60}\bheal(?:ing|ed)\b|\bprimera\s+consulta\b";
    EM = r"(?i)\b(?:e/?m|e\s?&\s?m)\b|\bmdm\b|\b99(?:2\d\d|3[0145]\d)\b|\bnew\s+(?:\w+\s+)?(?:pt|patient)\b|\best(?:ablished|ab|\.)?\s+(?:\w+\s+)?(?:pt|patient)\b|\bprolonged\b|\bg2212\b|\bg2211\b|\bcritical\s+care\b|\bsplit[\s/-]shared\b|\boffice\s+visit\b|\btotal\s+time\b|\bincident[\s-]to\b";
    LEVEL = r"(?i)\blevels?\b";
    SPINAL_LEVEL = r"(?i)\b(?:one|two|three|four|single|each|per|both|additional|second|third|every|[1-4]|[ctls]\d{1,2}(?:[-/][ctls]?\d{1,2})?|cervical|thoracic|lumbar|sacral|disc|spinal)[\s-]+levels?\b";
    GLOBAL = r"(?i)\bglobals?\b|\bfollow-?up (?:window|period|days)\b|\bsurgical package\b|\bpost-?\s?op(?:erative)?\b|{return_or}|\b(?:modifier\s+)?(?:24|54|55|57|58|78|79)\b\s*(?:\?|or\b|,)|\bweeks?\s+(?:after|ago)\b.*\bsurgery\b|\b(?:10|90)[\s-]days?\b|\bpostquir\w+\b";
    ROLE = r"(?i){assist}.{0,20}\b(?:surg\w+|at|for|on)\b|\basst\.?\b|{cosurgeon}|\bassist\s+on\b|\bassistant\b|\bteam\s+surg\w+\b|\bPA\s+(?:assist|as)\w*\b|\b(?:AS|80|81|82|62|66)\b\s*(?:\?|or\b|each)|\bteaching\b|\bresident\b";
    ADDON = r"(?i){parent_code}|\bstand\s?-?\s?alone\b";
    PREVENTIVE = r"(?i)\bpreventive\b|\bwellness\b|\bawv\b|\bscreening\b|\bphysical\b|\bg043[89]\b|\bg0402\b|\bcounsel(?:ing)?\b|\bvaccin\w*\b|\bvacuna\b|\bimmuni[sz]\w+\b|\bcolonoscopy\b.*\bscreen\w*|\bipp?e\b|\b(?:flu|pneumonia|covid|shingles|hep\w* b)\s+(?:shot|vaccine|jab)s?\b";
    PAYMENT = r"(?i)\bhow\s+much\b|\ballow(?:ed|able)\b|\bfee\s+schedule\b|\bmpfs\b|\brvus?\b|\bpay(?:s|ment|ments|able)?\b|\bpaid\s+for\b|\brates?\b|\bfees?\b|\bdollars?\b|\bgpci\b|\breimburs\w+\b|\bweight\b|\bgmlos\b|\bclfs\b|\basp\b|\blocality\b|\bstatus\b|\bmultiple\s+procedure\b|\breduction\b|\bpaga\w*\b|\$";
    COVERAGE = r"(?i)\bcover(?:ed|age|s)?\b|\blcds?\b|\bncds?\b|\bmedical(?:ly)?\s+necess\w+\b|\babn\b|\bprior\s+auth\w*\b|\bwhat\s+dx\b|\bco-?50\b|\bcubre\b";
    DENIAL = r"(?i){deny}|{appeal}|\b(?:CO|PR|OA|PI)-?\s?\d{1,3}\b|\bremit\b|\bcarc\b|\brarc\b|\bpaying\s+0\b";
    CROSSWALK = r"(?i)\bicd-?\s?9\b|\bgems?\b|\bcrosswalk\b|\bmaps?\s+to\b|\bconver(?:t|sion)\b|\bequivalent\b";
    SEARCH = r"(?i)\b(?:what|which)(?:'?s|\s+is|\s+are|\s+would\s+be)?\s+(?:the\s+|a\s+)?(?:right\s+|correct\s+|best\s+|full\s+|proper\s+)?(?:\w+\s+){0,3}(?:codes?|dx|icd|cpt|hcpcs|o\s+code)\b|\bcodes?\s+for\b|\bcode\s*\?|\bdx\s*\?|\bhow\s+(?:should|do)\s+(?:this|i|we)\s+(?:be\s+)?(?:bill|code)d?\b|\bc[oó]digo\s+(?:cie|para|es|va)\b|\bcu[aá]l\s+es\s+el\s+c[oó]digo\b|\bwhat\s+do\s+(?:i|we)\s+use\b|\bcpt\s+and\s+dx\b|\bhow\s+to\s+code\b|\bneed\s+(?:a\s+|the\s+)?codes?\b|\bexternal\s+cause\b|\b(?:full|exact|complete)\s+(?:code|icd)\b|\bcodes\s+(?:pls|please)\b";
    COMPLIANCE = r"(?i)\bso\s+(?:it|they|we|edits?)\s+(?:all\s+)?(?:gets?|pass(?:es)?|can|don'?t|pays?)\b|\bget\s+(?:around|past)\s+(?:the\s+|an?\s+|this\s+|that\s+|their\s+|your\s+)?(?:edits?|ncci|cci|denials?|scrubber|bundl\w*|limits?|mue|rules?|it\b|pair|system|audit\w*|payer|medicare)|\bchange\s+the\s+(?:date|dos|diagnosis|dx)\b|\bas\s+the\s+dos\b|\bupcod\w*\b|\bback-?dat\w*\b|\bwaiv\w+\s+(?:the\s+|all\s+)?(?:copays?|coinsurance|deductible)\b|\bwhat\s+(?:dx|diagnosis)\s+(?:gets?|pays|do\s+i\s+need\s+to\s+put)\b|\bmake\s+it\s+(?:pay|pass)\b|\bedits?\s+(?:don'?t|won'?t|never|doesn'?t)\s+(?:hit|see|fire|trip)\b";
    THANKS = r"(?i){thanks}|{nothing_asked}";
    REQUEST = r"(?i)\b(?:would\s+like|looking\s+for|wondering|requesting|quisiera|necesito|how|what|which|when|why|who|should|could|would|need|pls|confirm|advise|tell\s+(?:me|us)|help|(?:have|got|another|quick|a)\s+question|questions?(?::|\s+(?:about|on|for|regarding|is|are))|cu[aá]l|cu[aá]nt\w+|qu[eé]|puedo|podemos|fix|q:|wrong|can\s+(?:i|we|it|they|this)|is\s+(?:it|this|that|there)|are\s+(?:these|they|there)|do\s+(?:i|we)|does)\b";
    MACHINE = r"(?i){machine_mail}";
    SALE = r"(?i){sale}";
    NOTHING_ASKED = r"(?i){nothing_asked}";
    /// People who meant another mailbox.
    ASTRAY = r"(?i){scam}|{job_mail}|{errand}";
    /// That a sentence speaks of codes or claims, and no errand.
    CODING = r"(?i)\b(?:medicare|allow(?:ed|able|s)|fees?|rates?|pairs?|global|visits?|procedures?|diagnos[ei]s|appeal\w*|cod(?:e|es|ing)|modifiers?|bill(?:able|ed|ing)?|units?|bundl\w*|claims?|mues?|mai|ncci|dx|icd|cpt|hcpcs|drg|allowable|indicator|den(?:ied|ial)|edits?|c[oó]digos?|unidades|modificador\w*)\b";
    /// A colleague in the assistant's seat, no assistant at surgery.
    ASSISTANT_SAYS = r"(?i)\b(?:my|our|the|his|her|new|medical|office|billing|dr\.?)?\s*assistants? (?:says?|said|thinks?|told|tells|insists?|wants?|swears|asked|asks|claims|keeps|put|believes?|is (?:sure|convinced|positive)|who)\b";
    JOKE = r"(?i)\blol\b|\bfunny\b|\bjoke\b|😂|🤣|\bhaha";
    /// Words of coding and billing in the languages that people write in.
    TRADE = r"(?i){clinical}|\b(?:cod(?:e|es|ing|er|ers)|bill(?:s|ed|ing|able)?|claims?|medicare|medicaid|icd|cpt|hcpcs|dx|modifiers?|units?|payer|insur\w+|den(?:y|ied|ial)|patients?|pt|visit|dose|mg|ml|drug|inject\w*|surg\w+|c[oó]digos?|factura\w*|reclamaci[oó]n|paciente|unidades|modificador\w*|modificateur|patiente?|intervention|code|facturer|mã|đơn\s+vị|bệnh\s+nhân|bảo\s+hiểm|drg|fee|rate|allowable|lab|anesth\w+|fx|fractur\w*|edits?|columns?|indicator|abn|g[axyz]|pos|place\s+of\s+service|rvus?|gpci|mac|lcds?|ncds?|cms|ncci|mues?|mai|ptp|telehealth|telemedicine|awv|e/m|em\s+level|mdm|deductible|coinsurance|appeal\w*|remit\w*|eobs?|carc|rarc|prior\s+auth\w*|cover(?:ed|age|s)|reimburs\w*|charges?|superbill|document\w*|diagnos\w*|procedures?|credential\w*|incident[- ]to|split/shared|assistant|resident|infusion\w*|vaccin\w*|immuniz\w*|screening|wellness|preventive|colonoscop\w*|mammogra\w*|therap\w*|dme|oxygen|wheelchair|ambulance|hospice|snf|home\s+health|crosswalk|gems?|excludes?|upcod\w*|bundl\w*|unbundl\w*|add-?on|prolonged|inpatient|outpatient|asc|cobertura|vacuna\w*|diagn[oó]stico\w*|hospital|global|modif\w*|scope|postop)\b";
    ACCOUNT = r"(?i)\b(?:my|our)\s+(?:plan|account|subscription|invoice|password)\b|\bquestions?\s+(?:are\s+)?left\b|\badd\s+my\s+(?:coworker|colleague)\b";
}

/// Reads the intents; never empty, most telling first.
pub(super) fn read(text: &str, asked: &str, codes: &[CodeMention]) -> Vec<Intent> {
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
    add(ROLE.is_match(&ASSISTANT_SAYS.replace_all(text, " ")), Intent::SurgeonRole);
    add(SEVENTH.is_match(text), Intent::SeventhCharacter);
    add(diagnoses >= 2 && CONFLICT.is_match(text) && procedures == 0, Intent::DiagnosisConflict);
    add(ORDER.is_match(text) && (diagnoses >= 1 || text.to_lowercase().contains("dx")), Intent::DiagnosisOrder);
    add(VALIDITY.is_match(text) && procedures + diagnoses + inpatient >= 1, Intent::Validity);
    // `one level`, `L4 level`: the spine has levels, too.
    add(EM.is_match(text) || LEVEL.is_match(&SPINAL_LEVEL.replace_all(text, " ")), Intent::EmLevel);
    add(PREVENTIVE.is_match(text), Intent::Preventive);
    add(PAYMENT.is_match(text) && question, Intent::Payment);
    add(COVERAGE.is_match(text), Intent::Coverage);
    add(CROSSWALK.is_match(text) || all(&[CodeSystem::Icd9Cm]) > 0, Intent::Crosswalk);
    add(SEARCH.is_match(text), Intent::CodeSearch);
    add(procedures == 0 && PAIR_AGAIN.is_match(text), Intent::PairEdit);
    add(procedures >= 2 && question, Intent::PairEdit);
    add(diagnoses >= 2 && question && procedures == 0, Intent::DiagnosisConflict);
    let thanks = !text.contains(['?', '¿']) && THANKS.is_match(text) && !REQUEST.is_match(text);
    let named_any = procedures + diagnoses + inpatient > 0;
    let idle = thanks || !question && (text.trim().is_empty() || !named_any && intents.is_empty());
    let foreign_to_it = !named_any && !TRADE.is_match(text);
    // A question beside codes is one of coding, unless it is the offer itself.
    let with_codes = named_any
        && !ASTRAY.is_match(text)
        && asked.lines().any(|line| line.contains(['?', '¿']) && !SALE.is_match(line) && line.split_whitespace().count() > 1);
    let asks_of_coding = with_codes || asked.lines().any(|line| line.contains(['?', '¿']) && CODING.is_match(line));
    let joke = JOKE.is_match(text) && !REQUEST.is_match(text) && !asks_of_coding;
    let told_only = !text.contains(['?', '¿']) && NOTHING_ASKED.is_match(text);
    let mut offers: Vec<String> = SALE.find_iter(text).map(|hit| hit.as_str().to_lowercase()).collect();
    offers.sort_unstable();
    offers.dedup();
    let sales = MACHINE.is_match(text)
        || joke
        || told_only
        || foreign_to_it
        || offers.len() > 1
        || (ASTRAY.is_match(text) || !offers.is_empty()) && !asks_of_coding
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
