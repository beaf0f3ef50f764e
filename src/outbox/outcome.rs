//! What a server's reply, or its silence, means for the message in hand (RFC 5321, 4.2.1).

use std::sync::LazyLock;

use lettre::transport::smtp::Error as SmtpError;
use regex::{Captures, Regex};

use crate::domain::delivery::Outcome;

/// Characters of an answer that are kept.
const ANSWER_CHARS_MAX: usize = 200;

/// Why a step did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The server said no.
    Reply { code: u16, text: String },
    /// No reply that makes sense: broken, silent, garbled. The connection is of no further use.
    Lost(String),
}

/// How far a transaction had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Connecting, greeting, TLS, log-in: nothing was said of the message yet.
    Opening,
    Mail,
    Rcpt,
    Data,
    /// The message is on its way, its final dot is not.
    Body,
    /// The final dot was begun: from here on silence means that it may have been taken.
    Dot,
}

impl Phase {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
            Self::Body => "body",
            Self::Dot => "dot",
        }
    }
}

impl Trouble {
    pub(super) fn timed_out(secs: u64) -> Self {
        Self::Lost(format!("no answer within {secs} s"))
    }

    /// Whether the server is about to hang up, or already has.
    pub(super) const fn ends_connection(&self) -> bool {
        match self {
            Self::Reply { code, .. } => *code == 421,
            Self::Lost(_) => true,
        }
    }

    /// What it means when it comes in `phase`.
    pub(super) fn outcome(&self, phase: Phase) -> Outcome {
        match self {
            Self::Lost(why) if phase == Phase::Dot => Outcome::Unknown { answer: fit(why) },
            Self::Lost(why) => Outcome::Deferred { answer: fit(&format!("{}: {why}", phase.name())) },
            Self::Reply { code, text } => {
                let answer = fit(&format!("{code} {text}"));
                if is_about_the_message(*code, phase) { Outcome::Refused { answer } } else { Outcome::Deferred { answer } }
            }
        }
    }
}

/// A 5yz is final for the message only where it is about the message: before MAIL nothing was said of it, and 530, 534, 535
/// and 538 (RFC 4954, 6) are about our log-in. Those are for the operator to mend, and the mail waits.
fn is_about_the_message(code: u16, phase: Phase) -> bool {
    (500..600).contains(&code) && phase != Phase::Opening && !matches!(code, 530 | 534 | 535 | 538)
}

impl From<SmtpError> for Trouble {
    fn from(error: SmtpError) -> Self {
        let below = std::error::Error::source(&error).map(ToString::to_string);
        match error.status() {
            Some(code) => Self::Reply { code: u16::from(code), text: below.unwrap_or_default() },
            None if error.is_response() => Self::Lost(garbled(&below.unwrap_or_default())),
            None => Self::Lost(below.unwrap_or_else(|| error.to_string())),
        }
    }
}

/// lettre's words for a stream that ended and for one that is no SMTP, as an operator would say it.
fn garbled(why: &str) -> String {
    match why.rsplit_once("at: ") {
        Some((_, reply)) => format!("what came is no SMTP reply: {reply}"),
        None if why == "incomplete response" => "the server hung up".to_owned(),
        None => why.to_owned(),
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::Lost(error.to_string())
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Reply { code, text } => f.write_str(&fit(&format!("{code} {text}"))),
            Self::Lost(why) => f.write_str(&fit(why)),
        }
    }
}

impl std::error::Error for Trouble {}

#[expect(clippy::expect_used, reason = "a literal pattern")]
static ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"([^\s<>()"',;:@])[^\s<>()"',;:@]*@([^\s<>()"',;:@]+)"#).expect("a literal pattern"));

/// One line of at most 200 characters, addresses masked as `d***@clinic.example`.
pub(super) fn fit(answer: &str) -> String {
    let line: String = answer.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let masked = ADDRESS.replace_all(line.trim(), |found: &Captures<'_>| {
        let part = |index| found.get(index).map_or("", |part| part.as_str());
        format!("{}***@{}", part(1), part(2))
    });
    masked.chars().take(ANSWER_CHARS_MAX).collect()
}
