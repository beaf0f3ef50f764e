//! From the mark to the newest message: fetch, commit, move the mark, and only then touch the folder.

use std::collections::BTreeSet;

use super::error::ImapError;
use super::fetch::{Step, steps};
use super::folder::Folder;
use super::session::Session;
use super::taken::UIDS_MAX;
use crate::mailbox::intake::Intake;
use crate::ports::{Arrival, MailboxCursor, Place};

/// UIDs that one SEARCH looks over, so that its answer stays a line of bearable length.
const WINDOW_UIDS: u32 = 50_000;
/// A batch whose FETCH was refused this often is fetched message by message.
const BATCH_REFUSALS_MAX: u32 = 3;
/// A single message whose FETCH was refused this often is recorded by its place, so that it does not hold up the ones behind it.
const SINGLE_REFUSALS_MAX: u32 = 6;

/// What the server would not hand over, kept from one session to the next.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    at: Option<(u32, u32)>,
    times: u32,
    singly_to: u32,
}

impl Trouble {
    /// Counts a refusal of the step that begins at this message.
    fn note(&mut self, uid_validity: u32, step: &Step) {
        let at = Some((uid_validity, step.uid_first()));
        self.times = if self.at == at { self.times + 1 } else { 1 };
        self.at = at;
        if self.times >= BATCH_REFUSALS_MAX {
            self.singly_to = self.singly_to.max(step.uid_last());
        }
    }

    fn is_hopeless(&self, uid_validity: u32, step: &Step) -> bool {
        self.at == Some((uid_validity, step.uid_first()))
            && self.times >= SINGLE_REFUSALS_MAX
            && step.uid_first() == step.uid_last()
    }
}

/// Where to begin, by what the store remembers and what the folder says: from the start where the folder is not the one that was read.
pub(super) fn begin(cursor: Option<MailboxCursor>, folder: &Folder) -> MailboxCursor {
    match cursor {
        // A UIDNEXT at or below the mark: reset under its old UIDVALIDITY. The store knows the bytes that it has.
        Some(mark) if mark.uid_validity == folder.uid_validity && folder.uid_next.is_none_or(|next| next > mark.uid_last) => mark,
        Some(_) | None => MailboxCursor { uid_validity: folder.uid_validity, uid_last: 0 },
    }
}

/// One folder being caught up with.
pub(super) struct CatchUp<'a> {
    pub(super) intake: &'a Intake,
    pub(super) session: &'a mut Session,
    pub(super) folder: Folder,
    pub(super) mark: MailboxCursor,
    pub(super) trouble: &'a mut Trouble,
    /// Something could not be flagged or moved.
    pub(super) owes: bool,
}

