//! SMTP submission: connections kept and reused, one recipient an envelope, every attempt ends in an outcome.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use async_trait::async_trait;
use metrics::{counter, histogram};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::outcome::{Phase, Trouble};
use super::pool::Pool;
use super::session::{Session, Target, Transaction};
use super::settings::{Credentials, OutboxSettings};
use super::url::{Security, SmtpUrl};
use crate::domain::delivery::Outcome;
use crate::domain::outgoing::{ApprovedOutgoing, Outgoing};
use crate::ports::Mailer;

pub(super) struct SmtpMailer {
    target: Target,
    permits: Semaphore,
    pool: Arc<Pool>,
}

impl SmtpMailer {
    pub(super) fn new(url: &SmtpUrl, settings: &OutboxSettings) -> anyhow::Result<Self> {
        let tls = match url.security {
            Security::Plain => None,
            Security::Tls | Security::StartTls => {
                Some(crate::tls::client_config(settings.ca_file.as_deref()).context("outbox: TLS can't be set up")?)
            }
        };
        let target = Target {
            url: url.clone(),
            tls,
            credentials: credentials(url, settings.credentials.as_ref())?,
            io_timeout: Duration::from_secs(u64::from(settings.io_timeout_secs.max(1))),
            hold: settings.hold.clone(),
        };
        let connections = usize::try_from(settings.connections_max.max(1))?;
        Ok(Self { target, permits: Semaphore::new(connections), pool: Arc::default() })
    }

    async fn attempt(&self, outgoing: &Outgoing) -> (Outcome, Phase) {
        if has_bare_line_end(&outgoing.bytes) {
            // RFC 5321, 2.3.8; what a server makes of it is how mail is smuggled.
            let answer = "a line of the message does not end in CRLF: it can't be sent as it was approved".to_owned();
            return (Outcome::Refused { answer }, Phase::Opening);
        }
        let Ok(_permit) = self.permits.acquire().await else {
            return (Outcome::Deferred { answer: "the outbox is closing".to_owned() }, Phase::Opening);
        };
        while let Some(session) = self.pool.take() {
            counter!("caseconsultant_outbox_connections_reused_total").increment(1);
            if let Some(ended) = self.transact(session, outgoing).await {
                return ended;
            }
            counter!("caseconsultant_outbox_connections_dead_total").increment(1);
        }
        match Session::open(&self.target).await {
            Ok(session) => {
                counter!("caseconsultant_outbox_connections_opened_total").increment(1);
                let died = || (Outcome::Deferred { answer: "the server hung up".to_owned() }, Phase::Mail);
                self.transact(session, outgoing).await.unwrap_or_else(died)
            }
            Err(trouble) => (trouble.outcome(Phase::Opening), Phase::Opening),
        }
    }

    /// `None` where the session was dead before the message was announced on it.
    async fn transact(&self, mut session: Session, outgoing: &Outgoing) -> Option<(Outcome, Phase)> {
        match session.transact(outgoing, &self.target.hold).await {
            Transaction::NeverBegun => None,
            Transaction::Ended { outcome, phase, keep } => {
                if keep {
                    self.pool.put(session).await;
                }
                Some((outcome, phase))
            }
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, message: &ApprovedOutgoing) -> Outcome {
        let outgoing = message.outgoing();
        let started = Instant::now();
        let (outcome, phase) = self.attempt(outgoing).await;
        let elapsed = started.elapsed();
        counter!("caseconsultant_outbox_attempts_total", "outcome" => outcome.name()).increment(1);
        histogram!("caseconsultant_outbox_attempt_seconds").record(elapsed.as_secs_f64());
        tracing::info!(
            outgoing = %outgoing.id,
            kind = outgoing.kind.name(),
            outcome = outcome.name(),
            phase = phase.name(),
            answer = outcome.answer(),
            elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            "attempt ended"
        );
        outcome
    }

    fn held(&self) -> bool {
        self.target.hold.is_on()
    }

    async fn check(&self) -> anyhow::Result<String> {
        let url = &self.target.url;
        match Session::open(&self.target).await {
            Ok(session) => {
                let log_in = match &self.target.credentials {
                    Some(_) => "logged in",
                    None => "no log-in configured",
                };
                let found = format!("{}:{}: {}, {log_in}", url.host, url.port, session.describe());
                session.quit().await;
                Ok(found)
            }
            Err(trouble) => {
                let mend = mend(&trouble, url);
                Err(anyhow::Error::new(trouble).context(format!("{}:{}: {mend}", url.host, url.port)))
            }
        }
    }
}

/// A log-in needs both halves.
fn credentials(url: &SmtpUrl, credentials: Option<&Credentials>) -> anyhow::Result<Option<(String, Credentials)>> {
    match (&url.user, credentials) {
        (Some(user), Some(credentials)) => Ok(Some((user.clone(), credentials.clone()))),
        (None, None) => Ok(None),
        (Some(_), None) => bail!("outbox url names a user: set `password` (or `password_file`), or `oauth`, in [outbox]"),
        (None, Some(_)) => bail!("[outbox] has a password but its url names no user: write smtps://USER@HOST:PORT"),
    }
}

/// What an operator should do about a connection that did not come about.
fn mend(trouble: &Trouble, url: &SmtpUrl) -> &'static str {
    match trouble {
        Trouble::Reply { code: 534 | 535 | 538, .. } => {
            "the log-in was refused: look at the user in `url` and at `password` or `oauth`"
        }
        Trouble::Reply { code: 530, .. } => {
            "the server wants a log-in or TLS first: put USER@ into `url`, and use smtps:// or ?starttls"
        }
        Trouble::Reply { .. } => "the server turned us away: its words follow",
        Trouble::Lost(why) if why.starts_with("TLS") && why.contains("ertificate") => {
            "the server's certificate is not trusted: set `ca_file` to its authority, or the host name in `url` to the certificate's"
        }
        Trouble::Lost(why) if why.contains("STARTTLS") => "use smtps:// (port 465), or a port that offers STARTTLS (587)",
        Trouble::Lost(why) if why.contains("refused") => {
            "nothing listens there: look at host and port, and whether the server runs"
        }
        Trouble::Lost(why) if why.contains("AUTH") => {
            "look whether the log-in is offered on this port, or leave USER@ and `password` out"
        }
        Trouble::Lost(_) if url.security == Security::StartTls => {
            "no conversation: look at host and port, or use smtps:// where the port speaks TLS from the start"
        }
        Trouble::Lost(_) => {
            "no conversation: look at host and port, at the firewall, and whether the port speaks TLS from the start"
        }
    }
}

fn has_bare_line_end(bytes: &[u8]) -> bool {
    let mut previous = 0_u8;
    for &byte in bytes {
        if (previous == b'\r') != (byte == b'\n') {
            return true;
        }
        previous = byte;
    }
    previous == b'\r'
}
