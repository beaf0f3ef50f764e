//! Where a person lives: streets with their numbers, boxes and routes, homes, and towns that are said in passing.

use super::words::{is_medical, is_no_name, is_organisation, is_place_or_time, is_spoken};
use super::{Found, found};
use crate::domain::message::IdentifierKind;
use crate::parse::limits::floor;
use crate::pattern::patterns;

patterns! {
    CITY_ZIP = r"\b(\p{Lu}[\p{L}.'’-]+(?: \p{Lu}[\p{L}.'’-]+){0,2},? {us_state} \d{5}(?:-\d{4})?)\b";
    ROUTE_BOX = r"\b((?i:rural\s+route|route|rt\.?|ruta|r\.?r\.?|hc)\s*\d+,?\s*(?i:box)\s*\d+(?:-?\w)?(?:,? \p{Lu}[\p{L}.'-]+(?: \p{Lu}[\p{Ll}.'-]+){0,2})?(?:,? [A-Z]{2}\b)?(?: \d{5})?)";
    ROAD_ALONE = r"\b(?i:lives?|living|home|resid(?:es?|ing)|house)(?:\s+\w+){0,3}?\s+(?i:on|at|off)\s+((?:\p{Lu}[\p{L}'’]+ ){1,3}(?:Road|Rd|Street|St|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Way|Boulevard|Blvd|Highway|Hwy|Trail|Place|Pike)\b\.?(?:(?:,| in) \p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{Ll}'’-]+)?)?(?:,? [A-Z]{2}\b)?(?: \d{5})?)";
    /// A road by its number, where somebody stands or lives on it.
    NUMBERED_ROAD = r"\b(?i:on|off|at|along)\s+((?i:(?:old\s+)?(?:county|state|farm|township|forest|ranch|us|u\.s\.)\s+(?:road|rd\.?|route|rte\.?|hwy\.?|highway)|(?:cr|fm|sr)|highway|hwy\.?|route|rte\.?)\s+\d{1,5}[A-Z]?)\b";
    PARK = r"\b(?i:at|in|of)\s+((?:\p{Lu}[\p{L}'’]+ ){1,3}(?:Mobile Home Park|Trailer Park|RV Park|Apartments?|Condominiums?|Townhomes|Estates|Retirement Village)(?:,? (?i:lot|space|unit|apt|apartment|\#)\.? ?\w{1,5})?)\b";
    FROM_CITY = r"\b(?:of|from|in\s+from)\s+(\p{Lu}\p{Ll}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+){0,2}, {us_state})\b";
    /// Where a patient is from, without a state: `gentleman from Duluth`, `SNF in Macon`, `SNF Terre Haute`.
    PATIENT_FROM = r"\b(?i:man|woman|lady|gentleman|male|female|boy|girl|guy|patient|pt|resident|yo|y/o|old|paciente|se[nñ]ora?|snf|nf|ltc|alf|nursing\s+(?:home|facility)|rehab|domicilio|residencia|house|apartment|place|farm|ranch)(?:,[^,.\n]{1,16},)?(?i:\s+(?:of|from|in|out\s+of|up\s+in|down\s+in|en|de))\s+(\p{Lu}\p{Ll}[\p{L}'’-]+(?: (?:du |de |la )?\p{Lu}\p{Ll}[\p{L}'’-]+)?)|\bSNF (\p{Lu}\p{Ll}[\p{L}'’-]+(?: \p{Lu}\p{Ll}[\p{L}'’-]+)?)";
    ROOM = r"\b(?i:room|rm|bed|apt|unit)\.?\s+(\d{1,4}[A-Z]?,? (?:at )?(?:\p{Lu}[\p{L}'’.-]+ ){1,4}(?:Center|Centre|Home|Manor|Village|House|Court|Lodge|Living|Residence|Hospice|Facility|Gardens|Terrace)\b(?:, \p{Lu}[\p{L}-]+(?: \p{Lu}[\p{Ll}-]+)?)?)";
    CARE_OF = r"(?i)\b(c/o\s+[^,\n]{2,40}),";
    CALLE = r"\b((?:Calle|Avenida|Av\.|Camino|Paseo)\s+\p{Lu}[\p{L}. ]{2,30}#?\s?\d{1,6}\w?(?:,\s*\p{Lu}[\p{L}]+(?: \p{Lu}[\p{L}]+)?)?(?:,?\s*[A-Z]{2}\b)?(?:\s+\d{5})?)";
    STATE_ZIP = r"\b(\p{Lu}[\p{L}.'’-]+(?: \p{Lu}[\p{L}.'’-]+){0,2},? {us_state_name},? \d{5}(?:-\d{4})?)\b";
    /// Five digits are a ZIP code only behind a state or a comma: else they are as likely a procedure.
    STREET = r"(?x)\b(\d{1,6}[A-Za-z]?[\x20\t]+(?:[NSEW]\.?[\x20\t]+|(?i:north|south|east|west)[\x20\t]+)?(?:[A-Z0-9][\w.']*[\x20\t]+){1,3}?(?:St|Street|Ave|Avenue|Blvd|Boulevard|Rd|Road|Dr|Drive|Ln|Lane|Way|Ct|Court|Pkwy|Parkway|Hwy|Highway|Plaza|Pl|Place|Cir|Circle|Terr?|Terrace|Trce|Trace|Trl|Trail|Loop|Square|Sq|Row|Rw|Aly|Alley|Bnd|Bend|Spur|Cove|Cv|Crossing|Xing|Hollow|Ridge|Rdg|Run|Pike|Point|Pt|Path|Walk|Promenade|Landing|Commons?|Crescent|Mews|Meadows?|Manor|Glen|Grove|Heights|Hts|Hill|Knoll|Ranch|STREET|ST|AVE|RD|BLVD|DR|LN|CT|WAY|TRCE|TRL|PL|CIR|HWY|street|avenue|blvd|road)\b\.?(?:[\x20\t]+\d{1,4}\b)?
        (?:,?[\x20\t]*(?i:apt|apartment|unit|suite|ste|\#|bldg|rm|room|floor|fl|lot)\.?[\x20\t]*\#?[\x20\t]*\w{1,6})*
        (?:,?[\x20\t]+[A-Z][A-Za-z.]+(?:[\x20\t][A-Z][A-Za-z.]+){0,2})?(?:,?[\x20\t]+{us_state}\b(?:,?[\x20\t]+\d{5}(?:-\d{4})?)?|,[\x20\t]*\d{5}(?:-\d{4})?)?)";
    /// In small letters only behind a word that announces an address.
    STREET_LABELLED = r"(?i)\b(?:address|addr|direcci[oó]n|lives?\s+at|resides\s+at|home|mail(?:ed)?\s+to)\b[\s:]*(?:is\s+|on\s+file\s+)?(\d{1,6}\s+[^\n,;|]{3,40}(?:,\s*(?:apt|unit|ste|suite|bldg|building|rm|room|floor|fl|\#)\.?\s*\w{1,6})*(?:,\s*(?:[SF]t\.\s)?[A-Za-z][A-Za-z ]{1,28}[A-Za-z]\b)?(?:,\s*[A-Za-z]{2}\b)?(?:,?\s+\d{5}(?:-\d{4})?)?)";
    COUNTY_ROAD = r"(?i)\b(\d{1,6}\s+county\s+road\s+\d+(?:,?\s*(?:apt|unit|\#)\.?\s*\w{1,5})?(?:,?\s+[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)?(?:,?\s+[A-Z]{2}\b)?(?:,?\s+\d{5}(?:-\d{4})?)?)";
    PO_BOX = r"(?i)\b(p\.?\s?o\.?\s?box\s+\d+(?:,?\s+[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)?(?:,?\s+[A-Z]{2}\b)?(?:,?\s+\d{5}(?:-\d{4})?)?)";
    STREET_ABROAD = r"(?x)(\b\d{1,5},?\x20(?:bis\x20)?(?i:calle|rue|avenida|av\.|via|rua|carrera|boulevard|chemin|paseo|camino)\x20\p{Lu}[\p{L}.'-]+(?:\x20\p{Lu}[\p{L}.'-]+){0,3}(?:,\x20\p{Lu}[\p{L}.'-]+(?:\x20\p{Lu}[\p{L}.'-]+){0,2})?(?:,?\x20[A-Z]{2}\b)?(?:,?\x20\d{5})?
        |\b(?:(?i:calle|rue|avenida|carrera)|Via|Rua)\x20(?:(?i:de|la|del|da|do|dei)\x20){0,2}\p{Lu}[\p{L}.'-]+(?:\x20\p{Lu}[\p{L}.'-]+){0,3},?\x20(?:n[oº°.]*\x20?)?\d{1,5}\b(?:,\x20\d{4,5}\x20\p{Lu}[\p{L}-]+)?
        |\b\p{Lu}[\p{L}-]*(?:str\.|stra(?:ß|ss)e|weg|platz|gasse|allee|laan|straat|gatan|vej)\x20\d{1,4}[a-z]?\b(?:,\x20(?:D-)?\d{4,5}(?:\x20[A-Z]{2})?\x20\p{Lu}[\p{L}-]+)?)";
    LIVES = r"\b(?i:liv(?:es?|ed|ing)\s+(?:alone\s+)?(?:in|at|near)|resid(?:es?|ed|ing)\s+(?:in|at)|(?:resident|native)\s+(?:of|in)|from\s+a\s+(?:small\s+)?(?:place|town|village)(?:\s+called)?,?|viv[eí]a?\s+en|reside\s+en|domiciliad[oa]\s+en|vecin[oa]\s+de|(?:drives?|drove|driven|travels?|travell?ed|commutes?|flew|flown|came|comes|coming|bused|transferred)\s+(?:over\s+|down\s+|up\s+|here\s+|all\s+the\s+way\s+)?(?:in\s+)?from|home\s+(?:is\s+)?in|staying\s+(?:in|at)|moved\s+(?:here\s+)?(?:from|to|out\s+of|in\s+from)|hometown\s+(?:is|of))\s+((?:(?:St|Ft|Mt|Pt|Ste)\.\s)?(?:[A-Z][\w'-]+)(?:\s+[A-Z][\w'-]+){0,2}(?:,\s*[A-Z]{2}\b)?(?:\s+\d{5}(?:-\d{4})?)?)";
    FROM_HOME = r"\b(?i:from)\s+((?:[A-Z][\w.'-]+)(?:\s+[A-Z][\w.'-]+){0,2})\s+(?i:nursing\s+(?:home|facility|center)|skilled\s+nursing|memory\s+care|hospice|retirement|assisted\s+living|long[\s-]term\s+care|snf|rehab|group\s+home|care\s+home)";
    /// A number, whatever the road is called, a town and a state with its ZIP code.
    NUMBER_TO_ZIP = r"\b(\d{1,6}[A-Za-z]?[ ](?:[NSEW]\.?[ ])?(?:(?:\p{Lu}[\p{L}\d'’/-]*|\p{Lu}\p{L}{0,3}\.|\d+\p{L}*|\#[ ]?\d+\w?|(?i:apt|unit|ste|suite|lot|of|the|de|la)\.?),?[ ]){1,8}?(?:{us_state}|{us_state_name}),?[ ]\d{5}(?:-\d{4})?)\b";
    /// Where the road's own number may stand behind a code's.
    A_NUMBER = r"\d{5}.*?\b(\d{1,5}[ ]\p{Lu}.*)$";
    CANADIAN = r"\b(\d{1,6},?[ ](?:(?:\p{L}[\p{L}\d'’-]*|\p{L}{1,4}\.|\d+\p{L}*),?[ ]){1,8}?(?:AB|BC|MB|NB|NL|NS|ON|PE|QC|SK)[ ][A-Z]\d[A-Z][ ]?\d[A-Z]\d)\b";
    /// A road that is called by a word for its number: `114 N. Fifth, Winnemucca`.
    NUMBERED_STREET = r"\b(\d{1,5}[ ](?:[NSEW]\.?[ ]|(?i:north|south|east|west)[ ])(?:First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth|\p{Lu}\p{Ll}+)(?:,[ ]\p{Lu}\p{Ll}+)?)\b";
    /// Where somebody lives, winters or stays, and with whom: in capitals or not.
    LIVES_IN = r"\b(?i:lives?|living|resid(?:es?|ing)|winters?|summers?|stay(?:s|ing)?|moved|retired|(?:his|her|their|the)\s+(?:\w+['’]s\s+)?(?:home|house|apartment|place|farm|ranch|cabin|trailer)|at\s+(?:his|her|their)\s+\w+['’]s(?:\s+(?:home|house|place))?)\s+(?:(?i:with|over|out|up|down|alone|there|now|mostly|part-time|full-time|way|back|off|them|family|him|her)\s+){0,3}(?i:in|at|near|outside(?:\s+of)?|around|to|by)\s+(\p{L}[\p{L}'’-]{2,}(?:[ ]\p{L}[\p{L}'’-]{2,}){0,2}?)(?:,?[ ]({us_state}|(?i:{us_state_name})))?(?:[ ]\d{5})?(?:[\s.,;:)!?]|$)";
    /// Where a person is from: `She's from Tupelo, Mississippi`.
    IS_FROM = r"\b(?i:she|he|they|who|pt|patient|family|mother|father|wife|husband|visiting|visitor|in|down|up|ems|unit|transfer(?:red)?|ambulance)(?:['’]s|\s+is|\s+was|\s+are)?\s+(?:(?i:in|visiting|here|down|up|over|originally|just|all\s+the\s+way)\s+){0,2}(?i:from)\s+(\p{Lu}\p{Ll}[\p{L}'’-]+(?:[ ]\p{Lu}\p{Ll}[\p{L}'’-]+){0,2}(?:,[ ](?:{us_state}\b|{us_state_name}))?)";
}

