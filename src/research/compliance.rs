//! Which rule a request for something that is not allowed runs against.

use super::Desk;
use crate::domain::question::Intent;

/// A rule of the rulebook and the words, any of each group, that tell its request: all groups must occur.
const REQUESTS: &[(&str, &[&[&str]])] = &[
    (
        "refuse_identity",
        &[
            &[
                "sister",
                "hermana",
                "someone else",
                "another patient",
                "npi",
                "under dr",
                "both",
                "not enrolled",
                "isn't enrolled",
            ],
            &["number", "npi", "numero", "medicare", "bill"],
            &["enrolled", "under dr", "hermana", "sister", "split one"],
        ],
    ),
    (
        "refuse_waiver",
        &[&["copay", "coinsurance", "co-pay", "20%", "deductible"], &["waive", "write off", "write-off", "forgive", "never pay"]],
    ),
    (
        "refuse_units",
        &[
            &["minutes", "min ", "units", "vial"],
            &["chart", "document", "bill"],
            &["everyone does it", "so we get", "full vial", "instead of"],
        ],
    ),
    (
        "refuse_record",
        &[&[
            "type one in",
            "backdate",
            "back-date",
            "back date",
            "original date",
            "late entry",
            "addendum so",
            "add it to the note",
        ]],
    ),
    (
        "refuse_bypass",
        &[&[
            "separate claim",
            "next day",
            "split",
            "no matter",
            "edits dont",
            "edit never",
            "edits don't",
            "get past",
            "bypass",
            "every column",
        ]],
    ),
    (
        "refuse_date",
        &[
            &["date", "dos", "fecha", "coverage ended", "plan started"],
            &["put", "change", "word it", "use the", "move", "cambiar", "as dos", "as the dos", "enter it", "backdate"],
        ],
    ),
    (
        "refuse_diagnosis",
        &[
            &["dx", "diagnos", "icd", "diagnóstico"],
            &["paid", "pays", "pay", "covered", "pass", "pague", "pagar", "trả tiền", "medical necessity"],
        ],
    ),
    (
        "refuse_upcoding",
        &[
            &["99215", "99214", "99205", "99204", "higher level", "level"],
            &["template", "paragraph", "paste", "wording", "word it", "phrase", "all pass", "bump", "upcode", "difference"],
        ],
    ),
];

pub(super) fn look(desk: &mut Desk<'_>) {
    if !desk.question.intents.contains(&Intent::Compliance) {
        return;
    }
    let text = desk.question.text.to_lowercase();
    let hit = |groups: &[&[&str]]| groups.iter().all(|group| group.iter().any(|word| text.contains(word)));
    let rule = REQUESTS.iter().find(|(_, groups)| hit(groups)).map(|(rule, _)| *rule);
    if let Some(rule) = rule {
        desk.rule(rule);
    }
}