impl CatchUp<'_> {
    /// Takes everything over the mark.
    pub(super) async fn newer(&mut self) -> Result<(), ImapError> {
        let mut from = self.mark.uid_last.saturating_add(1);
        loop {
            let to = from.saturating_add(WINDOW_UIDS - 1);
            let is_last = self.folder.uid_next.is_none_or(|next| next <= to);
            let range = if is_last { format!("UID {from}:*") } else { format!("UID {from}:{to}") };
            // `N:*` past the end means the last message, however old (RFC 3501, 9).
            let found = self.session.search(&range).await?.into_iter().filter(|uid| *uid >= from).collect::<Vec<_>>();
            for some in found.chunks(UIDS_MAX) {
                self.take(some, true).await?;
            }
            if is_last {
                return Ok(());
            }
            from = to.saturating_add(1);
        }
    }

    /// Takes what lies below the mark and is not in the store: no server should show a message late, and some do.
    pub(super) async fn overlooked(&mut self) -> Result<(), ImapError> {
        if self.mark.uid_last == 0 {
            return Ok(());
        }
        let seen = self.seen().await?;
        let mut found = self.session.search(&format!("UID 1:{}", self.mark.uid_last)).await?;
        found.retain(|uid| !seen.contains(uid));
        if !found.is_empty() {
            tracing::warn!(
                mailbox = self.intake.name(),
                messages = found.len(),
                "mail below the mark is not in the store; taking it"
            );
        }
        for some in found.chunks(UIDS_MAX) {
            self.take(some, false).await?;
        }
        Ok(())
    }

    /// Flags or moves what was committed before an end that came too early.
    pub(super) async fn owed(&mut self) -> Result<(), ImapError> {
        if self.mark.uid_last == 0 {
            return Ok(());
        }
        let after = &self.intake.settings.after;
        let mut owed = self.session.not_marked(&self.folder, after, self.mark.uid_last).await?;
        if owed.is_empty() {
            self.owes = false;
            return Ok(());
        }
        let seen = self.seen().await?;
        owed.retain(|uid| seen.contains(uid));
        let mut done = true;
        for some in owed.chunks(UIDS_MAX) {
            let sizes = self.session.sizes(some).await?;
            let bytes_max = self.intake.settings.message_bytes_max;
            let taken: Vec<u32> = sizes.iter().filter(|(_, size)| **size <= bytes_max).map(|(uid, _)| *uid).collect();
            done &= self.session.mark_taken(&self.folder, after, &taken).await?;
        }
        self.owes = !done;
        Ok(())
    }

    async fn seen(&self) -> Result<BTreeSet<u32>, ImapError> {
        Ok(self.intake.store.seen_uids(self.intake.name(), self.mark.uid_validity).await?)
    }

    async fn take(&mut self, uids: &[u32], advance: bool) -> Result<(), ImapError> {
        let sizes = self.session.sizes(uids).await?;
        self.session.gone(uids.iter().filter(|uid| !sizes.contains_key(uid)).copied().collect()).await?;
        for step in steps(&sizes, self.intake.settings.message_bytes_max, self.trouble.singly_to) {
            let arrivals = self.fetch(&step).await?;
            self.commit(&arrivals, step.uid_last(), advance).await?;
        }
        Ok(())
    }

    async fn fetch(&mut self, step: &Step) -> Result<Vec<Arrival>, ImapError> {
        let uid_validity = self.mark.uid_validity;
        if self.trouble.is_hopeless(uid_validity, step) {
            return Ok(vec![unfetched(uid_validity, step)]);
        }
        let fetched = self.session.arrivals(uid_validity, step, self.intake.settings.message_bytes_max).await;
        if matches!(fetched, Err(ImapError::Refused { .. } | ImapError::NotUnderstood { .. } | ImapError::Withheld { .. })) {
            self.trouble.note(uid_validity, step);
        }
        fetched
    }

    async fn commit(&mut self, arrivals: &[Arrival], uid_last: u32, advance: bool) -> Result<(), ImapError> {
        self.intake.receive(arrivals).await?;
        if advance {
            let mark = MailboxCursor { uid_last, ..self.mark };
            self.intake.store.advance(self.intake.name(), mark).await?;
            self.mark = mark;
        }
        self.intake.health.contact(self.intake.clock.now());
        let taken: Vec<u32> = arrivals
            .iter()
            .filter(|one| one.quarantine.is_none())
            .filter_map(|one| match one.place {
                Place::Imap { uid, .. } => Some(uid),
                Place::Maildir { .. } => None,
            })
            .collect();
        self.owes |= !self.session.mark_taken(&self.folder, &self.intake.settings.after, &taken).await?;
        Ok(())
    }
}

/// Stands for a message that the server lists and never hands over.
fn unfetched(uid_validity: u32, step: &Step) -> Arrival {
    let uid = step.uid_first();
    Arrival {
        place: Place::Imap { uid_validity, uid },
        // Bytes of its own, so that the store takes no two of these for one message.
        raw: format!("X-CaseConsultant-Unread: message {uid} of {uid_validity}\r\n\r\n").into_bytes(),
        size: 0,
        quarantine: Some(format!(
            "the server lists message {uid} and refuses to hand it over; it was left in the mailbox and has to be read there"
        )),
    }
}
