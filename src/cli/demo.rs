//! `demo`: the service on embedded defaults, over sample mails. Nothing in the service knows that it is a demo.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::print::line;
use crate::app::{App, Parts};
use crate::clock::{Chance as _, SystemChance};
use crate::config::{Config, EnvLayer};
use crate::desk::{self, password};
use crate::domain::account::{Login, NewConsultant, Role};
use crate::domain::address::EmailAddress;
use crate::domain::case::CaseState;
use crate::domain::id::{InboundId, hex};
use crate::domain::outgoing::OutgoingKind;
use crate::domain::policy::Editions;
use crate::parse::{self, ReadOptions};
use crate::ports::{CaseFile, CaseFilter};

/// Shows the main job: sample questions in, cited answers out
///
/// Runs the service on a Maildir of sample mails, with SQLite and the starter code records, and prints each case from
/// question to reply. Drop another mail into the inbox folder and it is answered too.
#[derive(Debug, clap::Args)]
pub struct Demo {
    /// Folder for inbox, replies and store; kept. Without it: a new folder among the temporary ones
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Address and port of the desk, which stays open with the demo
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8025")]
    desk: SocketAddr,
    /// End when every mail is dealt with, even on a terminal
    #[arg(long)]
    once: bool,
}

/// Longest wait for the samples to be dealt with.
const PATIENCE: Duration = Duration::from_mins(1);
/// Work that falls due later than this (closing after days of silence) is not waited for.
const SOON_SECS: f64 = 5.0;
const ADDRESS: &str = "desk@caseconsultant.example";

const SAMPLES: &[(&str, &str)] = &[
    ("01", include_str!("../../config/demo/01-visit-with-knee-injection.eml")),
    ("02", include_str!("../../config/demo/02-two-knee-scope-codes.eml")),
    ("03", include_str!("../../config/demo/03-diagnoses-that-exclude-each-other.eml")),
    ("04", include_str!("../../config/demo/04-drug-units.eml")),
    ("05", include_str!("../../config/demo/05-drug-without-its-dose.eml")),
    ("06", include_str!("../../config/demo/06-an-operative-note-to-read.eml")),
    ("07", include_str!("../../config/demo/07-out-of-office.eml")),
    ("08", include_str!("../../config/demo/08-a-mail-full-of-numbers.eml")),
    ("09", include_str!("../../config/demo/09-a-diagnosis-no-longer-billable.eml")),
    ("10", include_str!("../../config/demo/10-a-request-to-change-the-date.eml")),
    ("11", include_str!("../../config/demo/11-thanks.eml")),
    ("12", include_str!("../../config/demo/12-a-pair-without-an-edit-today.eml")),
];

impl Demo {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let dir = match &self.dir {
            Some(dir) => dir.clone(),
            None => std::env::temp_dir().join(format!("caseconsultant-demo-{}", std::process::id())),
        };
        let (inbox, replies) = (dir.join("inbox"), dir.join("replies"));
        fill(&inbox)?;
        let config = config(&dir, &inbox, &replies, self.desk)?;
        let app = App::open(&config, Editions::Loaded).await?;
        let stop = CancellationToken::new();
        let stay = !self.once && std::io::stdout().is_terminal();
        let served = if stay { Some(self.serve(&app, &config, &stop).await?) } else { None };
        let watch = async {
            let ended = watch(&app, &inbox, stay).await;
            // However it ends, the service ends with it.
            stop.cancel();
            ended
        };
        let ((), ended) = tokio::join!(app.run(Parts::ALL, &stop), watch);
        ended?;
        if let Some(served) = served {
            served.await??;
        }
        line(format!("\nReplies: {} (a Maildir). Store: {}.", replies.display(), dir.join("caseconsultant.db").display()))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Demo {
    /// Opens the desk beside the service.
    async fn serve(
        &self,
        app: &App,
        config: &Config,
        stop: &CancellationToken,
    ) -> anyhow::Result<JoinHandle<std::io::Result<()>>> {
        let listener = TcpListener::bind(self.desk)
            .await
            .with_context(|| format!("the desk can't open at {}: name another address with --desk", self.desk))?;
        line(format!("The desk is open at http://{}/", listener.local_addr()?))?;
        if app.store.consultants().await?.is_empty() {
            let address = EmailAddress::parse(ADDRESS)?;
            let new = NewConsultant { handle: "demo".to_owned(), name: "Demo Consultant".to_owned(), address };
            let id = app.store.add_consultant(&new).await?;
            let word = hex(&SystemChance.bytes());
            let hashed = password::hash(&word, SystemChance.bytes()).map_err(anyhow::Error::msg)?;
            app.store.set_login(id, &Login { role: Role::Lead, password: hashed }).await?;
            line(format!("Sign in as demo with the password {word}"))?;
        }
        Ok(tokio::spawn(desk::serve(listener, app.desk(config, Parts::ALL)?, stop.clone())))
    }
}

/// Prints cases as they come to rest: until the samples are dealt with or, where `stay`, until Ctrl-C.
async fn watch(app: &App, inbox: &Path, stay: bool) -> anyhow::Result<()> {
    let mut shown = Shown::default();
    let quiet = settle(app).await;
    shown.show(app).await?;
    if stay {
        line(format!("\nWaiting for more mail in {} (Ctrl-C ends).", inbox.join("new").display()))?;
        let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
        while tokio::time::timeout(Duration::from_secs(1), &mut interrupted).await.is_err() {
            shown.show(app).await?;
        }
    }
    quiet
}

/// Makes the Maildir, with the samples in it where it is new.
fn fill(inbox: &Path) -> anyhow::Result<()> {
    let fresh = !inbox.join("new").is_dir();
    for folder in ["tmp", "new", "cur"] {
        let folder = inbox.join(folder);
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("{} can't be made: name another folder with --dir", folder.display()))?;
    }
    if fresh {
        for (number, mail) in SAMPLES {
            let name = format!("sample-{number}.demo");
            std::fs::write(inbox.join("tmp").join(&name), mail)?;
            std::fs::rename(inbox.join("tmp").join(&name), inbox.join("new").join(&name))?;
        }
    }
    Ok(())
}

