//! The only place that orders effects: load, decide, commit. The files stand in the order of a case's life.

pub mod admit;
pub mod askers;
pub mod by_mail;
pub mod desk;
pub mod draft;
pub mod hooks;
pub mod review;
pub mod send;
pub mod settle;
pub mod would;

mod attached;
mod letter;
mod reported;
mod verp;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::attachments;
use crate::clock::{Chance, Clock};
use crate::codebook::Shelf;
use crate::domain::address::EmailAddress;
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::case::Case;
use crate::domain::job::Lease;
use crate::domain::plan::Plans;
use crate::domain::policy::Policy;
use crate::domain::transition::{Command, Refusal, Transition, decide};
pub use verp::Verp;

use crate::ports::{Change, Drafter, Hooks, Mailer, SenderCheck, Store, StoreError};

/// The flow with everything it needs of the world.
pub struct Flow {
    pub store: Arc<dyn Store>,
    pub mailer: Arc<dyn Mailer>,
    pub drafter: Arc<dyn Drafter>,
    pub sender_check: Arc<dyn SenderCheck>,
    pub hooks: Arc<dyn Hooks>,
    pub attachments: attachments::Reader,
    /// The codebook in use, taken anew for each job.
    pub shelf: Shelf,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    pub settings: FlowSettings,
}

/// What an operator decides about the flow.
#[derive(Debug, Clone)]
pub struct FlowSettings {
    pub policy: Policy,
    /// What each plan includes.
    pub plans: Plans,
    /// The address that answers come from, and the name beside it.
    pub from: EmailAddress,
    pub from_name: String,
    /// The reverse-path; `from` where none is named.
    pub envelope_from: EmailAddress,
    /// Where set, each message's own reverse-path is made from it.
    pub verp: Option<Verp>,
    pub retry: Retry,
    pub mailboxes: BTreeMap<String, MailboxTrust>,
    /// Who hears of what needs a person.
    pub alerts_to: Vec<EmailAddress>,
    pub letters: Letters,
}

/// What stands behind the keys and links in our own mails.
#[derive(Clone, Default)]
pub struct Letters {
    /// What keys and links are made from.
    pub secret: [u8; 32],
    /// Whether a draft that waits is mailed to its reviewers.
    pub review_by_mail: bool,
    /// The address of the desk that people open, where it is configured.
    pub public_url: Option<String>,
}

/// Says nothing of the secret.
impl std::fmt::Debug for Letters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letters").field("review_by_mail", &self.review_by_mail).finish_non_exhaustive()
    }
}

/// What is believed of the mail in one mailbox.
#[derive(Debug, Clone, Default)]
pub struct MailboxTrust {
    /// The addresses people write to.
    pub addresses: Vec<EmailAddress>,
    /// Suffixes of the authserv-ids whose Authentication-Results count.
    pub trusted_authserv: Vec<String>,
}

/// How often and how fast a message is tried again.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    pub attempts_max: u32,
    pub first: SignedDuration,
    pub max: SignedDuration,
}

impl Retry {
    /// The wait after `attempts` attempts: doubling from `first` to `max`, less up to a quarter by `chance` (0..1).
    pub fn wait(&self, attempts: u32, chance: f64) -> SignedDuration {
        let doubled = self.first.checked_mul(1_i32 << attempts.saturating_sub(1).min(20)).unwrap_or(self.max);
        let wait = doubled.min(self.max);
        SignedDuration::try_from_secs_f64(wait.as_secs_f64() * chance.mul_add(-0.25, 1.0)).unwrap_or(wait)
    }
}

/// Why a step of the flow did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Something of our own making that trying again won't mend.
    #[error("{0:#}")]
    Failed(#[from] anyhow::Error),
}

pub type Flowing<T> = Result<T, FlowError>;

impl Flow {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Decides a command and builds the change that carries it out.
    fn change(&self, case: &Case, actor: Actor, command: &Command, lease: Option<Lease>) -> Result<Change, Refusal> {
        let now = self.now();
        let transition = decide(case, actor, command, &self.settings.policy, now)?;
        let audit = audited(case, actor, command, &transition);
        let (after, jobs) = applied(case, transition, now);
        Ok(Change {
            before: case.clone(),
            after,
            jobs,
            audit: vec![audit],
            draft: None,
            freeze: None,
            budget: None,
            delivery: None,
            note: None,
            reading: None,
            sampled: false,
            now,
            lease,
        })
    }

    /// Adds a further command to a change, so that both are one transaction.
    fn and_then(&self, mut change: Change, actor: Actor, command: &Command) -> Result<Change, Refusal> {
        let transition = decide(&change.after, actor, command, &self.settings.policy, change.now)?;
        change.audit.push(audited(&change.after, actor, command, &transition));
        let (after, jobs) = applied(&change.after, transition, change.now);
        change.after = after;
        change.jobs.extend(jobs);
        Ok(change)
    }
}

fn applied(case: &Case, transition: Transition, now: Timestamp) -> (Case, Vec<crate::domain::job::NewJob>) {
    let after = Case {
        id: case.id,
        version: case.version + 1,
        round: transition.round,
        state: transition.to,
        account: transition.account,
        standing: case.standing,
        requester: case.requester.clone(),
        subject: case.subject.clone(),
        received: if transition.round == case.round { case.received } else { now },
        changed: now,
        current: transition.current,
        linked: transition.linked,
    };
    (after, transition.jobs)
}

fn audited(case: &Case, actor: Actor, command: &Command, transition: &Transition) -> AuditEvent {
    let mut detail = serde_json::json!({
        "from": case.state.name(),
        "to": transition.to.name(),
        "version": case.version + 1,
        "round": transition.round,
    });
    if let (Some(current), Some(map)) = (transition.current, detail.as_object_mut()) {
        map.insert("outgoing".to_owned(), current.to_string().into());
    }
    AuditEvent { actor, case: Some(case.id), event: command.name().to_owned(), detail }
}
