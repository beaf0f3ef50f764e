//! The configuration: layers of TOML and environment, read once and checked whole.
//!
//! Defaults (`config/default.toml`, embedded) lie under the operator's file, which lies under the environment
//! (`CASECONSULTANT__SECTION__KEY`). Every problem is reported, not the first; each says the key, what is wrong and
//! what to do. Secrets are `SecretString`s and show in no `Debug`.

mod layers;
mod read;
mod sections;
mod webhooks;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

pub use layers::EnvLayer;
pub use sections::PolicyConfig;

use crate::domain::address::EmailAddress;
use crate::mailbox::MailboxSettings;
use crate::outbox::OutboxSettings;
use crate::webhook::HookSettings;

/// The file that is read where no `--config` names one.
pub const DEFAULT_FILE: &str = "caseconsultant.toml";

/// One thing wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `section.key`, or the file where it can't be read at all.
    pub key: String,
    pub wrong: String,
    pub mend: String,
}

/// Everything that is wrong with the configuration, at once.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(|p| format!("{}: {}; {}", p.key, p.wrong, p.mend)).collect::<Vec<_>>().join("\n"))]
pub struct InvalidConfig(pub Vec<Problem>);

/// The whole configuration, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The operator's file, where there is one.
    pub file: Option<PathBuf>,
    pub data_dir: PathBuf,
    pub store: StoreConfig,
    pub codebook: CodebookConfig,
    /// By name, in order of name.
    pub mailboxes: BTreeMap<String, MailboxConfig>,
    pub outbox: Option<OutboxConfig>,
    /// In order of name.
    pub webhooks: Vec<HookSettings>,
    pub worker: WorkerConfig,
    pub sender_check: SenderCheckConfig,
    pub attachments: AttachmentsConfig,
    pub policy: PolicyConfig,
    pub desk: DeskConfig,
    /// Where `/metrics` is served.
    pub metrics_listen: Option<SocketAddr>,
    pub privacy: PrivacyConfig,
}

#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// `sqlite:PATH` or `postgres://…`; a secret, since the latter may hold a password.
    pub url: SecretString,
}

#[derive(Debug, Clone)]
pub struct CodebookConfig {
    /// Where editions lie; the starter edition inside the program is read where there is none.
    pub dir: PathBuf,
    /// The licence text that lets CPT wording be imported and shown.
    pub cpt_licence: Option<String>,
    /// The same for CDT.
    pub cdt_licence: Option<String>,
}

#[derive(Debug, Clone)]
pub struct MailboxConfig {
    /// What its intake is told.
    pub settings: MailboxSettings,
    /// The address that people write to.
    pub address: EmailAddress,
    /// Whose Authentication-Results are believed: an authserv-id that equals one of these or ends in `.` and one of them.
    pub trusted_authserv: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct OutboxConfig {
    /// What its transport is told.
    pub settings: OutboxSettings,
    pub from: EmailAddress,
    /// The name shown beside `from`.
    pub from_name: String,
    /// Where bounces go.
    pub envelope_from: EmailAddress,
    /// Whether each message gets a reverse-path of its own, a sub-address of `envelope_from`.
    pub verp: bool,
    pub attempts_max: u32,
    pub retry_secs_first: u32,
    pub retry_secs_max: u32,
}

#[derive(Debug, Clone)]
pub struct SenderCheckConfig {
    /// Whether the name servers are asked about mail of which no trusted receiver said anything.
    pub own: bool,
    /// The name server that is asked; the system's where none is named.
    pub nameserver: Option<SocketAddr>,
    /// Suffixes of the hosts whose `Received` field is believed.
    pub received_by: Vec<String>,
}

/// How much of attached files is read.
#[derive(Debug, Clone, Copy)]
pub struct AttachmentsConfig {
    pub file_bytes_max: u32,
    /// What a packed document may unpack to.
    pub unpacked_bytes_max: u32,
    pub pages_max: u32,
    pub text_chars_max: u32,
    pub secs_max: u32,
    pub memory_mebibytes_max: u32,
    /// Files of one mail.
    pub files_max: u32,
}

#[derive(Debug, Clone, Copy)]
pub struct WorkerConfig {
    pub concurrency: u32,
    pub lease_secs: u32,
}

#[derive(Debug, Clone)]
pub struct DeskConfig {
    /// No desk is opened where this is missing.
    pub listen: Option<SocketAddr>,
    pub public_url: Option<String>,
}

#[derive(Debug, Clone)]
pub struct PrivacyConfig {
    /// What raw mail is sealed with; where it is missing a key file inside `data_dir` is made and used.
    pub key: Option<SecretString>,
    /// How long the bytes of a mail are kept, attachments with them.
    pub raw_retention_days: u32,
    /// How long a closed case keeps its content.
    pub case_retention_days: u32,
}

impl Config {
    /// Reads the file (`None`: `./caseconsultant.toml` where it exists) and the process's environment.
    ///
    /// # Errors
    /// [`InvalidConfig`] with every problem found.
    pub fn load(file: Option<&Path>) -> Result<Self, InvalidConfig> {
        Self::from_layers(file, EnvLayer::of_process())
    }

    /// As [`Self::load`], with an environment of the caller's.
    pub fn from_layers(file: Option<&Path>, env: EnvLayer) -> Result<Self, InvalidConfig> {
        let found = layers::find(file)?;
        let values = layers::merge(found.as_deref(), env)?;
        sections::read(found, values)
    }

    /// What each intake is told, in order of name.
    pub fn mailbox_settings(&self) -> Vec<MailboxSettings> {
        self.mailboxes.values().map(|mailbox| mailbox.settings.clone()).collect()
    }

    /// The problems that keep the service, though not a question asked at the terminal, from working.
    pub fn service_problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.mailboxes.is_empty() {
            problems.push(Problem {
                key: "mailbox".to_owned(),
                wrong: "no mailbox is configured, so no question can come in".to_owned(),
                mend: "add a section [mailbox.main] with url and address; config/example.production.toml shows one".to_owned(),
            });
        }
        if self.outbox.is_none() {
            problems.push(Problem {
                key: "outbox.url".to_owned(),
                wrong: "no outbox is configured, so no answer can leave".to_owned(),
                mend: "add [outbox] url = \"smtp://USER@HOST:587?starttls\" and a password".to_owned(),
            });
        }
        problems
    }
}