/// The embedded defaults with the demo's folders; what the environment says lies beneath.
fn config(dir: &Path, inbox: &Path, replies: &Path, desk: SocketAddr) -> anyhow::Result<Config> {
    let ours = [
        ("DATA_DIR", dir.display().to_string()),
        ("MAILBOX__DEMO__URL", format!("maildir:{}", inbox.display())),
        ("MAILBOX__DEMO__ADDRESS", ADDRESS.to_owned()),
        ("OUTBOX__URL", format!("maildir:{}", replies.display())),
        ("OUTBOX__FROM", ADDRESS.to_owned()),
        ("DESK__LISTEN", desk.to_string()),
        ("POLICY__ACKNOWLEDGE_AFTER_SECS", "2".to_owned()),
    ];
    let env = EnvLayer::of(ours.into_iter().map(|(key, value)| (format!("CASECONSULTANT__{key}"), value)));
    Ok(Config::from_layers(None, env)?)
}

/// Waits until every mail that was there is dealt with.
async fn settle(app: &App) -> anyhow::Result<()> {
    let (since, started) = (app.flow.clock.now(), Instant::now());
    while started.elapsed() < PATIENCE {
        if app.is_quiet(since, SOON_SECS).await {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("after {} s some mail is still not dealt with: see `jobs list`", PATIENCE.as_secs())
}

/// What was printed already: cases by version, and how much of the audit was read.
#[derive(Default)]
struct Shown {
    cases: BTreeMap<i64, i64>,
    audit: i64,
}

impl Shown {
    async fn show(&mut self, app: &App) -> anyhow::Result<()> {
        let mut cases = app.store.cases(&CaseFilter::default()).await?;
        cases.sort_by_key(|case| case.id);
        let mut out = anstream::stdout().lock();
        for case in cases {
            let at_rest = !matches!(
                case.state,
                CaseState::Queued { assigned: None, .. } | CaseState::Drafting { .. } | CaseState::Sending { .. }
            );
            if at_rest && self.cases.insert(case.id.0, case.version) != Some(case.version) {
                print_case(&mut out, &app.store.case_file(case.id).await?)?;
            }
        }
        for entry in app.store.audit(self.audit, u32::MAX).await? {
            self.audit = entry.sequence;
            let left = ["ignored", "quarantined"].contains(&entry.event.event.as_str());
            if let Some(id) = entry.event.detail.get("inbound").and_then(serde_json::Value::as_i64).filter(|_| left) {
                let inbound = app.store.inbound(InboundId(id)).await?;
                let message = parse::read(&inbound.raw, &ReadOptions::new(jiff::Zoned::now().date()));
                let why = entry.event.detail.get("why").and_then(serde_json::Value::as_str).unwrap_or_default();
                writeln!(
                    out,
                    "\n{}\n{}",
                    heading("left unanswered", &entry.event.event),
                    indent(&format!("Subject: {}\nWhy: {why}", message.redacted_subject))
                )?;
            }
        }
        Ok(out.flush()?)
    }
}

fn print_case(out: &mut impl std::io::Write, file: &CaseFile) -> anyhow::Result<()> {
    let case = &file.case;
    writeln!(out, "\n{}", heading(&case.number().to_string(), case.state.name()))?;
    for message in &file.messages {
        let (subject, question) = (&message.facts.subject, message.facts.question.text.trim());
        // The subject is read with the text; shown once.
        let text = question.strip_prefix(subject.as_str()).unwrap_or(question).trim();
        let codes: Vec<&str> = message.facts.question.codes.iter().map(|mention| mention.code.code.as_str()).collect();
        writeln!(
            out,
            "{}",
            indent(&format!(
                "Subject: {subject}\n\n{text}\n\nCodes read: {}",
                if codes.is_empty() { "none".to_owned() } else { codes.join(", ") }
            ))
        )?;
    }
    if let Some((draft, _)) = file.drafts.last() {
        let reasons = if draft.drafted.reservations.is_empty() {
            String::new()
        } else {
            format!("; {}", draft.drafted.reservations.join("; "))
        };
        writeln!(
            out,
            "{}",
            indent(&format!("Route: {}, confidence {:.2}{reasons}", draft.drafted.route.name(), draft.drafted.confidence))
        )?;
    }
    for sent in &file.outgoing {
        let label = match sent.outgoing.kind {
            OutgoingKind::Answer => "Answer",
            OutgoingKind::Clarification => "Question back",
            OutgoingKind::Refusal => "Refusal",
            OutgoingKind::Acknowledgement => "Acknowledgement",
            OutgoingKind::Notice => "Notice",
            OutgoingKind::Review => "Review",
        };
        let text = parse::read(&sent.outgoing.bytes, &ReadOptions::new(jiff::Zoned::now().date())).text;
        writeln!(out, "{}", indent(&format!("{label} ({})", sent.delivery.state.name())))?;
        writeln!(out, "{}", text.trim().lines().map(|line| format!("  | {line}")).collect::<Vec<_>>().join("\n"))?;
    }
    Ok(())
}

fn heading(what: &str, state: &str) -> String {
    let (bold, dim) = (anstyle::Style::new().bold(), anstyle::Style::new().dimmed());
    format!("{bold}== {what}{bold:#} {dim}{state}{dim:#}")
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("  {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
