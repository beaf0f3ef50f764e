//! Whether a sender is who the mail says: adapters behind [`SenderCheck`].

mod own;

use async_trait::async_trait;

pub use own::OwnCheck;

use crate::domain::message::{Authentication, InboundMessage};
use crate::ports::SenderCheck;

/// The word of the mailbox's own receivers, as parsing read it from the trusted Authentication-Results (RFC 8601).
#[derive(Debug, Clone, Copy, Default)]
pub struct ReceiversWord;

#[async_trait]
impl SenderCheck for ReceiversWord {
    async fn check(&self, _raw: &[u8], message: &InboundMessage) -> Authentication {
        message.authentication.clone()
    }
}
