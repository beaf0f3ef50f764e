//! What can be done with a case as it stands: the buttons of its page. The table of states and commands decides once more.

use serde::Serialize;

use crate::domain::account::{Role, Session};
use crate::domain::case::CaseState;
use crate::domain::draft::Author;
use crate::ports::{CaseFile, asked};

/// Every act that a form of the case page can name.
pub const ACTS: &[&str] = &[
    "take",
    "release",
    "edit",
    "submit",
    "approve",
    "return",
    "ask",
    "dismiss",
    "undo",
    "close",
    "resend",
    "link",
    "note",
    "assign",
    "merge",
    "split",
    "reading",
    "check-answer",
];

/// What can be done with the case as it stands.
#[derive(Debug, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "one button each")]
pub struct Acts {
    take: bool,
    release: bool,
    edit: bool,
    submit: bool,
    approve: bool,
    give_back: bool,
    ask: bool,
    dismiss: bool,
    undo: bool,
    close: bool,
    resend: bool,
    link: bool,
    assign: bool,
    merge: bool,
    split: bool,
    reread: bool,
}

impl Acts {
    pub fn of(file: &CaseFile, session: &Session) -> Self {
        let by = Author::Consultant(session.consultant.id);
        let lead = session.role >= Role::Lead;
        let several = asked(&file.messages).count() > 1;
        let none = Self::default();
        match &file.case.state {
            CaseState::Unmatched { .. } => Self { link: true, ask: true, dismiss: true, close: true, merge: true, ..none },
            CaseState::Queued { .. } => Self {
                take: true,
                ask: true,
                dismiss: true,
                close: true,
                assign: true,
                merge: true,
                split: several,
                reread: true,
                ..none
            },
            CaseState::Drafting { by: author, draft } if *author == by => Self {
                edit: true,
                submit: draft.is_some(),
                release: true,
                ask: true,
                close: true,
                assign: true,
                merge: true,
                split: several,
                reread: true,
                ..none
            },
            CaseState::InReview { .. } => Self {
                take: true,
                edit: true,
                approve: true,
                give_back: true,
                ask: true,
                close: true,
                assign: true,
                merge: true,
                split: several,
                reread: true,
                ..none
            },
            CaseState::Sending { begun, .. } => Self { undo: !begun, ..none },
            CaseState::Undeliverable { .. } => Self { resend: true, close: true, merge: true, ..none },
            CaseState::Drafting { .. } => Self { close: true, assign: lead, merge: true, ..none },
            CaseState::AwaitingRequester { .. } | CaseState::Answered { .. } => Self { close: true, merge: true, ..none },
            CaseState::Closed { .. } => none,
        }
    }
}
