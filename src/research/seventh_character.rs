//! The seventh character, where the mail's own words say the phase of care and leave one leaf.

use super::Desk;
use crate::domain::code::CodeRef;
use crate::domain::finding::Fact;
use crate::domain::question::Language;

/// Phases of care and the words that state them; the first that speaks decides, so the narrower ones stand first.
const PHASES: &[(char, &[&str])] = &[
    (
        'K',
        &[
            "nonunion",
            "non-union",
            "non union",
            "has not united",
            "failed to unite",
            "failure to unite",
            "seudoartrosis",
            "pseudarthrosis",
        ],
    ),
    ('P', &["malunion", "mal-union"]),
    (
        'G',
        &[
            "delayed healing",
            "delayed union",
            "healing slowly",
            "slow to heal",
            "not healing as expected",
            "retardo de consolidación",
        ],
    ),
    ('S', &["sequela", "late effect", "secuela"]),
    (
        'D',
        &[
            "routine healing",
            "healing normally",
            "healing well",
            "healing as expected",
            "cast off",
            "follow-up",
            "follow up",
            "f/u",
            "recheck",
            "subsequent",
            "seguimiento",
            "control de",
            "aftercare",
            "post-op check",
            "healing nicely",
            "healing fine",
            "healing on schedule",
            "still healing",
            "cast check",
            "cast change",
            "cast removal",
            "pin removal",
            "hardware check",
            "weeks out",
            "wks out",
            "weeks post",
            "physical therapy for",
            "revisión",
        ],
    ),
    (
        'A',
        &[
            "active treatment",
            "initial encounter",
            "initial visit",
            "first visit",
            "first encounter",
            "primera consulta",
            "primera atención",
            "primera visita",
            "initial",
            "in the er",
            "emergency",
            "just happened",
            "happened today",
            "today in the ed",
            "surgery today",
            "going to surgery",
            "to the or for",
            "first surgery",
            "ed visit",
            "er visit",
            "in the ed",
            "seen in ed",
            "\ned:",
            "\ner:",
            "urgent care",
            "orif today",
            "washout today",
            "first time seen",
            "being reduced",
            "closed reduction today",
            "de urgencia",
        ],
    ),
];

/// Words of an open fracture, whose letters depend on its type as well; an open one without a type counts as I or II.
const OPEN: &[&str] = &[
    "open fracture",
    "open fx",
    "gustilo",
    "compound",
    "type i ",
    "type ii",
    "type iii",
    "abierta",
    "came in open",
    "was open",
    "open tib",
    "open femur",
    "open ankle",
    "open frac",
];
const OPEN_THREE: &[&str] = &[
    "type iii",
    "type 3",
    "gustilo iii",
    "gustilo 3",
    "gustilo type iii",
    "gustilo-anderson iii",
    "iiia",
    "iiib",
    "iiic",
    "grade iii",
    "grade 3",
    "tipo iii",
];

/// The letter of a phase in an open fracture: of type I or II, else of type III.
const fn opened(phase: char, three: bool) -> char {
    match (phase, three) {
        ('A', false) => 'B',
        ('A', true) => 'C',
        ('D', false) => 'E',
        ('D', true) => 'F',
        ('G', false) => 'H',
        ('G', true) => 'J',
        ('K', false) => 'M',
        ('K', true) => 'N',
        ('P', false) => 'Q',
        ('P', true) => 'R',
        (other, _) => other,
    }
}

pub(super) fn look(desk: &mut Desk<'_>) {
    let text = desk.question.text.to_lowercase();
    let headings: Vec<(CodeRef, Vec<CodeRef>)> = desk
        .findings
        .iter()
        .filter_map(|f| {
            if let Fact::NotBillable { code, children, .. } = &f.fact
                && is_seventh(children)
            {
                Some((code.clone(), children.clone()))
            } else {
                None
            }
        })
        .collect();
    for (heading, children) in headings {
        desk.rule("highest_detail");
        let fracture = children.len() > 3;
        desk.rule(if fracture { "seventh_fracture" } else { "seventh_injury" });
        if heading.undotted().len() < 6 {
            desk.rule("placeholder");
        }
        let Some((phase, words)) = phase(&text) else { continue };
        let says = |list: &[&str]| list.iter().any(|w| text.contains(w));
        let phase = if fracture && says(OPEN) { opened(phase, says(OPEN_THREE)) } else { phase };
        let Some(leaf) = children.iter().find(|c| c.undotted().ends_with(phase)) else { continue };
        let why = if desk.question.language == Language::Spanish {
            format!("\"{words}\", como dice el correo, lleva a {leaf}.")
        } else {
            format!("\"{words}\", as the mail says, makes it {leaf}.")
        };
        desk.choose(&heading, leaf, why);
    }
}

/// Whether the children of a heading are its seventh characters for the phase of care (A, D, S and their like).
pub fn is_seventh(children: &[CodeRef]) -> bool {
    children.iter().any(|c| c.undotted().ends_with('A')) && children.iter().all(|c| c.undotted().len() == 7) && {
        let stem = |c: &CodeRef| c.undotted().get(..6).map(str::to_owned);
        let first = children.first().and_then(stem);
        children.iter().all(|c| stem(c) == first)
    }
}

/// The one phase that the text states; `None` where it states none or speaks both of active treatment and of healing.
fn phase(text: &str) -> Option<(char, &'static str)> {
    let negated = |at: usize| ["no ", "not ", "without ", "sin "].iter().any(|n| text.get(..at).unwrap_or_default().ends_with(n));
    let hit = |words: &[&'static str]| words.iter().find(|w| text.match_indices(**w).any(|(at, _)| !negated(at))).copied();
    PHASES.iter().find_map(|(phase, words)| Some((*phase, hit(words)?)))
}
