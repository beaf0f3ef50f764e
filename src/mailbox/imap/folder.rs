//! The commands that an intake needs, each with its answer as a value.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's enums are open-ended, and a server may say anything at any time (RFC 3501, 7)"
)]

use std::collections::BTreeMap;

use async_imap::imap_proto::{AttributeValue, MailboxDatum, Outcome, Response, ResponseCode, StatusAttribute};
use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

use super::error::ImapError;
use super::session::Session;

/// The piece in which a large message is fetched: the server's answer is held in memory whole.
pub(super) const PIECE_BYTES: u64 = 1024 * 1024;
/// A header larger than this is cut.
const HEADER_BYTES_MAX: u32 = 256 * 1024;

/// What a folder said of itself when it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Folder {
    pub(super) uid_validity: u32,
    /// Some servers don't say.
    pub(super) uid_next: Option<u32>,
    pub(super) exists: u32,
    /// A keyword of ours would be kept (RFC 3501, 7.1: `\*` in PERMANENTFLAGS).
    pub(super) keywords: bool,
    pub(super) read_only: bool,
}

impl Session {
    /// SELECT, or EXAMINE, which can change nothing in the folder.
    pub(super) async fn select(&mut self, folder: &str, read_only: bool) -> Result<Folder, ImapError> {
        let name = quoted(folder);
        self.uid_validity = None;
        let mut found = Opened::default();
        let command = if read_only { "EXAMINE" } else { "SELECT" };
        self.command(command, &name, |response| found.take(response)).await?;
        if found.uid_validity.is_none() || found.uid_next.is_none() {
            // Some servers say it only here.
            let status = self.command("STATUS", &format!("{name} (UIDVALIDITY UIDNEXT)"), |response| found.take(response)).await;
            status.or_else(|error| if error.is_refusal() { Ok(()) } else { Err(error) })?;
        }
        let uid_validity = found.uid_validity.ok_or(ImapError::NoUidValidity)?;
        self.uid_validity = Some(uid_validity);
        self.take_news();
        Ok(Folder {
            uid_validity,
            uid_next: found.uid_next,
            exists: found.exists,
            keywords: found.keywords,
            read_only: read_only || found.read_only,
        })
    }

