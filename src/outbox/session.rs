//! One SMTP connection and what is said on it. Each step is driven by itself, so that it is known how far a message had come
//! when something broke.

use std::iter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::transport::smtp::authentication::{Credentials as Login, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::Extension;
use lettre::transport::smtp::response::{Response, Severity};
use rustls::ClientConfig;
use secrecy::ExposeSecret as _;
use tokio::time::{Instant, timeout};

use super::hold::HoldSwitch;
use super::outcome::{Phase, Trouble, fit};
use super::settings::Credentials;
use super::url::SmtpUrl;
use super::wire::Wire;
use crate::domain::address::EmailAddress;
use crate::domain::delivery::Outcome;
use crate::domain::outgoing::{Envelope, Outgoing};

/// A kept connection that does not answer MAIL within this time is taken for dead.
const KEPT_ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// How long a server that stopped reading may take to say why.
const LAST_WORDS_WITHIN: Duration = Duration::from_secs(1);
const PIECE_BYTES: usize = 64 * 1024;

/// Whom we talk to and how long we wait.
pub(super) struct Target {
    pub(super) url: SmtpUrl,
    pub(super) tls: Option<Arc<ClientConfig>>,
    pub(super) credentials: Option<(String, Credentials)>,
    pub(super) io_timeout: Duration,
    pub(super) hold: HoldSwitch,
}

pub(super) struct Session {
    smtp: AsyncSmtpConnection,
    io_timeout: Duration,
    protocol: Option<String>,
    pub(super) opened: Instant,
    /// Transactions begun on it.
    pub(super) messages: u32,
}

/// What became of a message on a session.
pub(super) enum Transaction {
    /// The kept connection was dead before the server heard of the message: take another.
    NeverBegun,
    Ended {
        outcome: Outcome,
        phase: Phase,
        /// Whether the session can carry another message.
        keep: bool,
    },
}

impl Session {
    /// Connects, greets and logs in.
    pub(super) async fn open(target: &Target) -> Result<Self, Trouble> {
        let io_timeout = target.io_timeout;
        let wire = within(io_timeout, Wire::open(&target.url, target.tls.as_ref())).await?;
        let (protocol, hello) = (wire.protocol(), wire.client_id());
        let greeting = async { Ok(AsyncSmtpConnection::connect_with_transport(Box::new(wire), &hello).await?) };
        let smtp = within(io_timeout, greeting).await?;
        let mut session = Self { smtp, io_timeout, protocol, opened: Instant::now(), messages: 0 };
        if let Some((user, credentials)) = &target.credentials {
            within(io_timeout, log_in(&mut session.smtp, user, credentials)).await?;
        }
        Ok(session)
    }

    /// One message to one recipient.
    pub(super) async fn transact(&mut self, outgoing: &Outgoing, hold: &HoldSwitch) -> Transaction {
        let kept = self.messages > 0;
        self.messages += 1;
        let Some(parameters) = self.parameters(outgoing) else {
            let answer = "this server can't carry an address beyond ASCII (no SMTPUTF8)".to_owned();
            return Transaction::Ended { outcome: Outcome::Refused { answer }, phase: Phase::Mail, keep: true };
        };
        match self.announce(&outgoing.envelope, parameters, kept).await {
            // The last moment at which nothing has left: a switch thrown since the attempt began still holds.
            Ok(()) if hold.is_on() => Transaction::Ended {
                outcome: Outcome::Deferred { answer: HoldSwitch::ANSWER.to_owned() },
                phase: Phase::Rcpt,
                keep: self.reset().await,
            },
            Ok(()) => match self.go_ahead().await {
                Ok(()) => self.hand_over(&outgoing.bytes).await,
                Err(trouble) => self.turned_down(Phase::Data, &trouble).await,
            },
            Err((Phase::Mail, trouble)) if kept && trouble.ends_connection() => Transaction::NeverBegun,
            Err((phase, trouble)) => self.turned_down(phase, &trouble).await,
        }
    }

    /// The server said no before the message was on its way.
    async fn turned_down(&mut self, phase: Phase, trouble: &Trouble) -> Transaction {
        let keep = !trouble.ends_connection() && self.reset().await;
        Transaction::Ended { outcome: trouble.outcome(phase), phase, keep }
    }

    /// MAIL and RCPT. The addresses are checked at the door and hold nothing that could end the command.
    async fn announce(&mut self, envelope: &Envelope, parameters: &str, kept: bool) -> Result<(), (Phase, Trouble)> {
        let from = envelope.from.as_ref().map_or("", EmailAddress::as_str);
        let patience = if kept { self.io_timeout.min(KEPT_ANSWERS_WITHIN) } else { self.io_timeout };
        self.command(format!("MAIL FROM:<{from}>{parameters}\r\n"), patience).await.map_err(|trouble| (Phase::Mail, trouble))?;
        let rcpt = format!("RCPT TO:<{}>\r\n", envelope.to);
        self.command(rcpt, self.io_timeout).await.map_err(|trouble| (Phase::Rcpt, trouble))?;
        Ok(())
    }

    /// DATA, and the server's word to begin.
    async fn go_ahead(&mut self) -> Result<(), Trouble> {
        let reply = self.command("DATA\r\n".to_owned(), self.io_timeout).await?;
        if reply.has_code(354) { Ok(()) } else { Err(Trouble::Lost(format!("{} instead of 354", reply.code()))) }
    }

    /// The message and its final dot. lettre stuffs leading dots and ends the last line itself, so ours goes without its own
    /// line end: the server then has exactly the bytes that were approved.
    async fn hand_over(&mut self, bytes: &[u8]) -> Transaction {
        let dot_begun = AtomicBool::new(false);
        let pieces = bytes.strip_suffix(b"\r\n").unwrap_or(bytes).chunks(PIECE_BYTES).chain(iter::from_fn(|| {
            // Asked for the piece after the last: all before it is written, and the dot comes next.
            dot_begun.store(true, Ordering::Relaxed);
            None
        }));
        let verdict_within = self.io_timeout * 2;
        let verdict = match timeout(verdict_within, self.smtp.message_iter(pieces)).await {
            Ok(verdict) => verdict.map_err(Trouble::from),
            Err(_) => Err(Trouble::timed_out(verdict_within.as_secs())),
        };
        let phase = if dot_begun.load(Ordering::Relaxed) { Phase::Dot } else { Phase::Body };
        match verdict {
            Ok(response) => {
                let answer = fit(&format!("{} {}", response.code(), response.first_line().unwrap_or_default()));
                if response.code().severity == Severity::PositiveCompletion {
                    Transaction::Ended { outcome: Outcome::Accepted { answer }, phase, keep: true }
                } else {
                    Transaction::Ended { outcome: Outcome::Unknown { answer }, phase, keep: false }
                }
            }
            Err(trouble) => {
                let trouble = if phase == Phase::Body { self.last_words(trouble).await } else { trouble };
                let keep = phase == Phase::Dot && !trouble.ends_connection();
                Transaction::Ended { outcome: trouble.outcome(phase), phase, keep }
            }
        }
    }

    /// A server that refuses in the midst of a message says so before it hangs up.
    async fn last_words(&mut self, trouble: Trouble) -> Trouble {
        match timeout(LAST_WORDS_WITHIN, self.smtp.read_response()).await {
            Ok(Err(error)) if error.status().is_some() => error.into(),
            Ok(_) | Err(_) => trouble,
        }
    }

    /// Ends a transaction that the server turned down half-way.
    async fn reset(&mut self) -> bool {
        self.command("RSET\r\n".to_owned(), self.io_timeout).await.is_ok()
    }

    /// Says goodbye, and does not wait long for an answer.
    pub(super) async fn quit(mut self) {
        let _ = timeout(LAST_WORDS_WITHIN, self.smtp.quit()).await;
    }

    /// For the operator: what the connection turned out to be.
    pub(super) fn describe(&self) -> String {
        let security = self.protocol.as_deref().unwrap_or("in the clear");
        let mechanisms = [Mechanism::Plain, Mechanism::Login, Mechanism::Xoauth2];
        let offered = mechanisms.iter().filter(|mechanism| self.smtp.server_info().supports_auth_mechanism(**mechanism));
        let offered: Vec<String> = offered.map(ToString::to_string).collect();
        let log_in = if offered.is_empty() { "no log-in offered".to_owned() } else { format!("AUTH {}", offered.join(" ")) };
        format!("{}, {security}, {log_in}", self.smtp.server_info().name())
    }

    /// What MAIL must say of the message; `None` where the server can't carry it.
    fn parameters(&self, outgoing: &Outgoing) -> Option<&'static str> {
        let from = outgoing.envelope.from.as_ref().is_none_or(|from| from.as_str().is_ascii());
        if from && outgoing.envelope.to.as_str().is_ascii() {
            return Some("");
        }
        // RFC 6531, 3.2: SMTPUTF8 brings 8BITMIME along.
        self.smtp.server_info().supports_feature(Extension::SmtpUtfEight).then_some(" SMTPUTF8 BODY=8BITMIME")
    }

    async fn command(&mut self, line: String, patience: Duration) -> Result<Response, Trouble> {
        within(patience, async { Ok(self.smtp.command(line).await?) }).await
    }
}

async fn log_in(smtp: &mut AsyncSmtpConnection, user: &str, credentials: &Credentials) -> Result<(), Trouble> {
    match credentials {
        Credentials::Password(password) => {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            if smtp.server_info().get_auth_mechanism(&mechanisms).is_none() {
                return Err(Trouble::Lost("the server offers neither AUTH PLAIN nor AUTH LOGIN".to_owned()));
            }
            smtp.auth(&mechanisms, &Login::new(user.to_owned(), password.expose_secret().to_owned())).await?;
        }
        Credentials::OAuthToken(token) => {
            let initial = STANDARD.encode(format!("user={user}\u{1}auth=Bearer {}\u{1}\u{1}", token.expose_secret()));
            let response = smtp.command(format!("AUTH XOAUTH2 {initial}\r\n")).await?;
            if response.has_code(334) {
                // The challenge tells what was wrong; the verdict comes after an empty answer to it.
                smtp.command("\r\n").await?;
            }
        }
    }
    Ok(())
}

async fn within<T>(patience: Duration, step: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    timeout(patience, step).await.unwrap_or_else(|_| Err(Trouble::timed_out(patience.as_secs())))
}
