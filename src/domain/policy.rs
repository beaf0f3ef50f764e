//! The written policy: what may leave without a person, and how long things wait.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::draft::{Draft, Route};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutoSend {
    Off,
    /// Drafts whose every statement passed the ground check, at or over `confidence_min`.
    Grounded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownSender {
    /// Answered as a guest.
    Guest,
    /// Kept for a person; the sender is told that the mail arrived.
    Hold,
    /// Told that this mailbox answers registered practices only.
    Reject,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Editions {
    /// Automatic only where every family used covers the date of service by its own cadence.
    Current,
    /// Answers by what is loaded and says so.
    Loaded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identifiers {
    Redact,
    Reject,
}

/// Every knob of `[policy]`, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    pub auto_send: AutoSend,
    /// 0..=1.
    pub confidence_min: f64,
    pub unknown_sender: UnknownSender,
    pub require_authenticated: bool,
    /// An acknowledgement goes out where no answer was frozen within this time.
    pub acknowledge_after: SignedDuration,
    pub editions: Editions,
    pub identifiers: Identifiers,
    pub four_eyes: bool,
    /// 0..=1: the share of what leaves without a person that a consultant looks at later.
    pub check_share: f64,
    /// How long an approved answer can be taken back.
    pub undo: SignedDuration,
    /// How long after closing a follow-up reopens its case.
    pub reopen: SignedDuration,
    /// An answered case closes after this time of silence.
    pub close_after: SignedDuration,
    /// A case that waits for its requester closes after this time.
    pub lapse: SignedDuration,
    /// Messages of ours to one correspondent within 24 hours, at most.
    pub loop_budget_day: u32,
    /// The same within one case.
    pub loop_budget_case_day: u32,
    /// Messages to one correspondent that may come back within [`BOUNCE_WINDOW`] before nothing more is sent to them.
    pub bounces_max: u32,
    /// How often a message whose fate is unknown is sent again, with the same Message-ID.
    pub unknown_resends_max: u32,
    /// The switch that holds all sending.
    pub hold_sending: bool,
    /// The programs that are told by webhook, by their names.
    pub hooks: Vec<String>,
}

/// How far back a bounce counts.
pub const BOUNCE_WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How many messages of ours may leave since then, whatever called for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    pub correspondent_max: u32,
    pub case_max: u32,
    pub since: Timestamp,
}

/// What policy says of a finished draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may leave, by the rule named.
    Send(&'static str),
    /// A person looks first, for this reason.
    Review(String),
    /// Nothing is to be said.
    Close,
}

impl Policy {
    /// The loop budget of the day that ends now.
    pub fn budget(&self, now: Timestamp) -> Budget {
        Budget {
            correspondent_max: self.loop_budget_day,
            case_max: self.loop_budget_case_day,
            since: now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN),
        }
    }

    /// Judges a draft. `editions_cover` is whether every family it rests on covers the date of service.
    pub fn judge(&self, draft: &Draft, editions_cover: bool) -> Verdict {
        let drafted = &draft.drafted;
        if self.auto_send == AutoSend::Off {
            return Verdict::Review("policy sends nothing without a person".to_owned());
        }
        if !draft.ground_check.passed {
            return Verdict::Review(format!("ground check: {}", draft.ground_check.problems.join("; ")));
        }
        if self.editions == Editions::Current && !editions_cover {
            return Verdict::Review("a loaded edition does not cover the date of service".to_owned());
        }
        if drafted.confidence < self.confidence_min {
            return Verdict::Review(format!("confidence {:.2} is under {:.2}", drafted.confidence, self.confidence_min));
        }
        match drafted.route {
            Route::Auto => Verdict::Send("auto_send=grounded"),
            Route::Clarify => Verdict::Send("auto_send=grounded, clarification"),
            Route::Refuse => Verdict::Send("auto_send=grounded, refusal"),
            Route::Expert => Verdict::Review(match drafted.reservations.first() {
                Some(reason) => format!("needs an expert: {reason}"),
                None => "needs an expert".to_owned(),
            }),
            Route::NotAQuestion => Verdict::Close,
        }
    }
}
