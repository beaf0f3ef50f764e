//! The only place that knows mail-parser: from bytes to plain values.

mod addresses;
mod bodies;
mod contents;
mod guard;
mod opaque;
mod tnef;

use jiff::Timestamp;
use mail_parser::{Message, MessageParser, MimeHeaders};

pub(super) use bodies::MachinePart;
pub use contents::Content;
pub(super) use contents::contents;

use super::fields::{self, Fields};
use super::limits::{REFERENCES_MAX, TEXT_CHARS_MAX, characters};
use crate::domain::address::Correspondent;
use crate::domain::message::{Attachment, MessageId};

/// A parsed mail before anything is decided about it.
#[derive(Debug, Default)]
pub(super) struct Mail {
    /// The header fields as they came, top first.
    pub fields: Fields,
    /// All authors of all From fields; a sound message has one field.
    pub from: Vec<Correspondent>,
    pub from_fields: usize,
    pub sender: Option<Correspondent>,
    pub to: Vec<Correspondent>,
    pub cc: Vec<Correspondent>,
    pub reply_to: Vec<Correspondent>,
    pub return_path: Option<String>,
    pub subject: String,
    pub date: Option<Timestamp>,
    pub message_id: Option<MessageId>,
    pub in_reply_to: Vec<MessageId>,
    pub references: Vec<MessageId>,
    /// `multipart/report`, in lower case; `text/plain` where the header says nothing.
    pub media_type: String,
    /// The `report-type` parameter of a multipart/report, in lower case.
    pub report_type: Option<String>,
    pub text: String,
    pub machine_parts: Vec<MachinePart>,
    pub attachments: Vec<Attachment>,
    pub encrypted: bool,
    pub problems: Vec<String>,
}

/// Parses a message. Total: what cannot be read is left empty and named in `problems`.
pub(super) fn parse(raw: &[u8]) -> Mail {
    let mut problems = Vec::new();
    let bytes = opaque::opened(guard::prepared(raw, &mut problems));
    let fields = fields::scan(&bytes);
    let Some(message) = MessageParser::default().parse(bytes.as_ref()) else {
        problems.push("no header was found".to_owned());
        let text = characters(&String::from_utf8_lossy(&bytes), TEXT_CHARS_MAX).to_owned();
        return Mail { fields, text, media_type: "text/plain".to_owned(), problems, ..Mail::default() };
    };
    let bodies = bodies::read(&message, &mut problems);
    let mail = Mail {
        from: addresses::of_field(&message, &fields, "from"),
        from_fields: fields.all("from").count(),
        sender: addresses::of_field(&message, &fields, "sender").into_iter().next(),
        to: addresses::of_field(&message, &fields, "to"),
        cc: addresses::of_field(&message, &fields, "cc"),
        reply_to: addresses::of_field(&message, &fields, "reply-to"),
        return_path: fields.get("return-path").map(|path| path.trim_matches(|c: char| "<> ".contains(c)).to_owned()),
        subject: subject(&message, &fields),
        date: date(&message, &mut problems),
        message_id: message_id(&fields, &mut problems),
        in_reply_to: ids(&fields, "in-reply-to"),
        references: ids(&fields, "references"),
        encrypted: opaque::is_encrypted(&media_type(&message), &bodies.text),
        media_type: media_type(&message),
        report_type: message.content_type().and_then(|of| of.attribute("report-type")).map(str::to_ascii_lowercase),
        text: bodies.text,
        machine_parts: bodies.machine_parts,
        attachments: bodies.attachments,
        fields,
        problems,
    };
    noted(mail)
}

/// The first HTML body, as it came.
pub(super) fn html(raw: &[u8]) -> Option<String> {
    let bytes = opaque::opened(guard::prepared(raw, &mut Vec::new()));
    bodies::html(&MessageParser::default().parse(bytes.as_ref())?)
}

/// Names what a consultant should know about the mail.
fn noted(mut mail: Mail) -> Mail {
    if mail.encrypted {
        mail.problems.push("encrypted: nothing of it could be read".to_owned());
    }
    if mail.from.is_empty() {
        mail.problems.push("no author: the From field is missing or empty".to_owned());
    }
    if mail.from_fields > 1 {
        mail.problems.push("more than one From field (RFC 5322, 3.6 allows one)".to_owned());
    }
    if mail.message_id.is_none() && !mail.fields.has("message-id") {
        mail.problems.push("no Message-ID".to_owned());
    }
    mail
}

fn media_type(message: &Message<'_>) -> String {
    message.content_type().map_or_else(
        || "text/plain".to_owned(),
        |of| format!("{}/{}", of.ctype(), of.subtype().unwrap_or("plain")).to_ascii_lowercase(),
    )
}

fn subject(message: &Message<'_>, fields: &Fields) -> String {
    let parsed = message.subject().unwrap_or_default();
    // Raw 8-bit text without a label: the parser gives replacement characters, the scan a reading as Windows-1252.
    let text = if parsed.contains('\u{FFFD}') { fields.get("subject").unwrap_or(parsed) } else { parsed };
    text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ").trim().to_owned()
}

fn date(message: &Message<'_>, problems: &mut Vec<String>) -> Option<Timestamp> {
    let parsed = message.date()?;
    let stamp = if parsed.is_valid() { Timestamp::from_second(parsed.to_timestamp()).ok() } else { None };
    if stamp.is_none() {
        problems.push("the Date field names no date".to_owned());
    }
    stamp
}

fn message_id(fields: &Fields, problems: &mut Vec<String>) -> Option<MessageId> {
    let value = fields.get("message-id").filter(|value| !value.is_empty())?;
    let inner = value.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(value, |(inner, _)| inner);
    let id = MessageId::parse(inner).or_else(|_| MessageId::parse(&inner.split_whitespace().collect::<String>())).ok();
    if id.is_none() {
        problems.push("the Message-ID cannot be used again in a header".to_owned());
    }
    id
}

/// The ids of a field, oldest first, without doubles. Of very many the first and the last ones stay: they name the
/// thread and the mail that is answered.
pub(super) fn ids(fields: &Fields, name: &str) -> Vec<MessageId> {
    let mut ids: Vec<MessageId> = Vec::new();
    for value in fields.all(name) {
        for piece in value.split(|c: char| c.is_whitespace() || c == ',' || c == '>') {
            let piece = piece.trim_start_matches(|c: char| c != '<');
            if let Ok(id) = MessageId::parse(piece)
                && !ids.contains(&id)
            {
                ids.push(id);
            }
        }
    }
    if ids.len() > REFERENCES_MAX {
        let tail = ids.split_off(ids.len() - REFERENCES_MAX / 2);
        ids.truncate(REFERENCES_MAX / 2);
        ids.extend(tail);
    }
    ids
}