    /// The UIDs that meet `criteria`, ascending.
    pub(super) async fn search(&mut self, criteria: &str) -> Result<Vec<u32>, ImapError> {
        let mut found = Vec::new();
        self.command("UID SEARCH", criteria, |response| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                found.extend_from_slice(uids);
            }
        })
        .await?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// RFC822.SIZE by UID, of those that are still there.
    pub(super) async fn sizes(&mut self, uids: &[u32]) -> Result<BTreeMap<u32, u64>, ImapError> {
        let mut sizes = BTreeMap::new();
        self.fetch(&uid_set(uids), "RFC822.SIZE", |uid, attributes| {
            sizes.extend(attributes.iter().find_map(|one| match one {
                AttributeValue::Rfc822Size(size) => Some((uid, u64::from(*size))),
                _ => None,
            }));
        })
        .await?;
        Ok(sizes)
    }

    /// Whole messages by UID, without setting `\Seen`.
    pub(super) async fn bodies(&mut self, uids: &[u32]) -> Result<BTreeMap<u32, Vec<u8>>, ImapError> {
        let mut bodies = BTreeMap::new();
        self.fetch(&uid_set(uids), "BODY.PEEK[]", |uid, attributes| {
            bodies.extend(section(attributes).map(|bytes| (uid, bytes.to_vec())));
        })
        .await?;
        Ok(bodies)
    }

    /// One message in pieces, at most `bytes_max` and a piece more; `None` where it is gone.
    pub(super) async fn body_in_pieces(&mut self, uid: u32, size: u64, bytes_max: u64) -> Result<Option<Vec<u8>>, ImapError> {
        let mut whole = Vec::with_capacity(usize::try_from(size.min(bytes_max)).unwrap_or_default());
        loop {
            // RFC822.SIZE is an estimate on some servers: the end is where a piece comes short.
            let what = format!("BODY.PEEK[]<{}.{PIECE_BYTES}>", whole.len());
            let Some(piece) = self.one(uid, &what).await? else { return Ok(None) };
            whole.extend_from_slice(&piece);
            let (got, have) = (piece.len() as u64, whole.len() as u64);
            if got < PIECE_BYTES || have > bytes_max {
                return Ok(Some(whole));
            }
        }
    }

    /// The header alone; `None` where the message is gone.
    pub(super) async fn header(&mut self, uid: u32) -> Result<Option<Vec<u8>>, ImapError> {
        self.one(uid, &format!("BODY.PEEK[HEADER]<0.{HEADER_BYTES_MAX}>")).await
    }

    /// Creates a folder.
    pub(super) async fn create(&mut self, folder: &str) -> Result<(), ImapError> {
        self.command("CREATE", &quoted(folder), |_| {}).await
    }

    async fn one(&mut self, uid: u32, what: &str) -> Result<Option<Vec<u8>>, ImapError> {
        let mut found = None;
        self.fetch(&uid.to_string(), what, |answered, attributes| {
            if answered == uid {
                found = section(attributes).map(<[u8]>::to_vec).or(found.take());
            }
        })
        .await?;
        Ok(found)
    }

    async fn fetch(&mut self, uids: &str, what: &str, mut each: impl FnMut(u32, &[AttributeValue<'_>])) -> Result<(), ImapError> {
        self.command("UID FETCH", &format!("{uids} (UID {what})"), |response| {
            if let Response::Fetch(_, attributes) = response {
                let uid = attributes.iter().find_map(|one| match one {
                    AttributeValue::Uid(uid) => Some(*uid),
                    _ => None,
                });
                // A FETCH without a UID is news of somebody's flags.
                if let Some(uid) = uid {
                    each(uid, attributes);
                }
            }
        })
        .await
    }
}

fn section<'a>(attributes: &'a [AttributeValue<'_>]) -> Option<&'a [u8]> {
    attributes.iter().find_map(|one| match one {
        AttributeValue::BodySection { data: Some(data), .. } => Some(data.as_ref()),
        _ => None,
    })
}

#[derive(Default)]
struct Opened {
    uid_validity: Option<u32>,
    uid_next: Option<u32>,
    exists: u32,
    keywords: bool,
    read_only: bool,
}

impl Opened {
    fn take(&mut self, response: &Response<'_>) {
        match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => self.exists = *count,
            Response::MailboxData(MailboxDatum::Status { status, .. }) => {
                for one in status {
                    match one {
                        StatusAttribute::UidNext(next) => self.uid_next = Some(*next),
                        StatusAttribute::UidValidity(validity) => self.uid_validity = Some(*validity),
                        _ => {}
                    }
                }
            }
            Response::Data { outcome: Outcome { code: Some(code), .. }, .. }
            | Response::Done { outcome: Outcome { code: Some(code), .. }, .. } => match code {
                ResponseCode::UidValidity(validity) => self.uid_validity = Some(*validity),
                ResponseCode::UidNext(next) => self.uid_next = Some(*next),
                ResponseCode::PermanentFlags(flags) => self.keywords = flags.iter().any(|flag| flag == "\\*"),
                ResponseCode::ReadOnly => self.read_only = true,
                _ => {}
            },
            _ => {}
        }
    }
}

/// A UID set of these numbers and no others (RFC 3501, 9): `1:50,53`.
pub(super) fn uid_set(uids: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &uid in uids {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
            _ => runs.push((uid, uid)),
        }
    }
    let parts: Vec<String> =
        runs.iter().map(|(first, last)| if first == last { first.to_string() } else { format!("{first}:{last}") }).collect();
    parts.join(",")
}

/// A folder's name as a quoted string in modified UTF-7 (RFC 3501, 5.1.3).
pub(super) fn quoted(folder: &str) -> String {
    let engine = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);
    let mut name = String::from("\"");
    let mut shifted: Vec<u8> = Vec::new();
    let flush = |shifted: &mut Vec<u8>, name: &mut String| {
        if !shifted.is_empty() {
            name.push('&');
            name.push_str(&engine.encode(&shifted));
            name.push('-');
            shifted.clear();
        }
    };
    for c in folder.chars() {
        if (' '..='~').contains(&c) {
            flush(&mut shifted, &mut name);
            match c {
                '&' => name.push_str("&-"),
                '"' | '\\' => name.extend(['\\', c]),
                plain => name.push(plain),
            }
        } else {
            shifted.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut shifted, &mut name);
    name.push('"');
    name
}
