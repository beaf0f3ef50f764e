//! Wiring and shutdown: the only file that names every adapter.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;
use jiff::SignedDuration;
use secrecy::ExposeSecret as _;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::attachments;
use crate::clock::{Chance, Clock, SystemChance, SystemClock};
use crate::codebook::Shelf;
use crate::config::{Config, OutboxConfig};
use crate::desk::{Desk, DeskSettings, Probe, Readiness};
use crate::domain::address::EmailAddress;
use crate::domain::job::{JobState, JobView};
use crate::domain::policy::Editions;
use crate::drafter::grounded::Grounded;
use crate::flow::{Flow, FlowSettings, Letters, MailboxTrust, Retry, Verp};
use crate::mailbox::{self, MailboxHealth, MailboxSettings};
use crate::outbox;
use crate::ports::{Mailer, SenderCheck, Store};
use crate::seal::Seal;
use crate::sender_check::{OwnCheck, ReceiversWord};
use crate::store;
use crate::webhook::Webhooks;
use crate::worker::{self, WorkerSettings};

/// The parts of the service that one process may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    pub intake: bool,
    pub work: bool,
}

impl Parts {
    pub const ALL: Self = Self { intake: true, work: true };
}

/// The service, put together.
pub struct App {
    pub flow: Arc<Flow>,
    pub store: Arc<dyn Store>,
    pub mailboxes: Vec<(MailboxSettings, Arc<MailboxHealth>)>,
    worker: WorkerSettings,
    wake: Arc<Notify>,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
}

/// Opens the store that the configuration names, its schema brought up to date where `migrate` says so.
pub async fn open_store(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    std::fs::create_dir_all(&config.data_dir).with_context(|| {
        format!("data_dir {} can't be made: name a folder that this user may write", config.data_dir.display())
    })?;
    store::connect(config.store.url.expose_secret(), open_seal(config)?).await
}

/// The seal of the configured key, or of the key file inside `data_dir`.
fn open_seal(config: &Config) -> anyhow::Result<Seal> {
    match &config.privacy.key {
        Some(key) => Seal::from_key_text(key.expose_secret()),
        None => Seal::load_or_create(&config.data_dir.join("seal.key")),
    }
}

impl App {
    /// Puts the service together: schema up to date, adapters made, nothing running yet. `editions` holds where the
    /// configuration says nothing.
    pub async fn open(config: &Config, editions: Editions) -> anyhow::Result<Self> {
        let store = open_store(config).await?;
        store.migrate().await.context("the store's schema could not be brought up to date")?;
        let outbox = config.outbox.as_ref().context("[outbox] is not configured, so no answer could leave")?;
        let mailer = outbox::connect(&outbox.settings)?;
        Self::assemble(config, outbox, editions, store, mailer, Arc::new(SystemClock), Arc::new(SystemChance))
    }

