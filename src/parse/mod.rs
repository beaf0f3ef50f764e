//! From bytes to nouns. Pure and total: whatever arrives gives a value and a list of problems, never a failure.

mod attached;
mod authres;
mod codes;
mod fields;
mod html;
mod identifiers;
pub mod inspection;
mod layout;
mod limits;
mod message;
mod origin;
mod question;
mod quote;
mod report;

pub use attached::{Attached, redacted_name, with_attached};
pub use identifiers::tagger;
pub use layout::laid_out;
pub use message::Content;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::domain::address::EmailAddress;
use crate::domain::message::{Authentication, InboundMessage};
use crate::domain::question::Question;

/// What a reading depends on beside the bytes.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Suffixes of the authserv-ids whose Authentication-Results are believed (RFC 8601, 5). An empty suffix
    /// believes the topmost field where it names no authserv-id.
    pub trusted_authserv: Vec<String>,
    /// The addresses that we read and write from: mail from them is our own.
    pub own_addresses: Vec<EmailAddress>,
    /// The right-hand side of the Message-IDs that we make.
    pub own_message_id_domain: Option<String>,
    /// The day on which the mail is read: no service lies long after it.
    pub today: Date,
}

impl ReadOptions {
    pub fn new(today: Date) -> Self {
        Self { today, ..Self::default() }
    }
}

/// Reads a whole message. Total: any bytes give a value; what was wrong with them stands in `problems`.
pub fn read(raw: &[u8], options: &ReadOptions) -> InboundMessage {
    let mail = message::parse(raw);
    let authentication = authres::judge(&mail, options);
    let report = report::read(&mail);
    let verdict = origin::judge(&mail, report.as_ref(), options);
    let parts = quote::split(&mail.text);
    let found = identifiers::find(&mail.text, &parts, mail.from.first());
    let redacted_text = identifiers::redacted(&mail.text, &found);
    let redacted_subject = identifiers::redacted_alone(&mail.subject, &found, &mail.text);
    let new_text = quote::joined(&mail.text, &parts, quote::Part::New);
    let quoted_text = quote::joined(&mail.text, &parts, quote::Part::Quoted);
    let question = question::read(&question::Input {
        subject: &redacted_subject,
        text: &identifiers::redacted_lines(&mail.text, &parts, quote::Part::New, &found),
        quoted: &identifiers::redacted_lines(&mail.text, &parts, quote::Part::Quoted, &found),
        date_of_service: question::dates::of_service(&new_text, options.today)
            .or_else(|| question::dates::of_service(&quoted_text, options.today)),
        unredacted: &new_text,
    });
    let content_hash = content_hash(&mail);
    InboundMessage {
        bytes: raw.len(),
        sha256: hex(&Sha256::digest(raw)),
        from: mail.from.first().cloned(),
        sender: mail.sender,
        to: mail.to,
        cc: mail.cc,
        reply_to: mail.reply_to,
        return_path: mail.return_path,
        subject: mail.subject,
        date: mail.date,
        message_id: mail.message_id,
        in_reply_to: mail.in_reply_to,
        references: mail.references,
        origin: verdict.origin,
        origin_reason: verdict.reason,
        may_reply: verdict.may_reply,
        report,
        authentication,
        new_text,
        quoted_text,
        signature: quote::joined(&mail.text, &parts, quote::Part::Signature),
        attachments: mail.attachments,
        identifiers: identifiers::by_characters(&mail.text, &found),
        redacted_text,
        redacted_subject,
        question,
        content_hash,
        encrypted: mail.encrypted,
        problems: mail.problems,
        text: mail.text,
    }
}

/// What a field that `authserv` wrote says of the authors; other hosts' fields count for nothing.
pub fn authentication(raw: &[u8], authserv: &str) -> Authentication {
    let mut options = ReadOptions::new(Date::ZERO);
    options.trusted_authserv = vec![authserv.to_owned()];
    authres::judge(&message::parse(raw), &options)
}

/// The HTML part of a mail as it stands, not made safe: for mails that are our own.
pub fn html_of(raw: &[u8]) -> Option<String> {
    message::html(raw)
}

/// The files attached to a mail, with their bytes.
pub fn contents(raw: &[u8]) -> Vec<Content> {
    message::contents(raw)
}

/// Reads a question that came without a mail around it: typed at a terminal, or a row of a question set.
/// `thread` holds the earlier mails, oldest first.
pub fn read_text(subject: &str, body: &str, thread: &[String], options: &ReadOptions) -> Question {
    let body = limits::characters(body, limits::TEXT_CHARS_MAX);
    let parts = quote::split(body);
    let found = identifiers::find(body, &parts, None);
    let mut quoted = String::new();
    for earlier in thread.iter().rev() {
        let parts = quote::split(earlier);
        let found = identifiers::find(earlier, &parts, None);
        quoted.push_str(&identifiers::redacted_lines(earlier, &parts, quote::Part::New, &found));
        quoted.push_str("\n\n");
    }
    quoted.push_str(&identifiers::redacted_lines(body, &parts, quote::Part::Quoted, &found));
    let unredacted = quote::joined(body, &parts, quote::Part::New);
    let date_of_service = question::dates::of_service(&unredacted, options.today)
        .or_else(|| thread.iter().rev().find_map(|earlier| question::dates::of_service(earlier, options.today)));
    question::read(&question::Input {
        subject: &identifiers::redacted_alone(subject, &found, body),
        text: &identifiers::redacted_lines(body, &parts, quote::Part::New, &found),
        quoted: quoted.trim(),
        date_of_service,
        unredacted: &unredacted,
    })
}

/// What a mail is known by when its Message-ID cannot be believed: who, when, about what, and the words.
fn content_hash(mail: &message::Mail) -> String {
    let mut hash = Sha256::new();
    let from = mail.from.first().map(|author| author.address.to_lowercase()).unwrap_or_default();
    let date = mail.date.map(|date| date.to_string()).unwrap_or_default();
    for piece in [from.as_str(), &date, &mail.subject, &mail.text] {
        hash.update(piece.len().to_be_bytes());
        hash.update(piece.as_bytes());
    }
    for attachment in &mail.attachments {
        hash.update(attachment.bytes.to_be_bytes());
        hash.update(attachment.name.as_deref().unwrap_or_default().as_bytes());
    }
    hex(&hash.finalize())
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
