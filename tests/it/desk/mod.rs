//! The web side over a real listener: bytes of HTTP in, pages out.

mod admin;
mod api;
mod askers;
mod at_size;
mod by_keys;
mod cases;
mod checks;
mod codes;
mod doors;
mod fuzzed;
mod http;
mod in_pictures;
mod layouts;
mod together;

use std::sync::Arc;

use caseconsultant::clock::{SystemChance, SystemClock};
use caseconsultant::codebook::{Codebook, Shelf};
use caseconsultant::desk::{self, Desk, DeskSettings, Readiness};
use caseconsultant::domain::address::EmailAddress;
use caseconsultant::domain::policy::Policy;
use caseconsultant::drafter::grounded::Grounded;
use caseconsultant::flow::{Flow, FlowSettings, MailboxTrust, Retry};
use caseconsultant::outbox::{self, OutboxSettings};
use caseconsultant::ports::Store;
use caseconsultant::sender_check::ReceiversWord;
use caseconsultant::store;
use jiff::SignedDuration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::store::samples;
pub use http::Browser;

/// The service's inside with its web side on a loopback port; mail leaves into a Maildir.
pub struct World {
    pub flow: Arc<Flow>,
    pub store: Arc<dyn Store>,
    pub port: u16,
    stop: CancellationToken,
    dir: TempDir,
}

impl World {
    pub async fn open() -> Self {
        Self::under(samples::policy()).await
    }

    pub async fn under(policy: Policy) -> Self {
        Self::opened_at(policy, Some("https://desk.example")).await
    }

    pub async fn opened_at(policy: Policy, public_url: Option<&str>) -> Self {
        let dir = TempDir::new().unwrap();
        let url = format!("sqlite:{}", dir.path().join("cases.sqlite").display());
        Self::over(&url, dir, policy, public_url).await
    }

    /// Over an empty store of either engine.
    pub async fn over(url: &str, dir: TempDir, policy: Policy, public_url: Option<&str>) -> Self {
        let store = store::connect(url, crate::store::seal()).await.unwrap();
        store.migrate().await.unwrap();
        let outbox = OutboxSettings::new(format!("maildir:{}", dir.path().join("replies").display()).parse().unwrap(), None);
        let from = EmailAddress::parse("ask@desk.example").unwrap();
        let trust = MailboxTrust { addresses: vec![from.clone()], trusted_authserv: vec!["example.test".to_owned()] };
        let shelf = Shelf::of(Codebook::starter());
        let flow = Arc::new(Flow {
            attachments: crate::attachments::reader(),
            store: Arc::clone(&store),
            mailer: outbox::connect(&outbox).unwrap(),
            drafter: Arc::new(Grounded::new(shelf.clone())),
            sender_check: Arc::new(ReceiversWord),
            hooks: Arc::new(caseconsultant::webhook::Webhooks::default()),
            shelf,
            clock: Arc::new(SystemClock),
            chance: Arc::new(SystemChance),
            settings: FlowSettings {
                plans: std::collections::BTreeMap::new(),
                policy,
                from: from.clone(),
                from_name: "Coding desk".to_owned(),
                envelope_from: from,
                verp: None,
                retry: Retry { attempts_max: 3, first: SignedDuration::from_secs(1), max: SignedDuration::from_secs(1) },
                mailboxes: [("main".to_owned(), trust)].into(),
                alerts_to: Vec::new(),
                letters: caseconsultant::flow::Letters { public_url: public_url.map(str::to_owned), ..Default::default() },
            },
        });
        let settings = DeskSettings { secret: [7; 32], public_url: None };
        let desk = Arc::new(Desk::new(Arc::clone(&flow), Readiness::default(), &settings));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let stop = CancellationToken::new();
        tokio::spawn(desk::serve(listener, desk, stop.clone()));
        Self { flow, store, port, stop, dir }
    }

    /// Everything that has left, as its reader sees it: recipient and text.
    pub fn left(&self) -> Vec<(String, String)> {
        let read = |raw: &[u8]| caseconsultant::parse::read(raw, &caseconsultant::parse::ReadOptions::default());
        let mut found = Vec::new();
        for folder in ["new", "cur"] {
            for entry in std::fs::read_dir(self.dir.path().join("replies").join(folder)).into_iter().flatten().flatten() {
                let mail = read(&std::fs::read(entry.path()).unwrap());
                found.push((mail.to[0].address.clone(), mail.text));
            }
        }
        found
    }

    /// The store's file.
    pub fn database(&self) -> std::path::PathBuf {
        self.dir.path().join("cases.sqlite")
    }

    /// Somebody with a browser that keeps its cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(self.port)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
