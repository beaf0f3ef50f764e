//! Numbers that are shaped like codes and are something else.

use std::ops::Range;

use crate::pattern::patterns;

patterns! {
    MONEY = r"(?i)(?:[$€£]|\busd\s?)\s?\d[\d,]*(?:\.\d+)?\s?[km]?|\b\d{1,3}(?:,\d{3})+(?:\.\d+)?\b|\b\d+\.\d{2}\s*(?:dollars|usd|bucks)\b|\b\d{2,6}\s*(?:dollars|usd|bucks)\b";
    PHONE = r"(?i)(?:\+?1[\s.-]?)?(?:\(\d{3}\)\s?|\b\d{3}[\s.-])\d{3}[\s.-]\d{4}\b(?:\s*(?:x|ext\.?|extension)\s*\d{1,6})?|\b\d{3}-\d{4}\b";
    ADDRESSED = r"(?i)\bhttps?://\S+|\bwww\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+";
    NDC = r"\b\d{4,5}-\d{3,4}-\d{1,2}\b";
    DATED = r"\b\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b";
    LONG = r"\b\d{6,}\b|\b\d{3}-\d{2}-\d{4}\b|\b\d{2}-\d{7}\b|\b\d[A-Za-z][A-Za-z0-9]\d-?[A-Za-z][A-Za-z0-9]\d-?[A-Za-z]{2}\d{2}\b|\b\d{3}[A-Z]\w{5}X\b";
    /// Words after which a number names a place, a paper, a person or a thing.
    LABELLED = r"(?ix)\b(?:zip(?:\s*code)?|c[oó]digo\s+postal|suite|ste|room|rm|bldg|building|edificio|floor|fl|apt|apartment|unit\s*\#|p\.?\s?o\.?\s*box|lock-?box|box|route|rte|hwy|highway|
        extension|ext|poste|habitaci[oó]n|salle|ph[oò]ng|x|fax|phone|tel|cell|pager|invoice|inv|factura|statement|stmt|estimate|receipt|voucher|recibo|purchase\s+order|p\.?o\.?|npi|tin|ein|tax\s*id|taxonomy|ndc|lot|serial|icn|dcn|ccn|tcn|mrn|ssn|mbi|hicn|
        account|acct|policy|member|subscriber|group|auth(?:orization)?|referral|case|ticket|tracking|order|requisition|accession|acc|encounter|visit|ref(?:erence)?|conf(?:irmation)?|remit|eob|era|eft|trace|batch|payment|license|lic|dea|clia|provider|payer|patient|pt|chart|claim|clm|control|job|contract|
        docket|version|v|build|model|pin|badge|employee|emp|locker|page|pg|p|section|sec|chapter|cr|mln|mm|transmittal|lcd|ncd|article)
        \.?(?:[\x20\t]*(?:id|nos?\.?|numbers?|nbr|num|\#|code|:|=|is|was))*[\x20\t\#:]*(?:[A-Z]{0,4}-?)?(\d[\d-]*)\b";
    /// Words that are verbs or people as often as labels: only with a mark of a number.
    MARKED = r"(?ix)\b(?:check|chk|cheque|line|row|item|question|q|slide|edition|year|bed|unit|building|step|station|bus|flight|lane|gate|seat|study|sample|specimen|slide|report|record|file|note|form|folder|document|message|msg|email|call|seq|sequence|station|stop|table|fig|figure|house|number|no|id)
        (?:[\x20\t]*(?:nos?\.?|numbers?|nbr|num|\#|:|=))+[\x20\t\#:]*(?:[A-Z]{0,4}-?)?(\d[\d-]*)\b|\#\s?(\d[\d-]*)\b";
    /// A paper that is dated right behind its number.
    DATED_PAPER = r"(?i)\b(?:check|cheque|chk|remit|invoice|claim|order|letter|eob)\s+(\d[\d-]*)\s+(?:dated|from\s+\d|issued|in\s+the\s+amount|for\s+\$)";
    /// A check named among other papers; alone it may be a verb.
    AMONG_PAPERS = r"(?i)\b(?:invoice|inv|p\.?o\.?|claim|remit|eob|deposit)\s+#?[\w-]+\s*[,;/]\s*(?:check|cheque|chk)\s+#?(\d[\d-]*)";
    /// Five or nine digits behind a state, the state behind a town or a comma.
    STATE_ZIP = r"(?:,[ \t]*|\b[A-Z][a-z]+\.?[ \t]+|\b[A-Z][A-Z]+,[ \t]*)(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|(?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|Ohio|Oklahoma|Oregon|Pennsylvania|Tennessee|Texas|Utah|Vermont|Virginia|Washington|Wisconsin|Wyoming|Jersey|York|Mexico|Carolina|Dakota|Hampshire|Island))\.?,?[ \t]+\(?(\d{5}(?:-\d{4})?)\b";
    CITY_ZIP = r"\b(?:Albuquerque|Anaheim|Arlington|Atlanta|Aurora|Austin|Bakersfield|Baltimore|Baton Rouge|Birmingham|Boise|Boston|Bronx|Brooklyn|Buffalo|Charleston|Charlotte|Chattanooga|Chicago|Cincinnati|Cleveland|Columbia|Columbus|Dallas|Denver|Des Moines|Detroit|Durham|El Paso|Fargo|Fort Worth|Fresno|Greensboro|Greenville|Hartford|Honolulu|Houston|Indianapolis|Irvine|Jackson|Jacksonville|Kansas City|Knoxville|Las Vegas|Lexington|Lincoln|Little Rock|Long Beach|Los Angeles|Louisville|Lubbock|Macon|Madison|Manhattan|Marietta|Memphis|Mesa|Miami|Milwaukee|Minneapolis|Mobile|Montgomery|Nashville|New Orleans|New York|Newark|Norfolk|Oakland|Oklahoma City|Omaha|Orlando|Pasadena|Philadelphia|Phoenix|Pittsburgh|Plano|Portland|Providence|Queens|Raleigh|Reno|Richmond|Riverside|Rochester|Sacramento|Salt Lake City|San Antonio|San Diego|San Francisco|San Jose|Savannah|Scottsdale|Seattle|Spokane|Springfield|St\.? Louis|St\.? Paul|Syracuse|Tacoma|Tampa|Toledo|Topeka|Tucson|Tulsa|Wichita|Worcester),?[ \t]+(\d{5}(?:-\d{4})?)\b";
    /// A place whose name was redacted, and its ZIP code.
    REDACTED_ZIP = r"(?i)(?:,|\b(?:in|at|ctr|center|centre|from|near|en|de))\s*\[(?:NAME|ADDRESS)\],?[ \t]+(\d{5}(?:-\d{4})?)\b";
    /// A street address: number, street.
    STREET = r"\b(\d{1,5})[ \t]+(?:[NSEW]\.?[ \t]+)?(?:[A-Z0-9][\w.']*[ \t]+){1,4}?(?:St|Street|Ave|Avenue|Blvd|Boulevard|Rd|Road|Dr|Drive|Ln|Lane|Way|Ct|Court|Pkwy|Parkway|Hwy|Highway|Plaza|Pl|Place|Circle|Cir|Terrace|Trail|Route|street|avenue|blvd|road)\b\.?";
    /// Quantities with a unit behind them, which no five-digit code has.
    MEASURED = r"(?i)\b\d+(?:\.\d+)?\s*(?:mg|mcg|ml|cc|iu|units?|meq|kg|lbs?|cm|mm|sq\.?\s?(?:cm|ft|feet)|square|miles?|patients?|claims?|charts?|records?|members?|employees|steps|hours?|hrs?|minutes?|mins?|days?|weeks?|months?|years?|yrs?|yo|y/o|times|%|percent|bpm|mmhg|cells|copies|visits|encounters|people)\b";
}

/// Where in `text` stand numbers that are no codes, in order.
pub(super) fn spans(text: &str) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    for pattern in [&MONEY, &PHONE, &ADDRESSED, &NDC, &DATED, &LONG, &STREET] {
        spans.extend(pattern.find_iter(text).map(|found| found.range()));
    }
    spans.extend(MEASURED.find_iter(text).filter(|found| !is_code_with_units(found.as_str())).map(|found| found.range()));
    for pattern in [&LABELLED, &MARKED, &DATED_PAPER, &STATE_ZIP, &CITY_ZIP, &REDACTED_ZIP] {
        for found in pattern.captures_iter(text) {
            spans.extend(found.iter().skip(1).flatten().map(|number| number.range()).filter(|range| !is_said_code(text, range)));
        }
    }
    spans.extend(AMONG_PAPERS.captures_iter(text).filter_map(|found| Some(found.get(1)?.range())));
    spans.sort_by_key(|range| range.start);
    spans
}

/// `99213 visits` and `97110 23 min`: five digits before a word of counting are a code as often as a count.
fn is_code_with_units(found: &str) -> bool {
    let number: String = found.chars().take_while(char::is_ascii_digit).collect();
    number.len() == 5
}

/// A label and a modifier behind the number: `claim 99213-25` names a code.
fn is_said_code(text: &str, range: &Range<usize>) -> bool {
    let number = text.get(range.clone()).unwrap_or_default();
    let (head, tail) = number.split_once('-').unwrap_or((number, ""));
    let before = text.get(..range.start).unwrap_or_default();
    let sentence_ended = before.trim_end().ends_with('.') && before.ends_with(' ');
    let before = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    let label = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    let verb_like = [
        "claim",
        "claims",
        "visit",
        "pt",
        "patient",
        "order",
        "case",
        "encounter",
        "report",
        "x",
        "p",
        "v",
        "provider",
        "ref",
        "payer",
        "chart",
        "auth",
        "sec",
        "acc",
        "line",
        "group",
        "contract",
        "model",
        "job",
        "control",
        "lot",
        "section",
    ];
    let abbreviated = ["ste", "rm", "ext", "inv", "bldg", "apt", "acct", "no", "fl"].contains(&label.as_str());
    let plain_label = verb_like.contains(&label.as_str()) || sentence_ended && !abbreviated;
    plain_label && super::shapes::is_cpt_number(head) && (tail.is_empty() || super::shapes::is_modifier_number(tail))
}
