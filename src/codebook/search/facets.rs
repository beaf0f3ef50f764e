//! What tells the siblings of a family apart, and how a wish agrees with a record.

/// Stands in a text that speaks of what a drug or poison did; the drug table's texts carry it too.
pub const DRUG_TERM: &str = "drugtox";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facets {
    pub side: Option<Side>,
    pub trimester: Option<u8>,
    pub intent: Option<Intent>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Right = 1,
    Left,
    Both,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// Poisoning with nothing said of intent: accidental by the table's rule.
    Poisoning = 1,
    Accident,
    SelfHarm,
    Assault,
    Undetermined,
    Adverse,
    Under,
}

/// Phrases that are facets, longest first where one begins another.
const INTENTS: &[(&str, Option<Intent>)] = &[
    ("adverse effect of", Some(Intent::Adverse)),
    ("adverse effect", Some(Intent::Adverse)),
    ("adverse reaction", Some(Intent::Adverse)),
    ("side effect", Some(Intent::Adverse)),
    ("side effects", Some(Intent::Adverse)),
    ("taken as prescribed", Some(Intent::Adverse)),
    ("taken as directed", Some(Intent::Adverse)),
    ("taken correctly", Some(Intent::Adverse)),
    ("correctly taken", Some(Intent::Adverse)),
    ("properly taken", Some(Intent::Adverse)),
    ("underdosing of", Some(Intent::Under)),
    ("underdosing", Some(Intent::Under)),
    ("poisoning by", Some(Intent::Poisoning)),
    ("poisoning", Some(Intent::Poisoning)),
    ("toxic effect of", Some(Intent::Poisoning)),
    ("toxic effects of", Some(Intent::Poisoning)),
    ("overdose", Some(Intent::Poisoning)),
    ("overdosed", Some(Intent::Poisoning)),
    ("took too many", Some(Intent::Poisoning)),
    ("took too much", Some(Intent::Poisoning)),
];

/// Said of what somebody took; a poisoning where the means are said beside it.
const TAKEN: &[&str] = &["swallowed", "ingested", "drank", "inhaled"];
const BY: &[&str] = &["by accident", "by mistake", "accidentally", "unintentionally", "on purpose", "intentionally"];

/// Said beside a poisoning.
const MEANS: &[(&str, Intent)] = &[
    ("accidental unintentional", Intent::Accident),
    ("by accident", Intent::Accident),
    ("by mistake", Intent::Accident),
    ("accidental", Intent::Accident),
    ("accidentally", Intent::Accident),
    ("accident", Intent::Accident),
    ("unintentional", Intent::Accident),
    ("unintentionally", Intent::Accident),
    ("intentional self harm", Intent::SelfHarm),
    ("intentional", Intent::SelfHarm),
    ("intentionally", Intent::SelfHarm),
    ("suicide attempt", Intent::SelfHarm),
    ("suicidal", Intent::SelfHarm),
    ("on purpose", Intent::SelfHarm),
    ("self harm", Intent::SelfHarm),
    ("assault", Intent::Assault),
    ("undetermined intent", Intent::Undetermined),
    ("undetermined", Intent::Undetermined),
];

const TRIMESTERS: &[(&str, u8)] = &[
    ("first trimester", 1),
    ("second trimester", 2),
    ("third trimester", 3),
    ("unspecified trimester", 0),
    ("trimester unspecified", 0),
    ("trimester", 0),
];

/// Dropped wherever they stand: the common case that titles spell out.
const PLAIN: &[&str] = &["initial encounter for closed fracture", "initial encounter", "unspecified side"];

/// Takes the facets out of a clause and gives back what is left.
pub fn take(clause: &[String], facets: &mut Facets) -> Vec<String> {
    let mut rest: Vec<String> = clause.to_vec();
    for phrase in PLAIN {
        cut(&mut rest, phrase);
    }
    for (phrase, trimester) in TRIMESTERS {
        if cut(&mut rest, phrase) && *trimester > 0 {
            facets.trimester = Some(*trimester);
        }
    }
    for (phrase, intent) in INTENTS {
        if cut(&mut rest, phrase) && facets.intent.is_none() {
            facets.intent = *intent;
        }
    }
    if facets.intent.is_none() && BY.iter().any(|phrase| holds(&rest, phrase)) && TAKEN.iter().any(|word| cut(&mut rest, word)) {
        facets.intent = Some(Intent::Poisoning);
    }
    facets.trimester = facets.trimester.or_else(|| weeks(&rest));
    if matches!(facets.intent, Some(Intent::Poisoning)) {
        for (phrase, intent) in MEANS {
            if cut(&mut rest, phrase) {
                facets.intent = Some(*intent);
            }
        }
    }
    sides(&mut rest, facets);
    rest
}