patterns! {
    /// Behind such words the place is the asker's own, which decides the locality and names no patient.
    OUR_PLACE = r"(?i)\b(?:we['’]?re|we are|we bill|our (?:[\w-]+ )?(?:office|practice|clinic|group|asc|hospital|facility|location|site|department|lab)s?(?:['’]s| is| are)?|(?:practice|office|clinic|group|hospital|asc|facility|lab)(?: is| located)?|located|based|locality|carrier|mac)(?: located| based)?(?:,? (?:in|at|near|for))?:?\s*$";
}

/// Every such place.
pub(super) fn find(text: &str) -> Vec<Found> {
    let whole: [(&regex::Regex, usize); 19] = [
        (&CANADIAN, 4),
        (&NUMBERED_STREET, 1),
        (&STREET, 1),
        (&STREET_LABELLED, 1),
        (&STREET_ABROAD, 1),
        (&COUNTY_ROAD, 2),
        (&PO_BOX, 1),
        (&CITY_ZIP, 5),
        (&STATE_ZIP, 5),
        (&ROUTE_BOX, 2),
        (&ROAD_ALONE, 0),
        (&NUMBERED_ROAD, 1),
        (&CALLE, 1),
        (&ROOM, 1),
        (&PARK, 0),
        (&CARE_OF, 0),
        (&LIVES, 0),
        (&FROM_HOME, 0),
        (&FROM_CITY, 0),
    ];
    let own = |hit: regex::Match<'_>| {
        let number = A_NUMBER.captures(hit.as_str()).and_then(|own| own.get(1)).filter(|own| own.as_str().len() > 16);
        hit.start() + number.map_or(0, |own| own.start())..hit.end()
    };
    let digits = |said: &str| said.bytes().filter(u8::is_ascii_digit).count();
    let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
    for (pattern, digits_min) in whole {
        let hits = pattern.captures_iter(text).filter_map(|hit| hit.iter().skip(1).flatten().next());
        ranges.extend(hits.filter(|hit| digits(hit.as_str()) >= digits_min).map(|hit| hit.range()));
    }
    ranges.extend(NUMBER_TO_ZIP.captures_iter(text).filter_map(|hit| hit.get(1)).map(own));
    ranges.extend(towns(text));
    let ours = |range: &std::ops::Range<usize>| {
        let before = text.get(..range.start).unwrap_or_default();
        let window = before.get(floor(before, before.len().saturating_sub(48))..).unwrap_or_default();
        let numbered = text.get(range.clone()).is_some_and(|place| place.starts_with(|c: char| c.is_ascii_digit()));
        !numbered && OUR_PLACE.is_match(window)
    };
    ranges.retain(|range| !ours(range));
    ranges.into_iter().map(|range| found(IdentifierKind::Address, range)).collect()
}

