//! The embedded engine: SQLite with one writer and a few readers beside it.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Sqlite as Db, SqliteConnection as Conn, SqlitePool};

use self::sql::{
    administration, admission, answers, askers, audit, beside, cases, correspondents, directory, figures, intake, jobs, outgoing,
    retention, sign_in, tokens,
};
use crate::domain::account::{
    Account, ApiToken, AskerSession, Consultant, Login, NewAccount, NewAskerSession, NewConsultant, NewLink, NewSession, Role,
    Session,
};
use crate::domain::address::EmailAddress;
use crate::domain::audit::{AuditEntry, AuditEvent};
use crate::domain::case::Case;
use crate::domain::check::{Answered, Check, Work};
use crate::domain::delivery::Delivery;
use crate::domain::draft::Draft;
use crate::domain::id::{AccountId, CaseId, ConsultantId, DraftId, InboundId, JobId, LeaseToken, OutgoingId};
use crate::domain::job::{JobEnd, JobKind, JobView, Lease, LeasedJob, NewJob};
use crate::domain::outgoing::{ApprovedOutgoing, Outgoing};
use crate::ports::{
    Administering, Admission, Admitted, Arrival, AuditQuery, CaseFile, CaseFilter, Change, Dealings, DealingsSince,
    DeliveryChange, Exchange, Inbound, MailboxCursor, Parting, Provided, Purged, Received, Store, StoreError, StoreFigures,
    Stored, ThreadHit, ThreadKeys,
};
use crate::seal::Seal;
use crate::store::row::{micros, sealed, secs, wait_secs};
use crate::store::schema;

mod queue;
#[path = "sql/mod.rs"]
#[expect(clippy::duplicate_mod, reason = "written once, compiled for each engine's connection")]
mod sql;
mod writer;

const READERS_MAX: u32 = 4;
/// How long to wait for another process that writes.
const BUSY_MAX: Duration = Duration::from_secs(10);

pub struct SqliteStore {
    writer: writer::Writer,
    readers: SqlitePool,
    options: SqliteConnectOptions,
    seal: Seal,
}

