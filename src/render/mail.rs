//! The typed contexts of our mails: what each kind may say. Each has a sample, by which its templates are checked.

use jiff::civil::date;
use serde::Serialize;

use super::blocks::{self, Block};
use crate::domain::code::Family;
use crate::domain::draft::Drafted;
use crate::domain::finding::Finding;
use crate::domain::outgoing::OutgoingKind;

/// A first paragraph up to this long stands out; a longer one would shout.
const LEAD_CHARS_MAX: usize = 200;

/// What a mail says, by its kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    Answer(Statement),
    Clarification(Statement),
    Refusal(Statement),
    Acknowledgement(Acknowledgement),
    Notice(Notice),
    Review(Box<ReviewRequest>),
}

impl Content {
    pub const fn kind(&self) -> OutgoingKind {
        match self {
            Self::Answer(_) => OutgoingKind::Answer,
            Self::Clarification(_) => OutgoingKind::Clarification,
            Self::Refusal(_) => OutgoingKind::Refusal,
            Self::Acknowledgement(_) => OutgoingKind::Acknowledgement,
            Self::Notice(_) => OutgoingKind::Notice,
            Self::Review(_) => OutgoingKind::Review,
        }
    }

    /// Whether it answers a mail of its recipient (RFC 3834: `auto-replied`), or was written of our own accord (`auto-generated`).
    pub const fn answers_a_mail(&self) -> bool {
        match self {
            Self::Answer(_) | Self::Clarification(_) | Self::Refusal(_) | Self::Acknowledgement(_) => true,
            Self::Notice(notice) => !matches!(notice, Notice::Alert { .. } | Notice::SignIn { .. }),
            Self::Review(_) => false,
        }
    }

    /// A content of the kind with every optional part filled.
    pub fn sample(kind: OutgoingKind) -> Self {
        match kind {
            OutgoingKind::Answer => Self::Answer(Statement::sample()),
            OutgoingKind::Clarification => Self::Clarification(Statement::sample_clarification()),
            OutgoingKind::Refusal => Self::Refusal(Statement::sample_refusal()),
            OutgoingKind::Acknowledgement => Self::Acknowledgement(Acknowledgement { held: false }),
            OutgoingKind::Notice => Self::Notice(Notice::TooLarge { mebibytes_max: 25 }),
            OutgoingKind::Review => Self::Review(Box::new(ReviewRequest::sample())),
        }
    }
}

/// What states anything about coding to an asker: answer, clarification or refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    pub body: Vec<Block>,
    /// Whether the first paragraph is short enough to be set as the answer in one sentence.
    pub lead: bool,
    /// The same as plain text, in logical lines.
    pub body_text: String,
    pub asks: Vec<String>,
    pub sources: Vec<SourceLine>,
    /// The consultant's name; `None` where no person looked.
    pub reviewed_by: Option<String>,
}

impl Statement {
    pub fn new(drafted: &Drafted, reviewed_by: Option<String>) -> Self {
        Self::of(&drafted.body, drafted.asks.clone(), &drafted.findings, reviewed_by)
    }

    fn of(body: &str, mut asks: Vec<String>, findings: &[Finding], reviewed_by: Option<String>) -> Self {
        // A drafter, or a consultant's edit, may have put the questions into the text itself: nobody is asked twice.
        asks.retain(|ask| !body.contains(ask.as_str()));
        let sources = sources(body, findings);
        let body = blocks::parse(body);
        Self { body_text: blocks::to_text(&body), lead: leads(&body), body, asks, sources, reviewed_by }
    }
}

fn leads(body: &[Block]) -> bool {
    match body.first() {
        Some(Block::Paragraph { lines }) => lines.iter().map(|line| line.chars().count()).sum::<usize>() <= LEAD_CHARS_MAX,
        Some(Block::Heading { .. } | Block::Numbered { .. } | Block::Bulleted { .. } | Block::Table { .. }) | None => false,
    }
}

/// One published source with the records that the answer stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceLine {
    /// The family's label: `NCCI PTP`; none where the edition names the source by itself.
    pub label: Option<String>,
    pub edition: String,
    pub records: Vec<RecordLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordLine {
    pub record: String,
    /// `2024-07-01`, where the file says.
    pub effective: Option<String>,
    pub terminated: Option<String>,
}

/// The sources that the body cites, in order of first use and a record once; all of them where it cites none.
pub fn sources(body: &str, findings: &[Finding]) -> Vec<SourceLine> {
    let is_cited = |finding: &&Finding| body.contains(&format!("{}, {}]", finding.source.edition, finding.record));
    let cited: Vec<&Finding> = findings.iter().filter(is_cited).collect();
    let used = if cited.is_empty() { findings.iter().collect() } else { cited };
    let mut lines: Vec<SourceLine> = Vec::new();
    for finding in used {
        // A rule's source is the manual that its edition names; our own rulebook is none to look into.
        let label = Some(finding.source.family).filter(|family| *family != Family::Rulebook).map(Family::label);
        let record = RecordLine {
            record: finding.record.clone(),
            effective: finding.effect.effective.map(|day| day.to_string()),
            terminated: finding.effect.terminated.map(|day| day.to_string()),
        };
        match lines.iter_mut().find(|line| line.label.as_deref() == label && line.edition == finding.source.edition) {
            Some(line) => line.add(record),
            None => lines.push(SourceLine {
                label: label.map(str::to_owned),
                edition: finding.source.edition.clone(),
                records: vec![record],
            }),
        }
    }
    lines
}

impl SourceLine {
    /// One place in a source may hold several findings, with a date and without.
    fn add(&mut self, record: RecordLine) {
        match self.records.iter_mut().find(|known| known.record == record.record) {
            Some(known) if known.effective.is_none() && known.terminated.is_none() => *known = record,
            Some(known) if *known == record || (record.effective.is_none() && record.terminated.is_none()) => {}
            Some(_) | None => self.records.push(record),
        }
    }
}

