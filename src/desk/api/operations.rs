//! What each address under `/api/v1` takes and gives.

use super::ask::{SUBJECT_CHARS_MAX, TEXT_CHARS_MAX};
use super::codes::QUERY_CHARS_MAX;

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// At most so many characters.
    Words(usize),
    /// As above, and not blank.
    Said(usize),
    Address,
    /// As RFC 3339 writes it.
    Day,
    /// As above, or `null`.
    DayOrNull,
    /// From 1 to so many.
    Count(u32),
    /// States of cases, repeated.
    States,
    /// Codes of one claim, repeated.
    Codes,
    System,
    Setting,
}

/// A field of a body, or of what stands behind the `?`.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub must: bool,
    pub kind: Kind,
    pub what: &'static str,
}

/// What one address takes and gives.
#[derive(Debug)]
pub struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    pub summary: &'static str,
    /// After the `?`.
    pub query: &'static [Field],
    /// The fields of the body.
    pub body: &'static [Field],
    /// The status of success.
    pub status: u16,
    /// The fields of the answer.
    pub answer: &'static [&'static str],
}

const fn read(path: &'static str, summary: &'static str, query: &'static [Field], answer: &'static [&'static str]) -> Operation {
    Operation { method: "GET", path, summary, query, body: &[], status: 200, answer }
}

const fn write(
    path: &'static str,
    summary: &'static str,
    body: &'static [Field],
    status: u16,
    answer: &'static [&'static str],
) -> Operation {
    Operation { method: "POST", path, summary, query: &[], body, status, answer }
}

const fn must(name: &'static str, kind: Kind, what: &'static str) -> Field {
    Field { name, must: true, kind, what }
}

const fn may(name: &'static str, kind: Kind, what: &'static str) -> Field {
    Field { name, must: false, kind, what }
}

const ON: Field = may("on", Kind::Day, "the day of service; today where it is left out");
const CASE: &[&str] = &[
    "number",
    "state",
    "round",
    "requester",
    "account",
    "standing",
    "subject",
    "received",
    "age_secs",
    "route",
    "confidence",
    "assigned_to",
    "draft",
    "outgoing",
    "messages",
];

/// Every address that programs use; a test holds it against the desk's table.
pub const OPERATIONS: &[Operation] = &[
    read(
        "/api/v1/cases",
        "Cases, those whose question waits longest first",
        &[
            may("state", Kind::States, "only cases in this state; may be repeated"),
            may("limit", Kind::Count(200), "at most so many: 1 to 200, usually 50"),
        ],
        &["cases"],
    ),
    write(
        "/api/v1/cases",
        "Ask a question, as a mail would; needs an Idempotency-Key, and may be sent again under the same one",
        &[
            must("from", Kind::Address, "an address of a registered account, which the answer goes to"),
            may("subject", Kind::Words(SUBJECT_CHARS_MAX), "at most 200 characters"),
            must("text", Kind::Said(TEXT_CHARS_MAX), "the question, at most 20,000 characters"),
        ],
        202,
        &["question", "status"],
    ),
    read("/api/v1/cases/{number}", "One case", &[], CASE),
    read("/api/v1/questions/{id}", "What came of a question that was asked here", &[], &["question", "disposition", "case"]),
    write(
        "/api/v1/ask",
        "What would be answered; nothing is stored and nothing sent",
        &[
            may("subject", Kind::Words(SUBJECT_CHARS_MAX), "at most 200 characters"),
            must("text", Kind::Said(TEXT_CHARS_MAX), "the question, at most 20,000 characters"),
            may("date_of_service", Kind::DayOrNull, "goes before what the text says"),
        ],
        200,
        &[
            "route",
            "confidence",
            "intents",
            "codes",
            "body",
            "asks",
            "findings",
            "citations",
            "reservations",
            "ground_check",
            "edition",
        ],
    ),
    read(
        "/api/v1/codes/{system}/{code}",
        "The record of a code on a day",
        &[ON],
        &[
            "system",
            "code",
            "on",
            "status",
            "title",
            "effective",
            "terminated",
            "inclusions",
            "children",
            "replaced_by",
            "nearest",
            "source",
            "edition",
            "file",
        ],
    ),
    read(
        "/api/v1/search",
        "Codes by words",
        &[
            must("q", Kind::Said(QUERY_CHARS_MAX), "what to look for, at most 200 characters"),
            may("system", Kind::System, "only this code system"),
            may("limit", Kind::Count(100), "at most so many: 1 to 100, usually 10"),
            ON,
        ],
        &["query", "hits"],
    ),
    read(
        "/api/v1/edits",
        "Pair edits both ways, unit limits and add-on rules of a claim",
        &[
            must("code", Kind::Codes, "a CPT number or a HCPCS Level II code; repeated, at most 50 times"),
            may("setting", Kind::Setting, "practitioner (usual), hospital or dme"),
            ON,
        ],
        &["on", "pairs", "limits", "add_ons", "not_loaded"],
    ),
    read("/api/v1/accounts", "The accounts", &[], &["accounts"]),
];
