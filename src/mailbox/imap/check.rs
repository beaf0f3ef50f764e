//! Whether a mailbox can be read, asked of the real server.

use super::error::ImapError;
use super::session::Session;
use crate::mailbox::settings::{After, MailboxSettings};
use crate::mailbox::url::ImapUrl;

/// Logs in, opens the folder, and says in one line what was found.
///
/// # Errors
/// What is wrong, and after a colon what to do about it.
pub(in crate::mailbox) async fn check(settings: &MailboxSettings, url: &ImapUrl) -> anyhow::Result<String> {
    let mut session = Session::open(url, settings).await.map_err(|error| mended(&error))?;
    let folder = match session.select(&url.folder, true).await {
        Err(error) if error.is_refusal() => {
            return Err(anyhow::anyhow!(
                "{error}; the folder {:?} does not open: check its name in the mailbox url (percent-encoded, with the server's own separator)",
                url.folder
            ));
        }
        other => other.map_err(|error| mended(&error))?,
    };
    let target = match &settings.after {
        After::Leave | After::Flag => "",
        After::Move(target) => match session.select(target, true).await {
            Ok(_) => "",
            Err(error) if error.is_refusal() => "; the folder to move to does not open and will be made at the first move",
            Err(error) => return Err(mended(&error)),
        },
    };
    let known = ["IDLE", "MOVE", "UIDPLUS", "CONDSTORE", "COMPRESS=DEFLATE"];
    let has: Vec<&str> = known.into_iter().filter(|one| session.can(one)).collect();
    let lacks: Vec<&str> = ["IDLE", "MOVE"].into_iter().filter(|one| !session.can(one)).collect();
    let lacks = if lacks.is_empty() { String::new() } else { format!("; without {} (a fallback is used)", lacks.join(", ")) };
    Ok(format!(
        "{:?} opened, {} message(s), UIDVALIDITY {}, UIDNEXT {}; server has {}{lacks}{target}",
        url.folder,
        folder.exists,
        folder.uid_validity,
        folder.uid_next.map_or_else(|| "unsaid".to_owned(), |next| next.to_string()),
        if has.is_empty() { "no extension that we use".to_owned() } else { has.join(", ") },
    ))
}

fn mended(error: &ImapError) -> anyhow::Error {
    let mend = error.mend();
    anyhow::anyhow!("{error}; {mend}")
}
