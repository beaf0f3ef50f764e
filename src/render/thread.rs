//! Where our mail stands in its thread (RFC 5322, 3.6.4).

use crate::domain::message::MessageId;

/// The mail that ours answers, as far as threading needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thread {
    /// Redacted; as the asker wrote it, `Re:` and numbers included.
    pub subject: String,
    pub message_id: Option<MessageId>,
    pub in_reply_to: Vec<MessageId>,
    pub references: Vec<MessageId>,
}

/// Ids kept of a chain: beyond this the middle goes, for clients thread by the first and the last.
const IDS_MAX: usize = 100;
/// Octets of a chain; servers turn away headers from about 64 KiB on.
const CHAIN_BYTES_MAX: usize = 24_000;
/// An id longer than this can't stand on a line of its own (RFC 5322, 2.1.1: 998 octets).
const ID_BYTES_MAX: usize = 990;

impl Thread {
    /// What `In-Reply-To` names: the answered mail, where it has a name that a 7-bit header can carry.
    pub fn parent(&self) -> Option<&MessageId> {
        self.message_id.as_ref().filter(|id| is_writable(id))
    }

    /// The parent's References, or else its In-Reply-To if that is a single id, then its Message-ID.
    pub fn chain(&self) -> Vec<&MessageId> {
        let ancestors = match (self.references.as_slice(), self.in_reply_to.as_slice()) {
            ([], [only]) => std::slice::from_ref(only),
            (references, _) => references,
        };
        let mut chain: Vec<&MessageId> = Vec::new();
        for id in ancestors.iter().chain(&self.message_id) {
            if is_writable(id) {
                // A client that repeats an id means its last place.
                chain.retain(|earlier| *earlier != id);
                chain.push(id);
            }
        }
        cap(chain)
    }
}

fn is_writable(id: &MessageId) -> bool {
    id.as_str().is_ascii() && id.as_str().len() <= ID_BYTES_MAX
}

fn cap(mut chain: Vec<&MessageId>) -> Vec<&MessageId> {
    let mut bytes: usize = chain.iter().map(|id| id.as_str().len() + 4).sum();
    while chain.len() > IDS_MAX || (bytes > CHAIN_BYTES_MAX && chain.len() > 2) {
        // The second oldest: first and last stay.
        bytes -= chain.remove(1).as_str().len() + 4;
    }
    chain
}

/// Ids in angle brackets, folded before column 78; an id is never broken.
pub fn fold(name: &str, ids: &[&MessageId]) -> String {
    let mut out = String::new();
    let mut column = name.len() + 2;
    for (index, id) in ids.iter().enumerate() {
        let width = id.as_str().len() + 2;
        if index > 0 {
            if column + 1 + width > 78 {
                out.push_str("\r\n ");
                column = 1;
            } else {
                out.push(' ');
                column += 1;
            }
        }
        out.push('<');
        out.push_str(id.as_str());
        out.push('>');
        column += width;
    }
    out
}
