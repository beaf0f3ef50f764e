//! The service's inside in one process: mail put in by hand, what leaves kept in a drawer.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use caseconsultant::clock::{SystemChance, SystemClock};
use caseconsultant::codebook::{Codebook, Shelf};
use caseconsultant::domain::account::{AccountStatus, NewAccount, NewConsultant};
use caseconsultant::domain::address::EmailAddress;
use caseconsultant::domain::case::{Case, CaseState};
use caseconsultant::domain::delivery::Outcome;
use caseconsultant::domain::outgoing::{ApprovedOutgoing, Outgoing};
use caseconsultant::domain::plan::{Period, Plan};
use caseconsultant::domain::policy::Policy;
use caseconsultant::drafter::grounded::Grounded;
use caseconsultant::flow::{Flow, FlowSettings, Letters, MailboxTrust, Retry, Verp};
use caseconsultant::ports::{Arrival, CaseFilter, Disposition, Mailer, Place, Received, Store};
use caseconsultant::seal::Seal;
use caseconsultant::sender_check::ReceiversWord;
use caseconsultant::store;
use jiff::SignedDuration;
use tempfile::TempDir;

use crate::store::samples;
use crate::world::work_off;

/// An acknowledgement that waits for automation is due again within this time.
pub const SOON: Duration = Duration::from_secs(12);

pub const ANSWERED: &str =
    "We gave 60 mg of ketorolac IM and want to bill J1885. How many units is that, and is there a limit for Medicare?";
pub const LEAD: &str = "lead@elsewhere.test";

/// As in every story, but quick: nothing waits, and a day is long.
pub fn policy() -> Policy {
    let day = SignedDuration::from_hours(24);
    Policy {
        confidence_min: 0.5,
        acknowledge_after: SignedDuration::ZERO,
        reopen: day,
        close_after: day,
        lapse: day,
        unknown_resends_max: 1,
        ..samples::policy()
    }
}

#[derive(Default)]
struct Drawer(Mutex<Vec<Outgoing>>);

#[async_trait]
impl Mailer for Drawer {
    async fn send(&self, message: &ApprovedOutgoing) -> Outcome {
        if message.outgoing().envelope.to.local() == "gone" {
            return Outcome::Refused { answer: "550 no such person".to_owned() };
        }
        self.0.lock().unwrap().push(message.outgoing().clone());
        Outcome::Accepted { answer: "250 taken".to_owned() }
    }

    async fn check(&self) -> anyhow::Result<String> {
        Ok("a drawer".to_owned())
    }
}

pub struct Desk {
    pub flow: Arc<Flow>,
    pub store: Arc<dyn Store>,
    pub address: String,
    drawer: Arc<Drawer>,
    mails: AtomicU32,
    pub dir: TempDir,
}

/// What became of one mail.
pub struct Became {
    pub disposition: Disposition,
    pub case: Option<Case>,
    pub sent: Vec<Outgoing>,
}

impl Desk {
    pub async fn open(address: &str, policy: Policy) -> Self {
        Self::open_with(address, policy, None).await
    }

    pub async fn open_with(address: &str, policy: Policy, verp: Option<Verp>) -> Self {
        let dir = TempDir::new().unwrap();
        let url = format!("sqlite:{}", dir.path().join("cases.sqlite").display());
        Self::assembled(&url, dir, address, policy, Letters::default(), verp).await
    }

    pub async fn with_letters(address: &str, policy: Policy, letters: Letters) -> Self {
        let dir = TempDir::new().unwrap();
        let url = format!("sqlite:{}", dir.path().join("cases.sqlite").display());
        Self::over(&url, dir, address, policy, letters).await
    }

    /// Over the store at `url`.
    pub async fn over(url: &str, dir: TempDir, address: &str, policy: Policy, letters: Letters) -> Self {
        Self::assembled(url, dir, address, policy, letters, None).await
    }

    async fn assembled(url: &str, dir: TempDir, address: &str, policy: Policy, letters: Letters, verp: Option<Verp>) -> Self {
        let seal = Seal::load_or_create(&dir.path().join("seal.key")).unwrap();
        let store = store::connect(url, seal).await.unwrap();
        store.migrate().await.unwrap();
        let own = EmailAddress::parse(address).unwrap();
        let trust = MailboxTrust { addresses: vec![own.clone()], trusted_authserv: vec!["mx.test".to_owned()] };
        let one = Plan { questions: Some(1), period: Period::Year };
        let settings = FlowSettings {
            policy,
            plans: BTreeMap::from([("one".to_owned(), one)]),
            from: own.clone(),
            from_name: "Coding desk".to_owned(),
            envelope_from: own,
            verp,
            retry: Retry { attempts_max: 3, first: SignedDuration::from_millis(10), max: SignedDuration::from_millis(10) },
            mailboxes: [("main".to_owned(), trust)].into(),
            alerts_to: vec![EmailAddress::parse(LEAD).unwrap()],
            letters,
        };
        let shelf = Shelf::of(Codebook::starter());
        let drawer = Arc::new(Drawer::default());
        let flow = Flow {
            store: Arc::clone(&store),
            mailer: Arc::clone(&drawer) as Arc<dyn Mailer>,
            drafter: Arc::new(Grounded::new(shelf.clone())),
            sender_check: Arc::new(ReceiversWord),
            hooks: Arc::new(caseconsultant::webhook::Webhooks::default()),
            attachments: crate::attachments::reader(),
            shelf,
            clock: Arc::new(SystemClock),
            chance: Arc::new(SystemChance),
            settings,
        };
        Self { flow: Arc::new(flow), store, address: address.to_owned(), drawer, mails: AtomicU32::new(0), dir }
    }

