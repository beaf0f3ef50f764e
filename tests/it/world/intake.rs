//! An intake at work: the real one, over a `SQLite` store in a temporary folder.

use std::sync::Arc;
use std::time::Duration;

use caseconsultant::clock::{SystemChance, SystemClock};
use caseconsultant::domain::id::InboundId;
use caseconsultant::mailbox::{self, Credentials, MailboxHealth, MailboxSettings};
use caseconsultant::ports::{Inbound, Store};
use caseconsultant::seal::Seal;
use caseconsultant::store;
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::eventually;

/// As long as a test waits for what must come.
pub const SOON: Duration = Duration::from_secs(20);

pub async fn store_in(folder: &TempDir) -> Arc<dyn Store> {
    let seal = Seal::load_or_create(&folder.path().join("key")).expect("a key");
    let store = store::connect(&format!("sqlite:{}", folder.path().join("store.sqlite").display()), seal).await.expect("a store");
    store.migrate().await.expect("a schema");
    store
}

/// For user `u1`, with limits that suit a test.
pub fn settings(url: &str) -> MailboxSettings {
    let mut settings = MailboxSettings::new("questions", url.parse().expect("a mailbox url"), Some(password("pw1")));
    settings.idle_secs = 2;
    settings.poll_secs = 1;
    settings.io_timeout_secs = 2;
    settings.reconnect_secs_max = 1;
    settings.lease_secs = 2;
    settings
}

pub fn password(text: &str) -> Credentials {
    Credentials::Password(SecretString::from(text))
}

pub struct Intake {
    pub store: Arc<dyn Store>,
    pub health: Arc<MailboxHealth>,
    pub arrived: Arc<Notify>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Intake {
    pub fn begin(settings: &MailboxSettings, store: &Arc<dyn Store>) -> Self {
        let (health, arrived, stop) = (Arc::new(MailboxHealth::new()), Arc::new(Notify::new()), CancellationToken::new());
        let task = tokio::spawn(mailbox::watch(
            settings.clone(),
            Arc::clone(store),
            Arc::clone(&arrived),
            Arc::new(SystemClock),
            Arc::new(SystemChance),
            Arc::clone(&health),
            stop.clone(),
        ));
        Self { store: Arc::clone(store), health, arrived, stop, task }
    }

    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.expect("an intake that ends");
    }

    /// As a power cut would: nothing is given back.
    pub async fn abort(self) {
        self.task.abort();
        assert!(self.task.await.is_err_and(|error| error.is_cancelled()));
    }

    /// Waits until the store holds so many messages and the intake has nothing left to take.
    pub async fn holds(&self, count: i64) {
        eventually(&format!("{count} messages in the store"), SOON, || async {
            self.store.figures().await.expect("figures").inbound >= count
        })
        .await;
        self.is_caught_up().await;
    }

    /// Waits until the intake says that it took everything, from now on.
    pub async fn is_caught_up(&self) {
        let before = self.health.condition().caught_up;
        eventually("caught up", SOON, || async { self.health.condition().caught_up > before }).await;
    }
}

pub async fn held(store: &Arc<dyn Store>) -> Vec<Inbound> {
    let count = store.figures().await.expect("figures").inbound;
    let mut all = Vec::new();
    for id in 1..=count {
        all.push(store.inbound(InboundId(id)).await.expect("a message"));
    }
    all
}

/// A question that is known by its number.
pub fn letter(number: u32) -> Vec<u8> {
    letter_of(number, 200)
}

/// With a body of at least so many bytes.
pub fn letter_of(number: u32, bytes: usize) -> Vec<u8> {
    let mut text = format!(
        "From: Dana <dana@clinic.test>\r\nTo: ask@example.test\r\nSubject: question {number}\r\nMessage-ID: <{number}@clinic.test>\r\nX-Number: {number}\r\n\r\n"
    );
    let line = "Is a modifier needed when both lines are billed on one day?  Thank you, as ever. 123\r\n";
    while text.len() < bytes {
        text.push_str(line);
    }
    text.into_bytes()
}

/// The numbers of the letters among these, ascending: what was lost is missing in it, what was doubled is in it twice.
pub fn numbers(held: &[Inbound]) -> Vec<u32> {
    let mut numbers: Vec<u32> = held.iter().filter_map(|one| number(&one.raw)).collect();
    numbers.sort_unstable();
    numbers
}

fn number(raw: &[u8]) -> Option<u32> {
    let head = String::from_utf8_lossy(&raw[..raw.len().min(8_000)]).into_owned();
    head.lines().find_map(|line| line.strip_prefix("X-Number: ")).and_then(|number| number.trim().parse().ok())
}