    /// As [`Self::open`] over a given store, mailer, clock and chance.
    pub fn assemble(
        config: &Config,
        outbox: &OutboxConfig,
        editions: Editions,
        store: Arc<dyn Store>,
        mailer: Arc<dyn Mailer>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> anyhow::Result<Self> {
        let shelf = Shelf::open(&config.codebook.dir).context("the codebook can't be opened")?;
        let flow = Flow {
            store: Arc::clone(&store),
            mailer,
            drafter: Arc::new(Grounded::new(shelf.clone())),
            sender_check: sender_check(config)?,
            hooks: Arc::new(Webhooks::new(&config.webhooks)?),
            attachments: attachments::Reader {
                program: std::env::current_exe().context("finding this program's own file")?,
                limits: limits(config),
            },
            shelf,
            clock: Arc::clone(&clock),
            chance: Arc::clone(&chance),
            settings: FlowSettings {
                verp: verp(config, outbox)?,
                ..flow_settings(config, outbox, editions, open_seal(config)?.derived("keys and links in mails"))
            },
        };
        let mailboxes =
            config.mailbox_settings().into_iter().map(|settings| (settings, Arc::new(MailboxHealth::new()))).collect();
        let worker = WorkerSettings { concurrency: config.worker.concurrency, lease_secs: config.worker.lease_secs };
        Ok(Self { flow: Arc::new(flow), store, mailboxes, worker, wake: Arc::new(Notify::new()), clock, chance })
    }

    /// Whether everything that came in has been taken through as far as it goes without a person or more time: every
    /// mailbox caught up since `since`, and no job due within `within_secs`.
    pub async fn is_quiet(&self, since: jiff::Timestamp, within_secs: f64) -> bool {
        let caught_up = self.mailboxes.iter().all(|(_, health)| health.condition().caught_up.is_some_and(|at| at >= since));
        if !caught_up {
            return false;
        }
        // One look at all of them: between two looks a job may go from due to leased, and be seen by neither.
        let late = |at: jiff::Timestamp| at.duration_since(self.clock.now()).as_secs_f64() > within_secs;
        let at_rest = |job: &JobView| match job.state {
            JobState::Ready => late(job.run_at),
            JobState::Leased => false,
            JobState::Done | JobState::Dead => true,
        };
        self.store.jobs(false).await.is_ok_and(|jobs| jobs.iter().all(at_rest))
    }

    /// What has to answer for the parts to count as ready.
    pub fn readiness(&self, parts: Parts) -> Readiness {
        let store = Arc::clone(&self.store);
        let mut probes: Vec<(String, Probe)> = vec![(
            "store".to_owned(),
            Box::new(move || {
                let store = Arc::clone(&store);
                Box::pin(async move { store.ready().await.map_err(|error| error.to_string()) })
            }),
        )];
        if parts.intake {
            for (settings, health) in &self.mailboxes {
                let health = Arc::clone(health);
                let probe: Probe = Box::new(move || {
                    let condition = health.condition();
                    let why = condition.last_error.unwrap_or_else(|| "not connected yet".to_owned());
                    let ready = condition.connected || condition.standing_by;
                    Box::pin(async move { if ready { Ok(()) } else { Err(why) } })
                });
                probes.push((format!("mailbox.{}", settings.name), probe));
            }
        }
        if parts.work {
            let mailer = Arc::clone(&self.flow.mailer);
            probes.push((
                "outbox".to_owned(),
                Box::new(move || {
                    let mailer = Arc::clone(&mailer);
                    Box::pin(async move { mailer.check().await.map(|_| ()).map_err(|error| format!("{error:#}")) })
                }),
            ));
        }
        Readiness::new(probes)
    }

    /// The web side over this service, for the parts that run beside it.
    pub fn desk(&self, config: &Config, parts: Parts) -> anyhow::Result<Arc<Desk>> {
        let secret = open_seal(config)?.derived("the desk's cookies and links");
        let settings = DeskSettings { secret, public_url: config.desk.public_url.clone() };
        Ok(Arc::new(Desk::new(Arc::clone(&self.flow), self.readiness(parts), &settings)))
    }

    /// Runs until stopped, then lets what is under way come to its end.
    pub async fn run(&self, parts: Parts, stop: &CancellationToken) {
        let mut running = JoinSet::new();
        if parts.intake {
            for (settings, health) in &self.mailboxes {
                running.spawn(mailbox::watch(
                    settings.clone(),
                    Arc::clone(&self.store),
                    Arc::clone(&self.wake),
                    Arc::clone(&self.clock),
                    Arc::clone(&self.chance),
                    Arc::clone(health),
                    stop.clone(),
                ));
            }
        }
        if parts.work {
            running.spawn(worker::work(Arc::clone(&self.flow), self.worker, Arc::clone(&self.wake), stop.clone()));
        }
        while running.join_next().await.is_some() {}
    }
}

fn limits(config: &Config) -> attachments::Limits {
    let of = &config.attachments;
    attachments::Limits {
        file_bytes_max: of.file_bytes_max as usize,
        unpacked_bytes_max: of.unpacked_bytes_max.into(),
        pages_max: of.pages_max as usize,
        text_chars_max: of.text_chars_max as usize,
        secs_max: of.secs_max,
        memory_mebibytes_max: of.memory_mebibytes_max,
        files_max: of.files_max as usize,
    }
}

fn sender_check(config: &Config) -> anyhow::Result<Arc<dyn SenderCheck>> {
    let settings = &config.sender_check;
    if !settings.own {
        return Ok(Arc::new(ReceiversWord));
    }
    Ok(Arc::new(OwnCheck::new(settings.nameserver, settings.received_by.clone())?))
}

/// What makes a reverse-path for each message, where the configuration asks for it.
fn verp(config: &Config, outbox: &OutboxConfig) -> anyhow::Result<Option<Verp>> {
    if !outbox.verp {
        return Ok(None);
    }
    Ok(Some(Verp::new(open_seal(config)?.derived("the envelope senders of our mail"))))
}

/// Where people open the desk: as configured; on this machine alone, where it listens. An address of a network interface is
/// none that a mail may name.
fn opened_at(config: &Config) -> Option<String> {
    let here = config.desk.listen.filter(|at| at.ip().is_loopback() && at.port() != 0);
    config.desk.public_url.clone().or_else(|| here.map(|at| format!("http://{at}")))
}

fn flow_settings(config: &Config, outbox: &OutboxConfig, editions: Editions, secret: [u8; 32]) -> FlowSettings {
    let mailboxes: BTreeMap<String, MailboxTrust> = config
        .mailboxes
        .iter()
        .map(|(name, mailbox)| {
            let addresses: Vec<EmailAddress> = vec![mailbox.address.clone()];
            (name.clone(), MailboxTrust { addresses, trusted_authserv: mailbox.trusted_authserv.clone() })
        })
        .collect();
    FlowSettings {
        policy: config.policy.policy(editions),
        plans: config.policy.plans.clone(),
        from: outbox.from.clone(),
        from_name: outbox.from_name.clone(),
        envelope_from: outbox.envelope_from.clone(),
        verp: None,
        retry: Retry {
            attempts_max: outbox.attempts_max,
            first: SignedDuration::from_secs(outbox.retry_secs_first.into()),
            max: SignedDuration::from_secs(outbox.retry_secs_max.into()),
        },
        mailboxes,
        alerts_to: config.policy.alerts_to.clone(),
        letters: Letters { secret, review_by_mail: config.policy.review_by_mail, public_url: opened_at(config) },
    }
}
