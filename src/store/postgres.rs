//! The engine for several machines: PostgreSQL, whose row locks let workers share one store.

use std::collections::BTreeSet;
use std::str::FromStr as _;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, PgConnection as Conn, PgPool, Postgres as Db};

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
    DeliveryChange, Exchange, Inbound, MailboxCursor, Parting, Provided, Purged, Received, Store, StoreFigures, Stored,
    ThreadHit, ThreadKeys,
};
use crate::seal::Seal;
use crate::store::row::{micros, sealed, secs, wait_secs};
use crate::store::schema;

mod queue;
#[path = "sql/mod.rs"]
#[expect(clippy::duplicate_mod, reason = "written once, compiled for each engine's connection")]
mod sql;

const CONNECTIONS_MAX: u32 = 10;
/// How long to wait for a connection.
const ACQUIRE_MAX: Duration = Duration::from_secs(10);

pub struct PostgresStore {
    pool: PgPool,
    seal: Seal,
}

impl PostgresStore {
    pub async fn open(url: &str, seal: Seal) -> anyhow::Result<Self> {
        // The parser's own error may quote the URL, and the URL may hold a password.
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| anyhow!("[store] url can't be read: postgres://USER@HOST:PORT/DATABASE is expected"))?
            .application_name("caseconsultant")
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(ACQUIRE_MAX)
            .connect_with(options)
            .await
            .context("connecting to the store's PostgreSQL")?;
        Ok(Self { pool, seal })
    }

    async fn judge(&self) -> anyhow::Result<()> {
        let applied = figures::applied(&mut *self.pool.acquire().await?).await;
        schema::judge(&schema::postgres(), applied)
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn migrate(&self) -> Stored<()> {
        Ok(schema::postgres().run(&self.pool).await.map_err(anyhow::Error::from)?)
    }

    async fn ready(&self) -> Stored<()> {
        self.judge().await?;
        let mut tx = self.pool.begin().await?;
        figures::touch(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    async fn figures(&self) -> Stored<StoreFigures> {
        figures::figures(&mut *self.pool.acquire().await?).await
    }

    // Intake.
    async fn cursor(&self, mailbox: &str) -> Stored<Option<MailboxCursor>> {
        intake::cursor(&mut *self.pool.acquire().await?, mailbox).await
    }

    async fn receive(&self, mailbox: &str, arrivals: &[Arrival], now: Timestamp) -> Stored<Vec<Received>> {
        let arrivals = arrivals.iter().map(|arrival| sealed(&self.seal, arrival)).collect::<anyhow::Result<Vec<_>>>()?;
        let mut tx = self.pool.begin().await?;
        let received = intake::receive(&mut tx, mailbox, &arrivals, micros(now)).await?;
        tx.commit().await?;
        Ok(received)
    }

    async fn advance(&self, mailbox: &str, cursor: MailboxCursor) -> Stored<()> {
        let mut tx = self.pool.begin().await?;
        intake::advance(&mut tx, mailbox, cursor).await?;
        Ok(tx.commit().await?)
    }

    async fn seen_uids(&self, mailbox: &str, uid_validity: u32) -> Stored<BTreeSet<u32>> {
        intake::seen_uids(&mut *self.pool.acquire().await?, mailbox, uid_validity).await
    }

    async fn seen_names(&self, mailbox: &str) -> Stored<BTreeSet<String>> {
        intake::seen_names(&mut *self.pool.acquire().await?, mailbox).await
    }

    async fn holds_raw(&self, mailbox: &str, sha256: &str) -> Stored<bool> {
        intake::holds_raw(&mut *self.pool.acquire().await?, mailbox, sha256).await
    }

    async fn hold_mailbox(&self, mailbox: &str, holder: LeaseToken, ttl_secs: u32) -> Stored<bool> {
        let mut tx = self.pool.begin().await?;
        let result = queue::hold_mailbox(&mut tx, mailbox, holder, secs(ttl_secs)).await?;
        tx.commit().await?;
        Ok(result)
    }

    async fn inbound(&self, id: InboundId) -> Stored<Inbound> {
        intake::inbound(&mut *self.pool.acquire().await?, id, &self.seal).await
    }

    // Admission.
    async fn threads(&self, keys: &ThreadKeys) -> Stored<Vec<ThreadHit>> {
        admission::threads(&mut *self.pool.acquire().await?, keys).await
    }

    async fn account_for(&self, address: &EmailAddress) -> Stored<Option<Account>> {
        directory::account_for(&mut *self.pool.acquire().await?, address).await
    }

    async fn admit(&self, admission: &Admission) -> Stored<Admitted> {
        let mut tx = self.pool.begin().await?;
        let result = admission::admit(&mut tx, admission).await?;
        tx.commit().await?;
        Ok(result)
    }

    // Cases.
    async fn case(&self, id: CaseId) -> Stored<Case> {
        cases::case(&mut *self.pool.acquire().await?, id).await
    }

    async fn exchange(&self, id: CaseId) -> Stored<Exchange> {
        cases::exchange(&mut *self.pool.acquire().await?, id).await
    }

    async fn case_file(&self, id: CaseId) -> Stored<CaseFile> {
        // In one transaction, so that the parts fit one another.
        let mut tx = self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        cases::case_file(&mut tx, id).await
    }

    async fn cases(&self, filter: &CaseFilter) -> Stored<Vec<Case>> {
        cases::cases(&mut *self.pool.acquire().await?, filter).await
    }

    async fn draft(&self, id: DraftId) -> Stored<(Draft, Outgoing)> {
        cases::draft(&mut *self.pool.acquire().await?, id).await
    }

    async fn commit(&self, change: &Change) -> Stored<()> {
        let mut tx = self.pool.begin().await?;
        cases::commit(&mut tx, change).await?;
        Ok(tx.commit().await?)
    }

    async fn merge(&self, closing: &Change, into: Option<&Change>) -> Stored<()> {
        let mut tx = self.pool.begin().await?;
        beside::merge(&mut tx, closing, into).await?;
        Ok(tx.commit().await?)
    }

    async fn part(&self, parting: &Parting) -> Stored<CaseId> {
        let mut tx = self.pool.begin().await?;
        let case = beside::part(&mut tx, parting).await?;
        tx.commit().await?;
        Ok(case)
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
        let mut tx = self.pool.begin().await?;
        outgoing::post(&mut tx, outgoing, audit, provided, lease, now).await?;
        Ok(tx.commit().await?)
    }

    async fn outgoing(&self, id: OutgoingId) -> Stored<(ApprovedOutgoing, Delivery)> {
        outgoing::outgoing(&mut *self.pool.acquire().await?, id).await
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
        let mut tx = self.pool.begin().await?;
        let result = outgoing::deliver(&mut tx, id, change, then, audit, lease, now).await?;
        tx.commit().await?;
        Ok(result)
    }

    async fn dealings(&self, with: &EmailAddress, case: Option<CaseId>, since: DealingsSince) -> Stored<Dealings> {
        correspondents::dealings(&mut *self.pool.acquire().await?, with, case, since).await
    }

    async fn lift(&self, to: &EmailAddress, audit: AuditEvent, now: Timestamp) -> Stored<u32> {
        let mut tx = self.pool.begin().await?;
        let lifted = correspondents::lift(&mut tx, to, audit, micros(now)).await?;
        tx.commit().await?;
        Ok(lifted)
    }

    async fn claim_telling(&self, about: &str, job: JobId, now: Timestamp, since: Timestamp) -> Stored<bool> {
        correspondents::claim_telling(&mut *self.pool.acquire().await?, about, job, micros(now), micros(since)).await
    }

    async fn answered_since(&self, account: AccountId, since: Timestamp) -> Stored<u32> {
        outgoing::answered_since(&mut *self.pool.acquire().await?, account, micros(since)).await
    }

    // Checks and figures.
    async fn unchecked(&self, max: u32) -> Stored<Vec<Answered>> {
        answers::unchecked(&mut *self.pool.acquire().await?, max).await
    }

    async fn keep_check(&self, id: OutgoingId, check: &Check, audit: AuditEvent) -> Stored<()> {
        let mut tx = self.pool.begin().await?;
        answers::keep_check(&mut tx, id, check, audit).await?;
        Ok(tx.commit().await?)
    }

    async fn work(&self, since: Timestamp) -> Stored<Vec<Work>> {
        answers::work(&mut *self.pool.acquire().await?, micros(since)).await
    }

    // Retention.
    async fn purge(&self, raw_before: Timestamp, closed_before: Timestamp, dry_run: bool, now: Timestamp) -> Stored<Purged> {
        let mut tx = self.pool.begin().await?;
        let (raw, closed) = (micros(raw_before), micros(closed_before));
        if dry_run {
            return retention::count(&mut tx, raw, closed).await;
        }
        let purged = retention::purge(&mut tx, raw, closed, micros(now)).await?;
        tx.commit().await?;
        Ok(purged)
    }

    // Jobs.
    async fn lease(&self, max: u32, lease_secs: u32) -> Stored<Vec<LeasedJob>> {
        let mut tx = self.pool.begin().await?;
        let result = queue::lease(&mut tx, max, secs(lease_secs)).await?;
        tx.commit().await?;
        Ok(result)
    }

    async fn renew(&self, lease: Lease, lease_secs: u32) -> Stored<()> {
        let mut tx = self.pool.begin().await?;
        queue::renew(&mut tx, lease, secs(lease_secs)).await?;
        Ok(tx.commit().await?)
    }

    async fn finish(&self, lease: Lease, end: &JobEnd) -> Stored<()> {
        let mut tx = self.pool.begin().await?;
        jobs::finish(&mut tx, lease, end).await?;
        Ok(tx.commit().await?)
    }

    async fn next_due_secs(&self) -> Stored<Option<f64>> {
        let micros = queue::next_due_micros(&mut *self.pool.acquire().await?).await?;
        Ok(micros.map(wait_secs))
    }

    async fn jobs(&self, dead_only: bool) -> Stored<Vec<JobView>> {
        jobs::jobs(&mut *self.pool.acquire().await?, dead_only).await
    }

    async fn retry(&self, id: JobId, now: Timestamp) -> Stored<JobKind> {
        let mut tx = self.pool.begin().await?;
        let result = jobs::retry(&mut tx, id, micros(now)).await?;
        tx.commit().await?;
        Ok(result)
    }

    // Directory.
    async fn add_account(&self, accounts: &[NewAccount], now: Timestamp) -> Stored<Vec<AccountId>> {
        let mut tx = self.pool.begin().await?;
        let result = directory::add_account(&mut tx, accounts, micros(now)).await?;
        tx.commit().await?;
        Ok(result)
    }

    async fn set_account(&self, account: &Account) -> Stored<()> {
        let mut tx = self.pool.begin().await?;
        directory::set_account(&mut tx, account).await?;
        Ok(tx.commit().await?)
    }

    async fn accounts(&self) -> Stored<Vec<Account>> {
        directory::accounts(&mut *self.pool.acquire().await?).await
    }

    async fn account_names(&self, ids: &[AccountId]) -> Stored<Vec<(AccountId, String, String)>> {
        directory::account_names(&mut *self.pool.acquire().await?, ids).await
    }

    async fn account(&self, id: AccountId) -> Stored<Option<Account>> {
        directory::account(&mut *self.pool.acquire().await?, id).await
    }

    async fn add_consultant(&self, consultant: &NewConsultant) -> Stored<ConsultantId> {
        let mut tx = self.pool.begin().await?;
        let result = directory::add_consultant(&mut tx, consultant).await?;
        tx.commit().await?;
        Ok(result)
    }

    async fn set_consultant(&self, consultant: &Consultant) -> Stored<()> {
        let mut tx = self.pool.begin().await?;
        directory::set_consultant(&mut tx, consultant).await?;
        Ok(tx.commit().await?)
    }

    async fn consultants(&self) -> Stored<Vec<Consultant>> {
        directory::consultants(&mut *self.pool.acquire().await?).await
    }

    async fn administer(&self, act: &Administering, audit: AuditEvent, now: Timestamp) -> Stored<()> {
        let mut tx = self.pool.begin().await?;
        administration::administer(&mut tx, act, audit, micros(now)).await?;
        Ok(tx.commit().await?)
    }

    async fn roles(&self) -> Stored<Vec<(ConsultantId, Role)>> {
        administration::roles(&mut *self.pool.acquire().await?).await
    }

    // Sign-in.
    async fn set_login(&self, consultant: ConsultantId, login: &Login) -> Stored<()> {
        let mut tx = self.pool.begin().await?;
        sign_in::set_login(&mut tx, consultant, login).await?;
        Ok(tx.commit().await?)
    }

    async fn login(&self, name: &str) -> Stored<Option<(Consultant, Login)>> {
        sign_in::login(&mut *self.pool.acquire().await?, name).await
    }

    async fn open_session(&self, session: &NewSession) -> Stored<()> {
        let mut tx = self.pool.begin().await?;
        sign_in::open_session(&mut tx, session).await?;
        Ok(tx.commit().await?)
    }

    async fn session(&self, token_hash: &str, now: Timestamp) -> Stored<Option<Session>> {
        sign_in::session(&mut *self.pool.acquire().await?, token_hash, micros(now)).await
    }

    async fn end_session(&self, token_hash: &str) -> Stored<()> {
        sign_in::end_session(&mut *self.pool.acquire().await?, token_hash).await
    }

    // Askers.
    async fn add_link(&self, link: &NewLink, now: Timestamp) -> Stored<()> {
        let mut tx = self.pool.begin().await?;
        askers::add_link(&mut tx, link, micros(now)).await?;
        Ok(tx.commit().await?)
    }

    async fn take_link(&self, token_hash: &str, now: Timestamp) -> Stored<Option<EmailAddress>> {
        askers::take_link(&mut *self.pool.acquire().await?, token_hash, micros(now)).await
    }

    async fn open_asker_session(&self, session: &NewAskerSession, now: Timestamp) -> Stored<()> {
        let mut tx = self.pool.begin().await?;
        askers::open_session(&mut tx, session, micros(now)).await?;
        Ok(tx.commit().await?)
    }

    async fn asker_session(&self, token_hash: &str, now: Timestamp) -> Stored<Option<AskerSession>> {
        askers::session(&mut *self.pool.acquire().await?, token_hash, micros(now)).await
    }

    async fn end_asker_session(&self, token_hash: &str) -> Stored<()> {
        askers::end_session(&mut *self.pool.acquire().await?, token_hash).await
    }

    async fn asked_by(&self, address: &EmailAddress, account: Option<AccountId>, max: u32) -> Stored<Vec<Case>> {
        askers::asked_by(&mut *self.pool.acquire().await?, address, account, max).await
    }

    async fn forget(&self, address: &EmailAddress, now: Timestamp) -> Stored<i64> {
        let mut tx = self.pool.begin().await?;
        let result = askers::forget(&mut tx, address, micros(now)).await?;
        tx.commit().await?;
        Ok(result)
    }

    // Tokens of programs.
    async fn add_token(&self, token: &ApiToken, token_hash: &str) -> Stored<()> {
        tokens::add(&mut *self.pool.acquire().await?, token, token_hash).await
    }

    async fn token(&self, token_hash: &str, now: Timestamp) -> Stored<Option<ApiToken>> {
        tokens::find(&mut *self.pool.acquire().await?, token_hash, micros(now)).await
    }

    async fn tokens(&self) -> Stored<Vec<ApiToken>> {
        tokens::all(&mut *self.pool.acquire().await?).await
    }

    async fn end_token(&self, name: &str) -> Stored<()> {
        tokens::end(&mut *self.pool.acquire().await?, name).await
    }

    // Audit.
    async fn audit(&self, after: i64, max: u32) -> Stored<Vec<AuditEntry>> {
        audit::entries(&mut *self.pool.acquire().await?, after, max).await
    }

    async fn audit_found(&self, query: &AuditQuery) -> Stored<Vec<AuditEntry>> {
        administration::audit_found(&mut *self.pool.acquire().await?, query).await
    }

    async fn audit_head(&self) -> Stored<(i64, String)> {
        audit::head(&mut *self.pool.acquire().await?).await
    }
}
