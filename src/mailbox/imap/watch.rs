//! The life of an intake: connect, catch up, wait, and begin again after whatever went wrong.

use std::convert::Infallible;
use std::time::Duration;

use metrics::counter;
use tokio::time::{Instant, sleep, timeout};

use super::catch_up::{CatchUp, Trouble, begin};
use super::error::ImapError;
use super::session::Session;
use crate::mailbox::intake::Intake;
use crate::mailbox::settings::After;
use crate::mailbox::url::ImapUrl;

/// The first wait before connecting again; each further one is twice as long.
const RECONNECT_MILLIS_FIRST: u64 = 250;
/// How often the folder is compared with the store below the mark.
const COMPARE_SECS: u64 = 3600;
/// Servers hold a notice back so soon after the last one (Dovecot for half a second): for a spell after news the folder is looked at this often.
const BUSY_LOOK: Duration = Duration::from_millis(100);
const BUSY_SPELL: Duration = Duration::from_secs(2);
/// Providers lock an account that keeps knocking with a wrong password.
const LOG_IN_REFUSED_SECS: u64 = 30;

/// Runs until it is dropped.
pub(in crate::mailbox) async fn watch(intake: &Intake, url: &ImapUrl) -> Infallible {
    let mut memory = Memory::default();
    loop {
        let Err(error) = session(intake, url, &mut memory).await;
        let wait = wait(intake, &error, memory.failures);
        memory.failures = memory.failures.saturating_add(1);
        intake.health.failed(error.to_string());
        counter!("caseconsultant_mailbox_reconnects_total", "mailbox" => intake.name().to_owned()).increment(1);
        tracing::warn!(mailbox = intake.name(), %error, wait_millis = wait.as_millis(), "the mailbox session ended; connecting again");
        sleep(wait).await;
    }
}

/// What outlives a session.
#[derive(Default)]
struct Memory {
    /// In a row.
    failures: u32,
    trouble: Trouble,
    /// When the folder was compared with the store.
    compared: Option<Instant>,
}

/// Exponential, with half of it left to chance so that many clients do not come back at once.
fn wait(intake: &Intake, error: &ImapError, failures: u32) -> Duration {
    let max = Duration::from_secs(intake.settings.reconnect_secs_max.max(1).into());
    let doubled = Duration::from_millis(RECONNECT_MILLIS_FIRST.saturating_mul(1 << failures.min(20)));
    let least = if matches!(error, ImapError::LogIn(_)) { Duration::from_secs(LOG_IN_REFUSED_SECS) } else { Duration::ZERO };
    doubled.max(least).min(max).mul_f64(0.5 + intake.chance.fraction() / 2.0)
}

async fn session(intake: &Intake, url: &ImapUrl, memory: &mut Memory) -> Result<Infallible, ImapError> {
    let mut session = Session::open(url, &intake.settings).await?;
    let mut idles = session.can("IDLE");
    let mut last_news: Option<Instant> = None;
    if !idles {
        tracing::info!(mailbox = intake.name(), poll_secs = intake.settings.poll_secs, "the server lacks IDLE; polling");
    }
    loop {
        // Opened anew after every quiet spell: only this tells of a folder that was recreated behind an open session.
        let folder = session.select(&url.folder, intake.settings.after == After::Leave).await?;
        let cursor = intake.store.cursor(intake.name()).await?;
        let mark = begin(cursor, &folder);
        if cursor.is_some_and(|cursor| cursor != mark) {
            tracing::warn!(mailbox = intake.name(), "the folder was recreated or reset; reading it from the start");
            // Written at once: a UIDNEXT that has grown past the old mark by the next start would hide the reset.
            intake.store.advance(intake.name(), mark).await?;
        }
        intake.health.contact(intake.clock.now());
        let mut catch_up = CatchUp { intake, session: &mut session, folder, mark, trouble: &mut memory.trouble, owes: false };
        if memory.compared.is_none_or(|compared| compared.elapsed() > Duration::from_secs(COMPARE_SECS)) {
            catch_up.overlooked().await?;
            memory.compared = Some(Instant::now());
        }
        catch_up.owed().await?;
        loop {
            catch_up.newer().await?;
            memory.failures = 0;
            intake.health.caught_up(intake.clock.now());
            match quiet(intake, catch_up.session, &mut idles, last_news).await? {
                Woken::News => {
                    last_news = Some(Instant::now());
                    counter!("caseconsultant_mailbox_wakeups_total", "mailbox" => intake.name().to_owned()).increment(1);
                }
                Woken::Nothing => break,
            }
        }
    }
}

enum Woken {
    News,
    Nothing,
}

/// Waits for word of new mail, or until it is time to look without any.
async fn quiet(intake: &Intake, session: &mut Session, idles: &mut bool, last_news: Option<Instant>) -> Result<Woken, ImapError> {
    if session.take_news() {
        return Ok(Woken::News);
    }
    while *idles {
        let Some(mut idle) = session.idle().await? else {
            *idles = false;
            break;
        };
        let busy = last_news.is_some_and(|at| at.elapsed() < BUSY_SPELL);
        let limit = if busy { BUSY_LOOK } else { Duration::from_secs(intake.settings.idle_secs.max(1).into()) };
        if let Ok(news) = timeout(limit, idle.news()).await {
            news?;
        }
        // What the server kept back it tells at the end of the IDLE.
        idle.done().await?;
        if session.take_news() {
            return Ok(Woken::News);
        }
        if !busy {
            return Ok(Woken::Nothing);
        }
    }
    sleep(Duration::from_secs(intake.settings.poll_secs.max(1).into())).await;
    Ok(Woken::Nothing)
}
