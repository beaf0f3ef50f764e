//! Connections kept for the next message. A kept one is only ever a shortcut: each is found dead before it can do harm.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::session::Session;

/// Postfix hangs up on an idle client after 300 s, others after 60 s or less.
const IDLE_MAX: Duration = Duration::from_secs(30);
/// Servers move and certificates change: a connection is not kept for ever.
const AGE_MAX: Duration = Duration::from_mins(5);
/// Servers that count messages a connection let at least a hundred pass.
const MESSAGES_MAX: u32 = 100;

#[derive(Default)]
pub(super) struct Pool {
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    /// The one put back last is last.
    kept: Vec<Kept>,
    /// Whether a task is waiting to clear what nobody takes.
    watched: bool,
}

struct Kept {
    session: Session,
    since: Instant,
}

impl Pool {
    /// The connection that was used last, if one is still good.
    pub(super) fn take(&self) -> Option<Session> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle.kept.pop()?;
        if kept.since.elapsed() <= IDLE_MAX {
            return Some(kept.session);
        }
        // The others are older still: the watching task says goodbye to them.
        idle.kept.push(kept);
        None
    }

    /// Keeps a connection, or says goodbye to one that has served its time.
    pub(super) async fn put(self: &Arc<Self>, session: Session) {
        if session.opened.elapsed() > AGE_MAX || session.messages >= MESSAGES_MAX {
            return session.quit().await;
        }
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.kept.push(Kept { session, since: Instant::now() });
        if !idle.watched {
            idle.watched = true;
            tokio::spawn(watch(Arc::downgrade(self)));
        }
    }

    /// Takes out what has been idle for too long; `None` once nothing is left to watch.
    fn lapsed(&self) -> Option<Vec<Session>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.kept.is_empty() {
            idle.watched = false;
            return None;
        }
        let lapsed = idle.kept.extract_if(.., |kept| kept.since.elapsed() > IDLE_MAX);
        Some(lapsed.map(|kept| kept.session).collect())
    }
}

async fn watch(pool: Weak<Pool>) {
    loop {
        sleep(IDLE_MAX / 3).await;
        let Some(lapsed) = pool.upgrade().and_then(|pool| pool.lapsed()) else { return };
        for session in lapsed {
            session.quit().await;
        }
    }
}
