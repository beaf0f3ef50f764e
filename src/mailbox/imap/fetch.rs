//! Messages off the wire: small ones in batches, large ones in pieces, too large ones by their header.

use std::collections::BTreeMap;
use std::time::Instant;

use metrics::histogram;

use super::error::ImapError;
use super::folder::{PIECE_BYTES, uid_set};
use super::session::Session;
use crate::ports::{Arrival, Place};

/// Messages in one FETCH and in one transaction of the store.
const BATCH_MESSAGES_MAX: usize = 50;
/// Bytes of a batch, which are in memory at once.
const BATCH_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// One step of a catch-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// In one FETCH, ascending.
    Together(Vec<(u32, u64)>),
    InPieces {
        uid: u32,
        size: u64,
    },
    HeaderOnly {
        uid: u32,
        size: u64,
        why: String,
    },
}

impl Step {
    pub(super) fn uid_first(&self) -> u32 {
        match self {
            Self::Together(some) => some.first().map_or(0, |(uid, _)| *uid),
            Self::InPieces { uid, .. } | Self::HeaderOnly { uid, .. } => *uid,
        }
    }

    pub(super) fn uid_last(&self) -> u32 {
        match self {
            Self::Together(some) => some.last().map_or(0, |(uid, _)| *uid),
            Self::InPieces { uid, .. } | Self::HeaderOnly { uid, .. } => *uid,
        }
    }
}

/// How to fetch these, in the order of their UIDs. Those up to `singly_to` go one by one.
pub(super) fn steps(sizes: &BTreeMap<u32, u64>, bytes_max: u64, singly_to: u32) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut together: Vec<(u32, u64)> = Vec::new();
    let mut bytes = 0_u64;
    for (&uid, &size) in sizes {
        let alone = if size > bytes_max {
            Some(Step::HeaderOnly { uid, size, why: too_large(size, bytes_max) })
        } else if size > PIECE_BYTES {
            Some(Step::InPieces { uid, size })
        } else {
            None
        };
        let is_full = together.len() >= BATCH_MESSAGES_MAX || bytes.saturating_add(size) > BATCH_BYTES_MAX;
        let is_single = together.last().is_some_and(|(last, _)| *last <= singly_to);
        if (alone.is_some() || is_full || is_single) && !together.is_empty() {
            steps.push(Step::Together(std::mem::take(&mut together)));
            bytes = 0;
        }
        if let Some(step) = alone {
            steps.push(step);
        } else {
            together.push((uid, size));
            bytes = bytes.saturating_add(size);
        }
    }
    if !together.is_empty() {
        steps.push(Step::Together(together));
    }
    steps
}

fn too_large(size: u64, bytes_max: u64) -> String {
    format!(
        "{size} bytes: larger than the {bytes_max} that are taken; the header alone was read and the message was left in the mailbox"
    )
}

impl Session {
    /// The messages of one step, as the store takes them. Those that vanished meanwhile are left out.
    pub(super) async fn arrivals(&mut self, uid_validity: u32, step: &Step, bytes_max: u64) -> Result<Vec<Arrival>, ImapError> {
        let begun = Instant::now();
        let place = |uid| Place::Imap { uid_validity, uid };
        let arrivals = match step {
            Step::Together(some) => {
                let uids: Vec<u32> = some.iter().map(|(uid, _)| *uid).collect();
                let mut bodies = self.bodies(&uids).await?;
                self.gone(uids.iter().filter(|uid| !bodies.contains_key(uid)).copied().collect()).await?;
                let wanted = some.iter().filter_map(|(uid, size)| bodies.remove(uid).map(|raw| (*uid, *size, raw)));
                wanted
                    .map(|(uid, size, raw)| Arrival {
                        place: place(uid),
                        size: size.max(raw.len() as u64),
                        raw,
                        quarantine: None,
                    })
                    .collect()
            }
            Step::InPieces { uid, size } => match self.body_in_pieces(*uid, *size, bytes_max).await? {
                // The size that the server gave was too small a guess.
                Some(raw) if raw.len() as u64 > bytes_max => {
                    let size = raw.len() as u64;
                    self.header_only(uid_validity, *uid, size, too_large(size, bytes_max)).await?
                }
                Some(raw) => vec![Arrival { place: place(*uid), size: raw.len() as u64, raw, quarantine: None }],
                None => self.gone(vec![*uid]).await.map(|()| Vec::new())?,
            },
            Step::HeaderOnly { uid, size, why } => self.header_only(uid_validity, *uid, *size, why.clone()).await?,
        };
        histogram!("caseconsultant_mailbox_fetch_seconds").record(begun.elapsed().as_secs_f64());
        Ok(arrivals)
    }

    async fn header_only(&mut self, uid_validity: u32, uid: u32, size: u64, why: String) -> Result<Vec<Arrival>, ImapError> {
        match self.header(uid).await? {
            Some(raw) => Ok(vec![Arrival { place: Place::Imap { uid_validity, uid }, raw, size, quarantine: Some(why) }]),
            None => self.gone(vec![uid]).await.map(|()| Vec::new()),
        }
    }

    /// Makes sure that what a FETCH left out is no longer in the folder: else the mark would pass it by.
    pub(super) async fn gone(&mut self, uids: Vec<u32>) -> Result<(), ImapError> {
        if uids.is_empty() {
            return Ok(());
        }
        let still = self.search(&format!("UID {}", uid_set(&uids))).await?;
        let count = still.iter().filter(|uid| uids.contains(uid)).count();
        if count == 0 { Ok(()) } else { Err(ImapError::Withheld { count }) }
    }
}
