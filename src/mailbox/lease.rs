//! One intake a mailbox. The lease spares two processes the same work; nothing is lost or doubled where both believe that they hold it,
//! because the store knows a message by its place.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::intake::Intake;
use crate::domain::id::LeaseToken;

/// Returns once the mailbox is ours.
pub(super) async fn obtain(intake: &Intake, holder: LeaseToken) {
    let mut told = false;
    loop {
        match hold(intake, holder, ttl_secs(intake)).await {
            Ok(true) => {
                intake.health.change(|it| it.standing_by = false);
                return;
            }
            Ok(false) => {
                intake.health.change(|it| it.standing_by = true);
                if !std::mem::replace(&mut told, true) {
                    tracing::info!(mailbox = intake.name(), "another process takes mail from this mailbox; standing by");
                }
            }
            Err(error) => {
                intake.health.failed(error.to_string());
                tracing::warn!(mailbox = intake.name(), %error, "the mailbox can't be leased");
            }
        }
        sleep(Duration::from_millis(250)).await;
    }
}

/// Renews the lease, and returns when it was lost.
pub(super) async fn lost(intake: &Intake, holder: LeaseToken) {
    let ttl = Duration::from_secs(ttl_secs(intake).into());
    let mut renewed = Instant::now();
    loop {
        sleep(ttl / 3).await;
        match hold(intake, holder, ttl_secs(intake)).await {
            Ok(true) => renewed = Instant::now(),
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(mailbox = intake.name(), %error, "the lease on the mailbox was not renewed");
                if renewed.elapsed() > ttl {
                    return;
                }
            }
        }
    }
}

/// Lets the next process begin at once.
pub(super) async fn release(intake: &Intake, holder: LeaseToken) {
    if let Err(error) = hold(intake, holder, 0).await {
        tracing::warn!(mailbox = intake.name(), %error, "the lease on the mailbox was not given back; it lapses by itself");
    }
}

async fn hold(intake: &Intake, holder: LeaseToken, ttl_secs: u32) -> Result<bool, crate::ports::StoreError> {
    intake.store.hold_mailbox(intake.name(), holder, ttl_secs).await
}

fn ttl_secs(intake: &Intake) -> u32 {
    intake.settings.lease_secs.max(1)
}
