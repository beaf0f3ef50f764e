//! What a comparison of mailbox and store found.

use crate::ports::Place;

/// `missing` empty: everything that the mailbox shows is in the store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciliation {
    pub mailbox: String,
    /// Messages in the folder.
    pub in_folder: u64,
    /// Messages in the folder that taken mail is moved to.
    pub in_target: u64,
    /// Messages of this folder, under its present UIDVALIDITY, that are in the store.
    pub seen: u64,
    pub missing: Vec<Missing>,
    /// UIDs that the folder gave out, and that neither it nor the store knows: mail that was taken away before we saw it, or never came
    /// to be. An emptied inbox proves nothing, and this is by how much.
    pub unaccounted: u64,
}

/// A message that the mailbox shows and the store does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub place: Place,
    pub folder: String,
    /// It came after the last look, and the next one takes it.
    pub waiting: bool,
}

impl Reconciliation {
    pub(super) fn of(mailbox: &str) -> Self {
        Self { mailbox: mailbox.to_owned(), ..Self::default() }
    }

    /// What else is to be said of it, a sentence each.
    pub fn remarks(&self) -> Vec<String> {
        let waiting = self.missing.iter().filter(|one| one.waiting).count();
        let mut remarks = Vec::new();
        if waiting > 0 {
            remarks.push(format!("{waiting} of the missing came after the last look: the next one takes them"));
        }
        if self.unaccounted > 0 {
            let emptied = if self.in_folder == 0 { "the folder is empty, which proves nothing: " } else { "" };
            remarks.push(format!(
                "{emptied}{} identifier(s) that the folder gave out are neither in it nor in the store: those messages were taken away before they were seen",
                self.unaccounted
            ));
        }
        remarks
    }
}
