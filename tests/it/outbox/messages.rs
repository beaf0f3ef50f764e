//! Approved messages to send.

use caseconsultant::domain::id::OutgoingId;
use caseconsultant::domain::outgoing::{Approval, ApprovedOutgoing, Approver, Outgoing};
use caseconsultant::outbox::{Credentials, OutboxSettings};
use caseconsultant::render::compose;

use crate::templates::letters::letter;

/// An answer like any other, known by `n`.
pub(crate) fn message(n: u8) -> ApprovedOutgoing {
    let mut letter = letter("Denial of 99213");
    letter.id = OutgoingId::from_bytes([n; 16]);
    approved(compose(&letter).unwrap())
}

/// These bytes to the same recipient.
pub(crate) fn message_of(bytes: &[u8]) -> ApprovedOutgoing {
    approved(Outgoing { bytes: bytes.to_vec(), ..message(1).outgoing().clone() })
}

pub(crate) fn approved(outgoing: Outgoing) -> ApprovedOutgoing {
    let approval = Approval { by: Approver::Policy("test".to_owned()), hash: outgoing.hash(), at: outgoing.date };
    ApprovedOutgoing::new(outgoing, approval).unwrap()
}

/// In the clear to a port of loopback; a second's patience.
pub(crate) fn settings(port: u16) -> OutboxSettings {
    at(&format!("smtp://127.0.0.1:{port}?plain"), None)
}

pub(crate) fn at(url: &str, password: Option<&str>) -> OutboxSettings {
    let credentials = password.map(|password| Credentials::Password(password.into()));
    OutboxSettings { io_timeout_secs: 1, ..OutboxSettings::new(url.parse().unwrap(), credentials) }
}