impl SqliteStore {
    pub async fn open(path: &Path, seal: Seal) -> anyhow::Result<Self> {
        let shown = path.display();
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("making the folder of the store {shown}"))?;
        }
        // The file holds who asked what: it and the logs beside it, which take its mode, are for its owner.
        OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(path)
            .with_context(|| format!("opening the store {shown}"))?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_MAX)
            .disable_statement_logging();
        let writer = writer::Writer::start(&options).await.with_context(|| format!("opening the store {shown}"))?;
        // A file beside us needs no ping before each question, and the system's own cache holds its pages.
        let reading = options.clone().pragma("query_only", "ON").pragma("cache_size", "-512");
        let readers = SqlitePoolOptions::new().max_connections(READERS_MAX).test_before_acquire(false).connect_lazy_with(reading);
        Ok(Self { writer, readers, options, seal })
    }

    async fn judge(&self) -> anyhow::Result<()> {
        let applied = figures::applied(&mut *self.readers.acquire().await?).await;
        schema::judge(&schema::sqlite(), applied)
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn migrate(&self) -> Stored<()> {
        // On a connection of its own, since a step is a transaction of its own.
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(self.options.clone()).await?;
        let migrated = schema::sqlite().run(&pool).await;
        pool.close().await;
        match migrated {
            Ok(()) => Ok(()),
            // SQLite locks no schema: another process may have brought it up to date at the same moment.
            Err(error) => self.judge().await.map_err(|_| StoreError::Failed(error.into())),
        }
    }

    async fn ready(&self) -> Stored<()> {
        self.judge().await?;
        self.writer.write(|conn| Box::pin(figures::touch(conn))).await
    }

    async fn figures(&self) -> Stored<StoreFigures> {
        figures::figures(&mut *self.readers.acquire().await?).await
    }

    // Intake.
    async fn cursor(&self, mailbox: &str) -> Stored<Option<MailboxCursor>> {
        intake::cursor(&mut *self.readers.acquire().await?, mailbox).await
    }

    async fn receive(&self, mailbox: &str, arrivals: &[Arrival], now: Timestamp) -> Stored<Vec<Received>> {
        let arrivals = arrivals.iter().map(|arrival| sealed(&self.seal, arrival)).collect::<anyhow::Result<Vec<_>>>()?;
        let mailbox = mailbox.to_owned();
        self.writer
            .write(move |conn| Box::pin(async move { intake::receive(conn, &mailbox, &arrivals, micros(now)).await }))
            .await
    }

    async fn advance(&self, mailbox: &str, cursor: MailboxCursor) -> Stored<()> {
        let mailbox = mailbox.to_owned();
        self.writer.write(move |conn| Box::pin(async move { intake::advance(conn, &mailbox, cursor).await })).await
    }

    async fn seen_uids(&self, mailbox: &str, uid_validity: u32) -> Stored<BTreeSet<u32>> {
        intake::seen_uids(&mut *self.readers.acquire().await?, mailbox, uid_validity).await
    }

    async fn seen_names(&self, mailbox: &str) -> Stored<BTreeSet<String>> {
        intake::seen_names(&mut *self.readers.acquire().await?, mailbox).await
    }

    async fn holds_raw(&self, mailbox: &str, sha256: &str) -> Stored<bool> {
        intake::holds_raw(&mut *self.readers.acquire().await?, mailbox, sha256).await
    }

    async fn hold_mailbox(&self, mailbox: &str, holder: LeaseToken, ttl_secs: u32) -> Stored<bool> {
        let mailbox = mailbox.to_owned();
        self.writer
            .write(move |conn| Box::pin(async move { queue::hold_mailbox(conn, &mailbox, holder, secs(ttl_secs)).await }))
            .await
    }

    async fn inbound(&self, id: InboundId) -> Stored<Inbound> {
        intake::inbound(&mut *self.readers.acquire().await?, id, &self.seal).await
    }

    // Admission.
    async fn threads(&self, keys: &ThreadKeys) -> Stored<Vec<ThreadHit>> {
        admission::threads(&mut *self.readers.acquire().await?, keys).await
    }

    async fn account_for(&self, address: &EmailAddress) -> Stored<Option<Account>> {
        directory::account_for(&mut *self.readers.acquire().await?, address).await
    }

    async fn admit(&self, admission: &Admission) -> Stored<Admitted> {
        let admission = admission.clone();
        self.writer.write(move |conn| Box::pin(async move { admission::admit(conn, &admission).await })).await
    }

    // Cases.
    async fn case(&self, id: CaseId) -> Stored<Case> {
        cases::case(&mut *self.readers.acquire().await?, id).await
    }

    async fn exchange(&self, id: CaseId) -> Stored<Exchange> {
        cases::exchange(&mut *self.readers.acquire().await?, id).await
    }

    async fn case_file(&self, id: CaseId) -> Stored<CaseFile> {
        // In one transaction, so that the parts fit one another.
        let mut tx = self.readers.begin().await?;
        cases::case_file(&mut tx, id).await
    }

    async fn cases(&self, filter: &CaseFilter) -> Stored<Vec<Case>> {
        cases::cases(&mut *self.readers.acquire().await?, filter).await
    }

    async fn draft(&self, id: DraftId) -> Stored<(Draft, Outgoing)> {
        cases::draft(&mut *self.readers.acquire().await?, id).await
    }

    async fn commit(&self, change: &Change) -> Stored<()> {
        let change = change.clone();
        self.writer.write(move |conn| Box::pin(async move { cases::commit(conn, &change).await })).await
    }

    async fn merge(&self, closing: &Change, into: Option<&Change>) -> Stored<()> {
        let (closing, into) = (closing.clone(), into.cloned());
        self.writer.write(move |conn| Box::pin(async move { beside::merge(conn, &closing, into.as_ref()).await })).await
    }

    async fn part(&self, parting: &Parting) -> Stored<CaseId> {
        let parting = parting.clone();
        self.writer.write(move |conn| Box::pin(async move { beside::part(conn, &parting).await })).await
    }

    // Outgoing.
    async fn post(
        &self,
        outgoing: &ApprovedOutgoing,
        audit: AuditEvent,
        provided: Provided,
        lease: Option<Lease>,
        now: Timestamp,
    ) -> Stored<()> {
        let outgoing = outgoing.clone();
        self.writer
            .write(move |conn| Box::pin(async move { outgoing::post(conn, &outgoing, audit, provided, lease, now).await }))
            .await
    }

    async fn outgoing(&self, id: OutgoingId) -> Stored<(ApprovedOutgoing, Delivery)> {
        outgoing::outgoing(&mut *self.readers.acquire().await?, id).await
    }

    async fn deliver(
        &self,
        id: OutgoingId,
        change: &DeliveryChange,
        then: &[NewJob],
        audit: AuditEvent,
        lease: Option<Lease>,
        now: Timestamp,
    ) -> Stored<Delivery> {
        let change = change.clone();
        let then = then.to_vec();
        self.writer
            .write(move |conn| Box::pin(async move { outgoing::deliver(conn, id, &change, &then, audit, lease, now).await }))
            .await
    }

    async fn dealings(&self, with: &EmailAddress, case: Option<CaseId>, since: DealingsSince) -> Stored<Dealings> {
        correspondents::dealings(&mut *self.readers.acquire().await?, with, case, since).await
    }

    async fn lift(&self, to: &EmailAddress, audit: AuditEvent, now: Timestamp) -> Stored<u32> {
        let to = to.clone();
        let now = micros(now);
        self.writer.write(move |conn| Box::pin(async move { correspondents::lift(conn, &to, audit, now).await })).await
    }

    async fn claim_telling(&self, about: &str, job: JobId, now: Timestamp, since: Timestamp) -> Stored<bool> {
        let about = about.to_owned();
        let (now, since) = (micros(now), micros(since));
        self.writer
            .write(move |conn| Box::pin(async move { correspondents::claim_telling(conn, &about, job, now, since).await }))
            .await
    }

    async fn answered_since(&self, account: AccountId, since: Timestamp) -> Stored<u32> {
        outgoing::answered_since(&mut *self.readers.acquire().await?, account, micros(since)).await
    }

    // Checks and figures.
    async fn unchecked(&self, max: u32) -> Stored<Vec<Answered>> {
        answers::unchecked(&mut *self.readers.acquire().await?, max).await
    }

    async fn keep_check(&self, id: OutgoingId, check: &Check, audit: AuditEvent) -> Stored<()> {
        let check = check.clone();
        self.writer.write(move |conn| Box::pin(async move { answers::keep_check(conn, id, &check, audit).await })).await
    }

    async fn work(&self, since: Timestamp) -> Stored<Vec<Work>> {
        answers::work(&mut *self.readers.acquire().await?, micros(since)).await
    }

    // Retention.
    async fn purge(&self, raw_before: Timestamp, closed_before: Timestamp, dry_run: bool, now: Timestamp) -> Stored<Purged> {
        if dry_run {
            return retention::count(&mut *self.readers.acquire().await?, micros(raw_before), micros(closed_before)).await;
        }
        let (raw, closed, now) = (micros(raw_before), micros(closed_before), micros(now));
        self.writer.write(move |conn| Box::pin(async move { retention::purge(conn, raw, closed, now).await })).await
    }

    // Jobs.
    async fn lease(&self, max: u32, lease_secs: u32) -> Stored<Vec<LeasedJob>> {
        self.writer.write(move |conn| Box::pin(async move { queue::lease(conn, max, secs(lease_secs)).await })).await
    }

    async fn renew(&self, lease: Lease, lease_secs: u32) -> Stored<()> {
        self.writer.write(move |conn| Box::pin(async move { queue::renew(conn, lease, secs(lease_secs)).await })).await
    }

    async fn finish(&self, lease: Lease, end: &JobEnd) -> Stored<()> {
        let end = end.clone();
        self.writer.write(move |conn| Box::pin(async move { jobs::finish(conn, lease, &end).await })).await
    }

    async fn next_due_secs(&self) -> Stored<Option<f64>> {
        let micros = queue::next_due_micros(&mut *self.readers.acquire().await?).await?;
        Ok(micros.map(wait_secs))
    }

    async fn jobs(&self, dead_only: bool) -> Stored<Vec<JobView>> {
        jobs::jobs(&mut *self.readers.acquire().await?, dead_only).await
    }

    async fn retry(&self, id: JobId, now: Timestamp) -> Stored<JobKind> {
        self.writer.write(move |conn| Box::pin(async move { jobs::retry(conn, id, micros(now)).await })).await
    }

    // Directory.
    async fn add_account(&self, accounts: &[NewAccount], now: Timestamp) -> Stored<Vec<AccountId>> {
        let accounts = accounts.to_vec();
        self.writer.write(move |conn| Box::pin(async move { directory::add_account(conn, &accounts, micros(now)).await })).await
    }

    async fn set_account(&self, account: &Account) -> Stored<()> {
        let account = account.clone();
        self.writer.write(move |conn| Box::pin(async move { directory::set_account(conn, &account).await })).await
    }

    async fn accounts(&self) -> Stored<Vec<Account>> {
        directory::accounts(&mut *self.readers.acquire().await?).await
    }

    async fn account_names(&self, ids: &[AccountId]) -> Stored<Vec<(AccountId, String, String)>> {
        directory::account_names(&mut *self.readers.acquire().await?, ids).await
    }

    async fn account(&self, id: AccountId) -> Stored<Option<Account>> {
        directory::account(&mut *self.readers.acquire().await?, id).await
    }

    async fn add_consultant(&self, consultant: &NewConsultant) -> Stored<ConsultantId> {
        let consultant = consultant.clone();
        self.writer.write(move |conn| Box::pin(async move { directory::add_consultant(conn, &consultant).await })).await
    }

    async fn set_consultant(&self, consultant: &Consultant) -> Stored<()> {
        let consultant = consultant.clone();
        self.writer.write(move |conn| Box::pin(async move { directory::set_consultant(conn, &consultant).await })).await
    }

    async fn consultants(&self) -> Stored<Vec<Consultant>> {
        directory::consultants(&mut *self.readers.acquire().await?).await
    }

    async fn administer(&self, act: &Administering, audit: AuditEvent, now: Timestamp) -> Stored<()> {
        let (act, now) = (act.clone(), micros(now));
        self.writer.write(move |conn| Box::pin(async move { administration::administer(conn, &act, audit, now).await })).await
    }

    async fn roles(&self) -> Stored<Vec<(ConsultantId, Role)>> {
        administration::roles(&mut *self.readers.acquire().await?).await
    }

    // Sign-in.
    async fn set_login(&self, consultant: ConsultantId, login: &Login) -> Stored<()> {
        let login = login.clone();
        self.writer.write(move |conn| Box::pin(async move { sign_in::set_login(conn, consultant, &login).await })).await
    }

    async fn login(&self, name: &str) -> Stored<Option<(Consultant, Login)>> {
        sign_in::login(&mut *self.readers.acquire().await?, name).await
    }

    async fn open_session(&self, session: &NewSession) -> Stored<()> {
        let session = session.clone();
        self.writer.write(move |conn| Box::pin(async move { sign_in::open_session(conn, &session).await })).await
    }

    async fn session(&self, token_hash: &str, now: Timestamp) -> Stored<Option<Session>> {
        sign_in::session(&mut *self.readers.acquire().await?, token_hash, micros(now)).await
    }

    async fn end_session(&self, token_hash: &str) -> Stored<()> {
        let token_hash = token_hash.to_owned();
        self.writer.write(move |conn| Box::pin(async move { sign_in::end_session(conn, &token_hash).await })).await
    }

    // Askers.
    async fn add_link(&self, link: &NewLink, now: Timestamp) -> Stored<()> {
        let link = link.clone();
        self.writer.write(move |conn| Box::pin(async move { askers::add_link(conn, &link, micros(now)).await })).await
    }

    async fn take_link(&self, token_hash: &str, now: Timestamp) -> Stored<Option<EmailAddress>> {
        let token_hash = token_hash.to_owned();
        self.writer.write(move |conn| Box::pin(async move { askers::take_link(conn, &token_hash, micros(now)).await })).await
    }

    async fn open_asker_session(&self, session: &NewAskerSession, now: Timestamp) -> Stored<()> {
        let session = session.clone();
        self.writer.write(move |conn| Box::pin(async move { askers::open_session(conn, &session, micros(now)).await })).await
    }

    async fn asker_session(&self, token_hash: &str, now: Timestamp) -> Stored<Option<AskerSession>> {
        askers::session(&mut *self.readers.acquire().await?, token_hash, micros(now)).await
    }

    async fn end_asker_session(&self, token_hash: &str) -> Stored<()> {
        let token_hash = token_hash.to_owned();
        self.writer.write(move |conn| Box::pin(async move { askers::end_session(conn, &token_hash).await })).await
    }

    async fn asked_by(&self, address: &EmailAddress, account: Option<AccountId>, max: u32) -> Stored<Vec<Case>> {
        askers::asked_by(&mut *self.readers.acquire().await?, address, account, max).await
    }

    async fn forget(&self, address: &EmailAddress, now: Timestamp) -> Stored<i64> {
        let address = address.clone();
        self.writer.write(move |conn| Box::pin(async move { askers::forget(conn, &address, micros(now)).await })).await
    }

    // Tokens of programs.
    async fn add_token(&self, token: &ApiToken, token_hash: &str) -> Stored<()> {
        let (token, token_hash) = (token.clone(), token_hash.to_owned());
        self.writer.write(move |conn| Box::pin(async move { tokens::add(conn, &token, &token_hash).await })).await
    }

    async fn token(&self, token_hash: &str, now: Timestamp) -> Stored<Option<ApiToken>> {
        tokens::find(&mut *self.readers.acquire().await?, token_hash, micros(now)).await
    }

    async fn tokens(&self) -> Stored<Vec<ApiToken>> {
        tokens::all(&mut *self.readers.acquire().await?).await
    }

    async fn end_token(&self, name: &str) -> Stored<()> {
        let name = name.to_owned();
        self.writer.write(move |conn| Box::pin(async move { tokens::end(conn, &name).await })).await
    }

    // Audit.
    async fn audit(&self, after: i64, max: u32) -> Stored<Vec<AuditEntry>> {
        audit::entries(&mut *self.readers.acquire().await?, after, max).await
    }

    async fn audit_found(&self, query: &AuditQuery) -> Stored<Vec<AuditEntry>> {
        administration::audit_found(&mut *self.readers.acquire().await?, query).await
    }

    async fn audit_head(&self) -> Stored<(i64, String)> {
        audit::head(&mut *self.readers.acquire().await?).await
    }
}
