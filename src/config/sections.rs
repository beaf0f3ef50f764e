//! Reads each section into its struct.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use figment::value::Dict;
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};

use super::read::{EACH, Reader};
use super::webhooks::webhooks;
use super::{
    AttachmentsConfig, CodebookConfig, Config, DeskConfig, InvalidConfig, MailboxConfig, OutboxConfig, PrivacyConfig,
    SenderCheckConfig, StoreConfig, WorkerConfig,
};
use crate::domain::address::EmailAddress;
use crate::domain::outgoing::VERP_LOCAL_BYTES_MAX;
use crate::domain::plan::Plans;
use crate::domain::policy::{AutoSend, Editions, Identifiers, Policy, UnknownSender};
use crate::mailbox::{self, After, MailboxSettings, MailboxUrl};
use crate::outbox::{self, HoldSwitch, OutboxSettings, OutboxUrl};

const DAY_SECS: u32 = 86_400;
const PLANS: &str = include_str!("../../config/allowances.toml");
const KEY_BYTES: usize = 32;
/// While a file of this name lies in `data_dir`, nothing leaves.
const HOLD_FILE: &str = "hold-sending";

pub(super) fn read(file: Option<PathBuf>, values: Dict) -> Result<Config, InvalidConfig> {
    let mut r = Reader::new(values);
    let data_dir = r.path("data_dir").unwrap_or_else(|| PathBuf::from("./data"));
    let store = store(&mut r, &data_dir);
    let codebook = CodebookConfig {
        dir: r.path("codebook.dir").unwrap_or_else(|| data_dir.join("codebook")),
        cpt_licence: r.text("codebook.licences.cpt"),
        cdt_licence: r.text("codebook.licences.cdt"),
    };
    let mailboxes = mailboxes(&mut r);
    let only_address = match mailboxes.values().collect::<Vec<_>>().as_slice() {
        [one] => Some(one.address.clone()),
        _ => None,
    };
    let outbox = outbox(&mut r, only_address, &data_dir);
    let webhooks = webhooks(&mut r);
    let worker =
        WorkerConfig { concurrency: r.number("worker.concurrency", 1..=64), lease_secs: r.number("worker.lease_secs", 5..=3600) };
    let sender_check = SenderCheckConfig {
        own: r.flag("sender_check.own"),
        nameserver: r.parsed("sender_check.nameserver", "write an address and a port, as in \"127.0.0.1:53\""),
        received_by: r.list("sender_check.received_by"),
    };
    let attachments = attachments(&mut r);
    let policy = policy(&mut r, webhooks.iter().map(|one| one.name.clone()).collect());
    let desk = desk(&mut r);
    let metrics_listen = r.parsed::<SocketAddr>("metrics.listen", "write an address and a port, as in \"127.0.0.1:9464\"");
    if metrics_listen.is_some() && metrics_listen == desk.listen {
        r.problem("metrics.listen", "is the desk's address too", "give the metrics a port of their own");
    }
    // Closed to one word until a second drafter exists; the key is there so that a file can say so.
    r.choice("drafter.kind", &[("grounded", ())]);
    let privacy = privacy(&mut r);
    r.finish(Some(Config {
        file,
        data_dir,
        store,
        codebook,
        mailboxes,
        outbox,
        webhooks,
        worker,
        sender_check,
        attachments,
        policy,
        desk,
        metrics_listen,
        privacy,
    }))
}

fn attachments(r: &mut Reader) -> AttachmentsConfig {
    AttachmentsConfig {
        file_bytes_max: r.number("attachments.file_bytes_max", 1..=1 << 30),
        unpacked_bytes_max: r.number("attachments.unpacked_bytes_max", 1..=1 << 31),
        pages_max: r.number("attachments.pages_max", 1..=10_000),
        text_chars_max: r.number("attachments.text_chars_max", 1..=10_000_000),
        secs_max: r.number("attachments.secs_max", 1..=300),
        memory_mebibytes_max: r.number("attachments.memory_mebibytes_max", 64..=16_384),
        files_max: r.number("attachments.files_max", 0..=100),
    }
}

