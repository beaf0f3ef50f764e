//! The checked layer: every command ends in the server's own OK or in an error. The library's ready-made commands take a NO, a BAD
//! and a lost connection for an empty answer, and an empty answer would move the mark past mail that nobody read.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's enums are open-ended, and a server may say anything at any time (RFC 3501, 7)"
)]

use std::collections::BTreeSet;
use std::time::Duration;

use async_imap::imap_proto::{Capability, MailboxDatum, Outcome, Response, ResponseCode, Status};
use tokio::time::timeout;

use super::error::{ImapError, words};
use super::wire::{self, LoggedIn};
use crate::mailbox::settings::MailboxSettings;
use crate::mailbox::url::ImapUrl;

/// A logged-in connection.
pub(super) struct Session {
    inner: LoggedIn,
    limit: Duration,
    /// In capitals.
    capabilities: BTreeSet<String>,
    /// The server said EXISTS since [`Session::take_news`] was asked last.
    news: bool,
    /// The UIDVALIDITY under which the folder was opened.
    pub(super) uid_validity: Option<u32>,
}

impl Session {
    pub(super) async fn open(url: &ImapUrl, settings: &MailboxSettings) -> Result<Self, ImapError> {
        let inner = wire::open(url, settings).await?;
        let limit = Duration::from_secs(settings.io_timeout_secs.max(1).into());
        let mut session = Self { inner, limit, capabilities: BTreeSet::new(), news: false, uid_validity: None };
        let mut found = BTreeSet::new();
        session
            .command("CAPABILITY", "", |response| {
                if let Response::Capabilities(all) = response {
                    found.extend(all.iter().map(capability));
                }
            })
            .await?;
        session.capabilities = found;
        Ok(session)
    }

    pub(super) fn can(&self, capability: &str) -> bool {
        self.capabilities.contains(capability)
    }

    /// Whether new mail was announced since the last time this was asked.
    pub(super) const fn take_news(&mut self) -> bool {
        std::mem::replace(&mut self.news, false)
    }

    /// Runs `command arguments`, shows every answer to `each`, the last one too, and returns once the server said OK to it.
    ///
    /// # Errors
    /// NO, BAD, BYE, the end of the stream, and silence between two answers.
    pub(super) async fn command(
        &mut self,
        command: &'static str,
        arguments: &str,
        mut each: impl FnMut(&Response<'_>),
    ) -> Result<(), ImapError> {
        let line = if arguments.is_empty() { command.to_owned() } else { format!("{command} {arguments}") };
        let tag = self.write(command, &line).await?;
        while !self.next(command, &tag, Some(self.limit), &mut each).await? {}
        Ok(())
    }

    /// Starts IDLE (RFC 2177); `None` where the server would not.
    pub(super) async fn idle(&mut self) -> Result<Option<Idle<'_>>, ImapError> {
        let tag = self.write(IDLE, IDLE).await?;
        let mut begun = false;
        // An EXISTS may come before the go-ahead; it counts.
        while !begun {
            match self.next(IDLE, &tag, Some(self.limit), |answer| begun = matches!(answer, Response::Continue(_))).await {
                Ok(false) => {}
                Ok(true) => return Err(ImapError::Lost { command: IDLE, why: "it ended before it began" }),
                Err(refused) if refused.is_refusal() => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(Idle { session: self, tag }))
    }

    async fn write(&mut self, command: &'static str, line: &str) -> Result<Tag, ImapError> {
        let written = timeout(self.limit, self.inner.run_command(line)).await.map_err(|_| self.silent(command))?;
        written.map(|id| Tag(id.0)).map_err(|error| ImapError::library(command, &error))
    }

    /// Reads one answer and shows it to `each`: true where it was the server's OK to the command.
    async fn next(
        &mut self,
        command: &'static str,
        tag: &Tag,
        limit: Option<Duration>,
        each: impl FnOnce(&Response<'_>),
    ) -> Result<bool, ImapError> {
        let read = match limit {
            Some(limit) => timeout(limit, self.inner.read_response()).await.map_err(|_| self.silent(command))?,
            None => self.inner.read_response().await,
        };
        let answer = read.map_err(|error| ImapError::io(command, &error))?;
        let answer = answer.ok_or(ImapError::Lost { command, why: "it was closed" })?;
        each(answer.parsed());
        match verdict(command, tag, answer.parsed()) {
            Some(verdict) => verdict.map(|()| true),
            None => self.notice(answer.parsed()).map(|()| false),
        }
    }

    const fn silent(&self, command: &'static str) -> ImapError {
        ImapError::Silent { command, secs: self.limit.as_secs() }
    }

    /// What any answer may carry along.
    fn notice(&mut self, answer: &Response<'_>) -> Result<(), ImapError> {
        match answer {
            Response::MailboxData(MailboxDatum::Exists(_)) => self.news = true,
            Response::Data { outcome: Outcome { code: Some(ResponseCode::UidValidity(now)), .. }, .. }
                if self.uid_validity.is_some_and(|then| then != *now) =>
            {
                return Err(ImapError::Replaced);
            }
            _ => {}
        }
        Ok(())
    }
}

const IDLE: &str = "IDLE";

struct Tag(String);

/// A running IDLE. Dropped without [`Idle::done`], the session is good for nothing more.
pub(super) struct Idle<'a> {
    session: &'a mut Session,
    tag: Tag,
}

impl Idle<'_> {
    /// Returns at the first word of new mail; never, where there is none.
    pub(super) async fn news(&mut self) -> Result<(), ImapError> {
        while !self.session.news {
            // Silence is what IDLE is for: whoever waits sets the limit.
            if self.session.next(IDLE, &self.tag, None, |_| {}).await? {
                return Err(ImapError::Lost { command: IDLE, why: "the server ended it" });
            }
        }
        Ok(())
    }

    /// Ends it. A connection that died in silence shows here, within the I/O limit.
    pub(super) async fn done(self) -> Result<(), ImapError> {
        let Self { session, tag } = self;
        let written =
            timeout(session.limit, session.inner.run_command_untagged("DONE")).await.map_err(|_| session.silent(IDLE))?;
        written.map_err(|error| ImapError::library(IDLE, &error))?;
        while !session.next(IDLE, &tag, Some(session.limit), |_| {}).await? {}
        Ok(())
    }
}

/// What an answer says of the command: `None` while it is not the last word.
fn verdict(command: &'static str, tag: &Tag, answer: &Response<'_>) -> Option<Result<(), ImapError>> {
    match answer {
        Response::Done { tag: answered, status, outcome } => {
            let text = words(outcome.information.as_deref().unwrap_or_default());
            Some(if answered.0 == tag.0 {
                match status {
                    Status::Ok => Ok(()),
                    Status::No => {
                        let try_create = matches!(outcome.code, Some(ResponseCode::TryCreate));
                        Err(ImapError::Refused { command, text, try_create })
                    }
                    Status::Bad => Err(ImapError::NotUnderstood { command, text }),
                    Status::Bye | Status::PreAuth => Err(ImapError::Bye { command, text }),
                }
            } else {
                Err(ImapError::Lost { command, why: "the server answered a command that was not given" })
            })
        }
        Response::Data { status: Status::Bye, outcome } => {
            Some(Err(ImapError::Bye { command, text: words(outcome.information.as_deref().unwrap_or_default()) }))
        }
        _ => None,
    }
}

fn capability(one: &Capability<'_>) -> String {
    match one {
        Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
        Capability::Auth(mechanism) => format!("AUTH={}", mechanism.to_uppercase()),
        Capability::Atom(name) => name.to_uppercase(),
    }
}
