//! What happens in the folder to messages that the store has: a flag, a move, or nothing.

use std::collections::BTreeSet;

use super::error::ImapError;
use super::folder::{Folder, quoted, uid_set};
use super::session::Session;
use crate::mailbox::settings::After;

/// Set beside `\Flagged`, so that a person may take the star off without our putting it back.
pub(super) const KEYWORD: &str = "$CaseConsultant";
/// UIDs in one command: a line stays well under the 8,000 octets that servers take (RFC 7162, 4).
pub(super) const UIDS_MAX: usize = 500;

impl Session {
    /// Flags or moves messages whose bytes are committed. A refusal is logged and answered with `false`: the mail is safe, and the
    /// next look tries again.
    pub(super) async fn mark_taken(&mut self, folder: &Folder, after: &After, uids: &[u32]) -> Result<bool, ImapError> {
        for some in uids.chunks(UIDS_MAX) {
            let done = match after {
                After::Leave => Ok(()),
                After::Flag => self.flag(folder, some).await,
                After::Move(target) => self.move_to(target, some).await,
            };
            match done {
                Ok(()) => {}
                Err(error) if error.is_refusal() => {
                    tracing::warn!(%error, "mail is in the store, but could not be flagged or moved; it will be tried again");
                    return Ok(false);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Messages up to `uid_last` that do not look taken yet.
    pub(super) async fn not_marked(&mut self, folder: &Folder, after: &After, uid_last: u32) -> Result<Vec<u32>, ImapError> {
        let sign = match after {
            After::Leave => return Ok(Vec::new()),
            After::Flag if folder.keywords => format!("UNKEYWORD {KEYWORD}"),
            After::Flag => "UNFLAGGED".to_owned(),
            After::Move(_) => "UNDELETED".to_owned(),
        };
        self.search(&format!("UID 1:{uid_last} {sign}")).await
    }

    async fn flag(&mut self, folder: &Folder, uids: &[u32]) -> Result<(), ImapError> {
        let flags = if folder.keywords { format!("\\Flagged {KEYWORD}") } else { "\\Flagged".to_owned() };
        self.command("UID STORE", &format!("{} +FLAGS.SILENT ({flags})", uid_set(uids)), |_| {}).await
    }

    async fn move_to(&mut self, target: &str, uids: &[u32]) -> Result<(), ImapError> {
        let command = if self.can("MOVE") { "UID MOVE" } else { "UID COPY" };
        let arguments = format!("{} {}", uid_set(uids), quoted(target));
        match self.command(command, &arguments, |_| {}).await {
            Ok(()) => {}
            Err(ImapError::Refused { try_create: true, .. }) => {
                self.create(target).await?;
                self.command(command, &arguments, |_| {}).await?;
            }
            Err(error) => return Err(error),
        }
        if command == "UID COPY" { self.remove(uids).await } else { Ok(()) }
    }

    /// The second half of a move where the server lacks MOVE (RFC 6851).
    async fn remove(&mut self, uids: &[u32]) -> Result<(), ImapError> {
        self.command("UID STORE", &format!("{} +FLAGS.SILENT (\\Deleted)", uid_set(uids)), |_| {}).await?;
        if self.can("UIDPLUS") {
            return self.command("UID EXPUNGE", &uid_set(uids), |_| {}).await;
        }
        // A plain EXPUNGE takes whatever anybody marked: only where that is ours alone.
        let ours: BTreeSet<u32> = uids.iter().copied().collect();
        if self.search("DELETED").await?.iter().all(|uid| ours.contains(uid)) {
            self.command("EXPUNGE", "", |_| {}).await?;
        }
        Ok(())
    }
}