fn store(r: &mut Reader, data_dir: &Path) -> StoreConfig {
    let url = r.secret("store.url").unwrap_or_else(|| format!("sqlite:{}", data_dir.join("caseconsultant.db").display()).into());
    let sound = ["sqlite:", "postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.expose_secret().strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    if !sound {
        r.problem("store.url", "is not the address of a store", "write \"sqlite:PATH\" or \"postgres://USER@HOST/DATABASE\"");
    }
    StoreConfig { url }
}

fn mailboxes(r: &mut Reader) -> BTreeMap<String, MailboxConfig> {
    let names = r.names("mailbox");
    // The keys for all mailboxes are known even where there is no mailbox.
    let mut scout = Reader::new(Dict::new());
    mailbox(&mut scout, EACH);
    r.know_keys_of(scout);
    names.into_iter().filter_map(|name| Some((name.clone(), mailbox(r, &name)?))).collect()
}

fn mailbox(r: &mut Reader, name: &str) -> Option<MailboxConfig> {
    let section = format!("mailbox.{name}");
    let key = |leaf: &str| format!("{section}.{leaf}");
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) {
        r.problem(&section, "is not a plain name", "use letters, digits, - and _ only");
    }
    let url = r.required::<MailboxUrl>(
        &key("url"),
        "write imaps://USER@HOST:993/INBOX, imap://USER@HOST:143/INBOX?starttls or maildir:PATH",
    );
    let credentials = login(r, &section).map(|login| match login {
        Login::Password(secret) => mailbox::Credentials::Password(secret),
        Login::OAuth(secret) => mailbox::Credentials::OAuthToken(secret),
    });
    if matches!(url, Some(MailboxUrl::Imap(_))) && credentials.is_none() {
        lacks_login(r, &section);
    }
    let own = url.as_ref().and_then(own_address);
    let address = r.address(&key("address"), "write the address that people write to").or(own);
    if address.is_none() && r.text(&key("address")).is_none() {
        r.problem(&key("address"), "is missing", "write the address that people write to");
    }
    let settings = MailboxSettings {
        ca_file: r.file(&key("ca_file")),
        address: address.clone(),
        after: after(r, &key("after")).unwrap_or_default(),
        idle_secs: r.number(&key("idle_secs"), 1..=1740), // RFC 2177, 3: a server may hang up after 30 minutes
        poll_secs: r.number(&key("poll_secs"), 1..=DAY_SECS),
        io_timeout_secs: r.number(&key("io_timeout_secs"), 1..=3600),
        reconnect_secs_max: r.number(&key("reconnect_secs_max"), 1..=DAY_SECS),
        message_bytes_max: r.big_number(&key("message_bytes_max"), 10_000..=1_073_741_824),
        ..MailboxSettings::new(name, url.clone().unwrap_or_else(|| MailboxUrl::Maildir(PathBuf::new())), credentials)
    };
    let trusted_authserv = r.list(&key("trusted_authserv"));
    url.and(address).map(|address| MailboxConfig { settings, address, trusted_authserv })
}

/// The user of a mailbox, where the user is an address.
fn own_address(url: &MailboxUrl) -> Option<EmailAddress> {
    match url {
        MailboxUrl::Imap(imap) => EmailAddress::parse(&imap.user).ok(),
        MailboxUrl::Maildir(_) => None,
    }
}

/// How to prove who we are to a mail server.
enum Login {
    Password(SecretString),
    OAuth(SecretString),
}

fn login(r: &mut Reader, section: &str) -> Option<Login> {
    let password = r.secret(&format!("{section}.password"));
    let oauth = r.secret(&format!("{section}.oauth"));
    if password.is_some() && oauth.is_some() {
        r.problem(&format!("{section}.oauth"), "is given beside a password", "keep one of the two");
    }
    oauth.map(Login::OAuth).or_else(|| password.map(Login::Password))
}

/// Complains of a login that is missing, unless one was given and has a problem of its own.
fn lacks_login(r: &mut Reader, section: &str) {
    let given = ["password", "password_file", "oauth", "oauth_file"];
    if !given.iter().any(|leaf| r.has_problem(&format!("{section}.{leaf}"))) {
        r.problem(&format!("{section}.password"), "is missing", "give password, password_file, oauth or oauth_file");
    }
}