    /// A practice, a person, a blocked and a suspended one, one whose plan includes one question; and a consultant.
    pub async fn with_directory(self) -> Self {
        let account = |name: &str, addresses: &[&str], domains: &[&str], plan: &str| NewAccount {
            name: name.to_owned(),
            addresses: addresses.iter().map(|one| EmailAddress::parse(one).unwrap()).collect(),
            domains: domains.iter().map(|one| (*one).to_owned()).collect(),
            plan: plan.to_owned(),
        };
        let accounts = [
            account("Practice", &[], &["practice.test"], "standard"),
            account("Solo", &["solo@clinic.test", "solo.alias@gmail.com"], &[], "standard"),
            account("Blocked", &["bad@blocked.test"], &[], "standard"),
            account("Suspended", &["late@suspended.test"], &[], "standard"),
            account("One question", &[], &["one.test"], "one"),
        ];
        self.store.add_account(&accounts, self.flow.clock.now()).await.unwrap();
        for mut account in self.store.accounts().await.unwrap() {
            account.status = match account.name.as_str() {
                "Blocked" => AccountStatus::Blocked,
                "Suspended" => AccountStatus::Suspended,
                _ => AccountStatus::Active,
            };
            self.store.set_account(&account).await.unwrap();
        }
        let dana = NewConsultant {
            handle: "dana".to_owned(),
            name: "Dana".to_owned(),
            address: EmailAddress::parse("dana@desk.test").unwrap(),
        };
        self.store.add_consultant(&dana).await.unwrap();
        self
    }

    /// A mail arrives, and everything that can be done about it now is done.
    pub async fn comes(&self, raw: &[u8]) -> Became {
        let already = self.drawer.0.lock().unwrap().len();
        let number = self.mails.fetch_add(1, Ordering::Relaxed);
        let place = Place::Maildir { name: format!("mail{number}") };
        let arrival = Arrival { place, size: raw.len() as u64, raw: raw.to_vec(), quarantine: None };
        let received = self.store.receive("main", &[arrival], self.flow.clock.now()).await.unwrap();
        let Received::New(id) = received[0] else { panic!("a mail of its own") };
        work_off(&self.flow, SOON).await;
        let disposition = self.store.inbound(id).await.unwrap().disposition.expect("a disposition");
        let case = match disposition.case() {
            Some(case) => Some(self.store.case(case).await.unwrap()),
            None => None,
        };
        let sent = self.drawer.0.lock().unwrap()[already..].to_vec();
        Became { disposition, case, sent }
    }

    /// `sender` writes `text`; `authenticated` is what the mailbox's receiver says of it.
    pub async fn writes(&self, sender: &str, subject: &str, authenticated: &str, text: &str) -> Became {
        let number = self.mails.load(Ordering::Relaxed);
        let domain = sender.split('@').nth(1).unwrap_or_default();
        let said = match authenticated {
            "pass" => {
                format!("Authentication-Results: mx.test; dkim=pass header.d={domain}; dmarc=pass header.from={domain}\r\n")
            }
            "fail" => format!(
                "Authentication-Results: mx.test; dkim=none; spf=fail smtp.mailfrom={domain}; dmarc=fail header.from={domain}\r\n"
            ),
            _ => String::new(),
        };
        let raw = format!(
            "Return-Path: <{sender}>\r\n{said}From: Somebody <{sender}>\r\nTo: {}\r\nSubject: {subject}\r\nMessage-ID: <m{number}@{domain}>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
            self.address,
            text.replace('\n', "\r\n")
        );
        self.comes(raw.as_bytes()).await
    }

    pub fn all_sent(&self) -> Vec<Outgoing> {
        self.drawer.0.lock().unwrap().clone()
    }

    pub async fn cases(&self) -> Vec<Case> {
        self.store.cases(&CaseFilter::default()).await.unwrap()
    }
}

impl Became {
    /// One line: what it was taken for, where its case stands, what left and to whom.
    pub fn told(&self) -> String {
        let why = match &self.disposition {
            Disposition::Ignored { why } | Disposition::Quarantined { why } => format!(" ({why})"),
            Disposition::Opened { .. }
            | Disposition::Continued { .. }
            | Disposition::Reported { .. }
            | Disposition::Reviewed { .. } => String::new(),
        };
        let case = self.case.as_ref().map_or_else(String::new, |case| {
            let held = match &case.state {
                CaseState::Unmatched { why } => format!(" {why:?}"),
                CaseState::Closed { reason, .. } => format!(" {reason:?}"),
                CaseState::Queued { .. }
                | CaseState::Drafting { .. }
                | CaseState::InReview { .. }
                | CaseState::Sending { .. }
                | CaseState::AwaitingRequester { .. }
                | CaseState::Answered { .. }
                | CaseState::Undeliverable { .. } => String::new(),
            };
            let account = if case.account.is_some() { "its account" } else { "no account" };
            format!("; {}{held}, {}, {account}", case.state.name(), case.standing.name())
        });
        let mut sent: Vec<String> = self.sent.iter().map(|one| format!("{} to {}", one.kind.name(), one.envelope.to)).collect();
        // An answer and its acknowledgement are two jobs: either may be done first.
        sent.sort();
        let sent = if sent.is_empty() { "nothing is sent".to_owned() } else { sent.join(", ") };
        format!("{}{why}{case}; {sent}", self.disposition.name())
    }
}
