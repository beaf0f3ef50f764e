//! One suite over both stores: each story is told on SQLite and on PostgreSQL, on an empty store of its own.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use caseconsultant::ports::Store;
use caseconsultant::seal::Seal;
use caseconsultant::store::connect;

use crate::world::postgres::Postgres;

pub mod samples;

mod admission;
mod answers;
mod askers;
mod audit;
mod beside;
mod cases;
mod correspondents;
mod delivery;
mod directory;
mod intake;
mod jobs;
mod migrations;
mod schema;
mod seal;
mod sign_in;
mod speed;
mod tokens;

/// An empty store, and what a story may need to get at it from behind.
pub struct Told {
    pub store: Arc<dyn Store>,
    pub url: String,
}

impl Told {
    async fn on(url: String) -> Self {
        let store = connect(&url, seal()).await.unwrap();
        store.migrate().await.unwrap();
        Self { store, url }
    }

    /// A second process on the same store.
    pub async fn another(&self) -> Arc<dyn Store> {
        connect(&self.url, seal()).await.unwrap()
    }

    /// Runs SQL behind the store's back, as an intruder or a disk would.
    pub async fn behind_its_back(&self, sql: &str) {
        use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
        let sql = AssertSqlSafe(sql.to_owned());
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).foreign_keys(false);
            sqlx::SqliteConnection::connect_with(&options).await.unwrap().execute(sql).await.unwrap();
        } else {
            sqlx::PgConnection::connect(&self.url).await.unwrap().execute(sql).await.unwrap();
        }
    }
}

pub fn seal() -> Seal {
    Seal::from_key_text(&STANDARD.encode([7_u8; 32])).unwrap()
}

macro_rules! stories {
    ($($room:ident :: $story:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite:{}", folder.path().join("store.sqlite").display());
                super::$room::$story(super::Told::on(url).await).await;
            })*
        }

        /// One server for all, since starting one takes longer than any story.
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn on_postgres() {
            let Some(server) = Postgres::start() else { return };
            $({
                println!("{}", stringify!($story));
                $room::$story(Told::on(server.empty(stringify!($story)).await).await).await;
            })*
        }
    };
}

stories! {
    intake::nothing_is_lost_and_nothing_doubled_when_a_batch_is_received_again,
    intake::a_recreated_folder_brings_no_mail_in_twice,
    intake::the_same_bytes_delivered_twice_are_two_messages,
    intake::a_uid_that_now_names_other_bytes_brings_them_in,
    intake::a_message_over_the_limit_is_kept_by_its_header,
    intake::a_maildir_is_known_by_its_file_names,
    intake::one_intake_at_a_time_holds_a_mailbox,
    intake::the_mark_moves_and_is_found_again,
    admission::a_message_opens_a_case_with_all_it_owes,
    admission::the_same_mail_twice_is_one_case,
    admission::a_message_is_disposed_of_once,
    admission::a_stale_continuation_writes_nothing,
    admission::a_thread_is_found_by_any_message_of_it,
    admission::concurrent_admissions_of_one_mail_open_one_case,
    cases::one_of_many_concurrent_commits_wins,
    cases::a_stale_commit_writes_nothing_at_all,
    cases::every_field_of_a_case_comes_back,
    cases::cases_are_listed_by_state_and_by_consultant,
    cases::a_draft_is_kept_as_it_was,
    beside::a_note_and_a_reading_come_back_and_go_with_the_case,
    answers::what_is_sent_is_counted_and_what_is_taken_back_is_not,
    beside::a_merge_is_both_changes_or_none,
    beside::mails_part_into_a_case_with_all_it_owes,
    delivery::a_frozen_message_is_begun_and_accepted_once,
    delivery::wrong_moves_of_a_delivery_are_refused,
    delivery::attempts_and_unknown_fates_are_counted,
    delivery::an_altered_message_is_not_loaded,
    delivery::a_message_is_frozen_once,
    jobs::eight_workers_lease_every_job_once,
    jobs::a_lapsed_lease_is_due_again_and_its_worker_has_lost_it,
    jobs::a_renewed_lease_holds,
    jobs::a_job_ends_done_later_or_dead_and_a_dead_one_is_retried,
    jobs::the_next_due_time_is_told,
    correspondents::a_bounce_counts_once_until_it_is_lifted,
    correspondents::over_the_budget_nothing_is_frozen_whoever_is_first,
    correspondents::one_thing_is_told_once_a_day,
    correspondents::purge_leaves_the_chain_whole,
    directory::an_account_is_found_by_address_before_domain,
    directory::an_import_is_all_or_nothing,
    directory::consultants_are_told_apart,
    sign_in::a_session_holds_until_it_expires_or_is_ended,
    askers::a_link_works_once_and_not_for_long,
    askers::what_was_asked_is_found_and_forgotten,
    tokens::a_token_holds_until_it_expires_or_is_ended,
    audit::the_chain_holds_under_concurrent_writers,
    audit::an_altered_a_removed_and_a_cut_row_show,
    audit::numbers_in_a_detail_do_not_break_the_chain,
    schema::migrating_again_changes_nothing,
    schema::another_schema_than_the_programs_is_not_ready,
    migrations::every_migration_keeps_the_rows_of_the_former_schema,
    schema::figures_count_what_is_there,
    schema::due_jobs_and_threads_are_searched_by_index,
    seal::raw_mail_is_sealed_in_the_store,
    seal::another_key_opens_nothing,
}