/// Towns that no number tells, only the words before them.
fn towns(text: &str) -> Vec<std::ops::Range<usize>> {
    let homes = PATIENT_FROM.captures_iter(text).filter_map(|hit| hit.iter().skip(1).flatten().next());
    let homes = homes.filter(|home| home.as_str().split(' ').all(is_town));
    let mut towns: Vec<_> = homes.map(|home| home.range()).collect();
    for hit in LIVES_IN.captures_iter(text) {
        let Some(town) = hit.get(1).filter(|town| town.as_str().split(' ').any(is_town)) else { continue };
        let capital = town.as_str().split(' ').all(|word| word.starts_with(char::is_uppercase));
        let small = town.as_str().split(' ').all(is_town) && town.as_str().chars().count() > 3;
        if capital || small {
            towns.push(town.start()..hit.get(2).map_or(town.end(), |state| state.end()));
        }
    }
    for town in IS_FROM.captures_iter(text).filter_map(|hit| hit.get(1)) {
        let name = town.as_str().split(',').next().unwrap_or_default();
        if name.len() < town.as_str().len() || name.split(' ').all(is_town) {
            towns.push(town.range());
        }
    }
    towns
}

/// A capitalised word that no list knows otherwise: a payer, a state, a firm, a word of the language.
fn is_town(word: &str) -> bool {
    !is_no_name(word) && !is_spoken(word) && !is_medical(word) && !is_organisation(word) && !is_place_or_time(word)
}

/// Pieces of one address, where only a comma, a unit or a blank stands between them, are one.
pub(super) fn joined(text: &str, mut found: Vec<Found>) -> Vec<Found> {
    let mut at = 0;
    while at + 1 < found.len() {
        let gap = match (found.get(at), found.get(at + 1)) {
            (Some(one), Some(next)) if one.kind == IdentifierKind::Address && next.kind == IdentifierKind::Address => {
                text.get(one.range.end..next.range.start).unwrap_or("\n")
            }
            _ => "\n",
        };
        if gap.len() <= 12 && !gap.contains('\n') && gap.chars().all(|c| c.is_alphanumeric() || " ,#.".contains(c)) {
            let next = found.remove(at + 1);
            if let Some(one) = found.get_mut(at) {
                one.range.end = next.range.end;
            }
        } else {
            at += 1;
        }
    }
    found
}
