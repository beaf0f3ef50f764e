//! Whether the store has what the mailbox shows, and what the mailbox showed before it was emptied.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::error::ImapError;
use super::fetch::steps;
use super::session::Session;
use super::taken::UIDS_MAX;
use crate::mailbox::intake::sha256;
use crate::mailbox::reconciliation::{Missing, Reconciliation};
use crate::mailbox::settings::{After, MailboxSettings};
use crate::mailbox::url::ImapUrl;
use crate::ports::{Place, Store};

/// Reads, and changes nothing in the mailbox or the store.
pub(in crate::mailbox) async fn reconcile(
    settings: &MailboxSettings,
    url: &ImapUrl,
    store: &Arc<dyn Store>,
) -> Result<Reconciliation, ImapError> {
    let mut session = Session::open(url, settings).await?;
    let folder = session.select(&url.folder, true).await?;
    let cursor = store.cursor(&settings.name).await?;
    let seen = store.seen_uids(&settings.name, folder.uid_validity).await?;
    let here = session.search("ALL").await?;

    let mut report = Reconciliation::of(&settings.name);
    report.in_folder = here.len() as u64;
    report.seen = seen.len() as u64;
    let unseen: Vec<u32> = here.iter().copied().filter(|uid| !seen.contains(uid)).collect();
    let mark = cursor.filter(|cursor| cursor.uid_validity == folder.uid_validity).map_or(0, |cursor| cursor.uid_last);
    for (uid, digest) in digests(&mut session, settings, folder.uid_validity, &unseen).await? {
        if !store.holds_raw(&settings.name, &digest).await? {
            report.missing.push(Missing {
                place: Place::Imap { uid_validity: folder.uid_validity, uid },
                folder: url.folder.clone(),
                waiting: uid > mark,
            });
        }
    }

    // A UID below UIDNEXT that is neither here nor in the store was given to a message that somebody took away before we saw it.
    let here: BTreeSet<u32> = here.into_iter().collect();
    let known = here.union(&seen).filter(|uid| folder.uid_next.is_none_or(|next| **uid < next)).count() as u64;
    report.unaccounted = folder.uid_next.map_or(0, |next| u64::from(next.saturating_sub(1)).saturating_sub(known));
    let same_folder = cursor.is_none_or(|cursor| cursor.uid_validity == folder.uid_validity);

    if let After::Move(target) = &settings.after {
        let opened = match session.select(target, true).await {
            Err(error) if error.is_refusal() => None,
            other => Some(other?),
        };
        if let Some(opened) = opened {
            let moved = session.search("ALL").await?;
            report.in_target = moved.len() as u64;
            // Where every UID is accounted for, nothing in the target can be news.
            if report.unaccounted > 0 || !same_folder {
                for (uid, digest) in digests(&mut session, settings, opened.uid_validity, &moved).await? {
                    if !store.holds_raw(&settings.name, &digest).await? {
                        let place = Place::Imap { uid_validity: opened.uid_validity, uid };
                        report.missing.push(Missing { place, folder: target.clone(), waiting: false });
                    }
                }
            }
        }
    }
    Ok(report)
}

/// SHA-256 of what an intake would commit for each, by UID.
async fn digests(
    session: &mut Session,
    settings: &MailboxSettings,
    uid_validity: u32,
    uids: &[u32],
) -> Result<Vec<(u32, String)>, ImapError> {
    let mut digests = Vec::new();
    for some in uids.chunks(UIDS_MAX) {
        let sizes = session.sizes(some).await?;
        for step in steps(&sizes, settings.message_bytes_max, 0) {
            for arrival in session.arrivals(uid_validity, &step, settings.message_bytes_max).await? {
                if let Place::Imap { uid, .. } = arrival.place {
                    digests.push((uid, sha256(&arrival.raw)));
                }
            }
        }
    }
    Ok(digests)
}