/// The mail arrived. It states nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Acknowledgement {
    /// A person looks at who asks first.
    pub held: bool,
}

/// A short word about the mail itself, never about coding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// This mailbox answers registered practices only.
    NotRegistered,
    TooLarge {
        mebibytes_max: u64,
    },
    /// Nothing could be read out of it.
    Unreadable,
    /// Policy turns away mail with patient identifiers: kinds in plain words.
    Identifiers {
        kinds: Vec<String>,
    },
    AllowanceSpent,
    /// Only its reader's key opens it, and we have none.
    Encrypted,
    /// To an asker who wants to see their questions at the desk.
    SignIn {
        link: String,
        minutes: i64,
    },
    /// To a consultant: an answer to a review changed nothing.
    ReviewUnchanged {
        why: String,
    },
    /// To the operators: something needs a person.
    Alert {
        what: String,
    },
}

impl Notice {
    /// One of each.
    pub fn samples() -> Vec<Self> {
        vec![
            Self::NotRegistered,
            Self::TooLarge { mebibytes_max: 25 },
            Self::Unreadable,
            Self::Identifiers { kinds: vec!["a name".to_owned(), "a date of birth".to_owned()] },
            Self::AllowanceSpent,
            Self::Encrypted,
            Self::SignIn { link: "https://desk.example/sign-in/link/5f1e".to_owned(), minutes: 20 },
            Self::ReviewUnchanged { why: "its first line is none of approve, return and edit".to_owned() },
            Self::Alert { what: "a message could not be delivered".to_owned() },
        ]
    }
}

/// To a consultant: a draft waits for approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewRequest {
    /// The consultant's handle, as `--as` takes it.
    pub handle: String,
    /// Redacted.
    pub question: String,
    pub route: String,
    /// Why policy did not let it go.
    pub reasons: Vec<String>,
    pub draft: Statement,
    /// What an approval must name.
    pub hash: String,
    /// What an answer by mail must carry: the reviewer's own, for this very draft.
    pub key: String,
}

impl ReviewRequest {
    pub fn sample() -> Self {
        Self {
            handle: "dana".to_owned(),
            question: "We billed 99213 and 20610 on the same day and 99213 was denied. [NAME] was seen for knee pain.".to_owned(),
            route: "auto".to_owned(),
            reasons: vec!["confidence 0.71 is under 0.80".to_owned()],
            draft: Statement::sample(),
            hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            key: "4c1f0e7b9a2d48c3b6e5f10293847566".to_owned(),
        }
    }
}

impl Statement {
    pub fn sample() -> Self {
        let day = date(2024, 7, 1);
        let record = |record: &str| RecordLine { record: record.to_owned(), effective: Some(day.to_string()), terminated: None };
        let body = blocks::parse(SAMPLE_ANSWER);
        Self {
            body_text: blocks::to_text(&body),
            lead: leads(&body),
            body,
            asks: vec!["Was the decision to inject made at this visit, or was the injection planned before?".to_owned()],
            sources: vec![
                SourceLine {
                    label: Some("NCCI PTP".to_owned()),
                    edition: "2024 Q3".to_owned(),
                    records: vec![record("20610/99213")],
                },
                SourceLine {
                    label: Some("MUE".to_owned()),
                    edition: "2024 Q3".to_owned(),
                    records: vec![record("20610"), record("J3301")],
                },
                SourceLine {
                    label: Some("NCCI Policy Manual".to_owned()),
                    edition: "2024".to_owned(),
                    records: vec![RecordLine { record: "I.D".to_owned(), effective: None, terminated: None }],
                },
            ],
            reviewed_by: Some("Dana Reyes, CPC".to_owned()),
        }
    }

    pub fn sample_clarification() -> Self {
        let body = "It depends on the payer and on the side.\n\nIf the payer is Medicare and both knees were injected, report one \
                    line with modifier 50; if one knee was injected, report RT or LT.";
        Self::of(
            body,
            vec!["Who is the payer?".to_owned(), "Which knee was injected: right, left or both?".to_owned()],
            &[],
            None,
        )
    }

    pub fn sample_refusal() -> Self {
        let body = "No: a modifier may be reported only where the record supports it.\n\nModifier 59 says that two services \
                    were distinct. Reporting it only to get past an edit is a false statement on the claim.\n\nWhat is \
                    allowed:\n- report the column 1 code alone;\n- if the note documents a separate site or session, \
                    report the modifier that says so.";
        Self::of(body, Vec::new(), &[], Some("Dana Reyes, CPC".to_owned()))
    }
}

const SAMPLE_ANSWER: &str = "\
Yes: report 99213 with modifier 25, if the note shows a separate evaluation beyond the decision to inject.

You asked whether an office visit and a knee injection on one day can both be paid. Assumed: Medicare, professional claim, date of service in 2024 Q3.

Code | Modifier | Units | Diagnosis | Status
20610 | RT | 1 | M17.11 | payable
99213 | 25 | 1 | M17.11 | payable with 25
J3301 | | 4 | M17.11 | 40 mg / 10 mg = 4 units

Why

1. NCCI pairs 20610 (column 1) with 99213 (column 2), indicator 1: a proper modifier separates the two where the facts carry it.
2. Modifier 25 goes on the visit, whichever column it stands in. It says that the visit was significant and separately identifiable.
3. The unit limit of 20610 is 2 a day (MAI 3), so 1 unit is within it.

What the note must show

- history and examination beyond the knee, or a new decision about it;
- the side injected, the drug, its dose and what was discarded.";