fn sides(rest: &mut Vec<String>, facets: &mut Facets) {
    rest.retain(|word| {
        let side = match word.as_str() {
            "right" => Side::Right,
            "left" => Side::Left,
            "bilateral" | "bilaterally" | "both" => Side::Both,
            _ => return true,
        };
        facets.side = match facets.side {
            None => Some(side),
            Some(same) if same == side => Some(same),
            Some(_) => Some(Side::Both),
        };
        false
    });
}

/// The trimester of a pregnancy's weeks, where they are said: the second begins at 14 weeks, the third at 28 (chapter 15).
fn weeks(words: &[String]) -> Option<u8> {
    let pregnant = |word: &String| WITH_CHILD.iter().any(|start| word.starts_with(start));
    if !words.iter().any(pregnant) {
        return None;
    }
    words.windows(2).find_map(|pair| {
        let [number, unit] = pair else { return None };
        let number: u8 = number.parse().ok().filter(|weeks| (4..=42).contains(weeks))?;
        matches!(unit.as_str(), "weeks" | "week" | "wks" | "wk" | "w").then_some(match number {
            ..14 => 1,
            14..28 => 2,
            28.. => 3,
        })
    })
}

/// Beginnings of words that speak of a pregnancy.
const WITH_CHILD: &[&str] =
    &["pregnan", "preeclam", "eclam", "gestation", "obstet", "matern", "fetal", "fetus", "placent", "trimester"];

fn holds(words: &[String], phrase: &str) -> bool {
    at(words, phrase).is_some()
}

fn at(words: &[String], phrase: &str) -> Option<usize> {
    words.windows(phrase.split(' ').count()).position(|window| window.iter().map(String::as_str).eq(phrase.split(' ')))
}

/// Removes the first stand of `phrase`; whether it was there.
fn cut(words: &mut Vec<String>, phrase: &str) -> bool {
    let Some(at) = at(words, phrase) else { return false };
    words.drain(at..at + phrase.split(' ').count());
    true
}

impl Facets {
    /// As bits of a number: side 2, trimester 2, intent 3.
    pub fn bits(self) -> u64 {
        let side = self.side.map_or(0, |side| side as u64);
        side | u64::from(self.trimester.unwrap_or(0)) << 2 | self.intent.map_or(0, |intent| intent as u64) << 4
    }

    pub fn from_bits(bits: u64) -> Self {
        let side = match bits & 3 {
            1 => Some(Side::Right),
            2 => Some(Side::Left),
            3 => Some(Side::Both),
            _ => None,
        };
        let trimester = match (bits >> 2) & 3 {
            1 => Some(1),
            2 => Some(2),
            3 => Some(3),
            _ => None,
        };
        let intent = match (bits >> 4) & 7 {
            1 => Some(Intent::Poisoning),
            2 => Some(Intent::Accident),
            3 => Some(Intent::SelfHarm),
            4 => Some(Intent::Assault),
            5 => Some(Intent::Undetermined),
            6 => Some(Intent::Adverse),
            7 => Some(Intent::Under),
            _ => None,
        };
        Self { side, trimester, intent }
    }

    /// How well a record with the facets `self` suits a query with `asked`: 1 where nothing speaks against it.
    pub fn suits(self, asked: Self) -> f32 {
        let side = match (asked.side, self.side) {
            (None, None) => 1.0,
            (None, Some(Side::Both)) => 0.90,
            (None, Some(_)) => 0.93,
            (Some(_), None) => 0.88,
            (Some(a), Some(b)) if a == b => 1.04,
            (Some(_), Some(Side::Both)) => 0.72,
            (Some(_), Some(_)) => 0.58,
        };
        let trimester = match (asked.trimester, self.trimester) {
            (None, None) => 1.0,
            (None, Some(_)) => 0.95,
            (Some(_), None) => 0.9,
            (Some(a), Some(b)) => {
                if a == b {
                    1.04
                } else {
                    0.6
                }
            }
        };
        let intent = match (asked.intent, self.intent) {
            (None, Some(_)) => 0.9,
            (Some(_), None) => 0.85,
            (None, None) | (Some(Intent::Poisoning), Some(Intent::Accident | Intent::Poisoning)) => 1.0,
            (Some(a), Some(b)) => {
                if a == b {
                    1.04
                } else {
                    0.55
                }
            }
        };
        side * trimester * intent
    }
}