fn after(r: &mut Reader, key: &str) -> Option<After> {
    let text = r.text(key)?;
    match (text.as_str(), text.strip_prefix("move:")) {
        ("leave", _) => Some(After::Leave),
        ("flag", _) => Some(After::Flag),
        (_, Some(folder)) if !folder.is_empty() => Some(After::Move(folder.to_owned())),
        _ => {
            r.problem(key, format!("\"{text}\" is not one of its words"), "write \"leave\", \"flag\" or \"move:FOLDER\"");
            None
        }
    }
}

fn outbox(r: &mut Reader, only_address: Option<EmailAddress>, data_dir: &Path) -> Option<OutboxConfig> {
    let url = r.parsed::<OutboxUrl>(
        "outbox.url",
        "write smtp://USER@HOST:587?starttls, smtps://USER@HOST:465, smtp://127.0.0.1:25?plain or maildir:PATH",
    );
    let credentials = login(r, "outbox").map(|login| match login {
        Login::Password(secret) => outbox::Credentials::Password(secret),
        Login::OAuth(secret) => outbox::Credentials::OAuthToken(secret),
    });
    let ca_file = r.file("outbox.ca_file");
    let io_timeout_secs = r.number("outbox.io_timeout_secs", 1..=3600);
    let connections_max = r.number("outbox.connections_max", 1..=64);
    let from = r.address("outbox.from", "write the address that answers come from").or(only_address);
    let from_name = r.text("outbox.from_name").unwrap_or_default();
    let envelope_from = r.address("outbox.envelope_from", "write the address that bounces go to");
    let verp = r.flag("outbox.verp");
    let attempts_max = r.number("outbox.attempts_max", 1..=1000);
    let retry_secs_first = r.number("outbox.retry_secs_first", 1..=DAY_SECS);
    let retry_secs_max = r.number("outbox.retry_secs_max", 1..=7 * DAY_SECS);
    if retry_secs_first > retry_secs_max {
        r.problem("outbox.retry_secs_first", "is over retry_secs_max", "wait less at first, or longer at most");
    }
    let url = url?;
    if let OutboxUrl::Smtp(smtp) = &url {
        match (&smtp.user, &credentials) {
            (Some(_), None) => lacks_login(r, "outbox"),
            (None, Some(_)) => r.problem("outbox.url", "names no user for the password", "write smtp://USER@HOST:PORT…"),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
    if from.is_none() && r.text("outbox.from").is_none() {
        r.problem("outbox.from", "is missing", "write the address that answers come from");
    }
    let from = from?;
    let envelope_from = envelope_from.unwrap_or_else(|| from.clone());
    if verp && envelope_from.local().len() > VERP_LOCAL_BYTES_MAX {
        r.problem(
            "outbox.verp",
            format!("leaves no room: what stands before the @ of envelope_from has over {VERP_LOCAL_BYTES_MAX} letters"),
            "name a shorter outbox.envelope_from",
        );
    }
    Some(OutboxConfig {
        settings: OutboxSettings {
            url,
            credentials,
            ca_file,
            io_timeout_secs,
            connections_max,
            hold: HoldSwitch(Some(data_dir.join(HOLD_FILE))),
        },
        envelope_from,
        verp,
        from,
        from_name,
        attempts_max,
        retry_secs_first,
        retry_secs_max,
    })
}

/// `[policy]`, with the one key whose default depends on the command.
#[derive(Debug, Clone)]
pub struct PolicyConfig {
    policy: Policy,
    editions: Option<Editions>,
    /// Who is told of what needs a person.
    pub alerts_to: Vec<EmailAddress>,
    /// Whether a draft that waits is mailed to its reviewers.
    pub review_by_mail: bool,
    /// What each plan includes.
    pub plans: Plans,
}

impl PolicyConfig {
    /// The policy; `editions` is what holds where the configuration says nothing.
    pub fn policy(&self, editions: Editions) -> Policy {
        Policy { editions: self.editions.unwrap_or(editions), ..self.policy.clone() }
    }
}

fn policy(r: &mut Reader, hooks: Vec<String>) -> PolicyConfig {
    let days = |r: &mut Reader, key: &str| SignedDuration::from_hours(24 * i64::from(r.number(key, 0..=3650)));
    let secs = |r: &mut Reader, key: &str, max: u32| SignedDuration::from_secs(i64::from(r.number(key, 0..=max)));
    let editions = r.choice("policy.editions", &[("current", Editions::Current), ("loaded", Editions::Loaded)]);
    let policy = Policy {
        auto_send: r
            .choice("policy.auto_send", &[("off", AutoSend::Off), ("grounded", AutoSend::Grounded)])
            .unwrap_or(AutoSend::Off),
        confidence_min: r.fraction("policy.confidence_min"),
        check_share: r.fraction("policy.check_share"),
        unknown_sender: r
            .choice(
                "policy.unknown_sender",
                &[("guest", UnknownSender::Guest), ("hold", UnknownSender::Hold), ("reject", UnknownSender::Reject)],
            )
            .unwrap_or(UnknownSender::Hold),
        require_authenticated: r.flag("policy.require_authenticated"),
        acknowledge_after: secs(r, "policy.acknowledge_after_secs", 7 * DAY_SECS),
        editions: editions.unwrap_or(Editions::Current),
        identifiers: r
            .choice("policy.identifiers", &[("redact", Identifiers::Redact), ("reject", Identifiers::Reject)])
            .unwrap_or(Identifiers::Redact),
        four_eyes: r.flag("policy.four_eyes"),
        undo: secs(r, "policy.undo_secs", DAY_SECS),
        reopen: days(r, "policy.reopen_days"),
        close_after: days(r, "policy.close_after_days"),
        lapse: days(r, "policy.lapse_days"),
        loop_budget_day: r.number("policy.loop_budget_day", 1..=10_000),
        loop_budget_case_day: r.number("policy.loop_budget_case_day", 1..=10_000),
        bounces_max: r.number("policy.bounces_max", 1..=10_000),
        unknown_resends_max: r.number("policy.unknown_resends_max", 0..=10),
        hold_sending: r.flag("policy.hold_sending"),
        hooks,
    };
    let alerts_to = r.addresses("policy.alerts_to", "write addresses like desk@clinic.example");
    let plans = plans(r);
    let review_by_mail = r.flag("policy.review_by_mail");
    PolicyConfig { policy, editions, alerts_to, review_by_mail, plans }
}

/// The plans inside the program, or those of the operator's own file.
fn plans(r: &mut Reader) -> Plans {
    let text = match r.file("policy.allowances_file") {
        Some(path) => std::fs::read_to_string(path).unwrap_or_default(),
        None => PLANS.to_owned(),
    };
    toml::from_str(&text).unwrap_or_else(|error| {
        r.problem(
            "policy.allowances_file",
            format!("cannot be read: {}", error.message()),
            "write it as config/allowances.toml is written",
        );
        Plans::new()
    })
}

fn desk(r: &mut Reader) -> DeskConfig {
    let listen = r.parsed::<SocketAddr>("desk.listen", "write an address and a port, as in \"127.0.0.1:8080\"");
    let public_url = r.text("desk.public_url");
    if let Some(text) = &public_url
        && !url::Url::parse(text).is_ok_and(|url| ["http", "https"].contains(&url.scheme()))
    {
        r.problem("desk.public_url", "is not a web address", "write the https:// address that people open");
    }
    DeskConfig { listen, public_url }
}

fn privacy(r: &mut Reader) -> PrivacyConfig {
    let key: Option<SecretString> = r.secret("privacy.key");
    let fits = |key: &SecretString| STANDARD.decode(key.expose_secret().trim()).is_ok_and(|bytes| bytes.len() == KEY_BYTES);
    if key.as_ref().is_some_and(|key| !fits(key)) {
        r.problem(
            "privacy.key",
            format!("is not {KEY_BYTES} bytes in base64"),
            format!("make one with `openssl rand -base64 {KEY_BYTES}`"),
        );
    }
    PrivacyConfig {
        key,
        raw_retention_days: r.number("privacy.raw_retention_days", 1..=36_500),
        case_retention_days: r.number("privacy.case_retention_days", 1..=36_500),
    }
}
